"""Amazon under its contracts. The payloads follow its public documentation."""

import copy
import json
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.contract.sources.damage import damaged, outcome
from twofifty.adapters import registry
from twofifty.adapters.amazon_spapi.shop import AmazonShop
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated, Trust, Wanted
from twofifty.intake.shop import Access, Announces
from twofifty.order import wire
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order, ParcelLine
from twofifty.testing.contracts.shop import Scripted, ShopContract
from twofifty.testing.contracts.source import NOW, URL, SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/amazon-spapi")
STATED = Stated("shop")
ID = "305-1111111-2222222"
US = "ATVPDKIKX0DER"
DE = "A1PA6795UKMFR9"


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "EUR"}


def v0(amount: str) -> dict[str, str]:
    return {"Amount": amount, "CurrencyCode": "EUR"}


def part(kind: str, amount: str, **details: str) -> dict[str, Any]:
    inside = [{"subtype": name, "value": eur(value)} for name, value in details.items()]
    return {"type": kind, "subtotal": eur(amount), "detailedBreakdowns": inside}


ORDER: dict[str, Any] = {
    "orderId": ID,
    "orderAliases": [{"aliasId": "MINE-1", "aliasType": "SELLER_ORDER_ID"}],
    "createdTime": "2026-01-20T19:49:35Z",
    "lastUpdatedTime": "2026-01-20T20:00:00.500Z",
    "programs": ["PRIME"],
    "salesChannel": {
        "channelName": "AMAZON",
        "marketplaceId": DE,
        "marketplaceName": "Amazon.de",
    },
    "buyer": {"buyerName": "Alex Example", "buyerEmail": "r3l4y@marketplace.example.com"},
    "recipient": {
        "deliveryAddress": {
            "name": "Alex Example",
            "companyName": "Example Ltd",
            "addressLine1": "1 Main St",
            "addressLine2": "Floor 2",
            "addressLine3": "",
            "city": "Berlin",
            "stateOrRegion": "Berlin",
            "postalCode": "10115",
            "countryCode": "DE",
            "phone": "555-0100",
        }
    },
    "proceeds": {"grandTotal": eur("36.90")},
    "fulfillment": {
        "fulfillmentStatus": "UNSHIPPED",
        "fulfilledBy": "MERCHANT",
        "fulfillmentServiceLevel": "SECOND_DAY",
        "shipByWindow": {
            "earliestDateTime": "2026-01-21T00:00:00Z",
            "latestDateTime": "2026-01-22T23:59:59Z",
        },
        "deliverByWindow": {
            "earliestDateTime": "2026-01-23T00:00:00Z",
            "latestDateTime": "2026-01-24T23:59:59Z",
        },
    },
    "orderItems": [
        {
            "orderItemId": "11",
            "quantityOrdered": 3,
            "product": {
                "asin": "B000000001",
                "title": "Tea &amp; Pot",
                "sellerSku": "TEA",
                "price": {"unitPrice": eur("10.00")},
            },
            "proceeds": {
                "proceedsTotal": eur("31.90"),
                "breakdowns": [
                    part("ITEM", "30.00"),
                    part("SHIPPING", "4.90"),
                    part("DISCOUNT", "3.00", ITEM="2.00", SHIPPING="1.00"),
                    part("TAX", "5.57", ITEM="4.79", SHIPPING="0.78"),
                ],
            },
            "tax": {
                "taxCollections": [
                    {"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Example"}
                ]
            },
        },
        {
            "orderItemId": "12",
            "quantityOrdered": 1,
            "product": {"asin": "B000000002", "sellerSku": "CUP"},
            "proceeds": {"breakdowns": [part("ITEM", "4.00"), part("GIFT_WRAP", "1.00")]},
        },
    ],
    "packages": [
        {
            "packageReferenceId": "1",
            "carrier": "DHL",
            "trackingNumber": "JD01",
            "packageStatus": {"status": "IN_TRANSIT", "detailedStatus": "OUT_FOR_DELIVERY"},
            "packageItems": [{"orderItemId": "11", "quantity": 2}],
        },
        {"packageReferenceId": "2", "carrier": "DHL", "packageStatus": {"status": "PENDING"}},
    ],
}
ITEM_V0: dict[str, Any] = {
    "ASIN": "B000000001",
    "SellerSKU": "TEA",
    "OrderItemId": "11",
    "Title": "Tea",
    "QuantityOrdered": 2,
    "QuantityShipped": 1,
    "ItemPrice": v0("20.00"),
    "ItemTax": v0("1.60"),
    "ShippingPrice": v0("4.00"),
    "ShippingTax": v0("0.40"),
    "ShippingDiscount": v0("4.00"),
    "ShippingDiscountTax": v0("0.40"),
    "PromotionDiscount": v0("2.00"),
    "PromotionDiscountTax": v0("0.16"),
    "CODFee": v0("3.00"),
    "CODFeeDiscount": v0("1.00"),
    "TaxCollection": {"Model": "MarketplaceFacilitator", "ResponsibleParty": "Amazon Example"},
    "BuyerInfo": {"GiftWrapPrice": v0("1.50"), "GiftWrapTax": v0("0.10"), "GiftWrapLevel": "Box"},
    "ScheduledDeliveryStartDate": "2026-01-23T09:00:00Z",
    "ScheduledDeliveryEndDate": "2026-01-23T17:00:00Z",
}
ORDER_V0: dict[str, Any] = {
    "AmazonOrderId": ID,
    "SellerOrderId": ID,
    "PurchaseDate": "2026-01-20T19:49:35Z",
    "LastUpdateDate": "2026-01-20T20:00:00Z",
    "OrderStatus": "PartiallyShipped",
    "FulfillmentChannel": "MFN",
    "SalesChannel": "Amazon.com",
    "MarketplaceId": US,
    "ShipmentServiceLevelCategory": "NextDay",
    "OrderTotal": v0("23.04"),
    "PaymentMethod": "COD",
    "PaymentMethodDetails": ["Standard", "GiftCertificate"],
    "EarliestShipDate": "2026-01-21T00:00:00Z",
    "LatestShipDate": "2026-01-22T23:59:59Z",
    "BuyerInfo": {"BuyerEmail": "r3l4y@marketplace.example.com", "BuyerName": "Alex Example"},
    "ShippingAddress": {
        "Name": "Alex Example",
        "AddressLine1": "1 Main St",
        "City": "Springfield",
        "County": "Sangamon",
        "PostalCode": "62701",
        "CountryCode": "US",
    },
    "OrderItems": [ITEM_V0],
}
CHANGE: dict[str, Any] = {
    "NotificationVersion": "1.0",
    "NotificationType": "ORDER_CHANGE",
    "PayloadVersion": "1.0",
    "EventTime": "2026-01-20T20:00:00.109Z",
    "Payload": {
        "OrderChangeNotification": {
            "NotificationLevel": "OrderLevel",
            "AmazonOrderId": ID,
            "OrderChangeType": "OrderStatusChange",
            "Summary": {"MarketplaceId": DE, "OrderStatus": "Unshipped", "OrderItems": []},
        }
    },
    "NotificationMetadata": {"NotificationId": "n-1"},
}
POINTED = Pointer(type="payment.authorized", source="shop", order_id=ID)
REFUNDS = {
    "RefundEventList": [
        {
            "AmazonOrderId": ID,
            "PostedDate": "2026-02-01T10:00:00Z",
            "ShipmentItemAdjustmentList": [
                {
                    "OrderAdjustmentItemId": "55",
                    "ItemChargeAdjustmentList": [
                        {"ChargeType": "Principal", "ChargeAmount": {"CurrencyAmount": -10.0}},
                        {"ChargeType": "Tax", "ChargeAmount": {"CurrencyAmount": -1.9}},
                    ],
                    "PromotionAdjustmentList": [{"PromotionAmount": {"CurrencyAmount": 0.5}}],
                }
            ],
        }
    ]
}


