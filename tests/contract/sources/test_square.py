"""Square under its contracts, over its documented payloads and over every real one at hand."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from twofifty.adapters import registry
from twofifty.adapters.square.shop import SquareShop
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.shop import Access
from twofifty.order.amend import amended
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import NOW, SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/square")
SQUARE = registry.source("square")
STATED = Stated("shop")


def usd(cents: int, currency: str = "USD") -> dict[str, Any]:
    return {"amount": cents, "currency": currency}


TEA: dict[str, Any] = {
    "uid": "L1",
    "name": "Tea",
    "quantity": "2",
    "catalog_object_id": "CAT1",
    "variation_name": "Large",
    "item_type": "ITEM",
    "note": "Wrap it",
    "modifiers": [{"uid": "m", "name": "Honey", "quantity": "2", "base_price_money": usd(25)}],
    "base_price_money": usd(1000),
    "gross_sales_money": usd(2100),
    "total_discount_money": usd(100),
    "total_tax_money": usd(160),
    "total_service_charge_money": usd(0),
    "total_money": usd(2160),
}
CARD: dict[str, Any] = {
    "uid": "L2",
    "name": "Gift card",
    "quantity": "1",
    "item_type": "GIFT_CARD",
    "base_price_money": usd(2500),
    "gross_sales_money": usd(2500),
    "total_discount_money": usd(0),
    "total_tax_money": usd(0),
    "total_money": usd(2500),
}
SHIPMENT: dict[str, Any] = {
    "uid": "F1",
    "type": "SHIPMENT",
    "state": "COMPLETED",
    "entries": [{"uid": "e", "line_item_uid": "L1", "quantity": "2"}],
    "shipment_details": {
        "carrier": "UPS",
        "shipping_type": "Ground",
        "tracking_number": "1Z999",
        "tracking_url": "https://track.example.com/1Z999",
        "recipient": {
            "display_name": "Alex Example",
            "email_address": "alex@example.com",
            "phone_number": "+1 555 0100",
            "address": {
                "address_line_1": "1 Main St",
                "locality": "Springfield",
                "administrative_district_level_1": "OR",
                "postal_code": "97477",
                "country": "US",
            },
        },
    },
}
TENDER: dict[str, Any] = {
    "id": "T1",
    "payment_id": "PAY1",
    "type": "CARD",
    "amount_money": usd(5462),
    "card_details": {"status": "CAPTURED", "card": {"card_brand": "VISA", "last_4": "1111"}},
}
ORDER: dict[str, Any] = {
    "id": "ORD1",
    "location_id": "LOC1",
    "reference_id": "2026-0042",
    "customer_id": "CUST1",
    "state": "OPEN",
    "version": 4,
    "created_at": "2026-01-31T09:00:00.000Z",
    "updated_at": "2026-01-31T09:05:00.000Z",
    "line_items": [TEA, CARD],
    "taxes": [
        {
            "uid": "t",
            "name": "Sales tax",
            "percentage": "8",
            "type": "ADDITIVE",
            "applied_money": usd(160),
        }
    ],
    "discounts": [{"uid": "d", "name": "Spring", "scope": "ORDER", "applied_money": usd(100)}],
    "service_charges": [
        {"uid": "s", "name": "Shipping", "applied_money": usd(500)},
        {"uid": "w", "name": "Gift wrap", "applied_money": usd(200)},
    ],
    "fulfillments": [SHIPMENT],
    "tenders": [TENDER],
    "total_money": usd(5462),
    "total_tax_money": usd(160),
    "total_discount_money": usd(100),
    "total_service_charge_money": usd(700),
    "total_tip_money": usd(100),
    "rounding_adjustment": {"name": "Cash", "amount_money": usd(2)},
    "net_amount_due_money": usd(0),
    "metadata": {"cart": "7"},
}
CUSTOMER: dict[str, Any] = {
    "id": "CUST1",
    "given_name": "Alex",
    "family_name": "Example",
    "email_address": "alex@example.com",
    "preferences": {"email_unsubscribed": True},
}
PAYMENT: dict[str, Any] = {
    "id": "PAY1",
    "order_id": "ORD1",
    "status": "COMPLETED",
    "source_type": "CARD",
    "total_money": usd(5462),
    "amount_money": usd(5462),
    "buyer_email_address": "payer@example.com",
    "refund_ids": ["REF1"],
    "receipt_url": "https://squareup.com/receipt/preview/PAY1",
    "created_at": "2026-01-31T09:04:00.000Z",
    "updated_at": "2026-01-31T09:04:30.000Z",
}
REFUND: dict[str, Any] = {
    "id": "REF1",
    "payment_id": "PAY1",
    "order_id": "RETURN1",
    "status": "COMPLETED",
    "amount_money": usd(1000),
    "reason": "Broken",
    "created_at": "2026-02-01T09:00:00.000Z",
    "updated_at": "2026-02-01T09:10:00.000Z",
}


def hook(kind: str, **objects: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "event_id": "e1",
        "merchant_id": "M1",
        "created_at": "2026-01-31T09:05:00Z",
        "data": {"type": kind.split(".")[0], "id": "x", "object": objects},
    }


def told(document: object, stated: Stated = STATED) -> tuple[News, ...] | Ignored:
    return SQUARE.read("", json.dumps(document).encode(), stated)


def one(document: object, stated: Stated = STATED) -> News:
    news = told(document, stated)
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    return only


def order(changes: dict[str, Any] | None = None, **beside: Any) -> Order:
    news = one({"order": {**ORDER, **(changes or {})}, **beside})
    assert isinstance(news, OrderEvent)
    return news.order


def amendment(document: object) -> Amendment:
    news = one(document)
    assert isinstance(news, Amendment)
    return news


class TestSquare(SourceContract):
    source = SQUARE
    body = json.dumps({"order": ORDER}).encode()

    def test_the_url_is_signed_too(self) -> None:
        given = self.hook(self.body)
        elsewhere = Hook(given.headers, self.body, "https://orders.example.com/hooks/other", NOW)
        assert SQUARE.signature.verified(given, Trust((self.secret,))) is True
        assert SQUARE.signature.verified(elsewhere, Trust((self.secret,))) is False


class TestSquareApi(ShopContract):
    source = SQUARE
    shop = SquareShop()
    access = Access(key="token-of-access")
    order_id = "ORD1"
    replies: ClassVar = {
        "GET /v2/orders/ORD1": json.dumps({"order": ORDER}).encode(),
        "GET /v2/customers/CUST1": json.dumps({"customer": CUSTOMER}).encode(),
        "GET /v2/payments/PAY1": json.dumps({"payment": PAYMENT}).encode(),
        "GET /v2/refunds/REF1": json.dumps({"refund": REFUND}).encode(),
        "GET /v2/locations": b'{"locations": [{"id": "LOC1", "status": "ACTIVE"}]}',
        "POST /v2/orders/search": json.dumps({"orders": [ORDER], "cursor": "next"}).encode(),
        "POST /v2/orders/search#2": json.dumps(
            {"orders": [{**ORDER, "id": "TILL1", "version": None}, {"id": "TILL2"}]}
        ).encode(),
        "POST /v2/webhooks/subscriptions": b'{"subscription": {"id": "S", "signature_key": "k"}}',
        "GET /v2/webhooks/subscriptions": json.dumps(
            {
                "subscriptions": [
                    {
                        "id": "S",
                        "enabled": True,
                        "event_types": list(SquareShop.topics),
                        "notification_url": "https://orders.example.com/hooks/shop",
                    }
                ]
            }
        ).encode(),
    }

    def test_sales_at_the_till_are_left_out_unless_they_are_wanted(self) -> None:
        till = {name: value for name, value in ORDER.items() if name != "version"}
        found = {**self.replies, "POST /v2/orders/search": json.dumps({"orders": [till]}).encode()}
        assert held(self.shop.changed(self.access, SINCE, ""), Scripted(found)).documents == ()
        wanted = Access(key="k", options={"orders_from": "payments"})
        assert len(held(self.shop.changed(wanted, SINCE, ""), Scripted(found)).documents) == 1

    def test_named_locations_need_no_question(self) -> None:
        answer = Scripted(self.replies)
        named = Access(key="k", options={"locations": "LOC1, LOC2"})
        held(self.shop.changed(named, SINCE, ""), answer)
        assert json.loads(answer.asked[0].body)["location_ids"] == ["LOC1", "LOC2"]

    def test_customer_payments_and_refunds_come_with_the_order(self) -> None:
        document = held(self.shop.order(self.access, "ORD1"), Scripted(self.replies))
        assert document is not None
        news = one(json.loads(document))
        assert isinstance(news, OrderEvent)
        assert news.order.customer.name == "Alex Example"
        assert [each.id for each in news.order.refunds] == ["REF1"]
        assert news.order.state.payment == "partially_refunded"

    def test_a_subscription_that_is_switched_off_says_so(self) -> None:
        off = {"id": "S", "enabled": False, "event_types": ["order.created"]}
        body = json.dumps({"subscriptions": [off]}).encode()
        answer = Scripted({"GET /v2/webhooks/subscriptions": body})
        assert [each.active for each in held(self.shop.hooks(self.access), answer)] == [False]


def test_an_order_is_read_with_all_that_it_says() -> None:
    read = order(customer=CUSTOMER)
    assert (read.id, read.number, read.currency, read.revision) == ("ORD1", "2026-0042", "USD", 4)
    assert (read.customer.email, read.customer.name) == ("alex@example.com", "Alex Example")
    assert read.customer.consent == {"marketing": False}
    totals = read.totals
    assert (totals.total, totals.subtotal) == (Decimal("54.62"), Decimal("46.00"))
    assert (totals.shipping, totals.fees, totals.tip) == (Decimal(5), Decimal(2), Decimal(1))
    assert (totals.rounding, totals.due, totals.tax_included) == (
        Decimal("0.02"),
        Decimal(0),
        False,
    )
    assert difference(read) == 0
    tea, card = read.lines
    assert (tea.unit_price, tea.total, tea.discount) == (Decimal("10.50"), Decimal(20), Decimal(1))
    assert (tea.variant, tea.attributes) == ("Large, Honey", {"Note": "Wrap it"})
    assert (card.gift_card, card.digital, tea.gift_card) == (True, True, False)
    assert [(each.title, each.rate) for each in read.taxes] == [("Sales tax", Decimal("0.08"))]
    assert [each.title for each in read.fees] == ["Gift wrap"]
    assert [each.title for each in read.shipping] == ["Shipping"]
    assert [(each.method, each.title, each.reference) for each in read.payments] == [
        ("card", "VISA 1111", "PAY1")
    ]


def test_the_recipient_or_the_payer_is_written_to_where_there_is_no_customer() -> None:
    assert order(customer=None).customer.email == "alex@example.com"
    read = order({"fulfillments": []}, payments=[PAYMENT])
    assert read.customer.email == "payer@example.com"
    assert order({"fulfillments": []}).customer.email is None


def test_a_shipment_is_a_parcel_with_its_lines() -> None:
    read = order()
    (parcel,) = read.parcels
    assert (parcel.id, parcel.carrier, parcel.tracking_number) == ("F1", "UPS", "1Z999")
    assert [(each.line_id, str(each.quantity)) for each in parcel.lines] == [("L1", "2")]
    assert read.shipping_address is not None
    assert (read.shipping_address.name, read.shipping_address.city) == (
        "Alex Example",
        "Springfield",
    )


@pytest.mark.parametrize(
    ("states", "fulfillment", "parcels"),
    [
        (["PROPOSED"], "unfulfilled", 0),
        (["COMPLETED"], "fulfilled", 1),
        (["COMPLETED", "PROPOSED"], "partial", 1),
        (["COMPLETED", "CANCELED"], "fulfilled", 1),
        (["CANCELED"], None, 0),
        ([], None, 0),
    ],
)
def test_fulfilments_say_what_has_left(
    states: list[str], fulfillment: str | None, parcels: int
) -> None:
    details = {"recipient": {"display_name": "Alex Example"}}
    every = [{**SHIPMENT, "state": state, "shipment_details": details} for state in states]
    read = order({"fulfillments": every})
    assert (read.state.fulfillment, len(read.parcels)) == (fulfillment, parcels)


def test_a_pickup_says_when() -> None:
    pickup = {
        "uid": "F2",
        "type": "PICKUP",
        "state": "PROPOSED",
        "pickup_details": {"pickup_at": "2026-02-01T10:00:00Z", "recipient": {"display_name": "A"}},
    }
    (way,) = order({"fulfillments": [pickup], "service_charges": []}).shipping
    assert way.title == "Pickup"
    assert way.estimate is not None
    assert way.estimate.earliest == "2026-02-01T10:00:00Z"


@pytest.mark.parametrize(
    ("changes", "payment"),
    [
        ({}, "paid"),
        ({"net_amount_due_money": None}, "paid"),
        ({"tenders": [], "net_amount_due_money": usd(5462)}, "pending"),
        ({"tenders": [], "net_amount_due_money": None}, "pending"),
        ({"net_amount_due_money": usd(1000)}, "partially_paid"),
        (
            {"tenders": [{**TENDER, "amount_money": usd(10)}], "net_amount_due_money": None},
            "partially_paid",
        ),
        ({"tenders": [{**TENDER, "card_details": {"status": "AUTHORIZED"}}]}, "authorized"),
        ({"tenders": [{**TENDER, "card_details": {"status": "VOIDED"}}]}, "voided"),
        ({"tenders": [{**TENDER, "card_details": {"status": "FAILED"}}]}, "failed"),
        ({"tenders": [], "total_money": usd(0), "net_amount_due_money": None}, "paid"),
        ({"refunds": [{**REFUND, "amount_money": usd(5462)}]}, "refunded"),
        ({"refunds": [REFUND]}, "partially_refunded"),
        ({"refunds": [{**REFUND, "status": "REJECTED"}]}, "paid"),
    ],
)
def test_tenders_refunds_and_what_is_due_say_how_an_order_stands(
    changes: dict[str, Any], payment: str
) -> None:
    assert order(changes).state.payment == payment


def test_cancelled_orders_and_drafts_say_so() -> None:
    cancelled = order({"state": "CANCELED", "closed_at": "2026-01-31T10:00:00Z"}).state
    assert cancelled.cancelled_at is not None
    assert cancelled.cancelled_at.hour == 10
    assert order({"state": "DRAFT"}).state.draft
    assert not order().state.draft


def taxed(gross: int, total: int, kinds: tuple[str, ...] = ("INCLUSIVE",)) -> Order:
    line = {
        **CARD,
        "gross_sales_money": usd(gross, "EUR"),
        "total_money": usd(total, "EUR"),
        "total_tax_money": usd(200, "EUR"),
        "total_discount_money": usd(0, "EUR"),
    }
    taxes = [{"type": kind, "name": kind, "applied_money": usd(100, "EUR")} for kind in kinds]
    changes = {"line_items": [line], "taxes": taxes, "total_money": usd(total, "EUR")}
    none = ("service_charges", "rounding_adjustment", "discounts", "refunds", "tenders")
    gone: dict[str, Any] = {name: [] for name in none}
    zero = {
        "total_service_charge_money": usd(0),
        "total_tip_money": usd(0),
        "total_discount_money": usd(0),
        "total_tax_money": usd(200),
    }
    return order({**gone, **zero, **changes})


def test_an_inclusive_tax_is_within_the_gross_in_europe_and_out_of_it_in_america() -> None:
    europe, america = taxed(1200, 1200), taxed(1000, 1200)
    assert (europe.totals.tax_included, america.totals.tax_included) == (True, False)
    assert [difference(europe), difference(america)] == [0, 0]


def test_the_price_of_one_is_shown_where_it_gives_the_line() -> None:
    def price(base: int, gross: int, quantity: str) -> Decimal | None:
        line = {"base_price_money": usd(base), "gross_sales_money": usd(gross)}
        (read,) = order({"line_items": [{**line, "quantity": quantity}]}).lines
        return read.unit_price

    assert price(1000, 2000, "2") == Decimal("10.00")
    assert price(1500, 2000, "1.333") == Decimal("15.00")
    assert price(1000, 909, "1") is None


def test_of_mixed_taxes_those_that_are_added_are_added() -> None:
    mixed = taxed(1100, 1200, ("INCLUSIVE", "ADDITIVE"))
    assert (mixed.totals.tax, mixed.totals.tax_included) == (Decimal(1), False)
    assert difference(mixed) == 0
    assert len(mixed.taxes) == 2


def test_yen_and_dinars_have_their_own_units() -> None:
    def total(amount: int, code: str) -> Decimal:
        names = ("total_money", "net_amount_due_money")
        money = {name: usd(amount, code) for name in names}
        return order({**money, "line_items": [], "tenders": []}).totals.total

    assert total(2360, "JPY") == Decimal(2360)
    assert total(12345, "KWD") == Decimal("12.345")


def test_weighed_goods_are_no_whole_number() -> None:
    line = {**CARD, "quantity": "1.70000", "gross_sales_money": usd(4250)}
    (weighed,) = order({"line_items": [line]}).lines
    assert (weighed.quantity, weighed.total) == (Decimal("1.7"), Decimal("42.50"))


def test_an_older_order_without_gross_and_without_version_is_read() -> None:
    line = {"name": "Tea", "quantity": "2", "base_price_money": usd(1000), "total_money": usd(2000)}
    bare = {
        "id": "OLD",
        "line_items": [line],
        "total_money": usd(2000),
        "updated_at": "2026-01-31T09:05:00Z",
    }
    news = one(bare)
    assert isinstance(news, OrderEvent)
    assert news.order.revision == 1769850300000
    assert (news.order.totals.subtotal, difference(news.order)) == (Decimal(20), Decimal(0))


def test_the_sandbox_is_a_test() -> None:
    url = "https://squareupsandbox.com/receipt/preview/PAY1"
    assert order(payments=[{**PAYMENT, "receipt_url": url}]).test
    assert not order(payments=[PAYMENT]).test


@pytest.mark.parametrize(
    ("kind", "name", "type_"),
    [
        ("order.created", "order_created", "order.placed"),
        ("order.updated", "order_updated", "order.updated"),
        ("order.fulfillment.updated", "order_fulfillment_updated", "shipment.created"),
    ],
)
def test_an_order_webhook_points_to_its_order(kind: str, name: str, type_: str) -> None:
    news = one(hook(kind, **{name: {"order_id": "ORD1", "state": "OPEN", "version": 1}}))
    assert isinstance(news, Pointer)
    assert (news.type, news.order_id, news.order) == (type_, "ORD1", None)


def test_a_cancelled_order_is_fetched_as_one() -> None:
    news = one(hook("order.updated", order_updated={"order_id": "ORD1", "state": "CANCELED"}))
    assert isinstance(news, Pointer)
    assert news.type == "order.cancelled"


def test_entries_of_a_search_point_to_their_orders() -> None:
    news = told({"order_entries": [{"order_id": "A", "version": 1}, {"order_id": "B"}]})
    assert not isinstance(news, Ignored)
    assert [each.order_id for each in news if isinstance(each, Pointer)] == ["A", "B"]


def test_an_order_webhook_without_an_id_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        told(hook("order.created", order_created={}))
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("status", "payment"),
    [
        ("APPROVED", "authorized"),
        ("PENDING", "pending"),
        ("COMPLETED", "paid"),
        ("CANCELED", "voided"),
        ("SOMETHING_NEW", None),
    ],
)
def test_a_payment_amends_its_order(status: str, payment: str | None) -> None:
    for document in (
        hook("payment.updated", payment={**PAYMENT, "status": status}),
        {"payment": {**PAYMENT, "status": status}},
        {"payments": [{**PAYMENT, "status": status}]},
    ):
        news = amendment(document)
        assert (news.order_id, news.reference, news.payment) == ("ORD1", "PAY1", payment)


def test_a_failed_attempt_leaves_the_order_waiting_for_another() -> None:
    read = told(hook("payment.created", payment={**PAYMENT, "status": "FAILED"}))
    assert isinstance(read, Ignored)
    assert "waits" in read.reason


def test_a_payment_tells_what_went_back() -> None:
    partly = amendment({"payment": {**PAYMENT, "refunded_money": usd(1000)}})
    assert (partly.payment, partly.refunded) == ("partially_refunded", Decimal(10))
    assert amendment({"payment": {**PAYMENT, "refunded_money": usd(5462)}}).payment == "refunded"


def test_payments_may_point_to_their_orders() -> None:
    stated = Stated("shop", options={"orders_from": "payments"})
    news = one(hook("payment.updated", payment=PAYMENT), stated)
    assert news == Pointer(type="payment.paid", source="shop", order_id="ORD1")


def test_a_refund_finds_the_order_of_its_payment_and_not_of_its_return() -> None:
    news = amendment(hook("refund.updated", refund=REFUND))
    assert (news.order_id, news.reference) == (None, "PAY1")
    after = amended(order(), [news, news])
    assert [str(each.amount) for each in after.refunds] == ["10.00"]
    assert after.totals.refunded == Decimal(10)


@pytest.mark.parametrize("status", ["PENDING", "REJECTED", "FAILED"])
def test_a_refund_that_did_not_go_through_is_none(status: str) -> None:
    read = told(hook("refund.created", refund={**REFUND, "status": status}))
    assert isinstance(read, Ignored)
    assert status.lower() in read.reason


def test_the_order_of_a_return_is_never_confirmed() -> None:
    back = {"uid": "r", "source_order_id": "ORD1", "return_line_items": []}
    read = told({"order": {**ORDER, "id": "RETURN1", "line_items": [], "returns": [back]}})
    assert isinstance(read, Ignored)
    assert "return" in read.reason


@pytest.mark.parametrize(
    ("kind", "objects", "reason"),
    [
        ("customer.created", {"customer": CUSTOMER}, "customer"),
        ("catalog.version.updated", {"catalog_version": {}}, "product"),
        ("inventory.count.updated", {"inventory_counts": []}, "stock"),
        ("dispute.created", {"dispute": {}}, "dispute"),
        ("payout.sent", {"payout": {}}, "payout"),
        ("subscription.created", {"subscription": {}}, "subscription"),
        ("terminal.refund.updated", {"refund": REFUND}, "terminal"),
        ("order.custom_attribute.owned.updated", {"custom_attribute": {}}, "custom attribute"),
    ],
)
def test_what_is_no_order_says_what_it_is(kind: str, objects: dict[str, Any], reason: str) -> None:
    read = told(hook(kind, **objects))
    assert isinstance(read, Ignored)
    assert reason in read.reason


# The whole corpus by its file's beginning; the longest that fits decides.
OUTCOMES = {
    "RetrieveOrder": "order",
    "CreateOrderResponse": "order",
    "CloneOrder": "order",
    "UpdateOrderResponse": "order",
    "PayOrder": "order",
    "OrderCreatedEvent": "pointer",
    "OrderUpdatedEvent": "pointer",
    "CreatePayment": "amendment",
    "UpdatePayment": "amendment",
    "CancelPayment": "amendment",
    "ListPaymentsResponse": "amendment",
    "PaymentCreatedEvent": "amendment",
    "PaymentUpdatedEvent": "amendment",
    "GetPaymentRefund": "amendment",
    "ListPaymentRefunds": "amendment",
    "RefundUpdatedEvent": "amendment",
    "RefundCreatedEvent": "a refund that is pending",
    "RefundPayment": "a refund that is pending",
    "CalculateOrder": "a calculation",
    "CancelInvoice": "an invoice",
    "CreateInvoice": "an invoice",
    "UpdateInvoice": "an invoice",
    "PublishInvoice": "an invoice",
    "ListInvoices": "an invoice",
    "SearchInvoices": "an invoice",
    "Invoice": "an invoice",
    "CreateCheckout": "a checkout",
    "CreateTerminalCheckout": "a checkout",
    "CancelTerminalCheckout": "a checkout",
    "ListPaymentLinks": "a payment link",
    "Terminal": "a terminal's",
    "CancelTerminalRefund": "a terminal's",
    "GetTerminalRefund": "a terminal's",
    "SearchTerminalRefunds": "a terminal's",
    "GiftCard": "a gift card",
    "CreateGiftCard": "a gift card",
    "ListGiftCards": "a gift card",
    "OrderCustomAttribute": "a custom attribute",
    "CreateOrderCustomAttribute": "a custom attribute",
    "UpdateOrderCustomAttribute": "a custom attribute",
    "ListOrderCustomAttribute": "a custom attribute",
}


def test_an_extract_of_an_order_without_its_total_points_to_the_whole() -> None:
    part = {"id": "ORD1", "location_id": "L1", "line_items": [{"name": "Tea", "quantity": "1"}]}
    for document in ({"order": part}, {"orders": [part]}, part):
        news = one(document)
        assert isinstance(news, Pointer)
        assert (news.order_id, news.order) == ("ORD1", None)


def test_a_refund_of_no_payment_belongs_to_no_order() -> None:
    refund = {"id": "R1", "status": "COMPLETED", "amount_money": usd(500), "unlinked": True}
    read = told({"type": "refund.created", "data": {"object": {"refund": refund}}})
    assert isinstance(read, Ignored)
    assert "no order" in read.reason


def test_an_exchange_is_paid_by_what_came_back_and_the_rest() -> None:
    tender = {"id": "T1", "type": "CASH", "amount_money": usd(1500)}
    line = {"uid": "a", "name": "Tea", "quantity": "1", "gross_sales_money": usd(2000)}
    exchanged = {
        "id": "ORD3",
        "line_items": [line],
        "total_money": usd(2000),
        "returns": [{"source_order_id": "ORD0"}],
        "net_amounts": {"total_money": usd(1500)},
        "tenders": [tender],
    }
    for net, payment in ((1500, "paid"), (1900, "partially_paid")):
        news = one({"order": {**exchanged, "net_amounts": {"total_money": usd(net)}}})
        assert isinstance(news, OrderEvent)
        assert (news.order.state.payment, news.order.totals.total) == (payment, Decimal("20.00"))


def test_an_amount_that_was_typed_in_at_the_till_has_a_title() -> None:
    line = {
        "uid": "a",
        "quantity": "1",
        "item_type": "CUSTOM_AMOUNT",
        "gross_sales_money": usd(700),
    }
    assert [each.title for each in order({"line_items": [line]}).lines] == ["Custom amount"]


def corpus() -> dict[str, bytes]:
    if not CORPUS.is_dir():
        pytest.skip(f"no payloads at {CORPUS}")
    return {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir())}


def test_every_payload_at_hand_is_an_order_or_says_what_else_it_is() -> None:
    seen: Counter[str] = Counter()
    for name, body in corpus().items():
        expected = OUTCOMES[max((each for each in OUTCOMES if name.startswith(each)), key=len)]
        read = SQUARE.read("", body, STATED)
        if isinstance(read, Ignored):
            assert read.reason.startswith(expected), name
            seen["ignored"] += 1
            continue
        (news,) = read
        assert type(news).__name__.lower().removesuffix("event") == expected, name
        seen[expected] += 1
        if isinstance(news, OrderEvent):
            _check_against(json.loads(body)["order"], news.order)
    assert seen == {"order": 5, "pointer": 2, "amendment": 9, "ignored": 40}


def _check_against(raw: dict[str, Any], read: Order) -> None:
    assert (read.id, read.number) == (raw["id"], raw.get("reference_id"))
    assert read.customer.email is None
    assert read.currency == "USD"
    assert read.totals.total * 100 == raw["total_money"]["amount"]
    assert [(line.id, line.title, str(line.quantity)) for line in read.lines] == [
        (item["uid"], item["name"], item["quantity"]) for item in raw["line_items"]
    ]
    tendered = sum(each["amount_money"]["amount"] for each in raw.get("tenders", []))
    assert read.state.payment == ("paid" if tendered else "pending")
    assert difference(read) == 0
