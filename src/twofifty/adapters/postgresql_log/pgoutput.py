"""pgoutput, version 1: messages of the log to committed transactions. Pure.

PostgreSQL documentation, "Logical Replication Message Formats". A transaction is sent once it is
committed, so whatever comes here was committed.
"""

import struct
from collections.abc import Mapping

import msgspec

from twofifty.adapters.postgresql_log import lsn
from twofifty.intake.log import Committed, RowChange

MOST_CHANGES = 2_000

_BEGIN = struct.Struct(">xQqI")
_RELATION = struct.Struct(">xI")
_SHORT = struct.Struct(">H")
_LONG = struct.Struct(">I")
_TEXT, _UNCHANGED, _KEY, _OLD, _NEW = b"tuKON"
_COLUMN_TAIL = 8  # its type's oid and modifier
_EMPTY: dict[str, object] = {}


class _Relation(msgspec.Struct, frozen=True):
    """A table as it was when its rows were written: the wanted columns by place, None for others.
    `table` is '' where nothing of it is wanted."""

    table: str
    columns: tuple[str | None, ...]


class Decoder:
    """Turns messages into transactions. `wanted` has the columns of each table (`schema.table`)
    that matter; other columns and tables are passed over."""

    def __init__(self, wanted: Mapping[str, frozenset[str]], most: int = MOST_CHANGES) -> None:
        self._wanted = wanted
        self._most = most
        self._relations: dict[int, _Relation] = {}
        self._position = ""
        self._at = lsn.moment(0)
        self._changes: list[RowChange] = []
        self._part = 0

    def is_between(self) -> bool:
        """Whether no transaction is open."""
        return not self._position

    def feed(self, message: bytes) -> Committed | None:
        """What is complete with this message: a transaction, or a part of a large one."""
        kind = message[:1]
        if kind == b"I" or kind == b"U" or kind == b"D":
            self._row(kind, message)
            return self._cut() if len(self._changes) >= self._most else None
        if kind == b"B":
            final, at, _ = _BEGIN.unpack_from(message)
            self._position, self._at = lsn.written(final + 1), lsn.moment(at)
        elif kind == b"C":
            return self._end()
        elif kind == b"R":
            self._relation(message)
        return None

    def _cut(self) -> Committed:
        told = Committed(self._position, self._at, tuple(self._changes), self._part, end=False)
        self._changes, self._part = [], self._part + 1
        return told

    def _end(self) -> Committed:
        told = Committed(self._position, self._at, tuple(self._changes), self._part)
        self._position, self._changes, self._part = "", [], 0
        return told

    def _relation(self, message: bytes) -> None:
        (identity,) = _RELATION.unpack_from(message)
        schema, name, rest = message[5:].split(b"\0", 2)
        table = f"{schema.decode() or 'pg_catalog'}.{name.decode()}"
        wanted = self._wanted.get(table)
        names = tuple(name if wanted and name in wanted else None for name in _column_names(rest))
        self._relations[identity] = _Relation(table if wanted else "", names)

    def _row(self, kind: bytes, message: bytes) -> None:
        (identity,) = _RELATION.unpack_from(message)
        relation = self._relations[identity]
        if not relation.table:
            return
        before, after, at = _EMPTY, _EMPTY, 5
        if message[at] == _KEY or message[at] == _OLD:
            before, at = _tuple(message, at + 1, relation.columns)
        if kind != b"D" and message[at] == _NEW:
            after, at = _tuple(message, at + 1, relation.columns)
        self._changes.append(_CHANGES[kind](relation.table, before, after))


def _inserted(table: str, before: Mapping[str, object], after: Mapping[str, object]) -> RowChange:
    return RowChange(table, "insert", before, after)


def _updated(table: str, before: Mapping[str, object], after: Mapping[str, object]) -> RowChange:
    return RowChange(table, "update", before, after)


def _deleted(table: str, before: Mapping[str, object], after: Mapping[str, object]) -> RowChange:
    known = {name: value for name, value in before.items() if value is not None}
    return RowChange(table, "delete", known, after)


_CHANGES = {b"I": _inserted, b"U": _updated, b"D": _deleted}


def _column_names(rest: bytes) -> list[str]:
    """The names in a relation message, after the replica identity."""
    (count,) = _SHORT.unpack_from(rest, 1)
    names: list[str] = []
    at = 3
    for _ in range(count):
        end = rest.index(b"\0", at + 1)
        names.append(rest[at + 1 : end].decode())
        at = end + 1 + _COLUMN_TAIL
    return names


def _tuple(
    message: bytes, at: int, columns: tuple[str | None, ...]
) -> tuple[dict[str, object], int]:
    """The wanted values of a row, as text, and where the next thing begins. An unchanged value
    that is stored apart (TOAST) is not repeated: it is missing."""
    at += 2
    row: dict[str, object] = {}
    for name in columns:
        kind = message[at]
        at += 1
        if kind == _TEXT:
            (size,) = _LONG.unpack_from(message, at)
            at += 4
            if name is not None:
                row[name] = message[at : at + size].decode("utf-8", "replace")
            at += size
        elif name is not None and kind != _UNCHANGED:
            row[name] = None
    return row, at
