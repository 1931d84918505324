"""BigCommerce under its contracts. The payloads follow its public documentation."""

import base64
import json
import random
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from tests.contract.sources.damage import damaged, outcome
from twofifty.adapters import registry
from twofifty.adapters.bigcommerce.shop import BigCommerceShop
from twofifty.adapters.bigcommerce.signed import ClientSecret
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.shop import Access, Reply
from twofifty.intake.signature import StandardWebhooks
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order, ParcelLine
from twofifty.testing.contracts.shop import Scripted, ShopContract
from twofifty.testing.contracts.source import NOW, URL, SourceContract
from twofifty.testing.dialogue import held

STATED = Stated("shop")
ADDRESS = {
    "first_name": "Alex",
    "last_name": "Example",
    "company": "",
    "street_1": "455 Main Street",
    "street_2": "",
    "city": "Austin",
    "state": "Texas",
    "zip": "78751",
    "country": "United States",
    "country_iso2": "US",
    "phone": "555-0100",
    "email": "alex@example.com",
}
PRODUCT: dict[str, Any] = {
    "id": 65,
    "order_id": 250,
    "product_id": 77,
    "name": "Towel",
    "name_customer": "Towel &amp; Soap",
    "sku": "S-ORAN",
    "type": "physical",
    "price_ex_tax": "30.0000",
    "price_inc_tax": "33.0000",
    "total_ex_tax": "60.0000",
    "total_inc_tax": "66.0000",
    "total_tax": "5.5000",
    "quantity": 2,
    "parent_order_product_id": None,
    "applied_discounts": [{"id": "coupon", "amount": "5.0000", "code": "S2", "target": "order"}],
    "product_options": [
        {"display_name": "Size", "display_value": "S", "display_value_customer": "Small"},
        {"display_name": "Add Letters", "display_value": "A &amp; B"},
    ],
}
LINK = {"url": "https://api.example.com/orders/250/products", "resource": "/orders/250/products"}
ORDER: dict[str, Any] = {
    "id": 250,
    "customer_id": 20,
    "date_created": "Tue, 20 Jan 2026 21:05:30 +0000",
    "date_modified": "Wed, 21 Jan 2026 20:16:55 +0000",
    "status_id": 11,
    "status": "Awaiting Fulfillment",
    "subtotal_ex_tax": "60.0000",
    "subtotal_inc_tax": "66.0000",
    "shipping_cost_ex_tax": "10.0000",
    "shipping_cost_inc_tax": "11.0000",
    "handling_cost_ex_tax": "1.0000",
    "handling_cost_inc_tax": "1.1000",
    "wrapping_cost_ex_tax": "0.0000",
    "wrapping_cost_inc_tax": "0.0000",
    "total_ex_tax": "66.0000",
    "total_inc_tax": "72.6000",
    "total_tax": "6.6000",
    "is_tax_inclusive_pricing": False,
    "items_total": 2,
    "items_shipped": 0,
    "payment_method": "Credit Card",
    "payment_provider_id": "pi_1",
    "payment_status": "captured",
    "refunded_amount": "0.0000",
    "store_credit_amount": "0.0000",
    "gift_certificate_amount": "0.0000",
    "currency_code": "CAD",
    "default_currency_code": "USD",
    "customer_message": "Ring twice",
    "discount_amount": "0.0000",
    "coupon_discount": "5.0000",
    "billing_address": ADDRESS,
    "is_email_opt_in": False,
    "customer_locale": "en",
    "products": [PRODUCT],
    "shipping_addresses": [{**ADDRESS, "shipping_method": "Ground", "cost_ex_tax": "10.0000"}],
    "coupons": [{"id": 3, "code": "S2", "amount": 5, "type": 2, "discount": 5}],
}
SHIPMENT: dict[str, Any] = {
    "id": 6,
    "order_id": 250,
    "date_created": "Thu, 22 Jan 2026 17:22:08 +0000",
    "tracking_number": "EJ958083578US",
    "shipping_provider": "usps",
    "shipping_provider_display_name": "USPS",
    "tracking_link": "",
    "generated_tracking_link": "https://track.example.com/EJ958083578US",
    "items": [{"order_product_id": 65, "product_id": 0, "quantity": 1}],
}
REFUND: dict[str, Any] = {
    "id": 3,
    "order_id": 250,
    "created": "2026-01-23T17:22:08+00:00",
    "reason": "damaged",
    "total_amount": 10.5,
    "payments": [{"id": 1, "amount": 10.5, "is_declined": False}],
}
STOREFRONT: dict[str, Any] = {
    "orderId": 250,
    "customerId": 0,
    "currency": {"code": "USD"},
    "isTaxIncluded": False,
    "baseAmount": 60,
    "discountAmount": 0,
    "shippingCostTotal": 10,
    "handlingCostTotal": 1,
    "taxTotal": 6.6,
    "orderAmount": 72.6,
    "status": "ORDER_STATUS_AWAITING_FULFILLMENT",
    "coupons": [{"code": "S2", "discountedAmount": 5}],
    "billingAddress": {"firstName": "Alex", "lastName": "Example", "email": "alex@example.com"},
    "payments": [
        {"providerId": "giftcertificate", "description": "gc", "amount": 7},
        {"providerId": "authorizenet", "description": "credit-card", "amount": 65.6},
    ],
    "lineItems": {
        "physicalItems": [
            {
                "id": "a1",
                "productId": 77,
                "name": "Towel",
                "quantity": 2,
                "listPrice": 20,
                "extendedListPrice": 40,
                "options": [{"name": "Size", "value": "S"}],
            }
        ],
        "giftCertificates": [{"id": "g1", "name": "Gift", "amount": 20}],
    },
}
HOOK: dict[str, Any] = {
    "scope": "store/order/created",
    "store_id": "1025646",
    "data": {"type": "order", "id": 250},
    "hash": "dd70c0976e06b67aaf671e73f49dcb79230ebf9d",
    "created_at": 1561479335,
    "producer": "stores/abcde",
}


