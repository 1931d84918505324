"""A real RabbitMQ is killed, wiped, filled and blocked while orders come: nothing is lost, nothing
is doubled."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.rabbitmq import RabbitmqServer, fresh_url
from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.rabbitmq.carrier import RabbitmqCarrier
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.deliver.ports import Leased
from twofifty.flow.relay import Relay
from twofifty.queue.carried import Carried
from twofifty.queue.carrier import Carrier, Ticket
from twofifty.queue.ports import Leases
from twofifty.queue.worker import Worker
from twofifty.testing.clock import NOON, FrozenClock
from twofifty.testing.contracts.store_bench import ACCEPTED, Bench, an_order, lawful, planner

PATIENCE = 120.0
WORKERS = 2


class RunningClock(FrozenClock):
    """Noon when it is made; from then on it runs as the machine's does."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=time.monotonic() - self._began)

    def seconds(self) -> float:
        return self.now().timestamp()


class Thrice(RabbitmqCarrier):
    """Publishes every ticket three times."""

    async def publish(self, tickets: Sequence[Ticket]) -> Sequence[int]:
        await super().publish(tickets)
        await super().publish(tickets[::-1])
        return await super().publish(tickets)


class Post:
    """Hands mails to nobody, counting them. `slow`: seconds that each takes."""

    def __init__(self, plant: "Plant", owner: str, slow: float) -> None:
        self._plant = plant
        self._owner = owner
        self._slow = slow

    async def handle(self, item: Leased) -> None:
        if await self._plant.bench.dot(item, self._owner):
            await asyncio.sleep(self._slow)
            self._plant.sent[item.order_id] += 1
            assert await self._plant.bench.settle(item, ACCEPTED, self._owner)

    def failed(self, fault: BaseException) -> None:
        raise AssertionError(fault)


class Counted:
    """The store's own leases, counting what is leased past the broker."""

    def __init__(self, outbox: Leases[Leased]) -> None:
        self._outbox = outbox
        self.count = 0

    async def lease(self, owner: str, limit: int, until: float) -> Sequence[Leased]:
        items = await self._outbox.lease(owner, limit, until)
        self.count += len(items)
        return items

    async def beat(self, owner: str, until: float) -> None:
        await self._outbox.beat(owner, until)

    async def hand_back(self, owner: str, items: Sequence[Leased]) -> None:
        await self._outbox.hand_back(owner, items)

    async def next_due(self) -> float | None:
        return await self._outbox.next_due()


class Plant:
    """One store, one relay, two workers, each with connections of its own."""

    def __init__(self, folder: Path, url: str, opened: Callable[[str], Carrier]) -> None:
        self.clock = RunningClock()
        self.store = SqliteStore(folder / "store.db", self.clock, plan=planner(self.clock))
        self.bench = Bench(self.store, self.clock)
        self.news = MemoryBroker()
        self.sent: Counter[str] = Counter()
        self.accepted = 0
        self.past_the_broker = Counted(self.store.outbox)
        self._publishing = opened(url)
        self._relay = Relay(self._publishing, self.store.dispatch, self.news, self.clock)
        self._carried = [
            Carried[Leased](
                RabbitmqCarrier(url),
                self.store.dispatch,
                self.past_the_broker,
                MemoryBroker(),
                self.clock,
            )
            for _ in range(WORKERS)
        ]
        self.workers = [
            Worker(f"w{n}", carried, carried, self.clock, carried.answering(Post(self, f"w{n}", 0)))
            for n, carried in enumerate(self._carried)
        ]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        relaying = asyncio.create_task(self._relay.run())
        working = [asyncio.create_task(worker.run()) for worker in self.workers]
        try:
            yield
        finally:
            for worker in self.workers:
                worker.stop()
            await asyncio.gather(*working)
            relaying.cancel()
            await asyncio.gather(relaying, return_exceptions=True)
            await self._publishing.close()
            await asyncio.gather(*(carried.close() for carried in self._carried))

    async def accept(self, count: int, pause: float = 0.0) -> None:
        """So many orders come, eight at a time."""
        for _ in range(0, count, 8):
            orders = [an_order(str(self.accepted + n)) for n in range(8)]
            await asyncio.gather(*map(self.bench.accept, orders))
            self.accepted += 8
            self.news.announce()
            await asyncio.sleep(pause)

    async def drained(self) -> None:
        """Returns when every order was told of."""
        until = time.monotonic() + PATIENCE
        while len(self.sent) < self.accepted:
            assert time.monotonic() < until, f"{len(self.sent)} of {self.accepted} were sent"
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[RabbitmqServer]:
    made = RabbitmqServer()
    yield made
    made.remove()


