"""A replication connection: COPY BOTH with PostgreSQL's walsender, kept alive whoever waits.

PostgreSQL documentation, "Streaming Replication Protocol".
"""

import asyncio
import contextlib
import struct
import time
from typing import NoReturn

import msgspec
from psycopg import AsyncConnection, Error, OperationalError, errors, pq
from psycopg.generators import execute

from twofifty.adapters.postgresql_log import lsn
from twofifty.errors import ShopBusy

BEAT_SECONDS = 5.0
SILENCE_SECONDS = 60.0

_DATA = struct.Struct(">xQQq")
_KEEPALIVE = struct.Struct(">xQqB")
_STATUS = struct.Struct(">cQQQqB")
_EPOCH_2000 = 946_684_800


class Keepalive(msgspec.Struct, frozen=True):
    """Everything before `end` was sent; `at` is the server's time in microseconds since 2000."""

    end: int
    at: int


class Stream:
    """Messages of one slot. `flushed` is what the server is told to be safe here."""

    def __init__(self, connection: AsyncConnection, flushed: int) -> None:
        self._connection = connection
        self._pgconn = connection.pgconn
        self._loop = asyncio.get_running_loop()
        self.flushed = flushed
        self._beating: asyncio.Task[None] | None = None

    @classmethod
    async def opened(
        cls, connection: AsyncConnection, slot: str, publication: str, position: int
    ) -> "Stream":
        """Begins to stream from `position`. Raises psycopg's errors."""
        command = (
            f'START_REPLICATION SLOT "{slot}" LOGICAL {lsn.written(position)} '
            f"(proto_version '1', publication_names '\"{publication}\"')"
        )
        connection.pgconn.send_query(command.encode())
        (*_, result) = await connection.wait(execute(connection.pgconn))
        if result.status != pq.ExecStatus.COPY_BOTH:
            raise_error(result)
        made = cls(connection, position)
        made._beating = asyncio.create_task(made._beat())
        return made

    async def next(self) -> bytes | Keepalive:
        """The next message of the log, or how far the server is."""
        while True:
            size, data = self._pgconn.get_copy_data(1)
            if size == 0:
                await self._readable()
                self._pgconn.consume_input()
            elif size < 0:
                raise_ended(self._pgconn)
            elif data[0] == ord("w"):
                return bytes(data[_DATA.size :])
            else:
                return self._keepalive(data)

    def confirm(self, position: int) -> None:
        """Tells the server that everything before `position` is safe here."""
        self.flushed = max(self.flushed, position)
        self._tell(ask=False)

    async def close(self) -> None:
        """Ends the connection."""
        if self._beating is not None:
            self._beating.cancel()
        await self._connection.close()

    def _keepalive(self, data: memoryview) -> Keepalive:
        end, at, wants_reply = _KEEPALIVE.unpack_from(data)
        if wants_reply:
            self._tell(ask=False)
        return Keepalive(end, at)

    async def _beat(self) -> None:
        """Answers also while nobody reads here, and asks how far the server is."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            # A broken line is the reader's news, not this task's.
            with contextlib.suppress(Error):
                self._tell(ask=True)

    def _tell(self, *, ask: bool) -> None:
        now = int((time.time() - _EPOCH_2000) * 1_000_000)
        at = self.flushed
        self._pgconn.put_copy_data(_STATUS.pack(b"r", at, at, at, now, ask))
        self._pgconn.flush()

    async def _readable(self) -> None:
        """Waits for bytes. Raises ShopBusy where none come although the server was asked."""
        ready = asyncio.Event()
        socket = self._pgconn.socket
        self._loop.add_reader(socket, ready.set)
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                await ready.wait()
        except TimeoutError:
            raise ShopBusy("PostgreSQL has been silent for a minute") from None
        finally:
            self._loop.remove_reader(socket)


def raise_error(result: pq.abc.PGresult) -> NoReturn:
    """Raises the error that a result is."""
    raise errors.error_from_result(result)


def raise_ended(pgconn: pq.abc.PGconn) -> NoReturn:
    """Raises why the server ended the stream."""
    result = pgconn.get_result()
    if result is not None and result.status == pq.ExecStatus.FATAL_ERROR:
        raise_error(result)
    raise OperationalError("the server ended the stream")
