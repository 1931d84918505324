"""Reading what shops really send: the type of a value may vary, its meaning may not.

An empty value is absent. Money and quantities that are there and cannot be read raise `Unreadable`,
for they are never guessed; words and times that are of no use are absent.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import TypeGuard, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from twofifty.errors import BadInput, Problem
from twofifty.intake import place

MAX_TEXT = 20_000
MAX_KEY = 200
MAX_URL = 2_000

_T = TypeVar("_T")
_AMOUNT = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,12})?", re.ASCII)
_MOST = Decimal(10) ** 15
_URL = re.compile(r"https?://[^\s<>\"\\^`{|}\x00-\x20\x7f]+", re.IGNORECASE)
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", re.ASCII)
_NUMBERS = (int, Decimal)
_NOTHING = ("", "None", "NULL", "null")
_YEARS = range(1971, 3000)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LATEST = 32_503_680_000


class Unreadable(Exception):
    """A value that is there and cannot be read; `wants` says what it should be."""

    def __init__(self, value: object, wants: str) -> None:
        super().__init__(wants)
        self.value = value
        self.wants = wants


def usable(document: object, read: Callable[[], _T]) -> _T:
    """What `read` makes of `document`. Raises BadInput 422 with the path of what it could not."""
    try:
        return read()
    except Unreadable as fault:
        problem = _problem(document, fault)
        raise BadInput(422, "the order cannot be used as it stands", (problem,)) from None


def _problem(document: object, fault: Unreadable) -> Problem:
    if fault.value is None:
        return Problem("body", f"something is missing: {fault.wants}")
    path = place.locate(document, fault.value)
    return Problem(path, f"{str(fault.value)[:40]!r} cannot be used: {fault.wants}")


def text(value: object) -> str | None:
    """Words without blanks around them; numbers in digits; None for nothing."""
    if type(value) is str:
        return value.strip()[:MAX_TEXT] or None
    if value is None:
        return None
    return str(value)[:MAX_KEY] if _is_number(value) else None


def key(value: object) -> str | None:
    """An identifier, as text. Raises Unreadable over 200 characters."""
    found = text(value)
    if found is not None and len(found) > MAX_KEY:
        raise Unreadable(value, f"an identifier has at most {MAX_KEY} characters")
    return found


def amount(value: object) -> Decimal | None:
    """Money or a quantity, exactly as written. Raises Unreadable."""
    if type(value) is str:
        if _AMOUNT.fullmatch(value):
            return Decimal(value)
        if value.strip() in _NOTHING:
            return None
        if _AMOUNT.fullmatch(value.strip()):
            return Decimal(value.strip())
    elif value is None:
        return None
    elif _is_number(value) and -_MOST < value < _MOST:
        return Decimal(value)
    raise Unreadable(value, 'it should be a decimal number such as "12.50"')


def quantity(value: object) -> Decimal:
    """How many: a number of at least 0. Raises Unreadable."""
    found = amount(value)
    if found is None or found < 0:
        raise Unreadable(value, "a quantity is a number of at least 0")
    return found


def moment(value: object, zone: tzinfo | None = None) -> datetime | None:
    """An ISO 8601 time with its offset. One without an offset is in `zone`, or absent where that
    is not known; so are nought dates (`0000-00-00`, 1970) and what is no time at all."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if found.tzinfo is None and zone is not None:
        found = found.replace(tzinfo=zone)
    return found if found.tzinfo is not None and found.year in _YEARS else None


def milliseconds(when: datetime | None) -> int | None:
    """A time as a revision: milliseconds since 1970."""
    return None if when is None else (when - _EPOCH) // _MILLISECOND


@lru_cache(maxsize=64)
def time_zone(name: str) -> tzinfo | None:
    """The IANA time zone of that name; None for an unknown one."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def url(value: object) -> str | None:
    """An `http` or `https` URL, else None."""
    if not isinstance(value, str) or len(value) > MAX_URL:
        return None
    return value if _URL.fullmatch(value) else None


def locale(value: object) -> str | None:
    """A language tag in BCP 47 form (`pt-BR`), else None."""
    if not isinstance(value, str) or not _LOCALE.fullmatch(value) or len(value) > 35:
        return None
    return value.replace("_", "-")


def mapping(value: object) -> dict[str, object]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[dict[str, object]]:
    """The objects in a list. PHP writes a list with a gap in it as an object: then its values.

    Raises Unreadable over 1,000 of these."""
    if not value:
        return []
    if isinstance(value, dict):
        if len(value) > place.MAX_LINES:
            raise Unreadable(value, f"send at most {place.MAX_LINES:,} items")
        value = list(value.values())
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, dict)]


def _is_number(value: object) -> TypeGuard[int | Decimal]:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def total(amounts: list[Decimal | None]) -> Decimal | None:
    """The sum of what is stated; None where nothing is."""
    stated = [each for each in amounts if each is not None]
    return sum(stated, Decimal(0)) if stated else None


def epoch(value: object) -> datetime | None:
    """A time in seconds since 1970 (as a number or its digits), in milliseconds where it is too
    large for seconds; absent where it is neither."""
    number = value if _is_number(value) else None
    if isinstance(value, str) and _AMOUNT.fullmatch(value.strip()):
        number = Decimal(value.strip())
    if number is None or not 0 < number < _MOST:
        return None
    found = _EPOCH + timedelta(seconds=float(number / 1000 if number > _LATEST else number))
    return found if found.year in _YEARS else None
