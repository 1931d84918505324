"""MariaDB's binary log, read from a real server."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import ParamSpec
from uuid import uuid4

import pytest

from tests.acceptance.mariadb import MariadbServer
from twofifty.adapters.mysql_log.advice import checks, sql
from twofifty.adapters.mysql_log.log import MysqlLog, Place
from twofifty.adapters.mysql_log.session import address
from twofifty.adapters.mysql_log.tables import MysqlTables
from twofifty.errors import LogLost, ShopBusy, ShopError
from twofifty.intake.log import Committed, RowChange
from twofifty.intake.rows import Found, Page, RowMapping, mapping
from twofifty.testing.certificates import Authority

P = ParamSpec("P")
KEY_AND_WORD = frozenset({"id", "word"})


def on_loop(test: Callable[P, Coroutine[object, object, None]]) -> Callable[P, None]:
    """A test that awaits."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


class Shop:
    """An empty database of a server, and readers of it."""

    def __init__(self, server: MariadbServer) -> None:
        self.server = server
        self.name = f"shop_{uuid4().hex[:8]}"
        self.url = server.database(self.name)
        self._readers = 0

    def run(self, *statements: str) -> None:
        self.server.run(*statements, database=self.name)

    def log(self, columns: frozenset[str] = KEY_AND_WORD, table: str = "t") -> MysqlLog:
        self._readers += 1
        wanted = {f"{self.name}.{table}": columns}
        server_id = 2_000_000_000 + int(self.name[-6:], 16)
        return MysqlLog(Place(address(self.url), server_id + self._readers), wanted)

    def tables(self) -> MysqlTables:
        return MysqlTables(address(self.url))

    async def told(
        self, log: MysqlLog, position: str, *, until: Callable[[RowChange], bool]
    ) -> list[Committed]:
        """What the log tells after a position, up to the transaction with such a row."""
        found: list[Committed] = []
        async with following(log, position) as stream:
            async for committed in stream:
                if committed.changes:
                    found.append(committed)
                if any(until(change) for change in committed.changes):
                    return found
        raise AssertionError("the log ended")


@asynccontextmanager
async def following(log: MysqlLog, position: str) -> AsyncIterator[AsyncIterator[Committed]]:
    try:
        async with asyncio.timeout(30):
            yield log.follow(position)
    finally:
        await log.close()


def is_end(change: RowChange) -> bool:
    return change.after.get("word") == "end"


def words(told: list[Committed]) -> list[object]:
    return [change.after.get("word") for each in told for change in each.changes][:-1]


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariadbServer]:
    server = MariadbServer(tmp_path_factory.mktemp("mariadb"))
    yield server
    server.stop(crash=True)


@pytest.fixture
def shop(mariadb: MariadbServer) -> Shop:
    made = Shop(mariadb)
    made.run("CREATE TABLE t (id bigint unsigned PRIMARY KEY, word varchar(200))")
    return made


END = "INSERT INTO t (id, word) VALUES (999, 'end')"

EVERYTHING = """CREATE TABLE t (
    id bigint unsigned PRIMARY KEY, word varchar(200), small tinyint unsigned, below mediumint,
    price decimal(12,2), huge decimal(65,30), rate float, ratio double, born date,
    at datetime(3),
    naive datetime, stamp timestamp(6) NULL, clock time(2), state enum('new','it''s','paid'),
    extras set('gift','fast','insured'), flag bit(1), mask bit(12), made year,
    late tinyint unsigned, latin varchar(20) CHARACTER SET latin1,
    greek varchar(20) CHARACTER SET greek,
    wide char(10) CHARACTER SET ucs2, note text, doc json, raw varbinary(20), ident binary(16),
    blobby blob, nothing varchar(10)) CHARACTER SET utf8mb4"""
