"""The time, as the policies take it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Times:
    """`now`: seconds of a clock that nobody sets, from anywhere. `today`: the date in UTC."""

    now: Callable[[], float] = time.monotonic
    today: Callable[[], date] = _today


SYSTEM = Times()