def told(document: object, topic: str = "") -> tuple[News, ...] | Ignored:
    return registry.source("amazon-spapi").read(topic, json.dumps(document).encode(), STATED)


def reason(document: object) -> str:
    found = told(document)
    assert isinstance(found, Ignored)
    return found.reason


def only(document: object) -> News:
    found = told(document)
    assert not isinstance(found, Ignored), found.reason
    (one,) = found
    return one


def order(changes: dict[str, Any] | None = None, of: dict[str, Any] = ORDER) -> Order:
    event = only({**of, **(changes or {})})
    assert isinstance(event, OrderEvent)
    return event.order


class TestAmazon(SourceContract):
    source = registry.source("amazon-spapi")
    body = json.dumps({"order": ORDER}).encode()


class TestAmazonV0(SourceContract):
    source = registry.source("amazon-spapi")
    body = json.dumps({"payload": ORDER_V0}).encode()


TOKEN = json.dumps({"access_token": "t", "token_type": "bearer", "expires_in": 3600}).encode()


class TestAmazonApi(ShopContract):
    source = registry.source("amazon-spapi")
    shop = AmazonShop()
    access = Access(
        url="https://sellingpartnerapi-eu.amazon.com",
        key="refresh-token",
        secret="client-secret",
        options={"client_id": "amzn1.application-x", "marketplaces": f"{DE} {US}"},
    )
    order_id = ID
    replies: ClassVar = {
        "POST /auth/o2/token": TOKEN,
        f"GET /orders/2026-01-01/orders/{ID}": json.dumps({"order": ORDER}).encode(),
        "GET /orders/2026-01-01/orders": json.dumps(
            {"orders": [ORDER], "pagination": {"nextToken": "next"}}
        ).encode(),
        "GET /orders/2026-01-01/orders#2": b'{"orders": []}',
        f"GET /finances/v0/orders/{ID}/financialEvents": json.dumps(
            {"payload": {"FinancialEvents": REFUNDS}}
        ).encode(),
    }


