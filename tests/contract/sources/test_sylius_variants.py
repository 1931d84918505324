"""Sylius' orders in envelopes and lists, from GraphQL, exports, its Shop API and version 0.x."""

import json
from decimal import Decimal
from typing import Any

import pytest

from twofifty.adapters import registry
from twofifty.intake.ports import Stated
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, News, OrderEvent, Pointer

LINE: dict[str, Any] = {
    "id": 5,
    "productName": "Teapot",
    "variant": {"code": "POT"},
    "quantity": 2,
    "unitPrice": 1200,
    "subtotal": 2400,
    "total": 2400,
}
ORDER: dict[str, Any] = {
    "id": 7,
    "tokenValue": "tOk7",
    "number": "000000070",
    "state": "new",
    "checkoutState": "completed",
    "currencyCode": "USD",
    "customer": {"email": "kim@example.com"},
    "items": [LINE],
    "itemsTotal": 2400,
    "shippingTotal": 600,
    "total": 3000,
}
OLDER: dict[str, Any] = {
    "id": 7,
    "number": "000000070",
    "completed_at": "2014-01-02T03:04:05+0000",
    "state": "pending",
    "checkout_state": "cart",
    "currency": "GBP",
    "email": "kim@example.com",
    "items": [
        {
            "id": 5,
            "quantity": 2,
            "unit_price": 1200,
            "total": 2400,
            "variant": {"id": 3, "object": {"id": 2, "name": "Teapot"}},
        }
    ],
    "items_total": 2400,
    "adjustments": [
        {"id": 1, "label": "tax", "description": "VAT", "amount": 480},
        {"id": 2, "label": "shipping", "description": "Post", "amount": 600},
        {"id": 3, "label": "promotion", "description": "Sale", "amount": -100},
    ],
    "adjustments_total": 980,
    "total": 3380,
}
SHOP_API: dict[str, Any] = {
    "tokenValue": "tOk7",
    "number": "000000070",
    "checkoutState": "completed",
    "currency": "GBP",
    "locale": "en_GB",
    "items": [
        {
            "id": 5,
            "quantity": 2,
            "total": 2400,
            "product": {
                "code": "POT",
                "name": "Teapot",
                "variants": [{"code": "POT", "price": {"current": 1200, "currency": "GBP"}}],
            },
        }
    ],
    "totals": {"total": 3000, "items": 2400, "taxes": 0, "shipping": 600, "promotion": 0},
    "payments": [{"state": "new", "method": {"code": "cod"}, "price": {"current": 3000}}],
}


def told(document: object, topic: str = "") -> tuple[News, ...] | Ignored:
    return registry.source("sylius").read(topic, json.dumps(document).encode(), Stated("shop"))


def orders(document: object) -> list[Any]:
    news = told(document)
    assert not isinstance(news, Ignored), news.reason
    return [each.order for each in news if isinstance(each, OrderEvent | Pointer)]


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"order": ORDER}},
        {"data": [ORDER]},
        [{"headers": {}, "body": {"order": ORDER}}],
        [{"json": {"body": ORDER}}],
        {"detail": {"order": ORDER}},
        {"response": {"data": {"order": ORDER}}},
        {"request": {"body": {"name": "order.placed", "data": ORDER}}},
        {"type": "order.placed", "data": {"object": ORDER}},
        {"page": 1, "total": 120, "_embedded": {"items": [ORDER]}},
    ],
)
def test_an_order_is_found_in_what_queues_and_recorders_put_around_it(document: object) -> None:
    assert orders(document) == orders(ORDER)


def test_graphql_lists_in_edges_or_in_a_collection() -> None:
    items = {"edges": [{"node": {**LINE, "id": "/api/v2/shop/order-items/5"}}]}
    order = {**ORDER, "id": "/api/v2/shop/orders/tOk7", "items": items}
    plain = orders(ORDER)
    assert orders({"data": {"order": order}}) == plain
    assert orders({"data": {"orders": {"edges": [{"node": order}], "totalCount": 1}}}) == plain
    assert orders({"data": {"orders": {"collection": [order]}}}) == plain


def test_version_0_labels_what_it_adds_to_the_goods() -> None:
    (it,) = orders(OLDER)
    assert (it.id, it.currency, it.customer.email) == ("7", "GBP", "kim@example.com")
    assert [(line.title, line.quantity) for line in it.lines] == [("Teapot", 2)]
    totals = it.totals
    assert (totals.subtotal, totals.shipping, totals.discount) == (24, 6, 1)
    assert (totals.tax, totals.tax_included) == (Decimal("4.8"), False)
    assert difference(it) == 0


def test_a_cart_of_version_0_has_not_been_completed() -> None:
    cart = {**OLDER, "state": "pending", "completed_at": None}
    assert isinstance(told(cart), Ignored)
    assert isinstance(told({**OLDER, "state": "cart"}), Ignored)


def test_the_shop_api_plugin_has_its_figures_in_one_place() -> None:
    (it,) = orders(SHOP_API)
    assert (it.id, it.currency, it.totals.total, it.totals.shipping) == ("tOk7", "GBP", 30, 6)
    (pot,) = it.lines
    assert (pot.title, pot.unit_price, pot.total, pot.product_id) == ("Teapot", 12, 24, "POT")
    assert [part.amount for part in it.payments] == [30]
    assert difference(it) == 0
    assert isinstance(told({**SHOP_API, "checkoutState": "addressed"}), Ignored)


def test_an_export_begins_names_with_a_capital_and_may_have_decimals() -> None:
    export = {
        "Number": "000000070",
        "TokenValue": "tOk7",
        "State": "new",
        "CheckoutState": "completed",
        "CurrencyCode": "USD",
        "Customer": {"Email": "kim@example.com"},
        "Items": [{"Quantity": 2, "UnitPrice": 1200, "Total": 2400, "Variant": "POT"}],
        "ItemsTotal": 2400,
        "Adjustments": [{"Type": "shipping", "Label": "Post", "Amount": 600}],
        "Total": "30.00",
    }
    (it,) = orders([export])
    assert (it.number, it.customer.email) == ("000000070", "kim@example.com")
    assert (it.totals.total, it.totals.shipping, it.lines[0].title) == (30, 6, "POT")
    assert difference(it) == 0


@pytest.mark.parametrize(
    "document",
    [
        {"event": "order.completed", "orderToken": "tOk7"},
        {"name": "order.completed", "data": {"orderTokenValue": "tOk7"}},
        {"name": "payment.completed", "data": {"id": 1, "order": ORDER}},
    ],
)
def test_what_names_an_orders_token_points_to_it(document: object) -> None:
    news = told(document)
    assert isinstance(news, tuple)
    assert [each.order_id for each in news if isinstance(each, Pointer)] == ["tOk7"]
