"""What stands in a mapping on the right: a column, a path into a JSON column, a constant, or a few.

number = "order_no"                     a column
email = "data.customer.email"           a path into the JSON column `data`; list items by number
currency = "'EUR'"                      a constant, in single quotes ('' is a quote in it)
name = "company | first_name + last_name"   the first that holds something; words joined
note = '"Customer Note"'                a column whose name is no plain word, in double quotes
"""

import re
from decimal import Decimal

import msgspec

from twofifty.intake.log import Row

_TERM = re.compile(r"""\s*(?:'((?:[^']|'')*)'|((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$-]+))*))\s*""")
_STEP = re.compile(r'"([^"]+)"|([\w$-]+)')
_JSON: msgspec.json.Decoder[object] = msgspec.json.Decoder(float_hook=Decimal)
_EMPTY: tuple[object, ...] = (None, "", [], {})


class Term(msgspec.Struct, frozen=True):
    """One column with the path inside it, or a constant (then `column` is empty)."""

    column: str = ""
    path: tuple[str, ...] = ()
    constant: str = ""

    def value(self, row: Row) -> object:
        """What stands there in `row`, None for nothing."""
        if not self.column:
            return self.constant
        found = row.get(self.column)
        return found if not self.path or found is None else _inside(found, self.path)


class Expression(msgspec.Struct, frozen=True):
    """Alternatives, each of words to be joined by a blank. `column`: all that it is, where it is
    no more than one column."""

    ways: tuple[tuple[Term, ...], ...]
    column: str = ""

    def columns(self) -> frozenset[str]:
        """The columns that it reads."""
        return frozenset(term.column for way in self.ways for term in way if term.column)

    def value(self, row: Row) -> object:
        """The first alternative that holds something in `row`, else None."""
        for way in self.ways:
            found = way[0].value(row) if len(way) == 1 else _joined(way, row)
            if found not in _EMPTY:
                return found
        return None


def parsed(text: str) -> Expression:
    """The expression that `text` writes. Raises ValueError."""
    ways = tuple(_way(text, way) for way in _split(text, "|"))
    terms = [term for way in ways for term in way]
    plain = len(terms) == 1 and not terms[0].path
    return Expression(ways, terms[0].column if plain else "")


def _way(text: str, way: str) -> tuple[Term, ...]:
    return tuple(_term(text, part) for part in _split(way, "+"))


def _term(text: str, part: str) -> Term:
    found = _TERM.fullmatch(part)
    if found is None:
        raise ValueError(f"{text!r} is neither a column nor a constant in single quotes")
    if found[1] is not None:
        return Term(constant=found[1].replace("''", "'"))
    column, *path = (quoted or plain for quoted, plain in _STEP.findall(found[2]))
    return Term(column, tuple(path))


def _split(text: str, sign: str) -> list[str]:
    """`text` at each `sign` outside of quotes."""
    return re.split(rf"""{re.escape(sign)}(?=(?:[^'"]|'[^']*'|"[^"]*")*$)""", text)


def _joined(way: tuple[Term, ...], row: Row) -> str | None:
    words = (term.value(row) for term in way)
    return " ".join(str(word).strip() for word in words if word not in _EMPTY) or None


def _inside(value: object, path: tuple[str, ...]) -> object:
    """What a JSON value (as text, or decoded already) holds at `path`."""
    if isinstance(value, str | bytes):
        value = decoded(value)
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def decoded(text: str | bytes) -> object:
    """A JSON column's value; None where it is no JSON."""
    try:
        return _JSON.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
