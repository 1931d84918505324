"""commercetools under its contracts, over its documented payloads and over every real one here."""

import base64
import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from twofifty.adapters import registry
from twofifty.adapters.commercetools.shop import CommercetoolsShop
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.shop import Access
from twofifty.order.amend import amended
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order, Refund
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import NOW, URL, SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/commercetools")
SOURCE = registry.source("commercetools")
STATED = Stated("shop")
PROJECT = "https://api.europe-west1.gcp.commercetools.com/my-project"


def eur(cents: int, currency: str = "EUR", digits: int = 2) -> dict[str, Any]:
    money = {"centAmount": cents, "currencyCode": currency, "fractionDigits": digits}
    return {"type": "centPrecision", **money}


def taxed(net: int, gross: int) -> dict[str, Any]:
    portions = [{"rate": 0.19, "amount": eur(gross - net), "name": "19% MwSt"}]
    totals = {"totalNet": eur(net), "totalGross": eur(gross), "totalTax": eur(gross - net)}
    return {**totals, "taxPortions": portions}


def reference(kind: str, identity: str, obj: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"typeId": kind, "id": identity, **({"obj": obj} if obj else {})}


SPRING = reference("cart-discount", "d1", {"id": "d1", "name": {"en": "Spring", "de": "Frühling"}})
TEA: dict[str, Any] = {
    "id": "l1",
    "productId": "p1",
    "name": {"en": "Tea", "de": "Tee", "de-AT": "Haustee"},
    "variant": {
        "id": 1,
        "sku": "TEA-1",
        "images": [{"url": "https://img.example.com/tea.jpg", "dimensions": {"w": 1, "h": 1}}],
        "attributes": [{"name": "machine-code", "value": "x"}],
    },
    "price": {"value": eur(1500), "discounted": {"value": eur(1200)}},
    "quantity": 3,
    "discountedPricePerQuantity": [
        {
            "quantity": 2,
            "discountedPrice": {
                "value": eur(1000),
                "includedDiscounts": [{"discount": SPRING, "discountedAmount": eur(200)}],
            },
        },
        {"quantity": 1, "discountedPrice": {"value": eur(1200), "includedDiscounts": []}},
    ],
    "taxRate": {"name": "19% MwSt", "amount": 0.19, "includedInPrice": True, "country": "DE"},
    "totalPrice": eur(3200),
    "taxedPrice": taxed(2689, 3200),
    "lineItemMode": "Standard",
}
WRAP: dict[str, Any] = {
    "id": "c1",
    "name": {"en": "Gift wrap", "de": "Geschenkpapier"},
    "slug": "wrap",
    "money": eur(300),
    "quantity": 1,
    "discountedPricePerQuantity": [],
    "taxRate": {"name": "19% MwSt", "amount": 0.19, "includedInPrice": True, "country": "DE"},
    "totalPrice": eur(300),
}
PARCEL: dict[str, Any] = {
    "id": "parcel1",
    "createdAt": "2026-02-01T08:00:00.000Z",
    "trackingData": {"trackingId": "00340", "carrier": "DHL", "isReturn": False},
    "items": [{"id": "l1", "quantity": 2}],
}
DELIVERY: dict[str, Any] = {
    "id": "delivery1",
    "createdAt": "2026-02-01T08:00:00.000Z",
    "items": [{"id": "l1", "quantity": 2}, {"id": "c1", "quantity": 1}],
    "parcels": [PARCEL],
}
SHIPPING: dict[str, Any] = {
    "shippingMethodName": "DHL",
    "price": eur(500),
    "discountedPrice": {"value": eur(400), "includedDiscounts": []},
    "taxRate": {"name": "19% MwSt", "amount": 0.19, "includedInPrice": True, "country": "DE"},
    "estimatedDelivery": {"from": "2026-02-03T00:00:00.000Z", "until": "2026-02-05T00:00:00.000Z"},
    "deliveries": [],
}
ADDRESS: dict[str, Any] = {
    "firstName": "Alex",
    "lastName": "Example",
    "streetName": "Hauptstraße",
    "streetNumber": "1a",
    "additionalStreetInfo": "Hinterhof",
    "postalCode": "10115",
    "city": "Berlin",
    "country": "DE",
    "phone": "+49 30 000",
}
CHARGE: dict[str, Any] = {
    "id": "t1",
    "type": "Charge",
    "state": "Success",
    "amount": eur(3800),
    "timestamp": "2026-01-31T09:01:00.000Z",
}
BACK = {**CHARGE, "id": "t2", "type": "Refund", "amount": eur(1000)}
PAYMENT: dict[str, Any] = {
    "id": "pay1",
    "version": 3,
    "amountPlanned": eur(3800),
    "paymentMethodInfo": {
        "paymentInterface": "ADYEN",
        "method": "CREDIT_CARD",
        "name": {"en": "Visa"},
    },
    "transactions": [CHARGE],
}
ORDER: dict[str, Any] = {
    "type": "Order",
    "id": "o-1",
    "version": 4,
    "createdAt": "2026-01-31T09:00:00.000Z",
    "lastModifiedAt": "2026-01-31T09:05:00.000Z",
    "orderNumber": "2026-0042",
    "customerId": "cust1",
    "customerEmail": "alex@example.com",
    "locale": "de-AT",
    "totalPrice": eur(3800),
    "taxedPrice": taxed(3193, 3800),
    "discountOnTotalPrice": {
        "discountedAmount": eur(100),
        "includedDiscounts": [
            {"discount": reference("cart-discount", "d2"), "discountedAmount": eur(100)}
        ],
    },
    "orderState": "Open",
    "shipmentState": "Pending",
    "paymentState": "Paid",
    "shippingMode": "Single",
    "shippingInfo": SHIPPING,
    "shipping": [],
    "shippingAddress": ADDRESS,
    "billingAddress": {**ADDRESS, "company": "Example GmbH"},
    "lineItems": [TEA],
    "customLineItems": [WRAP],
    "discountCodes": [
        {
            "discountCode": reference(
                "discount-code",
                "code1",
                {"code": "SPRING", "cartDiscounts": [reference("cart-discount", "d1")]},
            ),
            "state": "MatchesCart",
        }
    ],
    "paymentInfo": {"payments": [reference("payment", "pay1", PAYMENT)]},
    "cart": reference("cart", "cart1"),
    "purchaseOrderNumber": "PO-7",
    "custom": {"type": {"typeId": "type", "id": "x"}, "fields": {"channel": "web"}},
}


