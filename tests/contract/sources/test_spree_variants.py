"""Spree's orders in envelopes, from its integration hub, and from versions before 2.2."""

import json
from typing import Any

import pytest

from twofifty.adapters import registry
from twofifty.intake.ports import Stated
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, News, OrderEvent, Pointer

ORDER: dict[str, Any] = {
    "id": "or_7",
    "number": "R700",
    "state": "complete",
    "email": "kim@example.com",
    "currency": "USD",
    "item_total": "24.0",
    "ship_total": "6.0",
    "adjustment_total": "0.0",
    "included_tax_total": "0.0",
    "additional_tax_total": "0.0",
    "total": "30.0",
    "completed_at": "2026-01-02T03:04:05Z",
    "line_items": [{"id": "li_7", "name": "Teapot", "quantity": 2, "price": "12.0"}],
}
RESOURCE: dict[str, Any] = {
    "data": {
        "id": "7",
        "type": "order",
        "attributes": {name: ORDER[name] for name in ORDER if name not in ("id", "line_items")},
        "relationships": {"line_items": {"data": [{"id": "5", "type": "line_item"}]}},
    },
    "included": [
        {
            "id": "5",
            "type": "line_item",
            "attributes": {"name": "Teapot", "quantity": 2, "price": "12.0"},
        }
    ],
}
OLDER: dict[str, Any] = {
    "id": 7,
    "number": "R700",
    "state": "complete",
    "email": "kim@example.com",
    "currency": "USD",
    "item_total": "24.0",
    "ship_total": "6.0",
    "tax_total": "2.0",
    "adjustment_total": "8.0",
    "total": "32.0",
    "completed_at": "2013-01-02T03:04:05Z",
    "line_items": [{"id": 5, "quantity": 2, "price": "12.0", "variant": {"name": "Teapot"}}],
}
HUB: dict[str, Any] = {
    "number": "R700",
    "status": "complete",
    "email": "kim@example.com",
    "currency": "USD",
    "placed_on": "2014-01-02T03:04:05Z",
    "totals": {"item": 24.0, "adjustment": 8, "tax": 2, "shipping": 6, "payment": 32, "order": 32},
    "line_items": [{"name": "Teapot", "sku": "T-1", "quantity": 2, "price": 12.0}],
    "adjustments": [{"name": "Shipping", "value": 6}, {"name": "Tax", "value": 2}],
    "shipping_address": {"firstname": "Kim", "city": "Oslo", "state": "Oslo", "country": "NO"},
    "payments": [{"number": 6, "status": "completed", "amount": 32, "payment_method": "Check"}],
    "shipments": [
        {"number": "H7", "status": "shipped", "shipping_method": "Post", "tracking": "T", "cost": 6}
    ],
}


def told(document: object) -> tuple[News, ...] | Ignored:
    return registry.source("spree").read("", json.dumps(document).encode(), Stated("shop"))


def orders(document: object) -> list[Any]:
    news = told(document)
    assert not isinstance(news, Ignored), news.reason
    return [each.order for each in news if isinstance(each, OrderEvent)]


@pytest.mark.parametrize("it", [ORDER, RESOURCE])
def test_an_order_is_found_in_what_queues_and_recorders_put_around_it(it: dict[str, Any]) -> None:
    documents: list[Any] = [
        [{"headers": {}, "body": it}],
        [{"json": {"body": it}}],
        {"event": "order.placed", "payload": it},
        {"detail-type": "order.placed", "detail": it},
        {"response": {"status": 200, "data": it}},
        {"request": {"body": it}},
        {"message": {"data": it}},
    ]
    for document in documents:
        assert orders(document) == orders(it), document


def test_every_order_of_a_list_is_read_in_an_envelope_of_its_own() -> None:
    assert len(orders([{"order": ORDER}, {"order": {**ORDER, "id": "or_8"}}])) == 2


def test_before_2_2_shipping_and_tax_are_adjustments() -> None:
    (it,) = orders(OLDER)
    assert (it.totals.shipping, it.totals.tax, it.fees) == (6, 2, ())
    assert difference(it) == 0


@pytest.mark.parametrize(
    "document",
    [
        {"request_id": "1", "parameters": {}, "order": HUB},
        {"message": "order:new", "payload": {"order": HUB, "original": OLDER}},
        {"orders": [{**HUB, "id": "R700"}]},
    ],
)
def test_an_order_of_the_integration_hub_is_read_whole(document: object) -> None:
    (it,) = orders(document)
    assert (it.id, it.number, it.currency, it.totals.total) == ("R700", "R700", "USD", 32)
    assert [(line.title, line.quantity, line.total) for line in it.lines] == [("Teapot", 2, 24)]
    assert (it.shipping_address.region, it.shipping_address.country) == ("Oslo", "NO")
    assert [(part.method, part.amount) for part in it.payments] == [("cheque", 32)]
    assert [(each.id, each.tracking_number) for each in it.parcels] == [("H7", "T")]
    assert [each.title for each in it.shipping] == ["Post"]
    assert (it.placed_at is not None, it.state.draft) == (True, False)
    assert difference(it) == 0


def test_an_order_that_names_no_currency_points_to_the_api() -> None:
    older = {name: value for name, value in OLDER.items() if name != "currency"}
    news = told({"order": older})
    assert news == (Pointer(type="order.updated", source="shop", order_id="7"),)


def test_a_resource_without_an_id_is_known_by_its_number() -> None:
    resource = {name: value for name, value in RESOURCE["data"].items() if name != "id"}
    (it,) = orders({**RESOURCE, "data": {**resource, "type": "spree_orders"}})
    assert it.id == "R700"


def test_a_name_of_several_words_is_no_event() -> None:
    read = told({"id": "prod_7", "name": "St. Bernard's tea", "data": {}})
    assert isinstance(read, Ignored)
    assert read.reason == "a product"
