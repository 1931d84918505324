"""Connections at once: how many, for whom, and the pauses between attempts to open one."""

import asyncio
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters_smtp.sending import Journal, envelope
from twofifty.adapters.smtp.backoff import FIRST_PAUSE, LONGEST_PAUSE, Backoff
from twofifty.adapters.smtp.line import Line, Seat
from twofifty.adapters.smtp.offered import Offered
from twofifty.adapters.smtp.pool import Reuse, SmtpChannel
from twofifty.adapters.smtp.slots import Slots
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Accepted, Deferred
from twofifty.deliver.ports import Envelope
from twofifty.testing.moment import PROCEED, Action, Hang, Moment
from twofifty.testing.receiver import Receiver

FAILED = Deferred("mx.test:25 could not be reached.", "connect", "mx.test:25", connection=True)


@given(st.lists(st.sampled_from(["take", "give", "crowded", "worked"]), max_size=60))
def test_never_more_are_free_than_the_limit_leaves(steps: list[str]) -> None:
    slots, taken = Slots(3), 0
    for step in steps:
        if step == "take" and slots.free:
            slots.take()
            taken += 1
        elif step == "give" and taken:
            slots.give()
            taken -= 1
        elif step == "crowded":
            slots.crowded()
        elif step == "worked":
            slots.worked()
        assert slots.taken == taken
        assert 1 <= slots.limit <= 3
        assert slots.free == (taken < slots.limit)
        assert slots.too_many == (taken > slots.limit)


def test_a_crowded_server_gets_fewer_and_then_more_again() -> None:
    slots = Slots(3)
    for _ in range(5):
        slots.crowded()
    assert slots.limit == 1
    for _ in range(9):
        slots.worked()
    assert slots.limit == 1
    slots.worked()
    assert slots.limit == 2
    for _ in range(1000):
        slots.worked()
    assert slots.limit == 3


def test_the_pause_doubles_up_to_half_a_minute() -> None:
    backoff, now, pauses = Backoff(), 100.0, []
    for _ in range(12):
        backoff.failed(FAILED, started=now, now=now)
        pause = FIRST_PAUSE
        while backoff.still_closed(now + pause):
            pause *= 2
        pauses.append(min(pause, LONGEST_PAUSE))
        now += pause
    assert pauses[:4] == [0.25, 0.5, 1.0, 2.0]
    assert pauses[-1] == LONGEST_PAUSE


def test_failures_side_by_side_count_once() -> None:
    backoff = Backoff()
    for _ in range(16):
        backoff.failed(FAILED, started=1.0, now=1.5)
    assert backoff.still_closed(1.7) is not None
    assert backoff.still_closed(1.5 + FIRST_PAUSE) is None


def test_one_success_opens_the_way() -> None:
    backoff = Backoff()
    backoff.failed(FAILED, started=1.0, now=1.0)
    assert backoff.still_closed(1.0) is not None
    backoff.reached()
    assert backoff.healthy
    assert backoff.still_closed(1.0) is None


def waiting(*domains: str) -> list[Offered]:
    """A message to each of these domains; nobody waits for an outcome yet."""
    loop = asyncio.new_event_loop()
    made = [
        Offered(Envelope("1", "", f"a@{domain}", b""), Journal(), loop.create_future())
        for domain in domains
    ]
    loop.close()
    return made


DOMAINS = st.sampled_from(["a.test", "b.test", "c.test"])


@given(st.lists(DOMAINS, max_size=20), st.integers(1, 3), st.integers(1, 5))
def test_no_domain_has_more_connections_than_its_part(
    domains: list[str], part: int, connections: int
) -> None:
    line = Line(part)
    for joining in waiting(*domains):
        line.join(joining)
    seats = [Seat() for _ in range(connections)]
    served: list[str] = []
    for turn in range(len(domains) * connections):
        offered = line.take(seats[turn % connections])
        served += [] if offered is None else [offered.envelope.recipient[2:]]
        seated = Counter(seat.domain for seat in seats if seat.domain)
        assert all(count <= part for count in seated.values())
    assert Counter(served) <= Counter(domains)
    for seat in seats:
        line.leave(seat)
    while (offered := line.take(seats[0])) is not None:
        served.append(offered.envelope.recipient[2:])
    assert Counter(served) == Counter(domains)


def test_who_comes_first_is_served_first_and_who_was_served_before_even_earlier() -> None:
    line, messages = Line(2), waiting("a.test", "a.test", "b.test", "a.test")
    for joining in messages[1:]:
        line.join(joining)
    line.rejoin(messages[:1])
    assert [line.take(Seat()) for _ in range(4)] == [*messages[:3], None]


def test_a_slow_domain_leaves_a_connection_to_the_others() -> None:
    async def scenario() -> None:
        def hangs(moment: Moment) -> Action:
            return Hang() if moment.recipient.endswith("slow.test") else PROCEED

        async with Receiver(hangs) as server:
            (route,) = parse_routes(f"smtp://127.0.0.1:{server.port}?connections=4")
            one = SmtpChannel(route, helo="shop.example.com", reuse=Reuse(for_one_domain=3))
            slow = [
                asyncio.ensure_future(one.send(envelope(recipient="a@slow.test"), Journal()))
                for _ in range(20)
            ]
            fast = [one.send(envelope(recipient="a@fast.test"), Journal()) for _ in range(20)]
            async with asyncio.timeout(20):
                found = await asyncio.gather(*fast)
            assert all(isinstance(outcome, Accepted) for outcome in found)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)
            await one.close()

    asyncio.run(scenario())
