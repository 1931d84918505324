"""A real PostgreSQL's log, read by a real process that is killed: nothing lost, nothing doubled."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.log_reader import SOURCE, follower
from tests.acceptance.postgresql import PostgresqlServer
from tests.acceptance.rows_shop import SCHEMA, TABLES, put
from twofifty.adapters.postgresql_log import advice
from twofifty.adapters.postgresql_log.log import Place
from twofifty.adapters.postgresql_log.session import Session
from twofifty.adapters.postgresql_log.source import followed, place
from twofifty.adapters.postgresql_log.tables import PostgresqlTables
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.clock import SystemClock
from twofifty.flow.follow import ALARM, Follower
from twofifty.flow.listed import TableListing
from twofifty.intake.ports import Stated
from twofifty.intake.rows import Composer, mapping

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    made = PostgresqlServer()
    yield made
    made.remove()


class Shop:
    """A database of its own with the shop's tables, our publication, and a store to read into."""

    def __init__(self, server: PostgresqlServer, name: str, folder: Path) -> None:
        self.name = name
        self.url = server.database(name)
        self.path = folder / "store.db"
        self.connection = psycopg.connect(self.url, autocommit=True)
        self.connection.execute(SCHEMA)
        self.connection.execute(
            f"CREATE PUBLICATION {name} FOR TABLE orders, order_items, addresses"
        )

    def order(self, number: int, **more: object) -> None:
        with self.connection.transaction():
            put(self.connection, number, **more)  # type: ignore[arg-type]

    def run(self, statement: str) -> None:
        self.connection.execute(statement)

    def one(self, question: str) -> object:
        row = self.connection.execute(question).fetchone()
        return None if row is None else row[0]

    def kept(self, question: str) -> list[tuple]:
        """What the store says; nothing where it is not there yet."""
        try:
            with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5) as store:
                return store.execute(question).fetchall()
        except sqlite3.OperationalError:
            return []

    def orders(self) -> set[str]:
        return {row[0] for row in self.kept("SELECT source_order_id FROM orders")}

    def lag(self) -> int:
        said = self.one(
            "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint "
            f"FROM pg_replication_slots WHERE slot_name = '{self.name}'"
        )
        return -1 if said is None else int(str(said))


@pytest.fixture
def shop(
    server: PostgresqlServer, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Shop]:
    made = Shop(server, f"shop_{abs(hash(request.node.name)) % 10**8}", tmp_path)
    yield made
    made.connection.close()


