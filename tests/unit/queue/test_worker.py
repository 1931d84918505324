"""The worker's loop over the in-memory store."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.memory.store import MemoryStore
from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Leased
from twofifty.deliver.verdict import verdict
from twofifty.errors import StoreBroken, StoreError
from twofifty.queue.worker import LEASE_SECONDS, Bounds, Worker
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    SETTLE,
    Bench,
    an_order,
    frozen,
    lawful,
)

Step = Callable[[Leased], Awaitable[Outcome]]


async def accepted(_: Leased) -> Outcome:
    return ACCEPTED


class Hands:
    """Handles a piece of work as a courier does: journal, `step`, settle."""

    def __init__(self, bench: Bench, step: Step = accepted) -> None:
        self.bench = bench
        self.step = step
        self.begun: list[str] = []
        self.faults: list[BaseException] = []
        self.now = 0
        self.most = 0
        self.done = asyncio.Event()
        self.awaited = 1

    async def handle(self, item: Leased) -> None:
        self.begun.append(item.message_id)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            outcome = await self.step(item)
            outbox = self.bench.store.outbox
            assert await outbox.dot("w1", item, frozen(item, "x"))
            times = (self.bench.clock.seconds(), SETTLE)
            assert await outbox.settle("w1", item, verdict(outcome, item, times, 0.5), None)
        finally:
            self.now -= 1
            self._ended()

    def failed(self, fault: BaseException) -> None:
        self.faults.append(fault)

    def _ended(self) -> None:
        self.awaited -= 1
        if self.awaited == 0:
            self.done.set()


class Shop:
    """A store, a broker, a worker, and the hands that do its work."""

    def __init__(self, in_flight: int = 64) -> None:
        self.clock = FrozenClock()
        self.bench = Bench(MemoryStore(self.clock), self.clock)
        self.broker = MemoryBroker()
        self.hands = Hands(self.bench)
        self.worker: Worker[Leased] = Worker(
            "w1",
            self.bench.store.outbox,
            self.broker,
            self.clock,
            self.hands,
            bounds=Bounds(in_flight=in_flight),
        )

    async def orders(self, count: int) -> None:
        for number in range(count):
            await self.bench.accept(an_order(str(number)))
        self.broker.announce()

    async def work_through(self, count: int) -> None:
        """Runs the worker until `count` pieces have ended, then stops it."""
        self.hands.awaited = count
        running = asyncio.create_task(self.worker.run())
        await self.hands.done.wait()
        self.worker.stop()
        await running
        await lawful(self.bench.store)


def test_what_waits_is_worked_through() -> None:
    async def scenario() -> None:
        shop = Shop()
        await shop.orders(20)
        await shop.work_through(20)
        law = await shop.bench.store.archive.conservation()
        assert law.messages == {"sent": 20}

    asyncio.run(scenario())


def test_news_wakes_a_worker_that_rests() -> None:
    async def scenario() -> None:
        shop = Shop()
        shop.hands.awaited = 1
        running = asyncio.create_task(shop.worker.run())
        await asyncio.sleep(0.02)
        await shop.orders(1)
        await shop.hands.done.wait()
        shop.worker.stop()
        await running
        assert await shop.bench.statuses("0") == ["sent"]

    asyncio.run(scenario())


def test_work_in_flight_is_bounded() -> None:
    async def scenario() -> int:
        shop = Shop(in_flight=3)

        async def slow(_: Leased) -> Outcome:
            await asyncio.sleep(0.001)
            return ACCEPTED

        shop.hands.step = slow
        await shop.orders(12)
        await shop.work_through(12)
        return shop.hands.most

    assert asyncio.run(scenario()) == 3


def test_stopping_finishes_what_is_begun_and_takes_nothing_new() -> None:
    async def scenario() -> None:
        shop = Shop(in_flight=2)
        gate, begun = asyncio.Event(), asyncio.Event()

        async def gated(_: Leased) -> Outcome:
            begun.set()
            await gate.wait()
            return ACCEPTED

        shop.hands.step = gated
        await shop.orders(5)
        running = asyncio.create_task(shop.worker.run())
        await begun.wait()
        shop.worker.stop()
        gate.set()
        await running
        law = await shop.bench.store.archive.conservation()
        assert law.messages == {"sent": 2, "queued": 3}
        assert shop.hands.faults == []

    asyncio.run(scenario())


def test_a_worker_that_stopped_has_retired() -> None:
    async def scenario() -> None:
        shop = Shop()
        await shop.orders(1)
        await shop.work_through(1)
        assert isinstance(shop.bench.store, MemoryStore)
        assert shop.bench.store.rows.workers == {}

    asyncio.run(scenario())


def test_a_handler_that_fails_does_not_stop_the_others() -> None:
    async def scenario() -> None:
        shop = Shop()

        async def picky(item: Leased) -> Outcome:
            if item.recipient == "buyer3@example.com":
                raise ValueError("a fault of ours")
            return ACCEPTED

        shop.hands.step = picky
        await shop.orders(6)
        await shop.work_through(6)
        (fault,) = shop.hands.faults
        assert isinstance(fault, ValueError)
        law = await shop.bench.store.archive.conservation()
        assert law.messages == {"sent": 5, "sending": 1}
        shop.clock.advance(LEASE_SECONDS + 1)
        await shop.bench.store.outbox.sweep(shop.clock.seconds(), SETTLE)
        assert await shop.bench.statuses("3") == ["queued"]

    asyncio.run(scenario())


class Moody:
    """Leases of a store that refuses now and then."""

    def __init__(self, inner: MemoryStore, refusals: list[StoreError]) -> None:
        self._inner = inner.outbox
        self._refusals = refusals
        self.beats = 0

    async def lease(self, owner: str, limit: int, until: float) -> Sequence[Leased]:
        if self._refusals:
            raise self._refusals.pop()
        return await self._inner.lease(owner, limit, until)

    async def beat(self, owner: str, until: float) -> None:
        self.beats += 1
        raise StoreError("not now")

    async def hand_back(self, owner: str, items: Sequence[Leased]) -> None:
        await self._inner.hand_back(owner, items)

    async def next_due(self) -> float | None:
        return await self._inner.next_due()


def test_a_store_that_refuses_is_asked_again() -> None:
    async def scenario() -> None:
        shop = Shop()
        assert isinstance(shop.bench.store, MemoryStore)
        moody = Moody(shop.bench.store, [StoreError("the disk is full")])
        shop.worker = Worker("w1", moody, shop.broker, shop.clock, shop.hands)
        await shop.orders(1)
        shop.broker.announce()
        await shop.work_through(1)
        assert [str(fault) for fault in shop.hands.faults] == ["the disk is full"]
        assert await shop.bench.statuses("0") == ["sent"]

    asyncio.run(scenario())


def test_a_store_that_is_broken_ends_the_worker() -> None:
    async def scenario() -> None:
        shop = Shop()
        assert isinstance(shop.bench.store, MemoryStore)
        moody = Moody(shop.bench.store, [StoreBroken("fsync")])
        shop.worker = Worker("w1", moody, shop.broker, shop.clock, shop.hands)
        await shop.orders(1)
        with pytest.raises(StoreBroken):
            await shop.worker.run()

    asyncio.run(scenario())


def test_a_heartbeat_survives_a_store_that_refuses() -> None:
    async def scenario() -> None:
        shop = Shop()
        assert isinstance(shop.bench.store, MemoryStore)
        moody = Moody(shop.bench.store, [])
        shop.worker = Worker("w1", moody, shop.broker, shop.clock, shop.hands)

        async def until_the_third_beat(_: Leased) -> Outcome:
            while moody.beats < 3:  # noqa: ASYNC110 - that is what is waited for
                await asyncio.sleep(0.01)
            return ACCEPTED

        shop.hands.step = until_the_third_beat
        await shop.orders(1)
        await shop.work_through(1)
        assert {str(fault) for fault in shop.hands.faults} == {"not now"}

    asyncio.run(scenario())


class Counting(Moody):
    """Counts how often it is asked to lease, and never refuses."""

    def __init__(self, inner: MemoryStore) -> None:
        super().__init__(inner, [])
        self.leases = 0

    async def lease(self, owner: str, limit: int, until: float) -> Sequence[Leased]:
        self.leases += 1
        return await super().lease(owner, limit, until)

    async def beat(self, owner: str, until: float) -> None:
        await self._inner.beat(owner, until)


def test_suspects_that_wait_their_turn_do_not_make_a_worker_spin() -> None:
    async def scenario() -> int:
        shop = Shop()
        assert isinstance(shop.bench.store, MemoryStore)
        await shop.orders(3)
        await shop.bench.lease("dead")
        await shop.bench.crash(3)
        counting = Counting(shop.bench.store)
        shop.worker = Worker("w1", counting, shop.broker, shop.clock, shop.hands)

        async def slow(_: Leased) -> Outcome:
            await asyncio.sleep(0.15)
            return ACCEPTED

        shop.hands.step = slow
        await shop.work_through(3)
        assert shop.hands.most == 1
        return counting.leases

    assert asyncio.run(scenario()) < 50
