"""A real MariaDB's log, read by a real process that is killed: nothing lost, nothing doubled."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from tests.acceptance.mariadb import MariadbServer
from tests.acceptance.mysql_shop import SCHEMA, put

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariadbServer]:
    made = MariadbServer(tmp_path_factory.mktemp("mariadb"))
    yield made
    made.stop(crash=True)


class Shop:
    """A database of its own with the shop's tables, and a store to read into."""

    def __init__(self, server: MariadbServer, folder: Path) -> None:
        self.server = server
        self.name = f"shop_{uuid4().hex[:8]}"
        self.url = server.database(self.name)
        self.path = folder / "store.db"
        server.run(*SCHEMA, database=self.name)

    def order(self, number: int, status: str = "paid") -> None:
        with self.server.connect(self.name) as connection:
            put(connection, number, status=status)
            connection.commit()

    def run(self, *statements: str) -> None:
        self.server.run(*statements, database=self.name)

    def ask(self, question: str) -> list[tuple[object, ...]]:
        with self.server.connect(self.name) as connection, connection.cursor() as cursor:
            cursor.execute(question)
            return list(cursor.fetchall())

    def kept(self, question: str) -> list[tuple]:
        """What the store says; nothing where it is not there yet."""
        try:
            with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5) as store:
                return store.execute(question).fetchall()
        except sqlite3.OperationalError:
            return []

    def orders(self) -> set[str]:
        return {row[0] for row in self.kept("SELECT source_order_id FROM orders")}

    def position(self) -> str:
        """How far the log has been read, without the time."""
        rows = self.kept("SELECT position FROM positions")
        return str(rows[0][0]).partition("@")[0] if rows else ""

    def end(self) -> str:
        """How far there is a log."""
        return f"mariadb:{self.ask('SELECT @@GLOBAL.gtid_binlog_pos')[0][0]}"


@pytest.fixture
def shop(server: MariadbServer, tmp_path: Path) -> Shop:
    return Shop(server, tmp_path)


def wait(until: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Waits for something that must come; fails where it does not."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


class ReaderProcess:
    """`tests.acceptance.mysql_reader`, started, killed, and started again."""

    def __init__(self, shop: Shop) -> None:
        server_id = str(1_000_000_000 + int(shop.name[-6:], 16))
        self._words = (shop.url, server_id, str(shop.path))
        self._said = shop.path.with_suffix(".said")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "ReaderProcess":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.acceptance.mysql_reader", *self._words],
                cwd=ROOT,
                stderr=said,
                stdout=said,
            )

    def kill(self) -> None:
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def said(self) -> str:
        return self._said.read_text()


def trade(shop: Shop, ids: range, seed: int) -> None:
    """Orders by one of the shop's own processes: a tenth is rolled back, a fifth waits to be paid,
    a tenth of the paid ones is shipped or edited later."""
    dice = random.Random(seed)
    with shop.server.connect(shop.name) as connection, connection.cursor() as cursor:
        for order in ids:
            fate = dice.random()
            put(connection, order, status="paid" if fate > 0.3 else "pending")
            if fate < 0.1:
                connection.rollback()
                continue
            connection.commit()
            if 0.1 <= fate < 0.25:
                cursor.execute("UPDATE orders SET status = 'paid' WHERE id = %s", (order,))
            elif fate > 0.9:
                cursor.execute("UPDATE orders SET status = 'shipped' WHERE id = %s", (order,))
            elif fate > 0.85:
                cursor.execute("UPDATE orders SET memo = repeat('x', 500) WHERE id = %s", (order,))
            connection.commit()