def wait(until: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Waits for something that must come; fails where it does not."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


class Reading:
    """A follower in a thread of its own, for tests that look at it from outside."""

    def __init__(self, shop: Shop, tables: dict | None = None) -> None:
        self._shop = shop
        self._tables = tables or TABLES
        self._loop: asyncio.AbstractEventLoop | None = None
        self._follower: Follower | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> "Reading":
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._follower is not None
        self._loop.call_soon_threadsafe(self._follower.stop)
        self._thread.join(20)
        assert not self._thread.is_alive()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        store = SqliteStore(self._shop.path, SystemClock(), sample=lambda: b"order")
        where = Place(self._shop.url, self._shop.name, self._shop.name)
        what = followed(Stated(SOURCE), where, mapping(self._tables))
        self._follower = follower(what, store)
        self._ready.set()
        await self._follower.run()
        await store.close()


def alarm() -> float:
    return ALARM.labels(SOURCE)._value.get()


def has_begun(shop: Shop) -> Callable[[], bool]:
    return lambda: bool(shop.kept("SELECT 1 FROM positions"))


class ReaderProcess:
    """`tests.acceptance.log_reader`, started, killed, and started again."""

    def __init__(self, shop: Shop) -> None:
        self._words = (shop.url, shop.name, str(shop.path))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.log_reader", *self._words],
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()


def trade(url: str, ids: range, seed: int) -> None:
    """Orders by one of the shop's own processes: a tenth is rolled back, a fifth waits to be paid,
    a tenth of the paid ones is shipped or edited later."""
    dice = random.Random(seed)
    with psycopg.connect(url, autocommit=True) as connection:
        for order in ids:
            fate = dice.random()
            try:
                with connection.transaction():
                    put(connection, order, status="paid" if fate > 0.3 else "new")
                    if fate < 0.1:
                        raise psycopg.Rollback
            except psycopg.Rollback:
                continue
            if 0.1 <= fate < 0.25:
                connection.execute("UPDATE orders SET status = 'paid' WHERE id = %s", (order,))
            elif fate > 0.9:
                connection.execute("UPDATE orders SET status = 'shipped' WHERE id = %s", (order,))
            elif fate > 0.85:
                connection.execute(
                    "UPDATE orders SET memo = repeat('x', 5000) WHERE id = %s", (order,)
                )


def _traded_under_kills(shop: Shop, orders: int, kills: int) -> None:
    reader = ReaderProcess(shop)
    reader.start()
    try:
        expected = _traded(shop, reader, (orders, kills))
    finally:
        reader.kill()
    _check(shop, expected)


def _traded(shop: Shop, reader: ReaderProcess, much: tuple[int, int]) -> dict[str, str]:
    """Trades, kills, and waits until everything is read; the orders that count, by their status."""
    orders, kills = much
    wait(has_begun(shop))
    share = orders // 4
    traders = [
        threading.Thread(
            target=trade, args=(shop.url, range(1 + at * share, 1 + (at + 1) * share), at)
        )
        for at in range(4)
    ]
    for trader in traders:
        trader.start()
    dice = random.Random(250)
    for _ in range(kills):
        time.sleep(dice.uniform(0.2, 1.2))
        reader.kill()
        reader.start()
    for trader in traders:
        trader.join()
    expected = {
        str(row[0]): str(row[1])
        for row in shop.connection.execute(
            "SELECT id, status FROM orders WHERE status IN ('paid', 'shipped')"
        )
    }
    wait(lambda: shop.orders() >= set(expected), seconds=120)
    wait(lambda: shop.lag() == 0, seconds=30)
    return expected


def _check(shop: Shop, expected: dict[str, str]) -> None:
    """Each completed order once, with one confirmation, as the database has it; no other."""
    assert shop.orders() == set(expected)
    doubled = shop.kept(
        "SELECT order_id, count(*) FROM messages WHERE kind = 'confirmation' "
        "GROUP BY order_id HAVING count(*) <> 1"
    )
    assert doubled == []
    assert shop.kept("SELECT count(*) FROM messages WHERE kind = 'confirmation'") == [
        (len(expected),)
    ]
    outcomes = dict(shop.kept("SELECT outcome, count(*) FROM events GROUP BY outcome"))
    assert set(outcomes) <= {"applied", "unchanged", "stale"}, outcomes
    rows = shop.connection.execute("SELECT id::text, total_cents FROM orders").fetchall()
    totals: dict[str, int] = dict(rows)
    for order_id, total in shop.kept("SELECT source_order_id, total FROM orders"):
        assert round(float(total) * 100) == totals[order_id]


def test_each_committed_order_comes_once_however_often_the_reader_is_killed(shop: Shop) -> None:
    _traded_under_kills(shop, orders=2_000, kills=6)


@pytest.mark.slow
def test_ten_thousand_orders_and_twenty_kills(shop: Shop) -> None:
    _traded_under_kills(shop, orders=10_000, kills=20)


def test_nothing_is_told_before_the_status_is_completed(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        shop.order(1, status="new")
        shop.order(2)
        wait(lambda: shop.orders() == {"2"})
        shop.run("UPDATE orders SET status = 'paid' WHERE id = 1")
        wait(lambda: shop.orders() == {"1", "2"})
    assert shop.kept("SELECT payment FROM orders") == [("paid",), ("paid",)]


def test_an_order_that_was_told_is_told_on_whatever_its_status(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        shop.order(1)
        wait(lambda: shop.orders() == {"1"})
        shop.run("UPDATE orders SET status = 'cancelled' WHERE id = 1")
        wait(lambda: shop.kept("SELECT count(*) FROM events") == [(2,)])
    assert shop.kept("SELECT topic FROM events ORDER BY id") == [
        ("order.placed",),
        ("order.cancelled",),
    ]


def test_lines_of_their_own_transactions_make_the_order_whole(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        shop.order(1, items=0)
        shop.order(2)
        wait(lambda: shop.orders() == {"2"})
        shop.run(
            "INSERT INTO order_items (order_id, product_id, quantity, price_cents) "
            "VALUES (1, 7, 2, 1500)"
        )
        wait(lambda: shop.orders() == {"1", "2"})


def test_a_long_text_that_the_log_does_not_repeat_is_read_from_the_table(shop: Shop) -> None:
    shop.run("ALTER TABLE orders ALTER COLUMN memo SET STORAGE EXTERNAL")
    with Reading(shop):
        wait(has_begun(shop))
        shop.order(1, status="new")
        shop.run("UPDATE orders SET memo = repeat('long ', 2000) WHERE id = 1")
        shop.run("UPDATE orders SET status = 'paid' WHERE id = 1")
        wait(lambda: shop.orders() == {"1"})
    with sqlite3.connect(shop.path) as store:
        (rejected,) = store.execute(
            "SELECT count(*) FROM events WHERE outcome = 'rejected'"
        ).fetchone()
    assert rejected == 0


def test_an_order_that_cannot_be_used_is_kept_with_the_column(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        with shop.connection.transaction():
            put(shop.connection, 1)
            shop.run("UPDATE orders SET total_cents = NULL WHERE id = 1")
        shop.order(2)
        wait(lambda: shop.orders() == {"2"})
    rejected = shop.kept("SELECT reason FROM events WHERE outcome = 'rejected'")
    assert len(rejected) == 1
    assert "public.orders.total_cents" in rejected[0][0]


def test_a_deleted_order_takes_nothing_with_it(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        shop.order(1)
        shop.run("DELETE FROM orders WHERE id = 1")
        shop.run("DELETE FROM order_items WHERE order_id = 1")
        shop.run("TRUNCATE addresses")
        shop.order(2)
        wait(lambda: shop.orders() == {"1", "2"})
        assert alarm() == 0


def test_a_slot_holds_nothing_back_while_other_tables_are_written(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        for _ in range(20):
            shop.run(
                "INSERT INTO elsewhere (filler) SELECT repeat('x', 1000) "
                "FROM generate_series(1, 1000)"
            )
        assert shop.lag() != -1
        wait(lambda: shop.lag() == 0, seconds=30)


def test_a_slot_that_was_dropped_is_made_anew_and_the_gap_is_read(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        shop.order(1)
        wait(lambda: shop.orders() == {"1"})
    wait(
        lambda: (
            shop.one(f"SELECT active FROM pg_replication_slots WHERE slot_name = '{shop.name}'")
            is False
        )
    )
    shop.run(f"SELECT pg_drop_replication_slot('{shop.name}')")
    for order in range(2, 1_200):
        shop.order(order, items=1)
    shop.order(1_300, status="new")
    with Reading(shop):
        wait(lambda: len(shop.orders()) == 1_199)
        shop.order(2_000)
        wait(lambda: "2000" in shop.orders())
        wait(lambda: alarm() == 0)
    assert "1300" not in shop.orders()
    assert shop.kept("SELECT count(*) FROM messages WHERE kind = 'confirmation'") == [(1_200,)]


def test_a_slot_that_the_server_gave_up_is_an_alarm_and_has_a_way_back(
    shop: Shop, server: PostgresqlServer
) -> None:
    with Reading(shop):
        wait(has_begun(shop))
    try:
        shop.run("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'")
        shop.run("SELECT pg_reload_conf()")
        shop.order(1)
        for _ in range(6):
            shop.run(
                "INSERT INTO elsewhere (filler) SELECT repeat('x', 1000) "
                "FROM generate_series(1, 5000)"
            )
            shop.run("SELECT pg_switch_wal()")
            shop.run("CHECKPOINT")
        status = f"SELECT wal_status FROM pg_replication_slots WHERE slot_name = '{shop.name}'"
        assert shop.one(status) == "lost"
    finally:
        shop.run("ALTER SYSTEM RESET max_slot_wal_keep_size")
        shop.run("SELECT pg_reload_conf()")
    with Reading(shop):
        wait(lambda: shop.orders() == {"1"})
        shop.order(2)
        wait(lambda: shop.orders() == {"1", "2"})
    assert shop.one(status) != "lost"


def test_a_dropped_column_stops_the_reading_by_name_until_it_is_back(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        shop.order(1)
        wait(lambda: shop.orders() == {"1"})
        shop.run("ALTER TABLE orders DROP COLUMN memo")
        shop.run(
            "INSERT INTO order_items (order_id, product_id, quantity, price_cents) "
            "VALUES (3, 7, 1, 1500)"
        )
        shop.run(
            "INSERT INTO orders (id, number, customer_id, status, total_cents, created) "
            "VALUES (3, 'A-3', 1, 'paid', 1500, now())"
        )
        wait(lambda: alarm() == 1)
        time.sleep(0.5)
        assert shop.orders() == {"1"}
        shop.run("ALTER TABLE orders ADD COLUMN memo text")
        wait(lambda: shop.orders() == {"1", "3"})
        shop.order(4)
        wait(lambda: shop.orders() == {"1", "3", "4"})
        wait(lambda: alarm() == 0)


def test_a_renamed_column_is_found_again_once_the_mapping_says_so(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        shop.order(1)
        shop.run("ALTER TABLE orders RENAME COLUMN memo TO remark")
        shop.order(2)
        wait(lambda: alarm() == 1)
        wait(lambda: shop.orders() == {"1"})
    renamed = {**TABLES, "order": {**TABLES["order"], "note": "remark"}}
    with Reading(shop, renamed):
        wait(lambda: shop.orders() == {"1", "2"})


def test_tables_may_be_changed_and_rewritten_while_they_are_read(shop: Shop) -> None:
    changes = (
        "ALTER TABLE orders ADD COLUMN colour text DEFAULT 'red'",
        "ALTER TABLE order_items ALTER COLUMN quantity TYPE numeric(12,4)",
        "ALTER TABLE orders ALTER COLUMN total_cents TYPE numeric",
        "ALTER TABLE orders DROP COLUMN colour",
        "VACUUM FULL orders",
        "CREATE TABLE another (id int)",
    )
    with Reading(shop):
        wait(has_begun(shop))
        for number, change in enumerate(changes):
            shop.order(2 * number + 1)
            shop.run(change)
            with shop.connection.transaction():
                put(shop.connection, 2 * number + 2)
        wait(lambda: len(shop.orders()) == 2 * len(changes))
    outcomes = shop.kept("SELECT DISTINCT outcome FROM events")
    assert outcomes == [("applied",)]


def test_a_server_that_is_restarted_is_read_on(shop: Shop, server: PostgresqlServer) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        shop.order(1)
        wait(lambda: shop.orders() == {"1"})
        shop.connection.close()
        server.stop()
        time.sleep(0.5)
        server.start()
        shop.connection = psycopg.connect(shop.url, autocommit=True)
        shop.order(2)
        wait(lambda: shop.orders() == {"1", "2"})


def test_a_publication_that_was_made_again_is_read_on(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        shop.order(1)
        wait(lambda: shop.orders() == {"1"})
        shop.run(f"DROP PUBLICATION {shop.name}")
        shop.order(2)
        wait(lambda: alarm() == 1)
        shop.run(f"CREATE PUBLICATION {shop.name} FOR TABLE orders, order_items, addresses")
        wait(lambda: shop.orders() == {"1", "2"})
        shop.order(3)
        wait(lambda: shop.orders() == {"1", "2", "3"})
        wait(lambda: alarm() == 0)


def test_a_large_transaction_comes_whole_though_it_is_read_in_parts(shop: Shop) -> None:
    with Reading(shop):
        wait(has_begun(shop))
        with shop.connection.transaction():
            shop.run(
                "INSERT INTO orders SELECT i, 'A-' || i, 1, 'paid', 0, 490, now(), '{}', 'm' "
                "FROM generate_series(1, 3000) AS i"
            )
            shop.run(
                "INSERT INTO order_items (order_id, product_id, quantity, price_cents) "
                "SELECT 1 + i % 3000, 1, 1, 1000 FROM generate_series(0, 8999) AS i"
            )
            shop.run("UPDATE orders SET total_cents = 3490")
        wait(lambda: shop.lag() == 0)
    _check(shop, {str(order): "paid" for order in range(1, 3_001)})
    assert dict(shop.kept("SELECT outcome, count(*) FROM events GROUP BY 1"))["applied"] == 3_000
    with Reading(shop):
        shop.order(5_000)
        wait(lambda: "5000" in shop.orders())


def test_the_printed_sql_is_all_that_a_reader_needs(
    server: PostgresqlServer, tmp_path: Path
) -> None:
    admin = server.database("printed")
    where = place("printed", server.url("printed", "reader"))
    rows = mapping(TABLES)
    shop = Shop.__new__(Shop)
    shop.name, shop.url, shop.path = where.slot, where.url, tmp_path / "store.db"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(SCHEMA)
        for statement in advice.sql(where, rows).split(";\n"):
            if "SET wal_level" not in statement:
                connection.execute(statement)
        wait(lambda: {each.state for each in asyncio.run(advice.checks(where, rows))} == {"ok"})
        with Reading(shop):
            with connection.transaction():
                put(connection, 1)
            wait(lambda: shop.orders() == {"1"})
        connection.execute("ALTER SYSTEM RESET max_slot_wal_keep_size")
        connection.execute("SELECT pg_reload_conf()")


def test_what_is_missing_is_named(shop: Shop) -> None:
    wrong = {**TABLES, "order": {**TABLES["order"], "note": "remark"}}
    where = Place(shop.url, "nobody", "nowhere")
    found = {check.name: check for check in asyncio.run(advice.checks(where, mapping(wrong)))}
    assert found["publication"].state == "fail"
    assert found["slot"].state == "warn"
    assert found["max_slot_wal_keep_size"].state == "warn"
    assert found["public.orders"].message == "there is no column remark"
    assert found["public.order_items identity"].state == "warn"


def test_a_database_that_is_away_is_said_in_words() -> None:
    where = Place("postgresql://reader:hush@127.0.0.1:1/shop", "a", "b")
    (said,) = asyncio.run(advice.checks(where, mapping(TABLES)))
    assert (said.name, said.state) == ("connection", "fail")
    assert "hush" not in said.message


async def _listed(shop: Shop, tables: dict, since: datetime) -> list[str]:
    async def nobody(_: Sequence[str]) -> tuple[str, ...]:
        return ()

    session = Session(shop.url)
    rows = mapping(tables)
    composer = Composer(rows, PostgresqlTables(session), Stated(SOURCE), nobody)
    pages = [page async for page in TableListing(composer).pages(since, "")]
    await session.close()
    return [order.id for page in pages for order in page.orders]


@pytest.mark.parametrize("when", ["timestamp", "timestamptz"])
def test_the_table_lists_every_order_that_counts_since_a_time(shop: Shop, when: str) -> None:
    shop.run(f"ALTER TABLE orders ADD COLUMN changed {when} DEFAULT now()")
    for order in range(1, 451):
        shop.order(order, items=1)
    shop.order(500, status="new")
    shop.order(501)
    shop.run("UPDATE orders SET changed = now() - interval '9 days' WHERE id = 501")
    for order in (602, 603, 604):
        shop.order(order)
    shop.run("UPDATE orders SET changed = NULL WHERE id IN (5, 6, 602, 603, 604)")
    shop.run("UPDATE orders SET created = now() - interval '9 days' WHERE id = 603")
    shop.run("UPDATE orders SET created = NULL WHERE id = 604")
    changing = {**TABLES, "order": {**TABLES["order"], "updated_at": "changed"}}
    found = asyncio.run(_listed(shop, changing, datetime.now(UTC) - timedelta(hours=1)))
    assert sorted(found, key=int) == [str(order) for order in (*range(1, 451), 602, 604)]
