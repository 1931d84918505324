"""Paddle under its contracts, over its documented payloads and over every real one at hand."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from twofifty.adapters import registry
from twofifty.adapters.paddle.shop import PaddleShop
from twofifty.errors import BadInput
from twofifty.intake.ports import Stated
from twofifty.intake.shop import Access
from twofifty.order.amend import amended
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order
from twofifty.testing.contracts.shop import SINCE, Scripted, ShopContract
from twofifty.testing.contracts.source import SourceContract
from twofifty.testing.dialogue import held

CORPUS = Path("../shared/corpora/orders/paddle")
PADDLE = registry.source("paddle")
UPDATED = datetime(2026, 1, 31, 9, 0, 5, 123456, tzinfo=UTC)


def totals(subtotal: str, discount: str, tax: str, total: str) -> dict[str, str]:
    return {"subtotal": subtotal, "discount": discount, "tax": tax, "total": total}


TRANSACTION: dict[str, Any] = {
    "id": "txn_1",
    "status": "completed",
    "origin": "web",
    "collection_mode": "automatic",
    "currency_code": "EUR",
    "created_at": "2026-01-31T08:58:00Z",
    "billed_at": "2026-01-31T09:00:00.5Z",
    "updated_at": "2026-01-31T09:00:05.123456789Z",
    "customer_id": "ctm_1",
    "invoice_number": "325-1",
    "items": [
        {"price": {"id": "pri_1", "name": "Per seat", "description": "old price"}, "quantity": 3},
    ],
    "details": {
        "totals": {
            **totals("5000", "500", "900", "5400"),
            "credit": "0",
            "balance": "0",
            "grand_total": "5400",
            "currency_code": "EUR",
        },
        "tax_rates_used": [{"tax_rate": "0.2", "totals": {"tax": "900"}}],
        "line_items": [
            {
                "id": "txnitm_1",
                "price_id": "pri_1",
                "quantity": 3,
                "totals": totals("4000", "400", "720", "4320"),
                "unit_totals": totals("1333", "133", "240", "1440"),
                "product": {"id": "pro_1", "name": "Editor", "image_url": "https://x.test/e.png"},
            },
            {
                "id": "txnitm_2",
                "price_id": "pri_2",
                "quantity": 1,
                "totals": totals("1000", "100", "180", "1080"),
                "unit_totals": totals("1000", "100", "180", "1080"),
                "product": {"id": "pro_2", "name": "Support", "image_url": ""},
            },
        ],
    },
    "payments": [
        {
            "amount": "5400",
            "status": "error",
            "method_details": {"type": "card", "card": {"type": "visa", "last4": "0002"}},
        },
        {
            "amount": "5400",
            "status": "captured",
            "payment_attempt_id": "pa-1",
            "method_details": {"type": "card", "card": {"type": "visa", "last4": "4242"}},
        },
    ],
    "checkout": {"url": "https://shop.example.com/pay?_ptxn=txn_1"},
    "customer": {
        "id": "ctm_1",
        "name": "Alex Example",
        "email": "alex@example.com",
        "locale": "de",
        "marketing_consent": False,
    },
    "address": {
        "first_line": "1 Main St",
        "second_line": "",
        "city": "Vienna",
        "postal_code": "1010",
        "region": "",
        "country_code": "AT",
    },
    "business": {"name": "Example Ltd"},
    "discount": {"code": "SPRING", "description": "for the fair"},
}
IN_A_HOOK = {
    name: value
    for name, value in TRANSACTION.items()
    if name not in ("customer", "address", "business", "discount")
}
ADJUSTMENT: dict[str, Any] = {
    "id": "adj_1",
    "action": "refund",
    "type": "partial",
    "status": "approved",
    "currency_code": "EUR",
    "transaction_id": "txn_1",
    "totals": {"subtotal": "833", "tax": "167", "total": "1000"},
    "created_at": "2026-02-01T09:00:00Z",
    "updated_at": "2026-02-01T10:00:00Z",
}


def hook(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "event_id": "evt_1",
        "event_type": kind,
        "occurred_at": "2026-01-31T09:00:06Z",
        "notification_id": "ntf_1",
        "data": data,
    }


def read(document: Any, **options: str) -> tuple[News, ...] | Ignored:
    return PADDLE.read("", json.dumps(document).encode(), Stated("shop", options=options))


def only(document: Any, **options: str) -> News:
    found = read(document, **options)
    assert not isinstance(found, Ignored), found.reason
    (news,) = found
    return news


def order(document: Any, **options: str) -> Order:
    news = only(document, **options)
    assert isinstance(news, OrderEvent | Pointer)
    assert news.order is not None
    return news.order


def amendment(document: Any) -> Amendment:
    news = only(document)
    assert isinstance(news, Amendment)
    return news


def reason(document: Any, **options: str) -> str:
    found = read(document, **options)
    assert isinstance(found, Ignored)
    return found.reason


class TestPaddle(SourceContract):
    source = PADDLE
    body = json.dumps({"data": TRANSACTION, "meta": {}}).encode()


class TestPaddleApi(ShopContract):
    source = PADDLE
    shop = PaddleShop()
    access = Access(key="pdl_live_key")
    order_id = "txn_1"
    replies: ClassVar[Mapping[str, bytes]] = {
        "GET /transactions/txn_1": json.dumps({"data": TRANSACTION}).encode(),
        "GET /transactions": json.dumps(
            {"data": [TRANSACTION], "meta": {"pagination": {"has_more": True}}}
        ).encode(),
        "GET /transactions#2": json.dumps(
            {
                "data": [{**TRANSACTION, "id": "txn_2"}],
                "meta": {"pagination": {"has_more": False}},
            }
        ).encode(),
        "POST /notification-settings": b'{"data": {"endpoint_secret_key": "pdl_ntfset_1"}}',
        "GET /notification-settings": json.dumps(
            {
                "data": [
                    {
                        "id": "ntfset_1",
                        "destination": "https://orders.example.com/hooks/shop",
                        "active": False,
                        "subscribed_events": [{"name": name} for name in PaddleShop.topics],
                    }
                ]
            }
        ).encode(),
    }

    def test_a_page_follows_the_last_transaction_and_the_oldest_change_comes_first(self) -> None:
        answer = Scripted(self.replies)
        page = held(self.shop.changed(self.access, SINCE, "txn_0"), answer)
        asked = parse_qs(urlsplit(answer.asked[0].url).query)
        assert asked["after"] == ["txn_0"]
        assert asked["order_by"] == ["updated_at[ASC]"]
        assert asked["updated_at[GTE]"] == ["2026-01-01T00:00:00Z"]
        assert page.cursor == "txn_1"

    def test_a_sandbox_has_a_host_of_its_own(self) -> None:
        answer = Scripted({})
        held(self.shop.order(Access(key="k", options={"sandbox": "yes"}), "txn_1"), answer)
        assert urlsplit(answer.asked[0].url).hostname == "sandbox-api.paddle.com"

    def test_a_destination_that_is_switched_off_says_so(self) -> None:
        listed = held(self.shop.hooks(self.access), Scripted(self.replies))
        assert not any(one.active for one in listed)


def test_a_fetched_transaction_is_the_whole_order() -> None:
    it = order({"data": TRANSACTION})
    assert (it.id, it.number, it.currency, it.locale) == ("txn_1", "325-1", "EUR", "de")
    assert it.placed_at == datetime(2026, 1, 31, 9, 0, 0, 500_000, tzinfo=UTC)
    assert (it.updated_at, it.revision) == (UPDATED, 1_769_850_005_123)
    assert (it.customer.name, it.customer.email) == ("Alex Example", "alex@example.com")
    assert it.customer.consent == {"marketing": False}
    assert it.billing_address is not None
    assert (it.billing_address.company, it.billing_address.city) == ("Example Ltd", "Vienna")
    assert it.shipping_address is None
    assert it.totals.total == Decimal("54.00")
    assert (it.totals.tax, it.totals.tax_included) == (Decimal("9.00"), False)
    assert difference(it) == 0
    assert [(one.amount, one.code, one.title) for one in it.discounts] == [
        (Decimal("5.00"), "SPRING", None)
    ]
    assert [(one.amount, one.rate) for one in it.taxes] == [(Decimal("9.00"), Decimal("0.2"))]


def test_the_payment_that_worked_is_told() -> None:
    (part,) = order({"data": TRANSACTION}).payments
    assert (part.method, part.title, part.reference) == ("card", "Visa •••• 4242", "pa-1")


def test_lines_are_digital_and_name_what_customers_may_see() -> None:
    editor, support = order({"data": TRANSACTION}).lines
    assert (editor.title, editor.variant) == ("Editor", "Per seat")
    assert (editor.quantity, editor.total) == (Decimal(3), Decimal("36.00"))
    assert editor.unit_price is None
    assert support.unit_price == Decimal("10.00")
    assert all(line.digital for line in (editor, support))
    assert support.image_url is None


def test_a_notification_points_to_the_api_and_carries_what_it_has() -> None:
    news = only(hook("transaction.completed", IN_A_HOOK))
    assert isinstance(news, Pointer)
    assert (news.type, news.order_id) == ("payment.paid", "txn_1")
    assert news.order is not None
    assert (news.order.customer.email, news.order.totals.total) == (None, Decimal("54.00"))


@pytest.mark.parametrize(
    ("changes", "payment"),
    [
        ({"status": "billed"}, "pending"),
        ({"status": "paid"}, "paid"),
        ({"status": "completed"}, "paid"),
        ({"status": "canceled"}, "voided"),
        ({"status": "past_due"}, "failed"),
        ({"status": "past_due", "collection_mode": "manual"}, "pending"),
        ({"status": "surprise"}, None),
        ({"status": "completed", "adjustments": [ADJUSTMENT]}, "partially_refunded"),
    ],
)
def test_a_transaction_says_how_it_stands(changes: dict[str, Any], payment: str | None) -> None:
    assert order({"data": {**TRANSACTION, **changes}}).state.payment == payment


def test_a_cancelled_transaction_says_when() -> None:
    it = order({"data": {**TRANSACTION, "status": "canceled"}})
    assert it.state.cancelled_at == UPDATED


@pytest.mark.parametrize("status", ["draft", "ready"])
def test_an_open_checkout_is_no_news_and_in_the_api_a_draft(status: str) -> None:
    opened = {**TRANSACTION, "status": status}
    assert status in reason(hook("transaction.updated", opened))
    assert order({"data": opened}).state.draft


def test_an_invoice_says_how_it_is_paid_and_where() -> None:
    sent = {**TRANSACTION, "status": "billed", "collection_mode": "manual", "payments": []}
    it = order({"data": sent})
    assert it.payments[0].method == "invoice"
    assert it.links.status == "https://shop.example.com/pay?_ptxn=txn_1"


def test_a_credit_pays_for_a_part_and_changes_no_total() -> None:
    details = {**TRANSACTION["details"]}
    details["totals"] = {**details["totals"], "credit": "400", "grand_total": "5000"}
    it = order({"data": {**TRANSACTION, "details": details}})
    assert it.totals.total == Decimal("54.00")
    assert difference(it) == 0


def test_a_refund_that_paddle_approved_is_laid_over_its_order() -> None:
    news = amendment(hook("adjustment.updated", ADJUSTMENT))
    assert (news.order_id, news.payment) == ("txn_1", "partially_refunded")
    after = amended(order({"data": TRANSACTION}), [news])
    assert (after.totals.refunded, after.refunds[0].id) == (Decimal("10.00"), "adj_1")
    whole = amendment(hook("adjustment.updated", {**ADJUSTMENT, "type": "full"}))
    assert whole.payment == "refunded"
    older = {name: value for name, value in ADJUSTMENT.items() if name != "type"}
    assert amendment(hook("adjustment.created", older)).payment is None


def test_a_refund_and_the_fetched_order_do_not_count_twice() -> None:
    fetched = order({"data": {**TRANSACTION, "adjustments": [ADJUSTMENT]}})
    news = amendment(hook("adjustment.updated", ADJUSTMENT))
    assert amended(fetched, [news]).totals.refunded == Decimal("10.00")


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("refund", "pending_approval"),
        ("refund", "rejected"),
        ("credit", "approved"),
        ("chargeback", "approved"),
        ("chargeback_reverse", "approved"),
    ],
)
def test_other_adjustments_give_no_money_back(action: str, status: str) -> None:
    other = {**ADJUSTMENT, "action": action, "status": status}
    assert "no money went back" in reason(hook("adjustment.created", other))
    assert not order({"data": {**TRANSACTION, "adjustments": [other]}}).refunds


def test_yen_have_no_places() -> None:
    it = order({"data": {**TRANSACTION, "currency_code": "JPY"}})
    assert str(it.totals.total) == "5400"


def test_renewals_are_orders_unless_the_shop_says_no() -> None:
    renewal = {**TRANSACTION, "origin": "subscription_recurring"}
    assert order({"data": renewal}).id == "txn_1"
    assert "renewal" in reason({"data": renewal}, renewals="no")


def test_a_change_of_the_payment_method_sells_nothing() -> None:
    changed = {**TRANSACTION, "origin": "subscription_payment_method_change"}
    assert "payment method" in reason({"data": changed})


def test_orders_of_a_sandbox_are_tests() -> None:
    assert order({"data": TRANSACTION}, sandbox="yes").test
    assert not order({"data": TRANSACTION}).test


def test_a_country_with_a_postal_code_is_no_address() -> None:
    bare = {**TRANSACTION, "address": {"country_code": "US", "postal_code": "20149"}}
    assert order({"data": bare}).billing_address is None


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("sub_1", "a subscription"),
        ("ctm_1", "a customer"),
        ("pay_1", "a payout"),
        ("rep_1", "report.created"),
    ],
)
def test_what_is_no_order_says_what_it_is(made: str, said: str) -> None:
    assert said in reason(hook("report.created", {"id": made}))


def test_a_preview_is_no_order() -> None:
    without = {name: value for name, value in TRANSACTION.items() if name != "id"}
    assert "preview" in reason({"data": without})


def test_a_total_that_is_missing_or_odd_is_refused_with_its_place() -> None:
    for odd in (None, "much"):
        details = {**TRANSACTION["details"], "totals": {**totals("1", "0", "0", "1"), "total": odd}}
        with pytest.raises(BadInput) as refused:
            read({"data": {**TRANSACTION, "details": details}})
        assert refused.value.status == 422
    assert refused.value.problems[0].path == "data.details.totals.total"


def test_a_topic_that_promises_an_order_and_brings_none_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        read(hook("transaction.completed", {"id": "txn_1"}))
    assert refused.value.status == 422


def transactions(raw: Any) -> Iterator[dict[str, Any]]:
    data = raw.get("data", raw)
    for each in data if isinstance(data, list) else [data]:
        if each.get("id", "").startswith("txn_"):
            yield each


def test_events_in_a_list_and_in_notifications_are_opened() -> None:
    told = {"event_type": "transaction.completed", "data": TRANSACTION}
    kept = {"id": "ntf_1", "type": "transaction.completed", "status": "delivered", "payload": told}
    customer = {"event_type": "customer.created", "data": {"id": "ctm_1"}}
    for document in ({"data": [customer, told]}, {"data": [kept], "meta": {}}, {"data": kept}):
        assert order(document).id == "txn_1"
        assert only(document).type == "payment.paid"
    ready = {**told, "data": {**TRANSACTION, "status": "ready"}}
    assert isinstance(read({"data": [ready]}), Ignored)


def test_a_simulated_event_is_no_order() -> None:
    simulated = {"id": "ntfsim_1", "type": "transaction.completed", "payload": TRANSACTION}
    assert isinstance(read({"data": simulated}), Ignored)


def test_an_empty_page_is_no_news() -> None:
    found = read({"data": [], "meta": {"request_id": "r"}})
    assert isinstance(found, Ignored)
    assert "empty" in found.reason


def test_an_alert_of_paddle_classic_is_told_apart_from_nonsense() -> None:
    form = b"alert_name=payment_succeeded&order_id=12&currency=EUR&p_signature=x%3D"
    found = PADDLE.read("", form, Stated("shop"))
    assert isinstance(found, Ignored)
    assert "Classic" in found.reason
    with pytest.raises(BadInput):
        PADDLE.read("", b"order_id=12&currency=EUR", Stated("shop"))


def test_every_payload_at_hand_is_an_order_or_says_what_else_it_is() -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"no order payloads at {CORPUS}")
    seen: Counter[str] = Counter()
    for path in sorted(CORPUS.iterdir()):
        raw = json.loads(path.read_text("utf-8"))
        expected = list(transactions(raw))
        found = read(raw)
        if not expected:
            assert isinstance(found, Ignored), path.name
            seen["ignored"] += 1
            continue
        assert not isinstance(found, Ignored), path.name
        seen["files"] += 1
        for said, news in zip(expected, found, strict=True):
            assert isinstance(news, OrderEvent | Pointer), path.name
            assert news.order is not None
            compare(news.order, said)
            seen["drafts"] += news.order.state.draft
            seen["orders"] += 1
    assert seen["ignored"] >= 45
    assert seen["files"] >= 28
    assert seen["orders"] >= 58
    assert seen["drafts"] >= 20


def compare(it: Order, said: dict[str, Any]) -> None:
    """Against the raw document, read another way: every currency at hand has two places."""
    figures = said["details"]["totals"]
    items = said["details"]["line_items"]
    assert (it.id, it.number, it.currency) == (
        said["id"],
        said["invoice_number"],
        said["currency_code"],
    )
    assert it.customer.email == said.get("customer", {}).get("email")
    assert it.totals.total == Decimal(int(figures["total"])) / 100
    assert [int(line.quantity) for line in it.lines] == [each["quantity"] for each in items]
    assert it.state.draft == (said["status"] in ("draft", "ready"))
    assert difference(it) == 0
