"""Magento under its contracts. The payloads follow its public documentation."""

import base64
import json
import random
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.contract.sources.damage import damaged, outcome
from twofifty.adapters import registry
from twofifty.adapters.magento.shop import MagentoShop
from twofifty.adapters.magento.signed import AdobeEvents, AdobeWebhook
from twofifty.errors import BadInput
from twofifty.intake.ports import Greeting, Hook, Stated, Trust, Wanted
from twofifty.intake.shop import Access
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order, ParcelLine
from twofifty.testing.contracts.shop import Scripted, ShopContract
from twofifty.testing.contracts.source import NOW, URL, SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/magento")
STATED = Stated("shop")
ADDRESS = {
    "firstname": "Alex",
    "lastname": "Example",
    "street": ["1 Main St", "Floor 2"],
    "city": "Springfield",
    "region": "Illinois",
    "region_code": "IL",
    "postcode": "62701",
    "country_id": "US",
    "telephone": "555-0100",
    "email": "alex@example.com",
}
TEE = {
    "item_id": 11,
    "name": "Tee &amp; Cap",
    "sku": "TEE-M-RED",
    "product_id": 5,
    "product_type": "configurable",
    "qty_ordered": 2,
    "qty_shipped": 0,
    "qty_canceled": 0,
    "qty_refunded": 0,
    "price": 10,
    "price_incl_tax": 11.9,
    "row_total": 20,
    "row_total_incl_tax": 23.8,
    "discount_amount": 2,
    "tax_amount": 3.42,
}
CHOSEN = {
    "item_id": 12,
    "parent_item_id": 11,
    "name": "Tee & Cap-M-Red",
    "sku": "TEE-M-RED",
    "product_type": "simple",
    "qty_ordered": 2,
    "price": 0,
    "row_total": 0,
    "parent_item": {**TEE},
}
ORDER: dict[str, Any] = {
    "entity_id": 3,
    "increment_id": "000000003",
    "state": "processing",
    "status": "processing",
    "created_at": "2026-01-20 22:36:02",
    "updated_at": "2026-01-20 22:40:00",
    "base_currency_code": "USD",
    "order_currency_code": "EUR",
    "base_grand_total": 99.99,
    "grand_total": 27.37,
    "subtotal": 20,
    "subtotal_incl_tax": 23.8,
    "discount_amount": -2,
    "coupon_code": "SPRING",
    "discount_description": "Spring",
    "shipping_amount": 5,
    "shipping_incl_tax": 5.95,
    "tax_amount": 4.37,
    "total_paid": 27.37,
    "total_due": 0,
    "customer_id": 2,
    "customer_email": "alex@example.com",
    "customer_firstname": "Alex",
    "customer_lastname": "Example",
    "shipping_description": "Flat Rate - Fixed",
    "items": [TEE, CHOSEN],
    "billing_address": ADDRESS,
    "payment": {
        "method": "checkmo",
        "additional_information": ["Check / Money order"],
        "amount_ordered": 27.37,
        "last_trans_id": "tr_1",
    },
    "extension_attributes": {
        "shipping_assignments": [{"shipping": {"address": ADDRESS}}],
        "applied_taxes": [{"code": "VAT", "title": "VAT 19%", "percent": 19, "amount": 4.37}],
    },
}
SHIPMENT: dict[str, Any] = {
    "entity_id": 7,
    "increment_id": "000000007",
    "order_id": 3,
    "created_at": "2026-01-21 08:00:00",
    "items": [{"order_item_id": 11, "qty": 1}],
    "tracks": [
        {"carrier_code": "ups", "title": "UPS", "track_number": "1Z1"},
        {"carrier_code": "ups", "title": "UPS", "track_number": "1Z2"},
    ],
}
MEMO: dict[str, Any] = {
    "entity_id": 9,
    "increment_id": "000000009",
    "order_id": 3,
    "state": 2,
    "adjustment": 0,
    "grand_total": 4.5,
    "created_at": "2026-01-22 08:00:00",
    "items": [{"order_item_id": 11, "qty": 1}],
}
INVOICE: dict[str, Any] = {
    "entity_id": 4,
    "increment_id": "000000004",
    "order_id": 3,
    "state": 2,
    "grand_total": 27.37,
    "order_currency_code": "EUR",
    "items": [{"order_item_id": 11, "qty": 2}],
}
GRAPHQL: dict[str, Any] = {
    "id": "Mw==",
    "number": "000000003",
    "order_date": "2026-01-20 22:36:02",
    "status": "Processing",
    "items": [
        {
            "id": "MTE=",
            "product_name": "Kit",
            "product_sku": "KIT",
            "product_type": "bundle",
            "product_sale_price": {"value": 29, "currency": "USD"},
            "quantity_ordered": 1,
            "quantity_invoiced": 1,
            "quantity_shipped": 1,
            "selected_options": [{"label": "Size", "value": "M"}],
            "bundle_options": [
                {"values": [{"id": "MTg=", "product_name": "Brick", "quantity": 2}]}
            ],
        }
    ],
    "carrier": "Flat Rate",
    "payment_methods": [{"name": "Bank Transfer Payment", "type": "banktransfer"}],
    "shipments": [
        {
            "id": "MDAwMDAwMDAx",
            "tracking": [{"title": "UPS", "number": "1Z1"}],
            "items": [{"order_item": {"id": "MTE="}, "quantity_shipped": 1}],
        }
    ],
    "total": {
        "grand_total": {"value": 33.39, "currency": "USD"},
        "subtotal": {"value": 29, "currency": "USD"},
        "total_shipping": {"value": 5},
        "total_tax": {"value": 2.39},
        "discounts": [{"amount": {"value": 3}, "label": "Spring"}],
        "taxes": [{"amount": {"value": 2.39}, "title": "Rate 1", "rate": 8.25}],
    },
}


