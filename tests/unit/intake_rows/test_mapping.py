"""A mapping is read whole, or refused with the place and a way to mend it."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake_rows.memory_tables import ITEMS, ORDERS, tables
from twofifty.errors import SettingsError
from twofifty.intake.rows import fields, mapping
from twofifty.intake.rows.expression import parsed

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "postgresql-log.md"


def test_it_names_every_table_and_column_that_has_to_be_read() -> None:
    needs = mapping(tables()).columns()
    assert needs["public.products"] == {"id", "title"}
    assert needs[ITEMS] == {"id", "order_id", "quantity", "price", "product_id", "sku"}
    assert {"id", "status", "memo"} < needs[ORDERS]


def test_only_tables_whose_rows_belong_to_one_order_are_watched() -> None:
    assert set(mapping(tables()).watched()) == {ORDERS, ITEMS}


def test_an_address_without_a_table_stands_in_the_orders_row() -> None:
    stated = tables()
    stated["shipping_address"] = {"line1": "ship_street", "city": "data.ship.city"}
    assert {"ship_street", "data"} < mapping(stated).columns()[ORDERS]


def test_a_table_without_a_schema_is_in_the_one_that_is_given() -> None:
    assert set(mapping(tables(), schema="shop").watched()) == {"shop.orders", "shop.order_items"}


def _change(place: str, value: object) -> Callable[[dict], None]:
    def changed(stated: dict) -> None:
        *path, last = place.split(".")
        for word in path:
            stated = stated.setdefault(word, {})
        if value is None:
            del stated[last]
        else:
            stated[last] = value

    return changed


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("order.totl", "x", "did you mean total?"),
        ("lines", {}, "did you mean line?"),
        ("order.id", None, "order.id"),
        ("order.id", "'1'", "order.id"),
        ("order.id", "data.id", "order.id"),
        ("order.table", None, "order.table"),
        ("order", None, "order"),
        ("order.currency", "EUR'", "order.currency"),
        ("order.total", 5, "order.total"),
        ("line", None, "line"),
        ("line.order", None, "line.order"),
        ("line.list", "items", "line"),
        ("line.where", "kind", "line.where"),
        ("product.by", None, "product"),
        ("product.title", None, "line.title"),
        ("status.completed", None, "status.completed"),
        ("status.complete", ["x"], "did you mean completed?"),
        ("status.paid", [["x"]], "status.paid"),
        ("status.refunded", ["paid"], ""),
        ("money", "cents", "money"),
        ("time_zone", "Mars/Olympus", "time_zone"),
        ("snapshot_days", 0, "snapshot_days"),
        ("customer", {"table": "customers", "email": "email"}, "customer"),
        ("customer", {"table": "c", "email": "e", "by": "x", "order": "y"}, "customer"),
        ("shipping_address", "addresses", "shipping_address"),
    ],
)
def test_what_is_wrong_is_named(place: str, value: object, said: str) -> None:
    stated = tables()
    _change(place, value)(stated)
    if place == "status.refunded":
        stated["status"]["paid"] = ["paid"]
    with pytest.raises(SettingsError) as fault:
        mapping(stated)
    assert said in str(fault.value)


@pytest.mark.parametrize(
    ("text", "row", "value"),
    [
        ("total", {"total": "1.00"}, "1.00"),
        ("'EUR'", {}, "EUR"),
        ("'it''s'", {}, "it's"),
        ("data.a.0.b", {"data": '{"a": [{"b": 5}]}'}, 5),
        ("data.a.0.b", {"data": {"a": [{"b": 5}]}}, 5),
        ("data.a.9.b", {"data": '{"a": []}'}, None),
        ("data.a", {"data": "no json"}, None),
        ("data.a", {"data": None}, None),
        ("first + last", {"first": "A", "last": "B"}, "A B"),
        ("first + last", {"first": "A", "last": None}, "A"),
        ("company | first + last", {"company": "", "first": "A", "last": "B"}, "A B"),
        ("locale | 'de'", {"locale": None}, "de"),
        ('"Odd Name"', {"Odd Name": "x"}, "x"),
        ("'a | b + c'", {}, "a | b + c"),
        ("gone", {}, None),
        ("none", {"none": 0}, 0),
    ],
)
def test_an_expression_reads_a_row(text: str, row: dict, value: object) -> None:
    assert parsed(text).value(row) == value


@given(st.text(max_size=40))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        made = parsed(text)
    except ValueError:
        return
    made.value(dict.fromkeys(made.columns(), "1"))


@given(st.text(min_size=1, max_size=30))
def test_a_constant_is_what_was_written(text: str) -> None:
    quoted = text.replace("'", "''")
    assert parsed(f"'{quoted}'").value({}) == text


def _page() -> str:
    return PAGE.read_text("utf-8")


def test_the_mapping_in_the_documents_can_be_used() -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```", _page(), re.MULTILINE | re.DOTALL)
    made = mapping(tomllib.loads(text)["sources"]["shop"]["tables"])
    assert set(made.parts) == {"line", "product", "shipping_address"}


@pytest.mark.parametrize("part", sorted(fields.OF_PART))
def test_every_fact_is_in_the_documents(part: str) -> None:
    said = re.findall(rf"^\| [^|]*`{part}`[^|]*\| ([^|]*) \|$", _page(), re.MULTILINE)[0]
    assert set(re.findall(r"`(\w+)`", said)) == fields.OF_PART[part]