def told(document: object, topic: str = "") -> tuple[News, ...] | Ignored:
    return registry.source("bigcommerce").read(topic, json.dumps(document).encode(), STATED)


def news(document: object) -> News:
    found = told(document)
    assert not isinstance(found, Ignored), found.reason
    (one,) = found
    return one


def order(changes: dict[str, Any]) -> Order:
    found = news({**ORDER, **changes})
    assert isinstance(found, OrderEvent)
    return found.order


def hook(scope: str, **data: object) -> dict[str, Any]:
    return {**HOOK, "scope": scope, "data": data}


class TestBigCommerce(SourceContract):
    source = registry.source("bigcommerce")
    body = json.dumps(ORDER).encode()


class TestBigCommerceApi(ShopContract):
    source = registry.source("bigcommerce")
    shop = BigCommerceShop()
    access = Access(url="https://api.example.com/stores/abcde", key="key")
    order_id = "250"
    replies: ClassVar[Mapping[str, bytes]] = {
        "GET /v2/orders/250": json.dumps(
            {**ORDER, "products": LINK, "items_shipped": 1, "status_id": 14}
        ).encode(),
        "GET /v2/orders/250/products": json.dumps([PRODUCT]).encode(),
        "GET /v2/orders/250/shipping_addresses": json.dumps([ADDRESS]).encode(),
        "GET /v2/orders/250/coupons": json.dumps(ORDER["coupons"]).encode(),
        "GET /v2/orders/250/shipments": json.dumps([SHIPMENT]).encode(),
        "GET /v3/orders/250/payment_actions/refunds": json.dumps({"data": [REFUND]}).encode(),
        "GET /v2/orders": json.dumps([{**ORDER, "products": LINK}] * 8).encode(),
        "GET /v2/orders#2": b"[]",
        "POST /v3/hooks": b'{"data": {"id": 1}}',
        "GET /v3/hooks": json.dumps(
            {
                "data": [
                    {"id": at, "scope": topic, "destination": URL, "is_active": True}
                    for at, topic in enumerate(BigCommerceShop.topics)
                ]
            }
        ).encode(),
    }


