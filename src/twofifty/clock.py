"""Time as an argument: aware datetimes in UTC, and seconds since the epoch where rows want them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    """Whoever needs the time takes one of these."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...

    def seconds(self) -> float:
        """The present moment as seconds since 1970-01-01T00:00:00Z."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """The present moment as seconds since the epoch."""
        return time.time()


def since_boot() -> float:
    """Seconds that nobody sets and that go on while the machine sleeps, where it can tell those."""
    return time.clock_gettime(_BOOT)


class Stopwatch:
    """How long ago it was made, by whichever of `clocks`, in seconds, says the longest: one may
    have been set back meanwhile, another one may have stood still."""

    def __init__(self, *clocks: Callable[[], float]) -> None:
        self._began = [(clock, clock()) for clock in clocks]

    def seconds(self) -> float:
        """Since it was made."""
        return max(clock() - began for clock, began in self._began)
