"""What a Shopify order says, in canonical words."""

import json
from decimal import Decimal

import pytest

from twofifty.adapters.shopify.source import Shopify
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, News, OrderEvent
from twofifty.order.model import Discount, Order

STATED = Stated("shop")


def line(**changed: object) -> dict[str, object]:
    plain = {"id": 11, "title": "Tea", "quantity": 2, "price": "10.00", "requires_shipping": True}
    return {**plain, **changed}


def payload(**changed: object) -> dict[str, object]:
    return {
        "id": 820982911946154508,
        "name": "#1001",
        "currency": "USD",
        "financial_status": "paid",
        "total_price": "25.00",
        "total_line_items_price": "20.00",
        "total_discounts": "0.00",
        "total_tax": "0.00",
        "taxes_included": False,
        "line_items": [line()],
        "shipping_lines": [{"title": "Post", "price": "5.00"}],
        **changed,
    }


def read(document: object, topic: str = "") -> tuple[News, ...] | Ignored:
    return Shopify().read(topic, json.dumps(document).encode(), STATED)


def orders(document: object, topic: str = "", stated: Stated = STATED) -> list[Order]:
    events = Shopify().read(topic, json.dumps(document).encode(), stated)
    assert not isinstance(events, Ignored), events.reason
    return [event.order for event in events if isinstance(event, OrderEvent)]


def order(**changed: object) -> Order:
    (found,) = orders(payload(**changed))
    return found


def both(shop: str, shown: str, code: str = "EUR") -> dict[str, object]:
    return {
        "shop_money": {"amount": shop, "currency_code": "USD"},
        "presentment_money": {"amount": shown, "currency_code": code},
    }


def test_a_64_bit_id_keeps_every_digit_and_is_not_the_number() -> None:
    found = order()
    assert (found.id, found.number) == ("820982911946154508", "#1001")


def test_the_customer_sees_every_figure_in_the_currency_that_he_paid_in() -> None:
    found = order(
        presentment_currency="EUR",
        total_price_set=both("25.00", "22.50"),
        total_line_items_price_set=both("20.00", "18.00"),
        total_discounts_set=both("0.00", "0.00"),
        total_tax_set=both("0.00", "0.00"),
        total_outstanding="25.00",
        financial_status="pending",
        line_items=[line(price_set=both("10.00", "9.00"))],
        shipping_lines=[{"title": "Post", "price": "5.00", "price_set": both("5.00", "4.50")}],
    )
    assert found.currency == "EUR"
    assert found.totals.total == Decimal("22.50")
    assert found.lines[0].unit_price == Decimal("9.00")
    assert found.shipping[0].amount == Decimal("4.50")
    assert found.totals.due is None
    assert difference(found) == 0


def test_allocated_discounts_are_the_truth_and_are_told_once() -> None:
    share = {"amount": "4.00", "discount_application_index": 0}
    found = order(
        total_price="21.00",
        total_discounts="4.00",
        line_items=[line(total_discount="0.00", discount_allocations=[share])],
        discount_applications=[{"type": "discount_code", "code": "SPRING"}],
        discount_codes=[{"code": "SPRING", "amount": "4.00", "type": "fixed_amount"}],
    )
    assert found.lines[0].discount == Decimal("4.00")
    assert found.lines[0].total == Decimal("16.00")
    assert found.discounts == (Discount(amount=Decimal("4.00"), code="SPRING"),)
    assert difference(found) == 0


def test_a_discount_on_shipping_is_not_counted_twice() -> None:
    found = order(
        total_price="20.00",
        total_discounts="5.00",
        shipping_lines=[
            {
                "title": "Post",
                "price": "5.00",
                "discounted_price": "0.00",
                "discount_allocations": [{"amount": "5.00", "discount_application_index": 0}],
            }
        ],
        discount_codes=[{"code": "FREESHIP", "amount": "5.00", "type": "shipping"}],
    )
    assert (found.totals.shipping, found.totals.discount) == (Decimal("0.00"), Decimal("0.00"))
    assert found.shipping[0].amount == Decimal("0.00")
    assert found.discounts == ()
    assert difference(found) == 0


def test_tip_and_duties_belong_to_the_total_and_the_tip_is_no_line() -> None:
    found = order(
        total_price="30.50",
        total_tip_received="3.00",
        original_total_duties_set=both("2.50", "2.50", "USD"),
        line_items=[line(), line(id=12, title="Tip", price="3.00", quantity=1, tip={"x": 1})],
    )
    assert (found.totals.tip, found.totals.duties) == (Decimal("3.00"), Decimal("2.50"))
    assert [each.title for each in found.lines] == ["Tea"]
    assert difference(found) == 0


def test_an_edited_order_tells_what_is_owed_now_and_drops_what_was_removed() -> None:
    found = order(
        financial_status="pending",
        current_total_price="15.00",
        current_subtotal_price="10.00",
        current_total_tax="0.00",
        line_items=[line(current_quantity=1), line(id=12, current_quantity=0)],
    )
    assert found.totals.total == Decimal("15.00")
    assert [(each.id, each.quantity) for each in found.lines] == [("11", Decimal(1))]
    assert difference(found) == 0


