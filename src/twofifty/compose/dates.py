"""Dates and delivery windows in the customer's language and time zone, by CLDR's own patterns."""

import re
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton

_DAY: Final = "MMMEd"
_DAY_OF_YEAR: Final = "yMMMEd"
_ZONE = re.compile(r"[A-Za-z0-9+\-]+(?:/[A-Za-z0-9_+\-]+){0,2}")
_MIDNIGHT = time()


@lru_cache(maxsize=512)
def zone(name: str | None) -> tzinfo | None:
    """The IANA time zone of that name; None for no name or one that nobody knows."""
    if not name or not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def local_day(moment: datetime, where: tzinfo | None) -> date:
    """The day of `moment` for someone in `where`; by its own offset where that is unknown."""
    try:
        return (moment.astimezone(where) if where is not None else moment).date()
    except OverflowError:
        return moment.date()


def iso(text: str | None, where: tzinfo | None) -> date | datetime | None:
    """An ISO 8601 date or date-time as a date, or a naive local date-time; None for neither."""
    if not text or not text.isascii() or not 8 <= len(text) <= 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and where is not None:
            moment = moment.astimezone(where)
    except (ValueError, OverflowError):
        return None
    dated = len(text) <= 10 or moment.time() == _MIDNIGHT
    return moment.date() if dated else moment.replace(tzinfo=None)


@lru_cache(maxsize=4096)
def long_day(day: date, locale: Locale) -> str:
    """`November 21, 2026`."""
    return format_date(day, "long", locale=locale)


@lru_cache(maxsize=4096)
def short_day(day: date, locale: Locale, year: int | None = None) -> str:
    """`Sat, Nov 21, 2026`; within `year` the year goes without saying."""
    skeleton = _DAY if day.year == year else _DAY_OF_YEAR
    return _plain(format_skeleton(skeleton, day, locale=locale))


@lru_cache(maxsize=4096)
def window(
    start: date | datetime, end: date | datetime, locale: Locale, year: int | None = None
) -> str:
    """From `start` to `end`, both included, said as briefly as the language does; within `year` the
    year goes without saying. Hours are said only when both ends have them and fall on one day."""
    first, last = sorted((_day(start), _day(end)))
    if first != last:
        skeleton = _DAY if first.year == last.year == year else _DAY_OF_YEAR
        return _plain(format_interval(first, last, skeleton, locale=locale))
    day = short_day(first, locale, year)
    if not (isinstance(start, datetime) and isinstance(end, datetime)) or start >= end:
        return day
    hours = "hm" if "h" in locale.time_formats["short"].pattern else "Hm"
    return f"{day}, {_plain(format_interval(start, end, hours, locale=locale))}"


def _plain(text: str) -> str:
    """CLDR's thin spaces as common ones: not every mail font has them."""
    return text.replace("\u2009", " ").replace("\u202f", "\xa0")


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
