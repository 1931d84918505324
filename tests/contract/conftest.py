"""A database for the suites that run over PostgreSQL: one server, emptied for each store."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.acceptance.postgresql import PostgresqlServer
from twofifty.adapters.postgresql.prepare import at_once, prepared
from twofifty.adapters.postgresql.url import target

Emptied = Callable[[], str]

_TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'meta'"""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def emptied(postgresql: PostgresqlServer) -> Iterator[Emptied]:
    """Empties the one database; its URL. Deleting the few rows of a test is far quicker than making
    tables, or than TRUNCATE."""
    url = postgresql.database("contract")
    at_once(lambda: prepared(target(f"{url}?unsafe=yes"), None))
    with psycopg.connect(url, autocommit=True) as connection:
        names = [name for (name,) in connection.execute(_TABLES).fetchall()]
        empty = "; ".join(f"DELETE FROM {name}" for name in names)
        empty += "; DELETE FROM meta WHERE key NOT IN ('schema', 'compatible_from')"

        def emptying() -> str:
            connection.execute(empty)
            return f"{url}?unsafe=yes&pool=2&readers=1"

        yield emptying