def test_an_exchange_of_equal_price_is_an_edit_too() -> None:
    found = order(
        current_total_price="25.00",
        current_subtotal_price="20.00",
        current_total_tax="0.00",
        line_items=[line(current_quantity=0), line(id=12, title="Cup", current_quantity=2)],
    )
    assert [each.title for each in found.lines] == ["Cup"]
    assert difference(found) == 0


def test_a_cancelled_order_still_says_what_was_ordered() -> None:
    found = order(
        financial_status="pending",
        cancelled_at="2026-01-31T09:30:00Z",
        current_total_price="0.00",
        line_items=[line(current_quantity=0)],
    )
    assert [each.quantity for each in found.lines] == [2]
    assert found.totals.total == Decimal("25.00")
    assert difference(found) == 0


def test_shipping_that_was_taken_out_again_is_not_charged() -> None:
    removed = {"title": "Express", "price": "9.00", "is_removed": True}
    found = order(shipping_lines=[removed, {"title": "Post", "price": "5.00"}])
    assert [each.title for each in found.shipping] == ["Post"]
    assert found.totals.shipping == Decimal("5.00")


def test_a_tip_in_another_currency_than_the_shops_is_that_of_its_line() -> None:
    found = order(
        total_price_set=both("28.00", "25.20"),
        total_tip_received="3.00",
        line_items=[
            line(price_set=both("10.00", "9.00")),
            line(id=12, quantity=1, price_set=both("3.00", "2.70"), tip={"payment_gateway": "x"}),
        ],
        total_line_items_price_set=both("20.00", "18.00"),
        shipping_lines=[{"title": "Post", "price_set": both("5.00", "4.50")}],
    )
    assert found.totals.tip == Decimal("2.70")
    assert difference(found) == 0


def test_sets_in_another_currency_than_the_one_presented_are_not_believed() -> None:
    found = order(total_price_set=both("25.00", "23.10"), presentment_currency="CAD")
    assert (found.currency, str(found.totals.total)) == ("USD", "25.00")


def test_an_edited_order_without_a_current_total_in_its_currency_keeps_the_agreed_one() -> None:
    found = order(
        current_total_price="10.00",
        current_total_price_set={"current_total_price_set": both("10.00", "9.00")},
        total_price_set=both("25.00", "23.10"),
    )
    assert (found.currency, str(found.totals.total)) == ("EUR", "23.10")


def test_a_refunded_order_tells_what_was_agreed_and_what_went_back() -> None:
    moved = {"kind": "refund", "status": "success", "amount": "10.00", "currency": "USD"}
    failed = {**moved, "status": "failure"}
    found = order(
        financial_status="partially_refunded",
        current_total_price="15.00",
        line_items=[line(current_quantity=1)],
        refunds=[{"transactions": [moved, failed]}],
    )
    assert found.totals.total == Decimal("25.00")
    assert found.totals.refunded == Decimal("10.00")
    assert found.lines[0].quantity == 2
    assert found.state.payment == "partially_refunded"


@pytest.mark.parametrize(
    ("status", "due"), [("pending", "25.00"), ("partially_paid", "25.00"), ("paid", None)]
)
def test_only_what_is_not_paid_is_due(status: str, due: str | None) -> None:
    found = order(financial_status=status, total_outstanding="25.00").totals.due
    assert (None if found is None else str(found)) == due


@pytest.mark.parametrize(
    ("gateway", "method"),
    [
        ("Cash on Delivery (COD)", "cash_on_delivery"),
        ("Nachnahme", "cash_on_delivery"),
        ("Bank Deposit", "bank_transfer"),
        ("Money Order", "cheque"),
        ("Kauf auf Rechnung", "invoice"),
        ("shopify_payments", "card"),
        ("bogus", "card"),
        ("paypal", "paypal"),
        ("gift_card", "gift_card"),
        ("shopify_installments", "pay_later"),
        ("Klarna", "pay_later"),
        ("manual", "manual"),
        ("some_new_gateway", "some_new_gateway"),
    ],
)
def test_gateways_have_the_words_that_the_policy_knows(gateway: str, method: str) -> None:
    assert [part.method for part in order(payment_gateway_names=[gateway, ""]).payments] == [method]


def test_payment_terms_are_an_invoice() -> None:
    terms = {"payment_terms_name": "Net 30", "payment_terms_type": "net"}
    found = order(financial_status="pending", payment_terms=terms).payments
    assert [(part.method, part.title) for part in found] == [("invoice", "Net 30")]


def test_unconfirmed_means_that_stock_is_not_reserved_not_that_it_is_a_draft() -> None:
    reserved, open_ = order(confirmed=True), order(confirmed=False)
    assert reserved.lines[0].stock is not None
    assert reserved.lines[0].stock.status == "allocated"
    assert open_.lines[0].stock is None
    assert not open_.state.draft


