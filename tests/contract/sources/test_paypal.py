"""PayPal under its contracts, over its documented payloads and over every real one at hand."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from twofifty.adapters import registry
from twofifty.adapters.paypal.shop import PayPalShop
from twofifty.errors import BadInput
from twofifty.intake.ports import Stated
from twofifty.intake.shop import Access, Ask
from twofifty.order.amend import amended
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/paypal")
PAYPAL = registry.source("paypal")
STATED = Stated("shop")
LIVE = "https://api.paypal.com"


def eur(value: str) -> dict[str, str]:
    return {"currency_code": "EUR", "value": value}


def link(rel: str, where: str, host: str = LIVE) -> dict[str, str]:
    return {"rel": rel, "href": f"{host}{where}", "method": "GET"}


CAPTURE: dict[str, Any] = {
    "id": "CAP1",
    "status": "COMPLETED",
    "amount": eur("27.60"),
    "final_capture": True,
    "create_time": "2026-01-31T09:01:00Z",
    "update_time": "2026-01-31T09:01:00Z",
    "supplementary_data": {"related_ids": {"order_id": "ORD1"}},
    "links": [link("self", "/v2/payments/captures/CAP1"), link("up", "/v2/checkout/orders/ORD1")],
}
UNIT: dict[str, Any] = {
    "reference_id": "default",
    "invoice_id": "2026-0042",
    "custom_id": "cart-7",
    "amount": {
        **eur("27.60"),
        "breakdown": {
            "item_total": eur("25.00"),
            "shipping": eur("4.90"),
            "handling": eur("1.00"),
            "insurance": eur("0.50"),
            "tax_total": eur("1.20"),
            "discount": eur("3.00"),
            "shipping_discount": eur("2.00"),
        },
    },
    "items": [
        {
            "name": "Earl Grey",
            "sku": "T-1",
            "quantity": "2",
            "unit_amount": eur("10.00"),
            "tax": eur("0.60"),
            "category": "PHYSICAL_GOODS",
            "image_url": "https://shop.example.com/t1.png",
        },
        {
            "name": "Tea guide",
            "sku": "B-1",
            "quantity": "1",
            "unit_amount": eur("5.00"),
            "category": "DIGITAL_GOODS",
        },
    ],
    "shipping": {
        "name": {"full_name": "Alex Example"},
        "address": {
            "address_line_1": "1 Main St",
            "admin_area_2": "Vienna",
            "postal_code": "1010",
            "country_code": "AT",
        },
        "options": [
            {"id": "1", "label": "Post", "selected": True, "amount": eur("4.90")},
            {"id": "2", "label": "Courier", "selected": False, "amount": eur("9.90")},
        ],
        "trackers": [
            {
                "id": "CAP1-00340434",
                "status": "SHIPPED",
                "items": [{"name": "Earl Grey", "sku": "T-1", "quantity": "2"}],
            },
            {"id": "CAP1-999", "status": "CANCELLED"},
        ],
    },
    "payments": {"captures": [CAPTURE]},
}
ORDER: dict[str, Any] = {
    "id": "ORD1",
    "intent": "CAPTURE",
    "status": "COMPLETED",
    "create_time": "2026-01-31T09:00:00Z",
    "update_time": "2026-01-31T09:01:00Z",
    "payer": {
        "payer_id": "PAYER1",
        "email_address": "alex@example.com",
        "name": {"given_name": "Alex", "surname": "Example"},
        "address": {"country_code": "AT"},
    },
    "payment_source": {"paypal": {"account_id": "PAYER1", "email_address": "alex@example.com"}},
    "purchase_units": [UNIT],
    "links": [link("self", "/v2/checkout/orders/ORD1")],
}
REFUND: dict[str, Any] = {
    "id": "REF1",
    "status": "COMPLETED",
    "amount": eur("5.00"),
    "note_to_payer": "Broken",
    "create_time": "2026-02-01T10:00:00-08:00",
    "update_time": "2026-02-01T10:00:00-08:00",
    "seller_payable_breakdown": {"total_refunded_amount": eur("7.50")},
    "links": [link("self", "/v2/payments/refunds/REF1"), link("up", "/v2/payments/captures/CAP1")],
}
V1: dict[str, Any] = {
    "id": "PAYID-1",
    "intent": "sale",
    "state": "approved",
    "create_time": "2026-01-31T09:00:00Z",
    "payer": {
        "payment_method": "paypal",
        "payer_info": {
            "payer_id": "PAYER1",
            "email": "alex@example.com",
            "first_name": "Alex",
            "last_name": "Example",
        },
    },
    "transactions": [
        {
            "amount": {
                "total": "17.85",
                "currency": "USD",
                "details": {
                    "subtotal": "15.00",
                    "shipping": "3.00",
                    "tax": "0.85",
                    "shipping_discount": "-1.00",
                },
            },
            "invoice_number": "77",
            "item_list": {
                "items": [
                    {"name": "Tea", "quantity": "3", "price": "5.00", "currency": "USD"},
                ],
                "shipping_address": {
                    "recipient_name": "Alex Example",
                    "line1": "1 Main St",
                    "city": "San Jose",
                    "state": "CA",
                    "country_code": "US",
                },
            },
            "related_resources": [
                {
                    "sale": {
                        "id": "SALE1",
                        "state": "completed",
                        "amount": {"total": "17.85", "currency": "USD"},
                    }
                }
            ],
        }
    ],
}


def event(kind: str, resource: dict[str, Any], resource_type: str) -> dict[str, Any]:
    return {
        "id": "WH-1",
        "event_type": kind,
        "resource_type": resource_type,
        "create_time": "2026-01-31T09:02:00Z",
        "resource": resource,
    }


def told(document: object, stated: Stated = STATED) -> tuple[News, ...] | Ignored:
    return PAYPAL.read("", json.dumps(document).encode(), stated)


def one(document: object, stated: Stated = STATED) -> News:
    news = told(document, stated)
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    return only


def order(document: object) -> Order:
    news = one(document)
    assert isinstance(news, OrderEvent)
    return news.order


def amendment(document: object) -> Amendment:
    news = one(document)
    assert isinstance(news, Amendment)
    return news


def with_unit(**changes: Any) -> dict[str, Any]:
    return {**ORDER, "purchase_units": [{**UNIT, **changes}]}


def captured(*statuses: str, **changes: Any) -> Order:
    captures = [
        {**CAPTURE, "id": f"C{at}", "status": status, **changes}
        for at, status in enumerate(statuses)
    ]
    return order(with_unit(payments={"captures": captures}))


class TestPayPal(SourceContract):
    source = PAYPAL
    body = json.dumps(ORDER).encode()
    signs = False


TOKEN = b'{"access_token": "t", "expires_in": 32400}'
HOOK_URL = "https://orders.example.com/hooks/shop"
REPORT = {
    "transaction_details": [
        {"transaction_info": {"transaction_id": "CAP1"}},
        {"transaction_info": {"transaction_id": "FEE1"}},
        {
            "transaction_info": {
                "transaction_id": "REF1",
                "paypal_reference_id": "CAP1",
                "paypal_reference_id_type": "TXN",
            }
        },
    ],
    "total_pages": 2,
    "last_refreshed_datetime": "2026-01-20T00:00:00Z",
}


class TestPayPalApi(ShopContract):
    source = PAYPAL
    shop = PayPalShop()
    access = Access(key="client", secret="hush-hush")
    order_id = "ORD1"
    replies: ClassVar = {
        "POST /v1/oauth2/token": TOKEN,
        "GET /v2/checkout/orders/ORD1": json.dumps(ORDER).encode(),
        "GET /v2/payments/captures/CAP1": json.dumps(CAPTURE).encode(),
        "GET /v1/shipping/trackers/CAP1-00340434": json.dumps(
            {"transaction_id": "CAP1", "tracking_number": "00340434", "carrier": "DPD"}
        ).encode(),
        "GET /v1/reporting/transactions": json.dumps(REPORT).encode(),
        "POST /v1/notifications/webhooks": b'{"id": "HOOK1"}',
        "GET /v1/notifications/webhooks": json.dumps(
            {
                "webhooks": [
                    {
                        "id": "HOOK1",
                        "url": HOOK_URL,
                        "event_types": [{"name": name} for name in PayPalShop.topics],
                    }
                ]
            }
        ).encode(),
    }

    def test_a_window_is_read_to_its_last_page_and_the_next_follows_while_there_is_news(
        self,
    ) -> None:
        report = {**REPORT, "last_refreshed_datetime": "2026-03-20T00:00:00Z"}
        answer = Scripted(
            {**self.replies, "GET /v1/reporting/transactions": json.dumps(report).encode()}
        )
        cursors: list[str | None] = [""]
        while (cursor := cursors[-1]) is not None:
            cursors.append(held(self.shop.changed(self.access, SINCE, cursor), answer).cursor)
        assert cursors == [
            "",
            "2026-01-01T00:00:00Z 2",
            "2026-01-31T00:00:00Z 1",
            "2026-01-31T00:00:00Z 2",
            "2026-03-02T00:00:00Z 1",
            "2026-03-02T00:00:00Z 2",
            None,
        ]

    def test_the_carrier_is_asked_for_and_the_orders_own_words_stand(self) -> None:
        document = held(self.shop.order(self.access, "ORD1"), Scripted(self.replies))
        assert document is not None
        (parcel,) = order(json.loads(document)).parcels
        assert (parcel.carrier, parcel.tracking_number, parcel.status) == (
            "DPD",
            "00340434",
            "shipped",
        )

    def test_a_webhook_for_everything_is_one_for_every_topic(self) -> None:
        listed = {"webhooks": [{"id": "H", "url": HOOK_URL, "event_types": [{"name": "*"}]}]}
        found = {**self.replies, "GET /v1/notifications/webhooks": json.dumps(listed).encode()}
        hooks = held(self.shop.hooks(self.access), Scripted(found))
        assert {each.topic for each in hooks} == set(PayPalShop.topics)

    def test_the_token_is_kept_and_asked_for_by_client_credentials(self) -> None:
        answer = Scripted(self.replies)
        held(self.shop.order(self.access, "ORD1"), answer)
        token: Ask = answer.asked[0]
        assert token.keep
        assert token.body == b"grant_type=client_credentials"
        assert answer.asked[1].headers["authorization"] == "Bearer t"


def test_an_order_is_read_with_all_that_it_says() -> None:
    read = order(ORDER)
    assert (read.id, read.number, read.currency) == ("ORD1", "2026-0042", "EUR")
    assert (read.customer.id, read.customer.name) == ("PAYER1", "Alex Example")
    assert read.state.payment == "paid"
    assert (read.totals.total, read.totals.subtotal) == (Decimal("27.60"), Decimal("25.00"))
    assert (read.totals.discount, read.totals.fees) == (Decimal("5.00"), Decimal("1.50"))
    assert [(fee.title, str(fee.amount)) for fee in read.fees] == [
        ("Handling", "1.00"),
        ("Insurance", "0.50"),
    ]
    assert [(way.title, str(way.amount)) for way in read.shipping] == [("Post", "4.90")]
    assert difference(read) == 0
    tea, guide = read.lines
    assert (tea.total, tea.tax, tea.digital) == (Decimal("20.00"), Decimal("1.20"), False)
    assert (guide.digital, guide.tax) == (True, None)
    assert read.shipping_address is not None
    assert (read.shipping_address.name, read.shipping_address.city) == ("Alex Example", "Vienna")
    assert read.attributes == {"custom_id": "cart-7"}
    assert not read.test


def test_a_country_alone_is_no_address() -> None:
    assert order(ORDER).billing_address is None


def test_a_parcel_names_its_number_and_its_lines_and_a_cancelled_one_is_none() -> None:
    (parcel,) = order(ORDER).parcels
    assert (parcel.id, parcel.tracking_number, parcel.carrier) == (
        "CAP1-00340434",
        "00340434",
        None,
    )
    assert [(each.line_id, str(each.quantity)) for each in parcel.lines] == [("1", "2")]


@pytest.mark.parametrize(
    ("statuses", "payment"),
    [
        (("COMPLETED",), "paid"),
        (("PENDING",), "pending"),
        (("DECLINED",), "failed"),
        (("FAILED",), "failed"),
        (("DECLINED", "COMPLETED"), "paid"),
        (("REFUNDED",), "refunded"),
        (("PARTIALLY_REFUNDED",), "partially_refunded"),
        (("REFUNDED", "COMPLETED"), "partially_refunded"),
        (("COMPLETED", "PENDING"), "partially_paid"),
        (("SOMETHING_NEW",), None),
    ],
)
def test_the_payments_say_how_an_order_stands(
    statuses: tuple[str, ...], payment: str | None
) -> None:
    assert captured(*statuses).state.payment == payment


def test_a_capture_of_a_part_is_part_of_the_payment() -> None:
    partly = captured("COMPLETED", final_capture=False, amount=eur("10.00"))
    assert (partly.state.payment, partly.totals.paid) == ("partially_paid", Decimal("10.00"))
    assert captured("COMPLETED", final_capture=False).state.payment == "paid"


def test_an_authorized_order_is_found_again_by_its_authorization() -> None:
    authorization = {"id": "AUTH1", "status": "CREATED", "amount": eur("27.60")}
    read = order(with_unit(payments={"authorizations": [authorization]}))
    assert read.state.payment == "authorized"
    assert [part.reference for part in read.payments] == ["AUTH1"]


def test_an_authorization_that_was_captured_is_not_counted_twice() -> None:
    authorization = {"id": "AUTH1", "status": "CAPTURED", "amount": eur("27.60")}
    read = order(with_unit(payments={"authorizations": [authorization], "captures": [CAPTURE]}))
    assert [part.reference for part in read.payments] == ["CAP1"]
    assert read.totals.paid == Decimal("27.60")


def test_an_order_that_nobody_approved_is_a_draft() -> None:
    created = {name: value for name, value in ORDER.items() if name != "payer"}
    assert order({**created, "status": "CREATED"}).state.draft
    assert order({**created, "status": "PAYER_ACTION_REQUIRED"}).state.draft
    approved = order({**with_unit(payments={}), "status": "APPROVED"}).state
    assert (approved.draft, approved.payment) == (False, "pending")


def test_a_voided_order_is_cancelled() -> None:
    state = order({**with_unit(payments={}), "status": "VOIDED"}).state
    assert (state.payment, state.cancelled_at is not None) == ("voided", True)


def test_the_sandbox_is_a_test() -> None:
    links = [link("self", "/v2/checkout/orders/ORD1", "https://api-m.sandbox.paypal.com")]
    assert order({**ORDER, "links": links}).test


def test_several_purchase_units_are_one_order() -> None:
    other = {**UNIT, "reference_id": "B", "custom_id": "cart-8", "payments": {}}
    read = order({**ORDER, "purchase_units": [{**UNIT, "reference_id": "A"}, other]})
    assert read.totals.total == Decimal("55.20")
    assert [line.id for line in read.lines] == ["1.1", "1.2", "2.1", "2.2"]
    assert read.attributes == {"custom_id": "cart-7, cart-8", "reference_id": "A, B"}
    assert difference(read) == 0


def test_units_in_two_currencies_are_refused() -> None:
    other = {**UNIT, "amount": {"currency_code": "USD", "value": "1.00"}}
    with pytest.raises(BadInput) as refused:
        told({**ORDER, "purchase_units": [UNIT, other]})
    assert refused.value.status == 422


def test_yen_have_no_places_and_keep_none() -> None:
    amount = {"currency_code": "JPY", "value": "2360"}
    read = order(with_unit(amount=amount, items=[], payments={}))
    assert (read.currency, str(read.totals.total)) == ("JPY", "2360")


def test_a_card_payer_is_known_by_the_payment_source() -> None:
    card = {
        "name": "Alex Example",
        "brand": "VISA",
        "last_digits": "1111",
        "billing_address": {"address_line_1": "2 Side St", "country_code": "AT"},
    }
    bare = {name: value for name, value in ORDER.items() if name != "payer"}
    read = order({**bare, "payment_source": {"card": card}})
    assert read.customer.name == "Alex Example"
    assert (read.payments[0].method, read.payments[0].title) == ("card", "VISA 1111")
    assert read.billing_address is not None


def test_an_approval_with_items_is_an_order_and_one_without_points_to_it() -> None:
    whole = one(event("CHECKOUT.ORDER.APPROVED", ORDER, "checkout-order"))
    assert isinstance(whole, OrderEvent)
    assert whole.type == "order.placed"
    bare = {name: value for name, value in UNIT.items() if name != "items"}
    pointer = one(
        event("CHECKOUT.ORDER.APPROVED", {**ORDER, "purchase_units": [bare]}, "checkout-order")
    )
    assert isinstance(pointer, Pointer)
    assert pointer.order is not None
    assert (pointer.order_id, pointer.order.totals.total) == ("ORD1", Decimal("27.60"))


def test_an_order_event_with_an_id_alone_is_a_pointer() -> None:
    news = one(event("CHECKOUT.ORDER.COMPLETED", {"id": "ORD1"}, "checkout-order"))
    assert news == Pointer(type="order.updated", source="shop", order_id="ORD1")


def test_an_order_event_without_an_order_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        told({"event_type": "CHECKOUT.ORDER.APPROVED", "resource": {}})
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("kind", "status", "payment"),
    [
        ("PAYMENT.CAPTURE.COMPLETED", "COMPLETED", "paid"),
        ("PAYMENT.CAPTURE.PENDING", "PENDING", "pending"),
        ("PAYMENT.CAPTURE.DECLINED", "DECLINED", "failed"),
        ("PAYMENT.CAPTURE.DENIED", "DECLINED", "failed"),
        ("PAYMENT.CAPTURE.COMPLETED", "SOMETHING_NEW", None),
    ],
)
def test_a_capture_amends_the_order_that_it_names(
    kind: str, status: str, payment: str | None
) -> None:
    news = amendment(event(kind, {**CAPTURE, "status": status}, "capture"))
    assert (news.order_id, news.payment) == ("ORD1", payment)
    assert news.at is not None


def test_a_capture_finds_its_order_by_its_link_or_by_its_authorization() -> None:
    bare = {name: value for name, value in CAPTURE.items() if name != "supplementary_data"}
    assert amendment(bare).order_id == "ORD1"
    links = [
        link("self", "/v2/payments/captures/CAP1"),
        link("up", "/v2/payments/authorizations/AUTH1"),
    ]
    authorized = amendment({**bare, "links": links})
    assert (authorized.order_id, authorized.reference) == (None, "AUTH1")


def test_a_capture_of_a_part_says_nothing_of_the_whole() -> None:
    news = amendment(
        event("PAYMENT.CAPTURE.COMPLETED", {**CAPTURE, "final_capture": False}, "capture")
    )
    assert news.payment is None


def test_captures_may_point_to_their_orders() -> None:
    stated = Stated("shop", options={"orders_from": "captures"})
    news = one(event("PAYMENT.CAPTURE.COMPLETED", CAPTURE, "capture"), stated)
    assert news == Pointer(type="payment.paid", source="shop", order_id="ORD1")


@pytest.mark.parametrize(
    ("kind", "status", "payment"),
    [
        ("PAYMENT.AUTHORIZATION.CREATED", "CREATED", "authorized"),
        ("PAYMENT.AUTHORIZATION.VOIDED", "VOIDED", "voided"),
    ],
)
def test_an_authorization_amends_its_order(kind: str, status: str, payment: str) -> None:
    resource = {
        "id": "AUTH1",
        "status": status,
        "supplementary_data": {"related_ids": {"order_id": "ORD1"}},
    }
    news = amendment(event(kind, resource, "authorization"))
    assert (news.order_id, news.reference, news.payment) == ("ORD1", "AUTH1", payment)


def test_a_refund_is_laid_over_the_order_of_its_capture() -> None:
    news = amendment(event("PAYMENT.CAPTURE.REFUNDED", REFUND, "refund"))
    assert (news.reference, news.refunded) == ("CAP1", Decimal("7.50"))
    after = amended(order(ORDER), [news, news])
    assert [(each.id, str(each.amount), each.reason) for each in after.refunds] == [
        ("REF1", "5.00", "Broken")
    ]
    assert after.totals.refunded == Decimal("7.50")


@pytest.mark.parametrize("status", ["PENDING", "FAILED", "CANCELLED"])
def test_a_refund_that_is_not_completed_is_none(status: str) -> None:
    assert isinstance(
        told(event("PAYMENT.CAPTURE.REFUNDED", {**REFUND, "status": status}, "refund")), Ignored
    )


def test_refunds_within_an_order_are_told() -> None:
    read = order(with_unit(payments={"captures": [CAPTURE], "refunds": [REFUND]}))
    assert [each.id for each in read.refunds] == ["REF1"]
    assert read.totals.refunded == Decimal("5.00")


def test_an_approval_that_is_taken_back_voids_the_payment() -> None:
    resource = {"order_id": "ORD1", "purchase_units": [{"reference_id": "default"}]}
    news = amendment(event("CHECKOUT.PAYMENT-APPROVAL.REVERSED", resource, "checkout-order"))
    assert (news.order_id, news.payment) == ("ORD1", "voided")


def test_a_tracker_is_a_parcel_of_the_order_of_its_capture() -> None:
    tracker = {
        "transaction_id": "CAP1",
        "tracking_number": "00340434",
        "status": "SHIPPED",
        "carrier": "OTHER",
        "carrier_name_other": "Bike",
        "tracking_url": "https://track.example.com/00340434",
        "last_updated_time": "2026-02-01T10:00:00Z",
    }
    for document in (tracker, {"trackers": [tracker]}):
        news = amendment(document)
        assert (news.type, news.reference) == ("shipment.created", "CAP1")
        (parcel,) = news.parcels
        assert (parcel.id, parcel.carrier) == ("CAP1-00340434", "Bike")
        assert parcel.tracking_url == "https://track.example.com/00340434"
    assert amendment({**tracker, "status": "DELIVERED"}).type == "shipment.delivered"
    assert amendment({**tracker, "status": "CANCELLED"}).parcels == ()


def test_an_older_payment_is_an_order_too() -> None:
    for document in (V1, event("PAYMENTS.PAYMENT.CREATED", V1, "payment"), {"payments": [V1]}):
        read = order(document)
        assert (read.id, read.number, read.currency) == ("PAYID-1", "77", "USD")
        assert (read.customer.email, read.state.payment) == ("alex@example.com", "paid")
        assert (read.totals.discount, difference(read)) == (Decimal("1.00"), Decimal(0))
        assert read.payments[0].reference == "SALE1"
        assert read.shipping_address is not None
        assert read.shipping_address.name == "Alex Example"


def test_older_sales_and_refunds_amend_their_payment() -> None:
    sale = {"id": "SALE1", "state": "completed", "parent_payment": "PAYID-1"}
    paid = amendment(event("PAYMENT.SALE.COMPLETED", sale, "sale"))
    assert (paid.order_id, paid.reference, paid.payment) == ("PAYID-1", "SALE1", "paid")
    refund = {
        "id": "R1",
        "state": "completed",
        "sale_id": "SALE1",
        "parent_payment": "PAYID-1",
        "amount": {"total": "-2.00", "currency": "USD"},
    }
    back = amendment(event("PAYMENT.SALE.REFUNDED", refund, "refund"))
    assert (back.order_id, back.reference) == ("PAYID-1", "SALE1")
    assert [str(each.amount) for each in back.refunds] == ["2.00"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("CUSTOMER.DISPUTE.CREATED", "dispute"),
        ("PAYMENT.CAPTURE.REVERSED", "reversal"),
        ("BILLING.SUBSCRIPTION.ACTIVATED", "subscription"),
        ("PAYMENT.PAYOUTSBATCH.SUCCESS", "payout"),
        ("INVOICING.INVOICE.PAID", "invoice"),
        ("CATALOG.PRODUCT.CREATED", "product"),
        ("VAULT.PAYMENT-TOKEN.CREATED", "saved payment method"),
        ("MERCHANT.ONBOARDING.COMPLETED", "merchant"),
    ],
)
def test_what_is_no_order_says_what_it_is(kind: str, reason: str) -> None:
    read = told(event(kind, {"id": "X1", "amount": eur("1.00")}, "x"))
    assert isinstance(read, Ignored)
    assert reason in read.reason


def test_a_subscriptions_payment_confirms_nothing() -> None:
    sale = {"id": "S1", "state": "completed", "billing_agreement_id": "I-1"}
    read = told(event("PAYMENT.SALE.COMPLETED", sale, "sale"))
    assert isinstance(read, Ignored)
    assert "subscription" in read.reason


def test_an_instant_payment_notification_is_told_apart_from_nonsense() -> None:
    form = b"mc_gross=19.95&protection_eligibility=Eligible&txn_id=61E67681CH3238416&tax=0.00"
    read = PAYPAL.read("", form, STATED)
    assert isinstance(read, Ignored)
    assert "Instant Payment Notification" in read.reason


def test_a_document_without_links_is_known_by_its_fields() -> None:
    capture = {name: value for name, value in CAPTURE.items() if name != "links"}
    paid = amendment(capture)
    assert (paid.order_id, paid.payment) == ("ORD1", "paid")
    bare = {"id": "R1", "status": "COMPLETED", "amount": eur("5.00"), "capture_id": "CAP1"}
    back = amendment({**bare, "seller_payable_breakdown": {}})
    assert (back.reference, back.type) == ("CAP1", "order.refunded")
    reserved = {"id": "A1", "status": "CREATED", "amount": eur("5.00"), "expiration_time": "x"}
    assert amendment(reserved).payment == "authorized"


def test_a_request_has_the_same_fields_without_an_id_and_says_nothing() -> None:
    for asked in ({"final_capture": True}, {"invoice_id": "A-1"}):
        read = told({"amount": eur("5.00"), **asked})
        assert isinstance(read, Ignored)
        assert "request" in read.reason


def test_an_order_of_the_first_orders_api_names_its_payer_beside_it() -> None:
    unit = {
        "reference_id": "r",
        "amount": {"currency": "EUR", "total": "6.00", "details": {"subtotal": "6.00"}},
        "items": [{"name": "Tea", "price": "3.00", "currency": "EUR", "quantity": "2"}],
        "payment_summary": {
            "captures": [
                {"id": "C1", "amount": {"currency": "EUR", "total": "6.00"}, "status": "COMPLETED"}
            ]
        },
    }
    lives = {"line1": "1 Main St", "city": "Vienna", "country_code": "AT"}
    who = {"email": "alex@example.com", "first_name": "Alex", "shipping_address": lives}
    read = order({"id": "O1", "status": "COMPLETED", "purchase_units": [unit], "payer_info": who})
    assert (read.customer.email, read.customer.name) == ("alex@example.com", "Alex")
    assert (read.totals.total, read.state.payment) == (Decimal("6.00"), "paid")
    assert read.shipping_address is not None
    assert read.shipping_address.line1 == "1 Main St"


def test_an_older_payment_that_failed_says_so() -> None:
    unpaid = [{**each, "related_resources": []} for each in V1["transactions"]]
    assert order({**V1, "state": "failed", "transactions": unpaid}).state.payment == "failed"


ORDERS = {
    "oscar__authorize_order_result_data_representation.json": "authorized",
    "oscar__capture_order_result_data_representation.json": "pending",
    "oscar__create_order_result_data_representation.json": "pending",
    "oscar__get_order_result_data.json": "pending",
}
POINTERS = {
    "oscar__authorize_order_result_data_minimal.json": "9.99",
    "oscar__capture_order_result_data_minimal.json": "19.99",
    "oscar__capture_order_result_no_shipping_data_minimal.json": "19.99",
}
AMENDMENTS = {
    "oscar__capture_authorization_result_data_minimal.json": "4LV54391KE128404B",
    "oscar__capture_authorization_result_data_representation.json": "2AP88001H0435332B",
    "oscar__refund_order_data_representation.json": "45315376249711632",
}
IGNORED = {
    "checkout_orders_v1___v1_checkout_orders_post": "request",
    "checkout_orders_v2___v2_checkout_orders_post": "request",
    "checkout_orders_v2___v2_checkout_orders_id_confirm": "request",
    "checkout_orders_v2___v2_checkout_orders_id_trackers": "request to change",
    "payments_payment_v1___": "request to change",
    "payments_payment_v2___v2_payments_authorizations": "request",
    "payments_payment_v2___v2_payments_captures": "request",
    "invoicing_v2": "invoice",
    "oscar__create_order_result_data_minimal": "not approved",
    "oscar__refund_order_data_minimal": "refund",
}


def corpus() -> dict[str, bytes]:
    if not CORPUS.is_dir():
        pytest.skip(f"no payloads at {CORPUS}")
    return {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir())}


def test_every_payload_at_hand_is_an_order_or_says_what_else_it_is() -> None:
    seen = {"orders": 0, "pointers": 0, "amendments": 0, "ignored": 0}
    for name, body in corpus().items():
        read = PAYPAL.read("", body, STATED)
        raw = json.loads(body)
        if isinstance(read, Ignored):
            (begins,) = [each for each in IGNORED if name.startswith(each)]
            assert IGNORED[begins] in read.reason, name
            seen["ignored"] += 1
            continue
        (news,) = read
        if isinstance(news, Amendment):
            assert news.reference == AMENDMENTS[name]
            seen["amendments"] += 1
            continue
        assert news.order is not None
        _check_against(raw, news.order)
        if isinstance(news, Pointer):
            assert news.order.totals.total == Decimal(POINTERS[name])
            seen["pointers"] += 1
        else:
            assert news.order.state.payment == ORDERS[name]
            assert difference(news.order) == 0
            seen["orders"] += 1
    assert seen == {"orders": 4, "pointers": 3, "amendments": 3, "ignored": 10}


def _check_against(raw: dict[str, Any], read: Order) -> None:
    (unit,) = raw["purchase_units"]
    assert read.id == raw["id"]
    assert read.customer.email == raw.get("payer", {}).get("email_address")
    assert read.currency == "GBP"
    assert [line.title for line in read.lines] == [item["name"] for item in unit.get("items", [])]
    assert [str(line.quantity) for line in read.lines] == [
        item["quantity"] for item in unit.get("items", [])
    ]
    if "amount" in unit:
        assert read.totals.total == Decimal(unit["amount"]["value"])
    assert read.test