class TestAmazonApiV0(ShopContract):
    source = registry.source("amazon-spapi")
    shop = AmazonShop()
    access = Access(key="refresh-token", secret="client-secret", options={"orders_api": "v0"})
    order_id = ID
    replies: ClassVar = {
        "POST /auth/o2/token": TOKEN,
        "POST /tokens/2021-03-01/restrictedDataToken": b'{"restrictedDataToken": "Atz.r|x"}',
        f"GET /orders/v0/orders/{ID}": json.dumps(
            {"payload": {**ORDER_V0, "OrderItems": None}}
        ).encode(),
        f"GET /orders/v0/orders/{ID}/orderItems": json.dumps(
            {"payload": {"AmazonOrderId": ID, "OrderItems": [], "NextToken": "n"}}
        ).encode(),
        f"GET /orders/v0/orders/{ID}/orderItems#2": json.dumps(
            {"payload": {"AmazonOrderId": ID, "OrderItems": [ITEM_V0]}}
        ).encode(),
        "GET /orders/v0/orders": json.dumps({"payload": {"Orders": [], "NextToken": "n"}}).encode(),
        "GET /orders/v0/orders#2": json.dumps(
            {"payload": {"Orders": [{**ORDER_V0, "OrderItems": None}]}}
        ).encode(),
    }


# --- the API ---------------------------------------------------------------------------------


def test_a_token_is_asked_for_once_and_kept() -> None:
    answer = Scripted(TestAmazonApi.replies)
    held(AmazonShop().order(TestAmazonApi.access, ID), answer)
    first, second = answer.asked
    assert (first.url, first.keep) == ("https://api.amazon.com/auth/o2/token", "amazon")
    assert b"grant_type=refresh_token" in first.body
    assert second.headers["x-amz-access-token"] == "t"
    assert "BUYER" in second.url


def test_refunds_are_asked_for_where_the_settings_say_so() -> None:
    options = {**TestAmazonApi.access.options, "refunds": "finances"}
    access = Access(key="refresh-token", secret="s", options=options)
    document = held(AmazonShop().order(access, ID), Scripted(TestAmazonApi.replies))
    (news,) = registry.source("amazon-spapi").read("", document or b"", STATED)  # type: ignore[misc]
    assert isinstance(news, OrderEvent)
    (refund,) = news.order.refunds
    assert (refund.id, refund.amount) == ("55", Decimal("11.4"))
    assert news.order.totals.refunded == Decimal("11.4")
    assert news.order.state.payment == "partially_refunded"


