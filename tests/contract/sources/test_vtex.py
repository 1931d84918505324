"""VTEX under its contracts. The payloads follow its public documentation."""

import json
import random
from collections import Counter
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from tests.contract.sources.damage import damaged, outcome
from twofifty.adapters import registry
from twofifty.adapters.vtex.shop import VtexShop
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.shop import Access
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order, ParcelLine, Window
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import NOW, URL, SourceContract
from twofifty.testing.dialogue import held

STATED = Stated("shop")
ID = "v502559llux-01"


def logistics(at: int, **changes: object) -> dict[str, Any]:
    return {
        "itemIndex": at,
        "selectedSla": "Normal",
        "price": 500,
        "sellingPrice": 500,
        "deliveryWindow": None,
        "deliveryCompany": "Correios",
        "shippingEstimate": "25bd",
        "shippingEstimateDate": "2026-02-10T22:04:15.2550304+00:00",
        "deliveryChannel": "delivery",
        **changes,
    }


ORDER: dict[str, Any] = {
    "orderId": ID,
    "sequence": "502556",
    "marketplaceOrderId": "",
    "origin": "Marketplace",
    "salesChannel": "1",
    "status": "ready-for-handling",
    "value": 6050,
    "creationDate": "2026-01-20T16:12:14.8938894+00:00",
    "lastChange": "2026-01-20T16:20:00.5943566+00:00",
    "orderGroup": "v502559llux",
    "totals": [
        {"id": "Items", "name": "Total dos Itens", "value": 5500},
        {"id": "Discounts", "name": "Total dos Descontos", "value": -450},
        {"id": "Shipping", "name": "Total do Frete", "value": 1000},
        {"id": "Tax", "name": "Total da Taxa", "value": 0},
    ],
    "items": [
        {
            "uniqueId": "39281E5A",
            "id": "15",
            "productId": "4",
            "quantity": 2,
            "seller": "1",
            "name": "Ch&aacute; verde",
            "refId": "CHA-V",
            "price": 2000,
            "sellingPrice": 1775,
            "priceTags": [
                {"name": "DISCOUNT@MARKETPLACE", "value": -450},
                {"name": "discount@shipping-1", "value": -100},
            ],
            "priceDefinition": {"total": 3550},
            "imageUrl": "https://shop.vteximg.example.com/1.jpg",
            "attachments": [
                {"name": "Gravura", "content": {"Texto": "Para M."}},
                {"name": "vtex.subscription.x", "content": {"vtex.subscription.key": "1 month"}},
            ],
            "bundleItems": [{"type": "Gift", "id": "9", "name": "Embrulho", "price": 250}],
            "components": [{"uniqueId": "K1", "name": "Lata", "quantity": 1, "price": 100}],
            "parentItemIndex": None,
        },
        {
            "uniqueId": "42FEF2F1",
            "id": "16",
            "quantity": 1,
            "name": "Copo",
            "price": 1500,
            "sellingPrice": 1500,
            "priceTags": [],
            "parentItemIndex": 0,
        },
    ],
    "clientProfileData": {
        "email": "r3l4y@ct.example.com",
        "firstName": "Alex",
        "lastName": "Example",
        "phone": "+5500000000",
        "userProfileId": "u-1",
        "isCorporate": False,
    },
    "ratesAndBenefitsData": {"rateAndBenefitsIdentifiers": [{"name": "Leve mais"}]},
    "marketingData": {"coupon": "LEVE"},
    "shippingData": {
        "address": {
            "receiverName": "Alex Example",
            "street": "Rua A",
            "number": "10",
            "complement": "Casa",
            "city": "Salvador",
            "state": "BA",
            "postalCode": "40000-000",
            "country": "BRA",
        },
        "logisticsInfo": [logistics(0), logistics(1)],
    },
    "paymentData": {
        "transactions": [
            {
                "isActive": True,
                "payments": [
                    {
                        "id": "929FDCB1",
                        "paymentSystemName": "Visa",
                        "group": "creditCard",
                        "value": 6050,
                    }
                ],
            },
            {"isActive": False, "payments": [{"id": "old", "paymentSystemName": "Visa"}]},
        ]
    },
    "packageAttachment": {"packages": []},
    "sellers": [{"id": "1", "name": "Loja"}],
    "storePreferencesData": {"countryCode": "BRA", "currencyCode": "BRL"},
    "clientPreferencesData": {"locale": "pt-BR"},
    "openTextField": {"value": "Tocar a campainha"},
    "isCompleted": True,
}
PACKAGES = [
    {
        "type": "Output",
        "invoiceNumber": "N1",
        "invoiceValue": 3000,
        "courier": "Correios",
        "trackingNumber": "SR1",
        "trackingUrl": "https://tracking.example.com/SR1",
        "items": [{"quantity": 1, "price": 1775}, {"itemIndex": 1, "quantity": 1}],
        "courierStatus": {"status": "unknown", "finished": False},
    },
    {
        "type": "Output",
        "invoiceNumber": "N2",
        "invoiceValue": 3050,
        "trackingNumber": None,
        "items": [],
    },
    {
        "type": "Input",
        "invoiceNumber": "N3",
        "invoiceValue": 1500,
        "issuanceDate": "2026-02-01T00:00:00",
        "items": [],
    },
]
HOOK = {
    "Domain": "Fulfillment",
    "OrderId": ID,
    "State": "payment-approved",
    "LastState": "approve-payment",
    "LastChange": "2026-01-20T17:11:39.2550122Z",
    "CurrentChange": "2026-01-20T17:12:48.0965893Z",
    "Origin": {"Account": "shop", "Key": "vtexappkey-x"},
}
FEED = {
    "eventId": "ED423DDED4C1AE580CADAC1A4D02DA3F",
    "handle": "h",
    "domain": "Fulfillment",
    "state": "window-to-cancel",
    "lastState": "payment-approved",
    "orderId": ID,
    "lastChange": "2026-01-20T17:11:39.2550122Z",
}


