"""PrestaShop under its contracts. The payloads follow its public documentation."""

import json
import random
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest

from tests.contract.sources.damage import damaged, outcome
from twofifty.adapters import registry
from twofifty.adapters.prestashop import tree
from twofifty.adapters.prestashop.shop import PrestaShopShop
from twofifty.errors import BadInput
from twofifty.intake.ports import Stated
from twofifty.intake.shop import Access, Ask
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order
from twofifty.testing.contracts.shop import Scripted, ShopContract
from twofifty.testing.contracts.source import NOW, SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/prestashop")
STATED = Stated("shop", time_zone="Europe/Paris")
ROW = {
    "id": "13",
    "product_id": "1",
    "product_quantity": "2",
    "product_name": "T-shirt &amp; cap - Size : S",
    "product_reference": "demo_1",
    "product_price": "16.666667",
    "unit_price_tax_incl": "20.000000",
    "unit_price_tax_excl": "16.666667",
}
BARE: dict[str, Any] = {
    "id": 5,
    "id_address_delivery": "4",
    "id_address_invoice": "6",
    "id_currency": "1",
    "id_lang": "2",
    "id_customer": "7",
    "id_carrier": "2",
    "current_state": "2",
    "module": "ps_checkpayment",
    "invoice_date": "0000-00-00 00:00:00",
    "date_add": "2026-01-20 22:36:02",
    "date_upd": "2026-01-20 22:40:00",
    "payment": "Chèque",
    "total_discounts_tax_incl": "4.000000",
    "total_paid": "44.500000",
    "total_paid_tax_incl": "44.500000",
    "total_paid_tax_excl": "37.080000",
    "total_paid_real": "0.000000",
    "total_products": "33.333334",
    "total_products_wt": "40.000000",
    "total_shipping_tax_incl": "6.000000",
    "total_wrapping_tax_incl": "2.500000",
    "reference": "KHWLILZLL",
    "associations": {"order_rows": [ROW]},
}
CUSTOMER = {
    "id": 7,
    "firstname": "Alex",
    "lastname": "Example",
    "email": "alex@example.com",
    "newsletter": "0",
}
ADDRESS = {
    "id": 4,
    "id_country": "8",
    "id_state": "0",
    "firstname": "Alex",
    "lastname": "Example",
    "address1": "1 rue du Test",
    "address2": "",
    "postcode": "75001",
    "city": "Paris",
    "phone": "",
    "phone_mobile": "+33 1 00",
}
STATE = {"id": 2, "paid": "1", "shipped": "0", "template": "payment", "name": "Paiement accepté"}
CARRIER = {"id": 2, "name": "Colis", "url": "https://track.example.com/?n=@"}
SENT = {"id": 9, "id_order": "5", "id_carrier": "2", "tracking_number": "XY1", "weight": "0.000"}
SLIP = {
    "id": 3,
    "id_order": "5",
    "amount": "20.000000",
    "total_products_tax_incl": "20.000000",
    "total_shipping_tax_incl": "6.000000",
    "date_add": "2026-01-25 10:00:00",
}
PAYMENT = {
    "id": 1,
    "order_reference": "KHWLILZLL",
    "amount": "44.50",
    "payment_method": "Chèque",
    "transaction_id": "tr_1",
}
RULE = {"id": 1, "id_order": "5", "name": "Spring", "value": "4.000000", "deleted": "0"}
WHOLE: dict[str, Any] = {
    "order": BARE,
    "customer": CUSTOMER,
    "currency": {"id": 1, "iso_code": "EUR"},
    "language": {"id": 2, "iso_code": "fr", "locale": "fr-FR"},
    "order_state": STATE,
    "carrier": CARRIER,
    "carriers": [CARRIER],
    "address_delivery": {**ADDRESS, "country": "FR"},
    "address_invoice": {**ADDRESS, "country": "FR"},
    "order_details": [{**ROW, "total_price_tax_incl": "40.000000", "download_hash": ""}],
    "order_carriers": [],
    "order_cart_rules": [RULE],
    "order_slips": [],
    "order_payments": [PAYMENT],
}


