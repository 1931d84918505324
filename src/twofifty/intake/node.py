"""A place in what a shop sent, and how to read from it in one line.

A path is written `a.b.0.c`; `|` between paths takes the first that holds something, `+` joins words
with a blank: `node.text("name|first_name+last_name")`. What is not there reads as None; what is
there and cannot be understood raises Unreadable with its place (see `loose`).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

import msgspec

from twofifty.intake import currency, loose
from twofifty.order.model import Address

_T = TypeVar("_T")
_Steps = tuple[str, ...]
_NO_ADDRESS = Address()
_EMPTIES = (str, list, dict)


@lru_cache(maxsize=4096)
def _alternatives(path: str) -> tuple[tuple[_Steps, ...], ...]:
    """The path's alternatives, each the parts that are joined, each the steps to one value."""
    return tuple(
        tuple(_steps(part) for part in alternative.split("+")) for alternative in path.split("|")
    )


@lru_cache(maxsize=4096)
def _only_key(path: str) -> str | None:
    """The path where it is one key of an object, as most are: read without a walk."""
    return path if path.replace("_", "").isalnum() and not path.isdigit() else None


def _is_something(value: object) -> bool:
    return bool(value) or (value is not None and type(value) not in _EMPTIES)


def _steps(path: str) -> _Steps:
    return tuple(word for word in path.strip().split(".") if word)


def _walk(value: object, steps: _Steps) -> object:
    for step in steps:
        if type(value) is dict:
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


class Node:
    """A place in a decoded document. `value` is what stands there, None for nothing."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __contains__(self, name: str) -> bool:
        return isinstance(self.value, dict) and name in self.value

    def raw(self, path: str) -> object:
        """The first value of the path's alternatives that is there and not empty, else None."""
        if (key := _only_key(path)) is not None:
            found = self.value.get(key) if type(self.value) is dict else None
            return found if found or _is_something(found) else None
        for parts in _alternatives(path):
            found = _walk(self.value, parts[0])
            if found or _is_something(found):
                return found
        return None

    def at(self, path: str) -> "Node":
        """The place below; an empty one where there is none."""
        return Node(self.raw(path))

    def each(self, path: str = "") -> list["Node"]:
        """The objects of a list (for PHP: of an object that should be one).

        Raises Unreadable over 1,000."""
        listed = self.raw(path) if path else self.value
        return [Node(item) for item in loose.items(listed)]

    def pairs(self, path: str) -> Iterator[tuple[str, "Node"]]:
        """The names and places of an object; nothing where there is no object."""
        return ((name, Node(value)) for name, value in loose.mapping(self.raw(path)).items())

    def text(self, path: str) -> str | None:
        """Words without blanks around them; numbers in digits."""
        if (key := _only_key(path)) is not None:
            return loose.text(self.value.get(key)) if type(self.value) is dict else None
        for parts in _alternatives(path):
            if len(parts) > 1:
                words = [found for part in parts if (found := loose.text(_walk(self.value, part)))]
                if words:
                    return " ".join(words)
            elif (word := loose.text(_walk(self.value, parts[0]))) is not None:
                return word
        return None

    def texts(self, path: str) -> list[str]:
        """The words in a list, without what is no word."""
        listed = self.raw(path)
        words = map(loose.text, listed) if isinstance(listed, list) else ()
        return [word for word in words if word]

    def key(self, path: str) -> str | None:
        """An identifier. Raises Unreadable over 200 characters."""
        return loose.key(self.raw(path))

    def needed_key(self, path: str) -> str:
        """An identifier that must be there. Raises Unreadable."""
        found = self.key(path)
        if found is None:
            raise loose.Unreadable(self.raw(path), f"{path.partition('|')[0]} must be there")
        return found

    def money(self, path: str) -> Decimal | None:
        """An amount, exactly as written. Raises Unreadable."""
        return loose.amount(self.raw(path))

    def needed_money(self, path: str) -> Decimal:
        """An amount that must be there. Raises Unreadable."""
        found = self.money(path)
        if found is None:
            raise loose.Unreadable(self.raw(path), f"{path.partition('|')[0]} must be there")
        return found

    def minor(
        self, path: str, code: str, platform: Mapping[str, int] | None = None
    ) -> Decimal | None:
        """An amount written in the minor units of currency `code`. Raises Unreadable."""
        found = self.money(path)
        return None if found is None else currency.from_minor(found, code, platform)

    def total(self, path: str, name: str) -> Decimal | None:
        """The sum of the amounts called `name` of a list's items; None where none states any."""
        return loose.total([item.money(name) for item in self.each(path)])

    def quantity(self, path: str) -> Decimal:
        """How many: at least 0. Raises Unreadable, also where it is missing."""
        return loose.quantity(self.raw(path))

    def count(self, path: str) -> int | None:
        """A whole number of at least 0, else None."""
        found = self.raw(path)
        return found if type(found) is int and found >= 0 else None

    def moment(self, path: str, zone: tzinfo | None = None) -> datetime | None:
        """A time with an offset, or in `zone` (see `loose.moment`)."""
        for parts in _alternatives(path):
            if (found := loose.moment(_walk(self.value, parts[0]), zone)) is not None:
                return found
        return None

    def seconds(self, path: str) -> datetime | None:
        """A time in seconds since 1970, or in milliseconds where it is too large for those."""
        return loose.epoch(self.raw(path))

    def url(self, path: str) -> str | None:
        """An `http(s)` URL."""
        for parts in _alternatives(path):
            if (found := loose.url(_walk(self.value, parts[0]))) is not None:
                return found
        return None

    def locale(self, path: str) -> str | None:
        """A language tag in BCP 47 form."""
        return loose.locale(self.raw(path))

    def currency(self, path: str) -> str:
        """An ISO 4217 code. Raises Unreadable where there is none."""
        return currency.code(self.raw(path))

    def true(self, path: str) -> bool:
        """Whether it says so: true, "true", 1, "1", "yes"."""
        found = self.raw(path)
        word = found.strip().lower() if isinstance(found, str) else found
        return word in (True, 1, "true", "1", "yes")

    def stated(self, path: str) -> bool | None:
        """True or false where it says one of the two."""
        for parts in _alternatives(path):
            found = _walk(self.value, parts[0])
            if isinstance(found, bool):
                return found
            if isinstance(found, str) and found.strip().lower() in ("true", "false"):
                return found.strip().lower() == "true"
        return None

    def word(self, path: str, table: Mapping[str, _T]) -> _T | None:
        """What `table` (keys in lower case) makes of the word that stands there."""
        found = self.raw(path)
        return table.get(found.strip().lower()) if isinstance(found, str) else None

    def address(self, path: str, fields: Mapping[str, str]) -> Address | None:
        """A postal address; `fields` gives the path of each field of `Address` that the platform
        has. None where every field is empty."""
        place = self.at(path) if path else self
        read = {name: place.text(where) for name, where in fields.items()}
        found = msgspec.convert(read, Address)
        return None if found == _NO_ADDRESS else found
