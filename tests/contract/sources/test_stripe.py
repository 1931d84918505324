"""Stripe under its contracts, over its documented payloads and over every real one at hand."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from twofifty.adapters import registry
from twofifty.adapters.stripe.shop import VERSION, StripeShop
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated
from twofifty.intake.shop import Access
from twofifty.order.amend import amended
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/stripe")
STRIPE = registry.source("stripe")
PAYMENTS = {"orders_from": "payment_intent"}
INVOICES = {"orders_from": "invoice"}
AT = 1_769_850_000
WHEN = datetime.fromtimestamp(AT, UTC)

ADDRESS = {
    "line1": "1 Main St",
    "line2": "",
    "city": "Vienna",
    "postal_code": "1010",
    "state": "",
    "country": "AT",
}
PRODUCT = {
    "id": "prod_tea",
    "object": "product",
    "name": "Earl Grey",
    "images": ["https://shop.example.com/tea.png"],
    "shippable": True,
    "url": "https://shop.example.com/tea",
}
LINES: list[dict[str, Any]] = [
    {
        "id": "li_1",
        "object": "item",
        "amount_subtotal": 2500,
        "amount_discount": 250,
        "amount_tax": 375,
        "amount_total": 2250,
        "currency": "eur",
        "description": "Earl Grey, 100 g",
        "price": {
            "id": "price_1",
            "currency": "eur",
            "nickname": "cheap",
            "product": PRODUCT,
            "unit_amount": 1250,
            "unit_amount_decimal": "1250",
        },
        "quantity": 2,
    },
    {
        "id": "li_2",
        "object": "item",
        "amount_subtotal": 900,
        "amount_discount": 90,
        "amount_tax": 135,
        "amount_total": 810,
        "currency": "eur",
        "description": "A book of tea",
        "price": {"id": "price_2", "product": {"id": "prod_b", "shippable": False}},
        "quantity": 1,
    },
]
CHARGE: dict[str, Any] = {
    "id": "ch_1",
    "object": "charge",
    "amount": 3550,
    "amount_captured": 3550,
    "amount_refunded": 0,
    "billing_details": {"name": "Alex Example", "email": "alex@example.com", "address": ADDRESS},
    "captured": True,
    "created": AT - 60,
    "currency": "eur",
    "livemode": True,
    "paid": True,
    "payment_intent": "pi_1",
    "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242"}},
    "refunded": False,
    "status": "succeeded",
}
INTENT: dict[str, Any] = {
    "id": "pi_1",
    "object": "payment_intent",
    "amount": 3550,
    "amount_received": 3550,
    "currency": "eur",
    "created": AT - 90,
    "livemode": True,
    "latest_charge": CHARGE,
    "payment_method_types": ["card"],
    "receipt_email": "alex@example.com",
    "shipping": {"name": "Alex Example", "address": ADDRESS},
    "status": "succeeded",
}
SESSION: dict[str, Any] = {
    "id": "cs_live_1",
    "object": "checkout.session",
    "amount_subtotal": 3400,
    "amount_total": 3550,
    "client_reference_id": "2026-0042",
    "collected_information": {"shipping_details": {"name": "Sam Example", "address": ADDRESS}},
    "consent": {"promotions": "opt_in", "terms_of_service": None},
    "created": AT - 300,
    "currency": "eur",
    "custom_fields": [
        {
            "key": "engraving",
            "label": {"custom": "Engraving", "type": "custom"},
            "type": "text",
            "text": {"value": "For M."},
        },
        {
            "key": "paper",
            "label": {"custom": "Paper", "type": "custom"},
            "type": "dropdown",
            "dropdown": {"value": "r", "options": [{"label": "Red", "value": "r"}]},
        },
    ],
    "customer": "cus_1",
    "customer_details": {
        "email": "alex@example.com",
        "name": "Alex Example",
        "phone": "+431234567",
        "address": ADDRESS,
    },
    "customer_email": None,
    "discounts": [{"coupon": "c", "promotion_code": {"id": "promo_1", "code": "SPRING"}}],
    "invoice": None,
    "line_items": {"object": "list", "data": LINES, "has_more": False},
    "livemode": True,
    "locale": "de",
    "metadata": {"order_no": "A-7"},
    "mode": "payment",
    "payment_intent": INTENT,
    "payment_method_types": ["card", "klarna"],
    "payment_status": "paid",
    "shipping_cost": {
        "amount_subtotal": 490,
        "amount_tax": 0,
        "amount_total": 490,
        "shipping_rate": {"id": "shr_1", "display_name": "By post"},
    },
    "status": "complete",
    "total_details": {
        "amount_discount": 340,
        "amount_shipping": 490,
        "amount_tax": 510,
        "breakdown": {
            "discounts": [
                {
                    "amount": 340,
                    "discount": {"coupon": {"name": "Spring"}, "promotion_code": "promo_1"},
                }
            ],
            "taxes": [
                {
                    "amount": 510,
                    "rate": {"display_name": "VAT", "percentage": 20.0, "inclusive": True},
                }
            ],
        },
    },
}
IN_A_HOOK = {**SESSION, "payment_intent": "pi_1"}
del IN_A_HOOK["line_items"]
INVOICE: dict[str, Any] = {
    "id": "in_1",
    "object": "invoice",
    "amount_paid": 2380,
    "amount_remaining": 0,
    "attempted": True,
    "collection_method": "charge_automatically",
    "created": AT - 300,
    "currency": "eur",
    "customer": "cus_1",
    "customer_address": ADDRESS,
    "customer_email": "alex@example.com",
    "customer_name": "Alex Example",
    "hosted_invoice_url": "https://invoice.example.com/1",
    "lines": {
        "object": "list",
        "has_more": False,
        "data": [
            {
                "id": "il_1",
                "amount": 2000,
                "description": "1 x Tea a month",
                "discount_amounts": [],
                "discounts": [],
                "price": {"unit_amount_decimal": "2000", "product": "prod_tea"},
                "quantity": 1,
                "tax_amounts": [{"amount": 380, "inclusive": False}],
            }
        ],
    },
    "livemode": True,
    "number": "A1B2-0001",
    "payment_intent": "pi_1",
    "status": "paid",
    "status_transitions": {"finalized_at": AT - 200, "paid_at": AT - 100},
    "subtotal": 2000,
    "tax": 380,
    "total": 2380,
    "total_discount_amounts": [],
    "total_tax_amounts": [{"amount": 380, "inclusive": False}],
}
REFUND: dict[str, Any] = {
    "id": "re_1",
    "object": "refund",
    "amount": 500,
    "charge": "ch_1",
    "created": AT,
    "currency": "eur",
    "payment_intent": "pi_1",
    "status": "succeeded",
}


def event(kind: str, it: Mapping[str, Any], at: int = AT) -> dict[str, Any]:
    envelope = {"id": "evt_1", "object": "event", "type": kind, "created": at}
    return {**envelope, "livemode": True, "data": {"object": it}}


def read(document: Any, options: Mapping[str, str] | None = None) -> tuple[News, ...] | Ignored:
    stated = Stated("shop", options=options or {})
    return STRIPE.read("", json.dumps(document).encode(), stated)


def only(document: Any, options: Mapping[str, str] | None = None) -> News:
    found = read(document, options)
    assert not isinstance(found, Ignored), found.reason
    (news,) = found
    return news


def order(document: Any, options: Mapping[str, str] | None = None) -> Order:
    news = only(document, options)
    assert isinstance(news, OrderEvent | Pointer)
    assert news.order is not None
    return news.order


def amendment(document: Any, options: Mapping[str, str] | None = None) -> Amendment:
    news = only(document, options)
    assert isinstance(news, Amendment)
    return news


def reason(document: Any, options: Mapping[str, str] | None = None) -> str:
    found = read(document, options)
    assert isinstance(found, Ignored)
    return found.reason


class TestStripe(SourceContract):
    source = STRIPE
    body = json.dumps(SESSION).encode()


class TestStripeApi(ShopContract):
    source = STRIPE
    shop = StripeShop()
    access = Access(key="rk_live_key")
    order_id = "cs_live_1"
    replies: ClassVar[Mapping[str, bytes]] = {
        "GET /v1/checkout/sessions/cs_live_1": json.dumps(SESSION).encode(),
        "GET /v1/checkout/sessions": json.dumps(
            {"object": "list", "data": [SESSION], "has_more": True}
        ).encode(),
        "GET /v1/checkout/sessions#2": json.dumps(
            {"object": "list", "data": [{**SESSION, "id": "cs_live_2"}], "has_more": False}
        ).encode(),
        "POST /v1/webhook_endpoints": b'{"id": "we_1", "secret": "whsec_1"}',
        "GET /v1/webhook_endpoints": json.dumps(
            {
                "object": "list",
                "data": [
                    {
                        "id": "we_1",
                        "url": "https://orders.example.com/hooks/shop",
                        "enabled_events": list(StripeShop.topics),
                        "status": "enabled",
                    }
                ],
            }
        ).encode(),
    }

    def test_lines_beyond_the_first_ten_are_fetched(self) -> None:
        cut = {**SESSION, "line_items": {"object": "list", "data": LINES[:1], "has_more": True}}
        answer = Scripted(
            {
                "GET /v1/checkout/sessions/cs_live_1": json.dumps(cut).encode(),
                "GET /v1/checkout/sessions/cs_live_1/line_items": json.dumps(
                    {"object": "list", "data": LINES[:1], "has_more": True}
                ).encode(),
                "GET /v1/checkout/sessions/cs_live_1/line_items#2": json.dumps(
                    {"object": "list", "data": LINES[1:], "has_more": False}
                ).encode(),
            }
        )
        document = held(self.shop.order(self.access, "cs_live_1"), answer)
        assert document is not None
        whole = json.loads(document)
        assert [line["id"] for line in whole["line_items"]["data"]] == ["li_1", "li_2"]
        assert isinstance(only(whole), OrderEvent)
        assert "starting_after=li_1" in answer.asked[-1].url

    @pytest.mark.parametrize(
        ("order_id", "path"),
        [("pi_1", "/v1/payment_intents/pi_1"), ("in_1", "/v1/invoices/in_1")],
    )
    def test_an_id_says_where_its_object_is(self, order_id: str, path: str) -> None:
        answer = Scripted({})
        held(self.shop.order(self.access, order_id), answer)
        assert urlsplit(answer.asked[0].url).path == path

    def test_the_version_and_the_account_are_stated_with_every_request(self) -> None:
        answer = Scripted(self.replies)
        access = Access(key="k", options={"account": "acct_1"})
        held(self.shop.order(access, "cs_live_1"), answer)
        assert answer.asked[0].headers["stripe-version"] == VERSION
        assert answer.asked[0].headers["stripe-account"] == "acct_1"

    def test_a_listing_begins_a_day_before_for_checkouts_that_were_open(self) -> None:
        answer = Scripted(self.replies)
        held(self.shop.changed(self.access, SINCE, "cs_live_9"), answer)
        asked = parse_qs(urlsplit(answer.asked[0].url).query)
        assert int(asked["created[gte]"][0]) == int(SINCE.timestamp()) - 86_400
        assert asked["starting_after"] == ["cs_live_9"]

    @pytest.mark.parametrize(
        ("orders_from", "path"),
        [("payment_intent", "/v1/payment_intents"), ("invoice", "/v1/invoices")],
    )
    def test_what_the_orders_are_is_what_is_listed(self, orders_from: str, path: str) -> None:
        answer = Scripted({f"GET {path}": b'{"data": []}'})
        access = Access(key="k", options={"orders_from": orders_from})
        held(self.shop.changed(access, SINCE, ""), answer)
        assert urlsplit(answer.asked[0].url).path == path

    def test_an_endpoint_for_everything_has_every_topic_and_a_disabled_one_says_so(self) -> None:
        endpoint = {"id": "we_1", "url": "u", "enabled_events": ["*"], "status": "disabled"}
        answer = Scripted({"GET /v1/webhook_endpoints": json.dumps({"data": [endpoint]}).encode()})
        listed = held(self.shop.hooks(self.access), answer)
        assert {one.topic for one in listed} == set(self.shop.topics)
        assert not any(one.active for one in listed)

    def test_a_webhook_is_registered_with_a_form(self) -> None:
        answer = Scripted(self.replies)
        url = "https://orders.example.com/hooks/shop"
        register = self.shop.register(self.access, ("charge.refunded", "invoice.paid"), url, "")
        assert held(register, answer) == ("whsec_1",)
        form = parse_qs(answer.asked[0].body.decode())
        assert form["enabled_events[]"] == ["charge.refunded", "invoice.paid"]
        assert (form["url"], form["api_version"]) == ([url], [VERSION])


def test_a_fetched_session_is_the_whole_order() -> None:
    it = order(SESSION, {"number": "client_reference_id"})
    assert (it.id, it.number, it.currency, it.test) == ("cs_live_1", "2026-0042", "EUR", False)
    assert (it.customer.name, it.customer.email) == ("Alex Example", "alex@example.com")
    assert it.customer.consent == {"marketing": True}
    assert it.shipping_address is not None
    assert (it.shipping_address.name, it.shipping_address.line2) == ("Sam Example", None)
    assert it.locale == "de"
    assert it.state.payment == "paid"
    (part,) = it.payments
    assert (part.method, part.title, part.reference) == ("card", "Visa •••• 4242", "pi_1")
    assert it.note == "Engraving: For M.\nPaper: Red"
    assert difference(it) == 0
    assert it.totals.tax_included is True


def test_lines_discounts_and_taxes_are_the_sources_own() -> None:
    it = order(SESSION)
    tea, book = it.lines
    assert (tea.title, tea.quantity) == ("Earl Grey, 100 g", Decimal(2))
    assert tea.unit_price == Decimal("12.50")
    assert (tea.discount, tea.total) == (Decimal("2.50"), Decimal("22.50"))
    assert (tea.image_url, tea.digital, book.digital) == (
        "https://shop.example.com/tea.png",
        False,
        True,
    )
    assert book.unit_price is None
    (discount,) = it.discounts
    assert (discount.amount, discount.code, discount.title) == (Decimal("3.40"), "SPRING", "Spring")
    (tax,) = it.taxes
    assert (tax.title, tax.rate) == ("VAT", Decimal("0.2"))
    (shipping,) = it.shipping
    assert (shipping.title, shipping.amount) == ("By post", Decimal("4.90"))


def test_a_prices_nickname_is_never_shown() -> None:
    nameless = [{**LINES[0], "description": None, "price": {"nickname": "cheap", "product": "p"}}]
    (line,) = order({**SESSION, "line_items": {"data": nameless}}).lines
    assert line.title == "li_1"


def test_tax_on_top_is_told_by_the_figures() -> None:
    it = order({**SESSION, "amount_total": 4060})
    assert it.totals.tax_included is False
    assert difference(it) == 0
    odd = order({**SESSION, "amount_total": 4000})
    assert odd.totals.tax_included is None
    assert difference(odd) != 0


def test_a_session_in_an_event_points_to_the_api_and_carries_what_it_has() -> None:
    news = only(event("checkout.session.completed", IN_A_HOOK))
    assert isinstance(news, Pointer)
    assert (news.type, news.order_id) == ("order.placed", "cs_live_1")
    assert news.order is not None
    assert (news.order.lines, news.order.totals.total) == ((), Decimal("35.50"))
    assert news.order.updated_at == WHEN
    assert news.order.revision == AT * 1000
    (part,) = news.order.payments
    assert (part.method, part.reference) == ("Stripe", "pi_1")


def test_a_session_with_more_lines_than_were_sent_points_to_the_api() -> None:
    cut = {**SESSION, "line_items": {"data": LINES, "has_more": True}}
    assert isinstance(only(cut), Pointer)


@pytest.mark.parametrize(
    ("kind", "status", "intent", "payment"),
    [
        ("checkout.session.completed", "paid", "succeeded", "paid"),
        ("checkout.session.completed", "unpaid", "processing", "pending"),
        ("checkout.session.completed", "unpaid", "requires_capture", "authorized"),
        ("checkout.session.completed", "unpaid", None, "pending"),
        ("checkout.session.async_payment_succeeded", "paid", None, "paid"),
        ("checkout.session.async_payment_failed", "unpaid", None, "failed"),
        ("", "unpaid", "requires_payment_method", "failed"),
        ("", "unpaid", "canceled", "voided"),
        ("checkout.session.completed", "surprise", None, None),
    ],
)
def test_the_payment_status_decides_not_the_events_name(
    kind: str, status: str, intent: str | None, payment: str | None
) -> None:
    paid_by = {**INTENT, "status": intent} if intent else "pi_1"
    session = {**SESSION, "payment_status": status, "payment_intent": paid_by}
    assert order(event(kind, session) if kind else session).state.payment == payment


def test_a_free_checkout_is_paid_and_one_that_is_paid_later_is_pending() -> None:
    later = {**SESSION, "payment_status": "no_payment_required", "payment_intent": None}
    assert order(later).state.payment == "pending"
    assert order({**later, "amount_total": 0}).state.payment == "paid"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mode": "setup", "amount_total": None}, "stores a payment method"),
        ({"status": "open"}, "open"),
        ({"status": "expired"}, "expired"),
        ({"status": None, "payment_status": "unpaid"}, "open"),
    ],
)
def test_a_checkout_that_is_not_finished_is_no_order(changes: dict[str, Any], said: str) -> None:
    assert said in reason({**SESSION, **changes})


def test_a_session_from_before_there_was_a_status_is_told_by_its_event() -> None:
    old = {**IN_A_HOOK, "status": None, "payment_status": "unpaid"}
    assert order(event("checkout.session.completed", old)).state.payment == "pending"


def test_older_places_of_the_shipping_address_are_read() -> None:
    for name in ("shipping_details", "shipping"):
        old = {**SESSION, "collected_information": None, name: {"name": "S", "address": ADDRESS}}
        found = order(old).shipping_address
        assert found is not None
        assert (found.name, found.city) == ("S", "Vienna")


def test_a_country_alone_is_no_address() -> None:
    who = {**SESSION["customer_details"], "address": {"country": "AT", "postal_code": "1010"}}
    assert order({**SESSION, "customer_details": who}).billing_address is None


def test_the_address_that_the_shop_knew_is_used_where_none_was_typed() -> None:
    it = order({**SESSION, "customer_details": None, "customer_email": "sam@example.com"})
    assert it.customer.email == "sam@example.com"


def test_a_subscriptions_first_checkout_is_known_by_its_invoice() -> None:
    bought = {**IN_A_HOOK, "mode": "subscription", "payment_intent": None, "invoice": "in_1"}
    assert order(bought).payments[0].reference == "in_1"
    paid = {"id": "in_1", "payments": {"data": [{"payment": {"payment_intent": "pi_9"}}]}}
    assert order({**bought, "invoice": paid}).payments[0].reference == "pi_9"


@pytest.mark.parametrize(
    ("currency", "minor", "amount"),
    [
        ("jpy", 3550, "3550"),
        ("bhd", 35500, "35.500"),
        ("isk", 355000, "3550.00"),
        ("ugx", 355000, "3550.00"),
        ("mga", 3550, "3550"),
        ("usd", 3550, "35.50"),
    ],
)
def test_minor_units_are_stripes_own(currency: str, minor: int, amount: str) -> None:
    it = order({**IN_A_HOOK, "currency": currency, "amount_total": minor})
    assert str(it.totals.total) == amount


def test_a_customer_who_paid_in_another_currency_is_told_of_that_one() -> None:
    shown = {"presentment_details": {"presentment_amount": 610000, "presentment_currency": "huf"}}
    it = order({**SESSION, **shown})
    assert (it.currency, it.totals.total) == ("HUF", Decimal("6100.00"))
    assert it.totals.subtotal is None
    assert [(line.quantity, line.unit_price, line.total) for line in it.lines] == [
        (Decimal(2), None, None),
        (Decimal(1), None, None),
    ]
    assert not it.discounts
    assert not it.taxes
    assert difference(it) == 0


def test_a_refund_of_a_part_in_another_currency_states_no_sum() -> None:
    shown = {"presentment_details": {"presentment_amount": 610000, "presentment_currency": "huf"}}
    partly = {**CHARGE, **shown, "amount_refunded": 500}
    news = amendment(event("charge.refunded", partly))
    assert (news.payment, news.refunded) == ("partially_refunded", None)
    wholly = {**CHARGE, **shown, "amount_refunded": 3550, "refunded": True}
    assert amendment(event("charge.refunded", wholly)).refunded == Decimal("6100.00")


def test_test_mode_is_a_test() -> None:
    assert order({**SESSION, "livemode": False}).test
    without = {name: value for name, value in SESSION.items() if name != "livemode"}
    assert not order(without).test


def test_a_number_is_where_the_settings_say() -> None:
    assert order(SESSION).number is None
    assert order(SESSION, {"number": "metadata.order_no"}).number == "A-7"


def test_a_refund_of_a_part_is_laid_over_its_order() -> None:
    charge = {**CHARGE, "amount_refunded": 500, "refunds": {"data": [REFUND]}}
    news = amendment(event("charge.refunded", charge))
    assert (news.reference, news.payment) == ("pi_1", "partially_refunded")
    assert news.refunded == Decimal("5.00")
    after = amended(order(SESSION), [news])
    assert (after.state.payment, after.totals.refunded) == ("partially_refunded", Decimal("5.00"))
    assert [one.id for one in after.refunds] == ["re_1"]


def test_refunds_and_the_charge_do_not_count_twice() -> None:
    told = [
        amendment(event("refund.created", REFUND)),
        amendment(event("charge.refunded", {**CHARGE, "amount_refunded": 500})),
        amendment(event("charge.refund.updated", REFUND, AT + 5)),
    ]
    assert amended(order(SESSION), told).totals.refunded == Decimal("5.00")


def test_a_charge_that_went_back_whole_says_so_in_the_fetched_order_too() -> None:
    charge = {**CHARGE, "amount_refunded": 3550, "refunded": True, "refunds": {"data": [REFUND]}}
    it = order({**SESSION, "payment_intent": {**INTENT, "latest_charge": charge}})
    assert (it.state.payment, it.totals.refunded) == ("refunded", Decimal("35.50"))
    assert it.updated_at == WHEN


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_failed_is_none(status: str) -> None:
    assert "refund" in reason(event("refund.updated", {**REFUND, "status": status}))


def test_a_reason_that_is_meant_for_the_shop_is_not_passed_on() -> None:
    news = amendment(event("refund.created", {**REFUND, "reason": "fraudulent"}))
    assert [one.reason for one in news.refunds] == [None]


def test_a_charge_of_an_older_version_also_names_its_invoice() -> None:
    news = read(event("charge.refunded", {**CHARGE, "amount_refunded": 1, "invoice": "in_1"}))
    assert not isinstance(news, Ignored)
    assert [one.reference for one in news if isinstance(one, Amendment)] == ["pi_1", "in_1"]


def test_money_that_was_only_reserved_is_released_not_refunded() -> None:
    released = {**CHARGE, "captured": False, "refunded": True, "amount_refunded": 3550}
    news = amendment(event("charge.refunded", released))
    assert (news.type, news.payment, news.refunded) == ("order.cancelled", "voided", None)
    expired = {**REFUND, "reason": "expired_uncaptured_charge"}
    assert "took nothing back" in reason(event("refund.created", expired))


@pytest.mark.parametrize(
    ("status", "payment"),
    [("succeeded", "paid"), ("requires_capture", "authorized"), ("canceled", "voided")],
)
def test_a_payment_says_how_the_order_that_was_paid_so_stands(status: str, payment: str) -> None:
    news = amendment(event("payment_intent.x", {**INTENT, "status": status, "canceled_at": AT}))
    assert (news.reference, news.payment, news.at) == ("pi_1", payment, WHEN)
    assert (news.cancelled_at is None) == (payment != "voided")


@pytest.mark.parametrize("status", ["requires_payment_method", "requires_action", "processing"])
def test_a_payment_that_goes_on_is_no_news(status: str) -> None:
    assert "not finished" in reason(event("payment_intent.x", {**INTENT, "status": status}))
    declined = event("payment_intent.payment_failed", {**INTENT, "status": status})
    assert "not finished" in reason(declined)


def test_parcels_that_a_merchant_notes_on_the_payment_are_told() -> None:
    shipping = {"address": ADDRESS, "carrier": "DHL", "tracking_number": "J1, J2"}
    news = amendment(event("charge.updated", {**CHARGE, "shipping": shipping}))
    assert news.type == "shipment.created"
    assert [(one.carrier, one.tracking_number) for one in news.parcels] == [
        ("DHL", "J1"),
        ("DHL", "J2"),
    ]
    fetched = {**SESSION, "payment_intent": {**INTENT, "shipping": shipping}}
    assert order(fetched).parcels == news.parcels


def test_a_charge_that_failed_is_no_news() -> None:
    assert "did not succeed" in reason(event("charge.failed", {**CHARGE, "status": "failed"}))


def test_by_default_only_a_checkout_is_an_order() -> None:
    assert isinstance(only(INTENT), Amendment)
    assert "checkout" in reason(INVOICE)


def test_payments_are_orders_where_the_shop_says_so() -> None:
    it = order(event("payment_intent.succeeded", INTENT), PAYMENTS)
    assert (it.id, it.totals.total, it.state.payment) == ("pi_1", Decimal("35.50"), "paid")
    assert it.customer.email == "alex@example.com"
    assert it.payments[0].reference == "pi_1"
    assert "payment_intent" in reason(SESSION, PAYMENTS)
    failed = event("payment_intent.payment_failed", {**INTENT, "status": "requires_action"})
    assert amendment(failed, PAYMENTS).payment == "failed"
    assert order({**INTENT, "status": "processing"}, PAYMENTS).state.payment == "pending"


def test_a_payments_lines_are_those_of_its_amount_details() -> None:
    details = {
        "shipping": {"amount": 350},
        "tax": {"total_tax_amount": 200},
        "tip": {},
        "line_items": {
            "data": [
                {
                    "id": "uli_1",
                    "product_name": "Tea",
                    "product_code": "T1",
                    "quantity": 3,
                    "unit_cost": 1000,
                    "tax": {"total_tax_amount": 200},
                }
            ]
        },
    }
    it = order({**INTENT, "amount_details": details}, PAYMENTS)
    (line,) = it.lines
    assert (line.title, line.sku) == ("Tea", "T1")
    assert (line.quantity, line.total) == (Decimal(3), Decimal("30.00"))
    assert difference(it) == 0


def test_an_older_payment_carries_its_charges() -> None:
    old = {**INTENT, "receipt_email": None, "charges": {"data": [CHARGE]}}
    del old["latest_charge"]
    it = order(old, PAYMENTS)
    assert (it.customer.email, it.payments[0].title) == ("alex@example.com", "Visa •••• 4242")


def test_invoices_are_orders_where_the_shop_says_so() -> None:
    it = order(event("invoice.paid", INVOICE), INVOICES)
    assert (it.id, it.number, it.totals.total) == ("in_1", "A1B2-0001", Decimal("23.80"))
    assert it.links.status == "https://invoice.example.com/1"
    assert it.billing_address is not None
    assert it.billing_address.name == "Alex Example"
    assert (it.totals.tax, it.totals.tax_included) == (Decimal("3.80"), False)
    assert difference(it) == 0
    assert it.lines[0].unit_price == Decimal("20.00")


@pytest.mark.parametrize(
    ("changes", "payment"),
    [
        ({"status": "open", "attempted": False}, "pending"),
        ({"status": "open", "attempted": True}, "failed"),
        ({"status": "open", "attempted": True, "collection_method": "send_invoice"}, "pending"),
        ({"status": "uncollectible"}, "failed"),
        ({"status": "void"}, "voided"),
        ({"status": None, "paid": True}, "paid"),
    ],
)
def test_an_invoice_says_how_it_stands(changes: dict[str, Any], payment: str) -> None:
    assert order({**INVOICE, **changes}, INVOICES).state.payment == payment


def test_an_invoice_that_is_sent_is_paid_by_invoice() -> None:
    sent = {**INVOICE, "collection_method": "send_invoice", "status": "open"}
    assert order(sent, INVOICES).payments[0].method == "invoice"


def test_a_voided_invoice_is_cancelled() -> None:
    void = {**INVOICE, "status": "void", "status_transitions": {"voided_at": AT}}
    assert order(void, INVOICES).state.cancelled_at == WHEN


def test_a_draft_or_a_preview_of_an_invoice_is_no_order() -> None:
    assert "draft" in reason(event("invoice.created", {**INVOICE, "status": "draft"}), INVOICES)
    preview = {name: value for name, value in INVOICE.items() if name != "id"}
    assert "preview" in reason(event("invoice.upcoming", preview), INVOICES)


def test_an_invoice_of_a_newer_version_asks_the_api_how_it_was_paid() -> None:
    new = {name: value for name, value in INVOICE.items() if name != "payment_intent"}
    assert isinstance(only(event("invoice.paid", new), INVOICES), Pointer)
    paid = {"data": [{"payment": {"type": "payment_intent", "payment_intent": "pi_7"}}]}
    fetched = only({**new, "payments": paid}, INVOICES)
    assert isinstance(fetched, OrderEvent)
    assert fetched.order.payments[0].reference == "pi_7"


def test_discounts_of_single_invoice_lines_are_not_taken_off_twice() -> None:
    line = {
        **INVOICE["lines"]["data"][0],
        "discounts": ["di_1"],
        "discount_amounts": [{"amount": 500, "discount": "di_1"}],
    }
    cut = {
        **INVOICE,
        "lines": {"data": [line], "has_more": False},
        "subtotal": 1500,
        "total_discount_amounts": [{"amount": 500, "discount": "di_1"}],
        "total": 1880,
    }
    it = order(cut, INVOICES)
    assert (it.totals.subtotal, it.totals.discount) == (None, Decimal("5.00"))
    assert it.lines[0].total == Decimal("15.00")
    assert difference(it) == 0


def test_the_price_of_one_is_shown_only_where_it_gives_the_amount() -> None:
    part = {**INVOICE["lines"]["data"][0], "amount": 700, "proration": True}
    it = order({**INVOICE, "lines": {"data": [part]}, "subtotal": 700, "total": 1080}, INVOICES)
    assert (it.lines[0].unit_price, it.lines[0].total) == (None, Decimal("7.00"))


def test_lists_and_other_envelopes_are_opened() -> None:
    listed = {"object": "list", "data": [event("product.created", {"object": "product"}), SESSION]}
    assert order(listed).id == "cs_live_1"
    bridged = {"detail-type": "x", "detail": event("checkout.session.completed", IN_A_HOOK)}
    assert order(bridged).id == "cs_live_1"
    assert "empty" in reason({"object": "list", "data": []})


def test_a_repeated_event_with_another_count_beside_it_says_the_same() -> None:
    first = event("charge.refunded", {**CHARGE, "amount_refunded": 500})
    assert read({**first, "pending_webhooks": 1}) == read({**first, "pending_webhooks": 2})
    body = json.dumps(first).encode()
    assert STRIPE.event_id(Hook({}, body)) is None


def test_a_completed_session_without_a_total_or_a_currency_is_refused_by_name() -> None:
    for name in ("amount_total", "currency"):
        with pytest.raises(BadInput) as refused:
            read({**SESSION, name: None})
        assert refused.value.status == 422
        assert name in refused.value.problems[0].message


def test_an_amount_that_is_no_number_is_refused_with_its_place() -> None:
    with pytest.raises(BadInput) as refused:
        read(event("checkout.session.completed", {**SESSION, "amount_total": "much"}))
    assert refused.value.problems[0].path == "data.object.amount_total"


def item(kind: str, amount: int, what: str, quantity: int | None = None) -> dict[str, Any]:
    return {
        "object": "order_item",
        "type": kind,
        "amount": amount,
        "currency": "eur",
        "description": what,
        "parent": f"{kind}_1",
        "quantity": quantity,
    }


OLD_ORDER: dict[str, Any] = {
    "id": "or_1",
    "object": "order",
    "amount": 2840,
    "amount_returned": None,
    "charge": "ch_1",
    "created": AT - 60,
    "currency": "eur",
    "customer": "cus_1",
    "email": "alex@example.com",
    "items": [
        item("sku", 2400, "Earl Grey", 2),
        item("discount", -240, "Spring"),
        item("shipping", 490, "By post"),
        item("tax", 190, "VAT"),
    ],
    "livemode": True,
    "shipping": {"name": "Alex Example", "address": ADDRESS, "carrier": None},
    "status": "paid",
    "status_transitions": {"canceled": None, "paid": AT - 30},
    "updated": AT - 30,
}


def test_an_order_of_the_closed_orders_api_is_read_with_each_kind_of_its_items() -> None:
    news = only(event("order.payment_succeeded", OLD_ORDER))
    it = order(OLD_ORDER)
    assert (news.type, it.id, it.customer.email) == ("payment.paid", "or_1", "alex@example.com")
    assert [(line.title, line.quantity, line.total) for line in it.lines] == [
        ("Earl Grey", Decimal(2), Decimal("24.00"))
    ]
    assert (it.totals.total, it.totals.discount, it.totals.shipping, it.totals.tax) == (
        Decimal("28.40"),
        Decimal("2.40"),
        Decimal("4.90"),
        Decimal("1.90"),
    )
    assert difference(it) == 0
    assert it.payments[0].reference == "ch_1"
    assert (it.discounts[0].title, it.shipping[0].title) == ("Spring", "By post")
    assert it.updated_at == datetime.fromtimestamp(AT - 30, UTC)


def test_an_old_item_without_a_quantity_is_one() -> None:
    created = {
        **OLD_ORDER,
        "amount": 2400,
        "items": [item("sku", 2400, "Tea")],
        "status": "created",
    }
    it = order(event("order.created", created))
    assert (it.lines[0].quantity, it.lines[0].unit_price) == (Decimal(1), Decimal("24.00"))
    assert it.state.payment == "pending"
    assert difference(it) == 0


@pytest.mark.parametrize(
    ("status", "payment", "fulfillment"),
    [
        ("fulfilled", "paid", "fulfilled"),
        ("returned", "refunded", None),
        ("canceled", "voided", None),
        ("unheard of", None, None),
    ],
)
def test_the_status_of_an_old_order_says_how_it_stands(
    status: str, payment: str | None, fulfillment: str | None
) -> None:
    state = order({**OLD_ORDER, "status": status}).state
    assert (state.payment, state.fulfillment) == (payment, fulfillment)


def test_an_order_of_the_second_orders_api_has_the_parts_of_a_session() -> None:
    apart = (
        "customer_details",
        "payment_status",
        "payment_intent",
        "mode",
        "collected_information",
    )
    same = {name: value for name, value in SESSION.items() if name not in apart}
    second = {
        **same,
        "id": "order_1",
        "object": "order",
        "billing_details": SESSION["customer_details"],
        "payment": {"payment_intent": "pi_1", "status": "complete"},
        "status": "complete",
    }
    it = order(second)
    assert (it.id, it.customer.email, len(it.lines)) == ("order_1", "alex@example.com", 2)
    assert (it.state.payment, it.payments[0].reference) == ("paid", "pi_1")
    assert (it.totals.total, difference(it)) == (Decimal("35.50"), Decimal(0))
    cancelled = order(event("order.canceled", {**second, "status": "canceled"}))
    assert (cancelled.state.payment, cancelled.state.cancelled_at) == ("voided", WHEN)
    assert "open" in reason({**second, "status": "open"})


def test_a_session_of_2019_states_no_total_and_points_to_the_api() -> None:
    old = {name: IN_A_HOOK[name] for name in ("id", "object", "customer_email", "livemode")}
    news = only(event("checkout.session.completed", {**old, "display_items": []}))
    assert isinstance(news, Pointer)
    assert (news.type, news.order_id, news.order) == ("order.placed", "cs_live_1", None)


def test_a_charge_before_2015_has_no_status_and_says_whether_it_was_paid() -> None:
    old = {name: value for name, value in CHARGE.items() if name != "status"}
    assert amendment(event("charge.succeeded", old)).payment == "paid"
    assert "did not succeed" in reason(event("charge.failed", {**old, "paid": False}))


def test_refunds_without_ids_still_say_how_much_went_back() -> None:
    old = {**CHARGE, "amount_refunded": 500, "refunds": [{"amount": 500, "currency": "eur"}]}
    news = amendment(event("charge.refunded", old))
    assert (news.refunded, news.refunds) == (Decimal("5.00"), ())


def test_what_a_partial_capture_leaves_was_never_taken_and_is_no_refund() -> None:
    part = {**CHARGE, "amount_captured": 2000, "amount_refunded": 1550}
    captured = amendment(event("charge.captured", part))
    assert (captured.type, captured.payment, captured.refunded) == ("payment.paid", "paid", None)
    back = amendment(event("charge.refunded", {**part, "amount_refunded": 1850}))
    assert (back.payment, back.refunded) == ("partially_refunded", Decimal("3.00"))
    whole = {**part, "amount_refunded": 3550, "refunded": True}
    assert amendment(event("charge.refunded", whole)).refunded == Decimal("20.00")


def test_an_invoice_before_2018_says_only_whether_it_was_paid() -> None:
    old = {name: value for name, value in INVOICE.items() if name != "status"}
    assert order({**old, "paid": True}, INVOICES).state.payment == "paid"
    assert order({**old, "paid": False}, INVOICES).state.payment == "failed"
    unasked = {**old, "paid": False, "attempted": False}
    assert order(unasked, INVOICES).state.payment == "pending"


def test_an_event_that_only_names_its_object_points_to_it() -> None:
    named = {
        "id": "cs_live_1",
        "type": "checkout.session",
        "url": "/v1/checkout/sessions/cs_live_1",
    }
    thin = {"object": "v2.core.event", "type": "v1.checkout.session.completed"}
    news = only({**thin, "related_object": named})
    assert isinstance(news, Pointer)
    assert (news.type, news.order_id) == ("order.placed", "cs_live_1")
    account = {"id": "acct_1", "type": "v2.core.account"}
    assert "account" in reason({**thin, "related_object": account})


def test_a_search_is_read_as_a_list() -> None:
    assert amendment({"object": "search_result", "data": [CHARGE]}).reference == "pi_1"


def corpus() -> dict[str, Any]:
    if not CORPUS.is_dir():
        pytest.skip(f"no order payloads at {CORPUS}")
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(CORPUS.iterdir())}


def expected(raw: Any) -> tuple[str, dict[str, Any]]:
    """What a payload must become, read from the raw document: a word and the facts in it."""
    it = raw["data"]["object"] if raw.get("object") == "event" else raw
    kind, status = it["object"], it.get("status")
    if kind == "checkout.session" and status != "open":
        email = it["customer_details"]["email"]
        total = Decimal(it["amount_total"]) / 100
        return "order", {"id": it["id"], "email": email, "total": total, "cur": it["currency"]}
    if kind == "payment_intent" and status in ("succeeded", "canceled"):
        return "amendment", {"reference": it["id"]}
    if kind in ("charge", "refund") and status == "succeeded":
        return "amendment", {"reference": it.get("payment_intent") or it.get("charge") or it["id"]}
    return "ignored", {"kind": kind.replace("_", " ").replace(".", " ").split()[0]}


def test_every_payload_at_hand_is_an_order_or_says_what_else_it_is() -> None:
    seen: Counter[str] = Counter()
    for name, raw in corpus().items():
        word, facts = expected(raw)
        found = read(raw)
        if word == "ignored":
            assert isinstance(found, Ignored), name
            assert facts["kind"] in found.reason, name
        elif word == "amendment":
            assert not isinstance(found, Ignored), name
            news = found[0]
            assert isinstance(news, Amendment), name
            assert news.reference == facts["reference"], name
        else:
            it = order(raw)
            told = (it.id, it.number, it.customer.email, it.totals.total, it.currency.lower())
            assert told == (facts["id"], None, facts["email"], facts["total"], facts["cur"]), name
            assert difference(it) == 0, name
            assert it.test, name
            assert not it.lines, name
        seen[word] += 1
    assert seen["order"] >= 2
    assert seen["amendment"] >= 9
    assert seen["ignored"] >= 60


def test_every_invoice_at_hand_is_an_order_where_the_shop_says_so() -> None:
    found = 0
    for name, raw in corpus().items():
        it = raw["data"]["object"] if raw.get("object") == "event" else raw
        if it["object"] != "invoice" or it.get("status") in (None, "draft"):
            continue
        invoice = order(raw, INVOICES)
        lines = it.get("lines", {}).get("data", [])
        assert (invoice.id, invoice.number) == (it["id"], it["number"]), name
        assert invoice.totals.total == Decimal(it["total"]) / 100, name
        assert [line.quantity for line in invoice.lines] == [each["quantity"] for each in lines]
        assert invoice.customer.email == it["customer_email"], name
        assert difference(invoice) == 0, name
        found += 1
    assert found >= 4