def message(kind: str, on: str = "order", **said: Any) -> dict[str, Any]:
    identity = {"order": "o-1", "payment": "pay1"}.get(on, "x")
    return {
        "notificationType": "Message",
        "projectKey": "my-project",
        "id": "m-1",
        "version": 1,
        "sequenceNumber": 7,
        "resource": reference(on, identity),
        "resourceVersion": 4,
        "type": kind,
        "createdAt": "2026-01-31T10:00:00.000Z",
        "lastModifiedAt": "2026-01-31T10:00:00.000Z",
        **said,
    }


def told(document: object, stated: Stated = STATED) -> tuple[News, ...] | Ignored:
    return SOURCE.read("", json.dumps(document).encode(), stated)


def one(document: object) -> News:
    news = told(document)
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    return only


def order(changes: dict[str, Any] | None = None, **said: Any) -> Order:
    news = one({**ORDER, **(changes or {}), **said})
    assert isinstance(news, OrderEvent | Pointer)
    assert news.order is not None
    return news.order


def paid_by(*transactions: dict[str, Any], state: str | None = None) -> str | None:
    payment = {**PAYMENT, "transactions": list(transactions)}
    info = {"payments": [reference("payment", "pay1", payment)]}
    return order(paymentInfo=info, paymentState=state).state.payment


class TestCommercetools(SourceContract):
    source = SOURCE
    body = json.dumps(message("OrderCreated", order=ORDER)).encode()

    def test_the_secret_may_stand_in_the_url(self) -> None:
        hook = Hook({}, self.body, f"{URL}?token={self.secret}", NOW)
        assert SOURCE.signature.verified(hook, Trust((self.secret,))) is True
        assert SOURCE.signature.verified(hook, Trust((self.other_secret,))) is False


