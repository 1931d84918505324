"""What a worker may rely on: leases, the dot journal, settling, frozen bytes."""

from twofifty.deliver.outcome import Accepted, Reply
from twofifty.deliver.ports import Verdict
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    DEFERRED,
    DOUBTED,
    LEASE,
    REFUSED,
    SETTLE,
    Bench,
    an_order,
    frozen,
)


class DeliveryPromises:
    """`deliver.ports.Outbox`, with workers that live."""

    async def test_a_lease_has_all_that_a_worker_needs(self, bench: Bench) -> None:
        order = an_order()
        (message,) = (await bench.accept(order)).messages
        item = await bench.one()
        assert (item.message_id, item.root) == (message, message)
        assert (item.kind, item.source) == ("confirmation", "shop")
        assert item.recipient == order.customer.email
        assert item.queued_at == bench.clock.seconds()
        assert (item.attempt, item.doubt, item.doubts) == (1, False, 0)
        assert (item.raw, item.rfc_id) == (None, None)
        assert b'"1001"' in item.order

    async def test_two_workers_never_hold_the_same_message(self, bench: Bench) -> None:
        for number in range(10):
            await bench.accept(an_order(str(number)))
        one = await bench.lease("w1", 4)
        two = await bench.lease("w2", 20)
        assert (len(one), len(two)) == (4, 6)
        assert not {item.seq for item in one} & {item.seq for item in two}
        assert await bench.lease("w3") == []

    async def test_what_was_due_first_is_leased_first(self, bench: Bench) -> None:
        for number in range(3):
            await bench.accept(an_order(str(number)))
            bench.clock.advance(1)
        recipients = [(await bench.lease("w1", 1))[0].recipient for _ in range(3)]
        assert recipients == [f"buyer{number}@example.com" for number in range(3)]

    async def test_the_attempt_is_counted_with_the_lease(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        await bench.one()
        found = await bench.message(message)
        assert (found.status, found.attempts) == ("sending", 1)

    async def test_what_was_not_tried_is_no_attempt(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        waits = Verdict("deferred", "rate", "at its rate", run_at=bench.clock.seconds() + 5)
        for _ in range(3):
            item = await bench.one()
            assert item.attempt == 1
            assert await bench.store.outbox.settle("w1", item, waits, None)
            bench.clock.advance(10)
        found = await bench.message(message)
        assert (found.status, found.code, found.attempts) == ("deferred", "rate", 1)

    async def test_only_the_owner_may_journal_the_dot(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        assert not await bench.dot(item, "w2")
        assert await bench.dot(item, "w1")

    async def test_only_the_owner_may_settle(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        assert not await bench.settle(item, ACCEPTED, "w2")
        assert await bench.statuses() == ["sending"]

    async def test_nothing_is_settled_twice(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.send()
        moves = await bench.moves(item.message_id)
        assert not await bench.settle(item, DEFERRED)
        assert not await bench.settle(item, ACCEPTED)
        assert await bench.statuses() == ["sent"]
        assert await bench.moves(item.message_id) == moves

    async def test_what_was_sent_says_so_with_the_reply(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        bench.clock.advance(3)
        item = await bench.send()
        found = await bench.message(message)
        assert (found.status, found.code, found.reason) == ("sent", None, None)
        assert found.sent_at == bench.clock.now()
        assert found.next_attempt_at is None
        assert (found.subject, found.template) == ("Order", "default/en")
        assert found.message_id == f"{message}@shop.example.test"
        raw = frozen(item, "thank you").raw
        assert await bench.store.archive.raw(message) == raw
        assert found.size == len(raw)
        moments = await bench.store.archive.message_events(message)
        assert moments is not None
        last = moments[-1]
        assert (last.code, last.enhanced, last.text) == (250, "2.0.0", "queued as 4711")
        assert await bench.lease() == []

    async def test_what_was_refused_is_over(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        assert await bench.settle_composed(await bench.one(), REFUSED)
        found = await bench.message(message)
        assert (found.status, found.code) == ("failed", "refused_recipient")
        bench.clock.advance(100_000)
        assert await bench.lease() == []

    async def test_what_was_deferred_comes_back_when_it_is_due(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        due = (await bench.message(message)).next_attempt_at
        assert due is not None
        assert await bench.store.outbox.next_due() == due.timestamp()
        assert await bench.lease() == []
        bench.clock.advance((due - bench.clock.now()).total_seconds())
        assert (await bench.one()).attempt == 2

    async def test_frozen_bytes_are_the_same_in_every_attempt(self, bench: Bench) -> None:
        await bench.accept(an_order())
        first = await bench.one()
        assert await bench.dot(first, text="the first words")
        assert await bench.settle(first, DEFERRED)
        seen = frozen(first, "the first words").raw
        for _ in range(3):
            bench.clock.advance(10_000)
            item = await bench.one()
            assert item.raw == seen
            assert item.rfc_id == f"{first.message_id}@shop.example.test"
            assert await bench.dot(item, text="other words")
            assert await bench.settle(item, DEFERRED)
        assert await bench.store.archive.raw(first.message_id) == seen

    async def test_a_doubt_is_looked_at_when_it_has_settled(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        assert await bench.statuses() == ["in_doubt"]
        bench.clock.advance(SETTLE - 1)
        assert await bench.lease() == []
        bench.clock.advance(1)
        again = await bench.one("w2")
        assert (again.doubt, again.doubts, again.attempt) == (True, 1, 2)
        assert again.raw == frozen(item, "thank you").raw
        assert await bench.statuses() == ["in_doubt"]
        assert await bench.settle(again, ACCEPTED, "w2")
        assert await bench.statuses() == ["sent"]

    async def test_the_lease_of_a_doubt_says_when_its_last_dot_left(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert item.dot_at is None
        for _ in range(2):
            assert await bench.dot(item)
            left = bench.clock.seconds()
            assert await bench.settle(item, DOUBTED)
            bench.clock.advance(SETTLE)
            item = await bench.one()
            assert (item.doubt, item.dot_at) == (True, left)

    async def test_what_is_no_doubt_has_no_dot_that_left(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DEFERRED)
        bench.clock.advance(10_000)
        again = await bench.one()
        assert (again.doubt, again.dot_at, again.doubt_route) == (False, None, "")

    async def test_a_doubt_may_be_sent_again_by_its_new_owner_only(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        assert await bench.dot(item, "w1")
        assert await bench.settle(item, DOUBTED, "w1")
        bench.clock.advance(SETTLE)
        again = await bench.one("w2")
        assert not await bench.dot(item, "w1")
        assert not await bench.dot(again, "w1")
        assert await bench.dot(again, "w2")
        assert await bench.settle(again, DOUBTED, "w2")
        bench.clock.advance(SETTLE)
        assert (await bench.one("w3")).doubts == 2

    async def test_an_old_settling_of_a_doubt_does_not_count(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        bench.clock.advance(SETTLE)
        frozen_worker = await bench.one("w1")
        await bench.crash()
        again = await bench.one("w1")
        assert not await bench.settle(frozen_worker, REFUSED, "w1")
        assert await bench.settle(again, ACCEPTED, "w1")

    async def test_a_beat_keeps_what_is_leased(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        for _ in range(5):
            bench.clock.advance(LEASE / 2)
            await bench.store.outbox.beat("w1", bench.clock.seconds() + LEASE)
            await bench.crash_of_nobody()
        assert await bench.dot(item)
        assert await bench.settle(item, ACCEPTED)

    async def test_what_is_handed_back_is_as_if_never_taken(self, bench: Bench) -> None:
        for number in range(3):
            await bench.accept(an_order(str(number)))
        items = await bench.lease()
        await bench.store.outbox.hand_back("w1", items)
        again = await bench.lease("w2")
        assert [item.attempt for item in again] == [1, 1, 1]
        assert not await bench.dot(items[0], "w1")

    async def test_one_worker_may_hand_back_only_its_own(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        await bench.store.outbox.hand_back("w2", [item])
        assert await bench.dot(item, "w1")

    async def test_what_may_have_left_is_never_handed_back(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        assert await bench.dot(item, "w1")
        await bench.store.outbox.hand_back("w1", [item])
        assert await bench.store.outbox.owners() == ["w1"]
        assert await bench.lease("w2") == []
        swept = await bench.store.outbox.sweep(bench.clock.seconds(), 60)
        assert (swept.in_doubt, swept.queued) == (1, 0)

    async def test_whoever_did_not_bring_a_worker_down_is_no_suspect(self, bench: Bench) -> None:
        (poison,) = (await bench.accept(an_order("poison"))).messages
        for number in range(2):
            await bench.accept(an_order(str(number)))
        for _ in range(3):
            taken = {item.message_id: item.seq for item in await bench.lease("w1")}
            assert len(taken) == 3
            await bench.store.outbox.acquit("w1", taken[poison])
            await bench.store.outbox.beat("w1", 0)
            await bench.store.outbox.sweep(bench.clock.seconds(), 60)
        counted = await bench.store.archive.conservation()
        assert counted.messages == {"held": 1, "queued": 2}
        assert (await bench.message(poison)).code == "poison"

    async def test_an_acquittal_leaves_what_may_have_left(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one("w1")
        assert await bench.dot(item, "w1")
        await bench.store.outbox.acquit("w1", 0)
        await bench.store.outbox.beat("w1", 0)
        swept = await bench.store.outbox.sweep(bench.clock.seconds(), 60)
        assert (swept.in_doubt, swept.queued) == (1, 0)

    async def test_owners_are_those_that_hold_something(self, bench: Bench) -> None:
        await bench.accept(an_order())
        assert await bench.store.outbox.owners() == []
        item = await bench.one("w1")
        assert await bench.store.outbox.owners() == ["w1"]
        await bench.store.outbox.hand_back("w1", [item])
        assert await bench.store.outbox.owners() == []

    async def test_nothing_is_due_where_nothing_waits(self, bench: Bench) -> None:
        assert await bench.store.outbox.next_due() is None
        await bench.accept(an_order())
        assert await bench.store.outbox.next_due() == bench.clock.seconds()
        await bench.one()
        assert await bench.store.outbox.next_due() is None

    async def test_a_long_reply_is_kept_as_it_came(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        item = await bench.one()
        assert await bench.dot(item)
        said = Accepted(Reply(250, "Grüße " * 80), "mx.example.test:25")
        assert await bench.settle(item, said)
        moments = await bench.store.archive.message_events(message)
        assert moments is not None
        assert moments[-1].text == "Grüße " * 80