def test_v0_reads_people_with_a_restricted_token_and_items_page_by_page() -> None:
    answer = Scripted(TestAmazonApiV0.replies)
    document = held(AmazonShop().order(TestAmazonApiV0.access, ID), answer)
    assert document is not None
    restricted = [ask for ask in answer.asked if ask.keep == "amazon-restricted"]
    assert len(restricted) == 1
    wanted = json.loads(restricted[0].body)["restrictedResources"]
    assert {"buyerInfo", "shippingAddress"} <= set(wanted[1]["dataElements"])
    assert answer.asked[-1].headers["x-amz-access-token"] == "Atz.r|x"
    assert [ask.url for ask in answer.asked][-1].endswith("orderItems?NextToken=n")


def test_the_buyers_other_confirmation_is_told() -> None:
    shop = AmazonShop()
    assert isinstance(shop, Announces)
    assert held(shop.own_confirmation(Access()), Scripted({})) is True


# --- notifications and what carries them -----------------------------------------------------


@pytest.mark.parametrize(
    "carried",
    [
        CHANGE,
        [CHANGE],
        {"Records": [{"messageId": "m", "body": json.dumps(CHANGE), "eventSource": "aws:sqs"}]},
        [{"messageId": "m", "body": json.dumps(CHANGE), "eventSource": "aws:sqs"}],
        {"Messages": [{"MessageId": "m", "Body": json.dumps(CHANGE)}]},
        {"version": "0", "id": "e", "detail-type": "ORDER_CHANGE", "detail": CHANGE},
        {"Type": "Notification", "TopicArn": "arn:aws:sns:x", "Message": json.dumps(CHANGE)},
        {"Records": [{"body": json.dumps({"Message": json.dumps(CHANGE)})}]},
    ],
)
def test_a_notification_points_to_its_order_whatever_carried_it(carried: object) -> None:
    assert told(carried) == (POINTED,)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("Pending", "order.placed"),
        ("Unshipped", "payment.authorized"),
        ("PartiallyShipped", "shipment.created"),
        ("Shipped", "shipment.created"),
        ("Canceled", "order.cancelled"),
        ("Unheard", "order.updated"),
    ],
)
def test_a_notification_says_what_happened(status: str, kind: str) -> None:
    changed = copy.deepcopy(CHANGE)
    changed["Payload"]["OrderChangeNotification"]["Summary"]["OrderStatus"] = status
    assert only(changed).type == kind


def test_older_notifications_of_a_status_point_too() -> None:
    old = {
        "NotificationType": "ORDER_STATUS_CHANGE",
        "Payload": {
            "OrderStatusChangeNotification": {"AmazonOrderId": ID, "OrderStatus": "Shipped"}
        },
    }
    assert only(old) == Pointer(type="shipment.created", source="shop", order_id=ID)


def test_a_refund_that_was_posted_points_to_its_order() -> None:
    posted = {
        "NotificationType": "TRANSACTION_UPDATE",
        "Payload": {
            "TransactionUpdateNotification": {
                "TransactionType": "Refund",
                "RelatedIdentifiers": [
                    {"RelatedIdentifierName": "OrderId", "RelatedIdentifierValue": ID}
                ],
            }
        },
    }
    assert only(posted) == Pointer(type="order.refunded", source="shop", order_id=ID)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"NotificationType": "LISTINGS_ITEM_STATUS_CHANGE", "Payload": {}}, "no news"),
        ({"NotificationType": "FULFILLMENT_ORDER_STATUS", "Payload": {}}, "another shop"),
        ({"Type": "SubscriptionConfirmation", "SubscribeURL": "https://example.com"}, "SNS"),
        ({"purchaseOrderNumber": "1", "orderDetails": {}}, "purchase order"),
        ({"payload": {"AmazonOrderId": ID, "ShipmentId": "s"}}, "label"),
        ({**ORDER_V0, "SalesChannel": "Non-Amazon"}, "another shop"),
        ({**ORDER, "proceeds": {}}, "without a total"),
        ({**ORDER_V0, "OrderTotal": None, "OrderStatus": "Pending"}, "without a total"),
    ],
)
def test_what_is_no_order_of_a_customer_here_is_named(document: object, words: str) -> None:
    assert words in reason(document)


