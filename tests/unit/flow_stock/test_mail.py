"""A mail tells what is so when it leaves: its stock is looked up, and its order looked at again."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from email import message_from_bytes, policy
from typing import Any

import msgspec

from tests.unit.adapters_stock.stockroom import Asked, Stockroom, an_order, http, says
from twofifty.adapters.memory.channel import TAKEN, MemoryChannel
from twofifty.adapters.memory.store import MemoryStore
from twofifty.app.letters import presses
from twofifty.compose import inputs
from twofifty.deliver.outcome import Deferred, Outcome
from twofifty.deliver.ports import Envelope, Leased
from twofifty.flow.deliver import Courier, Way
from twofifty.flow.mailing import Mailing
from twofifty.flow.route import Route
from twofifty.flow.stock import StockBook
from twofifty.flow.stock_book import Patience
from twofifty.notice.policy import Rules
from twofifty.order.model import Customer, Order, Parcel, Stock
from twofifty.settings import Settings
from twofifty.testing.clock import NOON, FrozenClock
from twofifty.testing.contracts.store_bench import Bench, How, planner

PATIENT = Patience(deadline=60.0, shared=0.0)
FOLLOWING = How(rules=Rules())


class Post:
    """A store, a courier, and whoever takes the mails."""

    def __init__(self, book: StockBook) -> None:
        self.clock = FrozenClock()
        self.store = MemoryStore(self.clock, plan=planner(self.clock))
        self.bench = Bench(self.store, self.clock)
        self.outside = MemoryChannel()
        pressed = presses(Settings(sender="Shop <orders@example.com>"))
        stocked = {"": msgspec.structs.replace(pressed[""], stock=book)}
        way = Way(Mailing(stocked, self.clock), Route(self.outside))
        self.courier = Courier("w1", self.store.outbox, {"email": way}, self.clock)

    async def deliver(self) -> Sequence[Leased]:
        """One round of whatever is due."""
        items = await self.bench.lease()
        await asyncio.gather(*(self.courier.handle(item) for item in items))
        return items

    def texts(self) -> list[str]:
        """The mails' texts, on one line each."""
        return [_text(one) for one in self.outside.taken]


def _text(envelope: Envelope) -> str:
    body = message_from_bytes(envelope.data, policy=policy.default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def placed(*skus: str, **changes: Any) -> Order:
    return msgspec.structs.replace(
        an_order(*skus), source="shop", placed_at=NOON, updated_at=None, revision=None, **changes
    )


def lasting(order: Order, quantity: int) -> Order:
    line = msgspec.structs.replace(order.lines[0], quantity=Decimal(quantity))
    return msgspec.structs.replace(order, lines=(line, *order.lines[1:]))


async def test_a_mail_says_the_stock_of_the_moment_and_keeps_what_it_was_composed_from() -> None:
    async with Stockroom(says(available=0, expected="2026-12-01")) as room:
        book = room.book(PATIENT)
        post = Post(book)
        await post.bench.accept(placed("TEA"))
        (item,) = await post.deliver()
        await book.close()
    (text,) = post.texts()
    assert "expected Tue, Dec 1" in text
    frozen = post.store.rows.messages[item.message_id].frozen
    assert frozen is not None
    assert inputs.decode(frozen.inputs).stock == {
        "1": Stock(status="backorder", expected="2026-12-01")
    }


async def test_bytes_that_are_frozen_are_never_asked_for_again() -> None:
    answers: list[Outcome] = [Deferred("later", "dot", "memory")]
    async with Stockroom(says(available=0)) as room:
        book = room.book(PATIENT)
        post = Post(book)
        post.outside.says = lambda _: answers.pop() if answers else TAKEN
        await post.bench.accept(placed("TEA"))
        await post.deliver()
        room.answer = says(available=100)
        post.clock.advance(86_400)
        (item,) = await post.deliver()
        await book.close()
    assert item.raw is not None
    assert [one.data for one in post.outside.taken] == [item.raw]
    assert len(room.asked) == 1


async def test_a_canary_order_asks_for_no_stock() -> None:
    async with Stockroom(says(available=0)) as room:
        book = room.book(PATIENT)
        post = Post(book)
        await post.bench.accept(placed("TEA", customer=Customer(email="a@canary.invalid")))
        assert len(await post.deliver()) == 1
        await book.close()
    assert room.asked == []


async def test_only_mails_that_show_stock_ask_for_it() -> None:
    async with Stockroom(says(available=9)) as room:
        book = room.book(PATIENT)
        post = Post(book)
        await post.bench.accept(placed("TEA", "CUP"), FOLLOWING)
        await post.deliver()
        parcel = Parcel(id="p1", status="in transit")
        await post.bench.accept(placed("TEA", "CUP", parcels=(parcel,)), FOLLOWING)
        (shipment,) = await post.deliver()
        assert (shipment.kind, len(room.asked)) == ("shipment", 1)
        await post.bench.accept(lasting(placed("TEA", "CUP", parcels=(parcel,)), 3), FOLLOWING)
        post.clock.advance(Rules().quiet.total_seconds())
        (update,) = await post.deliver()
        assert (update.kind, len(room.asked)) == ("update", 2)
        await book.close()
    assert len(post.outside.taken) == 3


async def test_a_shop_that_hangs_delays_no_other_mail() -> None:
    async with Stockroom(says(60.0, available=0)) as room:
        book = room.book(Patience(deadline=0.05, shared=0.0))
        post = Post(book)
        for n in range(8):
            await post.bench.accept(placed("TEA", id=f"o{n}"))
        async with asyncio.timeout(30):
            assert len(await post.deliver()) == 8
        await book.close()
    assert len(post.outside.taken) == 8


async def test_an_order_that_changes_while_its_mail_is_composed_is_told_as_it_is_then() -> None:
    async with Stockroom(says(status="in_stock")) as room:
        book = room.book(PATIENT)
        post = Post(book)
        before, after = placed("TEA"), lasting(placed("TEA"), 7)

        async def changed(asked: Asked) -> bytes:
            """The customer edits the order while its mail waits for an answer."""
            await post.bench.accept(after)
            return http(b'{"lines": []}')

        await post.bench.accept(before)
        room.answer = changed
        await post.deliver()
        assert post.outside.taken == []
        room.answer = says(status="in_stock")
        await post.deliver()
        await book.close()
    (text,) = post.texts()
    assert "7 × Tea" in text
    assert [one.body["lines"][0]["quantity"] for one in room.asked] == [1, 7]


async def test_an_order_that_is_cancelled_while_its_mail_is_composed_is_not_confirmed() -> None:
    async with Stockroom(says(status="in_stock")) as room:
        book = room.book(PATIENT)
        post = Post(book)
        order = placed("TEA")

        async def cancelled(asked: Asked) -> bytes:
            state = msgspec.structs.replace(order.state, cancelled_at=NOON)
            await post.bench.accept(msgspec.structs.replace(order, state=state))
            return http(b'{"lines": []}')

        await post.bench.accept(order)
        room.answer = cancelled
        await post.deliver()
        await post.deliver()
        await book.close()
    assert post.outside.taken == []