class TestCommercetoolsApi(ShopContract):
    source = SOURCE
    shop = CommercetoolsShop()
    access = Access(PROJECT, "client-id", "client-secret")
    order_id = "o-1"
    replies: ClassVar = {
        "POST /oauth/token": b'{"access_token": "t0ken", "expires_in": 172800}',
        "GET /my-project/orders/o-1": json.dumps(ORDER).encode(),
        "GET /my-project/orders": json.dumps(
            {"results": [{**ORDER, "id": f"o-{at}"} for at in range(50, 100)]}
        ).encode(),
        "GET /my-project/orders#2": json.dumps({"results": [ORDER]}).encode(),
    }

    def test_the_token_comes_from_the_region_of_the_api(self) -> None:
        answer = Scripted(self.replies)
        held(self.shop.order(self.access, "o-1"), answer)
        token, asked = answer.asked
        assert token.url == "https://auth.europe-west1.gcp.commercetools.com/oauth/token"
        assert token.keep
        assert asked.headers["authorization"] == "Bearer t0ken"
        assert "paymentInfo.payments[*]" in parse_qs(urlsplit(asked.url).query)["expand"]

    def test_or_from_where_the_settings_say(self) -> None:
        answer = Scripted(self.replies)
        access = Access(PROJECT, "k", "s", {"auth_url": "https://auth.example.com/"})
        held(self.shop.order(access, "o-1"), answer)
        assert answer.asked[0].url == "https://auth.example.com/oauth/token"

    def test_a_listing_goes_on_after_the_last_change_that_was_seen(self) -> None:
        answer = Scripted(self.replies)
        page = held(self.shop.changed(self.access, SINCE, ""), answer)
        assert page.cursor == "2026-01-31T09:05:00.000Z o-99"
        held(self.shop.changed(self.access, SINCE, page.cursor), answer)
        where = [parse_qs(urlsplit(ask.url).query).get("where") for ask in answer.asked]
        assert where[1] == ['lastModifiedAt >= "2026-01-01T00:00:00Z"']
        last = "2026-01-31T09:05:00.000Z"
        assert where[3] == [
            f'lastModifiedAt > "{last}" or (lastModifiedAt = "{last}" and id > "o-99")'
        ]

    def test_a_payment_finds_its_order(self) -> None:
        answer = Scripted({**self.replies, "GET /my-project/orders": self.listed(ORDER)})
        document = held(self.shop.order(self.access, "payment:pay1"), answer)
        assert document is not None
        assert self.ids(document) == ["o-1"]
        where = parse_qs(urlsplit(answer.asked[-1].url).query)["where"]
        assert where == ['paymentInfo(payments(id="pay1"))']

    def test_a_payment_without_an_order_is_no_news_and_no_fault(self) -> None:
        answer = Scripted({**self.replies, "GET /my-project/orders": self.listed()})
        document = held(self.shop.order(self.access, "payment:pay1"), answer)
        assert document is not None
        assert isinstance(SOURCE.read("", document, STATED), Ignored)

    def test_a_payment_s_id_cannot_change_the_question(self) -> None:
        answer = Scripted(self.replies)
        assert held(self.shop.order(self.access, 'payment:x") or id="y'), answer) is None

    def listed(self, *orders: dict[str, Any]) -> bytes:
        return json.dumps({"limit": 50, "offset": 0, "results": list(orders)}).encode()


def test_an_order_is_read_with_all_that_it_says() -> None:
    read = order()
    assert (read.id, read.number, read.revision, read.currency) == ("o-1", "2026-0042", 4, "EUR")
    assert (read.locale, read.state.payment, read.state.fulfillment) == (
        "de-AT",
        "paid",
        "unfulfilled",
    )
    assert (read.customer.email, read.customer.name) == ("alex@example.com", "Alex Example")
    totals = read.totals
    assert (totals.total, totals.subtotal) == (Decimal("38.00"), Decimal("39.00"))
    assert (totals.discount, totals.shipping) == (Decimal("5.00"), Decimal("4.00"))
    assert (totals.tax, totals.tax_included) == (Decimal("6.07"), True)
    assert totals.paid == Decimal("38.00")
    assert difference(read) == 0
    tea, wrap = read.lines
    assert (tea.title, tea.sku, tea.unit_price) == ("Haustee", "TEA-1", Decimal("12.00"))
    assert (tea.discount, tea.total, tea.tax) == (
        Decimal("4.00"),
        Decimal("32.00"),
        Decimal("5.11"),
    )
    assert tea.image_url == "https://img.example.com/tea.jpg"
    assert (wrap.title, wrap.total, tea.attributes) == ("Geschenkpapier", Decimal("3.00"), {})
    assert [(each.title, each.code, each.amount) for each in read.discounts] == [
        ("Frühling", "SPRING", Decimal("4.00")),
        (None, None, Decimal("1.00")),
    ]
    assert [(str(each.rate), each.amount) for each in read.taxes] == [("0.19", Decimal("6.07"))]
    assert [(each.method, each.title, each.reference) for each in read.payments] == [
        ("card", "Visa", "pay1")
    ]
    (way,) = read.shipping
    assert (way.title, way.amount) == ("DHL", Decimal("4.00"))
    assert way.estimate is not None
    assert (way.estimate.earliest, way.estimate.latest) == (
        "2026-02-03T00:00:00.000Z",
        "2026-02-05T00:00:00.000Z",
    )
    address = read.shipping_address
    assert address is not None
    assert (address.line1, address.line2) == ("Hauptstraße 1a", "Hinterhof")
    assert read.attributes == {"channel": "web", "purchaseOrderNumber": "PO-7"}


@pytest.mark.parametrize(
    ("locale", "stated", "title"),
    [
        ("de-AT", "", "Haustee"),
        ("de-CH", "", "Tee"),
        (None, "de", "Tee"),
        ("fr", "", "Tea"),
        (None, "", "Tea"),
    ],
)
def test_names_are_in_the_customer_s_language_where_there_are_any(
    locale: str | None, stated: str, title: str
) -> None:
    news = told({**ORDER, "locale": locale}, Stated("shop", locale=stated))
    assert not isinstance(news, Ignored)
    assert isinstance(news[0], OrderEvent)
    assert news[0].order.lines[0].title == title