def test_an_order_that_is_cancelled_has_no_total_any_more_and_is_told_as_cancelled() -> None:
    gone = {**ORDER_V0, "OrderTotal": None, "OrderStatus": "Canceled"}
    now = {
        **{name: value for name, value in ORDER.items() if name != "proceeds"},
        "fulfillment": {"fulfillmentStatus": "CANCELLED"},
    }
    for document in (gone, {"payload": {"Orders": [gone]}}, now):
        news = only(document)
        assert isinstance(news, Amendment)
        assert (news.type, news.order_id, news.payment) == ("order.cancelled", ID, "voided")
        assert news.cancelled_at == news.at is not None


def test_an_order_of_a_listing_that_left_its_total_out_points_to_itself() -> None:
    listed = {name: value for name, value in ORDER.items() if name != "proceeds"}
    assert only({"orders": [listed]}) == Pointer(type="order.updated", source="shop", order_id=ID)
    waiting = {**listed, "fulfillment": {"fulfillmentStatus": "PENDING"}}
    assert "without a total" in reason({"orders": [waiting]})


def test_items_that_were_laid_beside_their_order_are_read_by_either_name() -> None:
    bare = {name: value for name, value in ORDER_V0.items() if name != "OrderItems"}
    for name in ("OrderItems", "orderItems", "items"):
        event = only({**bare, name: ORDER_V0["OrderItems"]})
        assert isinstance(event, OrderEvent)
        assert len(event.order.lines) == len(ORDER_V0["OrderItems"])


def test_a_queues_token_and_sns_both_carry_trust() -> None:
    scheme = registry.source("amazon-spapi").signature
    hook = Hook({"x-webhook-token": "secret"}, b"{}", URL, NOW)
    assert scheme.verified(hook, Trust(("secret",))) is True
    arn, host = "arn:aws:sns:eu-west-1:1:orders", "https://sns.eu-west-1.amazonaws.com"
    message = {
        "Type": "Notification",
        "TopicArn": arn,
        "Message": "{}",
        "Signature": "AAAA",
        "SignatureVersion": "2",
        "SigningCertURL": f"{host}/SimpleNotificationService-0.pem",
    }
    hook = Hook({}, json.dumps(message).encode(), URL, NOW)
    assert isinstance(scheme.verified(hook, Trust((), {"topic_arn": arn})), Wanted)
    assert scheme.verified(hook, Trust(("secret",))) is False


def test_snss_message_id_is_the_events_id() -> None:
    hook = Hook({"x-amz-sns-message-id": "m-1"}, b"{}")
    assert registry.source("amazon-spapi").event_id(hook) == "m-1"


# --- the order of 2026-01-01 -----------------------------------------------------------------


def test_an_order_is_read_whole() -> None:
    found = order()
    assert (found.id, found.number, found.currency) == (ID, ID, "EUR")
    assert found.revision == 1768939200500
    assert (found.customer.name, found.customer.email) == (
        "Alex Example",
        "r3l4y@marketplace.example.com",
    )
    address = found.shipping_address
    assert address is not None
    assert (address.company, address.line2, address.country) == ("Example Ltd", "Floor 2", "DE")
    assert found.attributes["marketplace"] == "Amazon.de"
    assert found.attributes["tax_collected_by"] == "Amazon Example"


def test_prices_with_tax_are_known_by_the_total() -> None:
    found = order()
    totals = found.totals
    assert (totals.tax, totals.tax_included) == (Decimal("5.57"), True)
    assert (totals.subtotal, totals.shipping) == (Decimal("34.00"), Decimal("3.90"))
    assert (totals.discount, totals.fees) == (Decimal("2.00"), Decimal("1.00"))
    assert difference(found) == 0
    assert [(fee.title, fee.amount) for fee in found.fees] == [("Gift wrap", Decimal("1.00"))]


