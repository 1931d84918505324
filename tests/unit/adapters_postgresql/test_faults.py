"""What a server does to its clients: nothing acknowledged is lost, the store goes on by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from tests.acceptance.postgresql import PostgresqlServer
from twofifty.adapters.postgresql.batch import EVERYTHING
from twofifty.adapters.postgresql.store import PostgresqlStore
from twofifty.adapters.relational.ports import Database
from twofifty.errors import StartError, StoreError
from twofifty.order.model import Customer
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import ACCEPTED, Bench, an_order, lawful, planner
from twofifty.track.model import OrderQuery

Scenario = Callable[[Bench], Awaitable[None]]
_SHARED_BY_ALL = f"SELECT pg_advisory_xact_lock_shared({EVERYTHING})"


def on_a_bench(url: str, scenario: Scenario) -> None:
    async def run() -> None:
        clock = FrozenClock()
        bench = Bench(PostgresqlStore(url, clock, plan=planner(clock)), clock)
        try:
            await scenario(bench)
            await lawful(bench.store)
        finally:
            await bench.store.close()

    asyncio.run(run())


def ended(connection: psycopg.Connection, name: str) -> int:
    """How many server processes of a database were ended."""
    query = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE datname = %s AND pid <> pg_backend_pid()"""
    return connection.execute(query, (name,)).fetchall()[0][0]


async def surely(bench: Bench, identity: str) -> None:
    """As a shop does: whoever is told to come later comes later."""
    while True:
        try:
            await bench.accept(an_order(identity))
        except StoreError:
            continue
        return


async def kept(bench: Bench) -> int:
    return (await bench.store.audit.tally()).orders


def name_of(url: str) -> str:
    return url.partition("?")[0].rsplit("/", 1)[1]


def test_what_was_acknowledged_survives_that_its_connection_is_killed(
    url: str, server: PostgresqlServer
) -> None:
    async def scenario(bench: Bench) -> None:
        acknowledged: list[str] = []
        killed = 0

        async def keep(first: int) -> None:
            for number in range(first, 120, 6):
                await surely(bench, f"{number}")
                acknowledged.append(f"{number}")

        async def kill() -> None:
            nonlocal killed
            with psycopg.connect(server.url(), autocommit=True) as connection:
                for count in range(5, 115, 10):
                    while len(acknowledged) < count:  # noqa: ASYNC110
                        await asyncio.sleep(0)
                    killed += ended(connection, name_of(url))

        await asyncio.gather(*(keep(first) for first in range(6)), kill())
        assert killed > 10
        with psycopg.connect(url.partition("?")[0]) as connection:
            rows = connection.execute("SELECT source_order_id FROM orders").fetchall()
        assert {row[0] for row in rows} == set(acknowledged)
        assert len(acknowledged) == 120

    on_a_bench(url, scenario)


def test_the_store_goes_on_after_the_server_crashed_and_came_back(
    url: str, server: PostgresqlServer
) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.accept(an_order("before"))
        server.stop()
        again = asyncio.create_task(bench.accept(an_order("while it was away")))
        await asyncio.sleep(0)
        await asyncio.get_running_loop().run_in_executor(None, server.start)
        try:
            await again
        except StoreError:
            await bench.accept(an_order("while it was away"))
        await bench.accept(an_order("after"))
        assert (await bench.accept(an_order("before"))).duplicate
        assert await kept(bench) == 3

    on_a_bench(url, scenario)


def test_a_server_that_stays_away_is_said_to_be_away(url: str, server: PostgresqlServer) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.accept(an_order("before"))
        server.stop()
        try:
            with pytest.raises(StoreError, match="away"):
                await asyncio.gather(*(bench.accept(an_order(f"{one}")) for one in range(200)))
            with pytest.raises(StoreError):
                await bench.statuses()
        finally:
            server.start()
        await bench.accept(an_order("after"))

    on_a_bench(url, scenario)


def test_a_character_that_cannot_be_kept_costs_nobody_anything(url: str) -> None:
    async def scenario(bench: Bench) -> None:
        strange = an_order("strange", customer=Customer(name="A\x00B", email="a@example.com"))
        orders = [an_order(f"{number}") for number in range(20)]
        await asyncio.gather(*(bench.accept(one) for one in [*orders[:10], strange, *orders[10:]]))
        assert await kept(bench) == 21
        view, _ = await bench.store.archive.order("shop", "strange") or pytest.fail("not kept")
        assert view.customer == "A\u2400B"

    on_a_bench(url, scenario)