def told(document: object, topic: str = "", stated: Stated = STATED) -> tuple[News, ...] | Ignored:
    return registry.source("magento").read(topic, json.dumps(document).encode(), stated)


def news(document: object, topic: str = "") -> News:
    found = told(document, topic)
    assert not isinstance(found, Ignored), found.reason
    (one,) = found
    return one


def order(changes: dict[str, Any], stated: Stated = STATED) -> Order:
    found = told({**ORDER, **changes}, stated=stated)
    assert not isinstance(found, Ignored)
    (event,) = found
    assert isinstance(event, OrderEvent)
    return event.order


class TestMagento(SourceContract):
    source = registry.source("magento")
    body = json.dumps(ORDER).encode()


class TestMagentoApi(ShopContract):
    source = registry.source("magento")
    shop = MagentoShop()
    access = Access(url="https://shop.example.com/rest/default/V1", key="key")
    order_id = "3"
    replies: ClassVar[Mapping[str, bytes]] = {
        "GET /orders/3": json.dumps(ORDER).encode(),
        "GET /orders": json.dumps({"items": [ORDER], "total_count": 11}).encode(),
        "GET /orders#2": json.dumps({"items": [], "total_count": 11}).encode(),
        "GET /shipments": json.dumps({"items": [SHIPMENT]}).encode(),
        "GET /creditmemos": json.dumps({"items": [MEMO]}).encode(),
    }


def test_a_fetched_order_has_its_shipments_and_refunds() -> None:
    shop, access = MagentoShop(), TestMagentoApi.access
    document = held(shop.order(access, "3"), Scripted(TestMagentoApi.replies))
    read = registry.source("magento").read("", document or b"", STATED)
    assert isinstance(read, tuple)
    found = read[0]
    assert isinstance(found, OrderEvent)
    assert [one.tracking_number for one in found.order.parcels] == ["1Z1", "1Z2"]
    assert [one.amount for one in found.order.refunds] == [Decimal("4.5")]


def test_an_order_is_found_by_its_number_too() -> None:
    answer = Scripted(TestMagentoApi.replies)
    assert held(MagentoShop().order(TestMagentoApi.access, "#000000003"), answer)
    assert "000000003" in answer.asked[0].url