def test_a_fetched_order_has_all_that_it_links_to() -> None:
    answer = Scripted(TestBigCommerceApi.replies)
    document = held(BigCommerceShop().order(TestBigCommerceApi.access, "250"), answer)
    found = registry.source("bigcommerce").read("", document or b"", STATED)
    assert isinstance(found, tuple)
    (event,) = found
    assert isinstance(event, OrderEvent)
    read = event.order
    assert (len(read.lines), read.discounts[0].code) == (1, "S2")
    assert [one.tracking_number for one in read.parcels] == ["EJ958083578US"]
    assert (read.refunds[0].amount, read.totals.refunded) == (Decimal("10.5"), Decimal("10.5"))
    assert {ask.headers["x-auth-token"] for ask in answer.asked} == {"key"}


def test_an_empty_list_is_an_empty_answer() -> None:
    replies = {**TestBigCommerceApi.replies, "GET /v2/orders": b"[]"}
    page = held(BigCommerceShop().changed(TestBigCommerceApi.access, NOW, ""), Scripted(replies))
    assert (page.documents, page.cursor) == ((), None)


def test_a_webhook_is_made_with_our_secret_in_a_header() -> None:
    answer = Scripted(TestBigCommerceApi.replies)
    shop, access = BigCommerceShop(), TestBigCommerceApi.access
    assert held(shop.register(access, ("store/order/created",), URL, "made-here"), answer) == (
        "made-here",
    )
    assert json.loads(answer.asked[0].body)["headers"] == {"x-webhook-token": "made-here"}


def test_the_key_is_the_text_of_the_client_secret() -> None:
    """As in BigCommerce's own example: base64 of the secret is given to a standard library."""
    body = json.dumps(HOOK).encode()
    key = base64.b64encode(b"client secret").decode()
    headers = StandardWebhooks().signed(body, key, url=URL, at=NOW)
    scheme = registry.source("bigcommerce").signature
    assert scheme.verified(Hook(headers, body, URL, NOW), Trust(("client secret",))) is True
    assert scheme.verified(Hook(headers, body, URL, NOW), Trust((key,))) is False
    assert scheme.verified(Hook(headers, body + b" ", URL, NOW), Trust(("client secret",))) is False
    assert ClientSecret().signed(body, "client secret", url=URL, at=NOW) == headers


def test_a_repeated_delivery_has_the_same_event_id() -> None:
    source = registry.source("bigcommerce")
    assert source.event_id(Hook({"webhook-id": "msg_1"}, b"{}")) == "msg_1"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (HOOK, "order.placed"),
        (hook("store/order/updated", type="order", id=250), "order.updated"),
        (hook("store/channel/2/order/created", type="order", id=250), "order.placed"),
        (
            hook("store/order/statusUpdated", type="order", id=250, status={"new_status_id": 5}),
            "order.cancelled",
        ),
        (
            hook("store/order/statusUpdated", type="order", id=250, status={"new_status_id": 2}),
            "shipment.created",
        ),
        (hook("store/order/refund/created", type="order", id=250), "order.refunded"),
        (
            hook("store/order/transaction/created", type="transaction", order_id=250),
            "order.updated",
        ),
        (hook("store/shipment/created", type="shipment", id=12, orderId=250), "shipment.created"),
        (hook("store/cart/converted", type="cart", id="d300", orderId=250), "order.placed"),
    ],
)
def test_a_webhook_points_to_its_order(said: dict[str, Any], kind: str) -> None:
    found = news(said)
    assert isinstance(found, Pointer)
    assert (found.type, found.order_id, found.order) == (kind, "250", None)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (hook("store/order/archived", type="order", id=250), "archived"),
        (hook("store/order/message/created", type="order", id=250), "message"),
        (hook("store/order/metafield/created", metafield_id=14, resource_id="250"), "metafield"),
        (hook("store/cart/abandoned", type="cart", id="d300"), "cart"),
        (hook("store/customer/created", type="customer", id=32), "customer"),
        (hook("store/product/updated", type="product", id=1), "product"),
        (hook("store/hook/deliveryException", type="webhook", id=1), "delivered"),
        ({"data": {"id": "b1", "cart_amount": 5, "line_items": {}}}, "cart"),
        ({"data": {"id": "b1", "grand_total": 5, "cart": {}}}, "checkout"),
        ({"data": [{"id": 1, "gateway_transaction_id": "x"}]}, "transaction"),
    ],
)
def test_what_is_no_order_says_what_it_is(said: dict[str, Any], word: str) -> None:
    found = told(said)
    assert isinstance(found, Ignored)
    assert word in found.reason


