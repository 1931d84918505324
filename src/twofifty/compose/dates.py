"""Dates and delivery windows in the customer's language, time zone, digits and calendar, by CLDR's
own patterns."""

import re
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import match_skeleton, parse_pattern

from twofifty.compose.calendars import Fields, Filling, day_period, fields
from twofifty.compose.digits import system, table

_DAY: Final = "MMMEd"
_DAY_OF_YEAR: Final = "yMMMEd"
_ZONE = re.compile(r"[A-Za-z0-9+\-]+(?:/[A-Za-z0-9_+\-]+){0,2}")
_MIDNIGHT = time()
_ERA = re.compile(r"\s*G+\s*")
# A pattern's literals, as CLDR quotes them.
_QUOTED = re.compile(r"'[^']*'")

Interval = tuple[str, str]

# Back from any digits of a calendar or clock to Latin ones, for `str.translate`.
LATIN_DIGITS: Final = {
    ord(native): chr(latin)
    for name in ("arab", "arabext", "beng", "deva", "mymr")
    for latin, native in (table(name) or {}).items()
}


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
    return _own(_written(_ERA.sub(" ", locale.date_formats["long"].pattern), day, locale), locale)


@lru_cache(maxsize=4096)
def short_day(day: date, locale: Locale, year: int | None = None) -> str:
    """`Sat, Nov 21, 2026`; within `year` (a Gregorian one) the year goes without saying."""
    skeleton = _DAY if day.year == year else _DAY_OF_YEAR
    return _own(_written(_pattern(locale, skeleton), day, locale), locale)


@lru_cache(maxsize=4096)
def window(
    start: date | datetime, end: date | datetime, locale: Locale, year: int | None = None
) -> str:
    """From `start` to `end`, both included, said as briefly as the language does; within `year` the
    year goes without saying. Hours are said only when both ends have them and fall on one day."""
    first, last = sorted((_day(start), _day(end)))
    if first != last:
        return _own(_days(first, last, locale, year), locale)
    day = short_day(first, locale, year)
    if not (isinstance(start, datetime) and isinstance(end, datetime)) or start >= end:
        return day
    return _own(f"{day}, {_hours(start, end, locale)}", locale)


def _days(first: date, last: date, locale: Locale, year: int | None) -> str:
    one, other = fields(first, locale), fields(last, locale)
    brief = first.year == last.year == year and one.year == other.year
    before, after = _interval(locale, _DAY if brief else _DAY_OF_YEAR, _largest(one, other))
    return _written(before, first, locale) + _written(after, last, locale)


def _largest(one: Fields, other: Fields) -> str:
    """The largest field in which two days differ."""
    if one.year != other.year:
        return "y"
    return "M" if one.month != other.month else "d"


def _hours(start: datetime, end: datetime, locale: Locale) -> str:
    """Hours of one day, with 12 or 24 of them as the locale's own short time has."""
    twelve = _halved(locale)
    apart = day_period(start.hour >= 12, locale) != day_period(end.hour >= 12, locale)
    larger = ("a" if apart else "h") if twelve else "H"
    before, after = _interval(locale, "hm" if twelve else "Hm", larger)
    return _written(before, start, locale) + _written(after, end, locale)


@lru_cache(maxsize=256)
def _halved(locale: Locale) -> bool:
    """Whether the day has twice twelve hours."""
    bare = _QUOTED.sub("", locale.time_formats["short"].pattern)
    return "h" in bare or "K" in bare


@lru_cache(maxsize=1_024)
def _pattern(locale: Locale, skeleton: str) -> str:
    """CLDR's pattern of a skeleton, that of the nearest one where it has none."""
    known = locale.datetime_skeletons
    found = skeleton if skeleton in known else match_skeleton(skeleton, known)
    return str((known[found] if found else locale.date_formats["medium"]).pattern)


@lru_cache(maxsize=1_024)
def _interval(locale: Locale, skeleton: str, field: str) -> Interval:
    """The patterns of an interval's two ends, with what stands between them."""
    known = locale.interval_formats.get(skeleton) or {}
    pair = known.get(field)
    if pair is not None and len(pair) == 2:
        # Babel joins neighbouring literals with a doubled quote
        return pair[0].replace("''", ""), pair[1].replace("''", "")
    whole = _pattern(locale, skeleton)
    before, _, rest = locale.interval_formats[None].partition("{0}")
    between, _, after = rest.partition("{1}")
    return f"{_quoted(before)}{whole}{_quoted(between)}", f"{whole}{_quoted(after)}"


def _quoted(literal: str) -> str:
    return f"'{literal}'" if literal else ""


def _written(pattern: str, moment: date, locale: Locale) -> str:
    exact = moment if isinstance(moment, datetime) else datetime.combine(moment, _MIDNIGHT)
    return _template(pattern) % Filling(exact, locale)


@lru_cache(maxsize=2_048)
def _template(pattern: str) -> str:
    """A CLDR pattern as a `%` template: `%(E)s, %(d)s. %(MMM)s`."""
    return str(vars(parse_pattern(pattern))["format"])


def _own(text: str, locale: Locale) -> str:
    """The locale's own digits; CLDR's thin spaces as common ones: not every mail font has them."""
    native = table(system(locale))
    plain = text.replace("\u2009", " ").replace("\u202f", "\xa0")
    return plain if native is None else plain.translate(native)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
