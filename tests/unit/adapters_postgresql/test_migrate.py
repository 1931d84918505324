"""The tables change while the service runs."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.unit.adapters_postgresql.conftest import Asking
from twofifty.adapters.postgresql.migrate import Step, migrate, pending, steps
from twofifty.adapters.postgresql.schema import VERSION
from twofifty.adapters.postgresql.store import PostgresqlStore
from twofifty.errors import StartError
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import Bench, an_order, planner

COLUMN = "ALTER TABLE orders ADD COLUMN IF NOT EXISTS colour text"
INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_colour ON orders (colour)"
NEXT = (Step(VERSION + 1, "a colour", COLUMN), Step(VERSION + 1, "found by colour", INDEX))
LATER = (*NEXT, Step(VERSION + 2, "a shape", COLUMN.replace("colour", "shape")))


def plain(url: str) -> str:
    return url.partition("?")[0]


def schema_of(ask: Asking) -> int:
    return int(ask("SELECT value FROM meta WHERE key = 'schema'")[0][0])


def test_what_is_to_be_done_is_done_once_and_named(url: str, ask: Asking) -> None:
    assert pending(url, LATER) == ["a colour", "found by colour", "a shape"]
    assert migrate(url, NEXT) == ["a colour", "found by colour"]
    assert schema_of(ask) == VERSION + 1
    assert migrate(url, LATER) == ["a shape"]
    assert pending(url, LATER) == migrate(url, LATER) == []
    assert schema_of(ask) == VERSION + 2


def test_a_new_database_is_made_and_needs_no_steps(empty: str) -> None:
    assert migrate(empty, ()) == []
    assert pending(empty) == []


def test_our_own_steps_lead_to_the_schema_of_this_version() -> None:
    assert all(step.version <= VERSION for step in steps())


def test_many_who_migrate_at_once_do_no_harm(url: str, ask: Asking) -> None:
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda _: migrate(url, LATER), range(4)))
    assert sorted(map(len, done)) == [0, 0, 0, 3]
    assert ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_colour'::regclass") == [
        (True,)
    ]


def test_an_old_process_goes_on_with_the_new_tables(url: str) -> None:
    async def run() -> None:
        clock = FrozenClock()
        bench = Bench(PostgresqlStore(url, clock, plan=planner(clock)), clock)
        await bench.accept(an_order("before"))
        await asyncio.get_running_loop().run_in_executor(None, migrate, url, LATER)
        await bench.accept(an_order("after"))
        for item in await bench.lease():
            assert await bench.dot(item)
        await bench.store.close()

    asyncio.run(run())


def test_a_table_that_is_in_use_is_waited_for_in_turns(url: str, ask: Asking) -> None:
    """A long reader of the table holds the migration up, and the migration nobody else."""
    with psycopg.connect(plain(url)) as reading, ThreadPoolExecutor(1) as thread:
        reading.execute("SELECT * FROM orders").fetchall()
        migrating = thread.submit(migrate, url, LATER)
        with psycopg.connect(plain(url), autocommit=True) as beside:
            waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            waits += " AND query LIKE 'ALTER%'"
            while beside.execute(waits).fetchone() is None:
                pass
            assert beside.execute("SELECT count(*) FROM orders").fetchone() == (0,)
        assert not migrating.done()
        reading.rollback()
        assert len(migrating.result(60)) == 3


def test_an_index_that_was_begun_and_not_finished_is_made_anew(url: str, ask: Asking) -> None:
    ask(COLUMN)
    ask("INSERT INTO dictionaries (id, content) VALUES (1, 'a'), (2, 'a')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask("CREATE UNIQUE INDEX CONCURRENTLY one_each ON dictionaries (content)")
    ask("DELETE FROM dictionaries WHERE id = 2")
    text = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one_each ON dictionaries (content)"
    assert migrate(url, (Step(VERSION + 1, "one each", text),)) == ["one each"]
    assert ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'one_each'::regclass") == [
        (True,)
    ]


def test_a_step_that_cannot_be_done_is_said_and_tried_again_next_time(
    url: str, ask: Asking
) -> None:
    wrong = (Step(VERSION + 1, "wrong", "ALTER TABLE no_such_table ADD COLUMN a text"),)
    with pytest.raises(StartError, match="no_such_table"):
        migrate(url, (*NEXT, *wrong))
    assert schema_of(ask) == VERSION
    assert pending(url, (*NEXT, *wrong)) == ["a colour", "found by colour", "wrong"]