def net(rates: tuple[bool, bool], gross: int, total: int) -> Order:
    """A line of 10.00 and shipping of 5.00, 19 % each, contained or added."""
    rate = [{"name": "VAT", "amount": 0.19, "includedInPrice": each} for each in rates]
    line = {
        "id": "l",
        "name": {"en": "Tea"},
        "quantity": 1,
        "price": {"value": eur(1000)},
        "totalPrice": eur(1000),
        "taxRate": rate[0],
    }
    info = {"shippingMethodName": "Post", "price": eur(500), "taxRate": rate[1]}
    plain: dict[str, Any] = {
        "customLineItems": [],
        "discountOnTotalPrice": None,
        "paymentInfo": None,
    }
    taxes = {"taxedPrice": taxed(gross - 239, gross), "totalPrice": eur(total)}
    return order(plain, lineItems=[line], shippingInfo=info, **taxes)


@pytest.mark.parametrize(
    ("rates", "gross", "tax", "included"),
    [
        ((True, True), 1500, "2.39", True),
        ((False, False), 1785, "2.39", False),
        ((True, False), 1595, "0.95", False),
    ],
)
def test_taxes_are_contained_or_added_as_each_rate_says(
    rates: tuple[bool, bool], gross: int, tax: str, included: bool
) -> None:
    if rates == (False, False):
        read = net(rates, 1739, 1500)
        assert read.totals.total == Decimal("17.39")
    else:
        read = net(rates, gross, 1500)
    assert (read.totals.tax, read.totals.tax_included) == (Decimal(tax), included)
    assert difference(read) == 0


def test_high_precision_prices_are_told_exactly() -> None:
    price = {
        "type": "highPrecision",
        "currencyCode": "EUR",
        "centAmount": 1,
        "preciseAmount": 123456,
        "fractionDigits": 7,
    }
    line = {**WRAP, "money": price, "quantity": 1000, "totalPrice": eur(1235)}
    (read,) = order(customLineItems=[line], lineItems=[]).lines
    assert (read.unit_price, read.total) == (Decimal("0.0123456"), Decimal("12.35"))


@pytest.mark.parametrize(
    ("currency", "digits", "cents", "total"),
    [("JPY", 0, 1050, "1050"), ("KWD", 3, 1050, "1.050"), ("JPY", None, 1050, "1050")],
)
def test_currencies_have_the_digits_that_the_amount_says(
    currency: str, digits: int | None, cents: int, total: str
) -> None:
    price = {"currencyCode": currency, "centAmount": cents, "fractionDigits": digits}
    changes: dict[str, Any] = {
        "totalPrice": price,
        "taxedPrice": None,
        "lineItems": [],
        "customLineItems": [],
    }
    read = order({**changes, "shippingInfo": None, "paymentInfo": None})
    assert (read.currency, str(read.totals.total)) == (currency, total)


def test_amounts_that_make_no_sense_are_refused_with_their_place() -> None:
    for broken in ({"fractionDigits": 99}, {"centAmount": "x"}, {"currencyCode": "EURO"}):
        with pytest.raises(BadInput) as refused:
            told({**ORDER, "taxedPrice": None, "totalPrice": {**eur(1), **broken}})
        assert refused.value.status == 422
        assert refused.value.problems[0].path.startswith("totalPrice")


def test_a_gift_line_costs_nothing() -> None:
    free = {
        "value": eur(0),
        "includedDiscounts": [{"discount": SPRING, "discountedAmount": eur(1200)}],
    }
    portion = [{"quantity": 1, "discountedPrice": free}]
    gift = {**TEA, "quantity": 1, "totalPrice": eur(0), "discountedPricePerQuantity": portion}
    (line, _) = order(lineItems=[{**gift, "lineItemMode": "GiftLineItem"}]).lines
    assert (line.discount, line.total) == (Decimal("12.00"), Decimal("0.00"))


def test_shipping_mode_multiple_tells_every_way_and_its_parcels() -> None:
    other = {**SHIPPING, "shippingMethodName": "Post", "discountedPrice": None, "price": eur(100)}
    several = [
        {"shippingKey": "a", "shippingInfo": {**SHIPPING, "deliveries": [DELIVERY]}},
        {"shippingKey": "b", "shippingInfo": other, "shippingAddress": ADDRESS},
    ]
    first = {**several[0], "shippingAddress": {**ADDRESS, "city": "Wien"}}
    changes = {"shippingMode": "Multiple", "shippingInfo": None, "shippingAddress": None}
    read = order(changes, shipping=[first, several[1]])
    assert [(each.title, each.amount) for each in read.shipping] == [
        ("DHL", Decimal("4.00")),
        ("Post", Decimal("1.00")),
    ]
    assert read.totals.shipping == Decimal("5.00")
    assert read.shipping_address is not None
    assert read.shipping_address.city == "Wien"
    assert [each.tracking_number for each in read.parcels] == ["00340"]


def shipped(state: str, *deliveries: dict[str, Any]) -> Order:
    return order(shipmentState=state, shippingInfo={**SHIPPING, "deliveries": list(deliveries)})


