"""Sylius under its contracts. The payloads follow its public API; there are none at hand."""

import json
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from twofifty.adapters import registry
from twofifty.adapters.sylius.shop import SyliusShop
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.shop import Access
from twofifty.order.amend import amended
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, OrderEvent, Pointer
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import SourceContract
from twofifty.testing.dialogue import held

SYLIUS = registry.source("sylius")
STATED = Stated("shop")
ADMIN = "/api/v2/admin"

ADDRESS: dict[str, Any] = {
    "@id": f"{ADMIN}/addresses/1",
    "@type": "Address",
    "firstName": "Alex",
    "lastName": "Example",
    "phoneNumber": None,
    "company": None,
    "countryCode": "PL",
    "provinceName": "łódzkie",
    "street": "Główna 1",
    "city": "Łódź",
    "postcode": "90-001",
}
MUG: dict[str, Any] = {
    "@id": f"{ADMIN}/order-items/11",
    "@type": "OrderItem",
    "variant": f"{ADMIN}/product-variants/MUG_BLUE",
    "productName": "Mug",
    "variantName": "Blue Mug",
    "id": 11,
    "quantity": 3,
    "unitPrice": 2000,
    "originalUnitPrice": 2500,
    "discountedUnitPrice": 1800,
    "subtotal": 5400,
    "total": 5880,
    "units": [f"{ADMIN}/order-item-units/{unit}" for unit in (1, 2, 3)],
}
SENT: dict[str, Any] = {
    "@id": f"{ADMIN}/shipments/7",
    "@type": "Shipment",
    "order": f"{ADMIN}/orders/nAWw2jewpA",
    "id": 7,
    "state": "shipped",
    "method": f"{ADMIN}/shipping-methods/UPS",
    "units": {"4": f"{ADMIN}/order-item-units/1", "5": f"{ADMIN}/order-item-units/2"},
    "tracking": "1Z",
    "shippedAt": "2026-02-01 09:00:00",
}
PAYMENT: dict[str, Any] = {
    "@id": f"{ADMIN}/payments/5",
    "@type": "Payment",
    "id": 5,
    "order": f"{ADMIN}/orders/nAWw2jewpA",
    "method": {
        "@id": f"{ADMIN}/payment-methods/CASH_ON_DELIVERY",
        "@type": "PaymentMethod",
        "translations": {"en_US": {"name": "Cash on delivery"}},
    },
    "amount": 6980,
    "currencyCode": "USD",
    "state": "completed",
}
# 60.00 at list, 54.00 by the unit, 5.00 off the order, 9.80 tax added to the goods: 58.80;
# 10.00 shipping with 1.00 of tax in it.
ORDER: dict[str, Any] = {
    "@context": "/api/v2/contexts/Order",
    "@id": f"{ADMIN}/orders/nAWw2jewpA",
    "@type": "Order",
    "customer": {
        "@id": f"{ADMIN}/customers/12",
        "@type": "Customer",
        "email": "alex@example.com",
        "firstName": "Alex",
        "lastName": "Example",
    },
    "channel": f"{ADMIN}/channels/WEB",
    "shippingAddress": ADDRESS,
    "billingAddress": ADDRESS,
    "payments": [PAYMENT],
    "shipments": [SENT],
    "currencyCode": "USD",
    "localeCode": "pl_PL",
    "checkoutState": "completed",
    "paymentState": "paid",
    "shippingState": "partially_shipped",
    "tokenValue": "nAWw2jewpA",
    "id": 42,
    "number": "000000042",
    "notes": "Ring twice",
    "checkoutCompletedAt": "2026-01-31 09:00:00",
    "updatedAt": "2026-01-31T10:05:00+01:00",
    "items": [MUG],
    "itemsTotal": 5880,
    "itemsSubtotal": 5400,
    "taxTotal": 1080,
    "taxExcludedTotal": 1080,
    "taxIncludedTotal": 0,
    "shippingTotal": 1100,
    "orderPromotionTotal": -500,
    "total": 6980,
    "state": "new",
}
# The API v1, in snake case, which tells adjustments and no sums of them.
OLD: dict[str, Any] = {
    "id": 21,
    "checkout_completed_at": "2026-01-31T09:00:00+0100",
    "number": "000000021",
    "items": [
        {
            "id": 1,
            "quantity": 1,
            "unit_price": 2000,
            "total": 2160,
            "units": [
                {
                    "id": 3,
                    "adjustments": [
                        {"type": "order_promotion", "label": "Holiday", "amount": -200},
                        {"type": "tax", "label": "VAT (20%)", "amount": 360},
                    ],
                }
            ],
            "variant": {
                "code": "MUG_SW",
                "translations": {"en_US": {"locale": "en_US", "name": "Star mug"}},
            },
        }
    ],
    "items_total": 2160,
    "adjustments": [{"type": "shipping", "label": "UPS", "amount": 1000}],
    "adjustments_total": 1000,
    "total": 3160,
    "state": "new",
    "customer": {"id": 9, "email": "alex@example.com", "first_name": "Alex", "last_name": "E."},
    "shipping_address": {"first_name": "Alex", "country_code": "NL", "postcode": "99-999"},
    "payments": [{"id": 4, "method": {"code": "cod"}, "amount": 3160, "state": "new"}],
    "shipments": [{"id": 6, "state": "ready", "method": {"code": "UPS"}}],
    "currency_code": "EUR",
    "locale_code": "en_US",
    "checkout_state": "completed",
}