def told(document: object, stated: Stated = STATED) -> tuple[News, ...] | Ignored:
    return registry.source("vtex").read("", json.dumps(document).encode(), stated)


def reason(document: object, stated: Stated = STATED) -> str:
    found = told(document, stated)
    assert isinstance(found, Ignored)
    return found.reason


def only(document: object, stated: Stated = STATED) -> News:
    found = told(document, stated)
    assert not isinstance(found, Ignored), found.reason
    (one,) = found
    return one


def order(changes: dict[str, Any] | None = None, stated: Stated = STATED) -> Order:
    event = only({**ORDER, **(changes or {})}, stated)
    assert isinstance(event, OrderEvent)
    return event.order


class TestVtex(SourceContract):
    source = registry.source("vtex")
    body = json.dumps(ORDER).encode()


class TestVtexApi(ShopContract):
    source = registry.source("vtex")
    shop = VtexShop()
    access = Access(url="https://shop.vtexcommercestable.com.br", key="app-key", secret="app-token")
    order_id = ID
    replies: ClassVar = {
        f"GET /api/oms/pvt/orders/{ID}": json.dumps(ORDER).encode(),
        "GET /api/oms/pvt/orders": json.dumps(
            {"list": [{"orderId": ID, "totalValue": 6050}], "paging": {"pages": 2}}
        ).encode(),
        "GET /api/oms/pvt/orders#2": json.dumps({"list": [], "paging": {"pages": 2}}).encode(),
        "GET /api/orders/hook/config": json.dumps({"hook": {"url": URL}}).encode(),
        "POST /api/orders/hook/config": b"{}",
    }


# --- the API ---------------------------------------------------------------------------------


def test_the_application_key_and_its_token_are_sent() -> None:
    answer = Scripted(TestVtexApi.replies)
    held(VtexShop().order(TestVtexApi.access, ID), answer)
    assert answer.asked[0].headers["x-vtex-api-appkey"] == "app-key"
    assert answer.asked[0].headers["x-vtex-api-apptoken"] == "app-token"


def test_a_listing_looks_back_and_leaves_out_what_has_not_changed_since() -> None:
    listed = [
        {"orderId": ID, "lastChange": "2026-01-05T00:00:00.0000000+00:00"},
        {"orderId": "old-01", "lastChange": "2025-12-24T00:00:00.0000000+00:00"},
    ]
    page = json.dumps({"list": listed, "paging": {"pages": 1}}).encode()
    answer = Scripted({**TestVtexApi.replies, "GET /api/oms/pvt/orders": page})
    found = held(VtexShop().changed(TestVtexApi.access, SINCE, ""), answer)
    assert (len(found.documents), found.cursor) == (1, None)
    assert "2025-12-18T00" in answer.asked[0].url