def test_the_currency_is_the_one_that_was_paid_in() -> None:
    assert order({}).currency == "USD"
    assert order({"default_currency_code": None}).currency == "CAD"


def test_the_figures_that_add_up_are_read() -> None:
    net = order({})
    assert (net.totals.subtotal, net.totals.tax_included) == (Decimal("60.0000"), False)
    gross = {"total_inc_tax": "73.1000", "total_tax": "6.6000"}
    with_tax = order(gross)
    assert (with_tax.totals.subtotal, with_tax.totals.tax_included) == (Decimal("66.0000"), True)
    assert with_tax.lines[0].unit_price == Decimal("33.0000")
    assert difference(net) == difference(with_tax) == 0


def test_where_both_add_up_the_shop_says_which() -> None:
    figures = {
        "subtotal_inc_tax": "66.6000",
        "shipping_cost_inc_tax": "10.0000",
        "handling_cost_inc_tax": "1.0000",
        "total_inc_tax": "72.6000",
    }
    assert order({**figures, "is_tax_inclusive_pricing": True}).totals.tax_included is True
    assert order(figures).totals.tax_included is False


def test_figures_that_do_not_add_up_stay_as_they_are() -> None:
    found = order({"total_inc_tax": "80.0000"})
    assert (found.totals.total, difference(found)) == (Decimal("80.0000"), Decimal("7.4000"))


def test_fees_are_named() -> None:
    fee = {"display_name_customer": "Rush", "cost_exc_tax": "4.0000", "cost_inc_tax": "4.4000"}
    found = order({"fees": [fee], "total_inc_tax": "76.6000"})
    assert {one.title: one.amount for one in found.fees} == {
        "Handling": Decimal("1.0000"),
        "Rush": Decimal("4.0000"),
    }
    assert difference(found) == 0


def test_gift_certificates_and_credit_are_payments() -> None:
    found = order({"gift_certificate_amount": "20.0000", "store_credit_amount": "1.0000"})
    assert [(one.method, one.amount) for one in found.payments] == [
        ("card", None),
        ("gift_card", Decimal("20.0000")),
        ("wallet", Decimal("1.0000")),
    ]
    assert found.payments[0].reference == "pi_1"
    assert difference(found) == 0


def test_a_line_is_after_its_discounts_and_shows_what_was_chosen() -> None:
    (line,) = order({}).lines
    assert (line.title, line.discount, line.total) == ("Towel & Soap", Decimal(5), Decimal(55))
    assert line.attributes == {"Size": "Small", "Add Letters": "A & B"}


def test_parts_digital_goods_and_gift_certificates_are_known() -> None:
    kinds = ({"parent_order_product_id": 65}, {"type": "digital"}, {"type": "giftcertificate"})
    part, file, card = order({"products": [{**PRODUCT, **kind} for kind in kinds]}).lines
    assert (part.parent_id, file.digital, card.digital, card.gift_card) == ("65", True, True, True)


