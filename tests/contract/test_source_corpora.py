"""Every real payload of the corpora, whole and damaged, goes through the source of its platform.

What each of them should be is proven in `sources/test_KIND*.py`, against the raw payloads. Here:
nothing but news, a stated reason or a refusal that names a place ever comes out, whatever comes in.
"""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from twofifty.adapters import registry
from twofifty.errors import BadInput
from twofifty.intake.ports import Stated
from twofifty.order import wire
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, News, OrderEvent
from twofifty.order.model import Order

CORPORA = Path("../shared/corpora/orders")
KINDS = tuple(kind for kind in registry.SOURCE_KINDS if (CORPORA / kind).is_dir())
STATED = Stated("shop", locale="de-AT", time_zone="Europe/Vienna")
DAMAGED = 1_000
TOPICS = (
    "",
    "orders/create",
    "order.created",
    "order",
    "ORDER_CHANGE",
    "payment",
    "\x00",
    "é" * 99,
)

JUNK: list[Any] = [None, "", 0, -1, True, [], {}, "x", [1], {"a": 1}, "1e999", 10**20, "NaN", 2.5]
JUNK += ["None", "\x00a", "9" * 25, 1e15, "-3", {"x": {"y": []}}, "0.000000000001", "é" * 300]
JUNK += ["2026-02-30T25:00:00Z", "0000-00-00 00:00:00", [[[]]], "EURO", {"value": "1"}, "a" * 201]

pytestmark = pytest.mark.skipif(not KINDS, reason=f"no order payloads at {CORPORA}")


def payloads(kind: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((CORPORA / kind).iterdir())}


def read(kind: str, topic: str, body: bytes) -> tuple[News, ...] | Ignored | BadInput:
    """What comes of a body; everything in it is checked."""
    try:
        found = registry.source(kind).read(topic, body, STATED)
    except BadInput as bad:
        return _named(bad)
    if isinstance(found, Ignored):
        assert found.reason.strip()
        return found
    assert found
    for news in found:
        _is_sound(news)
    return found


def _named(bad: BadInput) -> BadInput:
    assert bad.status in (400, 413, 422)
    assert bad.problems
    assert all(problem.path and problem.message for problem in bad.problems)
    return bad


def _is_sound(news: News) -> None:
    """It survives its storage, and its figures can be added up."""
    assert msgspec.json.decode(msgspec.json.encode(news), type=type(news)) == news
    assert (
        news.source == "shop" if not isinstance(news, OrderEvent) else news.order.source == "shop"
    )
    order = news.order if isinstance(news, OrderEvent) else None
    if order is not None:
        assert wire.decode(wire.encode(order)) == order
        difference(order)


def orders(kind: str) -> list[Order]:
    """Every order in every payload of a platform."""
    found = [read(kind, "", body) for body in payloads(kind).values()]
    told = [news for each in found if isinstance(each, tuple) for news in each]
    return [news.order for news in told if isinstance(news, OrderEvent)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_payload_is_news_or_ignored_or_refused_with_a_place(kind: str) -> None:
    seen = Counter(type(read(kind, "", body)).__name__ for body in payloads(kind).values())
    assert seen["tuple"] > 0
    assert seen["BadInput"] <= sum(seen.values()) // 10


@pytest.mark.parametrize("kind", KINDS)
def test_reading_a_payload_twice_gives_the_same(kind: str) -> None:
    for body in payloads(kind).values():
        first, second = read(kind, "", body), read(kind, "", body)
        assert first == second or (isinstance(first, BadInput) and isinstance(second, BadInput))


@pytest.mark.parametrize("kind", KINDS)
def test_no_machine_word_and_no_markup_reaches_a_line(kind: str) -> None:
    for line in [line for order in orders(kind) for line in order.lines]:
        assert not any(name.startswith("_") for name in line.attributes)
        for text in (line.title, *line.attributes, *line.attributes.values()):
            assert "&amp;" not in text
            assert "</" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_payload_is_read_ignored_or_refused_with_a_place(kind: str) -> None:
    chance = random.Random(250)
    whole = list(payloads(kind).values())
    telling = [body for body in whole if isinstance(read(kind, "", body), tuple)]
    seen: Counter[str] = Counter()
    for at in range(DAMAGED):
        body = _damaged(chance.choice(telling if at % 4 else whole), chance)
        seen[type(read(kind, chance.choice(TOPICS), body)).__name__] += 1
    assert seen["BadInput"] > DAMAGED // 20
    assert seen["tuple"] + seen["Ignored"] > DAMAGED // 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_payload_of_another_platform_does_no_harm(kind: str) -> None:
    chance = random.Random(4)
    for other in KINDS:
        foreign = list(payloads(other).values())
        for body in chance.sample(foreign, min(len(foreign), 10)):
            read(kind, chance.choice(TOPICS), body)


def _damaged(body: bytes, chance: random.Random) -> bytes:
    """Cut short, a byte changed, or a few values changed, taken out or added."""
    at = chance.randrange(len(body))
    how = chance.random()
    if how < 0.1:
        return body[:at]
    if how < 0.25:
        return body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]
    try:
        document = json.loads(body)
    except ValueError:
        return body[:at] + body[at + chance.randint(1, 40) :]
    for _ in range(chance.randint(1, 5)):
        _change(document, chance)
    return json.dumps(document).encode()


def _change(document: Any, chance: random.Random) -> None:
    holder, place = chance.choice(_places(document) or [({}, "x")])
    if isinstance(holder, list) and place >= len(holder):
        return
    how = chance.random()
    if how < 0.2:
        holder.pop(place, None) if isinstance(holder, dict) else holder.pop(place)
    elif how < 0.35 and isinstance(holder.get(place) if isinstance(holder, dict) else None, int):
        holder[place] = str(holder[place])
    elif how < 0.45 and isinstance(holder, dict):
        holder[f"{place}_2"] = json.loads(json.dumps(chance.choice(JUNK)))
    else:
        holder[place] = json.loads(json.dumps(chance.choice(JUNK)))


def _places(document: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        node = waiting.pop()
        inner = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
        found += [(node, place) for place, _ in inner]
        waiting += [each for _, each in inner if isinstance(each, dict | list)]
    return found
