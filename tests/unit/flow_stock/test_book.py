"""A mail never waits long for stock, and never fails for it, whatever the endpoint does."""

import asyncio
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from tests.unit.adapters_stock.stockroom import Asked, Stockroom, always, an_order, http, says
from twofifty import telemetry
from twofifty.flow.stock import Item, Level
from twofifty.flow.stock_book import AT_ONCE, FAILURES, REST_SECONDS, Book, Patience
from twofifty.flow.stock_kept import MOST, Kept
from twofifty.order.model import Stock

ALONE = Patience(shared=0.0)
IN_STOCK, BACKORDER = Stock(status="in_stock"), Stock(status="backorder")
FOR_EVER = 60.0
"""Seconds after which an endpoint answers that never answers in time."""
SOON = 10.0
"""Far more than the deadlines here, and far less than `FOR_EVER`."""


class Elapsed:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _fresh_logs() -> Iterator[None]:
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


def counted(outcome: str) -> float:
    labels = {"source": "shop", "outcome": outcome}
    return telemetry.DELIVERY.get_sample_value("twofifty_stock_answers_total", labels) or 0.0


async def asked(book: Book, count: int, *skus: str) -> list[dict[str, Stock]]:
    """What so many mails at once are told."""
    orders = [an_order(*(skus or (f"SKU-{n}",)), identity=f"o{n}") for n in range(count)]
    return [dict(one) for one in await asyncio.gather(*(book.levels(one) for one in orders))]


async def test_what_the_endpoint_has_is_what_the_mail_says() -> None:
    before = counted("answered")
    async with Stockroom(says(available=0, expected="2026-12-01")) as room:
        book = room.book()
        found = await book.levels(an_order("TEA", "CUP"))
        await book.close()
    said = Stock(status="backorder", expected="2026-12-01")
    assert found == {"1": said, "2": said}
    assert len(room.asked) == 1
    assert counted("answered") == before + 1


async def test_an_order_without_goods_asks_nothing() -> None:
    async with Stockroom(says(status="in_stock")) as room:
        book = room.book()
        assert await book.levels(an_order()) == {}
        await book.close()
    assert room.asked == []


async def test_a_slow_endpoint_costs_a_mail_its_deadline_and_no_more() -> None:
    before = counted("late")
    async with Stockroom(says(FOR_EVER, status="backorder")) as room:
        book = room.book(Patience(deadline=0.05))
        async with asyncio.timeout(SOON):
            assert await book.levels(an_order("TEA")) == {}
        await book.close()
    assert counted("late") == before + 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (http(b"", "500 Oops"), "failed"),
        (http(b"", "302 Away", "Location: http://127.0.0.1:1/\r\n"), "failed"),
        (http(b"0" * 10_000_000), "failed"),
        (b"", "failed"),
        (http(b'{"lines": [{"id": "1", "available": NaN}]}'), "senseless"),
        (http(b'{"lines": [{"id": "1", "status": 7}]}'), "senseless"),
        (http(b"<html>"), "senseless"),
    ],
)
async def test_whatever_it_answers_the_mail_says_what_its_order_says(
    answer: bytes, outcome: str
) -> None:
    before = counted(outcome)
    async with Stockroom(always(answer)) as room:
        book = room.book(Patience(deadline=SOON))
        assert await book.levels(an_order("TEA")) == {}
        await book.close()
    assert counted(outcome) == before + 1


async def test_nobody_there_is_no_fault_of_the_mails() -> None:
    async with Stockroom(says(status="in_stock")) as room:
        book = room.book(Patience(deadline=SOON))
    assert await book.levels(an_order("TEA")) == {}
    await book.close()


async def test_a_source_that_fails_is_let_be_then_tried_once_and_asked_again() -> None:
    elapsed = Elapsed()
    async with Stockroom(always(http(b"", "500 Oops"))) as room:
        book = room.book(Patience(deadline=SOON, shared=0.0), elapsed=elapsed)
        for _ in range(FAILURES + 5):
            await book.levels(an_order("TEA"))
        assert len(room.asked) == FAILURES
        elapsed.now += REST_SECONDS
        await asked(book, 5)
        assert len(room.asked) == FAILURES + 1
        elapsed.now += REST_SECONDS
        room.answer = says(status="backorder")
        assert await book.levels(an_order("TEA")) == {"1": BACKORDER}
        assert await asked(book, 3) == [{"1": BACKORDER}] * 3
        await book.close()


async def test_a_source_that_hangs_delays_a_flood_of_mails_once() -> None:
    before = counted("resting")
    async with Stockroom(says(FOR_EVER, status="in_stock")) as room:
        book = room.book(Patience(deadline=0.05, shared=0.0))
        await asked(book, 64)
        async with asyncio.timeout(SOON):
            for _ in range(500):
                await book.levels(an_order("TEA"))
        assert len(room.asked) <= AT_ONCE
        await book.close()
    assert counted("resting") >= before + 500


async def test_questions_in_flight_are_bounded() -> None:
    async with Stockroom(says(0.01, status="in_stock")) as room:
        book = room.book(Patience(deadline=FOR_EVER, shared=0.0))
        assert await asked(book, 50) == [{"1": IN_STOCK}] * 50
        await book.close()
    assert len(room.asked) == 50
    assert room.most <= AT_ONCE