@pytest.mark.parametrize(
    ("changes", "payment"),
    [
        ({}, "paid"),
        ({"payment_status": "capture pending"}, "authorized"),
        ({"payment_status": "partially refunded"}, "partially_refunded"),
        ({"payment_status": "void"}, "voided"),
        ({"payment_status": "", "status_id": 7}, "pending"),
        ({"payment_status": "", "status_id": 11}, "paid"),
        ({"payment_status": None, "status_id": 4}, "refunded"),
        ({"payment_status": "made up", "status_id": 99}, None),
    ],
)
def test_the_payment_has_a_word_or_the_status_says(changes: Any, payment: str | None) -> None:
    assert order(changes).state.payment == payment


def test_what_was_shipped_is_told_by_the_status_or_the_counts() -> None:
    states = [order({"status_id": status}).state.fulfillment for status in (11, 3, 2, 10)]
    assert states == ["unfulfilled", "partial", "fulfilled", "fulfilled"]
    counts = {"status_id": 14, "items_total": 2}
    shipped = [order({**counts, "items_shipped": sent}).state.fulfillment for sent in (0, 1, 2)]
    assert shipped == ["unfulfilled", "partial", "fulfilled"]


def test_a_cancelled_and_an_unfinished_order_say_so() -> None:
    off = order({"status_id": 5}).state
    assert str(off.cancelled_at) == "2026-01-21 20:16:55+00:00"
    assert order({"status_id": 0}).state.draft
    assert not order({}).state.draft


def test_a_test_order_is_one() -> None:
    assert order({"payment_method": "Test Payment Gateway"}).test
    assert not order({}).test


def test_times_are_rfc_2822_or_nothing() -> None:
    assert str(order({}).placed_at) == "2026-01-20 21:05:30+00:00"
    assert order({"date_created": "tomorrow", "date_modified": ""}).placed_at is None


def test_an_order_without_its_products_points_to_itself() -> None:
    found = news({**ORDER, "products": LINK, "shipping_addresses": LINK, "coupons": LINK})
    assert isinstance(found, Pointer)
    assert (found.order_id, found.order and found.order.totals.total) == ("250", Decimal("72.6"))


def test_the_products_of_consignments_are_read() -> None:
    sent = {"shipping": [{**ADDRESS, "shipping_method": "Ground", "line_items": [PRODUCT]}]}
    found = order({"products": LINK, "shipping_addresses": LINK, "consignments": sent})
    assert (len(found.lines), found.shipping[0].title) == (1, "Ground")
    assert found.shipping_address is not None


@pytest.mark.parametrize("wrapped", [{"data": ORDER}, {"data": [ORDER]}, [ORDER], {"order": ORDER}])
def test_an_order_is_found_in_whatever_wraps_it(wrapped: object) -> None:
    found = news(wrapped)
    assert isinstance(found, OrderEvent)
    assert found.order == order({})


def test_a_shipment_is_a_parcel() -> None:
    found = news([SHIPMENT])
    assert isinstance(found, Amendment)
    (parcel,) = found.parcels
    assert (parcel.id, parcel.carrier, parcel.tracking_number) == ("6", "USPS", "EJ958083578US")
    assert parcel.tracking_url == "https://track.example.com/EJ958083578US"
    assert parcel.lines == (ParcelLine(line_id="65", quantity=Decimal(1)),)


def test_a_refund_is_one_unless_it_was_declined() -> None:
    found = news({"data": [REFUND]})
    assert isinstance(found, Amendment)
    assert [(one.id, one.amount, one.reason) for one in found.refunds] == [
        ("3", Decimal("10.5"), "damaged")
    ]
    declined = {**REFUND, "payments": [{"is_declined": True}]}
    assert isinstance(told({"data": [declined]}), Ignored)


def test_the_storefronts_order_is_the_same_order() -> None:
    found = news(STOREFRONT)
    assert isinstance(found, OrderEvent)
    read = found.order
    assert (read.id, read.currency, read.totals.total) == ("250", "USD", Decimal("72.6"))
    assert (read.state.payment, read.customer.id) == ("paid", None)
    assert [(one.title, one.quantity, one.gift_card) for one in read.lines] == [
        ("Towel", Decimal(2), False),
        ("Gift", Decimal(1), True),
    ]
    assert {one.amount for one in read.payments if one.method == "gift_card"} == {Decimal(7)}
    assert difference(read) == 0