def test_a_client_of_adobe_ims_is_given_a_token_however_long() -> None:
    token = "t" * 1500
    replies = {
        **TestMagentoApi.replies,
        "POST /ims/token/v3": json.dumps({"access_token": token, "expires_in": 86399}).encode(),
    }
    answer = Scripted(replies)
    access = Access("https://shop.example.com/V1", "client", "client secret")
    assert held(MagentoShop().order(access, "3"), answer)
    assert (answer.asked[0].keep, answer.asked[0].method) == ("magento", "POST")
    assert answer.asked[1].headers["authorization"] == f"Bearer {token}"


def test_figures_are_the_orders_own_and_not_the_shops() -> None:
    found = order({})
    assert (found.id, found.number, found.currency) == ("3", "000000003", "EUR")
    assert (found.totals.total, found.totals.discount) == (Decimal("27.37"), Decimal(2))
    assert (found.discounts[0].code, found.discounts[0].title) == ("SPRING", "Spring")
    assert found.taxes[0].rate == Decimal("0.19")
    assert difference(found) == 0


def test_times_are_utc_without_saying_so() -> None:
    assert str(order({}).placed_at) == "2026-01-20 22:36:02+00:00"
    assert order({"created_at": "0000-00-00 00:00:00"}).placed_at is None


def test_a_configurable_product_is_one_thing_with_what_was_chosen() -> None:
    tee, chosen = order({}).lines
    assert (tee.title, tee.variant, tee.total) == ("Tee & Cap", "M-Red", Decimal(18))
    assert (tee.parent_id, chosen.parent_id) == (None, "11")


def test_the_parts_of_a_bundle_do_not_cost_twice() -> None:
    bundle = {**TEE, "product_type": "bundle", "name": "Kit"}
    part = {**CHOSEN, "name": "Brick", "price": 10, "row_total": 20}
    whole, inside = order({"items": [bundle, part]}).lines
    assert (whole.total, inside.total, inside.unit_price) == (Decimal(18), None, None)
    assert inside.parent_id == whole.id
    fixed = {**bundle, "price": 0, "row_total": 0, "discount_amount": 0}
    assert order({"items": [fixed, part]}).lines[1].total == 20


def test_a_discount_off_prices_with_tax_is_shown_with_tax() -> None:
    """10 % off 119.00 with 19 % inside: only the figures with tax add up."""
    gross = {
        "subtotal": 100,
        "subtotal_incl_tax": 119,
        "discount_amount": -11.9,
        "discount_tax_compensation_amount": 1.9,
        "tax_amount": 17.1,
        "shipping_amount": 0,
        "shipping_incl_tax": 0,
        "grand_total": 107.1,
    }
    found = order(gross)
    assert (found.totals.subtotal, found.totals.tax_included) == (Decimal(119), True)
    assert difference(found) == 0


def test_a_shop_may_choose_prices_with_tax() -> None:
    figures = {"discount_amount": 0, "tax_amount": 4.75, "grand_total": 29.75}
    gross = Stated("shop", options={"prices": "gross"})
    found = order(figures, gross)
    assert (found.totals.subtotal, found.totals.shipping) == (Decimal("23.8"), Decimal("5.95"))
    assert (found.lines[0].unit_price, found.totals.tax_included) == (Decimal("11.9"), True)
    assert difference(found) == difference(order(figures)) == 0


def test_gift_cards_credit_wrapping_and_fixed_taxes_count() -> None:
    extra = {**ORDER["extension_attributes"], "gift_cards_amount": 10, "gw_price": "3.0000"}
    lines = [{**TEE, "weee_tax_applied_row_amount": 1}, CHOSEN]
    found = order({"extension_attributes": extra, "items": lines, "grand_total": 21.37})
    assert (found.totals.gift_card, found.totals.fees) == (Decimal(10), Decimal(4))
    assert {each.title: each.amount for each in found.fees} == {
        "Gift wrapping": 3,
        "Fixed product tax": 1,
    }
    assert difference(found) == 0


