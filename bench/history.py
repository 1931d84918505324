"""Years of history in minutes: the rows that real orders left, copied in bulk under other names.

A few thousand orders go through the service itself. Then every row of theirs is written again and
again by SQL, its own and its parents' ids moved along and its unique words changed, so that blobs,
indexes and references are what they would be. Every order of the history is delivered.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

TABLES = (
    "events",
    "orders",
    "revisions",
    "order_references",
    "notices",
    "messages",
    "message_events",
)
UNIQUE: Mapping[str, frozenset[str]] = {
    "events": frozenset({"key"}),
    "orders": frozenset({"source_order_id", "number"}),
    "order_references": frozenset({"reference"}),
    "notices": frozenset({"digest"}),
    "messages": frozenset({"id", "rfc_id"}),
}
"""Words that are one row's alone."""
ADDRESSES = frozenset({"email", "recipient"})
UNDECLARED = {("orders", "revision_id"): "revisions"}
"""References that the schema does not declare, for two tables refer to each other."""
AT_ONCE = 20


class History:
    """The store at `database`, which nobody else is at. What is in it is all settled."""

    def __init__(self, database: Path) -> None:
        self._database = database
        with closing(sqlite3.connect(database)) as db:
            self._base = _one(db, "SELECT count(*) FROM orders")
            self._steps = {
                table: _one(db, f"SELECT max(id) FROM {table}")  # noqa: S608 - our own tables
                for table in TABLES
                if table not in ("order_references", "messages")
            }
            self._steps["messages"] = _one(db, "SELECT max(seq) FROM messages")
        self._copies = 0

    def grow(self, wanted: int, said: Callable[[int], None] = lambda _: None) -> None:
        """Brings it to at least `wanted` orders; `said` hears how many there are by now."""
        with closing(sqlite3.connect(self._database, isolation_level=None)) as db:
            for setting in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-524288"):
                db.execute(f"PRAGMA {setting}")
            while (had := self._base * (1 + self._copies)) < wanted:
                self._copy(db, min(AT_ONCE, -(-(wanted - had) // self._base)))
                said(self._base * (1 + self._copies))
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _copy(self, db: sqlite3.Connection, times: int) -> None:
        db.execute("BEGIN")
        for table in TABLES:
            query = self._query(db, table)
            for k in range(self._copies + 1, self._copies + times + 1):
                db.execute(query, {"k": k})
        db.execute("COMMIT")
        self._copies += times

    def _query(self, db: sqlite3.Connection, table: str) -> str:
        """Writes a table's first rows again, as their copy number `:k`."""
        columns = [str(row[1]) for row in db.execute(f"PRAGMA table_info({table})")]
        moved = {**self._keys(table), **dict(self._references(db, table))}
        values = (_value(table, name, moved.get(name)) for name in columns)
        mark, most = next(iter(moved.items()))
        return (
            f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 - our own names
            f" SELECT {', '.join(values)} FROM {table} WHERE {mark} <= {most}"
        )

    def _keys(self, table: str) -> dict[str, int]:
        """The table's own number, and how far each copy of it is from the one before."""
        if table == "order_references":
            return {}
        return {"seq" if table == "messages" else "id": self._steps[table]}

    def _references(self, db: sqlite3.Connection, table: str) -> Iterator[tuple[str, int]]:
        for row in db.execute(f"PRAGMA foreign_key_list({table})"):
            yield str(row[3]), self._steps[str(row[2])]
        for (child, column), parent in UNDECLARED.items():
            if child == table:
                yield column, self._steps[parent]


def _value(table: str, column: str, step: int | None) -> str:
    if step is not None:
        return f"{column} + :k * {step}"
    if column in ADDRESSES:
        return f"'k' || :k || '.' || {column}"
    return f"{column} || '~' || :k" if column in UNIQUE.get(table, ()) else column


def _one(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])