def test_parcels_are_told_with_what_is_in_them() -> None:
    (parcel,) = shipped("Partial", DELIVERY).parcels
    assert (parcel.id, parcel.carrier, parcel.tracking_number) == ("parcel1", "DHL", "00340")
    assert [(each.line_id, str(each.quantity)) for each in parcel.lines] == [("l1", "2")]
    bare = {**DELIVERY, "parcels": [{**PARCEL, "items": []}]}
    assert len(shipped("Partial", bare).parcels[0].lines) == 2
    two = {**DELIVERY, "parcels": [{"id": "a"}, {"id": "b"}]}
    assert [each.lines for each in shipped("Shipped", two).parcels] == [(), ()]


def test_a_delivery_without_parcels_is_one_once_something_left() -> None:
    bare = {**DELIVERY, "parcels": []}
    assert shipped("Ready", bare).parcels == ()
    assert [each.id for each in shipped("Shipped", bare).parcels] == ["delivery1"]


def test_what_comes_back_is_no_parcel_to_the_customer() -> None:
    back = {**PARCEL, "trackingData": {"trackingId": "R1", "isReturn": True}}
    assert shipped("Shipped", {**DELIVERY, "parcels": [back]}).parcels == ()


@pytest.mark.parametrize(
    ("state", "fulfillment"),
    [
        ("Shipped", "fulfilled"),
        ("Delivered", "fulfilled"),
        ("Partial", "partial"),
        ("Ready", "unfulfilled"),
        ("Delayed", "unfulfilled"),
        ("Backorder", "unfulfilled"),
        ("Canceled", None),
        ("SomethingNew", None),
        (None, None),
    ],
)
def test_the_shipment_state_says_what_left(state: str | None, fulfillment: str | None) -> None:
    assert order(shipmentState=state).state.fulfillment == fulfillment


def test_an_order_of_which_everything_came_back_is_returned() -> None:
    item = {"id": "r", "type": "LineItemReturnItem", "lineItemId": "l1", "paymentState": "Initial"}
    for came, fulfillment in (("Returned", "returned"), ("Advised", "fulfilled")):
        back = [{"items": [{**item, "quantity": 3, "shipmentState": came}]}]
        read = order(shipmentState="Shipped", returnInfo=back)
        assert read.state.fulfillment == fulfillment


AUTHORIZED = {**CHARGE, "id": "t0", "type": "Authorization"}


@pytest.mark.parametrize(
    ("transactions", "state", "payment"),
    [
        ([], "Paid", "paid"),
        ([], "BalanceDue", "pending"),
        ([], "CreditOwed", "authorized"),
        ([], "Failed", "failed"),
        ([], "SomethingNew", None),
        ([CHARGE], None, "paid"),
        ([CHARGE], "BalanceDue", "paid"),
        ([{**CHARGE, "amount": eur(100)}], None, "partially_paid"),
        ([{**CHARGE, "state": "Pending"}], None, "pending"),
        ([{**CHARGE, "state": "Failure"}], None, "failed"),
        ([AUTHORIZED], None, "authorized"),
        ([AUTHORIZED], "Pending", "authorized"),
        ([AUTHORIZED, {**AUTHORIZED, "type": "CancelAuthorization"}], None, "voided"),
        ([CHARGE, BACK], "Paid", "partially_refunded"),
        ([CHARGE, {**BACK, "amount": eur(3800)}], None, "refunded"),
        ([CHARGE, {**BACK, "state": "Failure"}], None, "paid"),
    ],
)
def test_transactions_and_the_payment_state_say_how_an_order_stands(
    transactions: list[dict[str, Any]], state: str | None, payment: str | None
) -> None:
    assert paid_by(*transactions, state=state) == payment


def test_a_refund_is_told_with_its_amount() -> None:
    info = {"payments": [reference("payment", "pay1", {**PAYMENT, "transactions": [CHARGE, BACK]})]}
    read = order(paymentInfo=info)
    assert [(each.id, each.amount) for each in read.refunds] == [("t2", Decimal("10.00"))]
    assert read.totals.refunded == Decimal("10.00")


def test_a_cancelled_order_says_when() -> None:
    news = one({**ORDER, "orderState": "Cancelled"})
    assert isinstance(news, OrderEvent)
    assert news.type == "order.cancelled"
    assert news.order.state.cancelled_at == news.order.updated_at


def test_an_import_is_as_old_as_it_says() -> None:
    news = one(message("OrderImported", order={**ORDER, "completedAt": "2020-01-01T00:00:00Z"}))
    assert isinstance(news, OrderEvent)
    assert news.order.placed_at is not None
    assert news.order.placed_at.year == 2020


def test_an_order_whose_payments_are_only_named_points_to_itself_with_what_it_has() -> None:
    named = {
        **ORDER,
        "paymentState": None,
        "paymentInfo": {"payments": [reference("payment", "p")]},
    }
    news = one(message("OrderCreated", order=named))
    assert isinstance(news, Pointer)
    assert (news.type, news.order_id) == ("order.placed", "o-1")
    assert news.order is not None
    assert [each.reference for each in news.order.payments] == ["p"]
    assert news.order.totals.total == Decimal("38.00")