def test_virtual_goods_and_gift_cards_are_known() -> None:
    kinds = ({"is_virtual": 1}, {"product_type": "downloadable"}, {"product_type": "giftcard"})
    lines = order({"items": [{**TEE, **kind} for kind in kinds]}).lines
    assert [(each.digital, each.gift_card) for each in lines] == [
        (True, False),
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("changes", "payment"),
    [
        ({}, "paid"),
        ({"total_paid": None, "total_due": 27.37}, "pending"),
        ({"total_paid": None, "total_due": 27.37, "state": "new"}, "pending"),
        ({"total_paid": None, "total_due": None}, None),
        ({"total_paid": 10, "total_due": 17.37}, "partially_paid"),
        ({"total_refunded": 4}, "partially_refunded"),
        ({"total_refunded": 27.37, "state": "closed"}, "refunded"),
        ({"total_paid": None, "state": "canceled"}, "voided"),
        ({"total_paid": None, "state": "payment_review"}, "pending"),
        ({"total_paid": None, "payment": {"amount_authorized": 27.37}}, "authorized"),
        ({"total_paid": None, "total_due": None, "state": "made up"}, None),
    ],
)
def test_the_payment_is_told_by_the_amounts(changes: dict[str, Any], payment: str | None) -> None:
    assert order(changes).state.payment == payment


def test_what_was_shipped_is_told_by_the_rows() -> None:
    def shipped(*counts: int) -> str | None:
        rows = [{**TEE, "item_id": at, "qty_shipped": count} for at, count in enumerate(counts)]
        return order({"items": rows}).state.fulfillment

    assert (shipped(0, 0), shipped(2, 0), shipped(2, 2)) == ("unfulfilled", "partial", "fulfilled")
    assert shipped(1) == "partial"
    virtual = {**TEE, "is_virtual": 1}
    assert order({"items": [virtual]}).state.fulfillment is None
    assert order({"items": [virtual], "state": "complete"}).state.fulfillment == "fulfilled"


def test_a_cancelled_order_says_when() -> None:
    history = [{"status": "canceled", "created_at": "2026-01-21 10:00:00"}, {"status": "pending"}]
    assert order({}).state.cancelled_at is None
    off = {"state": "canceled", "total_paid": None}
    assert str(order(off).state.cancelled_at) == "2026-01-20 22:40:00+00:00"
    known = order({**off, "status_histories": history}).state.cancelled_at
    assert str(known) == "2026-01-21 10:00:00+00:00"


def test_a_payment_is_found_again_by_its_transaction() -> None:
    (part,) = order({}).payments
    assert (part.method, part.title, part.reference) == ("cheque", "Check / Money order", "tr_1")


def test_what_was_chosen_is_shown_where_the_labels_are_sent() -> None:
    options = {
        "info_buyRequest": {"qty": 1},
        "options": [{"label": "Engraving", "value": "For M.", "print_value": "For M. &amp; N."}],
        "attributes_info": [{"label": "Size", "value": "M"}],
    }
    (line,) = order({"items": [{**TEE, "product_options": options}]}).lines
    assert line.attributes == {"Engraving": "For M. & N.", "Size": "M"}


def test_addresses_come_in_a_list_too() -> None:
    listed = [{**ADDRESS, "address_type": "billing"}, {**ADDRESS, "address_type": "shipping"}]
    bare = {"billing_address": None, "extension_attributes": None, "addresses": listed}
    found = order(bare)
    assert found.shipping_address == found.billing_address == order({}).shipping_address
    assert found.shipping_address is not None
    assert found.shipping_address.line2 == "Floor 2"


@pytest.mark.parametrize(
    "wrapped",
    [
        {"order": ORDER},
        {"entity": ORDER},
        {"items": [ORDER], "search_criteria": {}, "total_count": 1},
        [ORDER],
        {"data": {"order": ORDER}},
        {"event": {"data": {"value": ORDER}}},
        {"subject": {}, "result": ORDER},
        {"specversion": "1.0", "id": "e1", "data": {"key": "k", "source": "s", "value": ORDER}},
    ],
)
def test_an_order_is_found_in_whatever_wraps_it(wrapped: object) -> None:
    found = news(wrapped)
    assert isinstance(found, OrderEvent)
    assert found.order == order({})


def test_rows_with_numbers_for_names_are_rows() -> None:
    """PHP writes a list whose first place is not 0 as an object."""
    assert order({"items": {"11": TEE, "12": CHOSEN}}).lines == order({}).lines