async def test_orders_of_the_same_goods_share_one_answer() -> None:
    before = counted("shared")
    async with Stockroom(says(0.02, available=3)) as room:
        book = room.book(Patience(deadline=FOR_EVER))
        assert await asked(book, 40, "TEA") == [{"1": IN_STOCK}] * 40
        many = await book.levels(an_order("TEA", quantity="4"))
        await book.close()
    assert many == {"1": BACKORDER}
    assert len(room.asked) == 1
    assert counted("shared") == before + 40


async def test_an_answer_is_shared_for_its_time_only() -> None:
    elapsed = Elapsed()
    async with Stockroom(says(available=3)) as room:
        book = room.book(Patience(deadline=FOR_EVER, shared=5.0), elapsed=elapsed)
        await book.levels(an_order("TEA"))
        elapsed.now += 4.9
        await book.levels(an_order("TEA"))
        assert len(room.asked) == 1
        elapsed.now += 0.2
        room.answer = says(available=0)
        assert await book.levels(an_order("TEA")) == {"1": BACKORDER}
        await book.close()
    assert len(room.asked) == 2


@pytest.mark.parametrize(
    ("level", "quantity"), [({"status": "in_stock"}, "2"), ({"status": "allocated"}, "1")]
)
async def test_a_word_of_one_order_is_not_told_of_another(
    level: dict[str, Any], quantity: str
) -> None:
    async with Stockroom(says(**level)) as room:
        book = room.book(Patience(deadline=FOR_EVER))
        await book.levels(an_order("TEA", identity="a"))
        await book.levels(an_order("TEA", identity="b", quantity=quantity))
        await book.close()
    assert [one.body["order_id"] for one in room.asked] == ["a", "b"]


async def test_goods_that_nobody_knows_are_asked_for_once() -> None:
    async with Stockroom(always(http(b'{"lines": []}'))) as room:
        book = room.book(Patience(deadline=FOR_EVER))
        assert await asked(book, 10, "TEA") == [{}] * 10
        await book.close()
    assert len(room.asked) == 1


async def test_only_what_is_missing_is_asked_for() -> None:
    async with Stockroom(says(available=1)) as room:
        book = room.book(Patience(deadline=FOR_EVER))
        await book.levels(an_order("TEA"))
        found = await book.levels(an_order("CUP", "TEA"))
        await book.close()
    assert found == {"1": IN_STOCK, "2": IN_STOCK}
    assert [[line["sku"] for line in one.body["lines"]] for one in room.asked] == [["TEA"], ["CUP"]]


async def test_what_comes_too_late_for_one_mail_serves_the_next() -> None:
    answered = asyncio.Event()

    async def late(asked: Asked) -> bytes:
        await answered.wait()
        return http(json.dumps({"lines": [{"id": "1", "available": 0}]}).encode())

    async with Stockroom(late) as room:
        book = room.book(Patience(deadline=0.05, shared=FOR_EVER))
        assert await book.levels(an_order("TEA")) == {}
        answered.set()
        tries = [await book.levels(an_order("TEA")) for _ in range(20)]
        await book.close()
    assert tries[-1] == {"1": BACKORDER}
    assert len(room.asked) == 1


def test_what_is_kept_is_bounded() -> None:
    elapsed = Elapsed()
    kept = Kept(FOR_EVER, elapsed)
    level = Level(available=Decimal(1))
    for n in range(3 * MOST):
        kept.keep([Item("1", Decimal(1), f"SKU-{n}")], {"1": level})
    found: dict[str, Level] = {}
    newest = [Item(str(n), Decimal(1), f"SKU-{n}") for n in range(3 * MOST)]
    missing = kept.fill(newest, found)
    assert 1 <= len(found) <= MOST
    assert len(found) + len(missing) == 3 * MOST
    assert found[str(3 * MOST - 1)] == level


async def test_it_is_said_once_a_minute_that_stock_is_not_known_and_once_that_it_is_again() -> None:
    elapsed = Elapsed()
    with capture_logs() as lines:
        async with Stockroom(always(http(b"<html>"))) as room:
            book = room.book(Patience(deadline=SOON, shared=0.0), elapsed=elapsed)
            for _ in range(4):
                await book.levels(an_order("TEA"))
            elapsed.now += 61.0
            await book.levels(an_order("TEA"))
            elapsed.now += REST_SECONDS
            room.answer = says(status="in_stock")
            await book.levels(an_order("TEA"))
            await book.levels(an_order("TEA"))
            await book.close()
    mine = [line for line in lines if line["action"].startswith("stock.")]
    assert [(line["action"], line.get("times")) for line in mine] == [
        ("stock.unknown", 1),
        ("stock.unknown", 4),
        ("stock.known", None),
    ]


async def test_a_book_can_be_closed_while_it_asks_and_twice() -> None:
    async with Stockroom(says(FOR_EVER, status="in_stock")) as room:
        book = room.book(Patience(deadline=0.02))
        await book.levels(an_order("TEA"))
        async with asyncio.timeout(SOON):
            await book.close()
            await book.close()