def test_what_is_for_machines_is_not_shown() -> None:
    found = order(
        note_attributes=[{"name": "Gift", "value": "yes"}, {"name": "_token", "value": "x"}],
        line_items=[
            line(
                properties=[{"name": "Engraving", "value": "Ada"}, {"name": "_id", "value": "1"}],
                variant_title="Default Title",
            )
        ],
        order_status_url="javascript:alert(1)",
    )
    assert found.attributes == {"Gift": "yes"}
    assert found.lines[0].attributes == {"Engraving": "Ada"}
    assert found.lines[0].variant is None
    assert found.links.status is None


def test_what_is_not_shipped_is_digital() -> None:
    found = order(line_items=[line(requires_shipping=False, gift_card=True)], confirmed=True)
    assert (found.lines[0].digital, found.lines[0].gift_card) == (True, True)
    assert found.lines[0].stock is None


def test_yen_are_neither_multiplied_nor_given_a_point() -> None:
    found = order(currency="JPY", total_price="23600", line_items=[line(price="23600")])
    assert str(found.totals.total) == "23600"
    assert str(found.lines[0].unit_price) == "23600"


def test_nobody_to_write_to_is_no_error() -> None:
    found = order(email="", contact_email=None, customer=None, shipping_address=None)
    assert found.customer.email is None
    assert found.shipping_address is None


def test_an_imported_order_is_as_old_as_it_was_processed() -> None:
    found = order(created_at="2026-01-31T09:30:00Z", processed_at="2020-01-31T09:30:00Z")
    assert found.placed_at is not None
    assert found.placed_at.year == 2020


def test_language_and_zone_come_from_the_settings_where_the_order_is_silent() -> None:
    stated = Stated("shop", locale="de-AT", time_zone="Europe/Vienna")
    (spoken,) = orders(payload(customer_locale="pt_BR"), stated=stated)
    (silent,) = orders(payload(), stated=stated)
    assert (spoken.locale, silent.locale) == ("pt-BR", "de-AT")
    assert silent.time_zone == "Europe/Vienna"


@pytest.mark.parametrize("wrap", [lambda it: it, lambda it: {"order": it}, lambda it: [it]])
def test_an_order_is_an_order_in_any_wrapping(wrap: object) -> None:
    assert callable(wrap)
    assert len(orders(wrap(payload()))) == 1


def test_a_list_of_orders_is_as_many_events() -> None:
    found = orders({"orders": [payload(), payload(id=2)]})
    assert [each.id for each in found] == ["820982911946154508", "2"]


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("orders/create", "order.placed"),
        ("orders/paid", "payment.paid"),
        ("orders/cancelled", "order.cancelled"),
        ("orders/updated", "order.updated"),
        ("", "order.updated"),
    ],
)
def test_the_topic_is_for_the_record(topic: str, kind: str) -> None:
    events = read(payload(), topic)
    assert not isinstance(events, Ignored)
    assert [event.type for event in events] == [kind]


@pytest.mark.parametrize(
    "topic",
    """refunds/create fulfillments/update draft_orders/create checkouts/create customers/create
    products/update orders/delete orders/edited""".split(),
)
def test_other_topics_are_ignored_with_a_reason(topic: str) -> None:
    ignored = read(payload(), topic)
    assert isinstance(ignored, Ignored)
    assert topic in ignored.reason


@pytest.mark.parametrize(
    "document",
    [
        {"draft_order": {"id": 1}},
        {"refund": {"id": 1}},
        {"id": 1, "order_id": 2, "line_items": []},
        {
            "admin_graphql_api_id": "gid://shopify/DraftOrder/1",
            "line_items": [],
            "total_price": "1",
        },
    ],
)
def test_bodies_of_other_kinds_are_ignored_even_under_an_order_topic(document: object) -> None:
    assert isinstance(read(document, "orders/create"), Ignored)


@pytest.mark.parametrize("document", [{}, [], 5, {"hello": "world", "a": 1}])
def test_an_order_topic_without_an_order_is_not_swallowed(document: object) -> None:
    with pytest.raises(BadInput) as caught:
        read(document, "orders/create")
    assert caught.value.status == 422


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"total_price": "12,50"}, "total_price"),
        ({"currency": "Dollar"}, "currency"),
        ({"line_items": [line(price="x")]}, "line_items[0].price"),
        ({"line_items": [line(), line(quantity=-1)]}, "line_items[1].quantity"),
        ({"id": "9" * 201}, "id"),
    ],
)
def test_what_cannot_be_read_is_named(changed: dict[str, object], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(payload(**changed))
    assert caught.value.status == 422
    assert [problem.path for problem in caught.value.problems] == [path]


def test_one_event_under_two_topics_or_of_two_orders_is_two_arrivals() -> None:
    def key(**headers: str) -> str | None:
        named = {f"x-shopify-{name.replace('_', '-')}": value for name, value in headers.items()}
        return Shopify().event_id(Hook(named, b""))

    created = key(event_id="e1", topic="orders/create", webhook_id="w1")
    assert created == key(event_id="e1", topic="orders/create", webhook_id="w2")
    assert created != key(event_id="e1", topic="orders/paid")
    assert key(event_id="e1", order_id="1") != key(event_id="e1", order_id="2")
    assert key(webhook_id="w1", topic="orders/create") is None