def _traded_under_kills(shop: Shop, orders: int, kills: int) -> None:
    share = orders // 4
    ranges = (range(1 + at * share, 1 + (at + 1) * share) for at in range(4))
    traders = [
        threading.Thread(target=trade, args=(shop, ids, at)) for at, ids in enumerate(ranges)
    ]
    with ReaderProcess(shop) as reader:
        wait(lambda: bool(shop.position()))
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
            str(row[0]): Decimal(str(row[1])) / 100
            for row in shop.ask(
                "SELECT id, total_cents FROM orders WHERE status IN ('paid', 'shipped')"
            )
        }
        wait(lambda: shop.orders() >= set(expected), seconds=120)
        wait(lambda: shop.position() == shop.end(), seconds=30)
    _check(shop, expected)


def _check(shop: Shop, expected: dict[str, Decimal]) -> None:
    """Each completed order once, with one confirmation, as the database has it; no other."""
    assert shop.orders() == set(expected)
    assert shop.kept(
        "SELECT count(*), count(DISTINCT order_id) FROM messages WHERE kind = 'confirmation'"
    ) == [(len(expected), len(expected))]
    outcomes = dict(shop.kept("SELECT outcome, count(*) FROM events GROUP BY outcome"))
    assert set(outcomes) <= {"applied", "unchanged", "stale"}, outcomes
    for order_id, total in shop.kept("SELECT source_order_id, total FROM orders"):
        assert Decimal(str(total)) == expected[order_id]


def test_each_committed_order_comes_once_though_the_reader_is_killed(shop: Shop) -> None:
    _traded_under_kills(shop, orders=1_000, kills=5)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_orders_come_once_though_the_reader_is_killed_twenty_times(
    shop: Shop,
) -> None:
    _traded_under_kills(shop, orders=10_000, kills=20)


def test_the_position_reaches_the_end_of_the_log_while_others_write(shop: Shop) -> None:
    with ReaderProcess(shop):
        wait(lambda: bool(shop.position()))
        shop.run(*("INSERT INTO elsewhere (filler) VALUES ('x')" for _ in range(20)))
        wait(lambda: shop.position() == shop.end())


def test_after_a_purge_a_snapshot_brings_what_was_missed(shop: Shop) -> None:
    with ReaderProcess(shop):
        wait(lambda: bool(shop.position()))
        shop.order(1)
        wait(lambda: shop.orders() == {"1"})
    for number in range(2, 40):
        shop.order(number, "pending" if number % 3 == 0 else "paid")
    shop.run("UPDATE orders SET status = 'shipped' WHERE id = 1")
    shop.run("FLUSH BINARY LOGS")
    shop.server.purge()
    expected = {str(number) for number in range(1, 40) if number == 1 or number % 3}
    with ReaderProcess(shop) as reader:
        wait(lambda: shop.orders() >= expected)
        shop.order(40)
        wait(lambda: "40" in shop.orders())
        assert "log.lost" in reader.said()
    assert shop.orders() == {*expected, "40"}
    assert shop.kept(
        "SELECT count(*), count(DISTINCT order_id) FROM messages WHERE kind = 'confirmation'"
    ) == [(len(expected) + 1, len(expected) + 1)]


def test_a_minimal_image_still_tells_whole_orders(shop: Shop) -> None:
    with ReaderProcess(shop):
        wait(lambda: bool(shop.position()))
        shop.order(1, "pending")
        shop.run("SET binlog_row_image = MINIMAL", "UPDATE orders SET status = 'paid'")
        wait(lambda: shop.orders() == {"1"})
    assert shop.kept("SELECT total FROM orders") in ([("64.9",)], [("64.90",)])


def test_a_dropped_column_stops_the_reader_until_it_is_mended(shop: Shop) -> None:
    with ReaderProcess(shop) as reader:
        wait(lambda: bool(shop.position()))
        shop.order(1)
        wait(lambda: shop.orders() == {"1"})
        shop.run("ALTER TABLE orders RENAME COLUMN memo TO remark")
        shop.order(2)
        wait(lambda: f"{shop.name}.orders has no column memo" in reader.said())
        assert shop.orders() == {"1"}
        shop.run("ALTER TABLE orders RENAME COLUMN remark TO memo")
        wait(lambda: shop.orders() == {"1", "2"})
