"""Spree under its contracts, in every version, and over every real payload at hand."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from twofifty.adapters import registry
from twofifty.adapters.spree.shop import SpreeShop
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.shop import Access
from twofifty.intake.signature import Hashed
from twofifty.order.amend import amended
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, OrderEvent, Pointer
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import NOW, URL, SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/spree")
SPREE = registry.source("spree")
STATED = Stated("shop")

ADDRESS = {
    "first_name": "Alex",
    "last_name": "Example",
    "full_name": "Alex Example",
    "address1": "1 Main St",
    "city": "Springfield",
    "postal_code": "97477",
    "state_text": "OR",
    "country_code": "US",
    "phone": "+1 555 0100",
}
TEA: dict[str, Any] = {
    "id": "li_1",
    "variant_id": "variant_1",
    "quantity": 2,
    "name": "Tea &amp; more",
    "options_text": "Size: Large",
    "price": "10.0",
    "total": "19.44",
    "discount_total": "-2.0",
    "additional_tax_total": "1.44",
    "included_tax_total": "0.0",
    "discounted_amount": "18.0",
    "thumbnail_url": "https://shop.example.com/tea.png",
    "digital_links": [],
}
SENT: dict[str, Any] = {
    "id": "ful_1",
    "number": "R1-F1",
    "status": "fulfilled",
    "tracking": "1Z",
    "tracking_url": "https://track.example.com/1Z",
    "tracking_carrier_name": "UPS",
    "fulfilled_at": "2026-02-01T09:00:00Z",
    "delivered_at": None,
    "cost": "5.0",
    "items": [{"item_id": "li_1", "quantity": 2}],
    "delivery_method": {"name": "UPS Ground"},
}
PAYMENT: dict[str, Any] = {
    "id": "py_1",
    "status": "completed",
    "amount": "24.44",
    "source_type": "credit_card",
    "payment_method": {"name": "Credit Card"},
    "response_code": "ch_1",
}
# 20 goods + 5 delivery - 2 promotion + 1.44 tax
ORDER: dict[str, Any] = {
    "id": "or_1",
    "number": "R1",
    "email": "alex@example.com",
    "currency": "USD",
    "locale": "en",
    "status": "placed",
    "customer_note": "Ring twice",
    "fulfillment_status": "fulfilled",
    "payment_status": "paid",
    "completed_at": "2026-01-31T09:00:00.000Z",
    "canceled_at": None,
    "updated_at": "2026-01-31T09:05:00.000Z",
    "item_total": "20.0",
    "delivery_total": "5.0",
    "adjustment_total": "-0.56",
    "discount_total": "-2.0",
    "included_tax_total": "0.0",
    "additional_tax_total": "1.44",
    "fee_total": "0.0",
    "total": "24.44",
    "amount_due": "0.0",
    "gift_card_total": "0.0",
    "discounts": [{"id": "d_1", "name": "Spring", "code": "SPRING", "amount": "-2.0"}],
    "items": [TEA],
    "fulfillments": [SENT],
    "payments": [PAYMENT],
    "billing_address": ADDRESS,
    "shipping_address": ADDRESS,
}


def relation(kind: str, *ids: str) -> dict[str, Any]:
    return {"data": [{"id": each, "type": kind} for each in ids]}


# The JSON:API of version 4, as its webhooks and the Platform API write it.
RESOURCE: dict[str, Any] = {
    "event_id": "9",
    "event_type": "order.placed",
    "data": {
        "id": "56",
        "type": "order",
        "attributes": {
            "number": "R923",
            "email": "alex@example.com",
            "currency": "USD",
            "state": "complete",
            "payment_state": "balance_due",
            "shipment_state": "partial",
            "completed_at": "2026-01-31T09:00:00Z",
            "updated_at": "2026-01-31T09:05:00Z",
            "item_total": "20.0",
            "shipment_total": "5.0",
            "adjustment_total": "3.0",
            "promo_total": "0.0",
            "included_tax_total": "4.17",
            "additional_tax_total": "0.0",
            "total": "28.0",
            "payment_total": "0.0",
        },
        "relationships": {
            "user": {"data": {"id": "7", "type": "user"}},
            "bill_address": {"data": {"id": "79", "type": "address"}},
            "line_items": relation("line_item", "47"),
            "payments": relation("payment", "2"),
            "shipments": relation("shipment", "12", "13"),
        },
    },
    "included": [
        {
            "id": "47",
            "type": "line_item",
            "attributes": {"quantity": 2, "price": "10.0", "promo_total": "0.0"},
            "relationships": {"variant": {"data": {"id": "5", "type": "variant"}}},
        },
        {"id": "5", "type": "variant", "attributes": {"name": "Tea", "sku": "T-1"}},
        {
            "id": "2",
            "type": "payment",
            "attributes": {"amount": "28.0", "state": "pending"},
            "relationships": {"payment_method": {"data": {"id": "3", "type": "payment_method"}}},
        },
        {"id": "3", "type": "payment_method", "attributes": {"name": "Check"}},
        {
            "id": "12",
            "type": "shipment",
            "attributes": {"state": "shipped", "tracking": "A1", "cost": "5.0"},
        },
        {"id": "13", "type": "shipment", "attributes": {"state": "ready", "tracking": None}},
        {
            "id": "79",
            "type": "address",
            "attributes": {"firstname": "Alex", "lastname": "Example", "address1": "1 Main St"},
            "relationships": {"country": {"data": {"id": "1", "type": "country"}}},
        },
        {"id": "1", "type": "country", "attributes": {"iso": "US"}},
    ],
}
# The API v1, which Solidus has kept.
OLD: dict[str, Any] = {
    "id": 12,
    "number": "R12",
    "item_total": "20.0",
    "ship_total": "5.0",
    "total": "26.0",
    "adjustment_total": "1.0",
    "additional_tax_total": "3.0",
    "included_tax_total": "0.0",
    "promo_total": "-2.0",
    "payment_total": "20.0",
    "state": "complete",
    "payment_state": "balance_due",
    "shipment_state": "shipped",
    "currency": "USD",
    "email": "alex@example.com",
    "user_id": 3,
    "special_instructions": "Ring twice",
    "completed_at": "2026-01-31T09:00:00Z",
    "updated_at": "2026-01-31T09:05:00Z",
    "bill_address": {"full_name": "Alex Example", "country": {"iso": "US"}, "zipcode": "97477"},
    "line_items": [
        {
            "id": 5,
            "quantity": 2,
            "price": "10.0",
            "variant": {"name": "Tea", "sku": "T-1", "options_text": "Large"},
        }
    ],
    "adjustments": [
        {"id": 1, "label": "Promotion (Spring)", "amount": "-2.0"},
        {"id": 2, "label": "Sales tax", "amount": "3.0"},
    ],
    "payments": [
        {"id": 1, "amount": "26.0", "state": "completed", "payment_method": {"name": "Check"}},
        {"id": 2, "amount": "26.0", "state": "failed", "payment_method": {"name": "Check"}},
    ],
    "shipments": [
        {
            "id": 8,
            "number": "H1",
            "state": "shipped",
            "tracking": "1Z",
            "cost": "5.0",
            "selected_shipping_rate": {"name": "UPS Ground"},
        }
    ],
}


def event(name: str, data: object) -> dict[str, Any]:
    metadata = {"spree_version": "5.4.0"}
    return {"id": "e1", "name": name, "created_at": "2026-01-31T09:05:00Z", "data": data} | {
        "metadata": metadata
    }


def one(document: object, topic: str = "") -> Any:
    news = SPREE.read(topic, json.dumps(document).encode(), STATED)
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    return only


def order(changes: dict[str, Any], base: dict[str, Any] = ORDER) -> Any:
    news = one(event("order.completed", {**base, **changes}))
    assert isinstance(news, OrderEvent)
    return news.order


def reason(document: object, topic: str = "") -> str:
    read = SPREE.read(topic, json.dumps(document).encode(), STATED)
    assert isinstance(read, Ignored)
    return read.reason


class TestSpree(SourceContract):
    source = SPREE
    body = json.dumps(event("order.completed", ORDER)).encode()

    def test_the_schemes_of_earlier_versions_are_known(self) -> None:
        for scheme in (
            Hashed(header="x-spree-webhook-signature", form="hex"),
            Hashed(header="x-spree-hmac-sha256"),
        ):
            headers = scheme.signed(self.body, self.secret, url=URL, at=NOW)
            hook = Hook(headers, self.body, URL, NOW)
            assert SPREE.signature.verified(hook, Trust((self.secret,))) is True
            assert SPREE.signature.verified(hook, Trust((self.other_secret,))) is False


class TestSpreeJsonApi(SourceContract):
    source = SPREE
    body = json.dumps(RESOURCE).encode()


class TestSpreeOlderRest(SourceContract):
    source = SPREE
    body = json.dumps(OLD).encode()


class TestSpreeApi(ShopContract):
    source = SPREE
    shop = SpreeShop()
    access = Access(url="https://shop.example.com", key="sk_1")
    order_id = "or_1"
    replies: ClassVar = {
        "GET /api/v3/admin/orders/or_1": json.dumps(ORDER).encode(),
        "GET /api/v3/admin/orders": json.dumps(
            {"data": [ORDER], "meta": {"page": 1, "pages": 2}}
        ).encode(),
        "GET /api/v3/admin/orders#2": b'{"data": [], "meta": {"page": 2, "pages": 2}}',
        "POST /api/v3/admin/webhook_endpoints": b'{"id": "whe_1", "secret_key": "c0ffee"}',
        "GET /api/v3/admin/webhook_endpoints": json.dumps(
            {
                "data": [
                    {
                        "id": "whe_1",
                        "url": "https://orders.example.com/hooks/shop",
                        "active": True,
                        "subscriptions": SpreeShop.topics,
                    }
                ]
            }
        ).encode(),
    }


class TestSpreePlatformApi(ShopContract):
    source = SPREE
    shop = SpreeShop()
    access = Access(
        url="https://shop.example.com", key="client", secret="word", options={"api": "v2"}
    )
    order_id = "56"
    replies: ClassVar = {
        "POST /spree_oauth/token": b'{"access_token": "t", "expires_in": 7200}',
        "GET /api/v2/platform/orders/56": json.dumps(RESOURCE).encode(),
        "GET /api/v2/platform/orders": json.dumps(
            {**RESOURCE, "data": [RESOURCE["data"]], "meta": {"total_pages": 1}}
        ).encode(),
        "POST /api/v2/platform/webhooks/subscribers": b'{"data": {"id": "1", "attributes": {}}}',
        "GET /api/v2/platform/webhooks/subscribers": json.dumps(
            {
                "data": [
                    {
                        "id": "1",
                        "type": "subscriber",
                        "attributes": {
                            "url": "https://orders.example.com/hooks/shop",
                            "subscriptions": SpreeShop.topics,
                        },
                    }
                ]
            }
        ).encode(),
    }


def test_what_changed_is_asked_for_page_by_page() -> None:
    answer = Scripted(TestSpreeApi.replies)
    page = held(SpreeShop().changed(TestSpreeApi.access, SINCE, ""), answer)
    held(SpreeShop().changed(TestSpreeApi.access, SINCE, page.cursor or ""), answer)
    first, second = answer.asked
    assert "q%5Bupdated_at_gteq%5D=2026-01-01T00%3A00%3A00Z" in first.url
    assert "q%5Bupdated_at_gteq%5D=2026-01-31T09%3A04%3A59Z" in second.url
    assert first.headers["x-spree-api-key"] == "sk_1"


def test_an_order_is_the_same_in_every_envelope() -> None:
    plain = order({})
    documents = (ORDER, [ORDER], {"data": [ORDER], "meta": {}}, {"order": ORDER}, {"data": ORDER})
    for document in documents:
        assert one(document).order == plain
    assert one({"orders": [OLD], "count": 1}).order == one(OLD).order


def test_an_order_of_the_store_api_is_read_whole() -> None:
    it = order({})
    assert (it.id, it.number, it.currency, it.locale) == ("or_1", "R1", "USD", "en")
    assert (it.customer.name, it.customer.email) == ("Alex Example", "alex@example.com")
    assert (it.shipping_address.country, it.shipping_address.region) == ("US", "OR")
    assert (it.state.payment, it.state.fulfillment, it.state.draft) == ("paid", "fulfilled", False)
    (tea,) = it.lines
    assert (tea.title, tea.variant) == ("Tea & more", "Size: Large")
    assert (tea.unit_price, tea.discount, tea.total) == (10, 2, 18)
    assert (it.totals.subtotal, it.totals.discount, it.totals.shipping) == (20, 2, 5)
    assert (it.totals.tax, it.totals.tax_included) == (Decimal("1.44"), False)
    assert [(each.code, each.amount) for each in it.discounts] == [("SPRING", 2)]
    assert [(each.title, each.amount) for each in it.shipping] == [("UPS Ground", 5)]
    assert [(part.method, part.reference) for part in it.payments] == [("card", "py_1")]
    assert [(each.carrier, each.tracking_number) for each in it.parcels] == [("UPS", "1Z")]
    assert [(line.line_id, line.quantity) for line in it.parcels[0].lines] == [("li_1", 2)]
    assert difference(it) == 0


def test_json_api_is_read_with_what_it_includes() -> None:
    it = one(RESOURCE).order
    assert (it.id, it.number, it.customer.id) == ("56", "R923", "7")
    assert (it.lines[0].title, it.lines[0].sku, it.lines[0].total) == ("Tea", "T-1", 20)
    assert (it.billing_address.name, it.billing_address.country) == ("Alex Example", "US")
    assert [part.method for part in it.payments] == ["cheque"]
    assert (it.state.payment, it.state.fulfillment) == ("authorized", "partial")
    assert [each.tracking_number for each in it.parcels] == ["A1"]
    assert (it.totals.tax, it.totals.tax_included) == (Decimal("4.17"), True)
    assert [(each.title, each.amount) for each in it.fees] == [("Adjustment", 3)]
    assert difference(it) == 0


def test_an_older_document_is_read_and_what_is_missing_went_back() -> None:
    it = one(OLD).order
    assert (it.id, it.number, it.lines[0].variant) == ("12", "R12", "Large")
    assert (it.totals.subtotal, it.totals.discount, it.totals.tax) == (20, 2, 3)
    assert [(each.title, each.amount) for each in it.discounts] == [("Promotion (Spring)", 2)]
    assert (it.totals.paid, it.totals.refunded) == (26, 6)
    assert it.state.payment == "partially_refunded"
    assert len(it.payments) == 1
    assert difference(it) == 0


def test_what_staff_took_off_is_a_discount_and_a_fee_is_a_fee() -> None:
    less = order({"adjustment_total": "-3.56", "total": "21.44"})
    assert less.totals.discount == 5
    assert difference(less) == 0
    fee = {"id": "fee_1", "name": "Gift wrap", "amount": "4.0"}
    more = order({"fee_total": "4.0", "fees": [fee], "total": "28.44"})
    assert [(each.title, each.amount) for each in more.fees] == [("Gift wrap", 4)]
    assert difference(more) == 0
    adjusted = order(
        {"fee_total": "4.0", "fees": [fee], "adjustment_total": "3.44", "total": "28.44"}
    )
    assert adjusted.totals.fees == 4
    assert difference(adjusted) == 0


@pytest.mark.parametrize(
    ("changes", "payment"),
    [
        ({"payment_status": "balance_due", "payments": []}, "pending"),
        (
            {"payment_status": "balance_due", "payments": [{**PAYMENT, "status": "pending"}]},
            "authorized",
        ),
        (
            {"payment_status": "balance_due", "payments": [{**PAYMENT, "amount": "10.0"}]},
            "partially_paid",
        ),
        ({"payment_status": "credit_owed"}, "paid"),
        ({"payment_status": "void"}, "voided"),
        ({"payment_status": "failed", "payments": []}, "failed"),
        ({"payment_status": "none", "payments": []}, "pending"),
        ({"payment_status": None, "covered_by_store_credit": True}, "paid"),
        ({"payment_status": "something_new"}, None),
        ({"payment_status": "balance_due", "payment_total": "0.0"}, "refunded"),
    ],
)
def test_the_payment_is_the_orders_word_but_for_what_spree_calls_a_balance_due(
    changes: dict[str, Any], payment: str | None
) -> None:
    assert order(changes).state.payment == payment


def test_refunds_are_told_where_they_are_stated() -> None:
    back = {
        "id": "re_1",
        "amount": "5.0",
        "reason": {"name": "Broken"},
        "created_at": "2026-02-02T09:00:00Z",
    }
    it = order({"payments": [{**PAYMENT, "refunds": [back]}]})
    assert [(each.id, each.amount, each.reason) for each in it.refunds] == [("re_1", 5, "Broken")]
    assert (it.totals.refunded, it.state.payment) == (5, "partially_refunded")


def test_an_order_in_checkout_is_a_draft() -> None:
    for state in ("cart", "address", "delivery", "payment", "confirm", "draft"):
        assert order({"status": state, "completed_at": None}).state.draft is True
    assert order({"status": "complete"}).state.draft is False


def test_an_order_that_was_resumed_is_not_cancelled() -> None:
    when = "2026-02-01T09:00:00Z"
    assert order({"status": "canceled", "canceled_at": when}).state.cancelled_at is not None
    assert order({"status": "placed", "canceled_at": when}).state.cancelled_at is None
    assert order({"status": "canceled", "canceled_at": None}).state.cancelled_at is not None


def test_gift_cards_pay_and_do_not_change_the_total() -> None:
    it = order({"gift_card_total": "10.0", "amount_due": "14.44"})
    assert it.totals.gift_card is None
    assert [(part.method, part.amount) for part in it.payments][-1] == ("gift_card", 10)
    assert difference(it) == 0


@pytest.mark.parametrize("total", ["110.0", "23600", "98.400"])
def test_amounts_are_as_written(total: str) -> None:
    assert str(order({"total": total}).totals.total) == total


def test_an_order_without_its_goods_points_to_the_api() -> None:
    bare = {name: value for name, value in ORDER.items() if name != "items"}
    news = one(event("order.updated", bare))
    assert isinstance(news, Pointer)
    known: Any = news.order
    assert (news.order_id, known.totals.total) == ("or_1", Decimal("24.44"))
    unincluded = {name: value for name, value in RESOURCE.items() if name != "included"}
    assert isinstance(one(unincluded), Pointer)
    assert one(event("order.paid", {"id": "or_1"})) == Pointer(
        type="payment.paid", source="shop", order_id="or_1"
    )


def test_a_shipment_that_names_its_order_amends_it() -> None:
    news = one(event("shipment.shipped", {**SENT, "order_id": "or_1"}))
    assert isinstance(news, Amendment)
    after = amended(order({"fulfillments": []}), [news, news])
    assert [each.tracking_url for each in after.parcels] == ["https://track.example.com/1Z"]


def test_a_payment_that_names_its_order_points_to_it() -> None:
    news = one(event("payment.paid", {**PAYMENT, "order_id": "or_1"}))
    assert news == Pointer(type="payment.paid", source="shop", order_id="or_1")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("order.completed", "order.placed"),
        ("order.paid", "payment.paid"),
        ("order.canceled", "order.cancelled"),
        ("order.shipped", "shipment.created"),
        ("order.something_new", "order.updated"),
    ],
)
def test_the_event_says_what_happened(name: str, kind: str) -> None:
    assert one(event(name, ORDER)).type == kind
    assert one(ORDER, name).type == kind


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (event("payment.paid", PAYMENT), "a payment"),
        (event("shipment.shipped", SENT), "a shipment"),
        (event("shipment.created", {**SENT, "status": "unfulfilled", "fulfilled_at": None}), "not"),
        (event("payment_session.created", {"id": "ps_1", "order_id": "or_1"}), "not been made"),
        (event("product.updated", {"id": "prod_1"}), "a product"),
        (event("customer.created", {"id": "usr_1"}), "a customer"),
        (event("gift_card.created", {"id": "gc_1"}), "a gift card"),
        (event("webhook.test", {"message": "x"}), "a test"),
        ({**ORDER, "id": "cart_1", "completed_at": None}, "a cart"),
    ],
)
def test_what_is_no_order_says_what_it_is(document: Any, words: str) -> None:
    assert words in reason(document)


# Every payload at hand, by the beginning of its file's name; the longest that fits decides.
OUTCOMES = {
    "admin__api_v3_admin_channels": "a rule",
    "admin__api_v3_admin_gift_card": "a gift card",
    "admin__api_v3_admin_gift_card_batches": "gift cards",
    "admin__api_v3_admin_orders": "pointer",
    "admin__api_v3_admin_orders_order_id_fulfillments": "a shipment",
    "admin__api_v3_admin_orders_order_id_fulfillments_id_fulfill": "amendment",
    "admin__api_v3_admin_orders_order_id_fulfillments_post": "amendment",
    "admin__api_v3_admin_orders_order_id_gift_cards": "a gift card",
    "admin__api_v3_admin_orders_order_id_items": "a line",
    "admin__api_v3_admin_orders_order_id_payments": "a payment",
    "admin__api_v3_admin_orders_order_id_tax_lines": "a tax",
    "admin__api_v3_admin_webhook_endpoints": "a webhook",
    "admin__api_v3_admin_webhook_endpoints_webhook_endpoint_id": "a delivery",
    "platform__api_v2_platform_orders_get": "order",
    "platform__api_v2_platform_orders_id_empty": "order",
    "platform__api_v2_platform_orders_id": "pointer",
    "platform__api_v2_platform_shipments": "a shipment",
    "platform__api_v2_platform_webhooks_events": "a delivery",
    "platform__api_v2_platform_webhooks_subscribers": "a webhook",
    "store__api_v3_store_carts": "a cart",
    "store__api_v3_store_carts_cart_id_payments": "a payment",
    "store__api_v3_store_customers_me_gift_cards": "a gift card",
    "store__api_v3_store_customers_me_orders": "order",
    "store__api_v3_store_orders": "order",
}


def test_every_payload_at_hand_is_an_order_or_says_what_else_it_is() -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"no order payloads at {CORPUS}")
    seen: Counter[str] = Counter()
    for path in sorted(CORPUS.iterdir()):
        expected = OUTCOMES[max((each for each in OUTCOMES if path.stem.startswith(each)), key=len)]
        read = SPREE.read("", path.read_bytes(), STATED)
        if isinstance(read, Ignored):
            assert read.reason.startswith(expected), path.name
            seen["ignored"] += 1
            continue
        raw = json.loads(path.read_bytes())
        listed = raw.get("data", raw)
        listed = listed if isinstance(listed, list) else [listed]
        for news, each in zip(read, listed, strict=True):
            assert type(news).__name__.lower().removesuffix("event") == expected, path.name
            seen[expected] += 1
            if isinstance(news, Amendment):
                assert news.order_id == each["order_id"]
            else:
                _check_against(each, news.order)
    assert seen == {"order": 6, "pointer": 13, "amendment": 2, "ignored": 47}


def _check_against(raw: dict[str, Any], read: Any) -> None:
    said = raw.get("attributes", raw)
    assert (read.id, read.number) == (raw["id"], said["number"])
    assert (read.customer.email, read.currency) == (said["email"], said["currency"])
    assert read.totals.total == Decimal(said["total"])
    goods = [(line["id"], line["quantity"]) for line in raw.get("items", [])]
    assert [(line.id, line.quantity) for line in read.lines] == goods
    assert read.state.draft == (said["completed_at"] is None)
    assert difference(read) == 0