ROW = {
    "id": "18446744073709551615",
    "word": "'Größe 😀'",
    "small": "255",
    "below": "-8388608",
    "price": "-1234567890.05",
    "huge": "12345678901234567890123456789012345.000000000000000000000000000001",
    "rate": "19.99",
    "ratio": "0.1",
    "born": "'2026-02-28'",
    "at": "'2026-11-21 10:00:00.123'",
    "naive": "'0000-00-00 00:00:00'",
    "stamp": "'2026-11-21 10:00:00.000250'",
    "clock": "'-12:34:56.78'",
    "state": "'it''s'",
    "extras": "'gift,insured'",
    "flag": "b'1'",
    "mask": "b'101010101010'",
    "made": "2026",
    "late": "200",
    "latin": "'Größe €'",
    "greek": "'Ωμέγα'",
    "wide": "'Łódź'",
    "note": "'long'",
    "doc": """'{"locale": "de-AT"}'""",
    "raw": "x'00ff'",
    "ident": "x'0123456789abcdef0123456789abcd00'",
    "blobby": "'Größe'",
    "nothing": "NULL",
}
READ = {
    "id": 18446744073709551615,
    "word": "Größe 😀",
    "small": 255,
    "below": -8388608,
    "price": Decimal("-1234567890.05"),
    "huge": Decimal("12345678901234567890123456789012345.000000000000000000000000000001"),
    "rate": Decimal("19.99"),
    "ratio": Decimal("0.1"),
    "born": "2026-02-28",
    "at": "2026-11-21 10:00:00.123",
    "naive": "0000-00-00 00:00:00",
    "stamp": "2026-11-21 10:00:00.000250+00:00",
    "clock": "-12:34:56.78",
    "state": "it's",
    "extras": "gift,insured",
    "flag": 1,
    "mask": 0b101010101010,
    "made": 2026,
    "late": 200,
    "latin": "Größe €",
    "greek": "Ωμέγα",
    "wide": "Łódź",
    "note": "long",
    "doc": '{"locale": "de-AT"}',
    "raw": "00ff",
    "ident": "0123456789abcdef0123456789abcd00",
    "blobby": "Größe",
    "nothing": None,
}


@pytest.mark.parametrize("metadata", ["FULL", "MINIMAL", "NO_LOG"])
@on_loop
async def test_every_type_of_column_is_read_as_the_server_shows_it(
    mariadb: MariadbServer, metadata: str
) -> None:
    shop = Shop(mariadb)
    shop.run(EVERYTHING)
    columns = frozenset(READ)
    log = shop.log(columns)
    position = await log.begin()
    shop.run(
        f"SET GLOBAL binlog_row_metadata = {metadata}",
        "SET SESSION sql_mode = '', time_zone = '+00:00'",
    )
    names, values = ", ".join(ROW), ", ".join(ROW.values())
    with mariadb.connect(shop.name) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = '', time_zone = '+00:00'")
        cursor.execute(f"INSERT INTO t ({names}) VALUES ({values})")
        connection.commit()
    shop.run("SET GLOBAL binlog_row_metadata = FULL")
    (told,) = await shop.told(log, position, until=lambda _: True)
    assert dict(told.changes[0].after) == READ
    tables = shop.tables()
    (row,) = await tables.rows(Found(f"{shop.name}.t", tuple(READ), "id", (str(READ["id"]),)))
    assert dict(row) == READ
    (found,) = await tables.rows(
        Found(f"{shop.name}.t", ("id",), "ident", (str(READ["ident"]), "no digits"))
    )
    assert found["id"] == READ["id"]
    await tables.close()


