"""Salesforce B2C Commerce under its contracts, over its documented payloads: SCAPI, OCAPI, XML."""

import json
import re
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from twofifty.adapters import registry
from twofifty.adapters.salesforce_commerce.shop import SalesforceCommerceShop
from twofifty.errors import BadInput
from twofifty.intake.ports import Stated
from twofifty.intake.shop import Access
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import SourceContract
from twofifty.testing.dialogue import held

SOURCE = registry.source("salesforce-commerce")
STATED = Stated("shop")
ADDRESS: dict[str, Any] = {
    "firstName": "Alex",
    "lastName": "Example",
    "fullName": "Alex Example",
    "address1": "1 Main St",
    "address2": "Suite 2",
    "city": "Springfield",
    "stateCode": "OR",
    "postalCode": "97477",
    "countryCode": "US",
    "phone": "+1 555 0100",
}
COAT: dict[str, Any] = {
    "itemId": "i1",
    "productId": "COAT-M",
    "productName": "Coat &amp; hood",
    "itemText": "Coat",
    "quantity": 2.0,
    "basePrice": 50.0,
    "price": 100.0,
    "priceAfterItemDiscount": 90.0,
    "tax": 8.0,
    "adjustedTax": 7.2,
    "shipmentId": "me",
    "gift": True,
    "giftMessage": "For you",
    "priceAdjustments": [
        {"price": -10.0, "itemText": "Ten off", "promotionId": "ten", "couponCode": "TEN"}
    ],
    "optionItems": [
        {
            "optionId": "warranty",
            "optionValueId": "1",
            "itemText": "1 year",
            "price": 5.0,
            "quantity": 1,
        },
        {"optionId": "colour", "optionValueId": "red", "itemText": "Red", "price": 0.0},
    ],
}
SET: dict[str, Any] = {
    "itemId": "i2",
    "productId": "SET",
    "productName": "Set",
    "quantity": 1,
    "basePrice": 20.0,
    "price": 20.0,
    "shipmentId": "me",
    "bundledProductItems": [
        {"itemId": "i2a", "productId": "CUP", "productName": "Cup", "quantity": 2},
        {"productId": "POT", "productName": "Pot", "quantity": 1},
    ],
}
ORDER: dict[str, Any] = {
    "orderNo": "00022108",
    "creationDate": "2026-01-31T09:00:00.000Z",
    "lastModified": "2026-01-31T09:05:00.000Z",
    "currency": "USD",
    "taxation": "net",
    "status": "new",
    "paymentStatus": "not_paid",
    "confirmationStatus": "confirmed",
    "shippingStatus": "not_shipped",
    "exportStatus": "ready",
    "customerName": "Alex Example",
    "customerInfo": {"customerId": "c1", "customerNo": "0042", "email": "alex@example.com"},
    "billingAddress": ADDRESS,
    "productItems": [COAT, SET],
    "giftCertificateItems": [
        {"giftCertificateItemId": "g1", "amount": 25.0, "recipientName": "Sam Example"}
    ],
    "orderPriceAdjustments": [
        {"price": -5.0, "itemText": "Spring"},
        {"price": 2.0, "itemText": "Handling"},
    ],
    "productSubTotal": 115.0,
    "productTotal": 112.0,
    "shippingTotal": 7.99,
    "taxTotal": 9.5,
    "groupedTaxItems": [{"taxRate": 0.08, "taxValue": 9.5}],
    "orderTotal": 154.49,
    "paymentInstruments": [
        {
            "paymentInstrumentId": "p1",
            "paymentMethodId": "CREDIT_CARD",
            "amount": 124.49,
            "paymentCard": {"cardType": "Visa", "numberLastDigits": "1111"},
        },
        {"paymentInstrumentId": "p2", "paymentMethodId": "GIFT_CERTIFICATE", "amount": 30.0},
    ],
    "shipments": [
        {
            "shipmentId": "me",
            "shippingStatus": "not_shipped",
            "shippingMethod": {"id": "001", "name": "Ground"},
            "shippingAddress": ADDRESS,
            "shippingTotal": 7.99,
        }
    ],
    "shippingItems": [{"itemId": "s1", "price": 9.99, "priceAdjustments": [{"price": -2.0}]}],
    "siteId": "RefArch",
    "c_machine": "x",
}
EXPORT = """<?xml version="1.0" encoding="UTF-8"?>
<orders xmlns="http://www.demandware.com/xml/impex/order/2006-10-31">
<order order-no="00000042">
  <order-date>2026-01-31T09:00:00.000Z</order-date>
  <currency>EUR</currency><customer-locale>de_DE</customer-locale><taxation>{taxation}</taxation>
  <customer><customer-no>7</customer-no><customer-name>Alex Example</customer-name>
    <customer-email>alex@example.com</customer-email>
    <billing-address><first-name>Alex</first-name><last-name>Example</last-name>
      <address1>Hauptstraße 1</address1><city>Berlin</city><postal-code>10115</postal-code>
      <country-code>DE</country-code></billing-address></customer>
  <status><order-status>{status}</order-status><shipping-status>SHIPPED</shipping-status>
    <confirmation-status>CONFIRMED</confirmation-status>
    <payment-status>NOT_PAID</payment-status></status>
  <product-lineitems>
    <product-lineitem><net-price>20.00</net-price><tax>3.80</tax><gross-price>23.80</gross-price>
      <base-price>10.00</base-price><lineitem-text>Tee</lineitem-text><position>1</position>
      <product-id>TEA</product-id><product-name>Tee &amp; Honig</product-name>
      <quantity unit="">2.0</quantity><shipment-id>S1</shipment-id>
      <price-adjustments><price-adjustment><net-price>-2.00</net-price><tax>-0.38</tax>
        <gross-price>-2.38</gross-price><lineitem-text>Rabatt</lineitem-text>
        <coupon-id>ZWEI</coupon-id></price-adjustment></price-adjustments></product-lineitem>
    <product-lineitem><net-price>10.00</net-price><tax>1.90</tax><gross-price>11.90</gross-price>
      <base-price>10.00</base-price><position>2</position><product-id>CUP</product-id>
      <product-name>Tasse</product-name><quantity unit="">1.0</quantity>
      <shipment-id>S1</shipment-id></product-lineitem>
  </product-lineitems>
  <shipments><shipment shipment-id="S1"><status><shipping-status>SHIPPED</shipping-status></status>
    <shipping-method>standard</shipping-method><tracking-number>T1, T2</tracking-number>
    <shipping-address><first-name>Alex</first-name><address1>Hauptstraße 1</address1>
      <country-code>DE</country-code></shipping-address>
    <totals><adjusted-shipping-total><net-price>5.00</net-price><tax>0.95</tax>
      <gross-price>5.95</gross-price></adjusted-shipping-total></totals></shipment></shipments>
  <totals>
    <merchandize-total><net-price>28.00</net-price><tax>5.32</tax><gross-price>33.32</gross-price>
      <price-adjustments><price-adjustment><net-price>-3.00</net-price><tax>-0.57</tax>
        <gross-price>-3.57</gross-price><lineitem-text>Treue</lineitem-text></price-adjustment>
      </price-adjustments></merchandize-total>
    <adjusted-merchandize-total><net-price>25.00</net-price><tax>4.75</tax>
      <gross-price>29.75</gross-price></adjusted-merchandize-total>
    <adjusted-shipping-total><net-price>5.00</net-price><tax>0.95</tax>
      <gross-price>5.95</gross-price></adjusted-shipping-total>
    <order-total><net-price>30.00</net-price><tax>5.70</tax><gross-price>35.70</gross-price>
    </order-total></totals>
  <payments><payment><credit-card><card-type>VISA</card-type>
    <card-number>XXXX-XXXX-XXXX-1111</card-number></credit-card><amount>35.70</amount>
    <processor-id>BASIC_CREDIT</processor-id><transaction-id>tx1</transaction-id></payment></payments>
</order></orders>"""


