"""Reading beside the writer: connections of its own that cannot write."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import msgspec

from twofifty.adapters.postgresql.faults import (
    FAULTS,
    is_untranslatable,
    remedy,
    store_error,
)
from twofifty.adapters.postgresql.line import CONTROL, How, Known, Line, driven
from twofifty.adapters.postgresql.lockstep import Failed
from twofifty.adapters.postgresql.pool import Pool
from twofifty.adapters.postgresql.pulse import Pulse
from twofifty.adapters.postgresql.url import Target
from twofifty.adapters.relational.ports import Database

T = TypeVar("T")
TRIES = 3


class PooledReader:
    """`relational.ports.Reader` on PostgreSQL. `pulse`: whether anything has changed, as far as is
    heard by now."""

    at_once = False

    def __init__(self, target: Target, known: Known, pulse: Pulse) -> None:
        self._target = target
        self._pool = Pool(target, known)
        self._pulse = pulse
        self._places: asyncio.Semaphore | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, query: Callable[[Database], T]) -> T:
        """See `relational.ports.Reader`."""
        async with self._place():
            how = How(snapshot=not self._target.prepare)
            for _ in range(TRIES - 1):
                try:
                    return await self._read(query, how)
                except FAULTS as fault:
                    if is_untranslatable(fault):
                        how = msgspec.structs.replace(how, clean=True)
                    elif remedy(fault) != "reconnect":
                        raise store_error(fault) from fault
            try:
                return await self._read(query, how)
            except FAULTS as fault:
                raise store_error(fault) from fault

    async def _read(self, query: Callable[[Database], T], how: How) -> T:
        line = await self._pool.take()
        try:
            found = await _found(line, query, how)
        except BaseException:
            # Whatever state it is in, a new one is soon there.
            self._pool.drop(line)
            raise
        self._pool.give(line)
        return found

    def version(self) -> int:
        """See `relational.ports.Reader`."""
        return self._pulse.version()

    async def close(self) -> None:
        """See `relational.ports.Reader`."""
        await self._pulse.close()
        await self._pool.close()

    def _place(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if self._places is None or self._loop is not loop:
            self._places, self._loop = asyncio.Semaphore(self._target.readers), loop
        return self._places


async def _found(line: Line, query: Callable[[Database], T], how: How) -> T:
    if how.snapshot:
        await line.connection.execute(CONTROL["BEGIN"])
    try:
        (found,) = await driven(line, [[query]], how)
    except Failed as failed:
        raise failed.__cause__ or failed from None
    if how.snapshot:
        await line.connection.execute("COMMIT")
    result: T = found
    return result