def told(document: object, stated: Stated = STATED) -> tuple[News, ...] | Ignored:
    return registry.source("prestashop").read("", json.dumps(document).encode(), stated)


def news(document: object, stated: Stated = STATED) -> News:
    found = told(document, stated)
    assert not isinstance(found, Ignored), found.reason
    (one,) = found
    return one


def order(**changes: Any) -> Order:
    found = news({**WHOLE, **changes})
    assert isinstance(found, OrderEvent)
    return found.order


def xml(body: str) -> tuple[News, ...] | Ignored:
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n<prestashop>{body}</prestashop>'
    return registry.source("prestashop").read("", document.encode(), STATED)


class TestPrestaShop(SourceContract):
    source = registry.source("prestashop")
    body = json.dumps(WHOLE).encode()


class TestPrestaShopApi(ShopContract):
    source = registry.source("prestashop")
    shop = PrestaShopShop()
    access = Access(url="https://shop.example.com/api", key="key")
    order_id = "5"
    replies: ClassVar[Mapping[str, bytes]] = {
        f"GET /{resource}": json.dumps({name: listed}).encode()
        for resource, name, listed in (
            ("orders", "orders", [BARE]),
            ("customers", "customers", [CUSTOMER]),
            ("currencies", "currencies", [{"id": 1, "iso_code": "EUR"}]),
            ("languages", "languages", [{"id": 2, "iso_code": "fr", "locale": "fr-FR"}]),
            ("order_states", "order_states", [STATE]),
            ("carriers", "carriers", [CARRIER]),
            ("addresses", "addresses", [ADDRESS, {**ADDRESS, "id": 6, "id_state": "3"}]),
            ("countries", "countries", [{"id": 8, "iso_code": "FR"}]),
            ("states", "states", [{"id": 3, "name": "Somewhere"}]),
            ("order_details", "order_details", [{**ROW, "id_order": "5"}]),
            ("order_carriers", "order_carriers", [SENT]),
            ("order_cart_rules", "order_cart_rules", [RULE]),
            ("order_slip", "order_slips", [SLIP]),
            ("order_payments", "order_payments", [PAYMENT]),
        )
    }


def test_a_fetched_order_has_all_that_it_only_has_numbers_for() -> None:
    answer = Scripted(TestPrestaShopApi.replies)
    document = held(PrestaShopShop().order(TestPrestaShopApi.access, "5"), answer)
    found = registry.source("prestashop").read("", document or b"", STATED)
    assert isinstance(found, tuple)
    assert isinstance(found[0], OrderEvent)
    read = found[0].order
    assert (read.currency, read.locale, read.customer.email) == (
        "EUR",
        "fr-FR",
        "alex@example.com",
    )
    assert read.shipping_address is not None
    assert read.billing_address is not None
    assert (read.shipping_address.country, read.billing_address.region) == ("FR", "Somewhere")
    assert read.parcels[0].tracking_url == "https://track.example.com/?n=XY1"
    assert (read.refunds[0].amount, read.totals.refunded) == (Decimal(26), Decimal(26))
    assert (read.payments[0].reference, read.discounts[0].title) == ("tr_1", "Spring")
    assert difference(read) == 0


def queries(asked: list[Ask], resource: str) -> list[dict[str, list[str]]]:
    parts = [urlsplit(ask.url) for ask in asked]
    return [parse_qs(part.query) for part in parts if part.path == f"/{resource}"]


def test_a_page_is_asked_for_by_the_shops_own_time_with_room_for_its_zone() -> None:
    answer = Scripted(TestPrestaShopApi.replies)
    held(PrestaShopShop().changed(TestPrestaShopApi.access, NOW, ""), answer)
    (asked,) = queries(answer.asked, "orders")
    assert asked["filter[date_upd]"] == ["[2026-01-30 21:30:00,2200-01-01 00:00:00]"]
    assert asked["limit"] == ["0,10"]
    assert queries(answer.asked, "addresses")[0]["filter[id]"] == ["[4|6]"]


