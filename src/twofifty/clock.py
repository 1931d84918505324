"""Time as an argument: aware datetimes in UTC, and seconds since the epoch where rows want them."""

import time
from datetime import UTC, datetime
from typing import Protocol


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
