"""Medusa under its contracts, in both versions, and over every real payload at hand."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from twofifty.adapters import registry
from twofifty.adapters.medusa.shop import MedusaShop
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.shop import Access
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, OrderEvent, Pointer
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/medusa")
MEDUSA = registry.source("medusa")
STATED = Stated("shop")

ADDRESS = {
    "first_name": "Alex",
    "last_name": "Example",
    "address_1": "1 Main St",
    "city": "Vienna",
    "postal_code": "1010",
    "country_code": "at",
    "province": None,
    "phone": "+431234567",
}
REFUND = {
    "id": "ref_1",
    "amount": 5,
    "note": "One was broken",
    "created_at": "2026-02-02T09:00:00Z",
}
PAYMENT: dict[str, Any] = {
    "id": "pay_1",
    "amount": 26.4,
    "provider_id": "pp_stripe_stripe",
    "captured_at": "2026-01-31T09:01:00Z",
    "canceled_at": None,
    "refunds": [],
}
SENT: dict[str, Any] = {
    "id": "ful_1",
    "packed_at": "2026-02-01T08:00:00Z",
    "shipped_at": "2026-02-01T09:00:00Z",
    "delivered_at": None,
    "canceled_at": None,
    "labels": [
        {"tracking_number": "3S1", "tracking_url": "https://track.example.com/3S1"},
        {"tracking_number": "3S2", "tracking_url": ""},
    ],
    "items": [{"line_item_id": "ordli_1", "quantity": 2, "title": "Tea"}],
}
TEA: dict[str, Any] = {
    "id": "ordli_1",
    "title": "Tea",
    "product_title": "Tea",
    "subtitle": "Large",
    "variant_title": "Large",
    "variant_sku": "T-1",
    "product_id": "prod_1",
    "thumbnail": "https://shop.example.com/tea.png",
    "quantity": 2,
    "unit_price": 10,
    "requires_shipping": True,
    "is_giftcard": False,
    "is_tax_inclusive": False,
    "subtotal": 20,
    "discount_total": 2.4,
    "discount_tax_total": 0.4,
    "tax_total": 3.6,
    "total": 21.6,
    "adjustments": [{"code": "SPRING", "amount": 2}],
    "detail": {"quantity": 2, "shipped_quantity": 2},
}
# 20 goods - 2 discount + 4 shipping + 4.4 tax = 26.4
ORDER: dict[str, Any] = {
    "id": "order_01A",
    "display_id": 42,
    "version": 2,
    "status": "pending",
    "email": "alex@example.com",
    "currency_code": "eur",
    "customer_id": "cus_1",
    "customer": {"id": "cus_1", "first_name": "Alex", "last_name": "Example"},
    "shipping_address": ADDRESS,
    "billing_address": ADDRESS,
    "payment_status": "captured",
    "fulfillment_status": "shipped",
    "created_at": "2026-01-31T09:00:00.000Z",
    "updated_at": "2026-01-31T09:05:00.000Z",
    "canceled_at": None,
    "items": [TEA],
    "shipping_methods": [
        {"id": "sm_1", "name": "Post", "amount": 4, "subtotal": 4, "total": 4.8, "adjustments": []}
    ],
    "fulfillments": [SENT],
    "payment_collections": [{"id": "paycol_1", "payments": [PAYMENT]}],
    "summary": {"paid_total": 26.4, "refunded_total": 0, "current_order_total": 26.4},
    "total": 26.4,
    "subtotal": 24,
    "tax_total": 4.4,
    "discount_total": 2.4,
    "discount_tax_total": 0.4,
    "item_total": 21.6,
    "item_subtotal": 20,
    "original_item_total": 24,
    "shipping_total": 4.8,
    "shipping_subtotal": 4,
    "original_shipping_total": 4.8,
    "gift_card_total": 0,
}
OLD: dict[str, Any] = {
    "object": "order",
    "id": "order_01B",
    "display_id": 7,
    "status": "pending",
    "email": "alex@example.com",
    "currency_code": "usd",
    "payment_status": "awaiting",
    "fulfillment_status": "not_fulfilled",
    "shipping_address": ADDRESS,
    "discounts": [{"code": "SPRING", "rule": {"description": "Spring sale"}}],
    "gift_cards": [{"code": "GIFT"}],
    "shipping_methods": [{"price": 500, "shipping_option": {"name": "Ground"}}],
    "payments": [{"id": "pay_9", "amount": 1400, "provider_id": "stripe", "canceled_at": None}],
    "refunds": [{"id": "ref_9", "amount": 300, "reason": "return"}],
    "fulfillments": [
        {
            "id": "ful_9",
            "shipped_at": "2026-02-01T09:00:00Z",
            "tracking_links": [{"tracking_number": "1Z", "url": "https://track.example.com/1Z"}],
            "items": [{"item_id": "item_1", "quantity": 1}],
        }
    ],
    "items": [
        {
            "id": "item_1",
            "title": "Tea",
            "description": "Large",
            "thumbnail": None,
            "quantity": 2,
            "unit_price": 1000,
            "subtotal": 2000,
            "discount_total": 200,
            "variant": {"title": "Large", "sku": "T-1", "product_id": "prod_1"},
        }
    ],
    "subtotal": 2000,
    "discount_total": 200,
    "shipping_total": 500,
    "tax_total": 100,
    "gift_card_total": 1000,
    "total": 1400,
    "paid_total": 0,
    "refunded_total": 300,
    "created_at": "2026-01-31T09:00:00.000Z",
    "updated_at": "2026-01-31T09:05:00.000Z",
}


def one(document: object, topic: str = "", stated: Stated = STATED) -> Any:
    news = MEDUSA.read(topic, json.dumps(document).encode(), stated)
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    return only


def order(changes: dict[str, Any], base: dict[str, Any] = ORDER, version: str = "") -> Any:
    stated = Stated("shop", options={"version": version} if version else {})
    news = one({"name": "order.placed", "data": {**base, **changes}}, stated=stated)
    assert isinstance(news, OrderEvent)
    return news.order


class TestMedusa(SourceContract):
    source = MEDUSA
    body = json.dumps({"name": "order.placed", "data": ORDER}).encode()

    def test_a_token_will_do_where_nothing_is_signed(self) -> None:
        hook = Hook({"authorization": f"Bearer {self.secret}"}, self.body)
        assert MEDUSA.signature.verified(hook, Trust((self.secret,))) is True
        assert MEDUSA.signature.verified(hook, Trust((self.other_secret,))) is False


class TestMedusaVersion1(SourceContract):
    source = MEDUSA
    body = json.dumps({"order": OLD}).encode()


class TestMedusaApi(ShopContract):
    source = MEDUSA
    shop = MedusaShop()
    access = Access(url="https://shop.example.com", key="sk_1")
    order_id = "order_01A"
    replies: ClassVar = {
        "GET /admin/orders/order_01A": json.dumps({"order": ORDER}).encode(),
        "GET /admin/orders": json.dumps(
            {"orders": [ORDER], "count": 2, "offset": 0, "limit": 1}
        ).encode(),
        "GET /admin/orders#2": b'{"orders": [], "count": 1, "offset": 1}',
    }


class TestMedusaApiOfVersion1(ShopContract):
    source = MEDUSA
    shop = MedusaShop()
    access = Access(url="https://shop.example.com", key="token", options={"version": "1"})
    order_id = "order_01B"
    replies: ClassVar = {
        "GET /admin/orders/order_01B": json.dumps({"order": OLD}).encode(),
        "GET /admin/orders": b'{"orders": [{"id": "order_01B"}], "count": 1, "offset": 0}',
    }


def test_each_version_is_asked_in_its_own_way() -> None:
    asked = []
    for suite in (TestMedusaApi, TestMedusaApiOfVersion1):
        answer = Scripted(suite.replies)
        held(suite.shop.changed(suite.access, SINCE, ""), answer)
        asked.append(answer.asked[0])
    newer, older = asked
    assert "updated_at%5B%24gte%5D=2026-01-01T00%3A00%3A00Z" in newer.url
    assert newer.headers["authorization"] == "Basic c2tfMTo="
    assert "updated_at%5Bgte%5D=2026-01-01T00%3A00%3A00Z" in older.url
    assert older.headers == {"x-medusa-access-token": "token"}


def test_a_payment_leads_to_its_order() -> None:
    replies = {
        **TestMedusaApi.replies,
        "GET /admin/payments/pay_1": json.dumps(
            {"payment": {"id": "pay_1", "payment_collection": {"order": {"id": "order_01A"}}}}
        ).encode(),
    }
    document = held(MedusaShop().order(TestMedusaApi.access, "pay_1"), Scripted(replies))
    assert document is not None
    assert json.loads(document)["order"]["id"] == "order_01A"


def test_an_order_is_the_same_in_every_envelope() -> None:
    plain = order({})
    envelopes: list[Any] = [
        ORDER,
        [ORDER],
        {"order": ORDER},
        {"orders": [ORDER], "count": 1},
        {"type": "order", "order": ORDER},
        {"type": "order.placed", "data": {"object": ORDER}},
        {"event": "order.placed", "payload": {"order": ORDER}},
        {"name": "shipment.created", "data": {"id": "ful_1", "order": ORDER}},
    ]
    for document in envelopes:
        assert one(document).order == plain, document


def test_an_order_of_version_2_is_read_whole() -> None:
    it = order({})
    assert (it.id, it.number, it.currency) == ("order_01A", "42", "EUR")
    assert (it.customer.name, it.customer.email) == ("Alex Example", "alex@example.com")
    assert it.shipping_address.country == "AT"
    assert (it.state.payment, it.state.fulfillment) == ("paid", "fulfilled")
    (tea,) = it.lines
    assert (tea.title, tea.variant, tea.sku) == ("Tea", "Large", "T-1")
    assert (tea.unit_price, tea.discount, tea.total) == (10, 2, 18)
    assert (it.totals.subtotal, it.totals.discount, it.totals.shipping) == (20, 2, 4)
    assert (it.totals.tax, it.totals.tax_included) == (Decimal("4.4"), False)
    assert [(each.code, each.amount) for each in it.discounts] == [("SPRING", 2)]
    assert [(part.method, part.reference) for part in it.payments] == [("card", "pay_1")]
    assert difference(it) == 0


def test_prices_with_tax_are_shown_with_tax() -> None:
    tea = {**TEA, "is_tax_inclusive": True, "unit_price": 12}
    it = order({"items": [tea]})
    assert (it.lines[0].unit_price, it.lines[0].discount) == (12, Decimal("2.4"))
    assert it.lines[0].total == Decimal("21.6")
    assert (it.totals.subtotal, it.totals.tax_included) == (24, True)
    assert difference(it) == 0


def test_unrounded_figures_are_rounded_and_say_by_how_much() -> None:
    it = order(
        {
            "item_subtotal": 9.994,
            "discount_total": 0,
            "discount_tax_total": 0,
            "shipping_subtotal": 4.994,
            "tax_total": 2.997,
            "total": 17.985,
        }
    )
    totals = (it.totals.subtotal, it.totals.shipping, it.totals.tax, it.totals.total)
    assert [str(each) for each in totals] == ["9.99", "4.99", "3.00", "17.99"]
    assert str(it.totals.rounding) == "0.01"
    assert difference(it) == 0


def test_a_figure_may_stand_in_an_object_of_its_own() -> None:
    assert order({"total": {"value": "26.4", "precision": 20}}) == order({})


def test_figures_that_do_not_add_up_stay_as_they_are() -> None:
    it = order({"total": 99})
    assert it.totals.rounding is None
    assert difference(it) == Decimal("72.6")


def test_an_order_of_version_1_is_in_minor_units() -> None:
    it = order({}, OLD)
    assert (it.totals.total, it.totals.subtotal, it.totals.gift_card) == (14, 20, 10)
    assert (it.totals.discount, it.totals.tax, it.totals.refunded) == (2, 1, 3)
    assert (it.lines[0].unit_price, it.lines[0].discount, it.lines[0].total) == (10, 2, 18)
    assert [(each.code, each.title) for each in it.discounts] == [("SPRING", "Spring sale")]
    assert it.state.payment == "authorized"
    assert [(each.id, each.amount) for each in it.refunds] == [("ref_9", 3)]
    assert it.parcels[0].tracking_url == "https://track.example.com/1Z"
    assert difference(it) == 0


@pytest.mark.parametrize(
    ("currency", "total"),
    [("jpy", "1400"), ("kwd", "1.400"), ("eur", "14.00"), ("huf", "1400"), ("isk", "1400")],
)
def test_how_many_minor_units_make_one_is_medusas_own(currency: str, total: str) -> None:
    assert str(order({"currency_code": currency}, OLD).totals.total) == total


def test_the_shop_may_say_which_version_it_is() -> None:
    bare = {"currency_code": "eur", "id": "order_1", "items": [], "total": 1400}
    assert order({}, bare).totals.total == 1400
    assert order({}, bare, version="1").totals.total == 14
    assert order({}, bare, version="2").totals.total == 1400


@pytest.mark.parametrize(
    ("status", "payment"),
    [
        ("not_paid", "pending"),
        ("awaiting", "pending"),
        ("authorized", "authorized"),
        ("partially_captured", "partially_paid"),
        ("partially_refunded", "partially_refunded"),
        ("refunded", "refunded"),
        ("canceled", "voided"),
        ("something_new", "paid"),
    ],
)
def test_the_payment_is_the_orders_word_or_what_was_paid(status: str, payment: str) -> None:
    assert order({"payment_status": status}).state.payment == payment


def test_refunds_are_those_of_its_payments() -> None:
    paid = {"payments": [{**PAYMENT, "refunds": [REFUND]}]}
    it = order({"payment_collections": [paid], "summary": {"paid_total": 26.4}})
    assert [(each.id, each.amount, each.reason) for each in it.refunds] == [
        ("ref_1", 5, "One was broken")
    ]
    assert it.totals.refunded == 5


def test_a_fulfilment_is_a_parcel_once_it_was_shipped() -> None:
    packed = {**SENT, "id": "ful_2", "shipped_at": None}
    gone = {**SENT, "id": "ful_3", "canceled_at": "2026-02-01T10:00:00Z"}
    there = {**SENT, "id": "ful_4", "delivered_at": "2026-02-03T10:00:00Z", "labels": []}
    it = order({"fulfillments": [SENT, packed, gone, there]})
    assert [(each.id, each.tracking_number, each.status) for each in it.parcels] == [
        ("ful_1", "3S1", None),
        ("ful_1-2", "3S2", None),
        ("ful_4", None, "delivered"),
    ]
    assert [len(each.lines) for each in it.parcels] == [1, 0, 1]


def test_an_order_that_is_cancelled_or_a_draft_says_so() -> None:
    assert order({"status": "canceled"}).state.cancelled_at is not None
    assert order({"status": "draft", "is_draft_order": True}).state.draft is True
    assert (order({}).state.cancelled_at, order({}).state.draft) == (None, False)


@pytest.mark.parametrize(
    ("document", "kind", "order_id"),
    [
        ({"name": "order.placed", "data": {"id": "order_1"}}, "order.placed", "order_1"),
        ({"name": "order.canceled", "data": {"id": "order_1"}}, "order.cancelled", "order_1"),
        (
            {"name": "order.fulfillment_created", "data": {"order_id": "order_1"}},
            "order.updated",
            "order_1",
        ),
        ({"name": "order-edit.confirmed", "data": {"order_id": "o"}}, "order.updated", "o"),
        ({"name": "payment.captured", "data": {"id": "pay_1"}}, "payment.paid", "pay_1"),
        ({"name": "payment.refunded", "data": {"id": "pay_1"}}, "order.refunded", "pay_1"),
        (
            {"name": "shipment.created", "data": {"id": "ful_1", "order": {"id": "order_1"}}},
            "shipment.created",
            "order_1",
        ),
        (
            {"name": "order.shipment_created", "data": {"id": "order_1", "fulfillment_id": "f"}},
            "shipment.created",
            "order_1",
        ),
    ],
)
def test_an_event_that_only_names_something_points_to_it(
    document: Any, kind: str, order_id: str
) -> None:
    assert one(document) == Pointer(type=kind, source="shop", order_id=order_id)  # type: ignore[arg-type]


def test_the_event_may_stand_in_a_header() -> None:
    assert one({"id": "order_1"}, "order.canceled").type == "order.cancelled"
    hook = Hook({"x-medusa-event": "order.placed", "x-medusa-event-id": "e1"}, b"")
    assert (MEDUSA.topic(hook), MEDUSA.event_id(hook)) == ("order.placed", "e1")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"name": "cart.updated", "data": {"id": "cart_1"}}, "a cart"),
        ({"name": "customer.created", "data": {"id": "cus_1"}}, "a customer"),
        ({"name": "product.updated", "data": {"id": "prod_1"}}, "a product"),
        ({"name": "shipment.created", "data": {"id": "ful_1"}}, "does not name its order"),
        ({"draft_order": {"id": "dorder_1"}}, "a draft"),
    ],
)
def test_what_is_no_order_says_what_it_is(document: Any, words: str) -> None:
    read = MEDUSA.read("", json.dumps(document).encode(), STATED)
    assert isinstance(read, Ignored)
    assert words in read.reason


# Every payload at hand, by its file's name.
REASONS = {
    "cart": "a cart",
    "customer": "a customer",
    "discount": "a discount",
    "draft_order": "a draft",
    "gift_card": "a gift card",
    "line_item": "a line of",
    "notification": "a notice",
    "order_edit": "an edit",
    "store_order_edit": "an edit",
    "payment_collection": "a collection of payments",
    "return": "a return",
    "swap": "an exchange",
}


def test_every_payload_at_hand_is_an_order_or_says_what_else_it_is() -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"no order payloads at {CORPUS}")
    seen: Counter[str] = Counter()
    for path in sorted(CORPUS.iterdir()):
        read = MEDUSA.read("", path.read_bytes(), STATED)
        name = path.stem.partition("__")[2]
        if isinstance(read, Ignored):
            assert read.reason.startswith(REASONS[name]), name
            seen["ignored"] += 1
            continue
        (news,) = read
        assert isinstance(news, OrderEvent)
        _check_against(json.loads(path.read_bytes()), news.order)
        seen["order"] += 1
    assert seen == {"order": 1, "ignored": 12}


def _check_against(raw: dict[str, Any], read: Any) -> None:
    assert (read.id, read.number) == (raw["id"], str(raw["display_id"]))
    assert (read.customer.email, read.currency) == (raw["email"], raw["currency_code"].upper())
    assert read.totals.total * 100 == raw["total"]
    assert [(line.id, line.quantity) for line in read.lines] == [
        (item["id"], item["quantity"]) for item in raw["items"]
    ]
    assert difference(read) == 0
