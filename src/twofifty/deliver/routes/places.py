"""Waiting for a place on a route, for a short time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from twofifty.deliver.routes.crowd import Crowd


@dataclass(frozen=True, slots=True, eq=False)
class _Turn:
    """A mail in line; `place` becomes the time at which its place was taken, None: too late."""

    domain: str
    place: asyncio.Future[float | None]


class Places:
    """`most` places, `part` of them for one domain. `now`: seconds, as of `Times`."""

    def __init__(self, most: int, part: int, now: Callable[[], float]) -> None:
        self._crowd: Crowd[_Turn] = Crowd(most, part)
        self._now = now

    async def take(self, domain: str, longest: float) -> float | None:
        """Waits up to `longest` seconds for a place; the time at which it was taken, for `leave`.
        None: there will be none in time."""
        now = self._now()
        if self._crowd.enter(domain, now):
            return now
        if self._crowd.expected(domain, now) > longest:
            return None
        return await self._wait(domain, longest)

    def leave(self, domain: str, taken: float) -> None:
        """Gives back the place that was taken at `taken`, and calls whose turn it is."""
        self._crowd.leave(domain, taken, self._now())
        self._call()

    def expected(self, domain: str) -> float:
        """See `Crowd.expected`."""
        return self._crowd.expected(domain, self._now())

    async def _wait(self, domain: str, longest: float) -> float | None:
        loop = asyncio.get_running_loop()
        turn = _Turn(domain, loop.create_future())
        self._crowd.join(domain, turn)
        timer = loop.call_later(longest, self._late, turn)
        try:
            return await turn.place
        except asyncio.CancelledError:
            self._gave_up(turn)
            raise
        finally:
            timer.cancel()

    def _call(self) -> None:
        now = self._now()
        turn = self._crowd.call(now)
        while turn is not None:
            turn.place.set_result(now)
            turn = self._crowd.call(now)

    def _late(self, turn: _Turn) -> None:
        if not turn.place.done():
            self._crowd.forget(turn.domain, turn)
            turn.place.set_result(None)

    def _gave_up(self, turn: _Turn) -> None:
        """Cancelled in line, or just when its place was there."""
        self._crowd.forget(turn.domain, turn)
        taken = None if turn.place.cancelled() else turn.place.result()
        if taken is not None:
            self.leave(turn.domain, taken)
