"""A worker whose work comes by a broker: claimed, worked at, answered for; without a broker too."""

import asyncio
from collections.abc import Awaitable, Callable

from structlog.testing import capture_logs

from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.memory.carrier import MemoryCarrier, MemoryQueues
from twofifty.adapters.memory.store import MemoryStore
from twofifty.deliver.ports import Leased
from twofifty.queue.carried import PATIENCE, Carried
from twofifty.queue.carrier import Ticket
from twofifty.queue.worker import Bounds, Worker
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import ACCEPTED, Bench, an_order, planner

WAY = 300.0
PATIENT = 20.0


class Sender:
    """Sends what it is handed, and remembers it."""

    def __init__(self, bench: Bench, gate: asyncio.Event | None = None) -> None:
        self._bench = bench
        self._gate = gate
        self.begun: list[int] = []
        self.sent: list[int] = []

    async def handle(self, item: Leased) -> None:
        self.begun.append(item.seq)
        if self._gate is not None:
            await self._gate.wait()
        assert await self._bench.dot(item)
        assert await self._bench.settle(item, ACCEPTED)
        self.sent.append(item.seq)

    def failed(self, fault: BaseException) -> None:
        raise AssertionError(fault)


class Shop:
    """A store, a broker, and one worker that takes from it."""

    def __init__(self, in_flight: int = 8, gate: asyncio.Event | None = None) -> None:
        self.clock = FrozenClock()
        store = MemoryStore(self.clock, plan=planner(self.clock))
        self.store = store
        self.bench = Bench(store, self.clock)
        self.queues = MemoryQueues()
        self.relay = MemoryCarrier(self.queues)
        self.news = MemoryBroker()
        self.sender = Sender(self.bench, gate)
        self.carried = Carried[Leased](
            MemoryCarrier(self.queues),
            store.dispatch,
            store.outbox,
            self.news,
            self.clock,
            in_flight,
        )
        self.worker = Worker(
            "w1",
            self.carried,
            self.carried,
            self.clock,
            self.carried.answering(self.sender),
            Bounds(in_flight, grace=0.2),
        )

    async def accept(self, count: int) -> None:
        for number in range(count):
            await self.bench.accept(an_order(str(number)))

    async def publish(self) -> list[Ticket]:
        tickets = await self.store.dispatch.due(1_000, self.clock.seconds() + WAY)
        await self.relay.publish(tickets)
        return list(tickets)

    def waiting(self) -> int:
        return len(self.queues.urgent) + len(self.queues.later)


def run(scenario: Callable[[Shop], Awaitable[None]], shop: Callable[[], Shop] = Shop) -> None:
    """Runs a scenario beside a worker, which is stopped in the end."""

    async def whole() -> None:
        made = shop()
        working = asyncio.create_task(made.worker.run())
        try:
            await asyncio.wait_for(scenario(made), PATIENT)
        finally:
            made.worker.stop()
            await working
        await made.carried.close()

    asyncio.run(whole())


async def until(right: Callable[[], bool]) -> None:
    while not right():  # noqa: ASYNC110 - the worker says nothing of its own accord
        await asyncio.sleep(0.005)


def test_what_the_broker_brings_is_sent_and_answered_for() -> None:
    async def scenario(shop: Shop) -> None:
        await shop.accept(20)
        jobs = {ticket.job for ticket in await shop.publish()}
        await until(lambda: set(shop.sender.sent) == jobs)
        await until(lambda: shop.queues.taken == 0)
        assert shop.waiting() == 0
        assert len(shop.sender.sent) == 20

    run(scenario)


def test_what_was_not_published_is_left_to_the_relay() -> None:
    async def scenario(shop: Shop) -> None:
        await shop.accept(3)
        shop.news.announce()
        await asyncio.sleep(0.1)
        assert shop.sender.begun == []

    run(scenario)


def test_each_ticket_three_times_is_each_mail_once() -> None:
    async def scenario(shop: Shop) -> None:
        await shop.accept(30)
        tickets = await shop.publish()
        await shop.relay.publish(tickets)
        await shop.relay.publish(tickets[::-1])
        await until(lambda: len(shop.sender.sent) == 30)
        await until(lambda: shop.queues.taken == 0 and shop.waiting() == 0)
        assert len(set(shop.sender.sent)) == 30

    run(scenario)