SENT = {"firstName": "Alex", "city": "Dallas", "countryCode": "US", "email": "alex@example.com"}


def test_the_storefronts_fees_and_address_are_read() -> None:
    fee = {"id": 1, "cost": 2.0, "type": "custom_fee", "customerDisplayName": "Crate"}
    group = {**SENT, "shippingMethod": "Ground", "costIncTax": 10, "lineItems": [{"id": "a1"}]}
    changes = {"orderAmount": 74.6, "fees": [fee], "consignments": {"shipping": [group]}}
    found = news({**STOREFRONT, **changes})
    assert isinstance(found, OrderEvent)
    assert [(each.title, each.amount) for each in found.order.fees][-1] == ("Crate", Decimal(2))
    assert found.order.shipping_address is not None
    assert found.order.shipping_address.city == "Dallas"
    assert difference(found.order) == 0


def test_a_storefronts_order_without_its_items_points_to_itself() -> None:
    found = news({name: value for name, value in STOREFRONT.items() if name != "lineItems"})
    assert isinstance(found, Pointer)
    assert found.order_id == "250"


def amount(value: float) -> dict[str, Any]:
    return {"value": value, "currencyCode": "USD"}


def edges(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"edges": [{"node": node, "cursor": "c"} for node in nodes]}


GRAPHQL: dict[str, Any] = {
    "entityId": 250,
    "orderedAt": {"utc": "2026-01-20T21:05:30Z"},
    "status": {"label": "Shipped", "value": "SHIPPED"},
    "totalIncTax": amount(72.6),
    "subTotal": amount(60),
    "discounts": {
        "nonCouponDiscountTotal": amount(0),
        "couponDiscounts": [{"couponCode": "S2", "discountedAmount": amount(5)}],
    },
    "shippingCostTotal": amount(11),
    "taxTotal": amount(6.6),
    "isTaxIncluded": False,
    "billingAddress": SENT,
    "payments": edges({"paymentMethodName": "Bank Deposit"}),
    "consignments": {
        "shipping": edges(
            {
                "entityId": 1,
                "shippingAddress": SENT,
                "shippingCost": amount(11),
                "lineItems": edges(
                    {
                        "entityId": 65,
                        "productEntityId": 77,
                        "name": "Towel",
                        "quantity": 2,
                        "subTotalListPrice": amount(40),
                        "image": {"url": "https://cdn.example.com/a.jpg"},
                        "productOptions": [{"name": "Size", "value": "S"}],
                    }
                ),
                "shipments": edges(
                    {
                        "entityId": 3,
                        "shippingMethodName": "Ground",
                        "shippingProviderName": "UPS",
                        "tracking": {"number": "1Z1", "url": "https://track.example.com/1Z1"},
                    }
                ),
            }
        ),
        "email": {"giftCertificates": edges({"entityId": 66, "name": "G", "amount": amount(20)})},
    },
}


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"site": {"order": GRAPHQL}}},
        {"data": {"customer": {"orders": edges(GRAPHQL)}}},
        {"data": {"customer": {"orders": {"nodes": [GRAPHQL]}}}},
    ],
)
def test_graphql_tells_the_same_order(document: dict[str, Any]) -> None:
    found = news(document)
    assert isinstance(found, OrderEvent)
    read = found.order
    assert (read.id, read.customer.email, read.currency) == ("250", "alex@example.com", "USD")
    assert [(each.title, each.quantity, each.gift_card) for each in read.lines] == [
        ("Towel", Decimal(2), False),
        ("G", Decimal(1), True),
    ]
    assert [(each.code, each.amount) for each in read.discounts] == [("S2", Decimal(5))]
    assert read.parcels[0].tracking_number == "1Z1"
    assert read.state.fulfillment == "fulfilled"
    assert difference(read) == 0


