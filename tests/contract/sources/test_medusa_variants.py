"""Medusa's orders as other ways than a subscriber bring them, and as older servers write them."""

import json
from decimal import Decimal
from typing import Any

import pytest

from twofifty.adapters import registry
from twofifty.intake.ports import Stated
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, News, OrderEvent, Pointer

LINE: dict[str, Any] = {
    "id": "ordli_7",
    "product_title": "Teapot",
    "unit_price": 12,
    "quantity": 2,
    "subtotal": 24,
    "total": 24,
}
ORDER: dict[str, Any] = {
    "id": "order_7",
    "display_id": 70,
    "email": "kim@example.com",
    "currency_code": "eur",
    "total": 30,
    "item_subtotal": 24,
    "shipping_total": 6,
    "tax_total": 0,
    "discount_total": 0,
    "items": [LINE],
}
OLDER: dict[str, Any] = {
    "object": "order",
    "id": "order_6",
    "display_id": 60,
    "email": "kim@example.com",
    "region": {"currency_code": "usd"},
    "items": [{"id": "item_6", "title": "Teapot", "quantity": 1, "unit_price": 1250}],
    "subtotal": 1250,
    "shipping_total": 300,
    "tax_total": 0,
    "total": 1550,
}


def told(document: object, topic: str = "") -> tuple[News, ...] | Ignored:
    return registry.source("medusa").read(topic, json.dumps(document).encode(), Stated("shop"))


def orders(document: object) -> list[Any]:
    news = told(document)
    assert not isinstance(news, Ignored), news.reason
    return [each.order for each in news if isinstance(each, OrderEvent)]


@pytest.mark.parametrize(
    "document",
    [
        {"data": [ORDER], "metadata": {"count": 1}},
        [{"headers": {}, "query": {}, "body": {"order": ORDER}}],
        [{"json": {"body": ORDER}}],
        {"detail-type": "order.placed", "detail": {"order": ORDER}},
        {"status": 200, "response": {"data": {"order": ORDER}}},
        {"request": {"body": {"name": "order.placed", "data": ORDER}}},
        {"return": {"id": "return_7", "order_id": "order_7"}, "order": ORDER},
        {"name": "shipment.created", "data": {"id": "ful_7", "order": ORDER}},
    ],
)
def test_an_order_is_found_in_what_queues_and_recorders_put_around_it(document: object) -> None:
    assert orders(document) == orders(ORDER)


def test_every_order_of_a_list_is_read_in_an_envelope_of_its_own() -> None:
    other = {**ORDER, "id": "order_8"}
    assert [each.id for each in orders([{"order": ORDER}, {"order": other}])] == [
        "order_7",
        "order_8",
    ]


def test_every_event_of_a_batch_points_to_its_order() -> None:
    batch = [{"name": "order.placed", "data": {"id": f"order_{at}"}} for at in (1, 2)]
    several = {"name": "order.completed", "data": [{"id": "order_1"}, {"id": "order_2"}]}
    for document in (batch, several):
        news = told(document)
        assert isinstance(news, tuple)
        assert [each.order_id for each in news if isinstance(each, Pointer)] == [
            "order_1",
            "order_2",
        ]


def test_the_shipping_is_the_total_where_no_other_figure_is_told() -> None:
    (it,) = orders(ORDER)
    assert it.totals.shipping == 6
    assert difference(it) == 0


def test_an_older_order_may_leave_its_currency_to_its_region() -> None:
    (it,) = orders(OLDER)
    assert (it.currency, it.totals.total) == ("USD", Decimal("15.5"))


@pytest.mark.parametrize(
    "total",
    [
        {"value": "30", "precision": 20},
        {"numeric_": 30, "raw_": {"value": "30"}, "bignumber_": "30"},
        {"raw_": {"value": "30"}},
    ],
)
def test_a_servers_number_is_read_in_each_of_its_shapes(total: object) -> None:
    quantity = {"value": "2", "precision": 20}
    (it,) = orders({**ORDER, "total": total, "items": [{**LINE, "quantity": quantity}]})
    assert (it.totals.total, it.lines[0].quantity) == (30, 2)


def test_the_summary_tells_the_total_of_an_order_without_its_own() -> None:
    summary = {"current_order_total": 30, "paid_total": 0}
    bare = {name: value for name, value in ORDER.items() if not name.endswith("total")}
    (it,) = orders({**bare, "summary": summary})
    assert it.totals.total == 30


def test_an_order_may_have_the_time_of_its_completion_and_a_cart_is_none() -> None:
    (it,) = orders({**ORDER, "completed_at": None})
    assert it.id == "order_7"
    assert isinstance(told({"cart": {**ORDER, "id": "cart_7", "completed_at": None}}), Ignored)


def test_a_draft_of_version_2_is_a_draft() -> None:
    (it,) = orders({"draft_order": {**ORDER, "status": "draft"}})
    assert it.state.draft