def test_a_full_page_has_another_after_it() -> None:
    many = json.dumps({"orders": [{**BARE, "id": at} for at in range(10)]}).encode()
    replies = {**TestPrestaShopApi.replies, "GET /orders": b"[]", "GET /orders#1": many}
    answer = Scripted(replies)
    page = held(PrestaShopShop().changed(TestPrestaShopApi.access, NOW, ""), answer)
    assert (len(page.documents), page.cursor) == (10, f"{BARE['date_upd']} 9")
    last = held(PrestaShopShop().changed(TestPrestaShopApi.access, NOW, page.cursor or ""), answer)
    assert (last.documents, last.cursor) == ((), None)


def test_an_order_is_found_by_its_reference_too() -> None:
    answer = Scripted(TestPrestaShopApi.replies)
    assert held(PrestaShopShop().order(TestPrestaShopApi.access, "#KHWLILZLL"), answer)
    assert queries(answer.asked, "orders")[0]["filter[reference]"] == ["[KHWLILZLL]"]


def test_figures_are_with_tax_and_add_up() -> None:
    read = order()
    assert (read.id, read.number, read.totals.total) == ("5", "KHWLILZLL", Decimal("44.5"))
    assert (read.totals.tax, read.totals.tax_included) == (Decimal("7.42"), True)
    assert (read.totals.fees, read.fees[0].title) == (Decimal("2.5"), "Gift wrapping")
    assert (read.totals.rounding, difference(read)) == (None, Decimal(0))


def test_the_shops_rounding_of_six_decimals_is_said_and_nothing_more() -> None:
    bare = {**BARE, "total_products_wt": "39.999852"}
    assert order(order=bare).totals.rounding == Decimal("0.000148")
    assert difference(order(order=bare)) == 0
    wrong = order(order={**BARE, "total_products_wt": "39.000000"})
    assert (wrong.totals.rounding, difference(wrong)) == (None, Decimal(1))


def test_times_are_the_shops_own() -> None:
    assert str(order().placed_at) == "2026-01-20 22:36:02+01:00"
    found = news(WHOLE, Stated("shop"))
    assert isinstance(found, OrderEvent)
    assert found.order.placed_at is None
    assert found.order.revision
    assert order(order={**BARE, "date_add": "0000-00-00 00:00:00"}).placed_at is None


@pytest.mark.parametrize(
    ("state", "payment", "fulfillment", "cancelled"),
    [
        ({"paid": "1", "shipped": "0", "template": "payment"}, "paid", "unfulfilled", False),
        ({"paid": "0", "shipped": "0", "template": "bankwire"}, "pending", "unfulfilled", False),
        ({"paid": "1", "shipped": "1", "template": "shipped"}, "paid", "fulfilled", False),
        ({"paid": "0", "shipped": "0", "template": "order_canceled"}, "voided", None, True),
        ({"paid": "0", "template": [{"id": "1", "value": "refund"}]}, "refunded", None, False),
        ({"paid": "0", "template": "payment_error"}, "failed", "unfulfilled", False),
    ],
)
def test_a_state_is_told_by_its_flags(
    state: dict[str, Any], payment: str, fulfillment: str | None, cancelled: bool
) -> None:
    found = order(order_state=state).state
    assert (found.payment, found.fulfillment) == (payment, fulfillment)
    assert bool(found.cancelled_at) is cancelled


@pytest.mark.parametrize(
    ("number", "payment"),
    [("1", "pending"), ("3", "paid"), ("6", "voided"), ("7", "refunded"), ("8", "failed")],
)
def test_a_state_without_its_flags_is_one_of_those_that_every_shop_begins_with(
    number: str, payment: str
) -> None:
    found = order(order_state=None, order={**BARE, "current_state": number})
    assert found.state.payment == payment


def test_what_was_really_paid_counts_where_the_state_says_nothing() -> None:
    def paid(real: str) -> str | None:
        bare = {**BARE, "current_state": "99", "total_paid_real": real}
        return order(order_state=None, order=bare).state.payment

    assert [paid(real) for real in ("0", "10", "44.5")] == [None, "partially_paid", "paid"]


def test_the_payment_is_known_by_its_module_in_any_language() -> None:
    assert [(one.method, one.title) for one in order().payments] == [("cheque", "Chèque")]
    wire = order(order={**BARE, "module": "ps_wirepayment"}, order_payments=[])
    assert wire.payments[0].method == "bank_transfer"
    cash = order(order={**BARE, "module": "ps_cashondelivery"}, order_payments=[])
    assert cash.payments[0].method == "cash_on_delivery"


