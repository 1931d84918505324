"""Every WooCommerce payload of the corpora against what its raw JSON says, read by other code."""

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from twofifty.adapters import registry
from twofifty.errors import BadInput
from twofifty.intake.ports import Stated
from twofifty.order.arithmetic import difference
from twofifty.order.events import Amendment, Ignored, News, OrderEvent
from twofifty.order.model import Order

FOLDER = Path("../shared/corpora/orders/woocommerce")

# Not JSON: trailing commas that the apps' own mocks were written with.
NOT_JSON = {
    "ios__order-shipping-labels.json",
    "ios__order-shipping-labels-without-data.json",
    "ios__order-with-deleted-refunds.json",
    "ios__order-with-line-item-attributes.json",
}
# By file and order: mocks whose total is not the sum of their own lines, fees, shipping and tax.
DOES_NOT_ADD_UP = {
    ("android__orders__orders_all_detailed.json", "2789"): "1200.00",  # a line of 110, total 1310
    ("android__orders__orders_all_detailed.json", "2788"): "310.00",
    ("android__orders__orders_completed_pending_detailed.json", "75"): "16.82",
    ("ios__broken-orders-mark-2.json", "263"): "-25.00",  # every line is in it twice
    ("ios__broken-orders-mark-2.json", "259"): "-25.00",
    ("ios__broken-orders-mark-2.json", "161"): "-12.00",
    ("ios__broken-orders-mark-2.json", "160"): "-12.00",
    ("ios__broken-orders-mark-2.json", "159"): "-15.00",
    ("ios__order-alternative-types.json", "963"): "-125.50",  # a fee that the total leaves out
    ("ios__order-auto-draft-status.json", "963"): "-125.50",
    ("ios__order-with-special-character-currency.json", "963"): "-125.50",
    ("ios__order.json", "963"): "-125.50",
    ("ios__order-with-bundled-line-items.json", "357"): "45.00",  # lines of a bundle left out
    ("ios__order-without-data.json", "963"): "10.00",
    ("ios__orders-load-all-without-data.json", "963"): "10.00",
}
LEAST = {"OrderEvent": 77, "Amendment": 5, "ignored": 70, "adds up": 62, "refused": 4}


def payloads() -> Iterator[tuple[str, bytes]]:
    if not FOLDER.is_dir():
        pytest.skip(f"no order payloads at {FOLDER}")
    return ((path.name, path.read_bytes()) for path in sorted(FOLDER.iterdir()))


def read(body: bytes) -> tuple[News, ...] | Ignored:
    return registry.source("woocommerce").read("", body, Stated("shop"))


def raw_orders(node: Any) -> Iterator[dict[str, Any]]:
    """Whatever has lines, a total and a status, and is no subscription; what a batch deletes and a
    webhook's recording asks for are none."""
    if isinstance(node, list):
        for each in node:
            yield from raw_orders(each)
    elif isinstance(node, dict) and {"line_items", "total", "status"} <= node.keys():
        yield from () if "billing_period" in node else (node,)
    elif isinstance(node, dict):
        for name, each in node.items():
            yield from () if name == "delete" else raw_orders(each)


def raw_refunds(node: Any) -> list[dict[str, Any]]:
    """Refunds that link to their order."""
    node = node.get("data", node) if isinstance(node, dict) else node
    listed = node if isinstance(node, list) else [node]
    return [each for each in listed if "/refunds/" in json.dumps(each.get("_links", ""))]


def compare(raw: dict[str, Any], order: Order) -> None:
    billing = raw.get("billing") or raw.get("billing_address") or {}
    items = raw["line_items"]
    assert order.id == str(raw["id"])
    assert order.number == str(raw.get("number") or raw.get("order_number") or raw["id"])
    assert order.customer.email == (billing.get("email") or None)
    assert order.currency == raw["currency"]
    assert [line.id for line in order.lines] == [str(one["id"]) for one in items]
    assert [line.quantity for line in order.lines] == [
        Decimal(str(one["quantity"])) for one in items
    ]
    assert order.totals.total == Decimal(str(raw["total"]))
    assert order.state.draft == (raw["status"] in ("auto-draft", "draft", "checkout-draft"))
    gone = [str(one["id"]) for one in raw.get("refunds") or [] if Decimal(one["total"])]
    assert [each.id for each in order.refunds] == gone
    tracked = json.dumps(raw.get("meta_data")).count('"tracking_number"')
    assert len(order.parcels) == tracked


def check(body: bytes) -> Counter[str]:
    """Compares what was read with what should have been; counts what it was."""
    found, document = read(body), json.loads(body)
    expected = list(raw_orders(document))
    if expected:
        assert not isinstance(found, Ignored)
        orders = [news.order for news in found if isinstance(news, OrderEvent)]
        for raw, order in zip(expected, orders, strict=True):
            compare(raw, order)
        adding = sum(difference(order) == 0 for order in orders)
        return Counter({"OrderEvent": len(orders), "adds up": adding})
    if refunds := raw_refunds(document):
        assert not isinstance(found, Ignored)
        told = [news for news in found if isinstance(news, Amendment)]
        for raw, news in zip(refunds, told, strict=True):
            assert raw["_links"]["up"][0]["href"].endswith(f"/{news.order_id}")
            assert [each.amount for each in news.refunds] == [Decimal(raw["amount"])]
        return Counter({"Amendment": len(told)})
    assert isinstance(found, Ignored)
    return Counter(["ignored"])


def test_every_payload_is_the_order_that_its_json_says_or_a_stated_non_order() -> None:
    counts: Counter[str] = Counter()
    for name, body in payloads():
        try:
            counts += check(body)
        except BadInput as refused:
            counts["refused"] += 1
            if refused.status != 400 or name not in NOT_JSON:
                raise AssertionError(name) from refused
        except (AssertionError, KeyError) as wrong:
            raise AssertionError(name) from wrong
    assert {word: least for word, least in LEAST.items() if counts[word] < least} == {}, counts


def test_every_order_adds_up_but_those_of_mocks_that_do_not() -> None:
    wrong: dict[tuple[str, str], str] = {}
    for name, body in payloads():
        found = read(body) if name not in NOT_JSON else ()
        news = () if isinstance(found, Ignored) else found
        orders = [each.order for each in news if isinstance(each, OrderEvent)]
        wrong |= {(name, one.id): str(difference(one)) for one in orders if difference(one)}
    assert wrong == DOES_NOT_ADD_UP


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ios__subscription.json", "subscription"),
        ("ios__product-subscription.json", "product"),
        ("docs__wp-api-v3___customers__1.json", "customer"),
        ("docs__wp-api-v3___webhooks__1.json", "webhook"),
        ("ios__order-notes.json", "note"),
        ("ios__shipment_tracking_multiple.json", "shipment tracking"),
    ],
)
def test_what_is_no_order_says_what_it_is(name: str, reason: str) -> None:
    bodies = dict(payloads())
    if name not in bodies:
        pytest.skip(f"no {name}")
    found = read(bodies[name])
    assert isinstance(found, Ignored)
    assert reason in found.reason
