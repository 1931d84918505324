"""Work that one process does for all of them: whose turn it is, and the work while it is.

Several intake processes over one store all could compare with the shops, read their change logs
and look who was not reached. Nothing would break, for all of that may be done twice; but shops
would be asked twice, and a change log can have one reader. So one process holds the duty, by a
lease that it renews, and another takes it over when that one is gone.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from twofifty.clock import Clock
from twofifty.errors import StoreError

BEAT_SECONDS = 5.0
LEASE_SECONDS = 20.0


class Duties(Protocol):
    """Who holds a duty, on disk."""

    async def hold(self, duty: str, owner: str, times: tuple[float, float]) -> str:
        """Whoever holds `duty` from now on: `owner`, if nobody else does. `times`: now, and until
        when `owner` would hold it (seconds since the epoch)."""
        ...

    async def leave(self, duty: str, owner: str) -> None:
        """`owner` does not hold `duty` any more."""
        ...


class Turn:
    """Whether this process, `owner`, holds `duty`. `gone` says of another owner that it surely does
    not live any more; any other is waited for until its lease ends."""

    def __init__(
        self,
        duties: Duties,
        duty: str,
        owner: str,
        clock: Clock,
        gone: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._duties = duties
        self._duty = duty
        self._owner = owner
        self._clock = clock
        self._gone = gone
        self._mine = asyncio.Event()
        self._lost = asyncio.Event()
        self._lost.set()
        self._until = 0.0

    @property
    def mine(self) -> bool:
        """Whether this process holds it now."""
        return self._mine.is_set()

    async def watch(self) -> None:
        """Takes the duty when it is free and keeps it, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(BEAT_SECONDS)

    async def look(self) -> None:
        """Takes the duty if it is free, or keeps it."""
        now = self._clock.seconds()
        try:
            holder = await self._duties.hold(self._duty, self._owner, (now, now + LEASE_SECONDS))
            if holder != self._owner and self._gone(holder):
                await self._duties.leave(self._duty, holder)
                holder = await self._duties.hold(
                    self._duty, self._owner, (now, now + LEASE_SECONDS)
                )
        except StoreError:
            # Nobody else can have taken it before the lease ends.
            self._set(self.mine and self._clock.seconds() < self._until)
            return
        self._until = now + LEASE_SECONDS
        self._set(holder == self._owner)

    async def leave(self) -> None:
        """Lets another process take it at once."""
        if self.mine:
            self._set(False)
            with contextlib.suppress(StoreError):
                await self._duties.leave(self._duty, self._owner)

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does `work` while the duty is this process's, again whenever it is; ends when `work` ends
        by itself. Raises what `work` raises."""
        while True:
            await self._mine.wait()
            working = asyncio.ensure_future(work())
            losing = asyncio.ensure_future(self._lost.wait())
            try:
                await asyncio.wait({working, losing}, return_when=asyncio.FIRST_COMPLETED)
                if working.done():
                    await working
                    return
            finally:
                await _ended(working, losing)

    def _set(self, mine: bool) -> None:
        now, then = (self._mine, self._lost) if mine else (self._lost, self._mine)
        now.set()
        then.clear()


async def _ended(*tasks: "asyncio.Future[Any]") -> None:
    for task in tasks:
        if not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