def test_a_graphql_order_that_was_not_asked_for_its_items_points_to_itself() -> None:
    asked = {name: GRAPHQL[name] for name in ("entityId", "status", "totalIncTax")}
    found = news({"data": {"customer": {"orders": edges(asked)}}})
    assert isinstance(found, Pointer)
    assert found.order is not None
    assert found.order.totals.total == Decimal("72.6")


def test_a_completed_checkout_points_to_its_order() -> None:
    found = news({"data": {"checkout": {"completeCheckout": {"orderEntityId": 250}}}})
    assert isinstance(found, Pointer)
    assert (found.type, found.order_id) == ("order.placed", "250")


B2B = {"id": "9", "bcOrderId": "250", "totalIncTax": 72.6, "currencyCode": "USD"}


@pytest.mark.parametrize(
    "document",
    [{"code": 200, "data": B2B}, {"code": 200, "data": [B2B]}, {"data": {"allOrders": edges(B2B)}}],
)
def test_an_order_of_b2b_edition_points_to_the_shops_own(document: dict[str, Any]) -> None:
    found = news(document)
    assert isinstance(found, Pointer)
    assert found.order_id == "250"


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"site": {"order": None}}},
        {"data": {"site": {"cart": {"entityId": "c1", "amount": amount(5)}}}},
        {"data": {"id": "c1", "cart": {}, "grand_total": 5, "order_id": None}},
        hook("store/order/metafield/created", type="metafield", id=7),
    ],
)
def test_what_only_looks_like_an_order_is_none(document: dict[str, Any]) -> None:
    assert isinstance(told(document), Ignored)


def test_a_webhook_by_an_event_bus_is_the_same_webhook() -> None:
    found = news({"version": "0", "detail-type": "webhook", "detail": HOOK})
    assert isinstance(found, Pointer)
    assert (found.type, found.order_id) == ("order.placed", "250")


def test_the_parts_may_stand_beside_their_order() -> None:
    alone = {**ORDER, "products": LINK, "shipping_addresses": LINK, "coupons": LINK}
    found = news({"order": alone, "products": [PRODUCT], "coupons": ORDER["coupons"]})
    assert isinstance(found, OrderEvent)
    assert [line.title for line in found.order.lines] == ["Towel & Soap"]
    assert found.order.discounts[0].code == "S2"


def test_consignments_may_be_a_list() -> None:
    group = {**ADDRESS, "shipping_method": "Ground", "line_items": [PRODUCT]}
    found = order(
        {"products": LINK, "shipping_addresses": LINK, "consignments": [{"shipping": [group]}]}
    )
    assert len(found.lines) == 1
    assert found.shipping_address is not None
    assert found.shipping[0].title == "Ground"


def test_an_order_that_a_topic_promises_and_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match="no order"):
        told({"title": "Not authorised"}, "store/order/created")


def told_of(document: Any) -> str:
    return outcome(lambda: told(document), 422)


def test_damage_ends_in_news_a_reason_or_a_place() -> None:
    chance, seen = random.Random(250), Counter[str]()
    for _ in range(1_500):
        whole = chance.choice([ORDER, SHIPMENT, REFUND, STOREFRONT, HOOK])
        seen[told_of(damaged(whole, chance))] += 1
    assert set(seen) == {"refused", "tuple", "Ignored"}
    assert min(seen.values()) > 20


@pytest.mark.parametrize(
    ("told", "on"),
    [(b'{"data": {"invoice_email": true}}', True), (b'{"data": {"invoice_email": false}}', False)],
)
def test_the_confirmation_that_the_shop_sends_itself_is_known(told: bytes, on: bool) -> None:
    shop, answers = BigCommerceShop(), [Reply(200, {}, told), Reply(404, {}, b"{}")]
    assert held(shop.own_confirmation(Access()), lambda _: answers[0]) is on
    assert held(shop.own_confirmation(Access()), lambda _: answers[1]) is None
