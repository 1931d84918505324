"""Shopware under its contracts, over its documented payloads and over every real one at hand."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from twofifty.adapters import registry
from twofifty.adapters.shopware.shop import ShopwareShop
from twofifty.adapters.shopware.source import LIVE
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.shop import Access
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import NOW, URL, SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/shopware")
SOURCE = registry.source("shopware")
STATED = Stated("shop")


def price(
    unit: float, quantity: int = 1, tax: float = 0, total: float | None = None
) -> dict[str, Any]:
    return {
        "unitPrice": unit,
        "quantity": quantity,
        "totalPrice": unit * quantity if total is None else total,
        "calculatedTaxes": [{"tax": tax, "taxRate": 19, "price": unit * quantity}],
    }


def item(key: str, unit: float, quantity: int = 1, **said: Any) -> dict[str, Any]:
    cost = price(unit, quantity)
    return {
        "id": key,
        "type": "product",
        "label": f"Article {key}",
        "quantity": quantity,
        "unitPrice": unit,
        "totalPrice": cost["totalPrice"],
        "price": cost,
        "payload": {"productNumber": f"SW-{key}"},
        "position": 1,
        **said,
    }


def state(name: str) -> dict[str, Any]:
    return {"technicalName": name, "name": name, "createdAt": "2020-01-01T00:00:00.000+00:00"}


TEA = item(
    "tea",
    10,
    3,
    productId="p1",
    states=["is-physical"],
    cover={"url": "https://shop.example.com/media/tea.jpg"},
    payload={"productNumber": "TEA-1", "options": [{"group": "Size", "option": "Large"}]},
)
PROMOTION = item(
    "promo", -2.5, type="promotion", label="Spring", payload={"code": "SPRING"}, position=3
)
ADDRESS: dict[str, Any] = {
    "id": "a1",
    "firstName": "Alex",
    "lastName": "Example",
    "company": "Example GmbH",
    "street": "Hauptstraße 1",
    "additionalAddressLine1": "Hinterhof",
    "zipcode": "10115",
    "city": "Berlin",
    "phoneNumber": "+49 30 000",
    "country": {"iso": "DE", "name": "Germany"},
    "countryState": {"shortCode": "DE-BE", "name": "Berlin"},
}
DELIVERY: dict[str, Any] = {
    "id": "d1",
    "createdAt": "2026-01-31T09:00:00.000+00:00",
    "shippingCosts": price(4.9),
    "shippingDateEarliest": "2026-02-03T00:00:00.000+00:00",
    "shippingDateLatest": "2026-02-05T00:00:00.000+00:00",
    "shippingOrderAddress": ADDRESS,
    "shippingMethod": {"name": "DHL", "trackingUrl": "https://track.example.com/?c=%s"},
    "stateMachineState": state("open"),
    "trackingCodes": [],
    "positions": [{"orderLineItemId": "tea", "quantity": 3}],
}
TRANSACTION: dict[str, Any] = {
    "id": "t1",
    "createdAt": "2026-01-31T09:00:01.000+00:00",
    "updatedAt": "2026-01-31T09:10:00.000+00:00",
    "amount": price(32.4),
    "stateMachineState": state("paid"),
    "paymentMethod": {
        "name": "Vorkasse",
        "translated": {"name": "Paid in advance"},
        "handlerIdentifier": "Shopware\\Core\\Checkout\\Payment\\Cart\\PaymentHandler\\PrePayment",
        "shortName": "pre_payment",
    },
}
ORDER: dict[str, Any] = {
    "id": "o1",
    "versionId": LIVE,
    "orderNumber": "10042",
    "orderDateTime": "2026-01-31T09:00:00.000+00:00",
    "createdAt": "2026-01-31T09:00:00.100+00:00",
    "updatedAt": None,
    "billingAddressId": "a1",
    "taxStatus": "gross",
    "price": {
        "netPrice": 27.23,
        "totalPrice": 32.4,
        "positionPrice": 27.5,
        "rawTotal": 32.4,
        "taxStatus": "gross",
        "calculatedTaxes": [{"tax": 5.17, "taxRate": 19, "price": 32.4}],
    },
    "amountTotal": 32.4,
    "amountNet": 27.23,
    "positionPrice": 27.5,
    "shippingCosts": price(4.9),
    "shippingTotal": 4.9,
    "currency": {"isoCode": "EUR", "shortName": "EUR"},
    "language": {"locale": {"code": "de-DE"}},
    "orderCustomer": {
        "email": "alex@example.com",
        "firstName": "Alex",
        "lastName": "Example",
        "customerNumber": "10001",
        "customerId": "c1",
    },
    "addresses": [{**ADDRESS, "id": "a0", "city": "Köln"}, ADDRESS],
    "lineItems": [TEA, PROMOTION],
    "deliveries": [DELIVERY],
    "transactions": [TRANSACTION],
    "stateMachineState": state("open"),
    "customerComment": "Ring<br>twice",
    "apiAlias": "order",
}


def hook(event: str, payload: object, **source: Any) -> dict[str, Any]:
    return {
        "data": {"payload": payload, "event": event},
        "source": {
            "url": "https://shop.example.com",
            "shopId": "s",
            "appVersion": "1.0.0",
            **source,
        },
        "timestamp": 1769853600,
    }


def written(*entries: dict[str, Any]) -> dict[str, Any]:
    return hook(
        "order.written", [{"entity": "order", "operation": "update", **each} for each in entries]
    )


def told(document: object) -> tuple[News, ...] | Ignored:
    return SOURCE.read("", json.dumps(document).encode(), STATED)


def one(document: object) -> News:
    news = told(document)
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    return only


def order(**changes: Any) -> Order:
    news = one({"data": [{**ORDER, **changes}]})
    assert isinstance(news, OrderEvent)
    return news.order


class TestShopware(SourceContract):
    source = SOURCE
    body = json.dumps(hook("checkout.order.placed", {"order": ORDER})).encode()

    def test_a_webhook_without_an_app_carries_the_secret_in_its_url(self) -> None:
        hook = Hook({}, self.body, f"{URL}?token={self.secret}", NOW)
        assert SOURCE.signature.verified(hook, Trust((self.secret,))) is True
        assert SOURCE.signature.verified(hook, Trust((self.other_secret,))) is False

    def test_a_retry_has_another_time_and_is_no_conflict(self) -> None:
        first = hook("checkout.order.placed", {"order": ORDER}, eventId="e1")
        again = {**first, "timestamp": first["timestamp"] + 60}
        for each in (first, again):
            body = json.dumps(each).encode()
            assert SOURCE.event_id(Hook({"x-shopware-event-id": "e1"}, body)) is None
        assert told(again) == told(first)


class TestShopwareApi(ShopContract):
    source = SOURCE
    shop = ShopwareShop()
    access = Access("https://shop.example.com", "integration-key", "integration-secret")
    order_id = "o1"
    replies: ClassVar = {
        "POST /api/oauth/token": b'{"access_token": "t0ken", "expires_in": 600}',
        "POST /api/search/order": json.dumps({"total": 1, "data": [ORDER]}).encode(),
        "POST /api/search/webhook": json.dumps(
            {
                "data": [
                    {
                        "id": f"w{at}",
                        "eventName": topic,
                        "url": "https://orders.example.com/hooks/shop?token=x",
                        "active": topic != "order.written",
                    }
                    for at, topic in enumerate(ShopwareShop.topics)
                ]
            }
        ).encode(),
        "POST /api/webhook": b"",
    }

    def test_an_order_comes_with_all_that_a_mail_needs(self) -> None:
        answer = Scripted(self.replies)
        held(self.shop.order(self.access, "o1"), answer)
        asked = json.loads(answer.asked[-1].body)
        assert asked["filter"] == [{"type": "equals", "field": "id", "value": "o1"}]
        assert {"lineItems", "deliveries", "transactions", "currency"} <= set(asked["associations"])

    def test_an_address_finds_its_order(self) -> None:
        answer = Scripted(self.replies)
        held(self.shop.order(self.access, "order_address:a1"), answer)
        asked = json.loads(answer.asked[-1].body)
        assert asked["filter"] == [{"type": "equals", "field": "addresses.id", "value": "a1"}]

    def test_a_full_page_is_followed_by_another(self) -> None:
        full = json.dumps({"data": [{**ORDER, "id": f"o{at}"} for at in range(25)]}).encode()
        page = held(
            self.shop.changed(self.access, SINCE, ""),
            Scripted({**self.replies, "POST /api/search/order": full}),
        )
        assert (page.cursor, len(page.documents)) == ("2", 25)

    def test_webhooks_are_registered_with_the_secret_in_their_url(self) -> None:
        answer = Scripted(self.replies)
        url = "https://orders.example.com/hooks/shop"
        held(self.shop.register(self.access, ("order.written",), url, "a&b"), answer)
        assert json.loads(answer.asked[-1].body)["url"] == f"{url}?token=a%26b"
        listed = held(self.shop.hooks(self.access), Scripted(self.replies))
        assert {each.url for each in listed} == {url}
        assert [each.topic for each in listed if not each.active] == ["order.written"]


def test_an_order_is_read_with_all_that_it_says() -> None:
    read = order()
    assert (read.id, read.number, read.currency, read.locale) == ("o1", "10042", "EUR", "de-DE")
    assert (read.customer.email, read.customer.name) == ("alex@example.com", "Alex Example")
    assert (read.state.payment, read.state.fulfillment) == ("paid", "unfulfilled")
    totals = read.totals
    assert (totals.total, totals.subtotal) == (Decimal("32.4"), Decimal(30))
    assert (totals.discount, totals.shipping) == (Decimal("2.5"), Decimal("4.9"))
    assert (totals.tax, totals.tax_included, totals.rounding) == (Decimal("5.17"), True, None)
    assert difference(read) == 0
    (tea,) = read.lines
    assert (tea.title, tea.sku, tea.variant) == ("Article tea", "TEA-1", "Large")
    assert (tea.quantity, tea.unit_price, tea.total) == (Decimal(3), Decimal(10), Decimal(30))
    assert tea.image_url == "https://shop.example.com/media/tea.jpg"
    assert [(each.code, each.title, each.amount) for each in read.discounts] == [
        ("SPRING", "Spring", Decimal("2.5"))
    ]
    assert [(str(each.rate), each.amount) for each in read.taxes] == [("0.19", Decimal("5.17"))]
    (way,) = read.shipping
    assert (way.title, way.amount) == ("DHL", Decimal("4.9"))
    assert way.estimate is not None
    assert way.estimate.latest == "2026-02-05T00:00:00.000+00:00"
    assert read.billing_address is not None
    assert (read.billing_address.city, read.billing_address.region) == ("Berlin", "Berlin")
    assert read.shipping_address is not None
    assert read.shipping_address.country == "DE"
    assert read.note == "Ring twice"


def test_a_change_of_a_payment_makes_the_order_newer() -> None:
    read = order()
    assert read.updated_at is not None
    assert read.updated_at.isoformat() == "2026-01-31T09:10:00+00:00"
    assert read.revision == 1769850600000


def costs(
    status: str, total: float, net: float, tax: float, raw: float | None = None
) -> dict[str, Any]:
    taxes = [{"tax": tax, "taxRate": 19, "price": net}] if tax else []
    cost = {"netPrice": net, "totalPrice": total, "taxStatus": status, "calculatedTaxes": taxes}
    return {"price": {**cost, "rawTotal": total if raw is None else raw}, "taxStatus": status}


@pytest.mark.parametrize(
    ("prices", "tax", "included"),
    [
        (costs("gross", 32.4, 27.23, 5.17), "5.17", True),
        (costs("net", 38.56, 32.4, 6.16), "6.16", False),
        (costs("tax-free", 32.4, 32.4, 0), "0.0", False),
    ],
)
def test_prices_contain_their_tax_or_not(prices: dict[str, Any], tax: str, included: bool) -> None:
    read = order(**prices)
    assert (read.totals.tax, read.totals.tax_included) == (Decimal(tax), included)
    assert difference(read) == 0


def test_taxes_may_be_an_object_by_their_rates() -> None:
    both = {"19": {"tax": 5.0, "taxRate": 19}, "7": {"tax": 0.17, "taxRate": 7}}
    read = order(price={**ORDER["price"], "calculatedTaxes": both})
    assert read.totals.tax == Decimal("5.17")
    assert [str(each.rate) for each in read.taxes] == ["0.19", "0.07"]


def test_a_total_that_was_rounded_says_by_how_much() -> None:
    read = order(**costs("gross", 32.4, 27.23, 5.17, raw=32.38), shippingCosts=price(4.88))
    assert read.totals.rounding == Decimal("0.02")
    assert difference(read) == 0


def test_binary_fractions_are_not_shown() -> None:
    lines = [item("a", 19.990000000000002), item("b", 0.1 + 0.2)]
    first, second = order(lineItems=lines).lines
    assert (str(first.unit_price), str(second.total)) == ("19.99", "0.3")


def test_a_bundle_is_counted_once() -> None:
    bundle = item("bundle", 20, type="container", label="Set")
    parts = [
        item("cup", 12, parentId="bundle", position=2),
        item("pot", 8, parentId="bundle", position=3),
    ]
    prices = costs("gross", 24.9, 20.92, 3.98)
    flat = order(lineItems=[bundle, *parts], **prices)
    nested = order(lineItems=[{**bundle, "children": parts}], **prices)
    both = order(lineItems=[{**bundle, "children": parts}, *parts], **prices)
    for read in (flat, nested, both):
        assert [(each.id, each.parent_id) for each in read.lines] == [
            ("bundle", None),
            ("cup", "bundle"),
            ("pot", "bundle"),
        ]
        assert read.totals.subtotal == Decimal(20)
        assert difference(read) == 0


def test_a_surcharge_stays_a_line_and_a_credit_is_a_discount() -> None:
    lines = [TEA, item("more", 1, type="custom"), item("credit", -3, type="credit", label="Sorry")]
    read = order(lineItems=lines)
    assert [each.id for each in read.lines] == ["more", "tea"] or len(read.lines) == 2
    assert [(each.title, each.amount) for each in read.discounts] == [("Sorry", Decimal(3))]


def test_digital_goods_are_known_by_their_states() -> None:
    lines = [
        item("a", 1, states=["is-download"]),
        item("b", 1, payload={"productType": "digital"}),
        item("c", 1, states=["is-physical"]),
    ]
    assert [each.digital for each in order(lineItems=lines).lines] == [True, True, False]


def test_a_discount_on_shipping_is_inside_the_shipping_costs() -> None:
    off = {**DELIVERY, "id": "d2", "shippingCosts": price(-4.9), "positions": []}
    free = item("ship", 0, type="promotion", label="Free shipping")
    read = order(
        deliveries=[off, DELIVERY],
        lineItems=[TEA, PROMOTION, free],
        shippingCosts=price(0),
        **costs("gross", 27.5, 23.11, 4.39),
    )
    assert [(each.title, each.amount) for each in read.shipping] == [("DHL", Decimal(0))]
    assert [each.title for each in read.discounts] == ["Spring"]
    assert difference(read) == 0


@pytest.mark.parametrize(
    ("handler", "name", "method"),
    [
        (
            "Shopware\\Core\\Checkout\\Payment\\Cart\\PaymentHandler\\PrePayment",
            "X",
            "bank_transfer",
        ),
        ("Shopware\\Core\\Checkout\\Payment\\Cart\\PaymentHandler\\InvoicePayment", "X", "invoice"),
        (
            "Shopware\\Core\\Checkout\\Payment\\Cart\\PaymentHandler\\CashPayment",
            "X",
            "cash_on_delivery",
        ),
        ("handler_shopware_cash_payment", "X", "cash_on_delivery"),
        ("app\\Foo_sync", "PayPal", "paypal"),
        ("app\\Foo_sync", "Cowrie shells", "Cowrie shells"),
    ],
)
def test_ways_to_pay_are_known_by_their_handler_or_name(
    handler: str, name: str, method: str
) -> None:
    found = {"handlerIdentifier": handler, "name": name}
    (part,) = order(transactions=[{**TRANSACTION, "paymentMethod": found}]).payments
    assert (part.method, part.title, part.reference) == (method, name, "t1")


def attempt(name: str, at: int) -> dict[str, Any]:
    made = f"2026-01-31T09:0{at}:00.000+00:00"
    return {**TRANSACTION, "id": f"t{at}", "createdAt": made, "stateMachineState": state(name)}


@pytest.mark.parametrize(
    ("states", "payment"),
    [
        (["open"], "pending"),
        (["unconfirmed"], "pending"),
        (["in_progress"], "pending"),
        (["reminded"], "pending"),
        (["authorized"], "authorized"),
        (["paid"], "paid"),
        (["paid_partially"], "partially_paid"),
        (["refunded"], "refunded"),
        (["refunded_partially"], "partially_refunded"),
        (["cancelled"], "voided"),
        (["failed"], "failed"),
        (["chargeback"], None),
        (["something_new"], None),
        (["failed", "paid"], "paid"),
        (["paid", "cancelled"], "paid"),
        (["cancelled", "failed"], "failed"),
        ([], None),
    ],
)
def test_the_last_attempt_to_pay_that_came_to_something_decides(
    states: list[str], payment: str | None
) -> None:
    attempts = [attempt(name, at) for at, name in enumerate(states)]
    assert order(transactions=attempts[::-1]).state.payment == payment


def test_a_refund_is_told_when_it_is_completed() -> None:
    def refunds(name: str) -> Order:
        back = {
            "id": "r1",
            "amount": price(10),
            "reason": "Broken",
            "stateMachineState": state(name),
        }
        return order(transactions=[{**TRANSACTION, "captures": [{"refunds": [back]}]}])

    done = refunds("completed")
    assert [(each.id, each.amount, each.reason) for each in done.refunds] == [
        ("r1", Decimal(10), "Broken")
    ]
    assert done.totals.refunded == Decimal(10)
    assert refunds("open").refunds == ()


def test_a_cancelled_order_says_so() -> None:
    news = one(
        hook(
            "state_enter.order.state.cancelled",
            {"order": {**ORDER, "stateMachineState": state("cancelled")}},
        )
    )
    assert isinstance(news, OrderEvent)
    assert news.type == "order.cancelled"
    assert news.order.state.cancelled_at == news.order.updated_at


def shipped(name: str, *codes: str) -> Order:
    return order(
        deliveries=[{**DELIVERY, "stateMachineState": state(name), "trackingCodes": list(codes)}]
    )


def test_each_tracking_code_is_a_parcel() -> None:
    (parcel,) = shipped("shipped", "A 1").parcels
    assert (parcel.id, parcel.carrier, parcel.tracking_number) == ("d1", "DHL", "A 1")
    assert parcel.tracking_url == "https://track.example.com/?c=A%201"
    assert [(each.line_id, str(each.quantity)) for each in parcel.lines] == [("tea", "3")]
    first, second = shipped("shipped", "A1", "A2").parcels
    assert (first.id, second.id, first.lines) == ("d1", "d1:A2", ())
    assert shipped("open").parcels == ()
    assert [each.tracking_number for each in shipped("shipped").parcels] == [None]
    assert shipped("shipped_partially", "A1").parcels[0].lines == ()


@pytest.mark.parametrize(
    ("states", "fulfillment"),
    [
        (["open"], "unfulfilled"),
        (["shipped"], "fulfilled"),
        (["shipped_partially"], "partial"),
        (["delivered"], "fulfilled"),
        (["returned"], "returned"),
        (["returned_partially"], "fulfilled"),
        (["cancelled"], None),
        (["shipped", "open"], "partial"),
        (["shipped", "returned"], "fulfilled"),
        (["shipped", "shipped"], "fulfilled"),
        ([], None),
    ],
)
def test_deliveries_say_what_left(states: list[str], fulfillment: str | None) -> None:
    every = [
        {**DELIVERY, "id": f"d{at}", "stateMachineState": state(name)}
        for at, name in enumerate(states)
    ]
    assert order(deliveries=every).state.fulfillment == fulfillment


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("checkout.order.placed", "order.placed"),
        ("checkout.order.payment_method.changed", "order.updated"),
        ("state_enter.order_transaction.state.paid", "payment.paid"),
        ("state_enter.order_transaction.state.authorized", "payment.authorized"),
        ("state_enter.order_transaction.state.refunded_partially", "order.refunded"),
        ("state_enter.order_delivery.state.shipped", "shipment.created"),
        ("state_enter.order_delivery.state.open", "order.updated"),
        ("state_enter.order.state.in_progress", "order.updated"),
    ],
)
def test_an_event_of_an_order_carries_it(event: str, kind: str) -> None:
    for payload in ({"order": ORDER}, [ORDER], ORDER):
        news = one(hook(event, payload))
        assert isinstance(news, OrderEvent)
        assert (news.type, news.order.id) == (kind, "o1")


BARE = {"id": "o1", "orderNumber": "10042", "currencyId": "x", "lineItems": None}


@pytest.mark.parametrize(
    ("event", "part", "value"),
    [
        ("state_enter.order_transaction.state.paid", "payment", "paid"),
        ("state_enter.order_transaction.state.refunded", "payment", "refunded"),
        ("state_enter.order_delivery.state.shipped_partially", "fulfillment", "partial"),
        ("state_enter.order_delivery.state.returned", "fulfillment", "returned"),
    ],
)
def test_an_event_without_the_whole_order_still_tells_its_state(
    event: str, part: str, value: str
) -> None:
    news = one(hook(event, {"order": BARE}))
    assert isinstance(news, Amendment)
    assert (news.order_id, getattr(news, part)) == ("o1", value)
    assert news.at is not None
    assert news.at.isoformat() == "2026-01-31T10:00:00+00:00"


def test_a_cancellation_without_the_whole_order_still_cancels() -> None:
    news = one(hook("state_enter.order.state.cancelled", {"order": {"id": "o1"}}))
    assert isinstance(news, Amendment)
    assert (news.type, news.cancelled_at) == ("order.cancelled", news.at)


@pytest.mark.parametrize(
    "event",
    [
        "checkout.order.placed",
        "state_enter.order_transaction.state.cancelled",
        "state_enter.order_transaction.state.failed",
        "state_enter.order_delivery.state.open",
    ],
)
def test_what_an_event_does_not_carry_is_asked_for(event: str) -> None:
    news = one(hook(event, {"order": BARE}))
    assert isinstance(news, Pointer)
    assert (news.order_id, news.order) == ("o1", None)


def test_an_order_without_its_payments_points_to_itself_with_what_it_has() -> None:
    news = one(hook("checkout.order.placed", {"order": {**ORDER, "transactions": None}}))
    assert isinstance(news, Pointer)
    assert news.order is not None
    assert (news.order.totals.total, news.order.state.payment) == (Decimal("32.4"), None)


def test_what_was_written_is_pointed_to_once() -> None:
    news = told(
        written(
            {"primaryKey": "o1"}, {"primaryKey": "o1"}, {"primaryKey": "o2", "operation": "insert"}
        )
    )
    assert not isinstance(news, Ignored)
    assert news == (
        Pointer(type="order.updated", source="shop", order_id="o1"),
        Pointer(type="order.placed", source="shop", order_id="o2"),
    )
    address = {"primaryKey": "a1", "entity": "order_address"}
    assert one(hook("order_address.written", [address])) == Pointer(
        type="order.updated", source="shop", order_id="order_address:a1"
    )


def test_a_version_that_is_not_saved_is_no_order_yet() -> None:
    other = "5f0d3c1c1f1e4a1c8f2d3b4a5c6d7e8f"
    for document in (
        written({"primaryKey": {"id": "o1", "versionId": other}}),
        written({"primaryKey": "o1", "versionId": other}),
        {"data": [{**ORDER, "versionId": other}]},
    ):
        assert isinstance(told(document), Ignored)


def test_an_order_of_the_store_api_and_a_single_one_are_read_too() -> None:
    for document in (
        {"orders": {"elements": [ORDER]}},
        {"elements": [ORDER]},
        {"data": ORDER},
        ORDER,
        [ORDER],
        {"source": {"url": "https://shop.example.com"}, "order": ORDER, "orderTransaction": {}},
    ):
        news = one(document)
        assert isinstance(news, OrderEvent)
        assert news.order.id == "o1"


def resource(kind: str, key: str, said: dict[str, Any], **related: Any) -> dict[str, Any]:
    found = {
        name: {
            "data": [{"type": each["type"], "id": each["id"]} for each in told]
            if isinstance(told, list)
            else {"type": told["type"], "id": told["id"]}
        }
        for name, told in related.items()
    }
    return {"type": kind, "id": key, "attributes": said, "relationships": found}


def test_json_api_is_made_plain() -> None:
    currency = resource("currency", "eur", {"isoCode": "EUR"})
    line = resource("order_line_item", "tea", {k: v for k, v in TEA.items() if k != "id"})
    paid = resource("state_machine_state", "paid", {"technicalName": "paid"})
    said = {name: TRANSACTION[name] for name in ("createdAt", "amount", "paymentMethod")}
    payment = resource("order_transaction", "t1", said, stateMachineState=paid)
    whole = {
        name: value
        for name, value in ORDER.items()
        if name not in ("id", "currency", "lineItems", "transactions", "addresses", "apiAlias")
    }
    top = resource(
        "order", "o1", whole, currency=currency, lineItems=[line], transactions=[payment]
    )
    line["relationships"]["order"] = {"data": {"type": "order", "id": "o1"}}
    included = [currency, line, paid, payment, top]
    for document in ({"data": top, "included": included}, {"data": [top], "included": included}):
        news = one(document)
        assert isinstance(news, OrderEvent)
        assert (news.order.id, news.order.currency) == ("o1", "EUR")
        assert [each.id for each in news.order.lines] == ["tea"]
        assert news.order.state.payment == "paid"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (
            hook("product.written", [{"entity": "product", "primaryKey": "p"}]),
            "nothing was written",
        ),
        (written({"primaryKey": "o1", "operation": "delete"}), "nothing was written"),
        (hook("checkout.customer.register", {"customer": {"id": "c"}}), "no news of an order"),
        (hook("state_leave.order.state.open", {"order": ORDER}), "was left"),
        (hook("app.installed", {}), "no news of an order"),
        ({"data": {"ids": ["o1"], "entity": "order", "action": "x"}}, "a button"),
        ({"data": {"lastName": "Example", "street": "x"}}, "a customer"),
        ({"data": [{"paymentMethodId": "x", "id": "t"}]}, "a payment"),
    ],
)
def test_what_is_no_order_says_what_it_is(document: object, reason: str) -> None:
    read = told(document)
    assert isinstance(read, Ignored)
    assert reason in read.reason


def test_an_event_of_an_order_that_has_none_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        told(hook("checkout.order.placed", {"order": {}}))
    assert refused.value.status == 422


# The whole corpus by its file's beginning; the longest that fits decides.
OUTCOMES = {
    "app-sdk__payment": "order",
    "app-sdk__refund": "pointer",
    "e2e__customer": "a customer",
    "e2e__customer-group": "no order",
    "e2e__guest-customer": "a customer",
    "e2e__order": "an order without an id",
    "e2e__rule": "a rule",
    "metasfresh__api__JsonOrder": "pointer",
    "metasfresh__customer": "a customer",
    "metasfresh__customer__40": "no order",
    "metasfresh__happyFlowRenumberLines": "a line",
    "metasfresh__happyFlow__10": "pointer",
    "metasfresh__happyFlow__12": "a payment",
    "metasfresh__happyFlow__14": "no order",
    "metasfresh__happyFlow__16": "no order",
    "metasfresh__happyFlow__20": "a delivery",
    "metasfresh__happyFlow__30": "a customer",
    "metasfresh__happyFlow__40": "a line",
    "metasfresh__happyFlow_CreditOrDebit_PaymentMethod__10": "a payment",
    "metasfresh__happyFlow_CreditOrDebit_PaymentMethod__20": "no order",
}


def corpus() -> dict[str, bytes]:
    if not CORPUS.is_dir():
        pytest.skip(f"no payloads at {CORPUS}")
    return {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir())}


def test_every_payload_at_hand_is_an_order_or_says_what_else_it_is() -> None:
    seen: Counter[str] = Counter()
    for name, body in corpus().items():
        expected = OUTCOMES[max((each for each in OUTCOMES if name.startswith(each)), key=len)]
        read = SOURCE.read("", body, STATED)
        if isinstance(read, Ignored):
            assert read.reason.startswith(expected), name
            seen["ignored"] += 1
            continue
        assert {type(news).__name__.lower().removesuffix("event") for news in read} == {expected}
        seen[expected] += 1
        raw = json.loads(body)
        listed = raw.get("data") or [raw.get("order", raw)]
        for news, each in zip(read, listed, strict=True):
            if isinstance(news, OrderEvent):
                _check_against(each, news.order)
            elif isinstance(news, Pointer):
                assert (news.order_id, news.order) == (each["id"], None)
    assert seen == {"order": 1, "pointer": 5, "ignored": 19}


def _check_against(raw: dict[str, Any], read: Order) -> None:
    assert (read.id, read.number) == (raw["id"], raw["orderNumber"])
    assert read.customer.email == raw["orderCustomer"]["email"]
    assert read.currency == raw["currency"]["isoCode"]
    assert float(read.totals.total) == raw["price"]["totalPrice"]
    assert [(line.id, line.title, int(line.quantity)) for line in read.lines] == [
        (line["id"], line["label"], line["quantity"]) for line in raw["lineItems"]
    ]
    assert read.state.payment == "pending"
    assert difference(read) == 0


@pytest.mark.parametrize(
    "envelope",
    [
        lambda found: [found],
        lambda found: {"body": found, "headers": {}, "query": {}},
        lambda found: {"body": json.dumps(found), "isBase64Encoded": False},
        lambda found: {"Records": [{"body": json.dumps(found)}]},
        lambda found: [{"method": "POST", "status": 200, "response": found}],
        lambda found: {"request": {"method": "GET"}, "response": {"jsonBody": found}},
        lambda found: {"data": {"order": found}},
    ],
)
def test_an_order_is_found_in_every_envelope(envelope: Any) -> None:
    for told in (ORDER, {"data": {"payload": {"order": ORDER}, "event": "checkout.order.placed"}}):
        alone = SOURCE.read("", json.dumps(told).encode(), STATED)
        assert isinstance(alone, tuple)
        assert SOURCE.read("", json.dumps(envelope(told)).encode(), STATED) == alone


def test_a_line_may_tell_its_quantity_with_its_price() -> None:
    line = {"id": "l1", "label": "Tee", "price": {"unitPrice": 5, "totalPrice": 15, "quantity": 3}}
    read = SOURCE.read("", json.dumps({**ORDER, "lineItems": [line]}).encode(), STATED)
    assert isinstance(read, tuple)
    (news,) = read
    assert isinstance(news, OrderEvent)
    assert [each.quantity for each in news.order.lines] == [Decimal(3)]


def test_an_order_whose_lines_were_loaded_in_part_points_to_itself() -> None:
    partly = {**ORDER, "lineItems": [{"id": "l1", "label": "Tee"}]}
    read = SOURCE.read("", json.dumps(partly).encode(), STATED)
    assert read == (Pointer(type="order.updated", source="shop", order_id=ORDER["id"]),)


@pytest.mark.parametrize(
    "payload", [{"orderId": "o1"}, {"orderTransaction": {"id": "t1", "orderId": "o1"}}]
)
def test_an_event_that_only_names_its_order_points_to_it(payload: dict[str, Any]) -> None:
    told = {"data": {"payload": payload, "event": "checkout.order.placed"}}
    assert SOURCE.read("", json.dumps(told).encode(), STATED) == (
        Pointer(type="order.placed", source="shop", order_id="o1"),
    )