def xml(taxation: str = "net", status: str = "NEW") -> bytes:
    return EXPORT.replace("{taxation}", taxation).replace("{status}", status).encode()


def snake(value: Any) -> Any:
    """As OCAPI writes it."""
    if isinstance(value, dict):
        return {
            re.sub("[A-Z]", lambda m: f"_{m[0].lower()}", k): snake(v) for k, v in value.items()
        }
    return [snake(each) for each in value] if isinstance(value, list) else value


def told(document: object) -> tuple[News, ...] | Ignored:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return SOURCE.read("", body, STATED)


def one(document: object) -> News:
    news = told(document)
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    return only


def order(**changes: Any) -> Order:
    news = one({**ORDER, **changes})
    assert isinstance(news, OrderEvent)
    return news.order


class TestSalesforceCommerce(SourceContract):
    source = SOURCE
    body = json.dumps(ORDER).encode()


class TestSalesforceCommerceExport(SourceContract):
    source = SOURCE
    body = xml()


ORGANIZATION = "/checkout/orders/v1/organizations/f_ecom_abcd_prd/orders"


class TestSalesforceCommerceApi(ShopContract):
    source = SOURCE
    shop = SalesforceCommerceShop()
    access = Access(
        "https://short.api.commercecloud.salesforce.com",
        "client-id",
        "client-secret",
        {"organization": "f_ecom_abcd_prd", "site": "RefArch"},
    )
    order_id = "00022108"
    replies: ClassVar = {
        "POST /dwsso/oauth2/access_token": b'{"access_token": "t0ken", "expires_in": 1799}',
        f"GET {ORGANIZATION}/00022108": json.dumps(ORDER).encode(),
        f"GET {ORGANIZATION}": json.dumps(
            {"data": [{**ORDER, "orderNo": str(at)} for at in range(50)], "total": 51}
        ).encode(),
        f"GET {ORGANIZATION}#2": json.dumps({"data": [ORDER], "total": 51}).encode(),
    }

    def test_the_token_is_for_one_tenant(self) -> None:
        answer = Scripted(self.replies)
        held(self.shop.order(self.access, self.order_id), answer)
        asked = parse_qs(answer.asked[0].body.decode())
        assert asked["scope"] == ["SALESFORCE_COMMERCE_API:abcd_prd sfcc.orders"]
        assert parse_qs(urlsplit(answer.asked[1].url).query) == {"siteId": ["RefArch"]}

    def test_a_list_that_knows_no_changes_looks_back(self) -> None:
        answer = Scripted(self.replies)
        page = held(self.shop.changed(self.access, SINCE, "2026-01-01T00:00:00Z 50"), answer)
        asked = parse_qs(urlsplit(answer.asked[1].url).query)
        assert asked["creationDateFrom"] == ["2025-12-29T00:00:00Z"]
        assert (asked["offset"], page.cursor) == (["50"], "2026-01-01T00:00:00Z 100")