def test_rows_are_read_where_the_details_are_not_there() -> None:
    full, rows = order().lines, order(order_details=None).lines
    assert full == rows
    assert (rows[0].title, rows[0].total) == ("T-shirt & cap - Size : S", Decimal(40))


def test_a_product_that_is_downloaded_is_digital() -> None:
    (line,) = order(order_details=[{**ROW, "download_hash": "5f3c"}]).lines
    assert line.digital
    assert not order().lines[0].digital


def test_a_delivered_order_has_delivered_parcels() -> None:
    bare = {**BARE, "current_state": "5"}
    read = order(order_state=None, order=bare, order_carriers=[SENT])
    assert [(one.carrier, one.status) for one in read.parcels] == [("Colis", "delivered")]


def test_an_older_shop_has_its_tracking_number_in_the_order() -> None:
    (parcel,) = order(order={**BARE, "shipping_number": "XY2"}).parcels
    assert parcel.tracking_number == "XY2"


def test_an_order_alone_points_to_itself() -> None:
    assert news({"order": BARE}) == Pointer(type="order.updated", source="shop", order_id="5")


@pytest.mark.parametrize("option", ["EUR", "2=USD, 1=EUR"])
def test_where_the_settings_name_the_currency_it_has_its_figures(option: str) -> None:
    found = news({"order": BARE}, Stated("shop", options={"currency": option}))
    assert isinstance(found, Pointer)
    assert found.order is not None
    assert (found.order.currency, found.order.totals.total) == ("EUR", Decimal("44.5"))


def test_a_currency_that_the_settings_do_not_name_is_not_guessed() -> None:
    found = news({"order": BARE}, Stated("shop", options={"currency": "2=USD"}))
    assert isinstance(found, Pointer)
    assert found.order is None


@pytest.mark.parametrize(
    ("said", "kind", "order_id"),
    [
        ({"hook": "actionValidateOrder", "id_order": 5}, "order.placed", "5"),
        ({"event": "actionOrderStatusUpdate", "order": {"id": 5}}, "order.updated", "5"),
        ({"action": "order.created", "data": {"order": BARE}}, "order.placed", "5"),
        (
            {"order_history": {"id": 9, "id_order": "5"}},
            "order.updated",
            "5",
        ),
        ({"order_payments": [PAYMENT]}, "order.updated", "#KHWLILZLL"),
        ({"order_detail": {**ROW, "id_order": "5"}}, "order.updated", "5"),
        ({"order_carrier": {**SENT, "tracking_number": ""}}, "order.updated", "5"),
        ({"order": 5}, "order.updated", "5"),
    ],
)
def test_news_of_a_part_points_to_its_order(said: Any, kind: EventType, order_id: str) -> None:
    assert news(said) == Pointer(type=kind, source="shop", order_id=order_id)


def test_a_module_may_send_the_whole_order() -> None:
    sent = {"hook": "actionValidateOrder", **WHOLE}
    found = news(sent)
    assert isinstance(found, OrderEvent)
    assert (found.type, found.order) == ("order.placed", order())


HOOKED = {name: value for name, value in BARE.items() if name != "associations"}
BOUGHT = {
    "id_product": "1",
    "cart_quantity": "2",
    "name": "T-shirt",
    "reference": "demo_1",
    "attributes_small": "S, Red",
    "price_wt": 20,
    "total_wt": 40,
}


def test_what_a_hook_is_given_is_the_whole_order() -> None:
    given = {"order": {**HOOKED, "product_list": [BOUGHT]}, "orderStatus": STATE}
    found = news(
        {**given, "customer": CUSTOMER, "currency": {"iso_code": "EUR"}, "cart": {"id": 1}}
    )
    assert isinstance(found, OrderEvent)
    assert [(line.quantity, line.variant, line.total) for line in found.order.lines] == [
        (Decimal(2), "S, Red", Decimal(40))
    ]
    assert found.order.state.payment == "paid"
    assert difference(found.order) == 0


