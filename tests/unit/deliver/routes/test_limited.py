"""No route gets more than was agreed, and no domain takes the places of the others."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.deliver.routes.hops import TAKEN, Hop, dot, mail
from tests.unit.deliver.routes.virtual import VIRTUAL, now, run
from twofifty.deliver.outcome import Deferred, Outcome
from twofifty.deliver.ports import Envelope
from twofifty.deliver.routes.crowd import SLOW, SLOWED, Crowd
from twofifty.deliver.routes.limited import IN_MEMORY, LONGEST_AWAY, Limited
from twofifty.deliver.routes.paces import LONGEST_BOOKING
from twofifty.deliver.routes.places import Places
from twofifty.deliver.routes.terms import RouteTerms
from twofifty.deliver.routes.times import Times
from twofifty.deliver.routes.warmup import DAY, Warmup

LABEL = "a.example.test:25"
DOMAINS = ("a.test", "b.test", "c.test")
ARRIVALS = st.lists(st.tuples(st.floats(0, 2), st.sampled_from(DOMAINS)), min_size=1, max_size=60)


class Server:
    """Takes every mail after `seconds` (by domain), and notes when each came."""

    def __init__(self, seconds: dict[str, float] | None = None) -> None:
        self.came: list[tuple[float, str]] = []
        self.on_the_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self._seconds = seconds or {}

    async def send(self, envelope: Envelope, dot: object) -> Outcome:
        domain = envelope.recipient.partition("@")[2]
        self.came.append((now(), domain))
        for name in (domain, "all"):
            self.on_the_way[name] += 1
            self.most[name] = max(self.most[name], self.on_the_way[name])
        try:
            await asyncio.sleep(self._seconds.get(domain, 0.0))
        finally:
            self.on_the_way.subtract((domain, "all"))
        return TAKEN

    async def close(self) -> None:
        pass

    def times(self, domain: str | None = None) -> list[float]:
        return [at for at, name in self.came if domain in (None, name)]


async def _keep_trying(channel: Limited, envelope: Envelope) -> float:
    """As the queue does it: again when it was told to. When it was taken."""
    while True:
        outcome = await channel.send(envelope, dot)
        if not isinstance(outcome, Deferred):
            return now()
        assert outcome.waiting
        assert outcome.retry_after is not None
        await asyncio.sleep(outcome.retry_after)


def most_within(times: Sequence[float], seconds: float) -> int:
    """The most of them within any stretch of so many seconds."""
    return max(sum(1 for at in times if first <= at < first + seconds) for first in times)


@settings(max_examples=50, deadline=None)
@given(ARRIVALS, st.sampled_from([0.5, 2.0, 10.0]), st.sampled_from([0.3, 1.0, 20.0]))
def test_no_rate_is_exceeded_over_any_window_and_every_mail_leaves(
    arrivals: list[tuple[float, str]], rate: float, domain_rate: float
) -> None:
    server = Server()
    terms = RouteTerms(rate=rate, domain_rate=domain_rate)

    async def scenario() -> None:
        channel = Limited(server, LABEL, terms, VIRTUAL)
        tasks = []
        for number, (pause, domain) in enumerate(arrivals):
            await asyncio.sleep(pause)
            tasks.append(asyncio.create_task(_keep_trying(channel, mail(number, domain))))
        await asyncio.gather(*tasks)

    run(scenario())
    assert len(server.came) == len(arrivals)
    for seconds in (1.0, 7.0, 60.0):
        assert most_within(server.times(), seconds) <= rate * seconds + 1
        for domain in DOMAINS:
            assert most_within([*server.times(domain), 0.0], seconds) <= domain_rate * seconds + 1


def test_a_rate_is_used_to_the_full() -> None:
    server = Server()

    async def scenario() -> float:
        channel, began = Limited(server, LABEL, RouteTerms(rate=10.0), VIRTUAL), now()
        await asyncio.gather(*(_keep_trying(channel, mail(number)) for number in range(500)))
        return now() - began

    assert 49 < run(scenario()) < 60


def test_a_mail_that_would_wait_long_is_not_held_in_memory() -> None:
    async def scenario() -> list[tuple[Outcome, float]]:
        channel = Limited(Server(), LABEL, RouteTerms(rate=1.0), VIRTUAL)

        async def one(number: int) -> tuple[Outcome, float]:
            began = now()
            return await channel.send(mail(number), dot), now() - began

        return await asyncio.gather(*(one(number) for number in range(50)))

    told = run(scenario())
    away = [outcome for outcome, _ in told if isinstance(outcome, Deferred)]
    assert len(told) - len(away) == 3
    assert all(took <= 2 * IN_MEMORY for _, took in told)
    assert all(one.waiting and not one.connection and one.phase == "connect" for one in away)
    again = [one.retry_after for one in away if one.retry_after is not None]
    assert again == sorted(again)
    assert len(set(again)) == len(away)
    assert max(again) <= LONGEST_BOOKING


def test_the_queue_of_other_domains_is_not_blocked_by_a_slow_one() -> None:
    """A worker with 64 in flight; the first 500 mails are for a domain whose server hangs for five
    minutes, and the others come behind them."""
    server = Server({"slow.test": 300.0, "quick.test": 0.05})
    took: dict[str, list[float]] = {"slow.test": [], "quick.test": []}

    async def scenario() -> None:
        channel, began = Limited(server, LABEL, RouteTerms(), VIRTUAL), now()
        queue: asyncio.PriorityQueue[tuple[float, int, str]] = asyncio.PriorityQueue()
        for number in range(600):
            queue.put_nowait((0.0, number, "slow.test" if number < 500 else "quick.test"))

        async def place() -> None:
            while len(took["quick.test"]) < 100:
                due, number, domain = await queue.get()
                if due > now():
                    queue.put_nowait((due, number, domain))
                    await asyncio.sleep(0.05)
                    continue
                outcome = await channel.send(mail(number, domain), dot)
                if isinstance(outcome, Deferred):
                    queue.put_nowait((now() + (outcome.retry_after or 0.0), number, domain))
                else:
                    took[domain].append(now() - began)

        places = [asyncio.create_task(place()) for _ in range(64)]
        await asyncio.wait(places, return_when=asyncio.FIRST_COMPLETED)
        for one in places:
            one.cancel()
        await asyncio.wait(places)

    run(scenario())
    assert len(took["quick.test"]) == 100
    assert max(took["quick.test"]) < 10
    assert server.most["slow.test"] == RouteTerms().for_one_domain


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(DOMAINS), min_size=1, max_size=80),
    st.integers(1, 8),
    st.integers(1, 8),
)
def test_places_are_never_more_than_was_agreed(
    domains: list[str], connections: int, part: int
) -> None:
    server = Server(dict.fromkeys(DOMAINS, 0.1))
    terms = RouteTerms(connections=connections, domain_connections=part)

    async def scenario() -> None:
        channel = Limited(server, LABEL, terms, VIRTUAL)
        mails = enumerate(domains)
        await asyncio.gather(*(_keep_trying(channel, mail(at, name)) for at, name in mails))

    run(scenario())
    assert len(server.came) == len(domains)
    assert server.most["all"] <= connections
    assert all(server.most[domain] <= part for domain in DOMAINS)


def test_domains_take_turns() -> None:
    server = Server(dict.fromkeys(DOMAINS, 0.01))

    async def scenario() -> None:
        channel = Limited(server, LABEL, RouteTerms(connections=2), VIRTUAL)
        mails = [
            mail(number, DOMAINS[0 if number < 40 else number % 2 + 1]) for number in range(60)
        ]
        await asyncio.gather(*(channel.send(one, dot) for one in mails))

    run(scenario())
    first = [domain for _, domain in server.came[:30]]
    assert min(Counter(first).values()) >= 9


def test_a_place_of_a_cancelled_mail_is_free_again() -> None:
    server = Server({"a.test": 5.0})

    async def scenario() -> list[Outcome]:
        channel = Limited(server, LABEL, RouteTerms(connections=1), VIRTUAL)
        tasks = [asyncio.create_task(channel.send(mail(at, "a.test"), dot)) for at in range(3)]
        await asyncio.sleep(0.5)
        tasks[1].cancel()
        tasks[0].cancel()
        await asyncio.wait(tasks[:2])
        return [await tasks[2], await channel.send(mail(9, "b.test"), dot)]

    assert run(scenario()) == [TAKEN, TAKEN]
    assert server.on_the_way["all"] == 0


def test_a_place_that_was_given_to_a_mail_just_cancelled_goes_to_the_next() -> None:
    async def scenario() -> tuple[float | None, float | None]:
        places = Places(1, 1, now)
        first = await places.take("a.test", IN_MEMORY)
        assert first is not None
        second = asyncio.create_task(places.take("b.test", IN_MEMORY))
        third = asyncio.create_task(places.take("c.test", IN_MEMORY))
        await asyncio.sleep(0.1)
        places.leave("a.test", first)  # the place is the second's, who is gone before it knows
        second.cancel()
        await asyncio.wait({second})
        return await third, await places.take("d.test", 0.5)

    third, fourth = run(scenario())
    assert third is not None
    assert fourth is None


def test_whoever_waits_for_a_rate_is_not_overtaken_by_who_comes_later() -> None:
    server = Server()

    async def scenario() -> None:
        channel = Limited(server, LABEL, RouteTerms(rate=1.0), VIRTUAL)

        async def late() -> None:
            await asyncio.sleep(1.0)  # its timer was set first, so it comes first at that moment
            await channel.send(mail(3, "late.test"), dot)

        later = asyncio.create_task(late())
        await asyncio.sleep(0)
        await channel.send(mail(1, "first.test"), dot)
        await asyncio.gather(channel.send(mail(2, "second.test"), dot), later)

    run(scenario())
    assert [domain for _, domain in server.came] == ["first.test", "second.test", "late.test"]


def test_a_domain_that_is_known_to_be_slow_gets_a_quarter_of_its_places() -> None:
    crowd: Crowd[object] = Crowd(16, 12)
    for number in range(12):
        assert crowd.enter("slow.test", float(number) / 100)
    assert not crowd.enter("slow.test", 0.5)
    for number in range(12):
        crowd.leave("slow.test", float(number) / 100, SLOW + 1)
    again = [crowd.enter("slow.test", SLOW + 2) for _ in range(12)]
    assert sum(again) == 12 // SLOWED
    assert all(crowd.enter("quick.test", SLOW + 2) for _ in range(12))


def test_mail_that_is_sent_away_for_want_of_places_comes_back_before_long() -> None:
    server = Server({"slow.test": 60.0})

    async def scenario() -> list[Outcome]:
        channel = Limited(server, LABEL, RouteTerms(), VIRTUAL)
        first = [asyncio.create_task(channel.send(mail(at, "slow.test"), dot)) for at in range(40)]
        await asyncio.sleep(30.0)
        later = [await channel.send(mail(100 + at, "slow.test"), dot) for at in range(40)]
        await asyncio.gather(*first)
        return later

    away = [one for one in run(scenario()) if isinstance(one, Deferred)]
    assert len(away) == 40
    assert all(IN_MEMORY <= (one.retry_after or 0.0) <= LONGEST_AWAY for one in away)


def test_a_plan_is_kept_over_the_day_and_grows_with_the_days() -> None:
    server, start = Server(), date(2026, 11, 22)

    async def scenario() -> None:
        began = now()
        times = Times(now, lambda: date.fromordinal(start.toordinal() + int((now() - began) / DAY)))
        terms = RouteTerms(warmup=Warmup(start, 40))
        channel = Limited(server, LABEL, terms, times)
        for number in range(2 * 24 * 60):
            await channel.send(mail(number), dot)
            await asyncio.sleep(60.0)

    run(scenario())
    first = server.times()[0]
    days = Counter(int((at - first) / DAY) for at in server.times())
    assert 30 <= days[0] <= 40
    assert 60 <= days[1] <= 80
    assert most_within(server.times(), 60.0) <= 5


def test_a_process_keeps_its_share_of_a_rate() -> None:
    server = Server()

    async def scenario() -> None:
        channel = Limited(server, LABEL, RouteTerms(rate=10.0), VIRTUAL, share=0.25)
        await asyncio.gather(*(_keep_trying(channel, mail(number)) for number in range(20)))

    run(scenario())
    assert most_within(server.times(), 2.0) <= 0.25 * 10 * 2 + 1


def test_closing_closes_the_route() -> None:
    hop = Hop()
    run(Limited(hop, LABEL, RouteTerms(), VIRTUAL).close())
    assert hop.closed == 1
