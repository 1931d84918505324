"""Days of faults in virtual time: the real courier, all policies, a store, a clock that leaps."""

import asyncio
from collections.abc import Callable

from twofifty.adapters.memory.channel import ROUTE, TAKEN, MemoryChannel
from twofifty.adapters.memory.store import MemoryStore
from twofifty.deliver.outcome import Deferred, Outcome, Reply
from twofifty.deliver.ports import Envelope, Frozen, Leased
from twofifty.deliver.routes.routes import Leg, Routes
from twofifty.deliver.routes.times import Times
from twofifty.flow.deliver import Courier, Way
from twofifty.flow.route import Route
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import Bench, an_order, frozen, lawful

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
LATER = Deferred("later", "rcpt", ROUTE, Reply(451, "later", "4.3.0"))
DEAD = Deferred("dead", "connect", ROUTE, connection=True)
HINTED = Deferred("later", "rcpt", ROUTE, Reply(450, "later", "4.7.1"), retry_after=400.0)
GREY = Deferred("grey", "rcpt", ROUTE, Reply(450, "later", "4.2.0"), greylisted=True)

Says = Callable[[Envelope, float], Outcome]


class Plain:
    """Makes a plain mail."""

    async def made(self, item: Leased) -> tuple[Frozen, Envelope]:
        made = frozen(item, "thank you")
        return made, Envelope(item.message_id, "shop@example.net", item.recipient, made.raw)


class Days:
    """A store with mails, and a next hop that says what `says` says after so many seconds."""

    def __init__(self, says: Says) -> None:
        self.clock = FrozenClock()
        self.began = self.clock.seconds()
        self.bench = Bench(MemoryStore(self.clock), self.clock)
        self.tried: dict[str, list[float]] = {}
        self.taken: dict[str, float] = {}
        self._says = says
        hop = MemoryChannel(self._said)
        times = Times(self.clock.seconds, lambda: self.clock.now().date())
        way = Way(Plain(), Route(Routes([Leg(hop, ROUTE)], times)))
        self._courier = Courier("w1", self.bench.store.outbox, {"email": way}, self.clock)

    @property
    def now(self) -> float:
        return self.clock.seconds() - self.began

    def _said(self, envelope: Envelope) -> Outcome:
        outcome = self._says(envelope, self.now)
        self.tried.setdefault(envelope.recipient, []).append(self.now)
        if outcome == TAKEN:
            self.taken[envelope.recipient] = self.now
        return outcome

    async def orders(self, count: int, first: int = 0) -> None:
        for number in range(first, first + count):
            await self.bench.accept(an_order(f"{number}"))

    async def until(self, end: float) -> None:
        """Works off whatever becomes due until `end` seconds have passed, or nothing is left."""
        while (due := await self.bench.store.outbox.next_due()) is not None:
            wait = due - self.clock.seconds()
            if self.now + wait > end:
                break
            self.clock.advance(max(0.0, wait) + 0.001)
            for item in await self.bench.lease(limit=64):
                await self._courier.handle(item)
        self.clock.advance(max(0.0, end - self.now))

    async def statuses(self) -> dict[str, int]:
        await lawful(self.bench.store)
        law = await self.bench.store.archive.conservation()
        return law.messages


def after(seconds: float, before: Outcome) -> Says:
    return lambda _, now: TAKEN if now >= seconds else before


def test_one_mail_is_tried_again_within_a_minute_and_for_a_whole_day() -> None:
    async def scenario() -> None:
        days = Days(after(DAY, LATER))
        await days.orders(1)
        await days.until(2 * DAY)
        (tried,) = days.tried.values()
        assert tried[1] - tried[0] <= 60
        assert await days.statuses() == {"sent": 1}
        assert days.taken.popitem()[1] <= DAY + 5 * HOUR

    asyncio.run(scenario())


def test_a_storm_of_a_day_is_kept_up_by_every_mail_and_ends_for_all_at_once() -> None:
    async def scenario() -> None:
        days = Days(after(DAY, LATER))
        await days.orders(40)
        await days.until(2 * DAY)
        assert await days.statuses() == {"sent": 40}
        assert max(days.taken.values()) <= DAY + 5 * HOUR

    asyncio.run(scenario())


def test_what_is_put_off_for_ever_fails_after_two_days_with_an_alarm() -> None:
    async def scenario() -> None:
        days = Days(lambda envelope, now: LATER)
        await days.orders(1)
        await days.until(4 * DAY)
        assert await days.statuses() == {"failed": 1}
        (tried,) = days.tried.values()
        assert DAY <= tried[-1] <= 2.3 * DAY
        (message,) = await days.bench.messages("0")
        assert message.code == "given_up"

    asyncio.run(scenario())


def test_even_in_a_storm_without_end_every_mail_fails_one_day() -> None:
    async def scenario() -> None:
        days = Days(lambda envelope, now: LATER)
        await days.orders(40)
        await days.until(1 * DAY)
        assert set(await days.statuses()) == {"deferred"}
        await days.until(5 * DAY)
        assert await days.statuses() == {"failed": 40}

    asyncio.run(scenario())


def test_a_relay_that_was_away_for_hours_gets_everything_within_minutes() -> None:
    async def scenario() -> None:
        days = Days(after(5 * HOUR, DEAD))
        await days.orders(50)
        await days.until(6 * HOUR)
        assert await days.statuses() == {"sent": 50}
        assert max(days.taken.values()) <= 5 * HOUR + 15 * MINUTE

    asyncio.run(scenario())


def test_after_a_short_break_everything_leaves_within_a_minute() -> None:
    async def scenario() -> None:
        days = Days(after(MINUTE, DEAD))
        await days.orders(50)
        await days.until(HOUR)
        assert await days.statuses() == {"sent": 50}
        assert max(days.taken.values()) <= 2 * MINUTE
        assert max(len(tried) for tried in days.tried.values()) < 10

    asyncio.run(scenario())


def test_a_relay_that_never_comes_back_is_an_alarm_within_days() -> None:
    async def scenario() -> None:
        days = Days(lambda envelope, now: DEAD)
        await days.orders(5)
        await days.until(1 * DAY)
        assert await days.statuses() == {"deferred": 5}
        await days.until(6 * DAY)
        assert await days.statuses() == {"failed": 5}

    asyncio.run(scenario())


def test_the_servers_own_time_is_kept() -> None:
    async def scenario() -> None:
        days = Days(after(300.0, HINTED))
        await days.orders(3)
        await days.until(HOUR)
        assert await days.statuses() == {"sent": 3}
        for tried in days.tried.values():
            assert len(tried) == 2
            assert 400 <= tried[1] - tried[0] <= 441

    asyncio.run(scenario())


def test_a_greylist_is_learnt_and_later_mail_needs_two_attempts() -> None:
    first: dict[str, float] = {}

    def grey(envelope: Envelope, now: float) -> Outcome:
        return TAKEN if now - first.setdefault(envelope.recipient, now) >= 300 else GREY

    async def scenario() -> None:
        days = Days(grey)
        for number in range(10):
            await days.orders(1, first=number)
            await days.until((number + 1) * HOUR)
        assert await days.statuses() == {"sent": 10}
        attempts = [len(tried) for tried in days.tried.values()]
        waits = [tried[-1] - tried[0] for tried in days.tried.values()]
        assert attempts[0] > 3
        assert attempts[-3:] == [2, 2, 2]
        assert waits[-1] < 420 < waits[0] + 60

    asyncio.run(scenario())
