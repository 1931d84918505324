"""How many there are of each state, for whoever asks again and again.

Counting takes longer as a store grows. What took long is kept and counted anew only once that takes
a small share of the time; and later still where nothing has come or moved since.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from twofifty import sql
from twofifty.adapters.relational.audit import counted, violations
from twofifty.adapters.relational.ports import Database, Reader
from twofifty.track.model import Conservation

T = TypeVar("T")
Q = sql.load("archive")

LONG_SECONDS = 0.05
"""What takes less is counted anew each time."""
QUIET_SECONDS = 600.0
"""For how long what is kept may be believed at most, also where nothing has come or moved."""
SHARE, SHARE_OF_LAWS = 0.01, 0.002
"""Of a core at most."""


class Kept(Generic[T]):
    """The newest result of `ask`. `clock`: monotonic seconds."""

    def __init__(
        self, reader: Reader, ask: Callable[[Database], T], share: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._reader = reader
        self._ask = ask
        self._share = share
        self._clock = clock
        self._found: tuple[T, tuple[object, ...]] | None = None
        self._asked = self._until = float("-inf")
        self._asking = asyncio.Lock()

    async def newest(self) -> T:
        """The one that is kept, or one asked for now. Raises StoreError."""
        async with self._asking:
            if self._found is None or not await self._holds(self._found[1]):
                self._found = await self._counted()
            return self._found[0]

    async def _counted(self) -> tuple[T, tuple[object, ...]]:
        self._asked = self._clock()
        marks = await self._reader.run(_marks)  # first: what comes while it counts is news
        found = await self._reader.run(self._ask)
        took = self._clock() - self._asked
        rest = min(took / self._share, QUIET_SECONDS) if took >= LONG_SECONDS else 0.0
        self._until = self._clock() + rest
        return found, marks

    async def _holds(self, marks: tuple[object, ...]) -> bool:
        now = self._clock()
        if now < self._until:
            return True
        if self._until <= self._asked + LONG_SECONDS or now > self._asked + QUIET_SECONDS:
            return False
        return marks == await self._reader.run(_marks)


class Counts:
    """`Archive.counts` on SQL."""

    def __init__(self, reader: Reader) -> None:
        self._counts = Kept(reader, counted, SHARE)
        self._violations = Kept(reader, violations, SHARE_OF_LAWS)

    async def newest(self) -> Conservation:
        """Raises StoreError."""
        broken = await self._violations.newest()
        return msgspec.structs.replace(await self._counts.newest(), violations=broken)


def _marks(db: Database) -> tuple[object, ...]:
    """They differ once anything has come, or any message has moved."""
    return tuple(db.execute(Q["marks"]).fetchone())
