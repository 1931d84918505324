"""Shopify under its contracts, and the news that come without a whole order."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters import registry
from twofifty.adapters.shopify.shop import ShopifyShop
from twofifty.intake.loose import Unreadable
from twofifty.intake.ports import Stated
from twofifty.intake.shop import Access, Ask, Reply
from twofifty.order.amend import amended
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order, Parcel, ParcelLine, Refund, Window
from twofifty.testing.contracts.shop import ShopContract
from twofifty.testing.contracts.source import SourceContract
from twofifty.testing.dialogue import held

HERE = "https://orders.example.com/hooks/shop"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "id": 450789469,
    "admin_graphql_api_id": "gid://shopify/Order/450789469",
    "name": "#1001",
    "currency": "EUR",
    "email": "alex@example.com",
    "created_at": "2026-01-20T10:00:00+01:00",
    "updated_at": "2026-01-20T10:05:00+01:00",
    "financial_status": "paid",
    "fulfillment_status": None,
    "total_price": "21.90",
    "total_line_items_price": "19.90",
    "total_discounts": "2.00",
    "total_tax": "3.50",
    "taxes_included": True,
    "customer_locale": "de",
    "line_items": [
        {"id": 1, "title": "Tea", "quantity": 2, "price": "9.95", "requires_shipping": True}
    ],
    "shipping_lines": [{"title": "Post", "price": "4.00"}],
}
REFUND: dict[str, Any] = {
    "id": 509562969,
    "order_id": 450789469,
    "created_at": "2026-01-22T10:00:00+01:00",
    "note": "a note for the staff",
    "refund_line_items": [{"id": 1, "line_item_id": 1, "quantity": 1, "subtotal": "9.95"}],
    "transactions": [
        {"id": 1, "kind": "refund", "status": "success", "amount": "9.95", "currency": "EUR"},
        {"id": 2, "kind": "refund", "status": "failure", "amount": "9.95", "currency": "EUR"},
    ],
}
FULFILLMENT: dict[str, Any] = {
    "id": 255858046,
    "order_id": 450789469,
    "status": "success",
    "updated_at": "2026-01-21T10:00:00+01:00",
    "tracking_company": "DHL",
    "tracking_number": "AB1",
    "tracking_numbers": ["AB1"],
    "tracking_urls": ["https://track.example.com/AB1"],
    "shipment_status": None,
    "line_items": [{"id": 1, "title": "Tea", "quantity": 1}],
}


def read(document: object, topic: str = "") -> tuple[News, ...] | Ignored:
    return registry.source("shopify").read(topic, json.dumps(document).encode(), Stated("shop"))


def one(document: object, topic: str = "") -> News:
    found = read(document, topic)
    assert not isinstance(found, Ignored), found.reason
    (news,) = found
    return news


def order(document: object) -> Order:
    found = one(document)
    assert isinstance(found, OrderEvent)
    return found.order


def amendment(document: object, topic: str = "") -> Amendment:
    found = one(document, topic)
    assert isinstance(found, Amendment)
    return found


def webhooks() -> bytes:
    listed = [{"id": 1, "topic": topic, "address": HERE} for topic in ShopifyShop.topics]
    return json.dumps({"webhooks": listed}).encode()


class TestShopify(SourceContract):
    source = registry.source("shopify")
    body = json.dumps(ORDER).encode()
    topic = "orders/create"


class TestShopifyApi(ShopContract):
    source = registry.source("shopify")
    shop = ShopifyShop()
    access = Access("https://shop.example.com", key="shpat_1")
    order_id = "450789469"
    replies: ClassVar = {
        "GET /admin/api/2026-07/orders/450789469.json": json.dumps({"order": ORDER}).encode(),
        "GET /admin/api/2026-07/orders.json": json.dumps({"orders": [ORDER]}).encode(),
        "GET /admin/api/2026-07/webhooks.json": webhooks(),
        "POST /admin/api/2026-07/webhooks.json": b'{"webhook": {"id": 1}}',
    }


class TestShopifyApiByClientCredentials(TestShopifyApi):
    access = Access("https://shop.example.com", key="client", secret="shpss_1")
    replies: ClassVar = {
        **TestShopifyApi.replies,
        "POST /admin/oauth/access_token": b'{"access_token": "t", "expires_in": 86399}',
    }


# ── The API ─────────────────────────────────────────────────────────────────────────────────────


def test_a_listing_follows_the_link_header_and_only_that() -> None:
    where = "<https://shop.example.com/admin/api/2026-07/orders.json?limit=50&page_info={}>"
    asked: list[Ask] = []

    def answer(ask: Ask) -> Reply:
        asked.append(ask)
        link = f'{where.format("before")}; rel="previous", {where.format("a%3D%3D")}; rel="next"'
        return Reply(200, {"link": link}, json.dumps({"orders": [ORDER]}).encode())

    shop, access = ShopifyShop(), Access("https://shop.example.com", "t")
    first = held(shop.changed(access, SINCE, ""), answer)
    held(shop.changed(access, SINCE, first.cursor or ""), answer)
    assert first.cursor == "a=="
    assert "updated_at_min=2026-01-01T00%3A00%3A00Z" in asked[0].url
    assert "status=any" in asked[0].url
    assert asked[1].url == "/admin/api/2026-07/orders.json?limit=50&page_info=a%3D%3D"


def test_a_listing_that_is_not_there_is_an_error_and_not_an_empty_one() -> None:
    with pytest.raises(Unreadable):
        held(ShopifyShop().changed(Access(), SINCE, ""), lambda _: Reply(404, {}, b"{}"))


def test_a_token_is_made_once_and_kept_and_signs_the_webhooks() -> None:
    asked: list[Ask] = []

    def answer(ask: Ask) -> Reply:
        asked.append(ask)
        return Reply(200, {}, b'{"access_token": "shpat_2", "expires_in": 86399}')

    access = Access("https://shop.example.com", "client", "shpss_1")
    secrets = held(ShopifyShop().register(access, ("orders/create",), HERE, "unused"), answer)
    token, post = asked
    assert (token.keep, post.keep) == ("token", "")
    assert b"client_secret=shpss_1" in token.body
    assert post.headers["x-shopify-access-token"] == "shpat_2"
    webhook = {"topic": "orders/create", "address": HERE, "format": "json"}
    assert json.loads(post.body) == {"webhook": webhook}
    assert secrets == ("shpss_1",)


def mailed(*messages: str) -> bool | None:
    events = [{"verb": "mail_sent", "message": message} for message in messages]
    replies = {
        "/admin/api/2026-07/orders.json": {"orders": [{"id": 1}, {"id": 2}]},
        "/admin/api/2026-07/orders/1/events.json": {"events": [{"verb": "placed"}]},
        "/admin/api/2026-07/orders/2/events.json": {"events": events},
    }

    def answer(ask: Ask) -> Reply:
        return Reply(200, {}, json.dumps(replies[ask.url.partition("?")[0]]).encode())

    return held(ShopifyShop().own_confirmation(Access()), answer)


def test_a_confirmation_that_the_shop_mailed_itself_is_noticed() -> None:
    assert mailed("Shipping update email was sent to A (a@example.com).") is None
    assert mailed("Order confirmation email was sent to A (a@example.com).") is True
    assert mailed() is None


# ── Parts of an order ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("document", "topic"), [(REFUND, "refunds/create"), ({"refund": REFUND}, "")]
)
def test_a_refund_tells_what_went_back_and_nothing_else(document: object, topic: str) -> None:
    at = datetime(2026, 1, 22, 9, tzinfo=UTC)
    assert amendment(document, topic) == Amendment(
        type="order.refunded",
        source="shop",
        order_id="450789469",
        at=at,
        refunds=(Refund(id="509562969", amount=Decimal("9.95"), at=at),),
    )


def test_a_refund_is_the_same_in_its_own_hook_and_in_its_order() -> None:
    whole = order({**ORDER, "refunds": [REFUND]})
    assert whole.refunds == amendment(REFUND, "refunds/create").refunds
    twice = amended(whole, [amendment(REFUND, "refunds/create")] * 2)
    assert twice.totals.refunded == whole.totals.refunded == Decimal("9.95")


@pytest.mark.parametrize(
    "changed",
    [
        {"transactions": []},
        {"transactions": [{"kind": "refund", "status": "pending", "amount": "1.00"}]},
        {"transactions": [{"kind": "suggested_refund", "amount": "1.00"}]},
        {"transactions": [{"kind": "void", "status": "success", "amount": "1.00"}]},
    ],
)
def test_no_money_no_refund(changed: dict[str, object]) -> None:
    ignored = read({**REFUND, **changed}, "refunds/create")
    assert isinstance(ignored, Ignored)
    assert "no money" in ignored.reason


def test_a_fulfilment_is_a_parcel_with_what_is_in_it() -> None:
    found = amendment(FULFILLMENT, "fulfillments/create")
    assert (found.type, found.order_id) == ("shipment.created", "450789469")
    assert found.parcels == (
        Parcel(
            id="255858046",
            carrier="DHL",
            tracking_number="AB1",
            tracking_url="https://track.example.com/AB1",
            lines=(ParcelLine(line_id="1", quantity=Decimal(1)),),
        ),
    )
    whole = order({**ORDER, "fulfillment_status": "partial", "fulfillments": [FULFILLMENT]})
    assert whole.parcels == found.parcels
    assert whole.state.fulfillment == "partial"


def test_every_tracking_number_is_a_parcel_and_nothing_is_shipped_twice() -> None:
    several = {
        "tracking_numbers": ["AB1", "AB2", "AB2"],
        "tracking_urls": ["https://track.example.com/AB1", "https://track.example.com/AB2"],
    }
    first, second = amendment({**FULFILLMENT, **several}, "fulfillments/update").parcels
    assert [each.id for each in (first, second)] == ["255858046", "255858046-2"]
    assert second.tracking_url == "https://track.example.com/AB2"
    assert (len(first.lines), len(second.lines)) == (1, 0)


@pytest.mark.parametrize(
    ("changed", "kind", "status"),
    [
        ({"shipment_status": "delivered"}, "shipment.delivered", "delivered"),
        ({"shipment_status": "in_transit"}, "shipment.created", "in_transit"),
        ({"status": "cancelled"}, "order.updated", "cancelled"),
    ],
)
def test_where_a_parcel_is(changed: dict[str, object], kind: str, status: str) -> None:
    found = amendment({**FULFILLMENT, **changed}, "fulfillments/update")
    assert (found.type, found.parcels[0].status) == (kind, status)


@pytest.mark.parametrize("status", ["pending", "open", "error", "failure"])
def test_what_has_not_left_is_no_parcel(status: str) -> None:
    waiting = {**FULFILLMENT, "status": status}
    assert isinstance(read(waiting, "fulfillments/create"), Ignored)
    assert order({**ORDER, "fulfillments": [waiting]}).parcels == ()


EDIT = {"order_edit": {"id": 7, "order_id": 450789469, "line_items": {"additions": []}}}
EVENT = {"id": 9, "fulfillment_id": 255858046, "order_id": 450789469, "status": "delivered"}
MOVED = {"id": 3, "order_id": 450789469, "kind": "capture", "status": "success", "amount": "1.00"}


@pytest.mark.parametrize(
    ("document", "topic", "kind"),
    [
        (EDIT, "orders/edited", "order.updated"),
        (EDIT, "", "order.updated"),
        (EVENT, "fulfillment_events/create", "shipment.delivered"),
        ({**EVENT, "status": "delayed"}, "fulfillment_events/create", "shipment.delayed"),
        ({**EVENT, "status": "in_transit"}, "fulfillment_events/create", "order.updated"),
        (MOVED, "order_transactions/create", "payment.paid"),
        ({**MOVED, "kind": "authorization"}, "order_transactions/create", "payment.authorized"),
        ({**MOVED, "kind": "refund"}, "order_transactions/create", "order.refunded"),
        ({**MOVED, "status": "failure"}, "order_transactions/create", "payment.failed"),
        ({**MOVED, "kind": "void"}, "order_transactions/create", "order.updated"),
    ],
)
def test_what_tells_no_facts_points_to_its_order(document: object, topic: str, kind: str) -> None:
    assert one(document, topic) == Pointer(type=kind, source="shop", order_id="450789469")  # type: ignore[arg-type]


def test_a_webhook_that_leaves_the_lines_out_points_to_its_order() -> None:
    few = {"id": 450789469, "updated_at": "2026-01-20T10:05:00+01:00"}
    assert one(few, "orders/updated") == Pointer(
        type="order.updated", source="shop", order_id="450789469"
    )
    found = one({name: ORDER[name] for name in ORDER if name != "line_items"}, "orders/create")
    assert isinstance(found, Pointer)
    assert found.type == "order.placed"
    assert found.order is not None
    assert (found.order.id, str(found.order.totals.total)) == ("450789469", "21.90")


@pytest.mark.parametrize(
    "topic", ["returns/approve", "fulfillment_orders/placed", "disputes/create", "carts/update"]
)
def test_what_is_no_news_of_an_order_is_named(topic: str) -> None:
    ignored = read({"id": 1, "order_id": 2, "status": "open"}, topic)
    assert isinstance(ignored, Ignored)
    assert topic in ignored.reason


def test_a_return_names_its_order_and_is_none() -> None:
    asked = {"id": 1, "admin_graphql_api_id": "gid://shopify/Return/1", "status": "requested"}
    named = {**asked, "order": {"id": 2, "admin_graphql_api_id": "gid://shopify/Order/2"}}
    assert read(named) == Ignored("no order in it: return")


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (
            {
                "detail-type": "shopifyWebhook",
                "detail": {"metadata": {"X-Shopify-Topic": "orders/create"}, "payload": ORDER},
            },
            "order.placed",
        ),
        ([{"headers": {"x-shopify-topic": "orders/paid"}, "body": ORDER}], "payment.paid"),
        ({"topic": "orders/cancelled", "payload": {"order": ORDER}}, "order.cancelled"),
        ([{"json": ORDER}], "order.updated"),
    ],
)
def test_envelopes_of_queues_and_recordings_are_opened(document: object, kind: str) -> None:
    found = one(document)
    assert isinstance(found, OrderEvent)
    assert (found.type, found.order.id) == (kind, "450789469")
    assert one(document, "orders/updated").type == "order.updated"


@pytest.mark.parametrize(
    "document",
    [
        {"order": {"id": 450789469, "note": "ring twice"}},
        {"orders": [{"id": 450789469, "name": "#1001", "financial_status": "paid"}]},
        {"order": {name: ORDER[name] for name in ("id", "line_items")}},
        {"data": {"order": {"id": "gid://shopify/Order/450789469", "name": "#1001"}}},
    ],
)
def test_an_order_without_lines_or_total_is_one_in_part(document: object) -> None:
    assert one(document) == Pointer(type="order.updated", source="shop", order_id="450789469")


@pytest.mark.parametrize(
    "document",
    [
        {"order": {"line_items": [{"variant_id": 4, "quantity": 1}], "email": "alex@example.com"}},
        {"data": {"orders": {"nodes": [{"name": "#1", "lineItems": {"nodes": []}}]}}},
    ],
)
def test_what_has_no_id_is_a_wish_and_no_order(document: object) -> None:
    assert read(document) == Ignored("no order in it: order without an id")


# ── GraphQL ─────────────────────────────────────────────────────────────────────────────────────


def bag(amount: str, code: str = "EUR") -> dict[str, Any]:
    money = {"amount": amount, "currencyCode": code}
    return {"shopMoney": money, "presentmentMoney": money}


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


GRAPHQL: dict[str, Any] = {
    "id": gid("Order", 450789469),
    "name": "#1001",
    "currencyCode": "EUR",
    "email": "alex@example.com",
    "createdAt": "2026-01-20T09:00:00Z",
    "updatedAt": "2026-01-20T09:05:00Z",
    "displayFinancialStatus": "PARTIALLY_REFUNDED",
    "displayFulfillmentStatus": "PARTIALLY_FULFILLED",
    "totalPriceSet": bag("21.9"),
    "totalDiscountsSet": bag("2.0"),
    "totalTaxSet": bag("3.5"),
    "taxesIncluded": True,
    "customerLocale": "de",
    "customer": {"id": gid("Customer", 5), "displayName": "Alex Example", "numberOfOrders": "3"},
    "shippingAddress": {"name": "Alex Example", "address1": "Weg 1", "countryCodeV2": "AT"},
    "lineItems": {
        "edges": [
            {
                "node": {
                    "id": gid("LineItem", 1),
                    "title": "Tea",
                    "quantity": 2,
                    "currentQuantity": 2,
                    "originalUnitPriceSet": bag("9.95"),
                    "requiresShipping": True,
                    "product": {"id": gid("Product", 8)},
                    "image": {"url": "https://cdn.example.com/tea.png"},
                    "customAttributes": [{"key": "Engraving", "value": "For M."}],
                    "discountAllocations": [
                        {
                            "allocatedAmountSet": bag("2.0"),
                            "discountApplication": {"index": 0, "code": "SPRING"},
                        }
                    ],
                }
            }
        ],
        "pageInfo": {"hasNextPage": False},
    },
    "shippingLines": {"nodes": [{"title": "Post", "originalPriceSet": bag("4.0")}]},
    "paymentGatewayNames": ["shopify_payments"],
    "refunds": [
        {
            "id": gid("Refund", 509562969),
            "createdAt": "2026-01-22T09:00:00Z",
            "totalRefundedSet": bag("9.95"),
        }
    ],
    "fulfillments": [
        {
            "id": gid("Fulfillment", 255858046),
            "status": "SUCCESS",
            "displayStatus": "IN_TRANSIT",
            "estimatedDeliveryAt": "2026-01-24T12:00:00Z",
            "trackingInfo": [
                {"company": "DHL", "number": "AB1", "url": "https://track.example.com/AB1"}
            ],
            "fulfillmentLineItems": {
                "nodes": [{"quantity": 1, "lineItem": {"id": gid("LineItem", 1)}}]
            },
        }
    ],
}


@pytest.mark.parametrize(
    "document",
    [
        GRAPHQL,
        {"order": GRAPHQL},
        {"data": {"order": GRAPHQL}, "extensions": {"cost": {}}},
        {"data": {"node": GRAPHQL}},
        {"data": {"orders": {"edges": [{"node": GRAPHQL, "cursor": "c"}]}}},
        {"data": {"orders": {"nodes": [GRAPHQL], "pageInfo": {}}}},
        {"data": {"orderUpdate": {"order": GRAPHQL, "userErrors": []}}},
        {"orders": {"nodes": [GRAPHQL]}},
        {"orders": [GRAPHQL]},
        [GRAPHQL],
    ],
)
def test_an_order_of_the_graphql_api_is_the_same_order(document: object) -> None:
    found, known = order(document), order({**ORDER, "refunds": [REFUND]})
    assert (found.id, found.number, found.currency) == (known.id, known.number, known.currency)
    assert (found.revision, found.placed_at) == (known.revision, known.placed_at)
    assert (found.customer.email, found.customer.orders_count) == ("alex@example.com", 3)
    assert found.totals.total == known.totals.total
    assert found.refunds == known.refunds
    assert [(each.id, each.quantity, each.unit_price) for each in found.lines] == [
        (each.id, each.quantity, each.unit_price) for each in known.lines
    ]
    assert difference(found) == 0


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99_999)), min_size=1, max_size=8),
    st.integers(0, 2**63),
)
def test_any_order_has_the_same_lines_and_total_in_both_apis(
    goods: list[tuple[int, int]], number: int
) -> None:
    def euros(cents: int) -> str:
        return f"{cents // 100}.{cents % 100:02}"

    total = euros(sum(count * price for count, price in goods))
    items = [
        {"id": at, "title": "Tea", "quantity": count, "price": euros(price)}
        for at, (count, price) in enumerate(goods)
    ]
    nodes = [
        {
            "id": gid("LineItem", at),
            "title": "Tea",
            "quantity": count,
            "originalUnitPriceSet": bag(euros(price)),
        }
        for at, (count, price) in enumerate(goods)
    ]
    whole = {"id": number, "currency": "EUR", "financial_status": "paid", "name": "#1"}
    spoken = {"id": gid("Order", number), "displayFinancialStatus": "PAID", "name": "#1"}
    rest = order({**whole, "total_price": total, "line_items": items})
    assert rest == order({**spoken, "totalPriceSet": bag(total), "lineItems": {"nodes": nodes}})
    assert difference(rest) == 0


def test_what_only_graphql_says_is_read_too() -> None:
    found = order(GRAPHQL)
    (line,) = found.lines
    assert (line.product_id, line.image_url) == ("8", "https://cdn.example.com/tea.png")
    assert (line.discount, line.attributes) == (Decimal("2.0"), {"Engraving": "For M."})
    assert [(each.code, each.amount) for each in found.discounts] == [("SPRING", Decimal("2.0"))]
    assert (found.state.payment, found.state.fulfillment) == ("partially_refunded", "partial")
    assert found.parcels == (
        Parcel(
            id="255858046",
            carrier="DHL",
            tracking_number="AB1",
            tracking_url="https://track.example.com/AB1",
            lines=(ParcelLine(line_id="1", quantity=Decimal(1)),),
            status="in_transit",
            estimate=Window(earliest="2026-01-24T12:00:00Z", latest="2026-01-24T12:00:00Z"),
        ),
    )
    assert [part.method for part in found.payments] == ["card"]
    assert found.shipping_address is not None
    assert (found.shipping_address.line1, found.shipping_address.country) == ("Weg 1", "AT")


def test_graphql_tells_the_currency_that_the_customer_paid_in() -> None:
    both = {
        "shopMoney": {"amount": "21.9", "currencyCode": "EUR"},
        "presentmentMoney": {"amount": "3500.0", "currencyCode": "JPY"},
    }
    found = order({**GRAPHQL, "totalPriceSet": both, "lineItems": {"nodes": []}})
    assert (found.currency, found.totals.total) == ("JPY", Decimal("3500.0"))


def test_a_line_may_tell_only_what_it_comes_to() -> None:
    line = {"title": "Tea", "quantity": 2, "discountedTotalSet": bag("19.90")}
    found = order({**GRAPHQL, "lineItems": {"nodes": [line]}})
    assert [(each.id, each.unit_price, str(each.total)) for each in found.lines] == [
        ("1", None, "19.90")
    ]


def test_shipping_may_be_one_line_alone() -> None:
    line = {"title": "Post", "originalPriceSet": {"shopMoney": {"amount": "4.0"}}}
    found = order({**GRAPHQL, "shippingLines": None, "shippingLine": line})
    assert [(each.title, str(each.amount)) for each in found.shipping] == [("Post", "4.0")]
    assert str(found.totals.shipping) == "4.0"


def test_current_figures_alone_are_what_is_owed() -> None:
    line = {"id": gid("LineItem", 1), "title": "Tea", "quantity": 2, "currentQuantity": 1}
    found = order(
        {
            "id": gid("Order", 1),
            "currencyCode": "EUR",
            "displayFinancialStatus": "PAID",
            "currentTotalPriceSet": bag("15.00"),
            "currentSubtotalPriceSet": bag("10.00"),
            "currentShippingPriceSet": bag("4.00"),
            "currentTotalTaxSet": bag("1.00"),
            "lineItems": {"nodes": [{**line, "originalUnitPriceSet": bag("10.00")}]},
        }
    )
    assert [str(each.quantity) for each in found.lines] == ["1"]
    assert (str(found.totals.total), str(found.totals.shipping)) == ("15.00", "4.00")
    assert difference(found) == 0


def test_a_draft_of_the_graphql_api_is_no_order() -> None:
    draft = {"id": gid("DraftOrder", 1), "lineItems": {"nodes": []}, "totalPriceSet": bag("1.0")}
    for document in (draft, {"data": {"draftOrder": draft}}):
        ignored = read(document)
        assert isinstance(ignored, Ignored)
        assert "draft order" in ignored.reason