def test_an_order_of_graphql_is_read_too() -> None:
    money = {"centAmount": 1000, "currencyCode": "EUR", "fractionDigits": 2}
    line = {"id": "l", "name": "Tee", "quantity": 1, "price": {"value": money}, "totalPrice": money}
    every = [{"locale": "de", "value": "Minztee"}, {"locale": "en", "value": "Mint tea"}]
    lines = [line, {**line, "id": "m", "name": None, "nameAllLocales": every}]
    payment = {"id": "pay1", "transactions": [{**CHARGE, "amount": money}]}
    found = {
        "id": "o-1",
        "orderNumber": "42",
        "version": 2,
        "customerEmail": "alex@example.com",
        "totalPrice": money,
        "lineItems": lines,
        "paymentInfo": {"payments": [payment]},
    }
    for document in (
        {"data": {"order": found}},
        {"data": {"orders": {"results": [found]}}},
        {"data": {"me": {"order": found}}},
    ):
        read = one(document)
        assert isinstance(read, OrderEvent)
        assert (read.order.id, read.order.state.payment) == ("o-1", "paid")
        assert [each.title for each in read.order.lines] == ["Tee", "Minztee"]


def test_what_a_queue_puts_around_a_message_is_taken_off() -> None:
    inner = message("OrderPaymentStateChanged", paymentState="Paid")
    text = json.dumps(inner)
    for document in (
        {"Type": "Notification", "Message": text, "TopicArn": "arn"},
        {"Records": [{"messageId": "1", "body": text}]},
        {"detail-type": "OrderPaymentStateChanged", "detail": inner},
        {"message": {"data": base64.b64encode(text.encode()).decode()}, "subscription": "s"},
        {"specversion": "1.0", "type": "com.commercetools.order.message.X", "data": inner},
        [{"id": "1", "eventType": "X", "subject": "/order", "data": inner}],
        {"limit": 20, "results": [inner]},
        inner,
    ):
        news = one(document)
        assert isinstance(news, Amendment)
        assert (news.order_id, news.payment) == ("o-1", "paid")


@pytest.mark.parametrize(
    ("document", "kind", "part", "value"),
    [
        (
            message("OrderPaymentStateChanged", paymentState="Paid"),
            "payment.paid",
            "payment",
            "paid",
        ),
        (
            message("OrderPaymentStateChanged", paymentState="Failed"),
            "payment.failed",
            "payment",
            "failed",
        ),
        (
            message("OrderShipmentStateChanged", shipmentState="Shipped"),
            "shipment.created",
            "fulfillment",
            "fulfilled",
        ),
        (
            message("OrderShipmentStateChanged", shipmentState="Delivered"),
            "shipment.delivered",
            "fulfillment",
            "fulfilled",
        ),
        (
            message("OrderShipmentStateChanged", shipmentState="Delayed"),
            "shipment.delayed",
            "fulfillment",
            "unfulfilled",
        ),
    ],
)
def test_a_state_that_changed_amends_the_order(
    document: dict[str, Any], kind: str, part: str, value: str
) -> None:
    news = one(document)
    assert isinstance(news, Amendment)
    assert (news.type, news.order_id, getattr(news, part)) == (kind, "o-1", value)
    assert news.at is not None


def test_a_cancellation_amends_the_order() -> None:
    news = one(message("OrderStateChanged", orderState="Cancelled", oldOrderState="Open"))
    assert isinstance(news, Amendment)
    assert (news.type, news.cancelled_at) == ("order.cancelled", news.at)
    assert amended(order(), [news]).state.cancelled_at is not None


def test_a_parcel_that_was_added_amends_the_order() -> None:
    whole = message("DeliveryAdded", delivery=DELIVERY)
    single = message("ParcelAddedToDelivery", delivery={**DELIVERY, "parcels": []}, parcel=PARCEL)
    told_of = [news for each in (whole, single) if isinstance(news := one(each), Amendment)]
    assert [each.parcels[0].tracking_number for each in told_of] == ["00340", "00340"]
    assert [each.id for each in amended(order(), told_of).parcels] == ["parcel1"]


@pytest.mark.parametrize(
    "document",
    [
        message("OrderStateChanged", orderState="Open", oldOrderState="Cancelled"),
        message("OrderEditApplied", edit=reference("order-edit", "e"), result={"type": "Applied"}),
        message("ParcelTrackingDataUpdated", deliveryId="d", parcelId="p", trackingData={}),
        message("DeliveryAdded", delivery={**DELIVERY, "parcels": []}),
        message("ReturnInfoAdded", returnInfo={"items": []}),
        message("OrderShippingAddressSet", address=ADDRESS),
        message("OrderPaymentStateChanged", paymentState="SomethingNew"),
        message("OrderLineItemAdded", lineItem=TEA, addedQuantity=1),
        {**message("X"), "notificationType": "ResourceUpdated", "type": None, "oldVersion": 3},
        {"id": "e", "resource": reference("order", "o-1"), "result": {"type": "Applied"}},
    ],
)
def test_what_only_the_order_tells_points_to_it(document: dict[str, Any]) -> None:
    assert one(document) == Pointer(type="order.updated", source="shop", order_id="o-1")


