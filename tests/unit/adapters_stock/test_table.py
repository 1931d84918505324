"""Stock from a table: safe, read only, and over in time, on each kind of database."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from tests.acceptance.mariadb import MariadbServer
from tests.acceptance.postgresql import PostgresqlServer
from tests.unit.adapters_stock.stockroom import a_question
from twofifty.adapters import registry
from twofifty.adapters.stock_table.query import query
from twofifty.adapters.stock_table.reader import Rows
from twofifty.adapters.stock_table.shelf import TableShelf, levels
from twofifty.errors import SettingsError, ShopBusy, ShopError
from twofifty.flow.stock import Level
from twofifty.intake.loose import Unreadable

SQL = "SELECT sku, available, expected FROM stock WHERE sku IN :skus AND sku NOT LIKE '10%'"
TABLE = "CREATE TABLE stock (sku varchar(200), available numeric(9,2), expected date)"
ODD = "it's; DROP TABLE stock -- %s \\ :skus"
ROWS: list[tuple[str, str, str | None]] = [
    ("TEA", "3", None),
    ("CUP", "0.50", "2026-12-01"),
    (ODD, "-1", None),
]
LONG = 60.0


class Place(Protocol):
    """A database with the table in it, of one kind."""

    url: str
    slow: str

    def run(self, sql: str, *values: object) -> list[tuple[object, ...]]: ...


class OnSqlite:
    slow = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT 'TEA' AS sku, count(*) AS available FROM n WHERE 'TEA' IN :skus"
    )

    def __init__(self, folder: Path) -> None:
        self._path = folder / "shop's 50%.db"
        self.url = f"sqlite:///{self._path}"

    def run(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with sqlite3.connect(self._path) as connection:
            return connection.execute(sql.replace("%s", "?"), values).fetchall()


class OnPostgresql:
    slow = "SELECT 'TEA' AS sku, pg_sleep(60)::text AS available WHERE 'TEA' IN :skus"

    def __init__(self, server: PostgresqlServer) -> None:
        self.url = server.database("stock")

    def run(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode(), values or None)
            return cursor.fetchall() if cursor.description else []


class OnMariadb:
    slow = "SELECT 'TEA' AS sku, sleep(60) AS available FROM stock WHERE 'TEA' IN :skus"

    def __init__(self, server: MariadbServer) -> None:
        self._server = server
        self.url = server.database("stock")

    def run(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with self._server.connect("stock") as connection, connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            connection.commit()
            return list(cursor.fetchall())


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("stock")
    end: Callable[[], None] = lambda: None  # noqa: E731
    made: Place
    if request.param == "sqlite":
        made = OnSqlite(folder)
    elif request.param == "postgresql":
        postgresql = PostgresqlServer()
        made, end = OnPostgresql(postgresql), postgresql.remove
    else:
        mariadb = MariadbServer(folder / "mariadb")
        made, end = OnMariadb(mariadb), mariadb.stop
    made.run(TABLE)
    if request.param == "mariadb":
        made.run("CREATE SEQUENCE counter")
    for row in ROWS:
        made.run("INSERT INTO stock VALUES (%s, %s, %s)", *row)
    yield made
    end()


def shelf(place: Place, sql: str = SQL, seconds: float = LONG) -> TableShelf:
    return TableShelf(registry.stock_reader(place.url, seconds), query(sql))


async def test_one_query_answers_for_all_lines_of_an_order(place: Place) -> None:
    one = shelf(place)
    found = await one.ask(a_question("TEA", "CUP", "unknown", "TEA", ODD))
    await one.close()
    assert found == {
        "1": Level(available=Decimal(3)),
        "2": Level(available=Decimal("0.50"), expected=date(2026, 12, 1)),
        "4": Level(available=Decimal(3)),
        "5": Level(available=Decimal(-1)),
    }


async def test_a_sku_is_only_ever_a_value(place: Place) -> None:
    one = shelf(place)
    assert await one.ask(a_question("x') OR ('1'='1", '"; DELETE FROM stock; --')) == {}
    await one.close()
    assert len(place.run("SELECT sku FROM stock")) == len(ROWS)


async def test_whatever_the_query_says_nothing_is_written(place: Place) -> None:
    if "postgresql" in place.url:
        sql = "WITH gone AS (DELETE FROM stock WHERE sku IN :skus RETURNING *) SELECT * FROM gone"
    elif "sqlite" in place.url:
        sql = "WITH t AS (SELECT 1) DELETE FROM stock WHERE sku IN :skus"
    else:
        # DELETE cannot follow WITH there: the one statement that reads and writes is this.
        sql = "SELECT sku, available FROM stock WHERE sku IN :skus AND nextval(counter) > 0"
    one = shelf(place, sql)
    with pytest.raises(ShopError):
        await one.ask(a_question("TEA"))
    await one.close()
    assert len(place.run("SELECT sku FROM stock")) == len(ROWS)


async def test_a_query_ends_in_time(place: Place) -> None:
    one = shelf(place, place.slow, seconds=0.2)
    async with asyncio.timeout(LONG / 2):
        # MariaDB answers `sleep` itself where the statement's time is over.
        with contextlib.suppress(ShopBusy):
            await one.ask(a_question("TEA"))
        await one.close()


async def test_a_query_that_is_given_up_takes_no_other_with_it(place: Place) -> None:
    slow, fast = shelf(place, place.slow), shelf(place)
    given_up = asyncio.create_task(_quietly(slow))
    await asyncio.sleep(0.2)
    assert len(await fast.ask(a_question("TEA"))) == 1
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    assert given_up.cancelled()
    assert len(await fast.ask(a_question("CUP"))) == 1
    await slow.close()
    await fast.close()


async def _quietly(one: TableShelf) -> None:
    await one.ask(a_question("TEA"))


async def test_many_orders_at_once_are_answered(place: Place) -> None:
    one = shelf(place)
    answers = await asyncio.gather(*(one.ask(a_question("TEA", "CUP")) for _ in range(60)))
    await one.close()
    assert all(len(answer) == 2 for answer in answers)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT available FROM stock WHERE sku IN :skus",
        "SELECT sku, expected FROM stock WHERE sku IN :skus",
        "SELECT a.sku, b.available FROM stock a, stock b WHERE a.sku IN :skus",
    ],
)
async def test_a_query_that_answers_something_else_makes_no_sense(place: Place, sql: str) -> None:
    one = shelf(place, sql)
    with pytest.raises(Unreadable):
        await one.ask(a_question("TEA"))
    await one.close()


async def test_a_query_that_is_none_is_the_shops_fault(place: Place) -> None:
    one = shelf(place, "SELECT sku, nothing FROM nowhere WHERE sku IN :skus")
    with pytest.raises(ShopError):
        await one.ask(a_question("TEA"))
    await one.close()


@pytest.mark.parametrize("url", ["sqlite:///{}/none.db", "postgresql://a@127.0.0.1:1/x"])
async def test_nobody_there_is_no_crash(url: str, tmp_path: Path) -> None:
    one = TableShelf(registry.stock_reader(url.format(tmp_path), LONG), query(SQL))
    with pytest.raises(ShopBusy):
        await one.ask(a_question("TEA"))
    await one.close()
    assert not (tmp_path / "none.db").exists()


async def test_a_server_that_was_restarted_costs_one_answer_at_most(tmp_path: Path) -> None:
    server = MariadbServer(tmp_path)
    place = OnMariadb(server)
    place.run(TABLE)
    place.run("INSERT INTO stock VALUES ('TEA', 1, NULL)")
    one = shelf(place)
    await asyncio.gather(*(one.ask(a_question("TEA")) for _ in range(4)))
    server.stop()
    server.start()
    with pytest.raises(ShopBusy):
        await one.ask(a_question("TEA"))
    assert await one.ask(a_question("TEA")) == {"1": Level(available=Decimal(1))}
    await one.close()
    server.stop()


def test_a_status_may_stand_in_the_table_too() -> None:
    answer = Rows(("SKU", "Status"), (("TEA", "Backorder"), ("CUP", None)))
    assert levels(answer) == {"TEA": Level("backorder")}


@pytest.mark.parametrize("row", [("TEA", "many"), ("TEA", float("nan")), ("TEA", b"\x00")])
def test_a_count_that_is_none_makes_no_sense(row: tuple[object, ...]) -> None:
    with pytest.raises(Unreadable):
        levels(Rows(("sku", "available"), (row,)))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM stock WHERE sku IN :skus", "SELECT"),
        ("SELECT 1; DROP TABLE stock", "one statement"),
        ("SELECT sku, available FROM stock", ":skus"),
        ("", "SELECT"),
    ],
)
def test_a_query_that_cannot_be_one_is_told_at_the_start(sql: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        query(sql)


@pytest.mark.parametrize(
    "url", ["stock.db", "oracle://x/y", "postgresql://", "mysql://", "sqlite:///"]
)
def test_an_address_that_is_none_is_told_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError):
        registry.stock_reader(url, LONG)