def one(document: object, topic: str = "") -> Any:
    news = SYLIUS.read(topic, json.dumps(document).encode(), STATED)
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    return only


def order(changes: dict[str, Any], base: dict[str, Any] = ORDER) -> Any:
    news = one({"name": "order.completed", "data": {**base, **changes}})
    assert isinstance(news, OrderEvent)
    return news.order


class TestSylius(SourceContract):
    source = SYLIUS
    body = json.dumps({"name": "order.completed", "data": ORDER}).encode()

    def test_a_token_will_do_where_nothing_is_signed(self) -> None:
        hook = Hook({"authorization": f"Bearer {self.secret}"}, self.body)
        assert SYLIUS.signature.verified(hook, Trust((self.secret,))) is True
        assert SYLIUS.signature.verified(hook, Trust((self.other_secret,))) is False


class TestSyliusApiV1(SourceContract):
    source = SYLIUS
    body = json.dumps(OLD).encode()


LINKED = {**ORDER, "customer": f"{ADMIN}/customers/12", "payments": [], "shipments": []}


class TestSyliusApi(ShopContract):
    source = SYLIUS
    shop = SyliusShop()
    access = Access(url="https://shop.example.com", key="admin@example.com", secret="word")
    order_id = "nAWw2jewpA"
    replies: ClassVar = {
        "POST /api/v2/admin/administrators/token": b'{"token": "t"}',
        "GET /api/v2/admin/orders/nAWw2jewpA": json.dumps(LINKED).encode(),
        "GET /api/v2/admin/orders/nAWw2jewpA/payments": json.dumps(
            {"@type": "hydra:Collection", "hydra:member": [PAYMENT]}
        ).encode(),
        "GET /api/v2/admin/orders/nAWw2jewpA/shipments": json.dumps(
            {"@type": "hydra:Collection", "hydra:member": [SENT]}
        ).encode(),
        "GET /api/v2/admin/customers/12": json.dumps(ORDER["customer"]).encode(),
        "GET /api/v2/admin/orders": json.dumps(
            {"@type": "hydra:Collection", "hydra:totalItems": 11, "hydra:member": [LINKED]}
        ).encode(),
        "GET /api/v2/admin/orders#2": json.dumps(
            {"@type": "Collection", "totalItems": 11, "member": []}
        ).encode(),
    }


def test_a_fetched_order_has_its_customer_its_payments_and_its_shipments() -> None:
    answer = Scripted(TestSyliusApi.replies)
    document = held(SyliusShop().order(TestSyliusApi.access, "nAWw2jewpA"), answer)
    assert document is not None
    fetched = one(json.loads(document))
    assert fetched.order == order({})
    assert {ask.headers.get("authorization") for ask in answer.asked} == {None, "Bearer t"}


def test_earlier_versions_have_the_login_elsewhere() -> None:
    replies = {
        name: body for name, body in TestSyliusApi.replies.items() if "administrators" not in name
    }
    replies["POST /api/v2/admin/authentication-token"] = b'{"token": "t"}'
    answer = Scripted(replies)
    assert held(SyliusShop().order(TestSyliusApi.access, "nAWw2jewpA"), answer) is not None