def test_the_events_name_says_what_happened() -> None:
    def kind(name: str) -> str:
        return news({"type": f"com.adobe.commerce.{name}", "data": {"value": ORDER}}).type

    assert kind("observer.sales_order_place_after") == "order.placed"
    assert kind("observer.sales_order_save_commit_after") == "order.updated"
    assert kind("plugin.magento.sales.api.order_management.cancel") == "order.cancelled"


def test_an_order_without_rows_points_to_itself() -> None:
    thin = {name: value for name, value in ORDER.items() if name != "items"}
    found = news({"data": {"value": thin}})
    assert isinstance(found, Pointer)
    assert (found.order_id, found.order and found.order.totals.total) == ("3", Decimal("27.37"))
    bare = news({"data": {"value": {"increment_id": "000000003", "state": "new"}}})
    assert bare == Pointer(type="order.updated", source="shop", order_id="#000000003")


def test_an_invoice_may_be_for_a_part_so_it_points_to_its_order() -> None:
    assert news(INVOICE) == Pointer(type="payment.paid", source="shop", order_id="3")
    assert news({**INVOICE, "state": 1}).type == "order.updated"


def test_a_shipment_is_a_parcel_for_each_tracking_number() -> None:
    found = news({"shipment": SHIPMENT})
    assert isinstance(found, Amendment)
    assert (found.type, found.order_id) == ("shipment.created", "3")
    assert [(one.id, one.carrier) for one in found.parcels] == [("7", "UPS"), ("7-2", "UPS")]
    assert found.parcels[0].lines == (ParcelLine(line_id="11", quantity=Decimal(1)),)


def test_a_credit_memo_is_a_refund() -> None:
    found = news(MEMO)
    assert isinstance(found, Amendment)
    assert [(one.id, one.amount) for one in found.refunds] == [("9", Decimal("4.5"))]
    assert isinstance(told({**MEMO, "state": 3}), Ignored)


def test_a_tracking_number_alone_points_to_its_order() -> None:
    track = {"entity_id": 1, "parent_id": 7, "order_id": 3, "track_number": "1Z1"}
    assert news(track) == Pointer(type="order.updated", source="shop", order_id="3")


@pytest.mark.parametrize(
    "envelope",
    [
        {"customer": {"firstname": "Alex", "email": "alex@example.com", "orders": {"items": []}}},
        {"guestOrder": {}},
        {"placeOrder": {"orderV2": {}}},
    ],
)
def test_graphql_tells_the_same_order(envelope: dict[str, Any]) -> None:
    (name,) = envelope
    inner = {"customer": {"orders": {"items": [GRAPHQL]}}, "placeOrder": {"orderV2": GRAPHQL}}
    found = news({"data": {name: {**envelope[name], **inner.get(name, GRAPHQL)}}})
    assert isinstance(found, OrderEvent)
    read = found.order
    assert (read.id, read.number, read.currency) == ("3", "000000003", "USD")
    assert (read.totals.total, read.state.payment) == (Decimal("33.39"), "paid")
    assert [(one.title, one.quantity, one.parent_id) for one in read.lines] == [
        ("Kit", Decimal(1), None),
        ("Brick", Decimal(2), "11"),
    ]
    assert read.lines[0].attributes == {"Size": "M"}
    assert read.parcels[0].lines == (ParcelLine(line_id="11", quantity=Decimal(1)),)
    assert (read.payments[0].method, read.customer.email) == (
        "bank_transfer",
        "alex@example.com" if name == "customer" else None,
    )
    assert difference(read) == 0


def test_an_order_that_a_topic_promises_and_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match="no order"):
        told({"data": {}}, "com.adobe.commerce.observer.sales_order_place_after")


# --- signatures ------------------------------------------------------------------------------


def keys() -> tuple[rsa.RSAPrivateKey, str]:
    private = rsa.generate_private_key(65537, 2048)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, pem.decode()


def signature(private: rsa.RSAPrivateKey, message: bytes) -> str:
    return base64.b64encode(private.sign(message, padding.PKCS1v15(), SHA256())).decode()


