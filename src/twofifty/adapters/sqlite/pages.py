"""Rows by the page on SQLite: the writer holds the file alone, so the next numbers are its own."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from twofifty.adapters.relational.ports import Cursor, Values


class FilePages:
    """`relational.ports.Pages` on the connection of the writer, inside its transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.execute = connection.execute

    def executemany(self, query: str, rows: Iterable[Values], /) -> Cursor:
        return self._connection.executemany(query, rows)

    def ids(self, table: str, count: int) -> Sequence[int]:
        """The numbers that SQLite itself would give: from the largest on."""
        (largest,) = self._connection.execute(_largest(table)).fetchone()
        return range(largest + 1, largest + 1 + count)

    def fill(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self._connection.executemany(_insert(table, columns), rows)


@cache
def _largest(table: str) -> str:
    return f"SELECT coalesce(max(rowid), 0) FROM {table}"  # noqa: S608


@cache
def _insert(table: str, columns: tuple[str, ...]) -> str:
    places = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
