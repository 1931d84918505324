"""The contract of a carrier: `queue.carrier.Carrier`."""

import asyncio
import hashlib
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence

from twofifty.errors import BrokerError
from twofifty.queue.carrier import Carrier, CarrierState, Handed, Ticket
from twofifty.testing.contracts.suite import Suite

PATIENCE = 60.0
"""More than anything here takes, a cut connection included; nothing waits for it to pass."""
BRIEFLY = 0.3
"""How long a taker that expects nothing waits."""


class Crew:
    """Takers and publishers at one broker, and one word for each thing they do. Nobody has more
    than 50 tickets at a time: brokers bound that."""

    def __init__(self, opened: Callable[[], Awaitable[Carrier]]) -> None:
        self._opened = opened
        self._carriers: list[Carrier] = []

    async def hire(self) -> Carrier:
        """Another carrier at the same broker."""
        carrier = await self._opened()
        self._carriers.append(carrier)
        return carrier

    async def publish(self, carrier: Carrier, tickets: Sequence[Ticket]) -> None:
        """Publishes until the broker has confirmed every one."""
        until, left = time.monotonic() + PATIENCE, list(tickets)
        while left:
            assert time.monotonic() < until, f"{len(left)} tickets were not confirmed"
            try:
                confirmed = set(await carrier.publish(left))
            except BrokerError:
                await asyncio.sleep(BRIEFLY)
            else:
                left = [ticket for ticket in left if ticket.job not in confirmed]

    async def take(self, carrier: Carrier, count: int, most: int = 10) -> list[Handed]:
        """Takes until `count` have come, `most` at a time."""
        until, taken = time.monotonic() + PATIENCE, list[Handed]()
        while len(taken) < count:
            assert time.monotonic() < until, f"{len(taken)} of {count} tickets came"
            try:
                taken += await carrier.take(min(most, count - len(taken)), BRIEFLY)
            except BrokerError:
                await asyncio.sleep(BRIEFLY)
        return taken

    async def work(self, carrier: Carrier, count: int, most: int = 10) -> list[Handed]:
        """Takes and answers until `count` have come, `most` at a time."""
        worked = list[Handed]()
        while len(worked) < count:
            taken = await self.take(carrier, min(most, count - len(worked)), most)
            await carrier.done(taken)
            worked += taken
        return worked

    async def dismiss(self) -> None:
        """Closes every carrier."""
        for carrier in self._carriers:
            await carrier.close()