@on_loop
async def test_transactions_come_whole_and_none_that_was_rolled_back(shop: Shop) -> None:
    log = shop.log()
    position = await log.begin()
    first, second = shop.server.connect(shop.name), shop.server.connect(shop.name)
    with first, second, first.cursor() as one, second.cursor() as two:
        one.execute("INSERT INTO t VALUES (1, 'one')")
        two.execute("INSERT INTO t VALUES (2, 'two')")
        one.execute("SAVEPOINT here")
        one.execute("INSERT INTO t VALUES (3, 'undone')")
        one.execute("ROLLBACK TO SAVEPOINT here")
        two.execute("UPDATE t SET word = 'two again' WHERE id = 2")
        second.commit()
        two.execute("INSERT INTO t VALUES (4, 'never')")
        second.rollback()
        one.execute("INSERT INTO t VALUES (5, 'five')")
        first.commit()
    shop.run("DELETE FROM t WHERE id = 5", END)
    told = await shop.told(log, position, until=is_end)
    assert [[(c.kind, c.after.get("word")) for c in each.changes] for each in told] == [
        [("insert", "two"), ("update", "two again")],
        [("insert", "one"), ("insert", "five")],
        [("delete", None)],
        [("insert", "end")],
    ]
    assert told[2].changes[0].before == {"id": 5, "word": "five"}


@on_loop
async def test_a_savepoint_is_kept_to_where_a_table_cannot_roll_back(shop: Shop) -> None:
    shop.run("CREATE TABLE plain (id int) ENGINE=MyISAM")
    log = shop.log()
    position = await log.begin()
    with shop.server.connect(shop.name) as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1, 'one')")
        cursor.execute("SAVEPOINT here")
        cursor.execute("INSERT INTO t VALUES (2, 'undone')")
        cursor.execute("INSERT INTO plain VALUES (1)")
        cursor.execute("ROLLBACK TO SAVEPOINT here")
        connection.commit()
        cursor.execute("INSERT INTO t VALUES (3, 'undone')")
        cursor.execute("INSERT INTO plain VALUES (2)")
        connection.rollback()
    shop.run(END)
    assert words(await shop.told(log, position, until=is_end)) == ["one"]


@on_loop
async def test_a_prepared_transaction_is_told_when_it_is_committed(shop: Shop) -> None:
    log = shop.log()
    position = await log.begin()
    shop.run("XA START 'a'", "INSERT INTO t VALUES (1, 'late')", "XA END 'a'", "XA PREPARE 'a'")
    shop.run(
        "XA START 'b','c',7",
        "INSERT INTO t VALUES (2, 'never')",
        "XA END 'b','c',7",
        "XA PREPARE 'b','c',7",
    )
    shop.run("INSERT INTO t VALUES (3, 'early')")
    shop.run("XA COMMIT 'a'", "XA ROLLBACK 'b','c',7")
    shop.run(
        "XA START 'd'",
        "INSERT INTO t VALUES (4, 'at once')",
        "XA END 'd'",
        "XA COMMIT 'd' ONE PHASE",
        END,
    )
    assert words(await shop.told(log, position, until=is_end)) == ["early", "late", "at once"]


@on_loop
async def test_a_transaction_prepared_before_our_position_needs_a_snapshot(shop: Shop) -> None:
    shop.run("XA START 'e'", "INSERT INTO t VALUES (1, 'lost')", "XA END 'e'", "XA PREPARE 'e'")
    log = shop.log()
    position = await log.begin()
    shop.run("XA COMMIT 'e'")
    with pytest.raises(LogLost, match="prepared"):
        await shop.told(log, position, until=is_end)


@on_loop
async def test_reading_goes_on_behind_any_transaction(shop: Shop) -> None:
    log = shop.log()
    position = await log.begin()
    shop.run(*(f"INSERT INTO t VALUES ({at}, 'w{at}')" for at in range(5)), END)
    told = await shop.told(log, position, until=is_end)
    for at, each in enumerate(told[:-1]):
        again = await shop.told(shop.log(), each.position, until=is_end)
        assert [one.position for one in again] == [one.position for one in told[at + 1 :]]
        assert [one.changes for one in again] == [one.changes for one in told[at + 1 :]]


@on_loop
async def test_a_file_position_reads_the_same(shop: Shop) -> None:
    with shop.server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW MASTER STATUS")
        (row,) = cursor.fetchall()
    shop.run("INSERT INTO t VALUES (1, 'one')", "FLUSH BINARY LOGS", "DELETE FROM t", END)
    told = await shop.told(shop.log(), f"file:{row[0]}:{row[1]}@0", until=is_end)
    assert words(told) == ["one", None]
    again = await shop.told(shop.log(), told[0].position, until=is_end)
    assert words(again) == [None]


