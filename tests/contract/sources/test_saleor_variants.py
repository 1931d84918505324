"""Saleor's orders as other ways than its webhooks bring them, and as small queries ask for them."""

import json
from typing import Any

import pytest

from twofifty.adapters import registry
from twofifty.intake.ports import Stated
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, News, OrderEvent

ID = "T3JkZXI6MDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDA3"


def money(amount: float) -> dict[str, Any]:
    return {"gross": {"amount": amount, "currency": "USD"}}


ORDER: dict[str, Any] = {
    "id": ID,
    "number": "70",
    "status": "UNFULFILLED",
    "userEmail": "kim@example.com",
    "lines": [
        {
            "id": "T3JkZXJMaW5lOjc=",
            "productName": "Teapot",
            "quantity": 2,
            "unitPrice": money(12),
            "totalPrice": money(24),
        }
    ],
    "subtotal": money(24),
    "shippingPrice": money(6),
    "total": money(30),
}


def told(document: object) -> tuple[News, ...] | Ignored:
    return registry.source("saleor").read("", json.dumps(document).encode(), Stated("shop"))


def orders(document: object) -> list[Any]:
    news = told(document)
    assert not isinstance(news, Ignored), news.reason
    return [each.order for each in news if isinstance(each, OrderEvent)]


@pytest.mark.parametrize(
    "document",
    [
        {"data": [ORDER]},
        [{"headers": {}, "body": {"order": ORDER}}],
        [{"json": {"body": {"data": {"order": ORDER}}}}],
        {"detail-type": "ORDER_CREATED", "detail": {"order": ORDER}},
        {"status": 200, "response": {"data": {"order": ORDER}}},
        {"request": {"body": {"event": {"__typename": "OrderCreated", "order": ORDER}}}},
        {"message": {"data": ORDER}},
    ],
)
def test_an_order_is_found_in_what_queues_and_recorders_put_around_it(document: object) -> None:
    assert orders(document) == orders(ORDER)


def test_a_shipment_may_hold_its_order() -> None:
    sent = {"id": "RnVsZmlsbG1lbnQ6Nw==", "status": "FULFILLED", "trackingNumber": "T7"}
    (it,) = orders({"fulfillment": {**sent, "order": ORDER}})
    assert (it.id, [each.tracking_number for each in it.parcels]) == (ID, ["T7"])


def test_a_line_may_be_named_by_its_product() -> None:
    line = {"quantity": 1, "variant": {"name": "Blue", "product": {"name": "Teapot"}}}
    (it,) = orders({"order": {**ORDER, "lines": [line]}})
    assert it.lines[0].title == "Teapot"


def test_net_and_tax_are_the_total_where_no_gross_is_asked_for() -> None:
    net = {"id": "1", "productName": "Teapot", "quantity": 2, "unitPrice": {"net": {"amount": 10}}}
    total = {"currency": "USD", "net": {"amount": 25}, "tax": {"amount": 5}}
    changes = {"total": total, "shippingPrice": {"net": {"amount": 5}}, "subtotal": None}
    (it,) = orders({"order": {**ORDER, **changes, "lines": [net]}})
    assert (it.totals.total, it.totals.tax, it.totals.tax_included) == (30, 5, False)
    assert (it.totals.shipping, it.lines[0].unit_price) == (5, 10)


def test_an_order_that_cost_nothing_is_one() -> None:
    free = {"total": money(0), "subtotal": money(0), "shippingPrice": money(0), "lines": []}
    line = {**ORDER["lines"][0], "unitPrice": money(0), "totalPrice": money(0)}
    (it,) = orders({"order": {**ORDER, **free, "lines": [line]}})
    assert it.totals.total == 0
    assert difference(it) == 0


def test_an_envelope_of_several_documents_keeps_what_is_an_order() -> None:
    checkout = {"checkout": {"id": "Q2hlY2tvdXQ6MQ=="}}
    assert [each.id for each in orders([{"body": checkout}, {"body": {"order": ORDER}}])] == [ID]
