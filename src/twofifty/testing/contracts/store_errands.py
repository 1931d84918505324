"""What a store makes of hooks that say only that there is something to ask for."""

from twofifty.testing.contracts.store_bench import UNPAID, Bench, an_order
from twofifty.track.model import Page


class ErrandPromises:
    """`intake.ports.Errands`."""

    async def test_a_pointer_is_an_errand_that_is_due_at_once(self, bench: Bench) -> None:
        receipt = await bench.point("1001", kind="order.cancelled")
        assert (receipt.outcome, receipt.messages) == ("waiting", ())
        (errand,) = await bench.due()
        assert (errand.source, errand.order_id, errand.type) == ("shop", "1001", "order.cancelled")
        assert (errand.attempt, errand.since) == (1, bench.clock.now())

    async def test_what_is_taken_is_nobody_elses_for_two_minutes(self, bench: Bench) -> None:
        await bench.point("1001")
        first = await bench.errand()
        bench.clock.advance(119)
        assert await bench.due() == []
        bench.clock.advance(2)
        second = await bench.errand()
        assert (second.id, second.attempt) == (first.id, 2)

    async def test_what_was_fetched_is_done_and_its_arrival_applied(self, bench: Bench) -> None:
        receipt = await bench.point("1001")
        errand = await bench.errand()
        await bench.accept(an_order())
        await bench.store.errands.done(errand)
        event = await bench.event(receipt.event_id)
        assert (event.outcome, event.reason, event.order_id) == ("applied", None, "1001")
        bench.clock.advance(1_000)
        assert await bench.due() == []
        timeline = await bench.store.archive.timeline("shop", "1001") or ()
        assert receipt.event_id in {moment.event_id for moment in timeline}

    async def test_many_pointers_are_one_errand(self, bench: Bench) -> None:
        receipts = [await bench.point("1001") for _ in range(3)]
        errand = await bench.errand()
        await bench.store.errands.done(errand)
        for receipt in receipts:
            assert (await bench.event(receipt.event_id)).outcome == "applied"
        bench.clock.advance(1_000)
        assert await bench.due() == []

    async def test_a_pointer_that_comes_meanwhile_stays_due(self, bench: Bench) -> None:
        first = await bench.point("1001")
        errand = await bench.errand()
        bench.clock.advance(10)
        second = await bench.point("1001")
        assert await bench.due() == []
        await bench.store.errands.done(errand)
        assert (await bench.event(first.event_id)).outcome == "applied"
        assert (await bench.event(second.event_id)).outcome == "waiting"
        again = await bench.errand()
        assert (again.since, again.attempt) == (bench.clock.now(), 1)
        await bench.store.errands.done(again)
        assert (await bench.event(second.event_id)).outcome == "applied"

    async def test_what_is_put_off_is_due_then_and_says_why(self, bench: Bench) -> None:
        receipt = await bench.point("1001")
        await bench.store.errands.later(await bench.errand(), bench.later(60), "the shop is busy")
        assert (await bench.event(receipt.event_id)).reason == "the shop is busy"
        assert await bench.due() == []
        bench.clock.advance(61)
        assert (await bench.errand()).attempt == 2

    async def test_a_further_pointer_makes_it_due_at_once(self, bench: Bench) -> None:
        await bench.point("1001")
        await bench.store.errands.later(await bench.errand(), bench.later(3_600), "busy")
        await bench.point("1001")
        assert (await bench.errand()).order_id == "1001"

    async def test_what_fails_is_rejected_with_the_reason(self, bench: Bench) -> None:
        await bench.accept(an_order(state=UNPAID))
        receipt = await bench.point("1001")
        await bench.store.errands.failed(await bench.errand(), "404: no such order")
        (kept,) = await bench.store.books.rejected(None, "", 10)
        assert (kept.event_id, kept.reason) == (receipt.event_id, "404: no such order")
        assert (await bench.event(receipt.event_id)).outcome == "rejected"
        bench.clock.advance(1_000)
        assert await bench.due() == []

    async def test_what_failed_is_asked_for_anew_when_it_comes_again(self, bench: Bench) -> None:
        first = await bench.point("1001", key="k")
        await bench.store.errands.failed(await bench.errand(), "401")
        again = await bench.point("1001", key="k")
        assert (again.duplicate, again.outcome) == (False, "waiting")
        assert again.event_id != first.event_id
        await bench.store.errands.done(await bench.errand())
        assert await bench.store.books.rejected(None, "", 10) == ()
        assert (await bench.point("1001", key="k")).duplicate

    async def test_a_repeated_pointer_is_no_second_errand_but_news_once_it_was_answered(
        self, bench: Bench
    ) -> None:
        await bench.point("1001", key="k")
        assert (await bench.point("1001", key="k")).duplicate
        await bench.store.errands.done(await bench.errand())
        assert await bench.due() == []
        bench.clock.advance(3_600)
        assert (await bench.point("1001", key="k")).duplicate
        again = await bench.errand()
        assert (again.since, again.attempt) == (bench.clock.now(), 1)
        await bench.store.errands.done(again)
        bench.clock.advance(3_600)
        assert await bench.due() == []

    async def test_a_pointer_repeated_while_it_is_asked_for_is_asked_for_again(
        self, bench: Bench
    ) -> None:
        await bench.point("1001", key="k")
        errand = await bench.errand()
        bench.clock.advance(10)
        assert (await bench.point("1001", key="k")).duplicate
        await bench.store.errands.done(errand)
        again = await bench.errand()
        await bench.store.errands.done(again)
        bench.clock.advance(3_600)
        assert await bench.due() == []

    async def test_who_lost_an_errand_does_not_end_it(self, bench: Bench) -> None:
        receipt = await bench.point("1001")
        lost = await bench.errand()
        bench.clock.advance(121)
        held = await bench.errand()
        await bench.store.errands.done(lost)
        await bench.store.errands.failed(lost, "too late")
        await bench.store.errands.later(lost, bench.later(9_999), "too late")
        assert (await bench.event(receipt.event_id)).outcome == "waiting"
        await bench.store.errands.done(held)
        assert (await bench.event(receipt.event_id)).outcome == "applied"

    async def test_an_ended_errand_is_not_taken_for_a_later_one(self, bench: Bench) -> None:
        await bench.point("1001")
        ended = await bench.errand()
        await bench.store.errands.done(ended)
        receipt = await bench.point("1001")
        await bench.errand()
        await bench.store.errands.done(ended)
        assert (await bench.event(receipt.event_id)).outcome == "waiting"

    async def test_an_arrival_with_several_pointers_waits_for_all(self, bench: Bench) -> None:
        receipt = await bench.point("1001", "1002")
        one, two = await bench.due()
        await bench.store.errands.done(one)
        assert (await bench.event(receipt.event_id)).outcome == "waiting"
        await bench.store.errands.done(two)
        assert (await bench.event(receipt.event_id)).outcome == "applied"

    async def test_the_oldest_come_first_and_no_more_than_asked_for(self, bench: Bench) -> None:
        for order_id in ("1", "2", "3"):
            await bench.point(order_id)
            bench.clock.advance(1)
        assert [errand.order_id for errand in await bench.due(2)] == ["1", "2"]
        assert [errand.order_id for errand in await bench.due(2)] == ["3"]

    async def test_waiting_arrivals_are_listed(self, bench: Bench) -> None:
        receipt = await bench.point("1001")
        listing = await bench.store.archive.events("waiting", Page())
        assert [event.id for event in listing.items] == [receipt.event_id]
        tally = await bench.store.audit.tally()
        assert tally.waiting_oldest == bench.clock.now()
        assert tally.by_outcome == {"waiting": 1}
