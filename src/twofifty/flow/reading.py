"""A change log read ahead, as far as a bound: what waits is taken together."""

import asyncio
from collections import deque
from types import TracebackType
from typing import Self

from twofifty.errors import ShopBusy
from twofifty.intake.log import ChangeLog, Committed

MOST_ROWS = 2_000
MOST_AHEAD = 6_000


class Reading:
    """An open reading of `log` from `position`; a context manager that ends it."""

    def __init__(self, log: ChangeLog, position: str) -> None:
        self._log = log
        self._position = position
        self._waiting: deque[Committed] = deque()
        self._rows = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._reader = asyncio.create_task(self._read())
        self._reader.add_done_callback(lambda _: self._news.set())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def batch(self) -> list[Committed]:
        """What waits, at least one; about `MOST_ROWS` rows at most. Raises what the log raised,
        once everything before was taken."""
        while not self._waiting:
            if self._reader is not None and self._reader.done():
                self._reader.result()
                raise ShopBusy("the change log has ended")
            self._news.clear()
            await self._news.wait()
        taken, rows = [], 0
        while self._waiting and rows < MOST_ROWS:
            taken.append(self._waiting.popleft())
            rows += _size(taken[-1])
        self._rows -= rows
        self._room.set()
        return taken

    async def _read(self) -> None:
        async for committed in self._log.follow(self._position):
            self._waiting.append(committed)
            self._rows += _size(committed)
            self._news.set()
            while self._rows >= MOST_AHEAD:
                self._room.clear()
                await self._room.wait()


def _size(committed: Committed) -> int:
    return len(committed.changes) + 1