@on_loop
async def test_an_idle_log_moves_its_position(shop: Shop) -> None:
    shop.run("CREATE TABLE elsewhere (id int)")
    log = shop.log()
    position = await log.begin()
    shop.run("INSERT INTO elsewhere VALUES (1)")
    async with following(log, position) as stream:
        async for committed in stream:
            assert not committed.changes
            if committed.position.partition("@")[0] != position.partition("@")[0]:
                break
    assert committed.position.partition("@")[0] == (await shop.log().begin()).partition("@")[0]


@on_loop
async def test_columns_may_come_go_and_move_while_nobody_reads(shop: Shop) -> None:
    log = shop.log()
    position = await log.begin()
    shop.run(
        "INSERT INTO t VALUES (1, 'one')",
        "ALTER TABLE t ADD COLUMN early int FIRST, ADD COLUMN late decimal(10,2)",
        "INSERT INTO t VALUES (7, 2, 'two', 1.50)",
        "ALTER TABLE t MODIFY word varchar(200) FIRST, DROP COLUMN early",
        "INSERT INTO t VALUES ('three', 3, 1.50)",
        "INSERT INTO t (id, word) VALUES (999, 'end')",
    )
    told = await shop.told(log, position, until=is_end)
    assert [(c.after["id"], c.after["word"]) for each in told for c in each.changes] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
        (999, "end"),
    ]


@on_loop
async def test_a_mapped_column_that_is_gone_is_named_and_nothing_is_skipped(shop: Shop) -> None:
    log = shop.log()
    position = await log.begin()
    shop.run(
        "INSERT INTO t VALUES (1, 'one')",
        "ALTER TABLE t RENAME COLUMN word TO label",
        "INSERT INTO t VALUES (2, 'two')",
    )
    found: list[Committed] = []

    async def read() -> None:
        async with following(log, position) as stream:
            async for committed in stream:
                found.append(committed)  # noqa: PERF401 - what came before the fault counts

    with pytest.raises(ShopError, match=rf"{shop.name}\.t has no column word any more") as caught:
        await read()
    assert not isinstance(caught.value, LogLost)
    assert [each.changes[0].after["word"] for each in found if each.changes] == ["one"]
    shop.run("ALTER TABLE t RENAME COLUMN label TO word", END)
    told = await shop.told(shop.log(), found[-1].position, until=is_end)
    assert told[0].changes[0].after == {"id": 2}


@on_loop
async def test_a_column_that_is_younger_than_a_row_is_missing_from_it(shop: Shop) -> None:
    log = shop.log(frozenset({"id", "word", "memo"}))
    position = await log.begin()
    shop.run("INSERT INTO t VALUES (1, 'one')", "ALTER TABLE t ADD COLUMN memo text", END)
    told = await shop.told(log, position, until=is_end)
    assert told[0].changes[0].after == {"id": 1, "word": "one"}
    assert told[1].changes[0].after == {"id": 999, "word": "end", "memo": None}


@on_loop
async def test_without_names_in_the_log_an_altered_table_needs_a_snapshot(shop: Shop) -> None:
    log = shop.log()
    position = await log.begin()
    shop.run("SET GLOBAL binlog_row_metadata = NO_LOG")
    shop.run("INSERT INTO t VALUES (1, 'one')", "ALTER TABLE t ADD COLUMN early int FIRST")
    shop.run("SET GLOBAL binlog_row_metadata = FULL")
    with pytest.raises(LogLost, match="binlog_row_metadata=FULL"):
        await shop.told(log, position, until=is_end)


