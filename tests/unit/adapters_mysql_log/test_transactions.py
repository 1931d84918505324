"""MySQL's own forms, which MariaDB's log does not have."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters_mysql_log import binlog
from twofifty.adapters.mysql_log import event as events
from twofifty.adapters.mysql_log.position import Domains, Executed, Offset
from twofifty.adapters.mysql_log.schema import Schema
from twofifty.adapters.mysql_log.table import Charsets, Described
from twofifty.adapters.mysql_log.transactions import Setting, Transactions
from twofifty.adapters.mysql_log.wire import Garbled
from twofifty.errors import LogLost, ShopError
from twofifty.intake.log import Committed

WRITE, UPDATE, PARTIAL_UPDATE = 30, 31, 39
SMALL_OBJECT = b"\0\1\0\x0c\0\x0b\0\1\0\5\7\0a"  # {"a": 7}
NOW = (Described("id", "int", True), Described("word", "varchar", False, "utf8mb4"))
ALL_NOW = (*NOW, Described("data", "json"))


class Log:
    """Events fed one after another."""

    def __init__(
        self,
        place: Domains | Executed | Offset | None = None,
        described: tuple[Described, ...] = (),
        columns: tuple[str, ...] = binlog.NAMES,
        part_rows: int = 100,
    ) -> None:
        self.said: list[str] = []
        schema = Schema(
            {"shop.t": frozenset(columns)},
            lambda _: described,
            Charsets({45: "utf8mb4"}),
            fold=False,
        )
        setting = Setting(schema, ("shop.t",), self.said.append, part_rows)
        self.transactions = Transactions(setting, place or Executed(""), 0)
        self.transactions.start(checked=True)

    def feed(self, type_: int, body: bytes, **more: int) -> list[Committed]:
        return list(self.transactions.feed(binlog.packet(type_, body, **more), 1))

    def transaction(self, number: int, *parts: tuple[int, bytes], **more: int) -> list[Committed]:
        self.feed(events.MYSQL_GTID, binlog.gtid(number))
        self.feed(events.QUERY, binlog.query("BEGIN"))
        self.feed(events.TABLE_MAP, binlog.table_map())
        for type_, body in parts:
            self.feed(type_, body)
        return self.feed(events.XID, bytes(8), **more)


def insert(id_: int, word: str = "w") -> tuple[int, bytes]:
    return WRITE, binlog.rows(binlog.image(id_, word, SMALL_OBJECT))


def test_a_transaction_of_mysql_is_told_at_its_end() -> None:
    (told,) = Log().transaction(1, insert(4_000_000_000, "Größe"))
    assert told.position == f"mysql:{binlog.SERVER}:1@1790000000"
    assert told.at == datetime.fromtimestamp(1_790_000_000, UTC)
    (change,) = told.changes
    assert (change.table, change.kind) == ("shop.t", "insert")
    assert change.after == {"id": 4_000_000_000, "word": "Größe", "data": '{"a":7}'}


def test_a_transaction_that_the_server_compressed_is_the_same() -> None:
    inner = [
        binlog.event(events.QUERY, binlog.query("BEGIN")),
        binlog.event(events.TABLE_MAP, binlog.table_map()),
        binlog.event(*insert(5)),
        binlog.event(events.XID, bytes(8)),
    ]
    for packed in (True, False):
        log = Log()
        log.feed(events.MYSQL_GTID, binlog.gtid(9))
        (told,) = log.feed(events.PAYLOAD, binlog.payload(*inner, packed=packed))
        assert told.changes[0].after["id"] == 5
        assert told.position.startswith(f"mysql:{binlog.SERVER}:9@")


def test_the_offset_of_a_compressed_transaction_is_behind_all_of_it() -> None:
    log = Log(Offset("binlog.000001", 4))
    inner = binlog.event(events.QUERY, binlog.query("CREATE TABLE x (id int)"), behind=7)
    log.feed(events.PAYLOAD, binlog.payload(inner), behind=900)
    (told,) = log.feed(events.HEARTBEAT, b"binlog.000001", behind=900)
    assert told.position.startswith("file:binlog.000001:900@")


def test_a_json_column_of_which_only_the_difference_is_told_is_missing() -> None:
    before = binlog.image(1, "old", SMALL_OBJECT)
    difference = b"\0\1a\2\5\7\0"
    after = b"\1\1" + binlog.image(1, "new", difference)
    last = binlog.image(2, "x", SMALL_OBJECT), b"\0" + binlog.image(2, "y", SMALL_OBJECT)
    rows = binlog.rows(before, after, *last, bitmaps=b"\7\7")
    (told,) = Log().transaction(1, (PARTIAL_UPDATE, rows))
    assert told.changes[0].after == {"id": 1, "word": "new"}
    assert told.changes[1].after == {"id": 2, "word": "y", "data": '{"a":7}'}


def test_a_statement_that_waited_is_not_older_than_what_was_committed_before_it() -> None:
    log = Log()
    (first,) = log.transaction(1, insert(1), at=1_790_000_100)
    (second,) = log.transaction(2, insert(2), at=1_790_000_050)
    assert second.at == first.at


def test_a_transaction_that_a_crash_cut_off_is_never_told() -> None:
    log = Log()
    log.feed(events.MYSQL_GTID, binlog.gtid(1))
    log.feed(events.QUERY, binlog.query("BEGIN"))
    log.feed(events.TABLE_MAP, binlog.table_map())
    log.feed(*insert(1))
    log.feed(events.FORMAT, bytes(57) + b"\1")
    (told,) = log.transaction(2, insert(2))
    assert [change.after["id"] for change in told.changes] == [2]
    assert told.position.startswith(f"mysql:{binlog.SERVER}:2@")


def test_a_large_transaction_comes_in_parts_of_one_position() -> None:
    rows = binlog.rows(*(binlog.image(at, "w", SMALL_OBJECT) for at in range(7)))
    told = Log(part_rows=3).transaction(1, (WRITE, rows))
    assert [(each.part, each.end, len(each.changes)) for each in told] == [
        (0, False, 3),
        (1, False, 3),
        (2, True, 1),
    ]
    assert len({each.position for each in told}) == 1


def test_others_transactions_move_the_position_now_and_then() -> None:
    log = Log()
    found: list[Committed] = []
    for number in range(1, 21):
        log.feed(events.MYSQL_GTID, binlog.gtid(number))
        found += log.feed(events.QUERY, binlog.query("CREATE TABLE x (id int)"), at=number)
    assert 2 <= len(found) < 20
    assert found[-1].position.startswith(f"mysql:{binlog.SERVER}:1-")
    assert not any(each.changes for each in found)


def test_emptied_tables_are_named() -> None:
    log = Log()
    log.feed(events.QUERY, binlog.query("/* by hand */ TRUNCATE TABLE `t`"))
    log.feed(events.QUERY, binlog.query("DROP TABLE `other`"))
    assert log.said == ["shop.t"]


def test_without_names_the_columns_of_now_are_taken_where_they_agree() -> None:
    log = Log(described=ALL_NOW)
    log.feed(events.TABLE_MAP, binlog.table_map(named=False))
    log.feed(*insert(1))
    (told,) = log.feed(events.XID, bytes(8))
    assert told.changes[0].after == {"id": 1, "word": "w", "data": '{"a":7}'}


@pytest.mark.parametrize("described", [NOW, (*NOW, Described("data", "int"))])
def test_without_names_columns_that_do_not_agree_mean_a_snapshot(
    described: tuple[Described, ...],
) -> None:
    log = Log(described=described, columns=("id",))
    with pytest.raises(LogLost, match="altered"):
        log.feed(events.TABLE_MAP, binlog.table_map(named=False))


def test_a_column_that_is_nowhere_is_named() -> None:
    with pytest.raises(ShopError, match=r"shop\.t has no column total"):
        Log(described=ALL_NOW, columns=("id", "total")).feed(events.TABLE_MAP, binlog.table_map())


def test_columns_are_known_whatever_their_case() -> None:
    log = Log(columns=("ID", "Word"))
    (told,) = log.transaction(1, insert(3))
    assert told.changes[0].after == {"ID": 3, "Word": "w"}


def test_a_gtid_with_a_tag_is_said_to_be_unknown() -> None:
    with pytest.raises(Garbled, match="tags"):
        Log().feed(events.TAGGED_GTID, b"")


def test_an_incident_of_the_server_means_a_snapshot() -> None:
    with pytest.raises(LogLost, match="missing"):
        Log().feed(events.INCIDENT, b"\1\0\0")


def test_a_changed_byte_is_found_by_the_checksum() -> None:
    data = bytearray(binlog.packet(events.XID, bytes(8)))
    data[22] ^= 1
    with pytest.raises(Garbled, match="checksum"):
        list(Log().transactions.feed(bytes(data), 1))


@given(
    st.sampled_from([events.MYSQL_GTID, events.TABLE_MAP, events.PAYLOAD, WRITE, UPDATE, 166]),
    st.integers(0, 200),
    st.integers(0, 255),
    st.booleans(),
)
def test_a_damaged_event_is_garbled_or_read(type_: int, at: int, byte: int, cut: bool) -> None:
    whole: dict[int, Callable[[], bytes]] = {
        events.MYSQL_GTID: lambda: binlog.gtid(1),
        events.TABLE_MAP: binlog.table_map,
        events.PAYLOAD: lambda: binlog.payload(binlog.event(*insert(1))),
    }
    body = bytearray(whole.get(type_, lambda: insert(1, "some words")[1])())
    place = at % len(body)
    body[place:] = b"" if cut else bytes((byte,)) + body[place + 1 :]
    log = Log(described=ALL_NOW)
    log.feed(events.TABLE_MAP, binlog.table_map())
    try:
        log.feed(type_, bytes(body))
        told = log.feed(events.XID, bytes(8))
    except (Garbled, LogLost):
        return
    for each in told:
        json.dumps([str(change.after) for change in each.changes])