class TestOcapi(ShopContract):
    source = SOURCE
    shop = SalesforceCommerceShop()
    access = Access("https://shop.example.com", "id", "secret", {"api": "ocapi", "site": "RefArch"})
    order_id = "00022108"
    replies: ClassVar = {
        "POST /dwsso/oauth2/access_token": b'{"access_token": "t0ken", "expires_in": 1799}',
        "GET /s/RefArch/dw/shop/v24_5/orders/00022108": json.dumps(snake(ORDER)).encode(),
        "POST /s/RefArch/dw/shop/v24_5/order_search": json.dumps(
            {"_type": "order_search_result", "hits": [{"data": snake(ORDER)}], "total": 1}
        ).encode(),
    }

    def test_the_search_asks_for_what_changed(self) -> None:
        answer = Scripted(self.replies)
        held(self.shop.changed(self.access, SINCE, ""), answer)
        asked = json.loads(answer.asked[1].body)
        changed = asked["query"]["filtered_query"]["filter"]["range_filter"]
        assert changed == {"field": "last_modified", "from": "2026-01-01T00:00:00Z"}


def test_an_order_is_read_with_all_that_it_says() -> None:
    read = order()
    assert (read.id, read.number, read.currency) == ("00022108", "00022108", "USD")
    assert (read.customer.email, read.customer.name) == ("alex@example.com", "Alex Example")
    assert read.revision == 1769850300000
    totals = read.totals
    assert (totals.total, totals.subtotal) == (Decimal("154.49"), Decimal(150))
    assert (totals.discount, totals.fees, totals.shipping) == (
        Decimal(15),
        Decimal(2),
        Decimal("7.99"),
    )
    assert (totals.tax, totals.tax_included, difference(read)) == (
        Decimal("9.5"),
        False,
        Decimal(0),
    )
    assert [(each.title, each.code, each.amount) for each in read.discounts] == [
        ("Ten off", "TEN", Decimal(10)),
        ("Spring", None, Decimal(5)),
    ]
    assert [(each.title, each.amount) for each in read.fees] == [("Handling", Decimal(2))]
    assert [(str(each.rate), each.amount) for each in read.taxes] == [("0.08", Decimal("9.5"))]
    assert [(each.method, each.title, each.reference) for each in read.payments] == [
        ("card", "Visa 1111", "p1"),
        ("gift_card", None, "p2"),
    ]
    assert [(each.title, each.amount) for each in read.shipping] == [("Ground", Decimal("7.99"))]
    assert read.shipping_address is not None
    assert (read.shipping_address.region, read.shipping_address.line2) == ("OR", "Suite 2")