def test_a_ticket_for_nothing_is_answered_at_once() -> None:
    async def scenario(shop: Shop) -> None:
        await shop.relay.publish([Ticket(job) for job in range(100, 140)])
        await until(lambda: shop.waiting() == 0 and shop.queues.taken == 0)
        assert shop.sender.begun == []

    run(scenario)


def test_a_ticket_is_answered_for_when_its_work_has_ended() -> None:
    gate = asyncio.Event()

    async def scenario(shop: Shop) -> None:
        await shop.accept(3)
        await shop.publish()
        await until(lambda: len(shop.sender.begun) == 3)
        await asyncio.sleep(0.05)
        assert shop.queues.taken == 3
        gate.set()
        await until(lambda: shop.queues.taken == 0)
        assert len(shop.sender.sent) == 3

    run(scenario, lambda: Shop(gate=gate))


def test_no_more_is_taken_than_there_is_room_for() -> None:
    gate = asyncio.Event()

    async def scenario(shop: Shop) -> None:
        await shop.accept(30)
        await shop.publish()
        await until(lambda: len(shop.sender.begun) == 4)
        await asyncio.sleep(0.1)
        assert shop.queues.taken <= 8
        assert len(shop.sender.begun) == 4
        gate.set()
        await until(lambda: len(shop.sender.sent) == 30)

    run(scenario, lambda: Shop(in_flight=4, gate=gate))


def test_what_is_in_flight_at_the_end_goes_back() -> None:
    gate = asyncio.Event()

    async def whole() -> None:
        shop = Shop(in_flight=5, gate=gate)
        working = asyncio.create_task(shop.worker.run())
        await shop.accept(4)
        await shop.publish()
        await until(lambda: len(shop.sender.begun) == 4)
        shop.worker.stop()
        await shop.relay.publish([Ticket(100), Ticket(101)])
        await working
        await shop.carried.close()
        assert (shop.queues.taken, shop.waiting()) == (0, 2)
        assert await shop.store.outbox.owners() == []
        again = await shop.store.dispatch.due(100, shop.clock.seconds() + WAY)
        assert len(again) == 4

    asyncio.run(whole())


def test_without_the_broker_workers_help_themselves() -> None:
    async def scenario(shop: Shop) -> None:
        shop.queues.down = True
        await shop.accept(10)
        shop.news.announce()
        await asyncio.sleep(0.05)
        assert shop.sender.begun == []
        while len(shop.sender.sent) < 10:
            shop.clock.advance(PATIENCE / 4)
            await asyncio.sleep(0.05)
        assert shop.carried.direct
        shop.queues.down = False
        await shop.relay.publish([Ticket(1_000)])
        while shop.carried.direct:
            shop.clock.advance(1)
            await asyncio.sleep(0.05)

    with capture_logs() as said:
        run(scenario)
    outage = [line for line in said if line["action"].startswith("tickets.")]
    assert [line["action"] for line in outage] == ["tickets.down", "tickets.up"]
    assert outage[0]["fault"] == "the broker is down"


def test_what_the_relay_left_lying_is_leased_after_a_while() -> None:
    async def scenario(shop: Shop) -> None:
        await shop.accept(10)
        shop.clock.advance(PATIENCE / 2)
        await asyncio.sleep(0.05)
        assert shop.sender.begun == []
        shop.clock.advance(PATIENCE / 2 + 1)
        await until(lambda: len(shop.sender.sent) == 10)

    run(scenario)


def test_what_no_ticket_brings_does_not_wait_for_a_pause_in_the_tickets() -> None:
    async def scenario(shop: Shop) -> None:
        await shop.accept(1)
        shop.clock.advance(PATIENCE + 1)
        overlooked = shop.store.rows.jobs.copy()
        nothing = (Ticket(1_000 + job) for job in range(10_000_000))
        while not shop.sender.sent:
            await shop.relay.publish([next(nothing) for _ in range(50)])
            shop.clock.advance(0.1)
            await asyncio.sleep(0.001)
        assert set(shop.sender.sent) == set(overlooked)

    run(scenario)
