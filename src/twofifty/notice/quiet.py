"""Hours in which nobody is woken. Pure: clocks and time zones come in as arguments.

Hours are read off the wall, also where clocks are changed: an hour that comes twice is quiet twice.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

import msgspec

_SPAN: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_ROUNDS: Final = 50


class QuietHours(msgspec.Struct, frozen=True):
    """From `start` until just before `end`, over midnight where the end is the earlier one."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def quiet_hours(text: str) -> QuietHours | None:
    """`21:00-08:00`; None for an empty text. Raises ValueError for anything else."""
    if not text.strip():
        return None
    found = _SPAN.fullmatch(text.strip())
    if found is None or text.strip()[:5] == text.strip()[6:]:
        raise ValueError("quiet hours look like 21:00-08:00")
    start, start_minute, end, end_minute = map(int, found.groups())
    return QuietHours(time(start, start_minute), time(end, end_minute))


def is_quiet(at: datetime, hours: QuietHours, zone: tzinfo) -> bool:
    """Whether a moment (with an offset) is in the quiet hours of a place."""
    wall = at.astimezone(zone).time()
    if hours.start < hours.end:
        return hours.start <= wall < hours.end
    return wall >= hours.start or wall < hours.end


def free_from(at: datetime, hours: QuietHours | None, zones: Sequence[tzinfo]) -> datetime:
    """The first moment from `at` on that is quiet in none of the zones; where they leave no such
    moment, in the first of them. In UTC."""
    at = at.astimezone(UTC)
    if hours is None or not zones:
        return at
    moment = at
    for _ in range(_ROUNDS):
        later = max(_free_there(moment, hours, zone) for zone in zones)
        if later == moment:
            return moment
        moment = later
    return _free_there(at, hours, zones[0])


def _free_there(at: datetime, hours: QuietHours, zone: tzinfo) -> datetime:
    if not is_quiet(at, hours, zone):
        return at
    today = at.astimezone(zone).date()
    ends = [
        datetime.combine(today + timedelta(day), hours.end, zone).replace(fold=fold).astimezone(UTC)
        for day in (0, 1, 2)
        for fold in (0, 1)
    ]
    return min(end for end in ends if end > at and not is_quiet(end, hours, zone))
