"""A breaker opens for what fails, and never for ever."""

import asyncio
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.deliver.routes.hops import (
    BUSY,
    DEAD,
    DOUBT,
    FULL,
    LATE_421,
    LATER,
    NO_KEY,
    STRANGER,
    TAKEN,
    UNKNOWN,
    WAIT,
    Hop,
    dot,
    mail,
)
from twofifty.deliver.outcome import Deferred, Outcome
from twofifty.deliver.ports import Envelope
from twofifty.deliver.routes.breaker import (
    DOMAIN,
    EXCUSED,
    LONGEST_NAMED,
    PROBE_LASTS,
    ROUTE,
    Breaker,
    Breakers,
    Patience,
)
from twofifty.deliver.routes.breaking import LONGEST_AWAY, Breaking
from twofifty.deliver.routes.evidence import Evidence
from twofifty.deliver.routes.times import Times

LABEL = "a.example.test:25"
SAID: st.SearchStrategy[Evidence] = st.sampled_from(get_args(Evidence))
STEPS = st.lists(
    st.tuples(
        st.integers(0, 100),
        st.sampled_from(["a.test", "b.test"]),
        SAID,
        st.none() | st.integers(0, 1_000_000),
    ),
    max_size=60,
)


class Line:
    """A breaking channel over a hop, and a clock that is set by hand."""

    def __init__(self, says: Outcome) -> None:
        self.time = 0.0
        self.hop = Hop(says)
        self.channel = Breaking(self.hop, LABEL, Times(now=lambda: self.time))

    def send(self, domain: str = "example.com") -> Outcome:
        return asyncio.run(self.channel.send(mail(1, domain), dot))

    def fail(self, times: int, domain: str = "example.com") -> None:
        for _ in range(times):
            self.send(domain)


@given(STEPS)
def test_whatever_happens_a_breaker_lets_mail_through_again(
    steps: list[tuple[int, str, Evidence, int | None]],
) -> None:
    breakers, now = Breakers(), 0.0
    for pause, domain, said, named in steps:
        now += pause
        if breakers.ready_in(domain, now) == 0:
            breakers.begin(domain, now)
        breakers.heard(domain, said, now, named)
    for domain in ("a.test", "b.test", "never.test"):
        assert breakers.ready_in(domain, now) <= max(LONGEST_NAMED, DOMAIN.longest)
        assert breakers.ready_in(domain, now + LONGEST_NAMED + PROBE_LASTS) == 0


@given(st.integers(1, 30), st.integers(1, 10), st.integers(10, 100))
def test_pauses_grow_and_have_a_longest(after: int, first: int, longest: int) -> None:
    breaker, now, pauses = Breaker(Patience(after, first, longest)), 0.0, []
    for _ in range(after + 15):
        breaker.begin(now)
        breaker.failed(now)
        pauses.append(breaker.ready_in(now))
        now += pauses[-1]
    assert pauses[: after - 1] == [0.0] * (after - 1)
    assert pauses[after - 1] == pytest.approx(first)
    assert pauses == sorted(pauses)
    assert pauses[-1] == pytest.approx(longest)


def test_a_dead_route_is_left_alone_and_then_one_mail_goes_to_see() -> None:
    line = Line(DEAD)
    line.fail(50)
    assert len(line.hop.seen) == ROUTE.after
    outcome = line.send()
    assert isinstance(outcome, Deferred)
    assert (outcome.waiting, outcome.connection, outcome.route) == (True, True, LABEL)
    assert outcome.retry_after == ROUTE.first
    line.time += ROUTE.first
    line.fail(10)
    assert len(line.hop.seen) == ROUTE.after + 1


def test_one_domain_whose_mails_break_the_line_never_stops_the_others() -> None:
    line = Line(TAKEN)
    for times in range(1, 100):
        line.hop.says = Deferred("broken", "rcpt", LABEL, connection=True)
        line.fail(times, "bad.example.test")
        line.hop.says = DOUBT
        line.fail(times, "bad.example.test")
        line.hop.says = TAKEN
        assert line.send("good.example.test") == TAKEN


def test_a_line_that_breaks_for_one_domain_after_the_other_is_a_route_that_fails() -> None:
    line = Line(Deferred("broken", "data", LABEL, connection=True))
    for number in range(50):
        line.send(f"{number}.example.test")
    assert len(line.hop.seen) == ROUTE.after


def test_domains_that_break_the_line_never_keep_a_route_closed_that_works_for_another() -> None:
    async def scenario() -> Outcome:
        time, gate = 0.0, asyncio.Event()

        class Choosy(Hop):
            async def send(self, envelope: Envelope, dot: object) -> Outcome:
                if envelope.recipient.endswith("good.test"):
                    return TAKEN
                if time:
                    await gate.wait()
                return DOUBT

        channel = Breaking(Choosy(), LABEL, Times(now=lambda: time))
        for number in range(ROUTE.after):
            await channel.send(mail(1, f"{number}.bad.test"), dot)
        time = ROUTE.first
        stuck = asyncio.create_task(channel.send(mail(1, "0.bad.test"), dot))
        await asyncio.sleep(0)
        outcome = await channel.send(mail(1, "good.test"), dot)
        gate.set()
        await stuck
        return outcome

    assert asyncio.run(scenario()) == TAKEN