@on_loop
async def test_a_minimal_row_image_leaves_unchanged_columns_out(shop: Shop) -> None:
    log = shop.log()
    position = await log.begin()
    with shop.server.connect(shop.name) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION binlog_row_image = MINIMAL")
        cursor.execute("INSERT INTO t VALUES (1, 'one')")
        cursor.execute("UPDATE t SET word = 'two' WHERE id = 1")
        cursor.execute("DELETE FROM t WHERE id = 1")
        connection.commit()
    shop.run(END)
    told = await shop.told(log, position, until=is_end)
    _, update, delete = told[0].changes
    assert (update.before, update.after) == ({"id": 1}, {"word": "two"})
    assert (delete.before, delete.after) == ({"id": 1}, {})


@on_loop
async def test_statements_in_the_log_instead_of_rows_are_named(shop: Shop) -> None:
    log = shop.log()
    position = await log.begin()
    with shop.server.connect(shop.name) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION binlog_format = STATEMENT")
        cursor.execute("INSERT INTO t VALUES (1, 'one')")
        connection.commit()
    with pytest.raises(LogLost, match="binlog_format=ROW"):
        await shop.told(log, position, until=is_end)


@on_loop
async def test_a_purged_log_is_lost(mariadb: MariadbServer, shop: Shop) -> None:
    position = await shop.log().begin()
    shop.run("INSERT INTO t VALUES (1, 'one')", "FLUSH BINARY LOGS", "FLUSH BINARY LOGS")
    mariadb.purge()
    with pytest.raises(LogLost, match="log"):
        await shop.told(shop.log(), position, until=is_end)
    again = await shop.log().begin()
    shop.run(END)
    assert words(await shop.told(shop.log(), again, until=is_end)) == []


@pytest.mark.parametrize(
    "position", ["mysql:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5@0", "0/16B3748", "mariadb:x@0"]
)
@on_loop
async def test_a_position_of_another_server_is_lost(shop: Shop, position: str) -> None:
    with pytest.raises(LogLost):
        await shop.told(shop.log(), position, until=is_end)


@on_loop
async def test_a_large_transaction_comes_in_parts(shop: Shop) -> None:
    log = shop.log()
    position = await log.begin()
    shop.run("INSERT INTO t SELECT seq + 1000, repeat('x', 100) FROM seq_1_to_200000", END)
    parts: list[tuple[int, bool, int]] = []
    async with following(log, position) as stream:
        async for committed in stream:
            if any(is_end(change) for change in committed.changes):
                break
            parts.append((committed.part, committed.end, len(committed.changes)))
    assert [part for part, _, _ in parts] == list(range(len(parts)))
    assert [end for _, end, _ in parts] == [*[False] * (len(parts) - 1), True]
    assert sum(rows for _, _, rows in parts) == 200_000
    assert max(rows for _, _, rows in parts) <= 5_000


@on_loop
async def test_pages_go_through_a_table_by_its_keys(shop: Shop) -> None:
    shop.run(
        "CREATE TABLE p (id int, at timestamp(3), PRIMARY KEY (id))",
        "SET time_zone = '+00:00'",
    )
    with shop.server.connect(shop.name) as connection, connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
        cursor.executemany(
            "INSERT INTO p VALUES (%s, %s)",
            [(at, f"2026-11-21 10:00:0{at // 3}.5") for at in range(9)],
        )
        connection.commit()
    tables, table = shop.tables(), f"{shop.name}.p"
    found: list[object] = []
    after: tuple[str, ...] = ()
    while rows := await tables.page(Page(table, ("at", "id"), ("at", "id"), after, 2)):
        found += [row["id"] for row in rows]
        after = (str(rows[-1]["at"]), str(rows[-1]["id"]))
    assert found == list(range(9))
    since = "2026-11-21T10:00:02+00:00"
    rows = await tables.page(Page(table, ("id",), ("at", "id"), (), 10, since))
    assert [row["id"] for row in rows] == [6, 7, 8]
    shop.run("CREATE TABLE q (id int PRIMARY KEY, at timestamp(3) NULL)")
    shop.run("INSERT INTO q VALUES (1, NULL), (2, NOW()), (3, NULL)")
    empty = Page(f"{shop.name}.q", ("id",), ("id",), ("1",), 10, empty=("at",))
    assert [row["id"] for row in await tables.page(empty)] == [3]
    with pytest.raises(ShopError, match=f"{table}.*nowhere"):
        await tables.rows(Found(table, ("nowhere",), "id", ("1",)))
    await tables.close()