@pytest.mark.parametrize(
    "document",
    [
        message("OrderCreated", payloadNotIncluded={"reason": "Payload too large."}),
        {**message("X"), "notificationType": "ResourceCreated", "type": None},
    ],
)
def test_an_order_that_was_made_and_is_not_told_is_asked_for(document: dict[str, Any]) -> None:
    assert one(document) == Pointer(type="order.placed", source="shop", order_id="o-1")


def test_a_refund_of_a_payment_finds_its_order_by_the_payment() -> None:
    news = one(message("PaymentTransactionAdded", on="payment", transaction=BACK))
    assert isinstance(news, Amendment)
    assert (news.order_id, news.reference) == (None, "pay1")
    assert news.refunds == (Refund(id="t2", amount=Decimal("10.00"), at=news.at),)
    after = amended(order(), [news, news])
    assert after.totals.refunded == Decimal("10.00")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"transaction": CHARGE}, "payment.paid"),
        ({"transaction": AUTHORIZED}, "payment.authorized"),
        ({"transactionId": "t1", "state": "Success"}, "order.updated"),
    ],
)
def test_what_else_a_payment_moved_is_told_by_its_order(said: dict[str, Any], kind: str) -> None:
    name = "PaymentTransactionAdded" if "transaction" in said else "PaymentTransactionStateChanged"
    news = one(message(name, on="payment", **said))
    assert news == Pointer(type=kind, source="shop", order_id="payment:pay1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("CheckoutPaymentCharged", "payment.paid"),
        ("CheckoutPaymentAuthorized", "payment.authorized"),
        ("CheckoutPaymentRefunded", "order.refunded"),
    ],
)
def test_an_event_of_checkout_points_to_its_order(kind: str, named: str) -> None:
    data = {"payment": reference("payment", "pay1"), "order": reference("order", "o-1")}
    event = {"notificationType": "Event", "type": kind, "resourceType": "checkout", "data": data}
    news = one(event)
    assert isinstance(news, Pointer)
    assert (news.type, news.order_id) == (named, "o-1")
    assert isinstance(told({**event, "data": {"payment": {}}}), Ignored)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (
            message(
                "PaymentTransactionAdded", "payment", transaction={**CHARGE, "state": "Pending"}
            ),
            "pending",
        ),
        (message("PaymentTransactionStateChanged", "payment", state="Failure"), "failure"),
        (message("PaymentCreated", "payment", payment=PAYMENT), "nothing was paid"),
        (message("ProductPublished", "product"), "no news of an order"),
        (message("CustomerCreated", "customer"), "no news of an order"),
        (message("OrderDeleted"), "deleted"),
        ({"action": "Create", "resource": reference("order", "o-1", ORDER)}, "API extension"),
        ({"type": "Cart", "id": "c", "cartState": "Active", "lineItems": [TEA]}, "a cart"),
        (PAYMENT, "a payment"),
        ({"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.test"}, "SubscribeURL"),
        ([{"eventType": "X", "data": {"validationUrl": "https://x.test"}}], "validationUrl"),
    ],
)
def test_what_is_no_order_says_what_it_is(document: object, reason: str) -> None:
    read = told(document)
    assert isinstance(read, Ignored)
    assert reason in read.reason