def test_options_parts_and_gift_certificates_are_lines() -> None:
    coat, warranty, boxed, cup, pot, gift = order().lines
    assert (coat.title, coat.quantity, coat.unit_price) == ("Coat & hood", Decimal(2), Decimal(50))
    assert (coat.discount, coat.total, coat.tax) == (Decimal(10), Decimal(90), Decimal("7.2"))
    assert coat.attributes == {"colour": "Red", "Gift message": "For you"}
    assert (warranty.title, warranty.parent_id, warranty.total) == ("1 year", "i1", Decimal(5))
    assert [(each.id, each.parent_id, each.total) for each in (boxed, cup, pot)] == [
        ("i2", None, Decimal(20)),
        ("i2a", "i2", None),
        ("i2.bundledProductItems.2", "i2", None),
    ]
    assert (gift.gift_card, gift.digital, gift.total) == (True, True, Decimal(25))
    assert gift.attributes == {"To": "Sam Example"}


def test_with_gross_taxation_the_prices_contain_the_tax() -> None:
    read = order(taxation="gross", orderTotal=144.99)
    assert (read.totals.tax, read.totals.tax_included) == (Decimal("9.5"), True)
    assert difference(read) == 0


def test_ocapi_is_read_like_scapi() -> None:
    hits = {"_type": "order_search_result", "hits": [{"data": snake(ORDER)}]}
    listed = {"_type": "customer_order_result", "data": [snake(ORDER)]}
    for document in (snake(ORDER), hits, listed, {"order": ORDER}, {"data": [ORDER]}, [ORDER]):
        news = one(document)
        assert isinstance(news, OrderEvent)
        assert news.order == order()


def exported(taxation: str = "net", status: str = "NEW") -> Order:
    news = one(xml(taxation, status))
    assert isinstance(news, OrderEvent)
    return news.order


@pytest.mark.parametrize(
    ("taxation", "subtotal", "discount", "shipping"),
    [("net", "30.00", "5.00", "5.00"), ("gross", "35.70", "5.95", "5.95")],
)
def test_the_export_is_read_too(taxation: str, subtotal: str, discount: str, shipping: str) -> None:
    read = exported(taxation)
    assert (read.id, read.currency, read.locale) == ("00000042", "EUR", "de-DE")
    assert (read.customer.email, read.customer.name) == ("alex@example.com", "Alex Example")
    totals = read.totals
    assert (totals.total, totals.subtotal) == (Decimal("35.70"), Decimal(subtotal))
    assert (totals.discount, totals.shipping) == (Decimal(discount), Decimal(shipping))
    assert (totals.tax, totals.tax_included) == (Decimal("5.70"), taxation == "gross")
    assert difference(read) == 0
    assert [(each.title, each.sku, str(each.quantity)) for each in read.lines] == [
        ("Tee & Honig", "TEA", "2.0"),
        ("Tasse", "CUP", "1.0"),
    ]
    assert [(each.title, each.code) for each in read.discounts] == [
        ("Rabatt", "ZWEI"),
        ("Treue", None),
    ]
    assert (read.state.payment, read.state.fulfillment) == ("authorized", "fulfilled")
    assert [each.tracking_number for each in read.parcels] == ["T1", "T2"]
    assert [(each.method, each.title) for each in read.payments] == [("card", "VISA 1111")]
    assert read.billing_address is not None
    assert read.billing_address.postal_code == "10115"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html><body>Bad gateway", 400),
        (b"<orders>\xff</orders>", 400),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><orders/>', 422),
        (b"<a>" * 40 + b"</a>" * 40, 422),
        (b"<o>" + b"<a/>" * 20_001 + b"</o>", 422),
        (b"<o>" + b" " * 1_048_577 + b"</o>", 413),
    ],
)
def test_an_export_that_is_none_is_refused(body: bytes, status: int) -> None:
    with pytest.raises(BadInput) as refused:
        told(body)
    assert refused.value.status == status
    assert refused.value.problems