class CarrierContract(Suite[Crew], ABC):
    """Derive, say how a carrier is opened and how its connection is cut, and `keep` every
    promise."""

    @abstractmethod
    async def open_carrier(self) -> Carrier:
        """A new carrier; all of one suite are at the same broker, empty at first."""

    @abstractmethod
    async def cut(self, carrier: Carrier) -> None:
        """Breaks what connects it to the broker, which notices it."""

    async def keep(self, promise: str) -> None:
        """Runs one promise. Raises AssertionError where it is broken."""
        crew = Crew(self.open_carrier)
        try:
            await self.promise(promise)(crew)
        finally:
            await crew.dismiss()

    async def test_what_was_published_is_handed_over(self, crew: Crew) -> None:
        carrier = await crew.hire()
        assert list(await carrier.publish([Ticket(7)])) == [7]
        (handed,) = await crew.take(carrier, 1)
        assert handed.ticket == Ticket(7)
        assert handed.times == 1

    async def test_a_batch_is_confirmed_as_a_whole(self, crew: Crew) -> None:
        carrier = await crew.hire()
        tickets = _tickets(range(1, 301))
        assert sorted(await carrier.publish(tickets)) == list(range(1, 301))
        assert _jobs(await crew.work(carrier, 300)) == set(range(1, 301))

    async def test_an_empty_batch_confirms_nothing(self, crew: Crew) -> None:
        assert list(await (await crew.hire()).publish([])) == []

    async def test_content_comes_as_it_went(self, crew: Crew) -> None:
        carrier = await crew.hire()
        content = os.urandom(60_000)
        sent = Ticket(1, 1, content, hashlib.sha256(content).digest())
        await crew.publish(carrier, [sent])
        assert (await crew.take(carrier, 1))[0].ticket == sent

    async def test_a_taker_gets_no_more_than_it_wants(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(20)))
        assert 1 <= len(await carrier.take(3, PATIENCE)) <= 3

    async def test_a_taker_that_waits_is_woken(self, crew: Crew) -> None:
        taker, publisher = await crew.hire(), await crew.hire()
        waiting = asyncio.create_task(crew.take(taker, 1))
        await asyncio.sleep(BRIEFLY)
        await crew.publish(publisher, [Ticket(1)])
        assert _jobs(await waiting) == {1}

    async def test_without_tickets_the_time_passes(self, crew: Crew) -> None:
        assert list(await (await crew.hire()).take(10, BRIEFLY)) == []

    async def test_each_ticket_goes_to_one_taker(self, crew: Crew) -> None:
        one, two = await crew.hire(), await crew.hire()
        await crew.publish(one, _tickets(range(200)))
        shares = await asyncio.gather(_all(one), _all(two))
        assert len(shares[0]) + len(shares[1]) == 200
        assert shares[0] | shares[1] == set(range(200))

    async def test_what_is_done_never_comes_again(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(50)))
        taken = await crew.take(carrier, 50)
        await carrier.done(taken[:20])
        await carrier.done(taken[35:])
        await carrier.done(taken[20:35])
        await carrier.close()
        assert list(await (await crew.hire()).take(10, BRIEFLY)) == []

    async def test_what_is_given_back_comes_again(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(5)))
        taken = await crew.take(carrier, 5)
        await carrier.done(taken[:2])
        await carrier.back(taken[2:])
        again = await crew.take(carrier, 3)
        assert _jobs(again) == _jobs(taken[2:])
        assert all(handed.times > 1 for handed in again)

    async def test_what_is_refused_is_among_the_dead(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(4)))
        taken = await crew.take(carrier, 4)
        await carrier.refuse(taken[:2])
        await carrier.done(taken[2:])
        assert await _dead(carrier, 2) == _jobs(taken[:2])
        assert list(await carrier.take(10, BRIEFLY)) == []

    async def test_looking_at_the_dead_leaves_them(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(3)))
        await carrier.refuse(await crew.take(carrier, 3))
        for _ in range(3):
            assert await _dead(carrier, 3) == {0, 1, 2}

    async def test_the_dead_are_gone_once_they_are_cleared(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(12)))
        taken = await crew.take(carrier, 12)
        await carrier.refuse(taken[:11])
        assert await _dead(carrier, 10) < _jobs(taken[:11])
        await carrier.clear_dead()
        assert list(await carrier.dead(20)) == []
        await carrier.clear_dead()
        await carrier.back(taken[11:])
        assert _jobs(await crew.take(carrier, 1)) == _jobs(taken[11:])

    async def test_what_was_done_may_be_published_again(self, crew: Crew) -> None:
        carrier = await crew.hire()
        for _ in range(3):
            await crew.publish(carrier, [Ticket(1)])
            await carrier.done(await crew.take(carrier, 1))
        assert list(await carrier.take(1, BRIEFLY)) == []

    async def test_what_is_urgent_goes_first(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(100, 120), priority=0))
        await crew.publish(carrier, _tickets(range(20)))
        taken = await crew.take(carrier, 40, most=5)
        places = {handed.ticket.job: place for place, handed in enumerate(taken)}
        urgent, later = (sum(places[job] for job in jobs) for jobs in (range(20), range(100, 120)))
        assert urgent < later

    async def test_what_can_wait_does_not_starve(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(100, 104), priority=0))
        await crew.publish(carrier, _tickets(range(100)))
        worked = _jobs(await crew.work(carrier, 80, most=8))
        assert worked & set(range(100, 104))

    async def test_closing_gives_back_what_was_taken(self, crew: Crew) -> None:
        one, two = await crew.hire(), await crew.hire()
        await crew.publish(one, _tickets(range(10)))
        taken = await crew.take(one, 10)
        await one.done(taken[:3])
        await one.close()
        assert _jobs(await crew.take(two, 7)) == _jobs(taken[3:])

    async def test_an_answer_for_nothing_is_harmless(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, [Ticket(1), Ticket(2)])
        taken = await crew.take(carrier, 2)
        foreign = Handed(Ticket(3), "nobody's")
        for _ in range(2):
            await carrier.done([taken[0], foreign])
        await carrier.back([foreign, taken[0]])
        await carrier.refuse([foreign])
        await carrier.done(taken[1:])
        assert list(await carrier.take(10, BRIEFLY)) == []

    async def test_it_says_how_much_waits(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(3)))
        await crew.publish(carrier, [Ticket(9, priority=0)])
        state = await _eventually(carrier, lambda state: state.ready in (None, 4))
        assert state.connected
        assert state.urgent in (None, 3)
        assert state.dead in (None, 0)

    async def test_after_a_cut_it_goes_on_by_itself(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(10)))
        taken = await crew.take(carrier, 10)
        await self.cut(carrier)
        await crew.publish(carrier, _tickets(range(10, 15)))
        came = set[int]()
        while not came >= set(range(15)):
            came |= _jobs(await crew.take(carrier, 1))
        await carrier.done(taken)
        assert (await _eventually(carrier, lambda state: state.connected)).connected

    async def test_what_was_answered_before_a_cut_stays_answered(self, crew: Crew) -> None:
        carrier = await crew.hire()
        await crew.publish(carrier, _tickets(range(10)))
        taken = await crew.take(carrier, 10)
        await carrier.done(taken[:5])
        await _eventually(carrier, lambda state: state.taken in (None, 5))
        await self.cut(carrier)
        assert _jobs(await crew.take(carrier, 5)) == _jobs(taken[5:])


def _tickets(jobs: Iterable[int], priority: int = 1) -> list[Ticket]:
    return [Ticket(job, priority) for job in jobs]


def _jobs(handed: Iterable[Handed]) -> set[int]:
    return {one.ticket.job for one in handed}


async def _all(carrier: Carrier) -> set[int]:
    """Takes until nothing comes any more, and answers for all of it."""
    found = set[int]()
    while taken := await carrier.take(10, 2.0):
        found |= _jobs(taken)
        await carrier.done(taken)
    return found


async def _dead(carrier: Carrier, count: int) -> set[int]:
    until, found = time.monotonic() + PATIENCE, set[int]()
    while len(found) < count and time.monotonic() < until:
        found = _jobs(await carrier.dead(10))
    return found


async def _eventually(carrier: Carrier, right: Callable[[CarrierState], bool]) -> CarrierState:
    """How it is, once that is `right`; brokers count a little late."""
    until, state = time.monotonic() + PATIENCE, await carrier.state()
    while not right(state):
        assert time.monotonic() < until, f"it is not as it should be: {state}"
        await asyncio.sleep(BRIEFLY)
        state = await carrier.state()
    return state