# The whole corpus by its file's beginning; the longest that fits decides.
OUTCOMES = {
    "order.example": "order",
    "orders.example": "order",
    "Event__CheckoutPayment": "pointer",
    "Event__CheckoutMessage": "what an event of Checkout carries",
    "Event__CheckoutOrderCreationFailed": "CheckoutOrderCreationFailed",
    "Event__Import": "Import",
    "Event__ImportUnresolvedEventData": "no order",
    "OrderEdit__Staged": "a change that is asked for",
    "OrderEdit__OrderEditSet": "an edit",
    "OrderEdit__OrderEditAdd": "an edit",
    "OrderEdit__OrderEditSetCustomField": "a change",
    "Order__Order": "a change that is asked for",
    "Subscription__Subscription": "a change that is asked for",
    "Subscription__SubscriptionAzureEventGrid": "a subscription",
    "Subscription__SubscriptionAzureServiceBus": "a subscription",
    "Subscription__SubscriptionGoogle": "a subscription",
    "Subscription__SubscriptionSqs": "a subscription",
    "Subscription__event-payload": "ImportContainerCreated",
    "Subscription__payload-not-included": "a payload that was left out",
    "Subscription__resource-created": "ResourceCreated",
    "b2b-carts": "a cart",
    "cart.": "a cart",
    "carts.": "a cart",
    "cart-discount-update": "a change",
    "cart-discounts": "a discount",
    "cart-replicate": "no order",
    "messages": "PaymentStatusInterfaceCodeSet",
    "my-order-create": "no order",
    "my-payment": "a payment",
    "my-payment-update": "a change",
    "order-edits": "an edit",
    "order-from-quote": "a quote",
    "order-import": "an order to be imported",
    "order-update": "a change",
    "payment": "a payment",
    "payment-method-create": "a way of paying",
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
        (news,) = read
        assert type(news).__name__.lower().removesuffix("event") == expected, name
        seen[expected] += 1
        raw = json.loads(body)
        if isinstance(news, OrderEvent):
            _check_against(raw.get("results", [raw])[0], news.order)
        elif isinstance(news, Pointer):
            assert news.order_id == raw["data"]["order"]["id"]
    assert seen == {"order": 2, "pointer": 4, "ignored": 115}


def _check_against(raw: dict[str, Any], read: Order) -> None:
    assert (read.id, read.number) == (raw["id"], raw.get("orderNumber"))
    assert (read.customer.email, read.currency) == (None, raw["totalPrice"]["currencyCode"])
    assert read.totals.total * 100 == raw["totalPrice"]["centAmount"]
    assert [(line.id, line.title, int(line.quantity), line.sku) for line in read.lines] == [
        (item["id"], item["name"]["en"], item["quantity"], item["variant"]["sku"])
        for item in raw["lineItems"]
    ]
    assert difference(read) == 0


ENVELOPED: dict[str, Callable[[str], Any]] = {
    "a queue's records": lambda body: {"Records": [{"eventSource": "aws:sqs", "body": body}]},
    "an answer of the queue": lambda body: {"Messages": [{"MessageId": "1", "Body": body}]},
    "a function called by SNS": lambda body: {"Records": [{"Sns": {"Message": body}}]},
    "Pub/Sub, pulled": lambda body: {
        "receivedMessages": [{"message": {"data": base64.b64encode(body.encode()).decode()}}]
    },
    "a gateway": lambda body: {
        "headers": {},
        "body": base64.b64encode(body.encode()).decode(),
        "isBase64Encoded": True,
    },
    "an answer of the SDK": lambda body: {"statusCode": 200, "body": json.loads(body)},
    "a recording": lambda body: [{"method": "GET", "status": 200, "response": json.loads(body)}],
    "an archive": lambda body: {"log": {"entries": [{"response": {"content": {"text": body}}}]}},
    "GraphQL": lambda body: {"data": {"createOrderFromCart": json.loads(body)}},
}


@pytest.mark.parametrize("envelope", ENVELOPED)
def test_an_order_is_found_in_every_envelope(envelope: str) -> None:
    body = json.dumps(ENVELOPED[envelope](json.dumps(ORDER))).encode()
    assert SOURCE.read("", body, STATED) == SOURCE.read("", json.dumps(ORDER).encode(), STATED)


def test_text_that_only_looks_like_json_is_text() -> None:
    assert isinstance(SOURCE.read("", b'{"body": "{not json"}', STATED), Ignored)


@pytest.mark.parametrize(
    "asked",
    [
        {"id": "o1", "orderState": "Open", "createdAt": "2026-05-04T10:00:00.000Z"},
        {"id": "o1", "totalPrice": {"centAmount": 500}, "lineItems": []},
        {"id": "o1", "totalPrice": {"centAmount": 500, "currencyCode": "EUR"}, "lineItems": [{}]},
    ],
)
def test_what_graphql_was_not_asked_for_is_told_by_the_api(asked: dict[str, Any]) -> None:
    body = json.dumps({"data": {"order": asked}}).encode()
    assert SOURCE.read("", body, STATED) == (
        Pointer(type="order.updated", source="shop", order_id="o1"),
    )


def test_an_order_listed_without_its_lines_points_to_itself() -> None:
    asked = {"id": "o1", "totalPrice": {"centAmount": 500, "currencyCode": "EUR"}}
    body = json.dumps({"data": {"orders": {"results": [asked]}}}).encode()
    read = SOURCE.read("", body, STATED)
    assert isinstance(read, tuple)
    (news,) = read
    assert isinstance(news, Pointer)
    assert news.order is not None
    assert news.order.totals.total == Decimal("5.00")


def test_a_draft_of_an_order_is_none() -> None:
    draft = {"id": None, "version": 1, "orderState": "Open", "cart": {"typeId": "cart", "id": "c"}}
    assert isinstance(SOURCE.read("", json.dumps(draft).encode(), STATED), Ignored)
    old = {"id": "c1", "version": 1, "orderNumber": "N-1", "orderState": "Open"}
    assert isinstance(SOURCE.read("", json.dumps(old).encode(), STATED), Ignored)


def test_a_message_is_known_by_its_resource_and_type_alone() -> None:
    told = {"type": "OrderCreated", "resource": reference("order", "o1"), "order": ORDER}
    read = SOURCE.read("", json.dumps(told).encode(), STATED)
    assert isinstance(read, tuple)
    assert [(type(news), news.type) for news in read] == [(OrderEvent, "order.placed")]
