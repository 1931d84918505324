"""Connections of one kind, opened when they are wanted, and again when they are lost."""

import asyncio

from twofifty.adapters.postgresql.faults import FAULTS, code_of, said, store_error
from twofifty.adapters.postgresql.line import Known, Line
from twofifty.adapters.postgresql.url import Target
from twofifty.adapters.postgresql.wire import connect
from twofifty.errors import StoreError

PATIENCE = 3.0
"""Seconds for which a lost server is tried again before those who wait are told."""
_SHORTEST, _LONGEST = 0.05, 1.0
_REFUSED = ("28", "3D", "42")
"""SQLSTATE classes that waiting does not mend: a wrong password, no such database, no right to."""


class Pool:
    """Hands out connections. Who takes one gives it back, or drops it where it failed. Connections
    belong to the event loop that opened them; on another one all begins anew."""

    def __init__(self, target: Target, known: Known, *, indexed: bool = False) -> None:
        self._target = target
        self._known = known
        self._indexed = indexed
        self._idle: list[Line] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def take(self) -> Line:
        """A connection that works, as far as is known. Raises StoreError."""
        if self._loop is not asyncio.get_running_loop():
            self._idle, self._loop = [], asyncio.get_running_loop()
        while self._idle:
            line = self._idle.pop()
            if not line.connection.is_closed():
                return line
        return await self._opened()

    def give(self, line: Line) -> None:
        """It is free again."""
        self._idle.append(line)

    def drop(self, line: Line) -> None:
        """It failed, and is not to be used again."""
        line.connection.terminate()

    async def close(self) -> None:
        """Ends all that are free."""
        idle, self._idle = self._idle, []
        if self._loop is asyncio.get_running_loop():
            for line in idle:
                await _closed(line)

    async def _opened(self) -> Line:
        """At once where it can be, else after growing pauses."""
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + PATIENCE, _SHORTEST
        while True:
            try:
                return Line(await connect(self._target, indexed=self._indexed), self._known)
            except FAULTS as fault:
                if code_of(fault)[:2] in _REFUSED:
                    raise store_error(fault) from fault
                if loop.time() + pause > end:
                    raise StoreError(f"the database is away: {said(fault)}") from fault
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST)


async def _closed(line: Line) -> None:
    try:
        await line.connection.close(timeout=1)
    except FAULTS:
        line.connection.terminate()
