"""Messages of the log become the transactions that they tell, whatever is cut out of them."""

import re
import struct
from collections.abc import Sequence
from datetime import UTC, datetime

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.postgresql_log import lsn
from twofifty.adapters.postgresql_log.faults import meaning
from twofifty.adapters.postgresql_log.pgoutput import Decoder
from twofifty.adapters.postgresql_log.session import check_url
from twofifty.adapters.postgresql_log.source import mapped, place
from twofifty.errors import LogLost, SettingsError, ShopBusy, ShopError
from twofifty.intake.log import Committed, RowChange

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WANTED = {"public.orders": frozenset({"id", "memo"})}
UNCHANGED = object()
Value = object


def begin(position: int) -> bytes:
    return b"B" + struct.pack(">QqI", position, lsn.microseconds(AT), 7)


def commit() -> bytes:
    return b"C" + struct.pack(">BQQq", 0, 1, 2, 0)


def relation(columns: Sequence[str], *, oid: int = 1, table: str = "orders") -> bytes:
    told = b"".join(b"\0" + name.encode() + b"\0" + struct.pack(">Ii", 25, -1) for name in columns)
    head = b"R" + struct.pack(">I", oid) + b"public\0" + table.encode() + b"\0"
    return head + b"d" + struct.pack(">H", len(columns)) + told


def row(*values: Value) -> bytes:
    told = struct.pack(">H", len(values))
    for value in values:
        if value is None or value is UNCHANGED:
            told += b"n" if value is None else b"u"
        else:
            text = str(value).encode()
            told += b"t" + struct.pack(">I", len(text)) + text
    return told


def insert(*values: Value, oid: int = 1) -> bytes:
    return b"I" + struct.pack(">I", oid) + b"N" + row(*values)


def update(*values: Value, old: bytes = b"") -> bytes:
    return b"U" + struct.pack(">I", 1) + old + b"N" + row(*values)


def delete(*values: Value, kind: bytes = b"K") -> bytes:
    return b"D" + struct.pack(">I", 1) + kind + row(*values)


def read(messages: Sequence[bytes], *, most: int = 100) -> list[Committed]:
    decoder = Decoder(WANTED, most)
    return [told for message in messages if (told := decoder.feed(message)) is not None]


def test_a_transaction_is_told_when_it_is_whole() -> None:
    columns = relation(["id", "other", "memo"])
    (told,) = read([begin(0x1_0000_0010), columns, insert(1, "x", "hello"), commit()])
    assert told.at == AT
    assert told.position == "1/11"
    assert told.is_whole()
    assert told.changes == (RowChange("public.orders", "insert", {}, {"id": "1", "memo": "hello"}),)


def test_an_unchanged_value_is_missing_and_an_empty_one_is_not() -> None:
    head = [begin(1), relation(["id", "memo"])]
    (told,) = read([*head, update(1, UNCHANGED), update(2, None), commit()])
    assert [change.after for change in told.changes] == [{"id": "1"}, {"id": "2", "memo": None}]


def test_a_row_that_is_gone_says_what_the_log_knows_of_it() -> None:
    head = [begin(1), relation(["id", "memo"])]
    (told,) = read([*head, delete(1, None), delete(2, "x", kind=b"O"), commit()])
    assert [change.before for change in told.changes] == [{"id": "1"}, {"id": "2", "memo": "x"}]
    assert {change.kind for change in told.changes} == {"delete"}


def test_an_update_tells_what_was_before_where_the_log_does() -> None:
    (told,) = read([begin(1), relation(["id"]), update(2, old=b"O" + row(1)), commit()])
    assert told.changes == (RowChange("public.orders", "update", {"id": "1"}, {"id": "2"}),)


def test_a_table_that_does_not_matter_is_passed_over() -> None:
    (told,) = read([begin(1), relation(["id"], oid=2, table="logs"), insert(1, oid=2), commit()])
    assert told.changes == ()


def test_columns_are_told_by_their_names_of_that_moment() -> None:
    messages = [begin(1), relation(["id", "memo"]), insert(1, "a"), commit()]
    messages += [begin(2), relation(["memo", "new", "id"]), insert("b", "z", 2), commit()]
    messages += [begin(3), relation(["id"]), insert(3), commit()]
    rows = [change.after for told in read(messages) for change in told.changes]
    assert rows == [{"id": "1", "memo": "a"}, {"memo": "b", "id": "2"}, {"id": "3"}]


