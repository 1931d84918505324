"""What a store makes of news of a part of an order, and what an order keeps from the first."""

from datetime import timedelta
from decimal import Decimal

import msgspec

from twofifty.order.events import Amendment
from twofifty.order.model import Parcel, Payment, PaymentPart, Refund
from twofifty.testing.clock import NOON
from twofifty.testing.contracts.store_bench import UNPAID, Bench, How, an_order
from twofifty.track.model import Page

LATER = NOON + timedelta(minutes=5)
BEFORE = NOON - timedelta(minutes=5)
BY_CARD = (PaymentPart(method="card", reference="pay_1"),)


def paid(order_id: str | None = "1001", *, reference: str | None = None) -> Amendment:
    """The payment came in, five minutes after noon."""
    return Amendment(
        type="payment.paid",
        source="shop",
        order_id=order_id,
        reference=reference,
        at=LATER,
        payment="paid",
    )


def refund(identity: str, amount: str = "5.00") -> Amendment:
    """Money went back, five minutes after noon."""
    part = Refund(id=identity, amount=Decimal(amount))
    return Amendment(
        type="order.refunded", source="shop", order_id="1001", at=LATER, refunds=(part,)
    )


class AmendPromises:
    """`intake.ports.Ledger`: amendments, and what an order keeps."""

    async def test_news_of_a_payment_is_laid_over_its_order(self, bench: Bench) -> None:
        await bench.accept(an_order(state=UNPAID))
        receipt = await bench.tell(paid())
        assert (receipt.outcome, receipt.order_id) == ("applied", "1001")
        (message,) = receipt.messages
        order = await bench.order()
        assert (order.state.payment, order.lines) == ("paid", an_order().lines)
        item = await bench.send()
        assert item.message_id == message
        assert b'"paid"' in item.order

    async def test_news_that_changes_nothing_is_unchanged(self, bench: Bench) -> None:
        await bench.accept(an_order())
        receipt = await bench.tell(paid())
        assert (receipt.outcome, len(receipt.messages)) == ("unchanged", 1)
        assert (await bench.tell(refund("r1"))).outcome == "applied"
        assert (await bench.tell(refund("r1"))).outcome == "unchanged"
        assert (await bench.order()).totals.refunded == Decimal("5.00")

    async def test_news_of_an_unknown_order_waits_for_it(self, bench: Bench) -> None:
        receipt = await bench.tell(paid())
        assert (receipt.outcome, receipt.messages, receipt.order_id) == ("waiting", (), None)
        (event,) = (await bench.store.archive.events("waiting", Page())).items
        assert event.id == receipt.event_id
        assert event.reason
        applied = await bench.accept(an_order(state=UNPAID))
        assert len(applied.messages) == 1
        event = await bench.event(receipt.event_id)
        assert (event.outcome, event.reason, event.order_id) == ("applied", None, "1001")
        assert (await bench.order()).state.payment == "paid"

    async def test_an_order_is_found_by_the_reference_of_its_payment(self, bench: Bench) -> None:
        await bench.accept(an_order(state=UNPAID, payments=BY_CARD))
        await bench.accept(an_order("1002", state=UNPAID))
        receipt = await bench.tell(paid(None, reference="pay_1"))
        assert (receipt.outcome, receipt.order_id) == ("applied", "1001")
        assert (await bench.plan("1001"), await bench.plan("1002")) == ("owe", "wait")

    async def test_news_by_reference_waits_for_the_order_too(self, bench: Bench) -> None:
        receipt = await bench.tell(paid(None, reference="pay_1"))
        assert receipt.outcome == "waiting"
        await bench.accept(an_order(state=UNPAID))
        assert (await bench.event(receipt.event_id)).outcome == "waiting"
        await bench.accept(an_order(state=UNPAID, payments=BY_CARD))
        assert (await bench.event(receipt.event_id)).outcome == "applied"
        assert await bench.plan() == "owe"

    async def test_a_reference_that_only_an_old_revision_says_is_known_too(
        self, bench: Bench
    ) -> None:
        receipt = await bench.tell(paid(None, reference="pay_1"))
        await bench.accept(an_order(state=UNPAID, revision=2))
        stale = await bench.accept(an_order(state=UNPAID, revision=1, payments=BY_CARD))
        assert stale.messages
        assert (await bench.event(receipt.event_id)).outcome == "applied"
        order = await bench.order()
        assert (order.state.payment, order.payments) == ("paid", an_order().payments)

    async def test_references_and_ids_are_per_source(self, bench: Bench) -> None:
        await bench.accept(an_order(source="second", state=UNPAID, payments=BY_CARD))
        assert (await bench.tell(paid())).outcome == "waiting"
        assert (await bench.tell(paid(None, reference="pay_1"))).outcome == "waiting"

    async def test_orders_that_share_a_payment_share_its_news(self, bench: Bench) -> None:
        await bench.accept(an_order("1001", state=UNPAID, payments=BY_CARD))
        await bench.tell(paid(None, reference="pay_1"))
        await bench.accept(an_order("1002", state=UNPAID, payments=BY_CARD))
        assert (await bench.plan("1001"), await bench.plan("1002")) == ("owe", "owe")

    async def test_a_full_order_that_comes_later_is_amended_again(self, bench: Bench) -> None:
        await bench.accept(an_order(revision=1, state=UNPAID, updated_at=BEFORE))
        await bench.tell(paid())
        changed = an_order(revision=2, state=UNPAID, updated_at=NOON, note="gift")
        assert (await bench.accept(changed)).outcome == "applied"
        order = await bench.order()
        assert (order.note, order.state.payment) == ("gift", "paid")
        assert await bench.statuses() == ["queued"]

    async def test_a_full_order_of_after_the_news_has_the_last_word(self, bench: Bench) -> None:
        await bench.accept(an_order(revision=1, state=UNPAID, updated_at=BEFORE))
        await bench.tell(paid())
        await bench.accept(
            an_order(revision=2, state=UNPAID, updated_at=LATER + timedelta(minutes=1), note="x")
        )
        assert await bench.plan() == "wait"
        assert await bench.statuses() == ["superseded"]

    async def test_that_word_counts_although_the_facts_are_the_same(self, bench: Bench) -> None:
        await bench.accept(an_order(revision=1, state=UNPAID, updated_at=BEFORE))
        await bench.tell(paid())
        after = LATER + timedelta(minutes=1)
        again = await bench.accept(an_order(revision=2, state=UNPAID, updated_at=after))
        assert again.outcome == "applied"
        assert await bench.plan() == "wait"
        assert (await bench.accept(an_order(revision=1, state=UNPAID, note="y"))).outcome == "stale"

    async def test_news_of_a_payment_makes_no_later_full_order_stale(self, bench: Bench) -> None:
        await bench.accept(an_order(revision=5, state=UNPAID, updated_at=BEFORE))
        await bench.tell(paid())
        other = an_order(revision=5, state=UNPAID, updated_at=BEFORE, note="gift")
        assert (await bench.accept(other)).outcome == "applied"
        order = await bench.order()
        assert (order.note, order.state.payment) == ("gift", "paid")

    async def test_a_repeated_full_order_is_unchanged_under_its_news(self, bench: Bench) -> None:
        order = an_order(revision=1, state=UNPAID, updated_at=NOON)
        await bench.accept(order, How(key="one"))
        await bench.tell(paid())
        assert (await bench.accept(order, How(key="two"))).outcome == "unchanged"
        assert (await bench.order()).state.payment == "paid"
        assert await bench.statuses() == ["queued"]

    async def test_of_one_moment_the_payment_that_is_further_on_counts(self, bench: Bench) -> None:
        words: tuple[Payment, ...] = ("authorized", "paid")
        for order_id, came in (("1001", words), ("1002", words[::-1])):
            await bench.accept(an_order(order_id, state=UNPAID))
            for payment in came:
                await bench.tell(
                    Amendment(
                        type="payment.paid",
                        source="shop",
                        order_id=order_id,
                        at=LATER,
                        payment=payment,
                    )
                )
            assert (await bench.order(order_id)).state.payment == "paid"

    async def test_news_without_a_time_is_of_when_it_came(self, bench: Bench) -> None:
        await bench.accept(an_order(state=UNPAID, updated_at=BEFORE))
        await bench.tell(msgspec.structs.replace(paid(), at=None))
        bench.clock.advance(60)
        await bench.accept(an_order(state=UNPAID, updated_at=bench.clock.now(), note="taken back"))
        assert await bench.plan() == "wait"

    async def test_several_news_of_one_arrival_are_all_kept(self, bench: Bench) -> None:
        await bench.accept(an_order(state=UNPAID))
        parcel = Parcel(id="p1", carrier="post")
        sent = Amendment(
            type="shipment.created", source="shop", order_id="1001", at=LATER, parcels=(parcel,)
        )
        receipt = await bench.tell(paid(), sent, refund("r1"), paid("1002"))
        assert receipt.outcome == "waiting"
        order = await bench.order()
        assert (order.state.payment, order.parcels) == ("paid", (parcel,))
        assert [one.id for one in order.refunds] == ["r1"]
        await bench.accept(an_order("1002", state=UNPAID))
        assert (await bench.event(receipt.event_id)).outcome == "applied"

    async def test_news_of_a_known_key_is_told_once(self, bench: Bench) -> None:
        await bench.accept(an_order(state=UNPAID))
        first = await bench.tell(paid(), key="k")
        again = await bench.tell(paid(), key="k")
        assert again.duplicate
        assert again.event_id == first.event_id

    async def test_news_is_in_the_orders_history(self, bench: Bench) -> None:
        early = await bench.tell(refund("r1"))
        await bench.accept(an_order(state=UNPAID))
        late = await bench.tell(paid())
        nothing = await bench.tell(paid())
        timeline = await bench.store.archive.timeline("shop", "1001") or ()
        told = {one.event_id: one.what for one in timeline if one.event_id}
        assert told[early.event_id] == told[late.event_id] == "event.applied"
        assert told[nothing.event_id] == "event.unchanged"

    async def test_news_after_the_mail_left_sends_no_second_one(self, bench: Bench) -> None:
        await bench.accept(an_order())
        await bench.send()
        await bench.tell(paid(), refund("r1"))
        await bench.accept(an_order(note="more"))
        assert await bench.statuses() == ["sent"]

    async def test_news_that_is_composed_already_fences_the_old_facts(self, bench: Bench) -> None:
        await bench.accept(an_order())
        old = await bench.one("w1")
        await bench.tell(refund("r1"))
        assert not await bench.dot(old, "w1")
        assert b'"r1"' in (await bench.one("w2")).order

    async def test_amendments_survive_what_is_known_of_an_order(self, bench: Bench) -> None:
        """Payments, refunds and parcels of an order that comes in three revisions."""
        for revision in (1, 2, 3):
            await bench.accept(an_order(revision=revision, state=UNPAID, note=f"{revision}"))
            await bench.tell(refund(f"r{revision}", "1.50"))
        order = await bench.order()
        assert [one.id for one in order.refunds] == ["r1", "r2", "r3"]
        assert (order.totals.refunded, order.note) == (Decimal("4.50"), "3")

    async def test_language_and_time_zone_stay_as_first_said(self, bench: Bench) -> None:
        await bench.accept(an_order(locale="de", time_zone="Europe/Berlin", revision=1))
        other = an_order(locale="fr", time_zone="Asia/Tokyo", revision=2, note="more")
        assert (await bench.accept(other)).outcome == "applied"
        order = await bench.order()
        assert (order.locale, order.time_zone, order.note) == ("de", "Europe/Berlin", "more")
        assert b'"de"' in (await bench.one()).order
        again = await bench.accept(other, How(key="again"))
        assert again.outcome == "unchanged"

    async def test_a_language_that_was_not_said_at_first_is_taken_later(self, bench: Bench) -> None:
        await bench.accept(an_order(locale=None, time_zone=None))
        await bench.accept(an_order(locale="de", time_zone=None))
        await bench.accept(an_order(locale="fr", time_zone="Asia/Tokyo"))
        order = await bench.order()
        assert (order.locale, order.time_zone) == ("de", "Asia/Tokyo")

    async def test_another_language_alone_is_no_change(self, bench: Bench) -> None:
        await bench.accept(an_order(locale="de", revision=5), How(strict=True))
        again = await bench.accept(an_order(locale="fr", revision=5), How(strict=True))
        assert (again.outcome, again.conflict) == ("unchanged", None)

    async def test_another_currency_is_a_conflict(self, bench: Bench) -> None:
        await bench.accept(an_order(revision=1))
        other = await bench.accept(an_order(revision=2, currency="USD", note="dollars"))
        assert (other.outcome, other.order_id) == ("conflict", "1001")
        assert "EUR" in (other.conflict or "")
        (event,) = (await bench.store.archive.events("conflict", Page())).items
        assert event.id == other.event_id
        order = await bench.order()
        assert (order.currency, order.note, order.revision) == ("EUR", an_order().note, 1)
        assert await bench.statuses() == ["queued"]
