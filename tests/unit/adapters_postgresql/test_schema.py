"""The same tables in both databases, whatever was changed in one of them."""

import asyncio
import sqlite3

import pytest

from tests.acceptance.postgresql import PostgresqlServer
from tests.unit.adapters_postgresql.conftest import Asking
from twofifty import sql
from twofifty.adapters.postgresql.place import clock_difference, is_made, shared_secret
from twofifty.adapters.postgresql.schema import VERSION
from twofifty.adapters.postgresql.store import PostgresqlStore
from twofifty.adapters.sqlite.database import SCHEMA_VERSION
from twofifty.clock import SystemClock
from twofifty.errors import StartError
from twofifty.testing.clock import FrozenClock

_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
)
_INDEXES = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"


def test_both_have_the_same_tables_columns_and_indexes(ask: Asking) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(sql.read("schema"))
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    columns = {
        (table, row[1])
        for (table,) in connection.execute(tables).fetchall()
        for row in connection.execute(f"PRAGMA table_info({table})").fetchall()
    }
    indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite%'"
    named = {name for (name,) in connection.execute(indexes).fetchall()}
    connection.close()
    assert set(ask(_COLUMNS)) == columns
    assert named <= {name for (name,) in ask(_INDEXES)}
    assert VERSION == SCHEMA_VERSION


def test_of_processes_that_start_together_one_makes_the_tables(empty: str) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        opening = lambda: PostgresqlStore(f"{empty}?unsafe=yes", FrozenClock(), sample=lambda: b"x")  # noqa: E731
        stores = await asyncio.gather(*(loop.run_in_executor(None, opening) for _ in range(6)))
        assert len({tuple(store._engine.dictionaries.items()) for store in stores}) == 1
        for store in stores:
            await store.close()

    assert not is_made(empty)
    asyncio.run(run())
    assert is_made(empty)


@pytest.mark.parametrize(("version", "oldest", "fine"), [(VERSION + 3, 1, True), (99, 98, False)])
def test_a_newer_schema_is_fine_as_long_as_it_says_so(
    url: str, ask: Asking, version: int, oldest: int, fine: bool
) -> None:
    ask("UPDATE meta SET value = %s WHERE key = 'schema'", str(version))
    ask("UPDATE meta SET value = %s WHERE key = 'compatible_from'", str(oldest))
    if fine:
        asyncio.run(PostgresqlStore(url, FrozenClock()).close())
    else:
        with pytest.raises(StartError, match="newer"):
            PostgresqlStore(url, FrozenClock())


def test_an_older_schema_asks_for_its_migration(url: str, ask: Asking) -> None:
    ask("UPDATE meta SET value = '1' WHERE key = 'schema'")
    with pytest.raises(StartError, match="twofifty migrate"):
        PostgresqlStore(url, FrozenClock())


def test_a_secret_is_made_once_for_all(empty: str) -> None:
    url = f"{empty}?unsafe=yes"
    assert shared_secret(url, "page", "one") == shared_secret(url, "page", "two") == "one"
    assert shared_secret(url, "key", "three") == "three"


def test_a_server_that_is_away_is_said_to_be(server: PostgresqlServer) -> None:
    with pytest.raises(StartError, match=r"postgresql://admin@127\.0\.0\.1:1/none"):
        PostgresqlStore("postgresql://admin:secret@127.0.0.1:1/none", FrozenClock())
    with pytest.raises(StartError, match="does not exist"):
        PostgresqlStore(server.url("nosuch"), FrozenClock())


def test_the_clocks_of_this_machine_agree(url: str) -> None:
    assert abs(clock_difference(url, SystemClock())) < 2


def test_hot_tables_are_vacuumed_by_what_changes(ask: Asking) -> None:
    ((options,),) = ask("SELECT reloptions FROM pg_class WHERE relname = 'jobs'")
    assert "autovacuum_vacuum_scale_factor=0" in options


def test_blobs_are_not_compressed_twice(ask: Asking) -> None:
    stored = "SELECT attstorage FROM pg_attribute WHERE attrelid = 'messages'::regclass"
    stored += " AND attname = 'raw'"
    assert ask(stored) in ([("e",)], [(b"e",)])
