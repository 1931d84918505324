"""Token buckets in memory: how often somebody may come."""

from typing import Final

from twofifty.clock import Clock

_MOST: Final = 10_000
"""Buckets that are kept; the one that was not used for longest goes first."""


class Buckets:
    """A bucket for each key: `burst` at once, then `per_hour` in an hour."""

    def __init__(self, burst: int, per_hour: float, clock: Clock) -> None:
        self._burst = burst
        self._rate = per_hour / 3_600
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> float:
        """Takes one. 0 where there was one, else how many seconds it is until there is."""
        now = self._clock.seconds()
        level, seen = self._levels.pop(key, (float(self._burst), now))
        level = min(self._burst, level + max(0.0, now - seen) * self._rate)
        taken = level >= 1
        self._levels[key] = (level - taken, now)
        if len(self._levels) > _MOST:
            del self._levels[next(iter(self._levels))]
        return 0.0 if taken else (1 - level) / self._rate
