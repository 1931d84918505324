"""WooCommerce under its contracts, and the news that come without a whole order."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twofifty.adapters import registry
from twofifty.adapters.woocommerce.shop import WooCommerceShop
from twofifty.intake.loose import Unreadable
from twofifty.intake.ports import Hook, Stated
from twofifty.intake.shop import Access, Ask, Reply
from twofifty.order.amend import amended
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order, Parcel, ParcelLine, Refund
from twofifty.testing.contracts.shop import STATED, ShopContract
from twofifty.testing.contracts.source import SourceContract
from twofifty.testing.dialogue import held

HERE = "https://orders.example.com/hooks/shop"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "id": 727,
    "number": "727",
    "status": "processing",
    "currency": "EUR",
    "total": "29.35",
    "total_tax": "1.35",
    "discount_total": "2.00",
    "shipping_total": "10.00",
    "date_modified_gmt": "2026-01-01T10:05:00",
    "date_paid_gmt": "2026-01-01T10:00:00",
    "payment_method": "stripe",
    "transaction_id": "pi_1",
    "line_items": [
        {"id": 1, "name": "Tea", "quantity": 2, "price": 9, "subtotal": "20.00", "total": "18.00"}
    ],
}
REFUND: dict[str, Any] = {
    "id": 726,
    "date_created_gmt": "2026-01-02T10:00:00",
    "amount": "10.00",
    "reason": "Broken &amp; returned",
    "refunded_by": 1,
    "line_items": [],
    "_links": {"up": [{"href": "https://shop.example.com/wp-json/wc/v3/orders/727"}]},
}
FULFILLMENT: dict[str, Any] = {
    "id": 5,
    "status": "fulfilled",
    "is_fulfilled": True,
    "date_deleted": None,
    "meta_data": [
        {"key": "_tracking_number", "value": "AB1"},
        {"key": "_tracking_url", "value": "https://track.example.com/AB1"},
        {"key": "_shipment_provider", "value": "dhl"},
        {"key": "_items", "value": [{"item_id": 1, "qty": 1}]},
    ],
}
PARCEL = Parcel(
    id="5",
    carrier="dhl",
    tracking_number="AB1",
    tracking_url="https://track.example.com/AB1",
    lines=(ParcelLine(line_id="1", quantity=Decimal(1)),),
)


def read(document: object, topic: str = "") -> tuple[News, ...] | Ignored:
    return registry.source("woocommerce").read(topic, json.dumps(document).encode(), STATED)


def order(**changed: object) -> Order:
    found = read({**ORDER, **changed})
    assert isinstance(found, tuple)
    assert isinstance(found[0], OrderEvent)
    return found[0].order


def webhooks(status: str = "active") -> bytes:
    listed = [
        {"id": at, "topic": topic, "delivery_url": HERE, "status": status}
        for at, topic in enumerate(WooCommerceShop.topics)
    ]
    return json.dumps(listed).encode()


class TestWooCommerce(SourceContract):
    source = registry.source("woocommerce")
    body = json.dumps(ORDER).encode()
    topic = "order.created"


class TestWooCommerceApi(ShopContract):
    source = registry.source("woocommerce")
    shop = WooCommerceShop()
    access = Access("https://shop.example.com", "ck_1", "cs_1")
    order_id = "727"
    replies: ClassVar = {
        "GET /wp-json/wc/v3/orders/727": json.dumps(ORDER).encode(),
        "GET /wp-json/wc/v3/orders/727/fulfillments": json.dumps([FULFILLMENT]).encode(),
        "GET /wp-json/wc/v3/orders": json.dumps([ORDER]).encode(),
        "GET /wp-json/wc/v3/webhooks": webhooks(),
        "POST /wp-json/wc/v3/webhooks": b'{"id": 1}',
    }


class TestWooCommerceApiWithoutFulfilments(TestWooCommerceApi):
    replies: ClassVar = {
        name: body
        for name, body in TestWooCommerceApi.replies.items()
        if not name.endswith("fulfillments")
    }


# ── The API ─────────────────────────────────────────────────────────────────────────────────────


class Busy:
    """A shop of many orders; one changes after each page that was read, and so moves to the end."""

    def __init__(self, seconds: list[int]) -> None:
        self.changed = {str(number): second for number, second in enumerate(seconds)}
        self.clock = 1_000

    def __call__(self, ask: Ask) -> Reply:
        query = dict(parse_qsl(ask.url.partition("?")[2]))
        after = datetime.fromisoformat(query["modified_after"])
        exclude = query.get("exclude", "").split(",")
        listed = sorted(self.changed.items(), key=lambda each: (each[1], int(each[0])))
        orders = [self._order(*each) for each in listed if self._when(each[1]) > after]
        found = [each for each in orders if str(each["id"]) not in exclude]
        self.clock += 1
        if self.clock < 1_010:
            self.changed[listed[0][0]] = self.clock
        return Reply(200, {}, json.dumps(found[: int(query["per_page"])]).encode())

    def _when(self, second: int) -> datetime:
        return datetime.fromtimestamp(SINCE.timestamp() + second, UTC).replace(tzinfo=None)

    def _order(self, number: str, second: int) -> dict[str, Any]:
        return {**ORDER, "id": int(number) + 1, "date_modified_gmt": f"{self._when(second):%FT%T}"}


@given(st.lists(st.integers(0, 9), min_size=1, max_size=160))
@example(list(range(160)))
@example([7] * 160)
@example([0] * 60 + [3] * 100)
def test_an_order_that_changes_while_the_list_is_read_hides_no_other(seconds: list[int]) -> None:
    shop, busy = WooCommerceShop(), Busy(seconds)
    seen: set[int] = set()
    cursor: str | None = ""
    for _ in range(40):
        if cursor is None:
            break
        page = held(shop.changed(Access(), SINCE, cursor), busy)
        seen |= {json.loads(body)["id"] for body in page.documents}
        cursor = page.cursor
    assert cursor is None
    assert seen == set(range(1, len(seconds) + 1))


def test_a_listing_that_is_not_there_is_an_error_and_not_an_empty_one() -> None:
    def answer(_: Ask) -> Reply:
        return Reply(404, {}, b'{"code": "rest_no_route"}')

    with pytest.raises(Unreadable):
        held(WooCommerceShop().changed(Access(), SINCE, ""), answer)


@pytest.mark.parametrize(("status", "active"), [("active", True), ("disabled", False)])
def test_a_webhook_that_the_shop_switched_off_is_not_active(status: str, active: bool) -> None:
    listed = held(WooCommerceShop().hooks(Access()), lambda _: Reply(200, {}, webhooks(status)))
    assert {each.active for each in listed} == {active}


def test_webhooks_are_registered_with_our_own_secret() -> None:
    asked: list[Ask] = []

    def answer(ask: Ask) -> Reply:
        asked.append(ask)
        return Reply(201, {}, b'{"id": 1}')

    access = Access("https://shop.example.com", "ck_1", "cs_1")
    assert held(WooCommerceShop().register(access, ("order.created",), HERE, "s1"), answer) == (
        "s1",
    )
    (post,) = asked
    assert post.headers["authorization"] == "Basic Y2tfMTpjc18x"
    sent = json.loads(post.body)
    assert (sent["secret"], sent["topic"], sent["delivery_url"]) == ("s1", "order.created", HERE)


@pytest.mark.parametrize(("value", "on"), [("yes", True), ("no", False)])
def test_the_confirmation_that_the_shop_sends_itself_is_known(value: str, on: bool) -> None:
    reply = Reply(200, {}, json.dumps({"id": "enabled", "value": value}).encode())
    assert held(WooCommerceShop().own_confirmation(Access()), lambda _: reply) is on


def test_settings_that_may_not_be_read_say_nothing() -> None:
    reply = Reply(404, {}, b"{}")
    assert held(WooCommerceShop().own_confirmation(Access()), lambda _: reply) is None


# ── Parts of an order ───────────────────────────────────────────────────────────────────────────


def test_a_refund_tells_what_went_back_and_nothing_else() -> None:
    at = datetime(2026, 1, 2, 10, tzinfo=UTC)
    told = Refund(id="726", amount=Decimal("10.00"), at=at, reason="Broken & returned")
    expected = Amendment(
        type="order.refunded", source="shop", order_id="727", at=at, refunds=(told,)
    )
    for document in (REFUND, {"data": [REFUND]}, [REFUND]):
        assert read(document) == (expected,)
    by_parent = {**REFUND, "parent_id": 727, "_links": {}}
    assert read(by_parent) == (expected,)


def test_a_refund_is_the_same_in_its_own_document_and_in_its_order() -> None:
    whole = order(refunds=[{"id": 726, "reason": "Broken &amp; returned", "total": "-10.00"}])
    found = read(REFUND)
    assert isinstance(found, tuple)
    assert isinstance(found[0], Amendment)
    assert [each.id for each in whole.refunds] == [each.id for each in found[0].refunds]
    assert amended(whole, [found[0]]).totals.refunded == whole.totals.refunded == Decimal("10.00")


def test_a_refund_that_names_no_order_is_ignored() -> None:
    ignored = read({**REFUND, "_links": {}})
    assert isinstance(ignored, Ignored)
    assert "refund" in ignored.reason


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("woocommerce_order_refunded", "order.refunded"),
        ("woocommerce_order_partially_refunded", "order.refunded"),
        ("woocommerce_order_status_cancelled", "order.cancelled"),
        ("woocommerce_order_status_completed", "order.updated"),
        ("woocommerce_payment_complete", "payment.paid"),
        ("woocommerce_new_order", "order.updated"),
        ("woocommerce_fulfillment_created_notification", "order.updated"),
    ],
)
def test_a_custom_topic_points_to_its_order(action: str, kind: str) -> None:
    found = read({"action": action, "arg": 727}, f"action.{action}")
    assert found == (Pointer(type=kind, source="shop", order_id="727"),)  # type: ignore[arg-type]


def test_a_custom_topic_about_something_else_is_ignored() -> None:
    for document in ({"action": "woocommerce_order_note_added", "arg": 5}, {"action": 1}):
        assert isinstance(read(document, "action.woocommerce_order_note_added"), Ignored)


def test_what_the_tracking_plugins_keep_are_parcels() -> None:
    kept = [
        {
            "tracking_id": "b1",
            "tracking_provider": "usps",
            "custom_tracking_provider": "",
            "tracking_number": "9400",
            "products_list": [{"product": 9, "item_id": 1, "qty": 1}],
        },
        {
            "tracking_provider": "",
            "custom_tracking_provider": "Bike &amp; Co",
            "custom_tracking_link": "https://track.example.com/7",
            "tracking_number": "7",
        },
    ]
    first, second = order(meta_data=[{"key": "_wc_shipment_tracking_items", "value": kept}]).parcels
    assert (first.id, first.carrier, first.tracking_number) == ("b1", "usps", "9400")
    assert first.lines == (ParcelLine(line_id="1", quantity=Decimal(1)),)
    assert (second.carrier, second.tracking_url) == ("Bike & Co", "https://track.example.com/7")


def test_fulfilments_come_beside_the_order_and_its_webhook_does_not_take_them_back() -> None:
    replies = {"/wp-json/wc/v3/orders/727": ORDER}
    replies["/wp-json/wc/v3/orders/727/fulfillments"] = [  # type: ignore[assignment]
        FULFILLMENT,
        {**FULFILLMENT, "id": 6, "is_fulfilled": False},
        {**FULFILLMENT, "id": 7, "date_deleted": "2026-01-02 10:00:00"},
    ]
    shop = WooCommerceShop()
    body = held(
        shop.order(Access(), "727"),
        lambda ask: Reply(200, {}, json.dumps(replies[ask.url]).encode()),
    )
    assert body is not None
    found = registry.source("woocommerce").read("", body, Stated("shop"))
    assert isinstance(found, tuple)
    whole, shipped = found
    assert isinstance(whole, OrderEvent)
    assert isinstance(shipped, Amendment)
    assert shipped.parcels == (PARCEL,)
    assert whole.order.parcels == ()
    assert amended(order(), [shipped]).parcels == (PARCEL,)


@pytest.mark.parametrize(
    ("status", "meta", "told"),
    [
        ("processing", None, "unfulfilled"),
        ("completed", None, "fulfilled"),
        ("partial-shipped", None, "partial"),
        ("shipped", None, "fulfilled"),
        ("processing", "partially_fulfilled", "partial"),
        ("processing", "fulfilled", "fulfilled"),
    ],
)
def test_how_much_has_left(status: str, meta: str | None, told: str) -> None:
    data = [{"key": "_fulfillment_status", "value": meta}] if meta else []
    assert order(status=status, meta_data=data).state.fulfillment == told


def test_the_gateways_own_id_of_a_payment_is_its_reference() -> None:
    assert [part.reference for part in order().payments] == ["pi_1"]
    assert [part.reference for part in order(transaction_id="").payments] == [None]


def test_a_payment_in_test_mode_makes_a_test_order() -> None:
    assert order(meta_data=[{"key": "_wcpay_mode", "value": "test"}]).test
    assert not order(meta_data=[{"key": "_wcpay_mode", "value": "prod"}]).test


def test_the_language_is_that_of_a_plugin_or_of_the_settings() -> None:
    assert order(meta_data=[{"key": "wpml_language", "value": "fr"}]).locale == "fr"
    assert order(meta_data=[{"key": "wpml_language", "value": {"a": 1}}]).locale is None


def test_a_restored_order_is_news_of_it() -> None:
    found = read(ORDER, "order.restored")
    assert isinstance(found, tuple)
    assert [each.type for each in found] == ["order.updated"]


def test_a_signed_ping_is_verified_like_everything() -> None:
    scheme = registry.source("woocommerce").signature
    headers = scheme.signed(b"webhook_id=1", "s1", url=HERE, at=SINCE)
    assert TestWooCommerce().trusted("s1").secrets == ("s1",)
    assert scheme.verified(Hook(headers, b"webhook_id=1"), TestWooCommerce().trusted("s1"))
    assert not scheme.verified(Hook(headers, b"webhook_id=1"), TestWooCommerce().trusted("s2"))