Fault = Callable[[RabbitmqServer, str], None]


def survive(
    folder: Path,
    url: str,
    scenario: Callable[[Plant], Awaitable[None]],
    opened: Callable[[str], Carrier] = RabbitmqCarrier,
) -> Plant:
    """Runs a scenario over a plant, which must have told every customer once in the end."""

    async def whole() -> Plant:
        plant = Plant(folder, url, opened)
        async with plant.running():
            await scenario(plant)
            await plant.drained()
        assert len(plant.sent) == plant.accepted
        assert set(plant.sent.values()) == {1}
        await lawful(plant.store)
        await plant.store.close()
        return plant

    return asyncio.run(whole())


def prefix_of(url: str) -> str:
    return url.partition("prefix=")[2].partition("&")[0]


def delete_queue(server: RabbitmqServer, prefix: str) -> None:
    server.control("delete_queue", f"{prefix}.urgent")


def close_connections(server: RabbitmqServer, prefix: str) -> None:
    server.control("close_all_connections", "-p", "/", "tested")


def block(server: RabbitmqServer, prefix: str) -> None:
    server.control("set_vm_memory_high_watermark", "0.00001")
    time.sleep(3)
    server.control("set_vm_memory_high_watermark", "absolute", "512MiB")


def kill(server: RabbitmqServer, prefix: str) -> None:
    server.restart()


def wipe(server: RabbitmqServer, prefix: str) -> None:
    server.wipe()


FAULTS: tuple[Fault, ...] = (kill, wipe, delete_queue, close_connections, block)


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_or_doubled_whatever_the_broker_does(
    fault: Fault, server: RabbitmqServer, tmp_path: Path
) -> None:
    url = fresh_url(server)

    async def scenario(plant: Plant) -> None:
        await plant.accept(400)
        harm = asyncio.create_task(asyncio.to_thread(fault, server, prefix_of(url)))
        while not harm.done():
            await plant.accept(40, pause=0.02)
        await harm
        await plant.accept(400)

    survive(tmp_path, url, scenario)


def test_a_full_queue_refuses_and_nothing_is_lost(server: RabbitmqServer, tmp_path: Path) -> None:
    async def scenario(plant: Plant) -> None:
        await plant.accept(1_000)

    survive(tmp_path, fresh_url(server, "max_length=20&prefetch=4"), scenario)


def test_each_ticket_three_times_is_each_mail_once(server: RabbitmqServer, tmp_path: Path) -> None:
    async def scenario(plant: Plant) -> None:
        await plant.accept(800)

    plant = survive(tmp_path, fresh_url(server), scenario, Thrice)
    assert plant.past_the_broker.count < plant.accepted / 2


@pytest.mark.slow
@pytest.mark.timeout(1_200)
def test_the_broker_is_killed_and_wiped_five_times_in_20000(
    server: RabbitmqServer, tmp_path: Path
) -> None:
    url = fresh_url(server)

    async def scenario(plant: Plant) -> None:
        for fault in (kill, wipe, kill, wipe, kill, wipe, kill, wipe, kill, wipe):
            await plant.accept(1_600)
            harm = asyncio.create_task(asyncio.to_thread(fault, server, prefix_of(url)))
            while not harm.done():
                await plant.accept(40, pause=0.02)
            await harm
        await plant.accept(max(0, 20_000 - plant.accepted))

    survive(tmp_path, url, scenario, Thrice)
