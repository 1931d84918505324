"""What lies in a service's store, row by row, whichever engine keeps it: for what the store's own
API has no word for. SQL of both, without parameters."""

import contextlib
import sqlite3
from typing import Any, cast

import psycopg

from twofifty.app.place import is_shared
from twofifty.testing.process import ServiceProcess

Row = tuple[Any, ...]


def rows(service: ServiceProcess, query: str) -> list[Row]:
    """What `query` finds, while the service runs or not."""
    url = service.environ["TWOFIFTY_DATABASE_URL"]
    if is_shared(url):
        with psycopg.connect(plain(url)) as shared:
            return shared.execute(query.encode()).fetchall()
    with contextlib.closing(_file(service)) as db:
        return cast(list[Row], db.execute(query).fetchall())


def change(service: ServiceProcess, statement: str) -> None:
    """Writes behind the service's back."""
    url = service.environ["TWOFIFTY_DATABASE_URL"]
    if is_shared(url):
        with psycopg.connect(plain(url)) as shared:
            shared.execute(statement.encode())
        return
    with contextlib.closing(_file(service)) as db, db:
        db.execute(statement)


def plain(url: str) -> str:
    """The URL without the words that are ours alone."""
    return url.partition("?")[0]


def _file(service: ServiceProcess) -> sqlite3.Connection:
    return sqlite3.connect(service.folder / "data" / "twofifty.db", timeout=30)
