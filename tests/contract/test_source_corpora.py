"""Every real payload of the corpora goes through its source: nothing guessed, nothing crashes."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from twofifty.adapters import registry
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated
from twofifty.order import wire
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored
from twofifty.order.model import Order

CORPORA = Path("../shared/corpora/orders")
KINDS = ("shopify", "woocommerce")
STATED = Stated("shop")

# Floors: at least so many files with orders, orders in them, and orders whose figures add up; at
# most so many files refused (they are not JSON).
FLOORS = {"shopify": (29, 29, 28, 2), "woocommerce": (39, 77, 62, 4)}

REFUNDS_LISTED_AS_ORDERS = {"docs__v2___orders__6.json"}

JUNK: list[Any] = [None, "", 0, -1, True, [], {}, "x", [1], {"a": 1}, "1e999", 10**20, "NaN", 2.5]
JUNK += ["None", "\x00a", "9" * 25, 1e15, "-3", {"x": {"y": []}}, "0.000000000001", "é" * 300]


def payloads(kind: str) -> dict[str, bytes]:
    folder = CORPORA / kind
    if not folder.is_dir():
        pytest.skip(f"no order payloads at {folder}")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def orders(kind: str, body: bytes) -> list[Order]:
    read = registry.source(kind).read(Hook({}, body), STATED)
    return [] if isinstance(read, Ignored) else [event.order for event in read]


def read_all(kind: str) -> tuple[dict[str, list[Order]], dict[str, BadInput]]:
    good, bad = {}, {}
    for name, body in payloads(kind).items():
        try:
            good[name] = orders(kind, body)
        except BadInput as refused:
            bad[name] = refused
    return good, bad


def raw_orders(kind: str, body: bytes) -> Iterator[dict[str, Any]]:
    document = json.loads(body)
    if kind == "shopify":
        yield from document.get("orders") or [document["order"]]
    else:
        yield from _with_lines(document)


def _with_lines(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from _with_lines(each)
    elif isinstance(node, dict) and {"line_items", "total", "status"} <= node.keys():
        yield node
    elif isinstance(node, dict):
        for name, each in node.items():
            yield from _with_lines(each) if name != "delete" else ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_payload_is_an_order_or_ignored_or_not_json(kind: str) -> None:
    good, bad = read_all(kind)
    files, found, sound, refused = FLOORS[kind]
    told = [order for each in good.values() for order in each]
    assert sum(1 for each in good.values() if each) >= files
    assert len(told) >= found
    assert sum(1 for order in told if difference(order) == 0) >= sound
    assert len(bad) <= refused
    assert {each.status for each in bad.values()} == {400}


@pytest.mark.parametrize("kind", KINDS)
def test_no_payload_whose_role_is_an_order_is_lost(kind: str) -> None:
    manifest = Path("../shared/corpora/MANIFEST.jsonl")
    if not manifest.exists():
        pytest.skip(f"no manifest at {manifest}")
    entries = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    named = {Path(one["file"]).name for one in entries if one["platform"] == kind}
    listed = {Path(one["file"]).name for one in entries if one["role"] == "order"} & named
    good, bad = read_all(kind)
    without = {name for name in listed if not good.get(name) and name not in bad}
    assert without <= REFUNDS_LISTED_AS_ORDERS


@pytest.mark.parametrize("kind", KINDS)
def test_total_currency_and_lines_are_the_payloads_own(kind: str) -> None:
    good, _ = read_all(kind)
    bodies = payloads(kind)
    compared = 0
    for name, told in good.items():
        if not told:
            continue
        raw = list(raw_orders(kind, bodies[name]))
        assert len(raw) == len(told), name
        for stated, order in zip(raw, told, strict=True):
            total = stated["total_price" if kind == "shopify" else "total"]
            assert order.totals.total == Decimal(str(total)), name
            assert order.currency == (stated.get("currency") or "USD"), name
            assert len(order.lines) == len(stated.get("line_items", [])), name
            assert [str(line.quantity) for line in order.lines] == [
                str(item["quantity"]) for item in stated.get("line_items", [])
            ], name
            compared += 1
    assert compared == sum(len(each) for each in good.values())


@pytest.mark.parametrize("kind", KINDS)
def test_every_order_survives_the_wire(kind: str) -> None:
    good, _ = read_all(kind)
    for told in good.values():
        for order in told:
            assert wire.decode(wire.encode(order)) == order


@pytest.mark.parametrize("kind", KINDS)
def test_no_machine_word_and_no_markup_reaches_a_line(kind: str) -> None:
    good, _ = read_all(kind)
    lines = [line for told in good.values() for order in told for line in order.lines]
    for line in lines:
        assert not any(name.startswith("_") for name in line.attributes)
        for text in (line.title, *line.attributes, *line.attributes.values()):
            assert "&amp;" not in text
            assert "</" not in text
    assert any(line.attributes for line in lines)


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_payload_is_read_ignored_or_refused_with_a_place(kind: str) -> None:
    chance = random.Random(250)
    whole = [body for name, body in payloads(kind).items() if "order" in name]
    seen: Counter[str] = Counter()
    for _ in range(1_000):
        seen[_outcome(kind, _damaged(chance.choice(whole), chance))] += 1
    assert min(seen["read"], seen["ignored"], seen["refused"]) > 20


def _outcome(kind: str, body: bytes) -> str:
    try:
        found = orders(kind, body)
    except BadInput as bad:
        return _checked(bad)
    for order in found:
        assert wire.decode(wire.encode(order)) == order
        difference(order)
    return "read" if found else "ignored"


def _checked(bad: BadInput) -> str:
    assert bad.status in (400, 422)
    assert bad.problems
    assert all(problem.path and problem.message for problem in bad.problems)
    return "refused"


def _damaged(body: bytes, chance: random.Random) -> bytes:
    """Cut short, a byte changed, or a few values of other kinds in their place."""
    at = chance.randrange(len(body))
    how = chance.random()
    if how < 0.1:
        return body[:at]
    if how < 0.25:
        return body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]
    try:
        document = json.loads(body)
    except ValueError:
        return body
    for _ in range(chance.randint(1, 5)):
        holder, place = chance.choice(_places(document))
        if isinstance(holder, dict) or place < len(holder):
            holder[place] = json.loads(json.dumps(chance.choice(JUNK)))
    return json.dumps(document).encode()


def _places(document: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        node = waiting.pop()
        inner = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
        found += [(node, place) for place, _ in inner]
        waiting += [each for _, each in inner if isinstance(each, dict | list)]
    return found
