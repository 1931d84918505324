"""Every Shopify payload of the corpora against what its raw JSON says, read by other code."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from twofifty.adapters import registry
from twofifty.errors import BadInput
from twofifty.intake.ports import Stated
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order

FOLDER = Path("../shared/corpora/orders/shopify")

# Asked for with `fields=id,line_items,name,total_price`: the tax is not told.
DOES_NOT_ADD_UP = {"rest__2022_04__order_07_get.json"}

# What is no order, by the word that wraps it: what comes of one that names its order.
PARTS: dict[str, type] = {
    "refund": Amendment,
    "fulfillment": Amendment,
    "fulfillment_event": Pointer,
    "transaction": Pointer,
}
NOT_SENT = ("pending", "open", "error", "failure")
LEAST = {"OrderEvent": 29, "Amendment": 30, "Pointer": 20, "ignored": 120, "adds up": 28}


def payloads() -> list[tuple[str, Any]]:
    """Names and documents; those that are not JSON (on purpose) are left out."""
    if not FOLDER.is_dir():
        pytest.skip(f"no order payloads at {FOLDER}")
    found = []
    for path in sorted(FOLDER.iterdir()):
        try:
            found.append((path.name, json.loads(path.read_bytes())))
        except ValueError:
            with pytest.raises(BadInput) as refused:
                read(path.read_bytes())
            assert refused.value.status == 400
    return found


def read(body: bytes) -> tuple[News, ...] | Ignored:
    return registry.source("shopify").read("", body, Stated("shop"))


def expected_number(raw: dict[str, Any]) -> str:
    return raw.get("name") or str(raw["order_number"])


def expected_email(raw: dict[str, Any]) -> str | None:
    mails = [raw.get("email"), raw.get("contact_email"), (raw.get("customer") or {}).get("email")]
    return next((mail for mail in mails if mail), None)


def compare(raw: dict[str, Any], order: Order) -> None:
    items = raw.get("line_items") or []
    assert order.id == str(raw["id"])
    assert order.number == expected_number(raw)
    assert order.customer.email == expected_email(raw)
    assert order.currency == raw.get("currency", "USD")
    assert [str(line.quantity) for line in order.lines] == [str(one["quantity"]) for one in items]
    assert [line.id for line in order.lines] == [str(one["id"]) for one in items]
    assert str(order.totals.total) == raw["total_price"]
    assert (order.state.cancelled_at is not None) == bool(raw.get("cancelled_at"))
    assert order.test == bool(raw.get("test"))
    gone = [one for one in raw.get("refunds") or [] if went_back(one)]
    assert [each.id for each in order.refunds] == [str(one["id"]) for one in gone]


def went_back(raw: dict[str, Any]) -> bool:
    moved = raw.get("transactions") or []
    return any(one["kind"] == "refund" and one.get("status") == "success" for one in moved)


def is_news(word: str, raw: dict[str, Any]) -> bool:
    """Whether a part of an order says something that can be told."""
    if "order_id" not in raw or "id" not in raw:
        return False
    if word == "refund":
        return went_back(raw)
    return word != "fulfillment" or raw["status"] not in NOT_SENT


def check(document: Any) -> Counter[str]:
    """Compares what was read with what should have been; counts what it was."""
    found = read(json.dumps(document).encode())
    word = next(iter(document)) if isinstance(document, dict) else ""
    inner = document[word] if word else document
    single = word.removesuffix("s")
    bodies = inner if isinstance(inner, list) else [inner]
    if single == "order":
        assert not isinstance(found, Ignored)
        orders = [news.order for news in found if not isinstance(news, Amendment) and news.order]
        for raw, order in zip(bodies, orders, strict=True):
            compare(raw, order)
        return Counter(["OrderEvent"] * len(orders) + ["adds up"] * sum(map(adds_up, orders)))
    told = [raw for raw in bodies if single in PARTS and is_news(single, raw)]
    if not told:
        assert isinstance(found, Ignored)
        assert found.reason
        return Counter(["ignored"])
    assert not isinstance(found, Ignored)
    assert {type(news) for news in found} == {PARTS[single]}
    assert [getattr(news, "order_id", "") for news in found] == [
        str(one["order_id"]) for one in told
    ]
    return Counter([PARTS[single].__name__] * len(found))


def adds_up(order: Order) -> bool:
    return difference(order) == 0


def test_every_payload_is_the_order_that_its_json_says_or_a_stated_non_order() -> None:
    counts: Counter[str] = Counter()
    for name, document in payloads():
        try:
            counts += check(document)
        except (AssertionError, KeyError) as wrong:
            raise AssertionError(name) from wrong
    assert {word: least for word, least in LEAST.items() if counts[word] < least} == {}, counts


def test_every_order_adds_up_but_those_that_do_not_tell_all() -> None:
    wrong = set()
    for name, document in payloads():
        found = read(json.dumps(document).encode())
        news = () if isinstance(found, Ignored) else found
        orders = [each.order for each in news if isinstance(each, OrderEvent)]
        wrong |= {name for order in orders if not adds_up(order)}
    assert wrong == DOES_NOT_ADD_UP


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("shopify_python_api__draft_order_completed.json", "draft order"),
        ("rest__2022_04__checkout_02_post.json", "checkout"),
        ("rest__2022_04__gift_card_03_get.json", "gift card"),
        ("rest__2022_04__order_risk_01_post.json", "risk"),
        ("go-shopify__customer.json", "customer"),
        ("rest__2022_04__tender_transaction_01_get.json", "tender transaction"),
        ("rest__2022_04__refund_06_post.json", "names no order"),
        ("rest__2022_04__fulfillment_order_02_get.json", "fulfillment order"),
    ],
)
def test_what_is_no_order_says_what_it_is(name: str, reason: str) -> None:
    bodies = dict(payloads())
    if name not in bodies:
        pytest.skip(f"no {name}")
    found = read(json.dumps(bodies[name]).encode())
    assert isinstance(found, Ignored)
    assert reason in found.reason
