"""What a WooCommerce order says, in canonical words."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from twofifty.adapters.woocommerce.source import WooCommerce
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, News, OrderEvent
from twofifty.order.model import Order


def item(**changed: object) -> dict[str, object]:
    plain = {
        "id": 31,
        "name": "Tea",
        "quantity": 2,
        "subtotal": "20.00",
        "total": "20.00",
        "price": 10,
        "meta_data": [],
    }
    return {**plain, **changed}


def payload(**changed: object) -> dict[str, object]:
    return {
        "id": 727,
        "number": "727",
        "status": "processing",
        "currency": "EUR",
        "currency_symbol": "$",
        "total": "25.00",
        "total_tax": "0.00",
        "discount_total": "0.00",
        "shipping_total": "5.00",
        "payment_method": "stripe",
        "date_paid_gmt": "2026-01-31T08:31:00",
        "line_items": [item()],
        **changed,
    }


def read(document: object, topic: str = "", zone: str = "") -> tuple[News, ...] | Ignored:
    stated = Stated("shop", locale="de", time_zone=zone)
    return WooCommerce().read(topic, json.dumps(document).encode(), stated)


def orders(document: object, zone: str = "") -> list[Order]:
    events = read(document, zone=zone)
    assert not isinstance(events, Ignored), events.reason
    return [event.order for event in events if isinstance(event, OrderEvent)]


def order(zone: str = "", **changed: object) -> Order:
    (found,) = orders(payload(**changed), zone)
    return found


@pytest.mark.parametrize(
    ("status", "method", "paid", "payment"),
    [
        ("pending", "stripe", None, "pending"),
        ("on-hold", "bacs", None, "pending"),
        ("on-hold", "cheque", None, "pending"),
        ("processing", "stripe", "2026-01-31T08:31:00", "paid"),
        ("processing", "stripe", None, "paid"),
        ("processing", "cod", None, "pending"),
        ("completed", "cod", "2026-01-31T08:31:00", "paid"),
        ("completed", "bacs", None, "pending"),
        ("failed", "stripe", None, "failed"),
        ("cancelled", "stripe", None, "voided"),
        ("refunded", "stripe", "2026-01-31T08:31:00", "refunded"),
        ("trash", "stripe", None, "voided"),
        ("auto-draft", "", None, None),
        ("checkout-draft", "", None, None),
        ("wc-processing", "stripe", "2026-01-31T08:31:00", "paid"),
        ("packed-by-hand", "stripe", "2026-01-31T08:31:00", "paid"),
        ("packed-by-hand", "stripe", None, None),
    ],
)
def test_status_and_date_of_payment_say_how_it_stands(
    status: str, method: str, paid: str | None, payment: str | None
) -> None:
    found = order(status=status, payment_method=method, date_paid_gmt=paid)
    assert found.state.payment == payment
    assert found.state.draft == (status in ("auto-draft", "checkout-draft"))


def test_a_cancelled_order_is_cancelled_when_it_last_changed() -> None:
    found = order(status="cancelled", date_modified_gmt="2026-01-31T09:00:00")
    assert found.state.cancelled_at == datetime(2026, 1, 31, 9, tzinfo=UTC)


def test_a_part_that_went_back_is_said() -> None:
    found = order(refunds=[{"id": 1, "total": "-4.00"}, {"id": 2, "total": "-1.00"}])
    assert found.state.payment == "partially_refunded"
    assert found.totals.refunded == Decimal("5.00")


@pytest.mark.parametrize(
    ("gateway", "method"),
    [
        ("cod", "cash_on_delivery"),
        ("bacs", "bank_transfer"),
        ("cheque", "cheque"),
        ("woocommerce_payments", "card"),
        ("stripe", "card"),
        ("ppcp-gateway", "paypal"),
        ("ppcp-credit-card-gateway", "card"),
        ("german_market_purchase_on_account_invoice", "invoice"),
        ("klarna_payments", "pay_later"),
        ("my_own_gateway", "my_own_gateway"),
    ],
)
def test_gateways_have_the_words_that_the_policy_knows(gateway: str, method: str) -> None:
    found = order(payment_method=gateway, payment_method_title="Pay &amp; go").payments
    assert [(part.method, part.title) for part in found] == [(method, "Pay & go")]


def test_lines_are_before_tax_and_after_their_discount() -> None:
    found = order(
        total="21.42",
        discount_total="5.00",
        total_tax="1.42",
        shipping_total="5.00",
        prices_include_tax=True,
        line_items=[item(total="15.00", price="7.5", total_tax="1.42")],
        coupon_lines=[{"code": "spring", "discount": "5.00"}],
    )
    line = found.lines[0]
    assert (line.unit_price, line.discount, line.total) == (
        Decimal(10),
        Decimal("5.00"),
        Decimal("15.00"),
    )
    assert found.totals.tax_included is False
    assert [(each.code, each.amount) for each in found.discounts] == [("spring", Decimal("5.00"))]
    assert difference(found) == 0


def test_a_share_that_does_not_come_out_even_is_not_a_unit_price() -> None:
    found = order(line_items=[item(quantity=3, subtotal="10.00", total="9.00", price=3)])
    assert found.lines[0].unit_price is None


def test_fees_and_gift_cards_belong_to_the_total() -> None:
    found = order(
        total="7.50",
        fee_lines=[{"name": "Wrapping", "total": "2.50"}],
        gift_cards=[{"code": "A", "amount": 15}, {"code": "B", "amount": "5.00"}],
    )
    assert (found.totals.fees, found.totals.gift_card) == (Decimal("2.50"), Decimal("20.00"))
    assert [(fee.title, fee.amount) for fee in found.fees] == [("Wrapping", Decimal("2.50"))]
    assert difference(found) == 0


def test_the_parts_of_a_bundle_have_their_parent() -> None:
    def meta(key: str, value: str) -> list[dict[str, object]]:
        return [{"key": key, "value": value}]

    found = order(
        line_items=[
            item(id=1, meta_data=meta("_bundle_cart_key", "abc")),
            item(id=2, meta_data=meta("_bundled_by", "abc")),
            item(id=3, bundled_by=1),
            item(id=4, composite_parent="1"),
            item(id=5, bundled_by="", composite_parent="", bundled_items=[]),
        ]
    )
    assert [line.parent_id for line in found.lines] == [None, "1", "1", "1", None]


def test_meta_is_shown_as_the_shop_shows_it_without_what_is_for_machines() -> None:
    found = order(
        line_items=[
            item(
                name="Shirt &ndash; <b>Blue</b>",
                meta_data=[
                    {"key": "_reduced_stock", "value": "1"},
                    {
                        "key": "size",
                        "value": "m",
                        "display_key": "Size",
                        "display_value": "<p>M</p>",
                    },
                    {"key": "pa_shoe-width", "value": "wide &amp; soft"},
                    {"key": "pa_color", "value": "blue", "display_value": "Blue"},
                    {"key": "plugin", "value": {"a": 1}, "display_value": {"a": 1}},
                ],
            )
        ]
    )
    assert found.lines[0].title == "Shirt –  Blue"
    assert found.lines[0].attributes == {"Size": "M", "Shoe width": "wide & soft"}


def test_escaped_markup_stays_text() -> None:
    assert order(line_items=[item(name="&lt;script&gt;x")]).lines[0].title == "<script>x"


def test_quantities_may_be_broken_and_numbers_may_be_text() -> None:
    body = json.dumps(payload(id="727", line_items=[item(quantity=0, price="10")])).encode()
    body = body.replace(b'"quantity": 0', b'"quantity": 2.3')
    events = WooCommerce().read("", body, Stated("shop"))
    assert isinstance(events, tuple)
    assert isinstance(events[0], OrderEvent)
    assert (events[0].order.id, events[0].order.lines[0].quantity) == ("727", Decimal("2.3"))


def test_empty_words_are_absent_and_a_guest_has_no_id() -> None:
    empty = {"first_name": "", "last_name": "", "email": "", "country": ""}
    found = order(customer_id=0, billing=empty, shipping=empty, customer_note="")
    assert found.customer.id is None
    assert found.customer.email is None
    assert (found.billing_address, found.shipping_address, found.note) == (None, None, None)


def test_the_currency_is_its_code_whatever_the_symbol_says() -> None:
    assert order().currency == "EUR"


def test_local_times_count_only_where_the_zone_is_known() -> None:
    local: dict[str, Any] = {"date_created": "2026-01-31T09:30:00", "date_created_gmt": None}
    assert order(**local).placed_at is None
    placed = order(zone="Europe/Vienna", **local).placed_at
    assert placed == datetime(2026, 1, 31, 8, 30, tzinfo=UTC)
    both = order(date_created="2026-01-31T09:30:00", date_created_gmt="2026-01-31T08:30:00")
    assert both.placed_at == datetime(2026, 1, 31, 8, 30, tzinfo=UTC)


def test_the_legacy_api_is_understood() -> None:
    found = order(
        order_number="A-7",
        number=None,
        created_at="2015-01-26T20:00:21Z",
        billing_address={"email": "ada@example.com", "first_name": "Ada"},
        payment_details={"method_id": "bacs", "method_title": "Transfer", "paid": True},
        total_shipping="5.00",
        date_paid_gmt=None,
        line_items=[item(meta=[{"key": "pa_color", "label": "Color", "value": "Black"}])],
    )
    assert found.number == "A-7"
    assert found.state.payment == "paid"
    assert found.customer.email == "ada@example.com"
    assert [part.method for part in found.payments] == ["bank_transfer"]
    assert found.lines[0].attributes == {"Color": "Black"}


@pytest.mark.parametrize(
    "wrap",
    """data order orders list exchange batch body json payload result results items resource_data
    recording""".split(),
)
def test_an_order_is_an_order_in_any_wrapping(wrap: str) -> None:
    one = payload()
    document = {
        "list": [one],
        "exchange": {"request": {}, "response": {"status": 200, "jsonBody": {"data": [one]}}},
        "batch": {"create": [one], "delete": [payload(id=5)]},
        "recording": [{"headers": {"x-wc-webhook-topic": "order.created"}, "body": one}],
    }.get(wrap, {wrap: one})
    assert [each.id for each in orders(document)] == ["727"]


def test_the_ping_is_believed_unsigned_and_says_nothing() -> None:
    ping = Hook({"content-type": "application/x-www-form-urlencoded"}, b"webhook_id=14")
    assert WooCommerce.signature.verified(ping, Trust(("secret",)))
    assert isinstance(WooCommerce().read("", ping.body, Stated("shop")), Ignored)
    signed_wrongly = Hook({"x-wc-webhook-signature": "x"}, b"webhook_id=14")
    assert not WooCommerce.signature.verified(signed_wrongly, Trust(("secret",)))
    assert not WooCommerce.signature.verified(Hook({}, b"webhook_id=14&x=1"), Trust(("secret",)))


@pytest.mark.parametrize(
    ("document", "topic", "reason"),
    [
        ({"id": 5}, "order.deleted", "order.deleted"),
        ({"id": 5}, "customer.created", "customer.created"),
        (payload(billing_period="month"), "", "subscription"),
        ({"id": 5, "amount": "1.00", "refunded_by": 1, "line_items": []}, "", "refund"),
        ({"data": [{"id": 1, "note": "x", "customer_note": False}]}, "", "note"),
    ],
)
def test_what_carries_no_order_is_ignored_with_a_reason(
    document: object, topic: str, reason: str
) -> None:
    ignored = read(document, topic)
    assert isinstance(ignored, Ignored)
    assert reason in ignored.reason


def test_an_error_in_the_place_of_the_order_is_not_swallowed() -> None:
    error = {"code": "woocommerce_rest_cannot_view", "message": "no", "data": {"status": 401}}
    with pytest.raises(BadInput) as caught:
        read(error, "order.created")
    assert caught.value.status == 422
    assert "view orders" in caught.value.problems[0].message


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"total": "twelve"}, "total"),
        ({"currency": "EURO"}, "currency"),
        ({"id": 0}, "id"),
        ({"line_items": [item(quantity="-1")]}, "line_items[0].quantity"),
    ],
)
def test_what_cannot_be_read_is_named(changed: dict[str, object], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(payload(**changed))
    assert caught.value.status == 422
    assert [problem.path for problem in caught.value.problems] == [path]


@pytest.mark.parametrize("name", ["total", "currency", "id"])
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(payload(**{name: ""}))
    assert caught.value.status == 422
    assert name in caught.value.problems[0].message


def test_deliveries_have_no_id_of_their_own() -> None:
    hook = Hook({"x-wc-webhook-delivery-id": "d1f0", "x-wc-webhook-topic": "order.updated"}, b"")
    assert WooCommerce().event_id(hook) is None
    assert WooCommerce().topic(hook) == "order.updated"