def test_after_thirty_pages_the_last_order_begins_a_new_list() -> None:
    listed = [{"orderId": ID, "creationDate": "2026-01-07T10:00:00.1230000+00:00"}]
    page = json.dumps({"list": listed, "paging": {"pages": 90}}).encode()
    changed, listing = VtexShop().changed, {"GET /api/oms/pvt/orders": page}
    start = "2026-01-01T00:00:00.000Z"
    within = held(changed(TestVtexApi.access, SINCE, f"{start} 29"), Scripted(listing))
    beyond = held(changed(TestVtexApi.access, SINCE, f"{start} 30"), Scripted(listing))
    assert within.cursor == "2026-01-01T00:00:00.000Z 30"
    assert beyond.cursor == "2026-01-07T10:00:00.123Z 1"


def test_a_hook_is_made_with_a_header_of_ours() -> None:
    answer = Scripted(TestVtexApi.replies)
    held(VtexShop().register(TestVtexApi.access, ("orders",), URL, "made"), answer)
    said = json.loads(answer.asked[0].body)
    assert said["hook"] == {"url": URL, "headers": {"x-webhook-token": "made"}}
    assert "invoiced" in said["filter"]["status"]


def test_no_hook_is_none() -> None:
    assert held(VtexShop().hooks(TestVtexApi.access), Scripted({})) == ()


def test_the_header_of_ours_is_believed() -> None:
    scheme = registry.source("vtex").signature
    assert scheme.verified(Hook({"x-webhook-token": "s"}, b"{}", URL, NOW), Trust(("s",))) is True


# --- hook and feed ---------------------------------------------------------------------------


def test_a_hook_points_to_its_order() -> None:
    assert only(HOOK) == Pointer(type="payment.paid", source="shop", order_id=ID)


def test_the_items_of_a_feed_point_to_their_orders() -> None:
    found = told([FEED, {**FEED, "orderId": "v2-01", "state": "canceled"}])
    assert found == (
        Pointer(type="order.updated", source="shop", order_id=ID),
        Pointer(type="order.cancelled", source="shop", order_id="v2-01"),
    )


def test_an_entry_of_a_list_points_to_its_order() -> None:
    listed = {"list": [{"orderId": ID, "totalValue": 6050, "items": [], "status": "invoiced"}]}
    assert only(listed) == Pointer(type="shipment.created", source="shop", order_id=ID)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"hookConfig": "ping"}, "tries the hook"),
        ({"orderFormId": "f", "items": []}, "cart"),
        ({"orderId": ID, "receipt": "r", "date": "2026-01-20"}, "answer"),
        ({"IdSku": "1", "StockModified": True}, "product"),
        ({**ORDER, "origin": "Fulfillment"}, "another marketplace"),
        ({**ORDER, "origin": "Chain"}, "another marketplace"),
        ({"error": {"code": "OMS003"}}, "error"),
    ],
)
def test_what_is_no_order_of_a_customer_here_is_named(document: object, words: str) -> None:
    assert words in reason(document)


def test_orders_of_other_marketplaces_are_read_where_the_shop_wants_them() -> None:
    stated = Stated("shop", options={"orders_from": "all"})
    assert isinstance(only({**ORDER, "origin": "Fulfillment"}, stated), OrderEvent)


# --- the order -------------------------------------------------------------------------------


def test_an_order_is_read_whole() -> None:
    found = order()
    assert (found.id, found.number, found.group) == (ID, ID, "v502559llux")
    assert (found.currency, found.locale) == ("BRL", "pt-BR")
    assert found.revision == 1768926000594
    assert (found.customer.name, found.customer.email) == ("Alex Example", "r3l4y@ct.example.com")
    assert (found.state.payment, found.state.fulfillment) == ("paid", "unfulfilled")
    assert found.note == "Tocar a campainha"
    assert found.attributes == {
        "sequence": "502556",
        "sales_channel": "1",
        "seller": "Loja",
        "shipping_estimate": "25bd",
    }


def test_values_are_hundredths_and_add_up() -> None:
    totals = order().totals
    assert (totals.total, totals.subtotal) == (Decimal("60.50"), Decimal("55.00"))
    assert (totals.discount, totals.shipping) == (Decimal("4.50"), Decimal("10.00"))
    assert (totals.tax, totals.tax_included) == (None, None)
    assert difference(order()) == 0


@pytest.mark.parametrize(("code", "total"), [("CLP", "60.50"), ("KWD", "60.50"), ("USD", "60.50")])
def test_values_are_hundredths_in_every_currency(code: str, total: str) -> None:
    found = order({"storePreferencesData": {"currencyCode": code}})
    assert (found.currency, str(found.totals.total)) == (code, total)