@pytest.mark.parametrize(
    ("payment", "status", "confirmation", "expected"),
    [
        ("paid", "open", "confirmed", "paid"),
        ("part_paid", "open", "confirmed", "partially_paid"),
        ("not_paid", "new", "confirmed", "authorized"),
        ("not_paid", "completed", "confirmed", "authorized"),
        ("not_paid", "new", "not_confirmed", "pending"),
        ("not_paid", "created", "confirmed", "pending"),
        ("not_paid", "failed", "confirmed", "failed"),
        ("not_paid", "cancelled", "confirmed", "pending"),
        ("something_new", "new", "confirmed", None),
    ],
)
def test_what_is_placed_and_confirmed_is_authorized(
    payment: str, status: str, confirmation: str, expected: str | None
) -> None:
    read = order(paymentStatus=payment, status=status, confirmationStatus=confirmation)
    assert read.state.payment == expected
    assert read.state.draft is (status == "created")


def test_a_cancelled_order_says_so() -> None:
    news = one({**ORDER, "status": "cancelled"})
    assert isinstance(news, OrderEvent)
    assert news.type == "order.cancelled"
    assert news.order.state.cancelled_at == news.order.updated_at


def test_an_edited_order_is_another_one_and_the_old_one_was_not_cancelled() -> None:
    read = told({**ORDER, "status": "replaced"})
    assert isinstance(read, Ignored)
    assert "replaced" in read.reason
    assert order(originalOrderNo="00022000").group == "00022000"


def shipped(status: str, number: str | None = None) -> Order:
    shipment = {**ORDER["shipments"][0], "shippingStatus": status, "trackingNumber": number}
    return order(shipments=[shipment], shippingStatus=status)


def test_each_tracking_number_is_a_parcel() -> None:
    assert shipped("not_shipped").parcels == ()
    (parcel,) = shipped("shipped").parcels
    assert (parcel.id, parcel.tracking_number) == ("me", None)
    assert [each.line_id for each in parcel.lines] == ["i1", "i2"]
    first, second = shipped("shipped", "T1; T2").parcels
    assert (first.id, second.id, second.tracking_number) == ("me", "me:T2", "T2")
    assert shipped("part_shipped").state.fulfillment == "partial"


def test_an_order_s_number_alone_points_to_it() -> None:
    for document in (
        {"orderNo": "7"},
        {"order_no": "7", "event": "x"},
        {"data": [{"orderNo": "7"}]},
    ):
        assert one(document) == Pointer(type="order.updated", source="shop", order_id="7")


def test_an_order_without_its_lines_points_to_itself_with_what_it_has() -> None:
    bare = {name: value for name, value in ORDER.items() if name != "productItems"}
    news = one({**bare, "giftCertificateItems": []})
    assert isinstance(news, Pointer)
    assert news.order is not None
    assert news.order.totals.total == Decimal("154.49")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"basketId": "b", "productItems": [COAT]}, "a basket"),
        ({"productItems": [COAT]}, "a basket"),
        ({"fault": "x"}, "an error"),
        ({"customerNo": "7", "login": "x"}, "a customer"),
        ({"data": [{"couponCode": "x"}]}, "a coupon"),
        (b"<orders/>", "no order"),
        (b"<catalog><product product-id='x'/></catalog>", "no order"),
    ],
)
def test_what_is_no_order_says_what_it_is(document: object, reason: str) -> None:
    read = told(document)
    assert isinstance(read, Ignored)
    assert reason in read.reason