def test_a_domain_whose_mails_break_the_line_is_left_alone_too() -> None:
    line = Line(DOUBT)
    line.fail(DOMAIN.after + 50)
    assert len(line.hop.seen) == DOMAIN.after


def test_a_mail_that_finds_the_route_still_dead_is_not_charged_for_it() -> None:
    line = Line(DEAD)
    line.fail(ROUTE.after)
    line.time = ROUTE.first
    outcome = line.send()
    assert len(line.hop.seen) == ROUTE.after + 1
    assert isinstance(outcome, Deferred)
    assert (outcome.waiting, outcome.reason) == (True, DEAD.reason)


@pytest.mark.parametrize("said", [LATER, BUSY, UNKNOWN, DOUBT, LATE_421, NO_KEY])
def test_a_word_that_a_mail_hears_while_it_sees_stands(said: Outcome) -> None:
    line = Line(DEAD)
    line.fail(ROUTE.after)
    line.time, line.hop.says = ROUTE.first, said
    assert line.send() == said


def test_the_longer_it_lasts_the_longer_mails_stay_away() -> None:
    line, away = Line(DEAD), []
    line.fail(ROUTE.after)
    for _ in range(100):
        line.time += 100.0
        line.send()
        outcome = line.send()
        assert isinstance(outcome, Deferred)
        away.append(outcome.retry_after or 0.0)
    assert away == sorted(away)
    assert away[-1] == LONGEST_AWAY


def test_a_route_that_is_back_takes_mail_at_once() -> None:
    line = Line(DEAD)
    line.fail(ROUTE.after)
    line.hop.says, line.time = TAKEN, ROUTE.first
    assert [line.send() for _ in range(20)] == [TAKEN] * 20


def test_while_one_mail_sees_the_others_wait() -> None:
    async def scenario() -> tuple[int, list[Outcome]]:
        gate, time = asyncio.Event(), 0.0

        class Slow(Hop):
            async def send(self, envelope: object, dot: object) -> Outcome:
                self.seen.append("x")
                await gate.wait()
                return DEAD

        slow = Slow()
        channel = Breaking(slow, LABEL, Times(now=lambda: time))
        gate.set()
        for _ in range(ROUTE.after):
            await channel.send(mail(), dot)
        gate.clear()
        time += ROUTE.first
        seeing = asyncio.create_task(channel.send(mail(), dot))
        await asyncio.sleep(0)
        waiting = [await channel.send(mail(), dot) for _ in range(5)]
        gate.set()
        await seeing
        return len(slow.seen), waiting

    tried, waiting = asyncio.run(scenario())
    assert tried == ROUTE.after + 1
    assert all(isinstance(one, Deferred) and one.waiting for one in waiting)


def test_a_cancelled_mail_that_was_to_see_lets_the_next_one() -> None:
    async def scenario() -> Outcome:
        time = 0.0

        class Held(Hop):
            async def send(self, envelope: object, dot: object) -> Outcome:
                if self.says == TAKEN:
                    return TAKEN
                if time:
                    await asyncio.Event().wait()
                return DEAD

        hop = Held(DEAD)
        channel = Breaking(hop, LABEL, Times(now=lambda: time))
        for _ in range(ROUTE.after):
            await channel.send(mail(), dot)
        time += ROUTE.first
        seeing = asyncio.create_task(channel.send(mail(), dot))
        await asyncio.sleep(0)
        seeing.cancel()
        await asyncio.wait({seeing})
        hop.says = TAKEN
        return await channel.send(mail(), dot)

    assert asyncio.run(scenario()) == TAKEN


@pytest.mark.parametrize("storm", [LATER, BUSY])
def test_a_storm_of_one_domain_stops_the_mail_of_no_other(storm: Outcome) -> None:
    line = Line(storm)
    line.fail(100, "slow.test")
    assert len(line.hop.seen) == DOMAIN.after
    assert line.send("example.com") == storm
    assert len(line.hop.seen) == DOMAIN.after + 1


@pytest.mark.parametrize("said", [FULL, STRANGER, UNKNOWN, WAIT])
def test_what_is_about_a_mailbox_or_every_stranger_is_no_storm(said: Outcome) -> None:
    line = Line(said)
    line.fail(200)
    assert len(line.hop.seen) == 200


def test_the_time_that_a_route_names_is_kept_for_all_mail() -> None:
    line = Line(Deferred("busy", "greeting", LABEL, connection=True, retry_after=120.0))
    line.send()
    line.time = 119.0
    outcome = line.send("elsewhere.test")
    assert isinstance(outcome, Deferred)
    assert outcome.waiting
    assert outcome.retry_after is not None
    assert 1.0 <= outcome.retry_after <= 119 / 4
    line.time, line.hop.says = 120.0, TAKEN
    assert line.send() == TAKEN


def test_after_hours_of_trouble_waiting_counts_as_trying() -> None:
    line = Line(DEAD)
    line.fail(ROUTE.after + 1)
    while line.time < EXCUSED:
        line.time += 60.0
        line.fail(2)
    outcome = line.send()
    assert isinstance(outcome, Deferred)
    assert (outcome.connection, outcome.waiting) == (True, False)
