"""One statement for many rows of values, made from the statement for one.

SELECT ... :a ...            SELECT w.place, q.* FROM unnest(...) w JOIN LATERAL (SELECT ...) q
UPDATE t SET ... WHERE ...   UPDATE t SET ... FROM unnest(...) w WHERE ... RETURNING w.place, ...
DELETE FROM t WHERE ...      DELETE FROM t USING unnest(...) w WHERE ... RETURNING w.place, ...
INSERT ... VALUES (...)      INSERT ... SELECT ... FROM unnest(...) w ORDER BY w.place ...
INSERT ... SELECT ...        INSERT ... SELECT q.* FROM unnest(...) w JOIN LATERAL (SELECT ...) q

An INSERT cannot return `w.place`. Without a conflict clause its rows come back in the order of
their places; with one they are found by what makes them unique. What none of this fits is run row
by row.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from twofifty.adapters.postgresql.dialect import Statement, placed
from twofifty.adapters.postgresql.lockstep import Found
from twofifty.adapters.relational.ports import Values

Rows = Sequence[Any]
_WORD = re.compile(r"'(?:[^']|'')*'|[()]|\b(?:WHERE|FROM|RETURNING|ON CONFLICT|VALUES|SELECT)\b")
_INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)\s*", re.DOTALL)
_CONFLICT = re.compile(r"ON CONFLICT(?: \(([^)]*)\))?")


class Bulk(msgspec.Struct, frozen=True):
    """A statement whose `$1`, `$2` ... are arrays, a value a row. `keys`: by which names rows are
    found again that it returned, after which come the columns that were asked for; none: by their
    place, the first column of each row, or (`in_order`) by the order in which they come. `silent`:
    it does not say what it did."""

    text: str
    keys: tuple[str, ...] = ()
    in_order: bool = False
    silent: bool = False


def bulk(statement: Statement, types: Sequence[str]) -> Bulk | None:
    """The statement of many for that of one; None where there is none. `types`: of its values."""
    if not statement.names:
        return None
    begin = statement.text.split(None, 1)[0].upper()
    making = _FORMS.get(begin)
    return making(statement, _values(types)) if making else None


def _values(types: Sequence[str]) -> str:
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(types, 1))
    columns = ", ".join(f"p_{place}" for place in range(1, len(types) + 1))
    return f"unnest({arrays}) WITH ORDINALITY AS w_({columns}, place_)"


def _said(statement: Statement, text: str) -> str:
    return placed(text, {name: f"w_.p_{at}" for at, name in enumerate(statement.names, 1)})


def _select(statement: Statement, values: str) -> Bulk:
    inner = _said(statement, statement.text)
    each = f"CROSS JOIN LATERAL ({inner} OFFSET 0) AS q_"
    return Bulk(f"SELECT w_.place_, q_.* FROM {values} {each}")  # noqa: S608


def _update(statement: Statement, values: str) -> Bulk | None:
    parts = _parts(statement.text)
    if "FROM" in parts or "WHERE" not in parts or "RETURNING" not in parts:
        return None
    said = {word: _said(statement, part) for word, part in parts.items()}
    text = (
        f"{said['']}FROM {values} WHERE ({said['WHERE']}) RETURNING w_.place_, {said['RETURNING']}"
    )
    return Bulk(text)


def _delete(statement: Statement, values: str) -> Bulk | None:
    parts = _parts(statement.text)
    if "WHERE" not in parts or "RETURNING" not in parts:
        return None
    said = {word: _said(statement, part) for word, part in parts.items()}
    text = f"DELETE FROM {said['FROM']} USING {values} WHERE ({said['WHERE']})"  # noqa: S608
    return Bulk(f"{text} RETURNING w_.place_, {said['RETURNING']}")


def _insert(statement: Statement, values: str) -> Bulk | None:
    head = _INSERT.match(statement.text)
    parts = _parts(statement.text)
    if head is None or any(f":{name}" in parts["RETURNING"] for name in statement.names):
        return None
    conflict = f"ON CONFLICT{parts['ON CONFLICT']}" if "ON CONFLICT" in parts else ""
    if "VALUES" not in parts:
        return _insert_selected(statement, (head, conflict), values)
    row = parts["VALUES"].strip()[1:-1]
    keys = _keys(head[2], row, conflict) if conflict else []
    if keys is None:
        return None
    returned = ", ".join([*(column for column, _ in keys), parts["RETURNING"].strip()])
    text = f"{head[0]} SELECT {_said(statement, row)} FROM {values} ORDER BY w_.place_"  # noqa: S608
    names = tuple(name for _, name in keys)
    return Bulk(f"{text} {_said(statement, conflict)} RETURNING {returned}", names, not conflict)


def _insert_selected(
    statement: Statement, parts: tuple[re.Match[str], str], values: str
) -> Bulk | None:
    """It cannot say which of its rows came to what."""
    if not statement.counted:
        return None
    head, conflict = parts
    text = statement.text
    inner = text[head.end() : text.index("ON CONFLICT") if conflict else text.index("RETURNING")]
    inner = _said(statement, inner)
    whole = f"{head[0]} SELECT q_.* FROM {values} CROSS JOIN LATERAL ({inner}) AS q_"  # noqa: S608
    return Bulk(f"{whole} {_said(statement, conflict)}", silent=True)


def _keys(columns: str, row: str, conflict: str) -> list[tuple[str, str]] | None:
    """By which columns, and values, a row is found again that may meet another one; None where
    those are not given as they are."""
    given = dict(zip(_split(columns), _split(row), strict=True))
    found = _CONFLICT.match(conflict)
    wanted = _split(found[1]) if found and found[1] else list(given)
    keys = [(column, given.get(column, "")) for column in wanted]
    if not all(re.fullmatch(r":\w+", value) for _, value in keys):
        return None
    return [(column, value[1:]) for column, value in keys]


def _split(text: str) -> list[str]:
    """What commas part that are in no parentheses."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _parts(text: str) -> dict[str, str]:
    """A statement by the words at its top level: the text after each of them; before: ``''``."""
    found, depth, word, begin = {}, 0, "", 0
    for one in _WORD.finditer(text):
        depth += (one[0] == "(") - (one[0] == ")")
        if depth == 0 and one[0].isupper():
            found[word] = text[begin : one.start()]
            word, begin = one[0], one.end()
    found[word] = text[begin:]
    return found


_FORMS: dict[str, Callable[[Statement, str], Bulk | None]] = {
    "SELECT": _select,
    "UPDATE": _update,
    "DELETE": _delete,
    "INSERT": _insert,
}


def handed_out(way: Bulk, rows: Rows, asked: Sequence[Values], *, counts: bool) -> list[Found]:
    """The rows that came back, given to whoever asked for them. `counts`: they say what changed."""
    if way.silent:
        return [Found((), None) for _ in asked]
    shares: list[list[Any]] = [[] for _ in asked]
    skip = len(way.keys)
    if skip:
        places = _places(way.keys, asked)
        for row in rows:
            shares[places[row[:skip]]].append(row[skip:])
    elif way.in_order:
        for share, row in zip(shares, rows, strict=True):
            share.append(row)
    else:
        for row in rows:
            shares[row[0] - 1].append(row[1:])
    return [Found(share, len(share) if counts else -1) for share in shares]


def _places(keys: Sequence[str], asked: Sequence[Values]) -> dict[tuple[Any, ...], int]:
    """By what makes a row unique the first place that asked for it."""
    found: dict[tuple[Any, ...], int] = {}
    for place, values in enumerate(asked):
        found.setdefault(tuple(values[key] for key in keys), place)
    return found