@on_loop
async def test_a_server_that_restarts_is_read_on(tmp_path: Path) -> None:
    server = MariadbServer(
        tmp_path / "own",
        log_bin_compress="ON",
        log_bin_compress_min_len="10",
        innodb_flush_log_at_trx_commit="1",
        sync_binlog="1",
    )
    try:
        shop = Shop(server)
        shop.run("CREATE TABLE t (id bigint unsigned PRIMARY KEY, word varchar(200))")
        position = await shop.log().begin()
        shop.run(
            "INSERT INTO t VALUES (1, repeat('long', 40))",
            "UPDATE t SET word = repeat('x', 99)",
        )
        server.stop(crash=True)
        server.start()
        shop.run("DELETE FROM t", END)
        told = await shop.told(shop.log(), position, until=is_end)
        assert words(told) == ["long" * 40, "x" * 99, None]
    finally:
        server.stop(crash=True)


@on_loop
async def test_what_the_log_cannot_tell_is_left_to_the_table(shop: Shop) -> None:
    shop.run(
        "CREATE TABLE odd (id int PRIMARY KEY, small tinyint unsigned, place point, "
        "packed text COMPRESSED, tail varchar(20) COMPRESSED, key_ uuid, address inet6, "
        "word varchar(9), latin varchar(9) CHARACTER SET latin1, late tinyint unsigned)"
    )
    columns = "id small place packed tail key_ address word latin late".split()
    log = shop.log(frozenset(columns), "odd")
    position = await log.begin()
    shop.run(
        "INSERT INTO odd VALUES (1, 255, POINT(1, 2), repeat('long', 99), 'tail', "
        "'123e4567-e89b-12d3-a456-426655440000', '::1', 'end', 'Öl', 200)"
    )
    (told,) = await shop.told(log, position, until=is_end)
    key = "123e4567-e89b-12d3-a456-426655440000"
    assert told.changes[0].after == {
        "id": 1,
        "small": 255,
        "key_": key,
        "word": "end",
        "latin": "Öl",
        "late": 200,
    }
    tables = shop.tables()
    (row,) = await tables.rows(Found(f"{shop.name}.odd", tuple(columns[3:6]), "id", ("1",)))
    assert row == {
        "packed": "long" * 99,
        "tail": "tail",
        "key_": key,
    }
    await tables.close()


@on_loop
async def test_a_reader_whose_number_another_takes_waits_for_its_turn(shop: Shop) -> None:
    place = Place(address(shop.url), 1_234_567)
    wanted = {f"{shop.name}.t": KEY_AND_WORD}
    first, second = MysqlLog(place, wanted), MysqlLog(place, wanted)
    position = await first.begin()
    reading = first.follow(position)
    await anext(reading)
    other = second.follow(position)
    await anext(other)

    async def read_on() -> None:
        async with asyncio.timeout(30):
            while True:
                await anext(reading)

    with pytest.raises(ShopBusy):
        await read_on()
    await first.close()
    await second.close()