def test_orders_are_listed_from_three_days_before_for_late_payments() -> None:
    answer = Scripted(TestSyliusApi.replies)
    held(SyliusShop().changed(TestSyliusApi.access, SINCE, ""), answer)
    assert any("checkoutCompletedAt%5Bafter%5D=2025-12-29" in ask.url for ask in answer.asked)


def test_an_order_is_the_same_in_every_envelope() -> None:
    plain = order({})
    collection = {"@type": "hydra:Collection", "hydra:member": [ORDER], "hydra:totalItems": 1}
    documents: list[Any] = [
        ORDER,
        [ORDER],
        {"order": ORDER},
        {"name": "sylius.order.completed", "payload": ORDER},
        collection,
        {"@type": "Collection", "member": [ORDER]},
    ]
    for document in documents:
        assert one(document).order == plain


def test_an_order_is_read_whole() -> None:
    it = order({})
    assert (it.id, it.number, it.currency, it.locale) == (
        "nAWw2jewpA",
        "000000042",
        "USD",
        "pl-PL",
    )
    assert (it.customer.id, it.customer.name, it.customer.email) == (
        "12",
        "Alex Example",
        "alex@example.com",
    )
    assert (it.shipping_address.city, it.shipping_address.country) == ("Łódź", "PL")
    assert (it.state.payment, it.state.fulfillment) == ("paid", "partial")
    assert it.placed_at.isoformat() == "2026-01-31T09:00:00+00:00"
    (mug,) = it.lines
    assert (mug.id, mug.title, mug.variant, mug.sku) == ("11", "Mug", "Blue Mug", "MUG_BLUE")
    assert (mug.unit_price, mug.discount, mug.total) == (20, 6, 54)
    (part,) = it.payments
    assert (part.method, part.title, part.reference) == (
        "cash_on_delivery",
        "Cash on delivery",
        "5",
    )
    (parcel,) = it.parcels
    assert (parcel.id, parcel.tracking_number) == ("7", "1Z")
    assert [(line.line_id, line.quantity) for line in parcel.lines] == [("11", 2)]


def test_added_taxes_are_told_apart_from_goods_and_shipping() -> None:
    totals = order({}).totals
    assert (totals.subtotal, totals.discount) == (60, 11)
    assert (totals.shipping, totals.tax, totals.tax_included) == (10, Decimal("10.80"), False)
    assert difference(order({})) == 0


def test_taxes_that_are_included_change_nothing() -> None:
    it = order(
        {
            "itemsTotal": 4900,
            "shippingTotal": 1000,
            "total": 5900,
            "taxTotal": 1103,
            "taxExcludedTotal": 0,
            "taxIncludedTotal": 1103,
        }
    )
    assert (it.totals.tax, it.totals.tax_included) == (Decimal("11.03"), True)
    assert difference(it) == 0


def test_a_promotion_of_a_line_is_a_discount_although_the_order_does_not_sum_it_up() -> None:
    it = order({"itemsTotal": 4000, "taxExcludedTotal": 0, "shippingTotal": 1000, "total": 5000})
    assert it.totals.discount == 20
    assert difference(it) == 0


def test_the_older_api_tells_the_same_by_adjustments() -> None:
    it = one(OLD).order
    assert (it.id, it.number, it.currency) == ("21", "000000021", "EUR")
    assert (it.lines[0].title, it.lines[0].sku) == ("Star mug", "MUG_SW")
    assert (it.totals.subtotal, it.totals.discount, it.totals.shipping) == (20, 2, 10)
    assert it.totals.tax == Decimal("3.60")
    assert [(each.title, each.amount) for each in it.discounts] == [("Holiday", 2)]
    assert (it.state.payment, it.payments[0].method) == ("pending", "cash_on_delivery")
    assert difference(it) == 0


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_amounts_are_hundredths_in_every_currency(currency: str) -> None:
    assert str(order({"currencyCode": currency}).totals.total) == "69.80"


@pytest.mark.parametrize(
    ("state", "payment"),
    [
        ("awaiting_payment", "pending"),
        ("partially_authorized", "pending"),
        ("authorized", "authorized"),
        ("partially_paid", "partially_paid"),
        ("partially_refunded", "partially_refunded"),
        ("refunded", "refunded"),
        ("cancelled", "voided"),
        ("something_new", "paid"),
    ],
)
def test_the_payment_is_the_orders_word_or_its_last_payments(state: str, payment: str) -> None:
    assert order({"paymentState": state}).state.payment == payment


