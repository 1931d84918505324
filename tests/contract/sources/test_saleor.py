"""Saleor under its contracts, over its documented payloads and over every real one at hand."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from twofifty.adapters import registry
from twofifty.adapters.saleor.shop import SaleorShop
from twofifty.intake.ports import Hook, Stated, Trust, Wanted
from twofifty.intake.shop import Access
from twofifty.intake.signature import Hashed
from twofifty.order.amend import amended
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order
from twofifty.testing.contracts.shop import Scripted, ShopContract
from twofifty.testing.contracts.source import SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/saleor")
SALEOR = registry.source("saleor")
STATED = Stated("shop")
ID = "T3JkZXI6NmM1MjhkNGYtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAx"


def taxed(gross: str, net: str, currency: str = "EUR") -> dict[str, Any]:
    sides = {"gross": {"amount": Decimal(gross)}, "net": {"amount": Decimal(net)}}
    return {"currency": currency, **sides, "tax": {"amount": Decimal(gross) - Decimal(net)}}


PLACE = {
    "firstName": "Alex",
    "lastName": "Example",
    "companyName": "",
    "streetAddress1": "1 Main St",
    "city": "WIEN",
    "postalCode": "1010",
    "country": {"code": "AT"},
    "countryArea": "",
    "phone": "+431234567",
}
TEA: dict[str, Any] = {
    "id": "TEA",
    "productName": "Tea",
    "translatedProductName": "Tee",
    "variantName": "Large",
    "productSku": "T-1",
    "quantity": 2,
    "isShippingRequired": True,
    "thumbnail": {"url": "https://shop.example.com/tea.png"},
    "variant": {"product": {"id": "P1", "productType": {"kind": "NORMAL"}}},
    "unitPrice": taxed("9.00", "7.50"),
    "undiscountedUnitPrice": taxed("12.00", "10.00"),
    "totalPrice": taxed("18.00", "15.00"),
}
CARD: dict[str, Any] = {
    "id": "CARD",
    "productName": "Gift card",
    "quantity": 1,
    "isShippingRequired": False,
    "variant": {"product": {"id": "P2", "productType": {"kind": "GIFT_CARD"}}},
    "unitPrice": taxed("25.00", "25.00"),
    "undiscountedUnitPrice": taxed("25.00", "25.00"),
    "totalPrice": taxed("25.00", "25.00"),
}
SENT: dict[str, Any] = {
    "id": "F1",
    "status": "FULFILLED",
    "created": "2026-02-01T09:00:00+00:00",
    "trackingNumber": "3S1",
    "lines": [{"quantity": 2, "orderLine": {"id": "TEA"}}],
}
CHARGE: dict[str, Any] = {
    "name": "Credit card",
    "pspReference": "psp-1",
    "chargedAmount": {"amount": 48, "currency": "EUR"},
    "authorizedAmount": {"amount": 0, "currency": "EUR"},
    "events": [],
}
ORDER: dict[str, Any] = {
    "id": ID,
    "number": "42",
    "status": "UNFULFILLED",
    "created": "2026-01-31T09:00:00.123456+00:00",
    "updatedAt": "2026-01-31T09:05:00+00:00",
    "languageCode": "de-at",
    "displayGrossPrices": True,
    "userEmail": "alex@example.com",
    "user": {"id": "U1", "firstName": "Alex", "lastName": "Example"},
    "customerNote": "Ring twice",
    "chargeStatus": "FULL",
    "authorizeStatus": "FULL",
    "paymentStatus": "FULLY_CHARGED",
    "channel": {"slug": "default", "currencyCode": "EUR"},
    "billingAddress": PLACE,
    "shippingAddress": PLACE,
    "shippingMethodName": "Post",
    "shippingPrice": taxed("5.00", "4.00"),
    "subtotal": taxed("43.00", "40.00"),
    "total": taxed("48.00", "44.00"),
    "totalCharged": {"amount": 48},
    "totalRefunded": {"amount": 0},
    "giftCards": [],
    "discounts": [{"type": "VOUCHER", "name": "Spring", "amount": {"amount": 6}}],
    "voucherCode": "SPRING",
    "lines": [TEA, CARD],
    "fulfillments": [SENT],
    "transactions": [CHARGE],
    "payments": [],
}
# The older JSON, without a subscription query: a list of one, in snake case.
OLD: dict[str, Any] = {
    "type": "Order",
    "id": "T3JkZXI6Nw==",
    "number": 7,
    "meta": {"issued_at": "2026-01-31T09:06:00+00:00", "version": "3.13.0"},
    "channel": {"type": "Channel", "slug": "default", "currency_code": "USD"},
    "created": "2026-01-31T09:00:00Z",
    "status": "partially fulfilled",
    "user_email": "alex@example.com",
    "language_code": "en",
    "shipping_method_name": "Ground",
    "shipping_price_net_amount": "10.00",
    "shipping_price_gross_amount": "10.00",
    "total_net_amount": "26.00",
    "total_gross_amount": "26.00",
    "undiscounted_total_gross_amount": "30.00",
    "billing_address": {"first_name": "Alex", "last_name": "Example", "country": "US"},
    "discounts": [{"type": "manual", "name": None, "reason": "Sorry", "amount_value": "4.00"}],
    "payments": [
        {"gateway": "a", "is_active": False, "charge_status": "refused", "psp_reference": "no"},
        {
            "gateway": "mirumee.payments.stripe",
            "payment_method_type": "card",
            "cc_brand": "visa",
            "is_active": True,
            "charge_status": "fully-charged",
            "psp_reference": "pi_1",
            "total": "26.00",
            "captured_amount": "26.00",
            "currency": "USD",
        },
    ],
    "fulfillments": [
        {"id": "RjE=", "status": "fulfilled", "tracking_number": "https://track.example.com/1"},
        {"id": "RjI=", "status": "canceled", "tracking_number": "no"},
    ],
    "lines": [
        {
            "id": "TDE=",
            "product_name": "Tea",
            "variant_name": "Large",
            "product_sku": "T-1",
            "quantity": 2,
            "currency": "USD",
            "unit_price_gross_amount": "10.00",
            "undiscounted_unit_price_gross_amount": "10.00",
            "total_price_gross_amount": "20.00",
            "total_price_net_amount": "20.00",
        }
    ],
}


def written(document: object) -> bytes:
    return json.dumps(document, default=float).encode()


def told(document: object, topic: str = "", stated: Stated = STATED) -> tuple[News, ...] | Ignored:
    return SALEOR.read(topic, written(document), stated)


def one(document: object, topic: str = "", stated: Stated = STATED) -> Any:
    news = told(document, topic, stated)
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    return only


def order(changes: dict[str, Any] | None = None, stated: Stated = STATED, topic: str = "") -> Any:
    news = one({"order": {**ORDER, **(changes or {})}}, topic, stated)
    assert isinstance(news, OrderEvent)
    return news.order


def reason(document: object, topic: str = "") -> str:
    read = told(document, topic)
    assert isinstance(read, Ignored)
    return read.reason


class TestSaleor(SourceContract):
    source = SALEOR
    body = written({"order": ORDER})
    signs = False

    def test_the_shops_own_key_signs(self) -> None:
        hook = Hook({"saleor-signature": "eyJhbGciOiJSUzI1NiJ9..c2ln"}, self.body)
        asked = SALEOR.signature.verified(
            hook, Trust((), {"api_url": "https://shop.example.com/graphql/"})
        )
        assert asked == Wanted("https://shop.example.com/.well-known/jwks.json")

    def test_a_webhook_that_has_a_secret_of_its_own_is_signed_with_it(self) -> None:
        scheme = Hashed(header="saleor-signature", form="hex")
        headers = scheme.signed(self.body, "key", url="", at=self.hook_time())
        assert SALEOR.signature.verified(Hook(headers, self.body), Trust(("key",))) is True
        assert SALEOR.signature.verified(Hook(headers, self.body), Trust(("other",))) is False

    def hook_time(self) -> Any:
        return Hook({}, b"").at


class TestSaleorOlderJson(SourceContract):
    source = SALEOR
    body = written([OLD])
    topic = "order_created"
    signs = False


class TestSaleorApi(ShopContract):
    source = SALEOR
    shop = SaleorShop()
    access = Access(url="https://shop.example.com/graphql/", key="app-token")
    order_id = ID
    replies: ClassVar = {
        "POST /graphql/": written(
            {
                "data": {
                    "order": ORDER,
                    "orders": {
                        "edges": [{"node": ORDER}],
                        "pageInfo": {"hasNextPage": True, "endCursor": "c"},
                    },
                    "webhookCreate": {"webhook": {"id": "W1"}, "errors": []},
                    "app": {
                        "webhooks": [
                            {
                                "id": "W1",
                                "targetUrl": "https://orders.example.com/hooks/shop",
                                "isActive": True,
                                "asyncEvents": [
                                    {"eventType": topic} for topic in SaleorShop.topics
                                ],
                            }
                        ]
                    },
                }
            }
        ),
        "POST /graphql/#2": written(
            {"data": {"orders": {"edges": [], "pageInfo": {"hasNextPage": False}}}}
        ),
    }

    def test_webhooks_that_are_missing_can_be_registered(self) -> None:
        """Each in a conversation of its own: the API has one address for all."""
        url, answer = "https://orders.example.com/hooks/shop", Scripted(self.replies)
        assert held(self.shop.register(self.access, self.shop.topics, url, "s"), answer) == ()
        asked = json.loads(answer.asked[0].body)["variables"]["input"]
        assert asked["asyncEvents"] == list(self.shop.topics)
        assert asked["targetUrl"] == url
        assert asked["query"].count("{ order { ...Whole } }") == len(self.shop.topics)
        listed = held(self.shop.hooks(self.access), Scripted(self.replies))
        assert {each.topic for each in listed} == set(self.shop.topics)


def test_a_refusal_of_the_api_is_told_in_its_words() -> None:
    refusal = written({"errors": [{"message": "Invalid token"}]})
    answer = Scripted({"POST /graphql/": refusal})
    with pytest.raises(Exception, match="Invalid token"):
        held(SaleorShop().order(Access(url="https://shop.example.com/graphql/"), ID), answer)


def test_an_order_is_the_same_in_every_envelope() -> None:
    plain = order()
    envelopes: list[Any] = [
        ORDER,
        {"data": {"order": ORDER}},
        {"data": {"orderCreated": {"order": ORDER}}},
        {"data": {"orders": {"edges": [{"node": ORDER}], "totalCount": 1}}},
        {"data": {"checkoutComplete": {"order": ORDER, "errors": []}}},
        {"event": {"__typename": "OrderCreated", "order": ORDER}},
        {"data": {"event": {"order": ORDER}}},
        {"orders": [ORDER]},
        [ORDER],
    ]
    for document in envelopes:
        news = one(document)
        assert isinstance(news, OrderEvent), document
        assert news.order == plain


def test_an_order_is_read_whole() -> None:
    it = order()
    assert (it.id, it.number, it.currency, it.locale) == (ID, "42", "EUR", "de-AT")
    assert (it.customer.name, it.customer.email) == ("Alex Example", "alex@example.com")
    assert it.shipping_address is not None
    assert (it.shipping_address.country, it.shipping_address.company) == ("AT", None)
    assert (it.state.payment, it.state.fulfillment) == ("paid", "unfulfilled")
    assert [(part.method, part.reference) for part in it.payments] == [("card", "psp-1")]
    tea, card = it.lines
    assert (tea.title, tea.variant, tea.sku, tea.digital) == ("Tee", "Large", "T-1", False)
    assert (card.digital, card.gift_card) == (True, True)
    assert it.note == "Ring twice"
    assert it.revision == 1_769_850_300_000


def test_discounts_are_shown_from_the_prices_before_them() -> None:
    it = order()
    assert (it.lines[0].unit_price, it.lines[0].discount, it.lines[0].total) == (12, 6, 18)
    assert (it.totals.subtotal, it.totals.discount, it.totals.shipping) == (49, 6, 5)
    assert [(each.amount, each.code, each.title) for each in it.discounts] == [
        (6, "SPRING", "Spring")
    ]
    assert difference(it) == 0


def test_a_customer_who_saw_net_prices_is_shown_those() -> None:
    it = order({"displayGrossPrices": False})
    assert (it.lines[0].unit_price, it.lines[0].total) == (10, 15)
    assert (it.totals.subtotal, it.totals.shipping, it.totals.tax) == (45, 4, 4)
    assert (it.totals.tax_included, it.totals.total) == (False, 48)
    assert difference(it) == 0


def test_what_a_gift_card_paid_is_what_the_parts_exceed_the_total_by() -> None:
    it = order({"total": taxed("38.00", "34.80"), "giftCards": [{"id": "G1"}]})
    assert it.totals.gift_card == 10
    assert difference(it) == 0
    assert difference(order({"total": taxed("38.00", "34.80")})) == -10


@pytest.mark.parametrize(
    ("currency", "amount"), [("JPY", "4800"), ("KWD", "4.800"), ("EUR", "48.00")]
)
def test_amounts_are_decimals_in_every_currency(currency: str, amount: str) -> None:
    total = {**taxed(amount, amount, currency)}
    assert order({"total": total}).totals.total == Decimal(amount)
    assert order({"total": total}).currency == currency


@pytest.mark.parametrize(
    ("changes", "payment"),
    [
        ({"chargeStatus": "OVERCHARGED"}, "paid"),
        ({"chargeStatus": "PARTIAL", "paymentStatus": "PARTIALLY_CHARGED"}, "partially_paid"),
        ({"chargeStatus": "NONE", "paymentStatus": "NOT_CHARGED"}, "authorized"),
        (
            {"chargeStatus": "NONE", "authorizeStatus": "NONE", "paymentStatus": "NOT_CHARGED"},
            "pending",
        ),
        ({"chargeStatus": "NONE", "authorizeStatus": "NONE", "paymentStatus": "REFUSED"}, "failed"),
        ({"totalRefunded": {"amount": 8}}, "partially_refunded"),
        ({"totalRefunded": {"amount": 48}}, "refunded"),
        ({"chargeStatus": "NONE", "paymentStatus": "FULLY_REFUNDED"}, "refunded"),
        ({"chargeStatus": "?", "authorizeStatus": "?", "paymentStatus": "?"}, None),
    ],
)
def test_the_payment_is_told_by_what_went_back_then_what_came(
    changes: dict[str, Any], payment: str | None
) -> None:
    assert order(changes).state.payment == payment


def test_refunds_are_the_events_of_a_transaction() -> None:
    back = {
        "id": "E1",
        "type": "REFUND_SUCCESS",
        "createdAt": "2026-02-02T09:00:00+00:00",
        "message": "One was broken",
        "amount": {"amount": 9},
    }
    tried = {**back, "id": "E2", "type": "REFUND_FAILURE"}
    it = order({"transactions": [{**CHARGE, "events": [back, tried]}]})
    assert [(each.id, each.amount, each.reason) for each in it.refunds] == [
        ("E1", 9, "One was broken")
    ]


def test_only_what_was_sent_is_a_parcel() -> None:
    waiting = {**SENT, "id": "F2", "status": "WAITING_FOR_APPROVAL"}
    returned = {**SENT, "id": "F3", "status": "RETURNED"}
    second = {**SENT, "id": "F4", "trackingNumber": "https://track.example.com/F4"}
    it = order({"fulfillments": [SENT, waiting, returned, second]})
    assert [(each.id, each.tracking_number, each.tracking_url) for each in it.parcels] == [
        ("F1", "3S1", None),
        ("F4", None, "https://track.example.com/F4"),
    ]
    assert [(line.line_id, line.quantity) for line in it.parcels[0].lines] == [("TEA", 2)]


def test_a_shipment_beside_an_orders_id_amends_it() -> None:
    news = one({"fulfillment": SENT, "order": {"id": ID}}, "fulfillment_created")
    assert isinstance(news, Amendment)
    assert (news.type, news.order_id) == ("shipment.created", ID)
    after = amended(order({"fulfillments": []}), [news, news])
    assert [each.tracking_number for each in after.parcels] == ["3S1"]


def test_an_order_that_is_cancelled_or_expired_says_so() -> None:
    for status in ("CANCELED", "EXPIRED"):
        assert order({"status": status}).state.cancelled_at is not None
    assert order().state.cancelled_at is None


def test_a_draft_is_one_and_an_unconfirmed_order_is_as_the_shop_says() -> None:
    at_once = Stated("shop", options={"unconfirmed": "placed"})
    assert order({"status": "DRAFT"}).state.draft is True
    assert order({"status": "DRAFT"}, at_once).state.draft is True
    assert order({"status": "UNCONFIRMED"}).state.draft is True
    assert order({"status": "UNCONFIRMED"}, at_once).state.draft is False


def test_an_order_that_lacks_what_a_mail_needs_points_to_the_api() -> None:
    assert one({"order": {"id": ID}}, "order_updated") == Pointer(
        type="order.updated", source="shop", order_id=ID
    )
    assert one([{"id": ID, "meta": {}}], "order_metadata_updated") == Pointer(
        type="order.updated", source="shop", order_id=ID
    )
    nameless = {name: value for name, value in ORDER.items() if name not in ("userEmail", "user")}
    news = one({"order": nameless})
    assert isinstance(news, Pointer)
    known: Any = news.order
    assert known.totals.total == 48


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("order_created", "order.placed"),
        ("ORDER_FULLY_PAID", "payment.paid"),
        ("OrderCancelled", "order.cancelled"),
        ("order_fully_refunded", "order.refunded"),
        ("order_fulfilled", "shipment.created"),
        ("order_something_new", "order.updated"),
    ],
)
def test_the_event_says_what_happened(topic: str, kind: str) -> None:
    news = one({"order": ORDER}, topic)
    assert isinstance(news, OrderEvent)
    assert news.type == kind


def test_the_older_json_says_it_in_snake_case() -> None:
    news = one([OLD], "order_fully_paid")
    assert isinstance(news, OrderEvent)
    it: Any = news.order
    assert (it.id, it.number, it.currency) == ("T3JkZXI6Nw==", "7", "USD")
    assert (it.state.payment, it.state.fulfillment) == ("paid", "partial")
    assert (it.totals.subtotal, it.totals.discount, it.totals.total) == (20, 4, 26)
    assert [(part.method, part.reference) for part in it.payments] == [("card", "pi_1")]
    assert [each.tracking_url for each in it.parcels] == ["https://track.example.com/1"]


def test_a_shipment_of_the_older_json_brings_its_whole_order() -> None:
    news = one([{"type": "Fulfillment", "id": "RjE=", "order": OLD}], "fulfillment_created")
    assert isinstance(news, OrderEvent)
    assert (news.type, news.order.number) == ("shipment.created", "7")


def test_a_refund_that_only_says_its_amount_asks_the_api() -> None:
    inside = {"order": OLD, "amount": "5.00", "currency": "USD"}
    news = one({"notify_event": "order_refund_confirmation", "payload": inside})
    assert isinstance(news, Pointer)
    known: Any = news.order
    assert (known.totals.refunded, known.state.payment) == (5, "partially_refunded")


@pytest.mark.parametrize(
    ("document", "topic", "words"),
    [
        ({"checkout": {"id": "Q2hlY2tvdXQ6MQ=="}}, "", "checkout"),
        ([{"type": "Checkout", "id": "x"}], "checkout_updated", "checkout"),
        ({"product": {"id": "UHJvZHVjdDo3Ng=="}}, "product_updated", "product"),
        ([{"type": "User", "email": "alex@example.com"}], "customer_created", "customer"),
        ([{"type": "Invoice", "order": OLD}], "", "invoice"),
        ({"invoice": {"id": "1"}, "order": ORDER}, "invoice_sent", "invoice"),
        ({"order": ORDER}, "draft_order_deleted", "draft"),
        ({"giftCard": {"id": "1"}}, "", "gift card"),
        ({"transaction": {"id": "1"}, "action": {}}, "transaction_refund_requested", "payment"),
        ({"id": ID, "input": {"trackingNumber": "1"}}, "", "request"),
        ({"data": {"orderFulfill": {"order": {"status": "FULFILLED"}}}}, "", "without its id"),
    ],
)
def test_what_is_no_order_says_what_it_is(document: Any, topic: str, words: str) -> None:
    assert words in reason(document, topic)


# Every payload at hand, by the beginning of its file's name; the longest that fits decides.
OUTCOMES = {
    "app-store__apps__adyen": "a payment",
    "app-store__legacy-plugins__adyen": "a checkout",
    "app-store__legacy-plugins__user-emails": "order",
    "apps__mocked": "no order in it",
    "bulks__bulk-orders__1": "an order without its id",
    "bulks__bulk-orders__2": "order",
    "checkout": "a checkout",
    "discounts__apply-vouchers": "a checkout",
    "discounts__apply-vouchers__15": "pointer",
    "discounts__examples": "pointer",
    "discounts__manual": "pointer",
    "discounts__promotions": "a checkout",
    "discounts__promotions__15": "a request",
    "discounts__promotions__17": "a request",
    "discounts__sales": "pointer",
    "discounts__vouchers": "a discount code",
    "extending__webhooks__sample": "order",
    "extending__webhooks__sample-webhook-payloads__15": "pointer",
    "extending__webhooks__sample-webhook-payloads__17": "a payment",
    "extending__webhooks__sample-webhook-payloads__6": "an invoice",
    "extending__webhooks__synchronous": "a payment",
    "gift-cards": "a gift card",
    "order__order-fulfillment": "an order without its id",
    "order__order-fulfillment__15": "a request",
    "order__order-fulfillment__3": "a request",
    "order__order-to-checkout": "a checkout",
    "payments__refunds": "a request",
}


def corpus() -> dict[str, bytes]:
    if not CORPUS.is_dir():
        pytest.skip(f"no order payloads at {CORPUS}")
    return {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir())}


def test_every_payload_at_hand_is_an_order_or_says_what_else_it_is() -> None:
    seen: Counter[str] = Counter()
    for name, body in corpus().items():
        stem = name.removesuffix(".json")
        expected = OUTCOMES[max((each for each in OUTCOMES if stem.startswith(each)), key=len)]
        read = SALEOR.read("", body, STATED)
        if isinstance(read, Ignored):
            assert read.reason.startswith(expected), name
            seen["ignored"] += 1
            continue
        (news,) = read
        assert type(news).__name__.lower().removesuffix("event") == expected, name
        seen[expected] += 1
        raw = _order_in(json.loads(body, parse_float=Decimal))
        if isinstance(news, Pointer):
            assert news.order_id == raw["id"], name
        if isinstance(news, OrderEvent):
            _check_against(raw, news.order)
            assert difference(news.order) == 0, name
    assert seen == {"order": 9, "pointer": 11, "ignored": 45}


def _order_in(document: Any) -> dict[str, Any]:
    """The only object called `order`, wherever it is."""
    waiting, found = [document], []
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and isinstance(node.get("order"), dict):
            found.append(node["order"])
        elif isinstance(node, dict | list):
            waiting += node.values() if isinstance(node, dict) else node
    (only,) = found
    return only


def _check_against(raw: dict[str, Any], read: Order) -> None:
    number = raw.get("number")
    assert (read.id, read.number) == (raw["id"], None if number is None else str(number))
    assert read.customer.email == (raw["email"] if "email" in raw else raw["user"]["email"])
    assert read.currency == raw.get("currency", "USD")
    gross = raw["total"]["gross"]["amount"] if "total" in raw else raw["total_gross_amount"]
    assert read.totals.total == Decimal(gross)
    assert [(line.id, line.quantity) for line in read.lines] == [
        (item["id"], item["quantity"]) for item in raw["lines"]
    ]
    assert (read.state.cancelled_at is not None) == (raw["status"] == "canceled")