def test_other_messages_are_passed_over() -> None:
    others = [b"Y" + b"\0" * 20, b"O" + b"\0" * 12, b"M" + b"\0" * 20, b"T" + b"\0" * 9]
    (told,) = read([begin(1), *others, commit()])
    assert told.changes == ()


@given(st.integers(0, 30), st.integers(1, 10))
def test_a_large_transaction_comes_in_parts_and_moves_on_only_at_its_end(
    rows: int, most: int
) -> None:
    inserts = [insert(each, None) for each in range(rows)]
    parts = read([begin(8), relation(["id", "memo"]), *inserts, commit()], most=most)
    told = [change.after["id"] for part in parts for change in part.changes]
    assert told == [str(each) for each in range(rows)]
    assert [part.end for part in parts] == [False] * (len(parts) - 1) + [True]
    assert [part.part for part in parts] == list(range(len(parts)))
    assert {part.position for part in parts} == {"0/9"}
    assert all(len(part.changes) <= most for part in parts)


_CELLS = st.none() | st.text(max_size=30) | st.just(UNCHANGED)


@given(st.lists(st.tuples(_CELLS, _CELLS, _CELLS), max_size=5))
def test_every_value_comes_as_it_was_sent(rows: list[tuple[Value, Value, Value]]) -> None:
    inserts = [insert(*each) for each in rows]
    (told,) = read([begin(1), relation(["id", "x", "memo"]), *inserts, commit()])
    expected = [
        {
            name: None if value is None else str(value)
            for name, value in (("id", each[0]), ("memo", each[2]))
            if value is not UNCHANGED
        }
        for each in rows
    ]
    assert [change.after for change in told.changes] == expected


@given(st.integers(0, 2**64 - 1))
def test_a_position_is_written_and_read(position: int) -> None:
    assert lsn.read(lsn.written(position)) == position


@pytest.mark.parametrize(
    ("state", "said", "kind"),
    [
        ("57P01", "terminating connection", ShopBusy),
        ("55006", "replication slot is active for PID 5", ShopBusy),
        ("53300", "too many connections", ShopBusy),
        ("42703", 'column "memo" does not exist', ShopError),
        ("42P01", 'relation "orders" does not exist', ShopError),
        ("42501", "permission denied for table orders", ShopError),
        ("28P01", "password authentication failed", ShopError),
        ("55000", 'can no longer get changes from replication slot "x"', LogLost),
        ("58P01", "requested WAL segment has already been removed", LogLost),
        ("42704", 'publication "x" does not exist', LogLost),
        ("42704", 'type "x" does not exist', ShopError),
        ("XX000", "something odd", ShopBusy),
    ],
)
def test_an_error_says_whether_to_wait_to_stop_or_to_begin_again(
    state: str, said: str, kind: type[ShopError]
) -> None:
    fault = psycopg.errors.lookup(state)(said)
    assert type(meaning(fault)) is kind


def test_a_line_that_is_gone_is_worth_another_try() -> None:
    assert type(meaning(psycopg.OperationalError("connection refused"))) is ShopBusy
    refused = psycopg.OperationalError("no pg_hba.conf entry for host")
    assert type(meaning(refused)) is ShopError


@pytest.mark.parametrize(
    "url", ["", "shop", "mysql://u@db.example.com/shop", "postgresql://db.example.com", "://"]
)
def test_what_is_no_address_of_a_database_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="api_url"):
        check_url(url)


def test_a_slot_has_a_name_that_postgresql_takes() -> None:
    named = place("My-Shop.1", "postgresql://reader@db.example.com/shop")
    assert re.fullmatch("twofifty_my_shop_1_[0-9a-f]{8}", named.slot)
    assert len(place("x" * 100, "postgresql://reader@db.example.com/shop").slot) == 63


def test_no_two_sources_share_a_slot() -> None:
    names = ("my-shop", "my_shop", "my.shop", "My_Shop", "x" * 100, "x" * 101, "x" * 54, "x" * 55)
    slots = {place(name, "postgresql://reader@db.example.com/shop").slot for name in names}
    assert len(slots) == len(names)
    assert "twofifty_my_shop" in slots
    assert all(re.fullmatch("[a-z0-9_]{1,63}", slot) for slot in slots)


def test_a_fault_in_the_mapping_is_named_with_its_place() -> None:
    with pytest.raises(SettingsError, match=r"^tables: "):
        mapped({})
    with pytest.raises(SettingsError, match=r"^tables\.order\.totl: .*did you mean total"):
        mapped({"tables": {"order": {"table": "o", "id": "id", "totl": "x"}}})