def test_a_tax_on_top_is_known_by_the_total() -> None:
    found = order({"proceeds": {"grandTotal": eur("42.47")}})
    assert found.totals.tax_included is False
    assert difference(found) == 0


def test_a_tax_that_amazon_took_on_top_is_not_in_the_total() -> None:
    found = order({"salesChannel": {"marketplaceId": US}})
    assert (found.totals.tax, found.totals.tax_included) == (None, None)
    assert found.attributes["tax_withheld"] == "5.57"
    assert difference(found) == 0


def test_figures_that_do_not_add_up_are_shown_as_they_are() -> None:
    found = order({"proceeds": {"grandTotal": eur("99.00")}})
    assert found.totals.total == Decimal("99.00")
    assert difference(found) != 0


def test_a_tip_and_a_kind_unheard_of_are_in_the_total() -> None:
    own = [part("ITEM", "1.00"), part("DELIVERY_TIP", "2.00"), part("BAG_FEE", "0.10")]
    found = order({"proceeds": {"grandTotal": eur("39.00"), "breakdowns": own}})
    assert found.totals.tip == Decimal("2.00")
    assert ("Bag fee", Decimal("0.10")) in [(fee.title, fee.amount) for fee in found.fees]
    assert difference(found) == 0


def test_lines_have_their_own_discount_and_total() -> None:
    tea, cup = order().lines
    assert (tea.title, tea.quantity) == ("Tea & Pot", Decimal(3))
    assert tea.unit_price == Decimal("10.00")
    assert (tea.discount, tea.total) == (Decimal("2.00"), Decimal("28.00"))
    assert (tea.product_id, tea.sku) == ("B000000001", "TEA")
    assert (cup.title, cup.unit_price, cup.total) == ("CUP", None, Decimal("4.00"))


def test_the_promised_window_is_the_estimate_and_the_one_to_ship_is_not() -> None:
    (way,) = order().shipping
    assert way.title == "Second day"
    assert way.amount == Decimal("3.90")
    assert way.estimate is not None
    assert (way.estimate.earliest, way.estimate.latest) == (
        "2026-01-23T00:00:00+00:00",
        "2026-01-24T23:59:59+00:00",
    )
    bare = {**ORDER["fulfillment"], "deliverByWindow": None}
    (way,) = order({"fulfillment": bare}).shipping
    assert way.estimate is None
    assert order().attributes["ship_until"] == "2026-01-22T23:59:59Z"


def test_parcels_say_what_is_in_them() -> None:
    first, second = order().parcels
    assert (first.carrier, first.tracking_number) == ("DHL", "JD01")
    assert first.lines == (ParcelLine(line_id="11", quantity=Decimal(2)),)
    assert (first.status, second.status) == ("out_for_delivery", "pending")


@pytest.mark.parametrize(
    ("status", "payment", "fulfillment"),
    [
        ("PENDING_AVAILABILITY", "pending", "unfulfilled"),
        ("PENDING", "pending", "unfulfilled"),
        ("UNSHIPPED", "authorized", "unfulfilled"),
        ("PARTIALLY_SHIPPED", "authorized", "partial"),
        ("SHIPPED", "paid", "fulfilled"),
        ("CANCELLED", "voided", None),
        ("UNFULFILLABLE", None, None),
        ("UNHEARD_OF", None, None),
    ],
)
def test_the_status_says_how_payment_and_shipping_stand(
    status: str, payment: str | None, fulfillment: str | None
) -> None:
    state = order({"fulfillment": {"fulfillmentStatus": status}}).state
    assert (state.payment, state.fulfillment) == (payment, fulfillment)
    assert (state.cancelled_at is not None) == (status == "CANCELLED")


def test_a_payment_in_another_currency_has_no_amount() -> None:
    said = [
        {"paymentMethod": "CreditCard", "paymentAmount": eur("36.90"), "cardBrand": "Visa"},
        {"paymentMethod": "Pix", "paymentAmount": {"amount": "20.00", "currencyCode": "BRL"}},
    ]
    card, pix = order({"payment": {"paymentExecutions": said}}).payments
    assert (card.method, card.title, card.amount) == ("card", "Visa", Decimal("36.90"))
    assert (pix.method, pix.amount) == ("Pix", None)


