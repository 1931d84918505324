"""The canonical order as JSON, there and back."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from tests.unit.order.strategies import ORDERS
from twofifty.order import wire
from twofifty.order.model import Order
from twofifty.order.specimen import specimen

FEW = settings(max_examples=40)


@FEW
@given(ORDERS)
def test_an_order_survives_the_wire(order: Order) -> None:
    assert wire.decode(wire.encode(order)) == order


@FEW
@given(ORDERS)
def test_the_same_order_gives_the_same_bytes(order: Order) -> None:
    data = wire.encode(order)
    assert wire.encode(wire.decode(data)) == data


@FEW
@given(ORDERS)
def test_money_is_never_a_float(order: Order) -> None:
    def no_float(text: str) -> None:
        raise AssertionError(f"{text} is a float on the wire")

    json.loads(wire.encode(order), parse_float=no_float)


def test_what_is_absent_is_left_out() -> None:
    plain = msgspec.structs.replace(specimen(), note=None, number=None, test=False)
    read = json.loads(wire.encode(plain))
    assert not {"note", "number", "test", "parcels", "group"} & set(read)


def test_trailing_zeros_are_kept() -> None:
    read = json.loads(wire.encode(specimen()))
    assert read["totals"]["total"] == "82.95"
    assert read["totals"]["subtotal"] == "83.00"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("currency",), "eur"),
        (("id",), ""),
        (("totals", "total"), "ten"),
        (("placed_at",), "2026-01-05T10:30:00"),
        (("lines", 0, "quantity"), None),
        (("state", "payment"), "maybe"),
    ],
)
def test_a_bad_field_is_named(path: tuple[Any, ...], value: object) -> None:
    read = json.loads(wire.encode(specimen()))
    place = read
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(msgspec.ValidationError) as fault:
        wire.decode(json.dumps(read).encode())
    assert str(path[-1]) in str(fault.value)


def test_money_may_be_an_exact_number_too() -> None:
    read = json.loads(wire.encode(specimen()))
    read["totals"]["total"] = 83
    assert wire.decode(json.dumps(read).encode()).totals.total == Decimal(83)


def _references(schema: object) -> list[str]:
    if isinstance(schema, dict):
        found = [schema["$ref"]] if "$ref" in schema else []
        return found + [one for value in schema.values() for one in _references(value)]
    if isinstance(schema, list):
        return [one for value in schema for one in _references(value)]
    return []


def test_the_schema_is_json_and_refers_only_to_itself() -> None:
    schema = json.loads(json.dumps(wire.schema()))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "twofifty.order/1"
    references = _references(schema)
    assert references
    for reference in references:
        assert reference.startswith("#/$defs/")
        assert reference.removeprefix("#/$defs/") in schema["$defs"]


def test_the_schema_knows_every_field_of_an_order() -> None:
    schema = wire.schema()
    described = schema["$defs"]["Order"]
    assert set(described["properties"]) == {
        field.encode_name for field in msgspec.structs.fields(Order)
    }
    assert set(described["required"]) == {"source", "id", "currency", "totals", "lines"}
