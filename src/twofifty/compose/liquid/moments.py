"""The `date` filter: strftime's directives, with names of months and days in the reader's locale.

Written here and not by the C library, whose field widths (`%999999999d`) take what memory there is.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime, format_time

from twofifty.compose.liquid.numbers import number

_DIRECTIVE = re.compile(r"%([-_0^#]?)([A-Za-z%+])")
Write = Callable[[datetime, Locale], str]

_NAMED: Final[dict[str, str]] = {
    "A": "EEEE",
    "B": "MMMM",
    "a": "EEE",
    "b": "MMM",
    "h": "MMM",
    "p": "a",
}
_NUMBERS: Final[dict[str, tuple[int, str, Callable[[datetime], int]]]] = {
    "C": (2, "0", lambda at: at.year // 100),
    "H": (2, "0", lambda at: at.hour),
    "I": (2, "0", lambda at: at.hour % 12 or 12),
    "L": (3, "0", lambda at: at.microsecond // 1000),
    "M": (2, "0", lambda at: at.minute),
    "N": (9, "0", lambda at: at.microsecond * 1000),
    "S": (2, "0", lambda at: at.second),
    "U": (2, "0", lambda at: int(at.strftime("%U"))),
    "V": (2, "0", lambda at: at.isocalendar().week),
    "W": (2, "0", lambda at: int(at.strftime("%W"))),
    "Y": (1, "0", lambda at: at.year),
    "d": (2, "0", lambda at: at.day),
    "e": (2, " ", lambda at: at.day),
    "j": (3, "0", lambda at: at.timetuple().tm_yday),
    "k": (2, " ", lambda at: at.hour),
    "l": (2, " ", lambda at: at.hour % 12 or 12),
    "m": (2, "0", lambda at: at.month),
    "s": (1, "0", lambda at: int(at.timestamp())),
    "u": (1, "0", lambda at: at.isoweekday()),
    "w": (1, "0", lambda at: at.isoweekday() % 7),
    "y": (2, "0", lambda at: at.year % 100),
}
_WHOLE: Final[dict[str, str]] = {
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "R": "%H:%M",
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "c": "%a %b %e %H:%M:%S %Y",
    "r": "%I:%M:%S %p",
    "x": "%m/%d/%y",
}
# Shopify's named formats, each by CLDR's own pattern.
_SHAPES: Final[dict[str, Write]] = {
    "abbreviated_date": lambda at, locale: format_date(at, "medium", locale=locale),
    "basic": lambda at, locale: format_date(at, "short", locale=locale),
    "date": lambda at, locale: format_date(at, "long", locale=locale),
    "date_at_time": lambda at, locale: format_datetime(at, "long", locale=locale),
    "default": lambda at, locale: format_datetime(at, "long", locale=locale),
    "on_date": lambda at, locale: format_date(at, "long", locale=locale),
    "short": lambda at, locale: format_datetime(at, "short", locale=locale),
    "long": lambda at, locale: format_datetime(at, "long", locale=locale),
}


def moment(value: object, where: tzinfo | None) -> datetime | None:
    """What a template gives as a date: ISO 8601, or seconds since 1970; None for neither."""
    if isinstance(value, datetime):
        return value if value.tzinfo is None or where is None else value.astimezone(where)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=where)
    seconds = number(value)
    try:
        if seconds is not None:
            return datetime.fromtimestamp(float(seconds), where or UTC)
        found = datetime.fromisoformat(str(value).strip()[:40])
        return found if found.tzinfo is None or where is None else found.astimezone(where)
    except (ValueError, OverflowError, OSError):
        return None


def written(at: datetime, pattern: str, locale: Locale) -> str:
    """A moment by a strftime pattern, or by the name of one of Shopify's formats."""
    shape = _SHAPES.get(pattern)
    if shape is not None:
        return shape(at, locale)

    def directive(found: re.Match[str]) -> str:
        return _directive(at, found[1], found[2], locale) or found[0]

    return _DIRECTIVE.sub(directive, pattern)


def _directive(at: datetime, flag: str, letter: str, locale: Locale) -> str:
    if letter in _NUMBERS:
        width, fill, figure = _NUMBERS[letter]
        fill = {"-": "", "_": " ", "0": "0"}.get(flag, fill)
        return str(figure(at)).rjust(width, fill) if fill else str(figure(at))
    if letter in _NAMED:
        name = format_datetime(at, _NAMED[letter], locale=locale)
        return name.upper() if flag in ("^", "#") else name
    if letter in _WHOLE:
        return written(at, _WHOLE[letter], locale)
    if letter == "P":
        return format_time(at, "a", locale=locale).lower()
    if letter in "zZ":
        return at.strftime(f"%{letter}") if at.tzinfo else ""
    return "%" if letter == "%" else ""
