"""A MySQL or MariaDB server's binary log as a `ChangeLog`."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import msgspec

from twofifty import telemetry
from twofifty.adapters.mysql_log import position as positions
from twofifty.adapters.mysql_log import server as servers
from twofifty.adapters.mysql_log.session import Address, Session
from twofifty.adapters.mysql_log.stream import Stream
from twofifty.intake.log import Committed

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Place(msgspec.Struct, frozen=True):
    """Where a log is, and the number under which we read it, which no other server or reader of
    this log has."""

    address: Address
    server_id: int


class MysqlLog:
    """`intake.log.ChangeLog` over one server. `wanted`: the columns that matter, by table."""

    def __init__(self, place: Place, wanted: Mapping[str, frozenset[str]]) -> None:
        self._place = place
        self._wanted = wanted
        self._stream: Stream | None = None
        self._thread = ThreadPoolExecutor(1, "mysql-log")

    async def begin(self) -> str:
        """See `ChangeLog.begin`: the end of the log, as it is now."""
        return await self._in_thread(self._end_of_log)

    async def follow(self, position: str) -> AsyncIterator[Committed]:
        """See `ChangeLog.follow`."""
        await self._end(self._stream)
        self._stream = stream = Stream(self._place.address, self._place.server_id)
        try:
            await self._in_thread(stream.begin, position, self._wanted, _notice)
            while True:
                for committed in await self._in_thread(stream.batch):
                    yield committed
        finally:
            await self._end(stream)

    async def acknowledge(self, position: str) -> None:
        """See `ChangeLog.acknowledge`. The server keeps its log by time, whoever reads it."""

    async def close(self) -> None:
        """See `ChangeLog.close`."""
        await self._end(self._stream)
        self._thread.shutdown(wait=False)

    def _end_of_log(self) -> str:
        session = Session(self._place.address)
        try:
            kind = servers.server(session)
            seconds = servers.seconds(session)
            return positions.written(servers.end_of_log(session, kind), seconds)
        finally:
            session.close()

    async def _end(self, stream: Stream | None) -> None:
        """Wakes the thread where it waits for the server, then ends the connections in it."""
        if stream is None or stream is not self._stream:
            return
        self._stream = None
        stream.cut()
        await self._in_thread(stream.close)

    async def _in_thread(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: work(*args, **kwargs))


def server_id(name: str, url: str) -> int:
    """A number for the reader of source `name`, the same at every start, out of reach of those that
    people give their servers."""
    digest = hashlib.sha256(f"{name}\0{url}".encode()).digest()
    return 1_000_000_000 + int.from_bytes(digest[:4], "big") % 3_000_000_000


def _notice(table: str) -> None:
    telemetry.log().warning(
        "a table of orders was emptied or dropped", action="log.emptied", table=table
    )