def test_a_currencys_symbol_is_no_code() -> None:
    given = {"objOrder": BARE, "customer": CUSTOMER, "currency": "\u20ac", "total_to_pay": 44.5}
    assert isinstance(news(given), Pointer)
    found = news({**given, "currencyObj": {"iso_code": "EUR"}})
    assert isinstance(found, OrderEvent)
    assert found.order.currency == "EUR"


def test_the_customer_may_stand_in_the_order() -> None:
    sent = {**BARE, "customer": CUSTOMER, "currency_iso": "EUR"}
    found = news({"event": "order.created", "data": sent})
    assert isinstance(found, OrderEvent)
    assert found.order.customer.email == "alex@example.com"
    assert found.order.customer.name == "Alex Example"


@pytest.mark.parametrize(
    "rows",
    [
        {"order_row": [ROW]},
        {"order_row": ROW},
        {"attrs": {"nodeType": "order_row"}, "order_row": ROW},
    ],
)
def test_json_that_was_made_of_xml_has_its_rows(rows: dict[str, Any]) -> None:
    given = {**WHOLE, "order": {**BARE, "associations": {"order_rows": rows}}, "order_details": []}
    found = news({"prestashop": given})
    assert isinstance(found, OrderEvent)
    assert [line.quantity for line in found.order.lines] == [2]


@pytest.mark.parametrize("name", ["attrs", "@attributes"])
def test_json_that_was_made_of_a_list_in_xml_points_to_each(name: str) -> None:
    listed = told({"orders": {"order": [{name: {"id": "1"}}, {name: {"id": "2"}}]}})
    assert not isinstance(listed, Ignored)
    assert [each.order_id for each in listed if isinstance(each, Pointer)] == ["1", "2"]


def test_a_list_of_orders_needs_no_name() -> None:
    listed = told([BARE, {**BARE, "id": 6}])
    assert not isinstance(listed, Ignored)
    assert [each.order_id for each in listed if isinstance(each, Pointer)] == ["5", "6"]


def collected(name: str, action: str = "upsert", **fields: object) -> dict[str, Any]:
    return {"action": action, "collection": name, "properties": fields}


def test_cloudsyncs_collections_are_read() -> None:
    fields: dict[str, Any] = {
        "id_order": 5,
        "reference": "KHWLILZLL",
        "currency": "EUR",
        "current_state": 2,
    }
    money = {
        "total_paid_tax_incl": 44.5,
        "total_products_wt": 44.5,
        "payment_module": "ps_checkpayment",
    }
    changed = {"updated_at": "2026-01-20T22:40:00+0100"}
    listed = told(
        [
            collected("orders", **fields | money | changed),
            collected("order_details", id_order_detail=1, id_order=6, product_id=1),
            collected("order_status_history", id_order=7, id_order_state=4),
            collected("products", id_product=1, reference="demo_1", id_cart=3),
            collected("orders", "deleted", id_order=9),
        ]
    )
    assert not isinstance(listed, Ignored)
    assert [each.order_id for each in listed if isinstance(each, Pointer)] == ["5", "6", "7"]
    (first, *_) = listed
    assert isinstance(first, Pointer)
    assert first.order is not None
    assert first.order.totals.total == Decimal("44.5")
    assert first.order.payments[0].method == "cheque"
    assert first.order.updated_at is not None


def test_a_collection_of_other_things_is_none() -> None:
    assert isinstance(told([collected("carts", id_cart="1"), collected("products")]), Ignored)


def test_an_empty_form_of_an_order_is_none() -> None:
    rows = "<order_rows><order_row><product_id/><product_quantity/></order_row></order_rows>"
    fields = f"<id/><id_cart/><total_paid/><reference/><associations>{rows}</associations>"
    found = xml(f"<order>{fields}</order>")
    assert isinstance(found, Ignored)
    assert "empty form" in found.reason


def test_a_price_without_tax_is_not_shown_among_prices_with_it() -> None:
    row = {"id": "1", "product_name": "T", "product_quantity": "1", "product_price": "16.67"}
    older = {**BARE, "associations": {"order_rows": [row]}}
    (line,) = order(order=older, order_details=[]).lines
    assert line.unit_price is None
    (line,) = order(order={**older, "total_products": "40.000000"}, order_details=[]).lines
    assert line.unit_price == Decimal("16.67")