@on_loop
async def test_the_log_is_read_over_tls_and_only_of_the_right_server(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    authority, other = Authority(now), Authority(now)
    certificate, key = authority.good().save(tmp_path)
    good, bad = tmp_path / "good.pem", tmp_path / "bad.pem"
    good.write_bytes(authority.pem)
    bad.write_bytes(other.pem)
    server = MariadbServer(
        tmp_path / "own",
        ssl_cert=str(certificate),
        ssl_key=str(key),
        require_secure_transport="ON",
    )
    try:
        url = f"mysql://root@127.0.0.1:{server.port}/shop?ssl_ca="
        server.run("CREATE DATABASE shop")
        server.run("CREATE TABLE t (id int PRIMARY KEY, word varchar(9))", database="shop")
        log = MysqlLog(Place(address(f"{url}{good}"), 7), {"shop.t": KEY_AND_WORD})
        reading = log.follow(await log.begin())
        server.run("INSERT INTO t VALUES (1, 'one')", database="shop")
        while not (told := await anext(reading)).changes:
            pass
        assert told.changes[0].after == {"id": 1, "word": "one"}
        await log.close()
        with pytest.raises(ShopBusy, match="certificate"):
            await MysqlLog(Place(address(f"{url}{bad}"), 8), {}).begin()
        with pytest.raises(ShopError, match="cannot be read"):
            await MysqlLog(Place(address(f"{url}{tmp_path}/none"), 8), {}).begin()
    finally:
        server.stop(crash=True)


def mapped(name: str, *columns: str) -> RowMapping:
    """A mapping of one table to orders of a line."""
    facts = {"currency": "'EUR'", **{column: column for column in columns}}
    line = {"table": "t", "order": "id", "id": "id", "quantity": "id", "title": "'A'"}
    return mapping({"order": {"table": "t", **facts}, "line": line}, schema=name)


def test_the_administrators_statements_are_all_that_a_reader_needs(mariadb: MariadbServer) -> None:
    shop = Shop(mariadb)
    shop.run("CREATE TABLE t (id bigint unsigned PRIMARY KEY, word varchar(200), total int)")
    place = Place(address(mariadb.url(shop.name, "reader:CHANGE-ME")), 1_999_999_999)
    rows = mapped(shop.name, "id", "total")
    statements = [
        statement
        for part in sql(place, rows).split(";")
        if (statement := "\n".join(one for one in part.splitlines() if one[:2] != "--").strip())
    ]
    shop.run(*statements)

    @on_loop
    async def read() -> None:
        log = MysqlLog(place, {f"{shop.name}.t": KEY_AND_WORD})
        position = await log.begin()
        shop.run(END)
        assert words(await shop.told(log, position, until=is_end)) == []
        tables = MysqlTables(place.address)
        assert await tables.rows(Found(f"{shop.name}.t", ("word",), "id", ("999",)))
        assert (await tables.now()).microsecond == 0
        await tables.close()

    read()
    found = {check.name: check.state for check in asyncio.run(checks(place, rows))}
    assert found == {
        "connection": "ok",
        "log_bin": "ok",
        "binlog_format": "ok",
        "binlog_row_image": "ok",
        "binlog_row_metadata": "ok",
        "server_id": "ok",
        "gtid": "ok",
        "retention": "ok",
        "privileges": "ok",
        f"{shop.name}.t": "ok",
    }
    shop.run("DROP USER reader@'%'")


def test_what_is_not_set_up_is_found_and_named(tmp_path: Path) -> None:
    server = MariadbServer(
        tmp_path / "own",
        binlog_format="MIXED",
        binlog_row_image="MINIMAL",
        binlog_row_metadata="NO_LOG",
        expire_logs_days="1",
    )
    try:
        url = server.database("shop")
        server.run("CREATE TABLE t (id int)", database="shop")
        server.run("CREATE USER nobody@'%'", "GRANT SELECT ON shop.t TO nobody@'%'")
        rows = mapped("shop", "id", "total")
        place = Place(address(url.replace("root", "nobody")), 1)
        found = {check.name: check for check in asyncio.run(checks(place, rows))}
        wrong = Place(address(url.replace("root", "nobody:pass-word")), 1)
        (refused,) = asyncio.run(checks(wrong, rows))
    finally:
        server.stop(crash=True)
    assert {name: check.state for name, check in found.items()} == {
        "connection": "ok",
        "log_bin": "ok",
        "binlog_format": "fail",
        "binlog_row_image": "warn",
        "binlog_row_metadata": "warn",
        "server_id": "fail",
        "gtid": "ok",
        "retention": "warn",
        "privileges": "fail",
        "shop.t": "fail",
    }
    assert "total" in found["shop.t"].message
    assert refused.state == "fail"
    assert "pass-word" not in refused.message
