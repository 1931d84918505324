"""What a broker's relay and its takers may rely on: what is published, what is claimed."""

from collections.abc import Iterable, Sequence

from twofifty.deliver.ports import Leased
from twofifty.notice.policy import Rules
from twofifty.queue.carrier import REST_AT_MOST, Ticket
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    CANCELLED,
    DEFERRED,
    LEASE,
    Bench,
    How,
    an_order,
)

FOLLOWING = How(rules=Rules())
WAY = 300.0
"""Seconds that a ticket is on its way."""


class DispatchPromises:
    """`queue.carrier.Dispatch`."""

    async def test_what_is_due_is_published_once(self, bench: Bench) -> None:
        for number in range(5):
            await bench.accept(an_order(str(number)))
        first, second = await _due(bench, 3), await _due(bench)
        assert (len(first), len(second)) == (3, 2)
        assert not set(_jobs(first)) & set(_jobs(second))
        assert await _due(bench) == []

    async def test_confirmations_are_urgent_and_what_follows_can_wait(self, bench: Bench) -> None:
        await _cancelled(bench)
        await bench.accept(an_order("2"))
        assert sorted(ticket.priority for ticket in await _due(bench)) == [0, 1]

    async def test_what_was_due_first_is_published_first(self, bench: Bench) -> None:
        for number in range(3):
            await bench.accept(an_order(str(number)))
            bench.clock.advance(1)
        published = [await _due(bench, 1) for _ in range(3)]
        claimed = [(await _claim(bench, one))[0].recipient for one in published]
        assert claimed == [f"buyer{number}@example.com" for number in range(3)]

    async def test_what_was_not_claimed_in_time_is_due_again(self, bench: Bench) -> None:
        await bench.accept(an_order())
        published = await _due(bench)
        bench.clock.advance(WAY - 1)
        assert await _due(bench) == []
        bench.clock.advance(1)
        assert await _due(bench) == published

    async def test_what_did_not_leave_is_due_again_soon(self, bench: Bench) -> None:
        for number in range(2):
            await bench.accept(an_order(str(number)))
        one, two = await _due(bench)
        await bench.store.dispatch.missed([one.job], bench.clock.seconds() + 1)
        bench.clock.advance(1)
        assert await _due(bench) == [one]
        assert _jobs(await _due(bench)) != [two.job]

    async def test_what_the_broker_lost_is_due_at_once(self, bench: Bench) -> None:
        await _cancelled(bench)
        await bench.accept(an_order("1"))
        old = {ticket.priority: ticket for ticket in await _due(bench)}
        bench.clock.advance(20)
        await bench.accept(an_order("2"))
        await _due(bench)
        until = bench.clock.seconds() + WAY - 10
        assert await bench.store.dispatch.lost(until, urgent=True) == 1
        assert await _due(bench) == [old[1]]
        assert await bench.store.dispatch.lost(until, urgent=False) == 1
        assert await _due(bench) == [old[0]]

    async def test_a_claim_leases_what_was_handed_over(self, bench: Bench) -> None:
        for number in range(3):
            await bench.accept(an_order(str(number)))
        published = await _due(bench)
        items = await _claim(bench, published[:2])
        assert [item.seq for item in items] == _jobs(published[:2])
        assert await bench.store.outbox.owners() == ["w1"]
        assert [item.seq for item in await bench.lease("w2")] == _jobs(published[2:])
        assert await bench.dot(items[0])
        assert await bench.settle(items[0], ACCEPTED)

    async def test_a_claim_is_what_a_lease_is(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        (item,) = await _claim(bench, await _due(bench))
        found = await bench.message(message)
        assert (found.status, found.attempts) == ("sending", 1)
        assert (item.message_id, item.attempt, item.raw) == (message, 1, None)
        await bench.crash()
        assert (await bench.one("w2")).attempt == 2

    async def test_two_claims_of_one_job_give_it_once(self, bench: Bench) -> None:
        await bench.accept(an_order())
        published = await _due(bench)
        assert len(await _claim(bench, published)) == 1
        for owner in ("w1", "w2"):
            assert await _claim(bench, published, owner) == []

    async def test_a_ticket_for_nothing_claims_nothing(self, bench: Bench) -> None:
        await bench.sent("0")
        assert await _claim(bench, [Ticket(4711)]) == []
        await bench.accept(an_order("1"))
        (due,) = await _due(bench)
        items = await _claim(bench, [Ticket(due.job - 1), due, Ticket(due.job + 1)])
        assert [one.seq for one in items] == [due.job]

    async def test_a_retry_is_published_when_it_is_due(self, bench: Bench) -> None:
        await bench.accept(an_order())
        published = await _due(bench)
        (item,) = await _claim(bench, published)
        assert await bench.settle_composed(item, DEFERRED)
        due = await bench.store.outbox.next_due()
        assert due is not None
        assert await bench.store.dispatch.next_due() == due
        assert await _due(bench) == []
        bench.clock.advance(due - bench.clock.seconds())
        assert _jobs(await _due(bench)) == _jobs(published)

    async def test_what_is_claimed_too_early_is_published_in_its_time(self, bench: Bench) -> None:
        await bench.accept(an_order())
        published = await _due(bench)
        (item,) = await _claim(bench, published)
        assert await bench.settle_composed(item, DEFERRED)
        assert await _claim(bench, published) == []
        bench.clock.advance(10_000)
        assert _jobs(await _due(bench)) == _jobs(published)

    async def test_what_was_leased_past_the_broker_is_published_again(self, bench: Bench) -> None:
        await bench.accept(an_order())
        published = await _due(bench)
        item = await bench.one()
        assert await bench.settle_composed(item, DEFERRED)
        due = await bench.store.dispatch.next_due()
        assert due is not None
        assert due == await bench.store.outbox.next_due()
        bench.clock.advance(due - bench.clock.seconds())
        assert _jobs(await _due(bench)) == _jobs(published)

    async def test_what_is_handed_back_is_published_again_at_once(self, bench: Bench) -> None:
        await bench.accept(an_order())
        published = await _due(bench)
        items = await _claim(bench, published)
        await bench.store.outbox.hand_back("w1", items)
        assert _jobs(await _due(bench)) == _jobs(published)

    async def test_while_mail_is_stopped_nothing_is_published_or_claimed(
        self, bench: Bench
    ) -> None:
        for number in range(2):
            await bench.accept(an_order(str(number)))
        published = await _due(bench, 1)
        await bench.store.brakes.stop("kim", "a wrong price")
        assert await _claim(bench, published) == []
        assert await _due(bench) == []
        assert await bench.store.dispatch.next_due() is None
        assert not await bench.store.dispatch.overlooked(bench.clock.seconds())
        await bench.store.brakes.release("kim")
        assert len(await _due(bench)) == 2

    async def test_a_suspect_is_never_published_but_overlooked(self, bench: Bench) -> None:
        await bench.accept(an_order())
        await _claim(bench, await _due(bench))
        bench.clock.advance(LEASE + 1)
        await bench.store.outbox.sweep(bench.clock.seconds(), 60)
        assert await _due(bench) == []
        assert await bench.store.dispatch.next_due() is None
        assert await bench.store.dispatch.overlooked(bench.clock.seconds() - 10)
        assert (await bench.one("w2")).attempt == 2
        assert not await bench.store.dispatch.overlooked(bench.clock.seconds() - 10)

    async def test_what_the_relay_left_lying_is_overlooked(self, bench: Bench) -> None:
        await bench.accept(an_order())
        began = bench.clock.seconds()
        assert not await bench.store.dispatch.overlooked(began - 1)
        assert await bench.store.dispatch.overlooked(began)
        (ticket,) = await _due(bench)
        assert not await bench.store.dispatch.overlooked(began)
        await bench.store.dispatch.missed([ticket.job], began + REST_AT_MOST)
        assert await bench.store.dispatch.overlooked(began)

    async def test_the_next_ticket_is_due_when_it_says(self, bench: Bench) -> None:
        assert await bench.store.dispatch.next_due() is None
        await bench.accept(an_order())
        assert await bench.store.dispatch.next_due() == bench.clock.seconds()
        await _due(bench)
        assert await bench.store.dispatch.next_due() == bench.clock.seconds() + WAY


async def _cancelled(bench: Bench) -> None:
    """An order was confirmed, then cancelled: that is still to be told."""
    await bench.accept(an_order("0"), FOLLOWING)
    await bench.send()
    await bench.accept(an_order("0", state=CANCELLED), FOLLOWING)


async def _due(bench: Bench, limit: int = 100) -> list[Ticket]:
    return list(await bench.store.dispatch.due(limit, bench.clock.seconds() + WAY))


async def _claim(bench: Bench, tickets: Iterable[Ticket], owner: str = "w1") -> Sequence[Leased]:
    until = bench.clock.seconds() + LEASE
    return await bench.store.dispatch.claim(owner, _jobs(tickets), until)


def _jobs(tickets: Iterable[Ticket]) -> list[int]:
    return [ticket.job for ticket in tickets]
