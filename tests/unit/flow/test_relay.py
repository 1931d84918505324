"""The relay: what is due reaches the broker, and again where that came to nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.memory.carrier import MemoryCarrier, MemoryQueues
from twofifty.adapters.memory.store import MemoryStore
from twofifty.flow.relay import ON_ITS_WAY, SURELY_SEEN, WATCH_SECONDS, Relay
from twofifty.queue.carrier import Ticket
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import Bench, an_order, planner

PATIENT = 20.0


class Post:
    """A store, a broker, and relays between them."""

    def __init__(self, relays: int = 1) -> None:
        self.clock = FrozenClock()
        self.store = MemoryStore(self.clock, plan=planner(self.clock))
        self.bench = Bench(self.store, self.clock)
        self.queues = MemoryQueues()
        self.news = [MemoryBroker() for _ in range(relays)]
        self.relays = [
            Relay(MemoryCarrier(self.queues), self.store.dispatch, news, self.clock)
            for news in self.news
        ]

    async def accept(self, *names: int) -> None:
        for name in names:
            await self.bench.accept(an_order(str(name)))
        for news in self.news:
            news.announce()

    def jobs(self) -> list[int]:
        return sorted(ticket.job for ticket, _ in [*self.queues.urgent, *self.queues.later])

    async def come(self, count: int) -> None:
        while len(self.jobs()) < count:
            for news in self.news:
                news.announce()
            await asyncio.sleep(0.005)


def run(scenario: Callable[[Post], Awaitable[None]], relays: int = 1) -> None:
    async def whole() -> None:
        post = Post(relays)
        running = [asyncio.create_task(relay.run()) for relay in post.relays]
        try:
            await asyncio.wait_for(scenario(post), PATIENT)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(whole())


def test_what_is_accepted_reaches_the_broker_once() -> None:
    async def scenario(post: Post) -> None:
        await post.accept(*range(50))
        await post.come(50)
        await asyncio.sleep(0.05)
        assert len(set(post.jobs())) == len(post.jobs()) == 50

    run(scenario)


def test_two_relays_publish_nothing_twice() -> None:
    async def scenario(post: Post) -> None:
        await post.accept(*range(50))
        await post.come(50)
        await asyncio.sleep(0.05)
        assert len(set(post.jobs())) == len(post.jobs()) == 50

    run(scenario, relays=2)


def test_what_comes_while_the_broker_is_away_is_published_when_it_is_back() -> None:
    async def scenario(post: Post) -> None:
        post.queues.down = True
        await post.accept(*range(20))
        await asyncio.sleep(0.2)
        assert post.jobs() == []
        post.queues.down = False
        while len(post.jobs()) < 20:
            post.clock.advance(1)
            await asyncio.sleep(0.05)
        assert len(set(post.jobs())) == len(post.jobs())

    run(scenario)


def test_what_a_full_queue_refuses_is_published_when_there_is_room() -> None:
    async def scenario(post: Post) -> None:
        post.queues.room = 5
        await post.accept(*range(12))
        taken = set[int]()
        while len(taken) < 12:
            assert len(post.jobs()) <= 5
            taken |= set(post.jobs())
            post.queues.urgent.clear()
            post.clock.advance(1)
            post.news[0].announce()
            await asyncio.sleep(0.02)

    run(scenario)


def test_what_a_wiped_broker_lost_is_published_again() -> None:
    async def scenario(post: Post) -> None:
        await post.accept(*range(20))
        await post.come(20)
        before = post.jobs()
        post.queues.urgent.clear()
        post.clock.advance(SURELY_SEEN + WATCH_SECONDS)
        await post.come(20)
        assert post.jobs() == before
        assert SURELY_SEEN + WATCH_SECONDS < ON_ITS_WAY

    run(scenario)


def test_a_backlog_that_waits_at_the_broker_is_not_published_again() -> None:
    async def scenario(post: Post) -> None:
        await post.accept(*range(20))
        await post.come(20)
        for _ in range(10):
            post.clock.advance(SURELY_SEEN)
            post.news[0].announce()
            await asyncio.sleep(0.02)
        assert len(post.jobs()) == 20

    run(scenario)


def test_a_relay_that_is_ended_while_news_comes_ends() -> None:
    async def whole() -> None:
        for _ in range(50):
            post = Post()
            running = asyncio.create_task(post.relays[0].run())
            await asyncio.sleep(0.002)
            post.news[0].announce()
            running.cancel()
            done, _ = await asyncio.wait({running}, timeout=PATIENT)
            assert done

    asyncio.run(whole())


def test_what_nobody_claimed_for_long_is_published_again() -> None:
    async def scenario(post: Post) -> None:
        await post.accept(1)
        await post.come(1)
        post.clock.advance(ON_ITS_WAY)
        await post.come(2)
        assert len(set(post.jobs())) == 1

    run(scenario)


def test_while_mail_is_stopped_nothing_leaves() -> None:
    async def scenario(post: Post) -> None:
        await post.store.brakes.stop("kim", "a wrong price")
        await post.accept(1)
        await asyncio.sleep(0.1)
        assert post.jobs() == []
        await post.store.brakes.release("kim")
        await post.come(1)

    run(scenario)


def test_what_is_to_travel_with_its_content_gets_it() -> None:
    async def scenario(post: Post) -> None:
        await post.accept(1)
        await post.come(1)
        ((ticket, _),) = post.queues.urgent
        assert ticket.content == b"mail"

    async def whole() -> None:
        post = Post(0)
        news = MemoryBroker()

        async def filled(tickets: Sequence[Ticket]) -> Sequence[Ticket]:
            return [Ticket(one.job, one.priority, b"mail") for one in tickets]

        relay = Relay(MemoryCarrier(post.queues), post.store.dispatch, news, post.clock, filled)
        running = asyncio.create_task(relay.run())
        post.news.append(news)
        await asyncio.wait_for(scenario(post), PATIENT)
        running.cancel()

    asyncio.run(whole())
