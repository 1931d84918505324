"""A clock that moves only when told to."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class FrozenClock:
    """Implements `twofifty.clock.Clock`. `start` is aware; the default is a Monday at noon."""

    def __init__(self, start: datetime = NOON) -> None:
        if start.tzinfo is None:
            raise ValueError("start needs a time zone")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment at which the clock stands, aware, UTC."""
        return self._now

    def seconds(self) -> float:
        """The same moment as seconds since the epoch."""
        return self._now.timestamp()

    def advance(self, seconds: float) -> None:
        """Moves the clock; negative seconds move it back, as a clock set by hand would."""
        self._now += timedelta(seconds=seconds)
