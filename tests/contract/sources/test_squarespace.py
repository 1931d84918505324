"""Squarespace under its contracts. The payloads follow its public documentation."""

import json
from typing import Any, ClassVar

import pytest

from twofifty.adapters import registry
from twofifty.adapters.squarespace.shop import SquarespaceShop
from twofifty.intake.ports import Stated
from twofifty.intake.shop import Access
from twofifty.order.events import Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order
from twofifty.testing.contracts.shop import ShopContract
from twofifty.testing.contracts.source import SourceContract


def usd(value: str) -> dict[str, str]:
    return {"value": value, "currency": "USD"}


ORDER: dict[str, Any] = {
    "id": "585d498fdee9f31a60284a37",
    "orderNumber": "3",
    "createdOn": "2026-01-23T15:58:07.187Z",
    "modifiedOn": "2026-01-23T16:00:00.000Z",
    "testmode": False,
    "customerEmail": "alex@example.com",
    "billingAddress": {"firstName": "Alex", "lastName": "Example", "countryCode": "US"},
    "shippingAddress": {"firstName": "Alex", "address1": "1 Main St", "countryCode": "US"},
    "fulfillmentStatus": "PENDING",
    "lineItems": [
        {
            "id": "a1",
            "productId": "p1",
            "sku": "SQ1",
            "productName": "Tea",
            "quantity": 2,
            "unitPricePaid": usd("10.00"),
            "variantOptions": [{"optionName": "Size", "value": "Large"}],
            "customizations": [{"label": "Engraving", "value": "For M."}],
            "lineItemType": "PHYSICAL_PRODUCT",
        }
    ],
    "shippingLines": [{"method": "Ground", "amount": usd("5.00")}],
    "discountLines": [{"description": "Spring", "promoCode": "S", "amount": usd("2.00")}],
    "subtotal": usd("20.00"),
    "shippingTotal": usd("5.00"),
    "discountTotal": usd("2.00"),
    "taxTotal": usd("1.50"),
    "refundedTotal": usd("0.00"),
    "grandTotal": usd("24.50"),
    "priceTaxInterpretation": "EXCLUSIVE",
}


def read(changes: dict[str, Any]) -> Order:
    body = json.dumps({**ORDER, **changes}).encode()
    (news,) = registry.source("squarespace").read("", body, Stated("shop"))  # type: ignore[misc]
    assert isinstance(news, OrderEvent)
    return news.order


class TestSquarespace(SourceContract):
    source = registry.source("squarespace")
    body = json.dumps(ORDER).encode()


class TestSquarespaceApi(ShopContract):
    source = registry.source("squarespace")
    shop = SquarespaceShop()
    access = Access(key="key")
    order_id = str(ORDER["id"])
    replies: ClassVar[dict[str, bytes]] = {
        f"GET /1.0/commerce/orders/{ORDER['id']}": json.dumps(ORDER).encode(),
        "GET /1.0/commerce/orders": json.dumps(
            {"result": [], "pagination": {"hasNextPage": True, "nextPageCursor": "c"}}
        ).encode(),
        "GET /1.0/commerce/orders#2": json.dumps(
            {"result": [ORDER], "pagination": {"hasNextPage": False}}
        ).encode(),
        "POST /1.0/webhook_subscriptions": b'{"id": "1", "secret": "c0ffee"}',
        "GET /1.0/webhook_subscriptions": json.dumps(
            {
                "webhookSubscriptions": [
                    {
                        "id": "1",
                        "endpointUrl": "https://orders.example.com/hooks/shop",
                        "topics": ["order.create", "order.update"],
                    }
                ]
            }
        ).encode(),
    }


def test_a_webhook_points_to_its_order() -> None:
    body = b'{"id": "n1", "topic": "order.create", "data": {"orderId": "585d"}}'
    assert registry.source("squarespace").read("", body, Stated("shop")) == (
        Pointer(type="order.placed", source="shop", order_id="585d"),
    )


def test_a_cancelled_order_says_so() -> None:
    assert read({"fulfillmentStatus": "CANCELED"}).state.cancelled_at is not None
    assert read({}).state.cancelled_at is None


def test_a_refund_is_told_by_its_amount() -> None:
    assert read({}).state.payment == "paid"
    assert read({"refundedTotal": usd("4.00")}).state.payment == "partially_refunded"
    assert read({"refundedTotal": usd("24.50")}).state.payment == "refunded"


def test_what_was_chosen_is_shown() -> None:
    (line,) = read({}).lines
    assert (line.variant, line.attributes) == ("Large", {"Engraving": "For M."})


def test_digital_goods_and_gift_cards_are_known_by_their_kind() -> None:
    lines = [{**ORDER["lineItems"][0], "lineItemType": kind} for kind in ("DIGITAL", "GIFT_CARD")]
    digital, card = read({"lineItems": lines}).lines
    assert (digital.digital, digital.gift_card, card.gift_card) == (True, False, True)


def news(document: object) -> tuple[News, ...] | Ignored:
    return registry.source("squarespace").read("", json.dumps(document).encode(), Stated("shop"))


@pytest.mark.parametrize(
    "document",
    [
        {"result": [ORDER], "pagination": {"hasNextPage": False}},
        {"orders": [ORDER]},
        {"order": ORDER},
        {"success": True, "data": [ORDER]},
        [{"headers": {}, "body": ORDER}],
        {"topic": "order.update", "data": ORDER},
        [ORDER],
    ],
)
def test_an_order_is_an_order_in_any_wrapping(document: object) -> None:
    assert news(document) == (OrderEvent(type="order.updated", order=read({})),)


def test_an_order_without_its_total_is_one_in_part() -> None:
    part = {"id": "585d", "fulfillmentStatus": "CANCELED", "lineItems": []}
    assert news({"topic": "order.update", "data": part}) == (
        Pointer(type="order.updated", source="shop", order_id="585d"),
    )


@pytest.mark.parametrize(
    "document",
    [
        {name: ORDER[name] for name in ("lineItems", "grandTotal")},
        {"result": [], "pagination": {"hasNextPage": False}},
        {"documents": [{"id": "t", "salesOrderId": "585d", "salesLineItems": []}]},
        {"inventory": [{"variantId": "v", "quantity": 1}]},
        {"type": "AUTHORIZATION_ERROR", "message": "no"},
    ],
)
def test_what_is_no_order_is_ignored(document: object) -> None:
    assert isinstance(news(document), Ignored)


def test_numbers_may_be_numbers_and_what_is_null_is_absent() -> None:
    found = read(
        {
            "orderNumber": 3,
            "grandTotal": {"value": 24.5, "currency": "USD"},
            "billingAddress": None,
            "lineItems": [{**ORDER["lineItems"][0], "customizations": None}],
            "formSubmission": None,
        }
    )
    assert (found.number, str(found.totals.total)) == ("3", "24.5")
    assert (found.billing_address, found.lines[0].attributes) == (None, {})


def test_every_shipment_is_a_parcel() -> None:
    sent = [{"carrierName": "USPS", "trackingNumber": "94"}, {"carrierName": "FedEx"}]
    parcels = read({"fulfillments": sent, "fulfillmentStatus": "FULFILLED"}).parcels
    assert [(each.id, each.carrier) for each in parcels] == [("94", "USPS"), ("2", "FedEx")]