def test_a_tracking_number_is_a_parcel_and_a_slip_a_refund() -> None:
    sent, slip = news({"order_carriers": [SENT]}), news({"order_slips": [SLIP]})
    assert isinstance(sent, Amendment)
    assert isinstance(slip, Amendment)
    assert (sent.order_id, sent.parcels[0].tracking_number) == ("5", "XY1")
    assert (slip.order_id, slip.refunds[0].amount) == ("5", Decimal(26))


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"customer": CUSTOMER}, "customer"),
        ({"products": []}, "product"),
        ({"cart": {"id": 1}}, "cart"),
        ({"addresses": [ADDRESS]}, "address"),
        ({"order_state": STATE}, "state"),
        ({"order_payments": []}, "empty"),
        ({"errors": [{"code": 1, "message": "x"}]}, "error"),
        ({"order": {"id": 1, "total_price": "5.00", "line_items": []}}, "no order"),
    ],
)
def test_what_is_no_order_says_what_it_is(said: dict[str, Any], word: str) -> None:
    found = told(said)
    assert isinstance(found, Ignored)
    assert word in found.reason


# --- XML -------------------------------------------------------------------------------------


def test_xml_is_the_same_as_json() -> None:
    rows = "".join(f"<{name}><![CDATA[{said}]]></{name}>" for name, said in ROW.items())
    flat = {name: said for name, said in BARE.items() if name != "associations"}
    said = "".join(f"<{name}><![CDATA[ {one} ]]></{name}>" for name, one in flat.items())
    inside = f'<associations><order_rows nodeType="order_row"><order_row>{rows}</order_row>'
    whole = f"<order>{said}{inside}</order_rows></associations></order>"
    person = "".join(f"<{name}>{said}</{name}>" for name, said in CUSTOMER.items())
    found = xml(
        f"{whole}<customer>{person}</customer><currency><iso_code>EUR</iso_code></currency>"
    )
    assert isinstance(found, tuple)
    assert isinstance(found[0], OrderEvent)
    names = ("customer", "currency", "order")
    as_json = news({name: WHOLE[name] for name in names})
    assert isinstance(as_json, OrderEvent)
    assert found[0].order.lines[0].title == "T-shirt & cap - Size : S"
    assert found[0].order == as_json.order


def test_a_list_of_numbers_is_a_pointer_each() -> None:
    found = xml('<orders><order id="1" xlink:href="x"/><order id="2" xlink:href="y"/></orders>')
    assert isinstance(found, tuple)
    assert [one.order_id for one in found if isinstance(one, Pointer)] == ["1", "2"]


def test_names_in_several_languages_are_a_list() -> None:
    said = b'<name><language id="1">Paid</language><language id="2">Bezahlt</language></name>'
    assert tree.tree(said) == {
        "name": [{"id": "1", "value": "Paid"}, {"id": "2", "value": "Bezahlt"}]
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<order>", 400),
        ("<order></orders>", 400),
        ("<order>&unknown;</order>", 400),
        ("<", 400),
        ("<order/><order/>", 400),
        ('<!DOCTYPE a [<!ENTITY x "y">]><order>&x;</order>', 422),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><order/>', 422),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1/">]><order>&x;</order>', 422),
        ('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/"> %x;]><order/>', 422),
        ("<a>" * 40 + "</a>" * 40, 422),
        ("<a>" + "<b/>" * 20_001 + "</a>", 422),
        ("<a>" + " " * 1_048_576 + "</a>", 413),
    ],
)
def test_xml_is_bounded_and_asks_nobody_for_anything(body: str, status: int) -> None:
    with pytest.raises(BadInput) as refused:
        registry.source("prestashop").read("", body.encode(), STATED)
    assert refused.value.status == status
    assert all(problem.path and problem.message for problem in refused.value.problems)