BODY = b'{"recipient_client_id":"client","data":{"value":{"entity_id":3}}}'
KEY_URL = "https://static.adobeioevents.com/prod/keys/pub-key-x1.pem"
OPTIONS = {"client_id": "client"}


def adobe(body: bytes, signed: str, path: str = "/prod/keys/pub-key-x1.pem") -> Hook:
    headers = {"x-adobe-digital-signature-1": signed, "x-adobe-public-key1-path": path}
    return Hook(headers, body, URL, NOW)


def test_an_adobe_event_is_believed_by_adobes_key_and_for_our_client_only() -> None:
    private, pem = keys()
    trust = Trust((), OPTIONS, {KEY_URL: pem.encode()})
    hook = adobe(BODY, signature(private, BODY))
    assert AdobeEvents().verified(hook, trust) is True
    assert registry.source("magento").signature.verified(hook, trust) is True
    assert AdobeEvents().verified(hook, Trust((), OPTIONS)) == Wanted(KEY_URL)
    assert AdobeEvents().verified(hook, Trust((), {}, trust.keys)) is False
    assert AdobeEvents().verified(hook, Trust((), {"client_id": "other"}, trust.keys)) is False
    changed = adobe(BODY.replace(b"3", b"4"), signature(private, BODY))
    assert AdobeEvents().verified(changed, trust) is False


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//evil.test/prod/k.pem",
        "/../k.pem",
        "/prod/../k.pem",
        "@evil.test/prod/k.pem",
        ".evil.test/prod/k.pem",
        "/prod/keys/k.pem?x=1",
        "https://evil.test/prod/keys/k.pem",
    ],
)
def test_only_adobes_host_is_ever_asked_for_a_key(path: str) -> None:
    private, _ = keys()
    hook = adobe(BODY, signature(private, BODY), path)
    assert AdobeEvents().verified(hook, Trust((), OPTIONS)) is False


def test_an_adobe_webhook_is_believed_by_the_shops_public_key() -> None:
    private, pem = keys()
    signed = signature(private, base64.b64encode(BODY))
    hook = Hook({"x-adobe-commerce-webhook-signature": signed}, BODY, URL, NOW)
    assert AdobeWebhook().verified(hook, Trust((pem,))) is True
    assert AdobeWebhook().verified(hook, Trust((keys()[1], pem))) is True
    assert AdobeWebhook().verified(hook, Trust((keys()[1],))) is False
    changed = Hook(hook.headers, BODY + b" ", URL, NOW)
    assert AdobeWebhook().verified(changed, Trust((pem,))) is False


# --- the corpus ------------------------------------------------------------------------------

# What every payload is, by what stands in its file's name: read from the files by eye.
EXPECTED: dict[str, tuple[str, str]] = {
    "guest-order__": ("Pointer", "#000000001"),
    "credit-memo-item__": ("Pointer", "5"),
    "shipment-item__": ("Pointer", "5"),
    "create-invoice__": ("Pointer", "3"),
    "agreements": ("Ignored", "terms"),
    "return": ("Ignored", "return"),
    "reorder-items": ("Ignored", "cart"),
    "add-product-to-cart": ("Ignored", "cart"),
    "create-address": ("Ignored", "company"),
    "update-address": ("Ignored", "company"),
    "credit-manage": ("Ignored", "company"),
    "negotiable-checkout": ("Ignored", "cart"),
    "negotiable-manage": ("Ignored", "comment"),
    "negotiable-order-workflow": ("Ignored", "cart"),
    "create-customer": ("Ignored", "customer"),
    "in-store-pickup__2": ("Ignored", "pick up"),
    "in-store-pickup__3": ("Ignored", "cart"),
    "prepare-for-checkout__0": ("Ignored", "address"),
    "prepare-for-checkout__3": ("Ignored", "cart"),
    "order-add-items": ("Ignored", "cart"),
    "order-prepare-checkout": ("Ignored", "cart"),
}


def payloads() -> dict[str, bytes]:
    if not CORPUS.is_dir():
        pytest.skip(f"no order payloads at {CORPUS}")
    return {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir())}


def event(name: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"type": f"com.adobe.commerce.observer.{name}", "id": "e1", "data": {"value": value}}


