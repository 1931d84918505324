"""What the order's facts may do to a confirmation, and until when."""

from datetime import timedelta

from twofifty.notice.policy import Rules
from twofifty.testing.clock import NOON
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    CANCELLED,
    DEFERRED,
    DOUBTED,
    DRAFT,
    REFUSED,
    UNPAID,
    Bench,
    How,
    an_order,
    to,
)
from twofifty.track.model import Refusal


class PlanPromises:
    """`intake.ports.Ledger`: one live confirmation, which follows the facts until its dot."""

    async def test_what_waits_says_why_and_owes_nothing(self, bench: Bench) -> None:
        receipt = await bench.accept(an_order(state=UNPAID))
        assert receipt.messages == ()
        found = await bench.store.archive.order("shop", "1001")
        assert found is not None
        assert (found[0].plan, found[0].code) == ("wait", "awaiting_payment")
        assert await bench.lease() == []

    async def test_a_payment_that_comes_later_is_confirmed(self, bench: Bench) -> None:
        await bench.accept(an_order(state=UNPAID))
        await bench.accept(an_order())
        await bench.send()
        assert await bench.statuses() == ["sent"]

    async def test_an_order_without_an_address_states_it(self, bench: Bench) -> None:
        await bench.accept(an_order(customer=to(None)))
        found = await bench.store.archive.order("shop", "1001")
        assert found is not None
        assert (found[0].plan, found[0].code) == ("absent", "no_recipient")

    async def test_an_unusable_address_fails_and_a_mended_one_is_confirmed(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order(customer=to("nobody")))
        assert await bench.statuses() == ["failed"]
        await bench.accept(an_order())
        await bench.send()
        assert await bench.statuses() == ["failed", "sent"]

    async def test_a_draft_is_held_and_released_when_it_is_placed(self, bench: Bench) -> None:
        receipt = await bench.accept(an_order(state=DRAFT))
        (message,) = receipt.messages
        assert (await bench.message(message)).code == "draft"
        assert await bench.lease() == []
        await bench.accept(an_order())
        assert (await bench.send()).message_id == message
        assert await bench.moves(message) == [
            "held:draft",
            "queued:released",
            "sending:leased",
            "sent:accepted",
        ]

    async def test_a_test_order_is_held(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order(test=True))).messages
        assert (await bench.message(message)).code == "test_order"

    async def test_an_old_order_is_held(self, bench: Bench) -> None:
        old = an_order(placed_at=NOON - timedelta(hours=49))
        (message,) = (await bench.accept(old)).messages
        assert (await bench.message(message)).code == "too_old"

    async def test_what_a_setting_permits_is_released(self, bench: Bench) -> None:
        await bench.accept(an_order(test=True))
        allowed = How(rules=Rules(confirm_test=True))
        await bench.accept(an_order(test=True, note="again"), allowed)
        assert await bench.statuses() == ["queued"]

    async def test_a_cancelled_order_is_not_confirmed(self, bench: Bench) -> None:
        await bench.accept(an_order())
        await bench.accept(an_order(state=CANCELLED))
        assert await bench.statuses() == ["held"]
        assert await bench.lease() == []

    async def test_what_was_approved_is_not_held_for_its_age_again(self, bench: Bench) -> None:
        old = an_order(placed_at=NOON - timedelta(hours=49))
        (message,) = (await bench.accept(old)).messages
        assert not isinstance(await bench.store.desk.approve(message, "kim"), Refusal | None)
        await bench.accept(an_order(placed_at=old.placed_at, note="more"))
        assert (await bench.send()).message_id == message

    async def test_what_was_approved_and_stopped_is_released_again(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order(test=True))).messages
        await bench.store.desk.approve(message, "kim")
        await bench.accept(an_order(test=True, state=CANCELLED))
        assert await bench.statuses() == ["held"]
        await bench.accept(an_order(test=True, note="not cancelled after all"))
        assert (await bench.send()).message_id == message

    async def test_what_was_approved_stays_so_when_it_is_replaced(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order(test=True))).messages
        await bench.store.desk.approve(message, "kim")
        for note in ("one", "two"):
            assert await bench.settle_composed(await bench.one(), DEFERRED)
            await bench.accept(an_order(test=True, note=note))
        assert await bench.statuses() == ["superseded", "superseded", "queued"]

    async def test_a_payment_that_is_taken_back_withdraws_it(self, bench: Bench) -> None:
        await bench.accept(an_order())
        await bench.accept(an_order(state=UNPAID))
        assert await bench.statuses() == ["superseded"]
        assert await bench.lease() == []
        await bench.accept(an_order(note="paid at last"))
        await bench.send()
        assert await bench.statuses() == ["superseded", "sent"]

    async def test_while_queued_it_is_composed_from_the_newest_facts(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        await bench.accept(an_order(note="the newest"))
        item = await bench.one()
        assert item.message_id == message
        assert b"the newest" in item.order

    async def test_another_recipient_takes_the_place_of_the_first(self, bench: Bench) -> None:
        await bench.accept(an_order())
        await bench.accept(an_order(customer=to("right@example.com")))
        assert (await bench.send()).recipient == "right@example.com"
        assert await bench.statuses() == ["superseded", "sent"]

    async def test_what_is_deferred_with_frozen_bytes_is_replaced(self, bench: Bench) -> None:
        await bench.accept(an_order())
        first = await bench.one()
        assert await bench.settle_composed(first, DEFERRED)
        await bench.accept(an_order(note="the newest"))
        second = await bench.one()
        assert second.message_id != first.message_id
        assert second.raw is None
        assert b"the newest" in second.order
        assert await bench.statuses() == ["superseded", "sending"]

    async def test_a_no_to_the_dot_is_no_departure(self, bench: Bench) -> None:
        await bench.accept(an_order())
        first = await bench.one()
        assert await bench.dot(first)
        assert await bench.settle(first, DEFERRED)
        await bench.accept(an_order(note="the newest"))
        second = await bench.one()
        assert second.message_id != first.message_id
        assert second.root == second.message_id

    async def test_a_worker_that_composes_old_facts_is_fenced(self, bench: Bench) -> None:
        await bench.accept(an_order())
        old = await bench.one("w1")
        await bench.accept(an_order(note="the newest"))
        assert not await bench.dot(old, "w1")
        assert not await bench.settle(old, ACCEPTED, "w1")
        new = await bench.one("w2")
        assert b"the newest" in new.order
        assert await bench.dot(new, "w2")
        assert await bench.settle(new, ACCEPTED, "w2")

    async def test_the_same_worker_is_fenced_with_its_old_facts_too(self, bench: Bench) -> None:
        await bench.accept(an_order())
        old = await bench.one("w1")
        await bench.accept(an_order(state=DRAFT))
        await bench.accept(an_order(note="the newest"))
        new = await bench.one("w1")
        assert not await bench.dot(old, "w1")
        assert await bench.dot(new, "w1")
        assert not await bench.settle(old, DEFERRED, "w1")
        assert await bench.settle(new, ACCEPTED, "w1")

    async def test_a_cancellation_fences_what_is_being_composed(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        await bench.accept(an_order(state=CANCELLED))
        assert not await bench.dot(item)
        assert await bench.statuses() == ["held"]

    async def test_after_the_dot_no_facts_touch_it(self, bench: Bench) -> None:
        for changed in (an_order(note="x"), an_order(state=CANCELLED), an_order(state=UNPAID)):
            assert (await bench.accept(an_order(note=f"before {changed.note}"))).outcome
            if await bench.statuses() == ["queued"]:
                item = await bench.one()
                assert await bench.dot(item)
            await bench.accept(changed)
            assert await bench.statuses() == ["sending"]
        assert await bench.settle(item, ACCEPTED)
        assert await bench.statuses() == ["sent"]

    async def test_a_doubt_is_not_touched_either(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        await bench.accept(an_order(note="the newest"))
        await bench.accept(an_order(customer=to("another@example.com")))
        assert await bench.statuses() == ["in_doubt"]

    async def test_a_doubt_that_is_put_off_stays_a_doubt(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        bench.clock.advance(1_000)
        again = await bench.one()
        assert again.doubt
        assert await bench.settle(again, DEFERRED)
        await bench.accept(an_order(note="the newest"))
        assert await bench.statuses() == ["in_doubt"]
        bench.clock.advance(1_000)
        third = await bench.one()
        assert (third.doubt, third.raw) == (True, again.raw)

    async def test_a_refused_recipient_is_not_tried_again(self, bench: Bench) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), REFUSED)
        await bench.accept(an_order(note="the newest"))
        assert await bench.statuses() == ["failed"]
        await bench.accept(an_order(customer=to("right@example.com")))
        assert await bench.statuses() == ["failed", "queued"]

    async def test_what_a_person_cancelled_does_not_come_back(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        await bench.store.desk.cancel(message, "kim")
        await bench.accept(an_order(note="the newest"))
        await bench.accept(an_order(customer=to("right@example.com")))
        assert await bench.statuses() == ["cancelled"]
