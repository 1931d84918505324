"""What may be relied on where mail is stopped, and what a lease says of its address and route."""

from twofifty.deliver.outcome import Reply
from twofifty.deliver.ports import BrakeState, Verdict
from twofifty.notice.reach import ReachRule
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    DEFERRED,
    DOUBTED,
    SETTLE,
    Bench,
    an_order,
    to,
)
from twofifty.track.model import MessageView


class BrakePromises:
    """`deliver.ports.Brakes`, and the fields of `Leased` that stop a message."""

    async def test_mail_leaves_unless_it_is_stopped(self, bench: Bench) -> None:
        assert await bench.store.brakes.state() == BrakeState()

    async def test_while_mail_is_stopped_nothing_is_leased(self, bench: Bench) -> None:
        brakes = bench.store.brakes
        await bench.accept(an_order())
        doubted = await bench.one()
        assert await bench.dot(doubted)
        assert await bench.settle(doubted, DOUBTED)
        await bench.accept(an_order("1002"))
        await brakes.stop("kim", "a wrong price")
        bench.clock.advance(SETTLE)
        assert await bench.lease() == []
        assert await bench.store.outbox.next_due() is None
        state = await brakes.state()
        assert (state.stopped, state.actor, state.reason) == (True, "kim", "a wrong price")
        assert state.at == bench.clock.seconds() - SETTLE
        await brakes.release("kim")
        assert not (await brakes.state()).stopped
        assert await bench.store.outbox.next_due() is not None
        assert len(await bench.lease()) == 2

    async def test_what_was_leased_before_goes_back_as_if_never_taken(self, bench: Bench) -> None:
        await bench.accept(an_order())
        for _ in range(5):
            item = await bench.one()
            await bench.store.brakes.stop("kim", "")
            assert not await bench.dot(item)
            assert await bench.statuses() == ["queued"]
            assert not await bench.settle(item, ACCEPTED)
            assert await bench.store.outbox.owners() == []
            await bench.store.brakes.release("kim")
        again = await bench.send()
        assert again.attempt == 1

    async def test_a_copy_of_a_doubt_does_not_leave_while_mail_is_stopped(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        bench.clock.advance(SETTLE)
        asking = await bench.one()
        await bench.store.brakes.stop("kim", "")
        assert not await bench.dot(asking)
        assert await bench.statuses() == ["in_doubt"]
        await bench.store.brakes.release("kim")
        again = await bench.one()
        assert (again.doubt, again.attempt) == (True, asking.attempt)

    async def test_what_has_its_dot_journalled_is_finished(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        await bench.store.brakes.stop("kim", "")
        assert await bench.settle(item, ACCEPTED)
        assert await bench.statuses() == ["sent"]

    async def test_a_store_belongs_to_whoever_claimed_it_last(self, bench: Bench) -> None:
        brakes = bench.store.brakes
        await brakes.claim("one", "the first start")
        await brakes.stop("kim", "")
        await brakes.claim("two", "kim")
        state = await brakes.state()
        assert (state.instance, state.stopped) == ("two", True)
        await brakes.release("kim")
        assert await brakes.state() == BrakeState(instance="two")

    async def test_a_lease_says_how_much_went_to_its_address_within_an_hour(
        self, bench: Bench
    ) -> None:
        for number in range(3):
            await bench.accept(an_order(f"{number}", customer=to("Busy@example.com")))
            assert (await bench.send()).recent == number
            bench.clock.advance(60)
        await bench.accept(an_order("3", customer=to("busy@EXAMPLE.com")))
        await bench.accept(an_order("4", customer=to("busy@example.com")))
        await bench.accept(an_order("5"))
        taken = await bench.lease()
        assert sorted(item.recent for item in taken) == [0, 3, 4]
        for one in taken:
            assert await bench.dot(one)
            assert await bench.settle(one, ACCEPTED)
        bench.clock.advance(4_000)
        await bench.accept(an_order("6", customer=to("busy@example.com")))
        (item,) = await bench.lease("w2")
        assert item.recent == 0

    async def test_what_another_lease_is_about_to_send_counts_too(self, bench: Bench) -> None:
        for number in range(4):
            await bench.accept(an_order(str(number), customer=to("busy@example.com")))
            bench.clock.advance(1)
        await bench.accept(an_order("4"))
        (first,) = await bench.lease("w1", 1)
        assert first.recent == 0
        assert [item.recent for item in await bench.lease("w2", 2)] == [1, 2]
        assert await bench.settle_composed(first, DEFERRED)
        assert sorted(item.recent for item in await bench.lease("w3")) == [0, 2]

    async def test_each_channel_counts_its_own(self, bench: Bench) -> None:
        place = "busy@example.com"
        for number in range(3):
            mail = await bench.sent(str(number))
            await bench.hear(mail, "bounced", bounce="hard")
        rule = ReachRule(kind="confirmation", channels=("webhook",))
        lost = await bench.store.reach.unreached((rule,), bench.clock.seconds(), 10)
        for found in lost:
            assert await bench.store.reach.escalate(found, "webhook", place, 0.0)
            item = await bench.send()
            assert (item.channel, item.recipient) == ("webhook", place)
            assert item.recent == lost.index(found)
        await bench.accept(an_order("3", customer=to(place)))
        assert (await bench.send()).recent == 0
        await bench.accept(an_order("4", customer=to(place)))
        assert (await bench.send()).recent == 1

    async def test_an_address_in_other_letters_is_counted_as_well(self, bench: Bench) -> None:
        for number in range(3):
            await bench.accept(an_order(str(number), customer=to("ÖZGÜ@example.com")))
            assert (await bench.send()).recent == number

    async def test_what_did_not_leave_is_not_counted(self, bench: Bench) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        bench.clock.advance(10)
        assert (await bench.one()).recent == 0

    async def test_a_lease_says_whether_a_person_asked_for_it(self, bench: Bench) -> None:
        first = await bench.sent()
        assert isinstance(await bench.store.desk.resend(first, None, "kim"), MessageView)
        assert (await bench.one()).approved
        await bench.accept(an_order("1002"))
        assert not (await bench.one()).approved

    async def test_the_route_is_kept_of_what_was_sent_and_of_a_doubt(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert (item.channel, item.doubt_route, item.blocked) == ("email", "", "")
        assert await bench.dot(item)
        due = bench.clock.seconds()
        doubt = Verdict("in_doubt", "no_reply", "?", run_at=due, doubt=True, route="one")
        assert await bench.store.outbox.settle("w1", item, doubt, None)
        assert (await bench.message(item.message_id)).route == "one"
        asking = await bench.one()
        assert asking.doubt_route == "one"
        sent = Verdict("sent", "accepted", "two took it", Reply(250, "ok"), route="two")
        assert await bench.store.outbox.settle("w1", asking, sent, None)
        assert (await bench.message(item.message_id)).route == "two"

    async def test_a_dot_that_says_no_route_forgets_the_one_before(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        due = bench.clock.seconds()
        doubt = Verdict("in_doubt", "no_reply", "?", run_at=due, doubt=True, route="one")
        assert await bench.store.outbox.settle("w1", item, doubt, None)
        assert await bench.dot(await bench.one())
        await bench.crash()
        bench.clock.advance(SETTLE)
        assert (await bench.one()).doubt_route == ""