def test_a_yen_is_not_multiplied_and_its_decimals_do_not_crash() -> None:
    proceeds = {"grandTotal": {"amount": "1.99", "currencyCode": "JPY"}}
    assert order({"proceeds": proceeds}).totals.total == Decimal("1.99")


def test_money_that_cannot_be_read_is_refused_with_its_place() -> None:
    body = json.dumps({"order": {**ORDER, "proceeds": {"grandTotal": eur("12,50")}}}).encode()
    with pytest.raises(BadInput) as refused:
        registry.source("amazon-spapi").read("", body, STATED)
    assert refused.value.status == 422
    assert refused.value.problems[0].path == "order.proceeds.grandTotal.amount"


# --- v0 --------------------------------------------------------------------------------------


def test_v0_with_its_items_is_the_same_order() -> None:
    found = order(of=ORDER_V0)
    assert found.state.payment == "authorized"
    assert found.state.fulfillment == "partial"
    assert found.totals.tax == Decimal("1.54")
    assert found.totals.tax_included is False
    assert (found.totals.subtotal, found.totals.discount) == (Decimal("20.00"), Decimal("2.00"))
    assert (found.totals.shipping, found.totals.fees) == (Decimal("0.00"), Decimal("3.50"))
    assert difference(found) == 0
    (line,) = found.lines
    assert (line.quantity, line.total) == (Decimal(2), Decimal("18.00"))
    assert line.unit_price is None


def test_v0_whose_tax_is_net_already_adds_up_too() -> None:
    found = order({"OrderTotal": v0("23.60")}, of=ORDER_V0)
    assert (found.totals.tax, found.totals.tax_included) == (Decimal("2.10"), False)
    assert difference(found) == 0


def test_v0_in_europe_does_not_tell_the_tax() -> None:
    silent = {name: v0("0.00") for name in ITEM_V0 if name.endswith("Tax")}
    item = {**ITEM_V0, **silent, "BuyerInfo": {}}
    changes = {"OrderItems": [item], "OrderTotal": v0("20.00"), "MarketplaceId": DE}
    found = order(changes, of=ORDER_V0)
    assert (found.totals.tax, found.totals.tax_included, found.taxes) == (None, None, ())
    assert difference(found) == 0


def test_v0_says_what_was_paid_with_but_not_that_it_was_something_else() -> None:
    assert [each.method for each in order(of=ORDER_V0).payments] == [
        "cash_on_delivery",
        "gift_card",
    ]
    silent = {"PaymentMethod": "Other", "PaymentMethodDetails": ["Standard"]}
    assert order(silent, of=ORDER_V0).payments == ()


def test_v0_with_a_booked_delivery_has_its_window() -> None:
    (way,) = order(of=ORDER_V0).shipping
    assert way.title == "Next day"
    assert way.estimate is not None
    assert way.estimate.earliest == "2026-01-23T09:00:00+00:00"


def test_v0_without_items_points_to_itself_with_what_it_has() -> None:
    bare = {name: value for name, value in ORDER_V0.items() if name != "OrderItems"}
    pointer = only({"payload": {"Orders": [bare]}})
    assert isinstance(pointer, Pointer)
    assert pointer.order is not None
    assert (pointer.order_id, pointer.order.totals.total) == (ID, Decimal("23.04"))


def test_v0s_parts_of_an_order_point_to_it() -> None:
    parts = (
        {"AmazonOrderId": ID, "OrderItems": [ITEM_V0]},
        {"AmazonOrderId": ID, "BuyerEmail": "r3l4y@marketplace.example.com"},
        {"AmazonOrderId": ID, "ShippingAddress": {"City": "Berlin"}},
    )
    for each in parts:
        assert only({"payload": each}) == Pointer(type="order.updated", source="shop", order_id=ID)


# --- the corpus ------------------------------------------------------------------------------

