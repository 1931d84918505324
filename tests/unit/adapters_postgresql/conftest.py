"""A server of one's own, and a database of its own for each test."""

import itertools
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.acceptance.postgresql import PostgresqlServer
from twofifty.adapters.postgresql.prepare import at_once, prepared
from twofifty.adapters.postgresql.url import target

_COUNT = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    running = PostgresqlServer()
    running.database("pattern")
    at_once(lambda: prepared(target(f"{running.url('pattern')}?unsafe=yes"), None))
    yield running
    running.remove()


@pytest.fixture
def url(server: PostgresqlServer) -> str:
    """A new database with our tables in it."""
    name = f"test{next(_COUNT)}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE pattern")
    return f"{server.url(name)}?unsafe=yes"


@pytest.fixture
def empty(server: PostgresqlServer) -> str:
    """A new database without any tables."""
    return server.database(f"empty{next(_COUNT)}")


Asking = Callable[..., list[tuple]]


@pytest.fixture
def ask(url: str) -> Iterator[Asking]:
    """Asks the database beside the store."""
    with psycopg.connect(url.partition("?")[0], autocommit=True) as connection:

        def asking(query: str, *values: object) -> list[tuple]:
            found = connection.execute(query, values or None)
            return found.fetchall() if found.description else []

        yield asking