def test_a_tax_is_on_top() -> None:
    totals = [*ORDER["totals"][:3], {"id": "Tax", "value": 450}]
    found = order({"totals": totals, "value": 6500})
    assert (found.totals.tax, found.totals.tax_included) == (Decimal("4.50"), False)
    assert difference(found) == 0


def test_a_change_is_a_discount_or_a_fee() -> None:
    less = [*ORDER["totals"], {"id": "Change", "name": "Mudanças", "value": -550}]
    more = [*ORDER["totals"], {"id": "Change", "name": "Mudanças", "value": 550}]
    cheaper, dearer = order({"totals": less, "value": 5500}), order({"totals": more, "value": 6600})
    assert cheaper.totals.discount == Decimal("10.00")
    assert [(fee.title, fee.amount) for fee in dearer.fees] == [("Mudanças", Decimal("5.50"))]
    assert [difference(cheaper), difference(dearer)] == [0, 0]


def test_lines_know_their_discount_their_parts_and_what_was_chosen() -> None:
    tea, wrapping, tin, cup = order().lines
    assert (tea.title, tea.sku, tea.product_id) == ("Chá verde", "CHA-V", "4")
    assert (tea.quantity, tea.unit_price) == (Decimal(2), Decimal("20.00"))
    assert (tea.discount, tea.total) == (Decimal("4.50"), Decimal("35.50"))
    assert tea.attributes == {"Texto": "Para M."}
    assert (wrapping.title, wrapping.total) == ("Embrulho", Decimal("2.50"))
    assert wrapping.parent_id == tin.parent_id == cup.parent_id == tea.id
    assert (tin.total, cup.total) == (None, Decimal("15.00"))


def test_items_that_go_together_are_one_way_of_shipping() -> None:
    (way,) = order().shipping
    assert (way.title, way.carrier, way.amount) == ("Normal", "Correios", Decimal("10.00"))
    assert way.estimate == Window(latest="2026-02-10T22:04:15.255030+00:00")


def test_items_that_go_apart_are_several() -> None:
    chosen = {"startDateUtc": "2026-01-25T09:00:00Z", "endDateUtc": "2026-01-25T12:00:00Z"}
    store = {"isPickupStore": True, "friendlyName": "Loja Centro"}
    info = [
        logistics(0, deliveryWindow=chosen),
        logistics(1, pickupStoreInfo=store, price=0, shippingEstimateDate=None),
    ]
    shipping = {**ORDER["shippingData"], "logisticsInfo": info}
    delivered, collected = order({"shippingData": shipping}).shipping
    assert delivered.estimate == Window(
        earliest="2026-01-25T09:00:00+00:00", latest="2026-01-25T12:00:00+00:00"
    )
    assert (collected.title, collected.estimate) == ("Loja Centro", None)


def test_a_country_in_three_letters_is_written_in_two() -> None:
    found = order().shipping_address
    assert found is not None
    assert (found.line1, found.country) == ("Rua A 10", "BR")
    bare = {"address": {"city": "X", "country": "BR"}}
    there = order({"shippingData": bare}).shipping_address
    assert there is not None
    assert there.country == "BR"
    assert order({"shippingData": {"address": None}}).shipping_address is None


def test_an_invoice_is_a_parcel_once_it_travels() -> None:
    found = order({"packageAttachment": {"packages": PACKAGES[:2]}})
    (parcel,) = found.parcels
    assert (parcel.id, parcel.carrier, parcel.tracking_number) == ("N1", "Correios", "SR1")
    assert parcel.status is None
    assert parcel.lines == (
        ParcelLine(line_id="39281E5A", quantity=Decimal(1)),
        ParcelLine(line_id="42FEF2F1", quantity=Decimal(1)),
    )
    assert found.state.fulfillment == "partial"
    done = {**PACKAGES[0], "courierStatus": {"status": "x", "finished": True}}
    (arrived,) = order({"packageAttachment": {"packages": [done]}}).parcels
    assert arrived.status == "delivered"


def test_an_invoice_of_returned_goods_is_a_refund() -> None:
    found = order({"status": "invoiced", "packageAttachment": {"packages": PACKAGES}})
    (refund,) = found.refunds
    assert (refund.id, refund.amount) == ("N3", Decimal("15.00"))
    assert refund.at is not None
    assert found.totals.refunded == Decimal("15.00")
    assert (found.state.payment, found.state.fulfillment) == ("partially_refunded", "fulfilled")