def test_xml_is_read_in_the_encoding_that_it_declares() -> None:
    said = '<?xml version="1.0" encoding="ISO-8859-1"?><order><note>né\x01</note></order>'
    assert tree.tree(said.encode("latin-1")) == {"order": {"note": "né"}}
    with pytest.raises(BadInput, match="not XML"):
        tree.tree(said.replace("ISO-8859-1", "UTF-8").encode("latin-1"))


# --- the corpus ------------------------------------------------------------------------------

# What every payload is, by how its file's name begins: read from the files by eye.
EXPECTED = {
    "REQ_order_carriers__2": ("Amendment", "2"),
    "customers__": ("Ignored", "customer"),
    "order_carriers_2__": ("Amendment", "2"),
    "order_carriers__": ("Amendment", "2"),
    "order_details_14__": ("Pointer", "5"),
    "order_details_15__": ("Pointer", "5"),
    "order_discounts__": ("Ignored", "empty"),
    "order_payments__": ("Ignored", "empty"),
    "orders_5__": ("Pointer", "5"),
    "orders__": ("Pointer", "1"),
}


def payloads() -> dict[str, bytes]:
    if not CORPUS.is_dir():
        pytest.skip(f"no order payloads at {CORPUS}")
    return {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir())}


def test_every_payload_of_the_corpus_is_what_it_is_said_to_be() -> None:
    seen = Counter[str]()
    for name, body in payloads().items():
        ((kind, word),) = (wanted for mark, wanted in EXPECTED.items() if name.startswith(mark))
        read = registry.source("prestashop").read("", body, STATED)
        seen[kind] += 1
        if isinstance(read, Ignored):
            assert (kind, word in read.reason) == ("Ignored", True), (name, read)
        else:
            assert not isinstance(read[0], OrderEvent)
            assert (type(read[0]).__name__, read[0].order_id) == (kind, word), name
    assert (seen["Pointer"], seen["Amendment"], seen["Ignored"]) >= (4, 3, 3)


def test_the_order_of_the_corpus_has_the_figures_that_stand_in_the_file() -> None:
    """With its currency named; its file has no more than the currency's number."""
    bodies = {name: body for name, body in payloads().items() if name.startswith("orders_5__")}
    stated = Stated("shop", options={"currency": "1=EUR"})
    for body in bodies.values():
        raw = ET.fromstring(body)[0]  # noqa: S314
        read = registry.source("prestashop").read("", body, stated)
        assert isinstance(read, tuple)
        assert isinstance(read[0], Pointer)
        found = read[0].order
        assert found is not None
        assert found.number == raw.findtext("reference")
        assert found.totals.total == Decimal(raw.findtext("total_paid") or "")
        rows = raw.findall("associations/order_rows/order_row")
        assert [str(line.quantity) for line in found.lines] == [
            row.findtext("product_quantity") for row in rows
        ]
        assert (found.payments[0].method, found.state.payment) == ("bank_transfer", "pending")
        assert difference(found) == 0
    assert len(bodies) == 1


def told_of(body: bytes) -> str:
    return outcome(lambda: registry.source("prestashop").read("", body, STATED), 400, 422)


def test_damage_ends_in_news_a_reason_or_a_place() -> None:
    chance, seen = random.Random(250), Counter[str]()
    whole = [WHOLE, {"order_slip": SLIP}, {"order_carriers": [SENT]}, {"orders": [BARE]}]
    for _ in range(1_500):
        seen[told_of(json.dumps(damaged(chance.choice(whole), chance)).encode())] += 1
    assert set(seen) == {"refused", "tuple", "Ignored"}
    assert min(seen.values()) > 20


def test_damaged_xml_ends_in_news_a_reason_or_a_place() -> None:
    chance, seen = random.Random(250), Counter[str]()
    bodies = list(payloads().values())
    for _ in range(1_000):
        body = chance.choice(bodies)
        at, end = sorted(chance.randrange(len(body)) for _ in range(2))
        cut = body[:at] if chance.random() < 0.3 else body[:at] + body[end:]
        byte = bytes([chance.randrange(256)])
        seen[told_of(chance.choice([cut, body[:at] + byte + body[at + 1 :]]))] += 1
    assert set(seen) == {"refused", "tuple", "Ignored"}
    assert min(seen.values()) > 20