@pytest.mark.parametrize("part", ["status_history", "address", "payment"])
def test_a_part_of_an_order_points_to_its_parent_and_not_to_itself(part: str) -> None:
    found = news(
        event(
            f"sales_order_{part}_save_after",
            {"entity_id": 77, "parent_id": 3, "status": "processing"},
        )
    )
    assert isinstance(found, Pointer)
    assert found.order_id == "3"


@pytest.mark.parametrize("part", ["shipment", "creditmemo", "invoice"])
def test_a_row_of_a_shipment_is_no_order(part: str) -> None:
    row = {"entity_id": 90, "parent_id": 7, "order_item_id": 11, "qty": 1}
    assert isinstance(told(event(f"sales_order_{part}_item_save_after", row)), Ignored)


def test_an_event_with_only_an_id_points_to_it() -> None:
    dates = {"created_at": "2026-01-20 22:36:02", "updated_at": "2026-01-20 22:40:00"}
    found = news(event("sales_order_save_commit_after", {"id": 3, **dates}))
    assert isinstance(found, Pointer)
    assert found.order_id == "3"


def test_the_order_id_of_a_placed_cart_is_a_number_and_no_id() -> None:
    placed = {"order_number": "000000003", "order_id": "000000003"}
    found = news({"data": {"placeOrder": {"order": placed}}})
    assert isinstance(found, Pointer)
    assert found.order_id == "#000000003"


def test_the_old_list_of_a_customers_orders_points_to_them() -> None:
    listed = {"id": 3, "order_number": "000000003", "grand_total": 27.37, "status": "pending"}
    found = news({"data": {"customerOrders": {"items": [listed]}}})
    assert isinstance(found, Pointer)
    assert found.order_id == "3"


def test_a_request_to_return_goods_is_no_shipment() -> None:
    request = {"entity_id": 1, "order_id": 3, "increment_id": "000000001", "tracks": []}
    rows = [{"rma_entity_id": 1, "order_item_id": 11, "qty_requested": 1}]
    found = told({"items": [{**request, "date_requested": "2026-01-23", "items": rows}]})
    assert isinstance(found, Ignored)
    assert "return goods" in found.reason


@pytest.mark.parametrize("body", [3, "000000003", True, None])
def test_the_answer_to_a_command_is_no_order(body: object) -> None:
    assert isinstance(told(body), Ignored)


def test_an_order_that_is_only_asked_for_is_none_yet() -> None:
    asked = {key: value for key, value in ORDER.items() if key not in ("entity_id", "increment_id")}
    row = {**TEE, "order_id": 9}
    assert isinstance(told({"entity": {**asked, "items": [row]}}), Ignored)


def test_a_free_order_has_nothing_to_be_paid() -> None:
    free = {"grand_total": 0, "total_paid": None, "state": "new", "status": "pending"}
    assert order(free).state.payment == "paid"
    assert order({**free, "state": "canceled"}).state.payment == "voided"


def test_a_street_in_one_text_is_lines_too() -> None:
    found = order({"billing_address": {**ADDRESS, "street": "1 Main St\nFloor 2"}})
    assert found.billing_address is not None
    assert (found.billing_address.line1, found.billing_address.line2) == ("1 Main St", "Floor 2")


def test_a_row_that_has_its_discount_taken_already_is_not_discounted_twice() -> None:
    """Magento 2.4.4 states 18 for twice 10 less 2."""
    newer = {**TEE, "row_total": 18, "row_total_incl_tax": 21.8}
    assert order({"items": [newer]}).lines[0].total == order({}).lines[0].total == Decimal(18)


def test_a_gateways_protocol_is_no_title_of_a_payment() -> None:
    noted = ["95544", "293840", None, "[]", "Pay in four"]
    payment = {"method": "pay_by_instalments", "additional_information": noted}
    assert order({"payment": payment}).payments[0].title is None


def test_an_order_of_which_only_some_fields_were_asked_for_points_to_itself() -> None:
    asked = {name: ORDER[name] for name in ("entity_id", "increment_id", "grand_total", "items")}
    found = news({"items": [asked]})
    assert isinstance(found, Pointer)
    assert found.order is None


