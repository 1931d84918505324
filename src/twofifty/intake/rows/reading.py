"""One row of a part, fact by fact: values as a database gives them, or as text, mean the same."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import NoReturn

from twofifty.errors import BadInput, Problem
from twofifty.intake import currency, loose
from twofifty.intake.log import Row
from twofifty.intake.rows.expression import Expression
from twofifty.intake.rows.mapping import Part

_TRUE = ("t", "true", "1", "y", "yes", "on")
_FALSE = ("f", "false", "0", "n", "no", "off")
_NO_ROW: Row = {}
_NO_FACTS: Mapping[str, Expression] = {}


class Reader:
    """The facts of `part` in `row`. Every method reads the fact of that name; what is not mapped
    or holds nothing is None. Raises BadInput 422 naming `schema.table.column` for what is there
    and cannot be used."""

    __slots__ = ("_facts", "_part", "_row")

    def __init__(self, part: Part | None, row: Row | None) -> None:
        self._part = part
        self._facts = _NO_FACTS if part is None or row is None else part.facts
        self._row = _NO_ROW if row is None else row

    def raw(self, fact: str) -> object:
        """What stands there, as text or number."""
        found = self._facts.get(fact)
        if found is None:
            return None
        column = found.column
        value = self._row.get(column) if column else found.value(self._row)
        return value if value.__class__ is str else _plain(value)

    def text(self, fact: str) -> str | None:
        """Words without blanks around them."""
        # Most facts of most mappings are not mapped, and this is asked for every one of them.
        if fact not in self._facts:
            return None
        value = self.raw(fact)
        return loose.text(value) if value.__class__ is str else _words(value)

    def key(self, fact: str) -> str | None:
        """An identifier."""
        if fact not in self._facts:
            return None
        try:
            return loose.key(_words(self.raw(fact)))
        except loose.Unreadable as fault:
            self.refuse(fact, fault)

    def needed_key(self, fact: str) -> str:
        """An identifier that must be there."""
        found = self.key(fact)
        if found is None:
            self.refuse(fact, loose.Unreadable(None, "it must be there"))
        return found

    def number(self, fact: str) -> Decimal | None:
        """A number, exactly as written."""
        if fact not in self._facts:
            return None
        try:
            return loose.amount(self.raw(fact))
        except loose.Unreadable as fault:
            self.refuse(fact, fault)

    def quantity(self, fact: str) -> Decimal:
        """How many: at least 0, and it must be there."""
        try:
            return loose.quantity(self.raw(fact))
        except loose.Unreadable as fault:
            self.refuse(fact, fault)

    def currency(self, fact: str) -> str:
        """An ISO 4217 code, which must be there."""
        try:
            return currency.code(_words(self.raw(fact)))
        except loose.Unreadable as fault:
            self.refuse(fact, fault)

    def moment(self, fact: str, zone: tzinfo | None) -> datetime | None:
        """A time with its offset, one in `zone`, or seconds or milliseconds since 1970."""
        if fact not in self._facts:
            return None
        value = self.raw(fact)
        if isinstance(value, str) and not value.strip().isdigit():
            return loose.moment(value, zone)
        return loose.epoch(value)

    def flag(self, fact: str) -> bool | None:
        """True or false where it says one of the two."""
        if fact not in self._facts:
            return None
        value = self.raw(fact)
        word = "" if value is None else str(value).strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None

    def count(self, fact: str) -> int | None:
        """A whole number of at least 0."""
        word = self.text(fact)
        return int(word) if word is not None and word.isascii() and word.isdigit() else None

    def url(self, fact: str) -> str | None:
        """An `http(s)` URL."""
        return loose.url(self.text(fact)) if fact in self._facts else None

    def locale(self, fact: str) -> str | None:
        """A language tag in BCP 47 form."""
        return loose.locale(self.text(fact)) if fact in self._facts else None

    def refuse(self, fact: str, fault: loose.Unreadable) -> NoReturn:
        """Says which column cannot be used."""
        stands = "nothing" if fault.value is None else repr(str(fault.value)[:40])
        problem = Problem(self.place(fact), f"{stands} cannot be used: {fault.wants}")
        raise BadInput(422, "the order cannot be used as it stands", (problem,)) from None

    def place(self, fact: str) -> str:
        """`schema.table.column` of a fact."""
        found = None if self._part is None else self._part.facts.get(fact)
        columns = "|".join(sorted(found.columns())) if found is not None else ""
        return f"{self._part.table if self._part else 'rows'}.{columns or fact}"


class Either:
    """Two rows of which the second fills what the first leaves open."""

    __slots__ = ("_first", "_second")

    def __init__(self, first: Reader, second: Reader) -> None:
        self._first = first
        self._second = second

    def text(self, fact: str) -> str | None:
        """Words."""
        return self._first.text(fact) or self._second.text(fact)

    def url(self, fact: str) -> str | None:
        """An `http(s)` URL."""
        return self._first.url(fact) or self._second.url(fact)

    def locale(self, fact: str) -> str | None:
        """A language tag."""
        return self._first.locale(fact) or self._second.locale(fact)

    def flag(self, fact: str) -> bool:
        """True where it says so."""
        return self._first.flag(fact) or self._second.flag(fact) or False

    def count(self, fact: str) -> int | None:
        """A whole number."""
        return self._first.count(fact) or self._second.count(fact)


def _words(value: object) -> str | None:
    if value.__class__ is str:
        return loose.text(value)
    if isinstance(value, dict | list | bool) or value is None:
        return None
    return loose.text(str(value))


def _plain(value: object) -> object:
    """A database's value as text, number, truth or JSON."""
    if value is None or isinstance(value, str | bool | int | Decimal | dict | list):
        return value
    if isinstance(value, float):
        number = Decimal(repr(value))
        return number if number.is_finite() else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    return str(value)
