"""A process that is frozen between the commit of its dot's journal and the dot: when it wakes up
that answer may be worth nothing any more, and it asks again before anything leaves."""

import asyncio
from collections.abc import Awaitable, Callable

from twofifty.adapters.memory.channel import ROUTE, MemoryChannel
from twofifty.adapters.memory.outbox import MemoryOutbox
from twofifty.adapters.memory.rows import Rows
from twofifty.adapters.memory.store import MemoryStore
from twofifty.clock import Clock
from twofifty.deliver.ports import Envelope, Frozen, Leased
from twofifty.deliver.routes.routes import Leg, Routes
from twofifty.deliver.routes.times import Times
from twofifty.flow.deliver import Courier, Way
from twofifty.flow.route import Route
from twofifty.queue.worker import FRESH_SECONDS
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import SETTLE, Bench, an_order, frozen, lawful

Meanwhile = Callable[["Freezer"], Awaitable[None]]


class Plain:
    """Makes a plain mail."""

    async def made(self, item: Leased) -> tuple[Frozen, Envelope]:
        made = frozen(item, "thank you")
        return made, Envelope(item.message_id, "shop@example.net", item.recipient, made.raw)


class Freezing(MemoryOutbox):
    """Whoever journals the first dot here is frozen once it is there, until `freeze` ends."""

    def __init__(self, rows: Rows, clock: Clock, freeze: Callable[[], Awaitable[None]]) -> None:
        super().__init__(rows, clock)
        self.asked = 0
        self._freeze = freeze

    async def dot(self, owner: str, item: Leased, frozen: Frozen) -> bool:
        answer = await super().dot(owner, item, frozen)
        self.asked += 1
        if self.asked == 1:
            await self._freeze()
        return answer


class Freezer:
    """A store with one order; `w1`, who is frozen at its dot while `meanwhile` happens, and `w2`,
    who is not."""

    def __init__(self, meanwhile: Meanwhile) -> None:
        self.clock = FrozenClock()
        store = MemoryStore(self.clock)
        self.bench = Bench(store, self.clock)
        self.outbox = Freezing(store.rows, self.clock, lambda: meanwhile(self))
        self.hop = MemoryChannel()
        times = Times(self.clock.seconds, lambda: self.clock.now().date())
        ways = {"email": Way(Plain(), Route(Routes([Leg(self.hop, ROUTE)], times)))}
        self._frozen = Courier("w1", self.outbox, ways, self.clock)
        self._other = Courier("w2", store.outbox, ways, self.clock)

    async def run(self) -> list[str]:
        """The statuses of the order's messages once `w1` is through."""
        await self.bench.accept(an_order())
        await self._frozen.handle(await self.bench.one("w1"))
        await lawful(self.bench.store)
        return await self.bench.statuses()

    async def taken_over(self) -> None:
        """By `w2`, when the lease has ended and the doubt has settled."""
        await self.bench.crash()
        self.clock.advance(SETTLE)
        await self._other.handle(await self.bench.one("w2"))


async def taken_over(freezer: Freezer) -> None:
    await freezer.taken_over()


async def nothing(freezer: Freezer) -> None:
    freezer.clock.advance(10 * FRESH_SECONDS)


async def a_moment(freezer: Freezer) -> None:
    freezer.clock.advance(FRESH_SECONDS / 2)


async def all_stopped(freezer: Freezer) -> None:
    freezer.clock.advance(10 * FRESH_SECONDS)
    await freezer.bench.store.brakes.stop("alex", "wait")


def test_a_dot_that_was_journalled_long_ago_does_not_leave_where_another_has_sent() -> None:
    freezer = Freezer(taken_over)
    assert asyncio.run(freezer.run()) == ["sent"]
    assert len(freezer.hop.taken) == 1
    assert freezer.outbox.asked == 2


def test_a_dot_that_is_late_and_nobody_elses_leaves_once() -> None:
    freezer = Freezer(nothing)
    assert asyncio.run(freezer.run()) == ["sent"]
    assert len(freezer.hop.taken) == 1
    assert freezer.outbox.asked == 2


def test_a_fresh_dot_is_asked_for_once() -> None:
    freezer = Freezer(a_moment)
    assert asyncio.run(freezer.run()) == ["sent"]
    assert freezer.outbox.asked == 1


def test_a_late_dot_that_is_stopped_is_put_off_and_no_doubt() -> None:
    """It may not leave, and still is its worker's: who else would settle it?"""
    freezer = Freezer(all_stopped)
    assert asyncio.run(freezer.run()) == ["deferred"]
    assert freezer.hop.taken == []
