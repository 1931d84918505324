"""A PostgreSQL database's log as a `ChangeLog`."""

import contextlib
from collections.abc import AsyncIterator, Mapping

import msgspec
import psycopg

from twofifty.adapters.postgresql_log import lsn, publication, session, slot
from twofifty.adapters.postgresql_log.faults import translated
from twofifty.adapters.postgresql_log.pgoutput import Decoder
from twofifty.adapters.postgresql_log.session import Session
from twofifty.adapters.postgresql_log.stream import Keepalive, Stream
from twofifty.errors import LogLost
from twofifty.intake.log import Committed

_IDLE_MICROSECONDS = 1_000_000


class Place(msgspec.Struct, frozen=True):
    """Where a log is: the database's URL, and the names of our slot and publication in it."""

    url: str
    slot: str
    publication: str


class PostgresqlLog:
    """`intake.log.ChangeLog` over one slot. `wanted`: the columns that matter, by table."""

    def __init__(self, place: Place, wanted: Mapping[str, frozenset[str]]) -> None:
        self._place = place
        self._wanted = wanted
        self._session = Session(place.url)
        self._stream: Stream | None = None
        self._anew = False

    async def begin(self) -> str:
        """See `ChangeLog.begin`. Raises ShopError where the publication is not there."""
        await self._end_stream()
        await publication.check(self._session, self._place.publication, self._wanted)
        begun = await slot.ready(self._session, self._place.slot, anew=self._anew)
        self._anew = False
        return lsn.written(begun)

    async def follow(self, position: str) -> AsyncIterator[Committed]:
        """See `ChangeLog.follow`."""
        stream = await self._opened(position)
        decoder, idle_at = Decoder(self._wanted), 0
        try:
            while True:
                with translated():
                    message = await stream.next()
                if isinstance(message, Keepalive):
                    if decoder.is_between() and message.at >= idle_at:
                        idle_at = message.at + _IDLE_MICROSECONDS
                        yield Committed(lsn.written(message.end), lsn.moment(message.at))
                elif (told := decoder.feed(message)) is not None:
                    yield told
        except LogLost:
            # The slot looked well and is not: the next beginning is with another one.
            self._anew = True
            raise
        finally:
            await self._end_stream()

    async def acknowledge(self, position: str) -> None:
        """See `ChangeLog.acknowledge`."""
        if self._stream is not None:
            with translated():
                self._stream.confirm(lsn.read(position))

    async def close(self) -> None:
        """See `ChangeLog.close`."""
        await self._end_stream()
        await self._session.close()

    async def _opened(self, position: str) -> Stream:
        await self._end_stream()
        at = _number(position)
        await slot.check(self._session, self._place.slot, at)
        await publication.check(self._session, self._place.publication, self._wanted)
        await self._session.close()
        with translated():
            connection = await session.replication(self._place.url)
            try:
                self._stream = await Stream.opened(
                    connection, self._place.slot, self._place.publication, at
                )
            except psycopg.Error:
                await connection.close()
                raise
        return self._stream

    async def _end_stream(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            with contextlib.suppress(psycopg.Error):
                await stream.close()


def _number(position: str) -> int:
    try:
        return lsn.read(position)
    except ValueError:
        raise LogLost(f"{position!r} is no position in PostgreSQL's log") from None