@pytest.mark.parametrize(
    "envelope",
    [
        lambda found: {"body": found, "headers": {}},
        lambda found: {"body": json.dumps(found)},
        lambda found: {"detail-type": "order", "detail": found},
        lambda found: {"Records": [{"body": json.dumps(found)}]},
        lambda found: [{"method": "GET", "status": 200, "response": found}],
        lambda found: {"data": {"order": found}},
    ],
)
def test_an_order_is_found_in_every_envelope(envelope: Any) -> None:
    alone = SOURCE.read("", json.dumps(ORDER).encode(), STATED)
    assert isinstance(alone, tuple)
    assert SOURCE.read("", json.dumps(envelope(ORDER)).encode(), STATED) == alone


@pytest.mark.parametrize(
    "selected",
    [
        {"order_no": "N-1", "product_items": [{"product_id": "TEA", "item_text": "Tea"}]},
        {"order_no": "N-1", "order_total": 5.0, "currency": "USD", "product_items": [{}]},
        {"order_no": "N-1", "order_total": 5.0},
    ],
)
def test_what_a_search_did_not_select_is_told_by_the_api(selected: dict[str, Any]) -> None:
    body = json.dumps({"hits": [{"_type": "order_search_hit", "data": selected}]}).encode()
    assert SOURCE.read("", body, STATED) == (
        Pointer(type="order.updated", source="shop", order_id="N-1"),
    )


@pytest.mark.parametrize(("taxation", "subtotal"), [(None, "20.00"), ("gross", "24.00")])
def test_an_order_of_another_channel_states_prices_with_and_without_tax(
    taxation: str | None, subtotal: str
) -> None:
    order = {
        "orderNo": "N-2",
        "currency": "USD",
        "orderTotal": "29.00",
        "taxTotal": "4.00",
        **({"taxation": taxation} if taxation else {}),
        "productItems": [
            {"productId": "TEA", "quantity": 2, "netPrice": "20.00", "grossPrice": "24.00"}
        ],
        "shipments": [{"shipmentId": "s1", "shippingMethod": "EXPRESS", "shippingTotal": "5.00"}],
        "paymentInstruments": [
            {"paymentMethodId": "PAYPAL", "paymentTransaction": {"amount": "29.00"}}
        ],
    }
    read = SOURCE.read("", json.dumps(order).encode(), STATED)
    assert isinstance(read, tuple)
    (news,) = read
    assert isinstance(news, OrderEvent)
    assert news.order.totals.subtotal == Decimal(subtotal)
    assert difference(news.order) == 0
    assert [each.title for each in news.order.shipping] == ["EXPRESS"]
    assert [each.amount for each in news.order.payments] == [Decimal("29.00")]


def test_an_export_may_be_written_as_json() -> None:
    order = {
        "order-no": "N-3",
        "currency": "EUR",
        "taxation": "net",
        "customer": {"customer-email": "alex@example.com"},
        "status": {"order-status": "NEW", "payment-status": "PAID"},
        "product-lineitems": {
            "product-lineitem": [
                {
                    "net-price": "10.00",
                    "base-price": "5.00",
                    "product-name": "Tea",
                    "quantity": {"unit": "", "&txt": "2.0"},
                }
            ]
        },
        "totals": {
            "shipping-total": {"net-price": "2.00"},
            "order-total": {"tax": "1.20", "gross-price": "13.20"},
        },
    }
    read = SOURCE.read("", json.dumps({"orders": {"order": order}}).encode(), STATED)
    assert isinstance(read, tuple)
    (news,) = read
    assert isinstance(news, OrderEvent)
    assert (news.order.id, news.order.customer.email) == ("N-3", "alex@example.com")
    assert [each.quantity for each in news.order.lines] == [Decimal(2)]
    assert (news.order.state.payment, difference(news.order)) == ("paid", Decimal(0))