# What every payload is, by what its file's name begins with; the longest beginning decides.
EXPECTED = {
    "FBAOutbound": "Pointer",
    "FulfillmentOrderStatus": "another shop",
    "OrderChange": "Pointer",
    "ShipmentTracking": "names no order",
    "TransactionUpdate": "seller is paid",
    "easyShip": "parcel",
    "externalFulfillmentInventory": "",
    "externalFulfillmentReturns": "way back",
    "externalFulfillmentShipments": "",
    "fulfillmentOutbound": "",
    "merchantFulfillment": "label",
    "ordersV0___orders_v0_orders_get_200.json": "without a total",
    "ordersV0___orders_v0_orders_get_200__2": "Pointer",
    "ordersV0___orders_v0_orders_get_200__3": "without a total",
    "ordersV0___orders_v0_orders_get_200__4": "without a total",
    "ordersV0___orders_v0_orders_orderId_get_200.json": "without a total",
    "ordersV0___orders_v0_orders_orderId_get_200__": "Pointer",
    "orders_2026-01-01": "OrderEvent",
    "shipping": "",
    "vendor": "purchase order",
}


def payloads() -> dict[str, bytes]:
    if not CORPUS.is_dir():
        pytest.skip(f"no order payloads at {CORPUS}")
    return {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir())}


def wanted(name: str) -> str:
    return EXPECTED[max((each for each in EXPECTED if name.startswith(each)), key=len)]


def test_every_payload_of_the_corpus_is_what_it_is_said_to_be() -> None:
    seen = Counter[str]()
    for name, body in payloads().items():
        read = registry.source("amazon-spapi").read("", body, STATED)
        if isinstance(read, Ignored):
            assert wanted(name) in read.reason, (name, read.reason)
            seen["Ignored"] += 1
        else:
            assert {type(each).__name__ for each in read} == {wanted(name)}, name
            seen.update(type(each).__name__ for each in read)
    assert seen["OrderEvent"] >= 8
    assert seen["Pointer"] >= 6
    assert seen["Ignored"] >= 104


def test_the_orders_of_the_corpus_say_what_their_payloads_say() -> None:
    sound = 0
    for name, body in payloads().items():
        if wanted(name) not in ("OrderEvent", "Pointer") or "Notification" in name:
            continue
        read = registry.source("amazon-spapi").read("", body, STATED)
        document = json.loads(body)
        document = document.get("payload", document)
        raw = document.get("orders") or document.get("Orders") or [document.get("order", document)]
        assert not isinstance(read, Ignored)
        for one, news in zip(raw, read, strict=True):
            assert isinstance(news, OrderEvent | Pointer)
            found = news.order
            assert found is not None
            _agrees(one, found)
            assert wire.decode(wire.encode(found)) == found
            sound += difference(found) == 0
    assert sound >= 12


def _agrees(raw: dict[str, Any], found: Order) -> None:
    total = raw.get("OrderTotal") or raw["proceeds"]["grandTotal"]
    assert found.totals.total == Decimal(total.get("Amount") or total["amount"])
    assert found.currency == (total.get("CurrencyCode") or total["currencyCode"])
    assert found.number == found.id == (raw.get("AmazonOrderId") or raw["orderId"])
    items = raw.get("orderItems", [])
    assert [line.quantity for line in found.lines] == [each["quantityOrdered"] for each in items]
    assert [line.id for line in found.lines] == [each["orderItemId"] for each in items]
    assert found.customer.email == raw.get("buyer", {}).get("buyerEmail")
    assert len(found.parcels) == len(raw.get("packages", []))


def told_of(document: Any) -> str:
    return outcome(lambda: told(document), 400, 422)


def test_damage_ends_in_news_a_reason_or_a_place() -> None:
    chance, seen = random.Random(250), Counter[str]()
    whole = [{"order": ORDER}, {"payload": ORDER_V0}, CHANGE, {"Records": [{"body": CHANGE}]}]
    for _ in range(2_000):
        seen[told_of(damaged(chance.choice(whole), chance))] += 1
    assert set(seen) == {"refused", "tuple", "Ignored"}
    assert min(seen.values()) > 20