def test_a_work_that_fails_costs_the_others_nothing(url: str) -> None:
    async def run() -> None:
        store = PostgresqlStore(url, FrozenClock())
        writer = store._engine.writer

        def fine(number: int) -> Callable[[Database], int]:
            def work(db: Database) -> int:
                row = {"owner": f"w{number}", "expires_at": 1.0}
                db.execute(
                    "INSERT INTO workers (owner, expires_at) VALUES (:owner, :expires_at)", row
                )
                return number

            return work

        def raises(db: Database) -> int:
            fine(1000)(db)
            raise ValueError("this one alone")

        def wrong(db: Database) -> int:
            db.execute("SELECT no_such_column FROM workers")
            return 0

        works = [*map(fine, range(10)), raises, wrong]
        found = await asyncio.gather(
            *(writer.run(work, ("order", f"{place}")) for place, work in enumerate(works)),
            return_exceptions=True,
        )
        assert found[:10] == list(range(10))
        assert isinstance(found[10], ValueError)
        assert isinstance(found[11], StoreError)
        await store.close()
        with psycopg.connect(url.partition("?")[0]) as connection:
            assert connection.execute("SELECT count(*) FROM workers").fetchone() == (10,)

    asyncio.run(run())


def test_a_standby_is_no_store_and_nothing_is_lost_by_it(
    url: str, server: PostgresqlServer
) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.accept(an_order("before"))
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(
                f"ALTER DATABASE {name_of(url)} SET default_transaction_read_only = on"
            )
            ended(connection, name_of(url))
            with pytest.raises(StoreError, match="read-only"):
                await bench.accept(an_order("while"))
            connection.execute(f"ALTER DATABASE {name_of(url)} RESET default_transaction_read_only")
        await bench.accept(an_order("while"))
        assert await kept(bench) == 2

    on_a_bench(url, scenario)


def test_where_no_connection_is_left_the_store_waits_for_one(
    url: str, server: PostgresqlServer
) -> None:
    async def scenario(bench: Bench) -> None:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name_of(url)} CONNECTION LIMIT 0")
        asked = asyncio.create_task(bench.accept(an_order()))
        await asyncio.sleep(0.2)
        assert not asked.done()
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name_of(url)} CONNECTION LIMIT -1")
        assert (await asked).messages

    with psycopg.connect(url.partition("?")[0], autocommit=True) as connection:
        connection.execute("CREATE ROLE clerk LOGIN IN ROLE pg_write_all_data, pg_read_all_data")
        connection.execute("GRANT ALL ON SCHEMA public TO PUBLIC")
        connection.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC")
    on_a_bench(url.replace("admin@", "clerk@"), scenario)


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("ALTER DATABASE {} SET synchronous_commit = off", "ALTER DATABASE {} RESET synchronous"),
        (
            "ALTER ROLE admin IN DATABASE {} SET synchronous_commit = off",
            "ALTER ROLE admin IN DATABASE {} RESET synchronous_commit",
        ),
        ("", "fsync = on in postgresql.conf"),
    ],
)
def test_a_server_that_forgets_is_refused(
    empty: str, server: PostgresqlServer, stated: str, told: str
) -> None:
    """The server of these tests runs without fsync."""
    name = name_of(empty)
    if stated:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(stated.format(name))
    with pytest.raises(StartError, match=f"could be lost; mended by {told.format(name)}"):
        PostgresqlStore(empty, FrozenClock())


def test_through_a_pooler_nothing_depends_on_a_session(url: str) -> None:
    """With `prepare=off` no statement, no setting and no LISTEN outlives its transaction."""

    async def scenario(bench: Bench) -> None:
        await asyncio.gather(*(bench.accept(an_order(f"{number}")) for number in range(30)))
        items = await bench.lease(limit=30)
        assert all(await asyncio.gather(*(bench.dot(item) for item in items)))
        await asyncio.gather(*(bench.settle(item, ACCEPTED) for item in items))
        store: Any = bench.store
        first = store.archive.version()
        assert (await bench.store.archive.orders(OrderQuery(text="12"))).items
        assert store.archive.version() <= first < 0
        for connection in store._engine.writer._pool._idle:
            named = await connection.connection.fetch("SELECT name FROM pg_prepared_statements")
            assert [row for row in named if row[0]] == []

    on_a_bench(f"{url}&prepare=off", scenario)


def test_a_process_that_freezes_in_the_middle_holds_nobody_up_for_long(
    url: str, server: PostgresqlServer
) -> None:
    """The server ends its transaction, and with it the locks."""
    frozen = psycopg.connect(url.partition("?")[0], autocommit=True)
    frozen.execute("SET idle_in_transaction_session_timeout = '300ms'")
    frozen.execute("BEGIN")

    async def scenario(bench: Bench) -> None:
        from_here = asyncio.get_running_loop().run_in_executor
        await from_here(None, lambda: frozen.execute(_SHARED_BY_ALL))
        await bench.store.brakes.stop("kim", "a wrong price")
        await bench.store.brakes.release("kim")
        with pytest.raises(psycopg.Error, match="idle-in-transaction"):
            frozen.execute("SELECT 1")

    on_a_bench(url, scenario)
    frozen.close()
