"""Calendars: the year, month and day that a region counts.

CLDR prefers the Persian calendar in Iran and Afghanistan and Buddhist years in Thailand, and shops
there date their mails so; everywhere else, Saudi Arabia included, it is the Gregorian one. Only
mails in the region's own language count so: an English mail to Bangkok says 2026.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Final

import msgspec
from babel import Locale
from babel.dates import DateTimeFormat, get_period_names

_BUDDHA: Final = 543
# The Persian leap years of a span of 33 years, the rule that holds from 1799 to 2255.
_SPAN, _FOUR = 12_053, 1_461
_FIRST_HALF: Final = 186  # six months of 31 days
_EPOCH_DAYS, _EPOCH_YEAR = 356_032, -1_595

_IRAN: Final = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
_AFGHANISTAN: Final = (
    "حمل",
    "ثور",
    "جوزا",
    "سرطان",
    "اسد",
    "سنبلهٔ",
    "میزان",
    "عقرب",
    "قوس",
    "جدی",
    "دلو",
    "حوت",
)


class Fields(msgspec.Struct, frozen=True):
    """A day as its calendar counts it. `months`: the names of the calendar's months where they
    are not the Gregorian ones."""

    year: int
    month: int
    day: int
    months: tuple[str, ...] = ()


def fields(day: date, locale: Locale) -> Fields:
    """The day in the calendar of a locale."""
    region = (locale.language, locale.territory or "")
    if region in (("fa", ""), ("fa", "IR")):
        return Fields(*persian(day), _IRAN)
    if region == ("fa", "AF"):
        return Fields(*persian(day), _AFGHANISTAN)
    if region in (("th", ""), ("th", "TH")):
        return Fields(day.year + _BUDDHA, day.month, day.day)
    return Fields(day.year, day.month, day.day)


def persian(day: date) -> tuple[int, int, int]:
    """Year, month and day of the Solar Hijri calendar."""
    spans, left = divmod(day.toordinal() + _EPOCH_DAYS, _SPAN)
    fours, left = divmod(left, _FOUR)
    year = _EPOCH_YEAR + 33 * spans + 4 * fours
    if left > 365:
        years, left = divmod(left - 1, 365)
        year += years
    if left < _FIRST_HALF:
        return year, 1 + left // 31, 1 + left % 31
    return year, 7 + (left - _FIRST_HALF) // 30, 1 + (left - _FIRST_HALF) % 30


class Filling:
    """What fills a CLDR date pattern (`%(MMM)s`): Babel's fields, with the calendar's own year,
    month and day, and a day period in the language's own script."""

    def __init__(self, moment: datetime, locale: Locale) -> None:
        self._moment = moment
        self._locale = locale
        self._fields = fields(moment, locale)
        self._gregorian = DateTimeFormat(moment, locale)

    def __getitem__(self, name: str) -> str:
        sign, width = name[0], len(name)
        if sign == "y":
            return f"{self._fields.year:0{1 if width == 2 else width}d}"
        if sign == "d":
            return f"{self._fields.day:0{width}d}"
        if sign in "ML" and self._fields.months:
            month = self._fields.month
            return f"{month:0{width}d}" if width < 3 else self._fields.months[month - 1]
        if sign in "aB":
            return day_period(self._moment.hour >= 12, self._locale)
        return str(self._gregorian[name])


@lru_cache(maxsize=256)
def day_period(afternoon: bool, locale: Locale) -> str:
    """`AM` or `PM`; in full where the short word is Latin and the language is not (Korean)."""
    kind = "pm" if afternoon else "am"
    short = str(get_period_names("abbreviated", "format", locale)[kind])
    full = str(get_period_names("wide", "format", locale).get(kind, short))
    return full if short.isascii() and not full.isascii() else short
