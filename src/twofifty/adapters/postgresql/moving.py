"""An embedded store moved into PostgreSQL: every row, in one transaction, read back and compared.

Both sides are hashed alike: SHA-256 over the rows of a table in the order of its key, each row as
the JSON of its columns, with blobs as their own SHA-256. The transaction is committed only where
every hash is the same.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg import sql as say

from twofifty.adapters.postgresql.url import target
from twofifty.adapters.sqlite.database import MOVED, SCHEMA_VERSION, connect, translated
from twofifty.adapters.sqlite.turn import Presence
from twofifty.errors import StartError, StoreError

_AT_ONCE: Final = 2_000
_OWN: Final = frozenset({"schema", "compatible_from", "probe", MOVED})
"""Rows of `meta` that say something of one database only."""

Told = Callable[[str, int, int], None]
"""Called with a table, how much of it is done, and how much there is: each row counts twice, for it
is copied and then compared."""


class Moved(msgspec.Struct, frozen=True):
    """A table that was moved: how many rows, and the hash that both sides have."""

    table: str
    rows: int
    digest: str


class _Table(msgspec.Struct, frozen=True):
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: int

    @property
    def ours(self) -> str:
        """The rows as SQLite says them."""
        wanted = ", ".join(f'"{one}"' for one in self.columns)
        key = ", ".join(f'"{one}" COLLATE BINARY' for one in self.key)
        return f"SELECT {wanted} FROM {self.name} ORDER BY {key}"  # noqa: S608 - names of our schema


def move(path: Path, url: str, told: Told = lambda *_: None) -> tuple[Moved, ...]:
    """Moves the store at `path` into the empty one at `url`, whose schema is there already. Nobody
    else writes to it meanwhile; afterwards it cannot be used by mistake any more.

    Raises StartError: one of them is missing, of another schema, not empty, or moved already; or
    a hash differs. Then nothing has changed.
    """
    if not path.is_file():
        raise StartError(f"{path}: there is no store; name its file, as data/twofifty.db")
    presence = Presence(path, alone=True)
    try:
        with translated(), closing(connect(path)) as source:
            _check_source(source, path)
            moved = _copied(source, url, told)
            _mark(source, url)
        return moved
    except StoreError as fault:
        raise StartError(f"{path}: {fault}") from None
    except psycopg.Error as fault:
        raise StartError(f"{target(url).named}: {fault}") from None
    finally:
        presence.close()


def _check_source(source: sqlite3.Connection, path: Path) -> None:
    (version,) = source.execute("PRAGMA user_version").fetchone()
    if not version:
        raise StartError(f"{path}: this is no store of twofifty")
    if version != SCHEMA_VERSION:
        raise StartError(f"{path}: schema {version}; `twofifty migrate` brings it up first")
    moved = source.execute("SELECT value FROM meta WHERE key = ?", (MOVED,)).fetchone()
    if moved is not None:
        raise StartError(f"{path}: was moved to {moved[0]} already")


def _mark(source: sqlite3.Connection, url: str) -> None:
    row = (MOVED, target(url).named)
    source.execute("INSERT INTO meta (key, value) VALUES (?, ?)", row)


def _copied(source: sqlite3.Connection, url: str, told: Told) -> tuple[Moved, ...]:
    tables = tuple(_tables(source))
    with psycopg.connect(target(url).dsn) as there:
        for table in tables:
            _check_empty(there, table)
        moved = tuple(_copy(source, there, table, told) for table in tables)
        for table, one in zip(tables, moved, strict=True):
            if _read_back(there, table, told) != one.digest:
                raise StartError(f"{table.name}: what was written is not what was read")
            _count_on(there, table)
        return moved


def _tables(source: sqlite3.Connection) -> Iterator[_Table]:
    names = source.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    ).fetchall()
    for (name,) in names:
        found = source.execute(f"PRAGMA table_info({name})").fetchall()
        keyed = sorted((place, column) for _, column, *_, place in found if place)
        (rows,) = source.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608 - our schema
        columns = tuple(row[1] for row in found)
        kinds = tuple(str(row[2]) for row in found)
        yield _Table(name, columns, tuple(one for _, one in keyed), kinds, rows)


def _check_empty(there: psycopg.Connection[Any], table: _Table) -> None:
    query = say.SQL("SELECT 1 FROM {} LIMIT 1").format(say.Identifier(table.name))
    if table.name not in ("meta", "dictionaries") and there.execute(query).fetchone():
        raise StartError(f"{table.name}: there are rows already; move into a new database")


def _copy(
    source: sqlite3.Connection, there: psycopg.Connection[Any], table: _Table, told: Told
) -> Moved:
    if table.name in ("meta", "dictionaries"):
        _cleared(there, table)
    columns = say.SQL(", ").join(map(say.Identifier, table.columns))
    words = say.SQL("COPY {} ({}) FROM STDIN").format(say.Identifier(table.name), columns)
    digest, done = hashlib.sha256(), 0
    with there.cursor() as cursor, cursor.copy(words) as copy:
        for row in _ours(source, table):
            copy.write_row(row)
            digest.update(_said(row))
            done += 1
            if done % _AT_ONCE == 0:
                told(table.name, done, 2 * table.rows)
    return Moved(table.name, done, digest.hexdigest())


def _ours(source: sqlite3.Connection, table: _Table) -> Iterator[Sequence[Any]]:
    own = table.name == "meta"
    for row in source.execute(table.ours):
        if own and row[0] in _OWN:
            continue
        if any(isinstance(one, str) and "\x00" in one for one in row):
            raise StartError(f"{table.name}: a NUL in {row[:2]}; PostgreSQL cannot keep one")
        yield row


def _cleared(there: psycopg.Connection[Any], table: _Table) -> None:
    where = say.SQL(" WHERE key <> ALL(%s)") if table.name == "meta" else say.SQL("")
    query = say.SQL("DELETE FROM {}").format(say.Identifier(table.name)) + where
    there.execute(query, [list(_OWN)] if table.name == "meta" else None)


def _read_back(there: psycopg.Connection[Any], table: _Table, told: Told) -> str:
    columns = say.SQL(", ").join(map(say.Identifier, table.columns))
    key = say.SQL(", ").join(map(say.Identifier, table.key))
    words = say.SQL("SELECT {} FROM {} ORDER BY {}").format(
        columns, say.Identifier(table.name), key
    )
    digest, done = hashlib.sha256(), 0
    with there.cursor(f"read_{table.name}") as cursor:
        cursor.itersize = _AT_ONCE
        for row in cursor.execute(words):
            if table.name == "meta" and row[0] in _OWN:
                continue
            digest.update(_said(row))
            done += 1
            if done % _AT_ONCE == 0:
                told(table.name, table.rows + done, 2 * table.rows)
    told(table.name, 2 * table.rows, 2 * table.rows)
    return digest.hexdigest()


def _said(row: Sequence[Any]) -> bytes:
    plain = [hashlib.sha256(one).hexdigest() if isinstance(one, bytes) else one for one in row]
    return msgspec.json.encode(plain) + b"\n"


def _count_on(there: psycopg.Connection[Any], table: _Table) -> None:
    """What the database counts goes on behind what was moved."""
    if len(table.key) != 1 or table.kinds[table.columns.index(table.key[0])] != "INTEGER":
        return
    asked = "SELECT pg_get_serial_sequence(%s, %s)"
    found = there.execute(asked, (table.name, table.key[0])).fetchone()
    if found is None or found[0] is None:
        return
    newest = say.SQL("SELECT max({}) FROM {}").format(
        say.Identifier(table.key[0]), say.Identifier(table.name)
    )
    last = there.execute(newest).fetchone()
    if last is not None and last[0] is not None:
        there.execute("SELECT setval(%s::regclass, %s)", (found[0], last[0]))