def test_an_order_beside_its_number_is_the_order() -> None:
    found = news({"order_id": 3, "increment_id": "000000003", "order": ORDER})
    assert isinstance(found, OrderEvent)
    shipped = news({**SHIPMENT, "order": ORDER})
    assert isinstance(shipped, Amendment)


def magento_1() -> dict[str, Any]:
    names = ("items", "payment", "billing_address", "extension_attributes", "customer_email")
    kept = {name: value for name, value in ORDER.items() if name not in names}
    places = [{**ADDRESS, "address_type": name} for name in ("billing", "shipping")]
    row = {**TEE, "qty_ordered": "2.0000", "row_total": "20.0000"}
    others = {"payment_method": "checkmo", "order_comments": [], "addresses": places}
    return {**kept, **others, "order_items": [row]}


def test_an_order_of_magento_1_is_one_too() -> None:
    found = news({"3": magento_1()})
    assert isinstance(found, OrderEvent)
    assert found.order.id == "3"
    assert found.order.customer.email == "alex@example.com"
    (line,) = found.order.lines
    assert (line.title, line.quantity) == ("Tee & Cap", Decimal(2))
    assert found.order.shipping_address is not None
    assert found.order.payments[0].amount == Decimal("27.37")
    assert difference(found.order) == 0


def test_magento_1s_list_is_an_object_with_numbers_for_names() -> None:
    listed = told({"3": magento_1(), "4": {**magento_1(), "entity_id": "4"}})
    assert not isinstance(listed, Ignored)
    assert [each.order.id for each in listed if isinstance(each, OrderEvent)] == ["3", "4"]


@pytest.mark.parametrize("token", ["8ec8d794-e0ab-42df-9017-e3dada8e84f7", "a" * 200])
def test_adobes_challenge_is_answered_with_itself(token: str) -> None:
    source = registry.source("magento")
    assert isinstance(source, Greeting)
    hook = Hook({}, b"", f"https://orders.example.com/hooks/shop?challenge={token}&x=1")
    assert source.greeted(hook, Trust()) == token.encode()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "challenge=",
        "challenge=%3Cb%3E",
        "challenge=a%0Ab",
        "challenge=%7B%7D",
        f"challenge={'a' * 201}",
        "other=1",
    ],
)
def test_nothing_but_a_plain_token_is_said_back(query: str) -> None:
    source = registry.source("magento")
    assert isinstance(source, Greeting)
    assert source.greeted(Hook({}, b"", f"https://orders.example.com/?{query}"), Trust()) is None


def test_every_payload_of_the_corpus_is_what_it_is_said_to_be() -> None:
    source, kinds = registry.source("magento"), Counter[str]()
    for name, body in payloads().items():
        said = [wanted for mark, wanted in EXPECTED.items() if mark in name]
        read = source.read("", body, STATED)
        kinds[type(read).__name__ if isinstance(read, Ignored) else type(read[0]).__name__] += 1
        for kind, word in said[:1]:
            if isinstance(read, Ignored):
                assert (kind, word in read.reason) == ("Ignored", True), (name, read)
            else:
                (one,) = read
                assert isinstance(one, Pointer), name
                assert (kind, word) == ("Pointer", one.order_id), name
        assert said, name
    assert kinds["Pointer"] >= 5
    assert kinds["Ignored"] >= 33


def test_a_cart_is_never_an_order() -> None:
    for name, body in payloads().items():
        if "checkout" in name or "negotiable" in name or "cart" in name:
            assert isinstance(registry.source("magento").read("", body, STATED), Ignored), name


def told_of(document: Any) -> str:
    return outcome(lambda: told(document), 422)


def test_damage_ends_in_news_a_reason_or_a_place() -> None:
    chance, seen = random.Random(250), Counter[str]()
    whole = [ORDER, SHIPMENT, MEMO, INVOICE, {"data": {"customerOrders": {"items": [GRAPHQL]}}}]
    for _ in range(1_500):
        seen[told_of(damaged(chance.choice(whole), chance))] += 1
    assert set(seen) == {"refused", "tuple", "Ignored"}
    assert min(seen.values()) > 20