@pytest.mark.parametrize(
    ("status", "payment", "fulfillment"),
    [
        ("payment-pending", "pending", "unfulfilled"),
        ("payment-approved", "paid", "unfulfilled"),
        ("payment-denied", "failed", "unfulfilled"),
        ("handling", "paid", "unfulfilled"),
        ("invoiced", "paid", "fulfilled"),
        ("canceled", "voided", None),
        ("replaced", None, None),
        ("unheard-of", None, None),
    ],
)
def test_the_status_says_how_payment_and_shipping_stand(
    status: str, payment: str | None, fulfillment: str | None
) -> None:
    state = order({"status": status}).state
    assert (state.payment, state.fulfillment) == (payment, fulfillment)
    assert (state.cancelled_at is not None) == (status == "canceled")


def test_an_incomplete_order_is_a_draft() -> None:
    assert order({"status": "incomplete"}).state.draft is True
    assert order({"isCompleted": False}).state.draft is True
    assert order().state.draft is False


def test_only_payments_that_count_are_told() -> None:
    (part,) = order().payments
    assert (part.method, part.title, part.amount) == ("card", "Visa", Decimal("60.50"))
    assert part.reference == "929FDCB1"


def test_a_company_is_called_by_its_name() -> None:
    company = {"isCorporate": True, "corporateName": "Example Ltda", "firstName": "Alex"}
    assert order({"clientProfileData": company}).customer.name == "Example Ltda"


def test_an_old_order_has_its_currency_from_the_settings_or_its_country_and_times_in_utc() -> None:
    old = {"storePreferencesData": None, "creationDate": "2013-12-18T19:31:36"}
    found = order(old, Stated("shop", options={"currency": "BRL"}))
    assert found.currency == "BRL"
    assert found.placed_at is not None
    assert found.placed_at.isoformat() == "2013-12-18T19:31:36+00:00"
    assert order(old, Stated("shop", options={"currency": "USD"})).currency == "USD"


@pytest.mark.parametrize(
    ("country", "currency"),
    [("BRA", "BRL"), ("CHL", "CLP"), ("ECU", "USD"), ("ESP", "EUR"), ("MX", "MXN"), ("rou", "RON")],
)
def test_an_old_order_is_paid_in_the_currency_of_its_country(country: str, currency: str) -> None:
    old = {"storePreferencesData": None, "shippingData": {"address": {"country": country}}}
    assert order(old).currency == currency
    told = {**old, "storePreferencesData": {"currencyCode": "GBP"}}
    assert order(told).currency == "GBP"


@pytest.mark.parametrize("country", [None, "", "XXX", "Brasil", "HTI"])
def test_a_currency_that_nothing_tells_is_not_guessed(country: str | None) -> None:
    with pytest.raises(BadInput) as refused:
        order({"storePreferencesData": None, "shippingData": {"address": {"country": country}}})
    assert refused.value.status == 422


def test_an_order_is_found_in_what_carries_it() -> None:
    for document in (
        {"order": ORDER},
        {"data": ORDER},
        {"data": {"list": [ORDER]}},
        {"data": {"orderGroup": {"orders": [ORDER]}}},
        {"orderGroup": ORDER["orderGroup"], "orders": [ORDER], "transactionData": {}},
    ):
        event = only(document)
        assert isinstance(event, OrderEvent)
        assert event.order == order()


def test_an_order_of_the_checkout_calls_its_status_a_state() -> None:
    placed = {name: value for name, value in ORDER.items() if name != "status"}
    event = only({**placed, "state": "payment-approved"})
    assert event.type == "payment.paid"
    assert isinstance(event, OrderEvent)
    assert event.order.state.payment == "paid"


def test_an_order_without_its_items_only_points_to_itself() -> None:
    nothing: tuple[list[Any] | None, ...] = ([], None)
    for items in nothing:
        assert isinstance(only({**ORDER, "items": items}), Pointer)


def test_money_that_cannot_be_read_is_refused_with_its_place() -> None:
    with pytest.raises(BadInput) as refused:
        order({"totals": [{"id": "Items", "value": "12,50"}]})
    assert (refused.value.status, refused.value.problems[0].path) == (422, "totals[0].value")


def told_of(document: Any) -> str:
    return outcome(lambda: told(document), 400, 422)


def test_damage_ends_in_news_a_reason_or_a_place() -> None:
    chance, seen = random.Random(250), Counter[str]()
    whole = [{**ORDER, "packageAttachment": {"packages": PACKAGES}}, [ORDER], HOOK, [FEED]]
    for _ in range(2_000):
        seen[told_of(damaged(chance.choice(whole), chance))] += 1
    assert set(seen) == {"refused", "tuple", "Ignored"}
    assert min(seen.values()) > 20
