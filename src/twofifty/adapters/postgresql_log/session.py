"""Connections to the shop's database: values come as text, times in UTC, and nothing is written."""

from collections.abc import Mapping, Sequence
from typing import LiteralString

import psycopg
from psycopg import AsyncConnection, conninfo, sql

from twofifty.adapters.postgresql_log.faults import translated
from twofifty.errors import SettingsError, ShopError

STATEMENT_SECONDS = 60

_WORDS = {
    "connect_timeout": "10",
    "application_name": "twofifty",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}

_SETTINGS = (
    "SET timezone = 'UTC'",
    "SET datestyle = 'ISO'",
    "SET client_encoding = 'UTF8'",
)


async def replication(url: str) -> AsyncConnection:
    """A connection that a log can be streamed on. Raises psycopg's errors."""
    return await _connected(url, {"replication": "database"})


async def _connected(url: str, more: Mapping[str, str]) -> AsyncConnection:
    where = conninfo.make_conninfo(url, **_WORDS, **more)
    connection = await AsyncConnection.connect(where, autocommit=True)
    for statement in _SETTINGS:
        await connection.execute(statement, prepare=False)
    return connection


class Session:
    """One connection for questions, opened when it is first needed and again after a fault.

    Raises ShopBusy, ShopError or LogLost.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AsyncConnection | None = None

    async def ask(
        self, question: sql.SQL | sql.Composed | LiteralString, values: Sequence[object] = ()
    ) -> list[tuple[str | None, ...]]:
        """The rows that answer, every value as PostgreSQL writes it."""
        return (await self.named(question, values))[1]

    async def named(
        self, question: sql.SQL | sql.Composed | LiteralString, values: Sequence[object] = ()
    ) -> tuple[list[str], list[tuple[str | None, ...]]]:
        """The names of the answer's columns, and its rows."""
        try:
            with translated():
                cursor = await (await self._open()).execute(question, values or None)
        except ShopError:
            await self.close()
            raise
        found = cursor.pgresult
        if found is None or not found.nfields:
            return [], []
        columns = range(found.nfields)
        rows = [
            tuple(_text(found.get_value(at, column)) for column in columns)
            for at in range(found.ntuples)
        ]
        return [_text(found.fname(column)) or "" for column in columns], rows

    async def one(self, question: LiteralString, values: Sequence[object] = ()) -> str:
        """The one value that answers, '' for none."""
        rows = await self.ask(question, values)
        return (rows[0][0] or "") if rows else ""

    async def close(self) -> None:
        """Ends the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _open(self) -> AsyncConnection:
        if self._connection is None or self._connection.closed:
            self._connection = await _connected(self._url, {})
            limit = f"SET statement_timeout = '{STATEMENT_SECONDS}s'"
            await self._connection.execute(sql.SQL(limit))
        return self._connection


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")


def check_url(url: str) -> None:
    """Raises SettingsError where `url` is no address of a PostgreSQL database."""
    try:
        where = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        where = {}
    if not url.startswith(("postgresql://", "postgres://")) or not where.get("dbname"):
        raise SettingsError("api_url: write postgresql://user:password@db.example.com/shop")