def test_refunded_payments_are_what_went_back() -> None:
    it = order({"payments": [{**PAYMENT, "state": "refunded"}], "paymentState": "refunded"})
    assert it.totals.refunded == Decimal("69.80")


def test_an_order_that_is_cancelled_says_so() -> None:
    assert order({"state": "cancelled"}).state.cancelled_at is not None
    assert order({}).state.cancelled_at is None


def test_a_shipment_is_a_parcel_once_it_was_shipped() -> None:
    ready = {**SENT, "id": 8, "state": "ready", "shippedAt": None}
    linked = {**SENT, "id": 9, "tracking": "https://track.example.com/9"}
    it = order({"shipments": [SENT, ready, linked]})
    assert [(each.id, each.tracking_url) for each in it.parcels] == [
        ("7", None),
        ("9", "https://track.example.com/9"),
    ]


def test_an_order_whose_customer_is_a_link_points_to_the_api() -> None:
    news = one(LINKED, "order.completed")
    assert isinstance(news, Pointer)
    known: Any = news.order
    assert (news.order_id, known.customer.id) == ("nAWw2jewpA", "12")
    assert known.totals.total == Decimal("69.80")


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"name": "order.completed", "data": {"tokenValue": "nAWw2jewpA"}}, "order.placed"),
        ({"name": "order.cancelled", "data": {"id": "nAWw2jewpA"}}, "order.cancelled"),
        ({"name": "payment.completed", "data": PAYMENT}, "payment.paid"),
        ({"name": "payment.refunded", "data": PAYMENT}, "order.refunded"),
        ({"@id": f"{ADMIN}/orders/nAWw2jewpA", "@type": "Order"}, "order.updated"),
    ],
)
def test_what_only_names_an_order_points_to_it(document: Any, kind: str) -> None:
    assert one(document) == Pointer(type=kind, source="shop", order_id="nAWw2jewpA")  # type: ignore[arg-type]


def test_a_shipment_that_links_to_its_order_amends_it() -> None:
    news = one({"name": "shipment.shipped", "data": SENT})
    assert isinstance(news, Amendment)
    assert (news.type, news.order_id) == ("shipment.created", "nAWw2jewpA")
    after = amended(order({"shipments": []}), [news, news])
    assert [each.tracking_number for each in after.parcels] == ["1Z"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({**ORDER, "state": "cart", "checkoutState": "cart"}, "a cart"),
        ({**ORDER, "checkoutState": "addressed"}, "a cart"),
        ({"@id": f"{ADMIN}/customers/1", "@type": "Customer", "email": "x"}, "a customer"),
        ({"@id": f"{ADMIN}/products/MUG", "@type": "Product"}, "a product"),
        ({"@id": f"{ADMIN}/payments/1", "@type": "Payment", "amount": 1}, "a payment"),
        ({"@id": f"{ADMIN}/promotions/x", "@type": "Promotion"}, "a promotion"),
    ],
)
def test_what_is_no_order_says_what_it_is(document: Any, words: str) -> None:
    read = SYLIUS.read("", json.dumps(document).encode(), STATED)
    assert isinstance(read, Ignored)
    assert words in read.reason


@pytest.mark.parametrize("base", [ORDER, OLD, {"name": "shipment.shipped", "data": SENT}])
def test_every_field_may_be_missing_or_of_another_type(base: dict[str, Any]) -> None:
    seen = set()
    for path in _places(base):
        for junk in (None, "", 0, -1, True, [], {}, "x", [1], {"a": 1}, "1e999", 2.5, "é" * 300):
            body = json.dumps(_changed(base, path, junk)).encode()
            try:
                read = SYLIUS.read("order.completed", body, STATED)
            except BadInput as bad:
                seen.add(bad.status if bad.problems else 500)
                continue
            assert isinstance(read, Ignored | tuple)
            seen.add(200)
    assert seen == {200, 422}


def _places(value: Any) -> list[tuple[Any, ...]]:
    pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    deeper = [(name, each) for name, each in pairs if isinstance(each, dict | list)]
    below = [(name, *rest) for name, each in deeper for rest in _places(each)]
    return [(name,) for name, _ in pairs] + below


def _changed(base: Any, path: tuple[Any, ...], junk: Any) -> Any:
    copy = json.loads(json.dumps(base))
    holder = copy
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = junk
    return copy
