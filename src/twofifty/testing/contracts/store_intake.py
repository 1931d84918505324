"""What intake may rely on: kept for ever, applied once, in any order, one confirmation."""

import hashlib

import msgspec

from twofifty.intake.ports import Arrival
from twofifty.testing.contracts.store_bench import CANCELLED, UNPAID, Bench, How, an_order, to
from twofifty.track.model import Page


class IntakePromises:
    """`intake.ports.Ledger`."""

    async def test_a_paid_order_is_kept_with_one_queued_confirmation(self, bench: Bench) -> None:
        receipt = await bench.accept(an_order())
        assert receipt.outcome == "applied"
        assert receipt.order_id == "1001"
        assert not receipt.duplicate
        (message,) = receipt.messages
        assert (await bench.message(message)).status == "queued"

    async def test_the_same_content_again_changes_nothing(self, bench: Bench) -> None:
        first = await bench.accept(an_order())
        bench.clock.advance(60)
        again = await bench.accept(an_order())
        assert again.duplicate
        assert (again.event_id, again.messages) == (first.event_id, first.messages)
        assert again.conflict is None
        (event,) = (await bench.store.archive.events(None, Page())).items
        assert event.repeats == 1
        assert await bench.statuses() == ["queued"]

    async def test_a_key_with_other_content_is_a_conflict_that_is_kept(self, bench: Bench) -> None:
        await bench.accept(an_order(), How(key="k1"))
        other = await bench.accept(an_order(note="other"), How(key="k1"))
        assert other.conflict
        assert other.messages == ()
        (kept,) = (await bench.store.archive.events("conflict", Page())).items
        assert kept.id == other.event_id
        body = await bench.store.archive.event_body(kept.id)
        assert body is not None
        assert b"other" in body
        found = await bench.store.archive.order("shop", "1001")
        assert found is not None
        assert b"other" not in found[1]

    async def test_a_conflict_that_comes_again_is_the_same_conflict(self, bench: Bench) -> None:
        await bench.accept(an_order(), How(key="k1"))
        one = await bench.accept(an_order(note="other"), How(key="k1"))
        two = await bench.accept(an_order(note="other"), How(key="k1"))
        assert two.conflict
        assert two.event_id == one.event_id
        assert two.duplicate
        (kept,) = (await bench.store.archive.events("conflict", Page())).items
        assert kept.repeats == 1

    async def test_a_late_repeat_does_not_bring_back_what_was(self, bench: Bench) -> None:
        placed = an_order(revision=None)
        cancelled = an_order(revision=None, state=CANCELLED)
        for order in (placed, cancelled):
            assert not (await bench.accept(order)).duplicate
        assert (await bench.accept(placed)).duplicate
        assert await bench.statuses() == ["held"]

    async def test_of_one_revision_a_payment_is_not_taken_back(self, bench: Bench) -> None:
        pending = an_order(revision=7, state=UNPAID)
        paid = an_order(revision=7)
        for order in (pending, paid, pending, an_order(revision=7, state=UNPAID, note="late")):
            await bench.accept(order)
        assert await bench.statuses() == ["queued"]

    async def test_what_could_not_be_used_is_news_once_it_can(self, bench: Bench) -> None:
        readable = bench.arrival(an_order(), How(key="k1"))
        not_yet = msgspec.structs.replace(readable, planned=(), rejected="not understood")
        assert (await bench.store.ledger.accept(not_yet)).outcome == "rejected"
        understood = await bench.store.ledger.accept(readable)
        assert understood.outcome == "applied"
        assert not understood.duplicate
        assert (await bench.store.ledger.accept(readable)).messages == understood.messages
        assert await bench.statuses() == ["queued"]

    async def test_keys_are_per_source(self, bench: Bench) -> None:
        await bench.accept(an_order(), How(key="k1"))
        other = await bench.accept(an_order(source="second"), How(key="k1"))
        assert other.outcome == "applied"
        assert not other.duplicate

    async def test_an_older_revision_changes_nothing(self, bench: Bench) -> None:
        newest = await bench.accept(an_order(revision=5, note="new"))
        bench.clock.advance(1)
        old = await bench.accept(an_order(revision=4, note="old"))
        assert old.outcome == "stale"
        assert old.messages == newest.messages
        assert b"new" in (await bench.one()).order

    async def test_a_revision_once_stated_is_remembered(self, bench: Bench) -> None:
        await bench.accept(an_order(revision=5, note="five"))
        assert (await bench.accept(an_order(note="unnumbered"))).outcome == "applied"
        assert (await bench.accept(an_order(revision=4, note="four"))).outcome == "stale"

    async def test_unchanged_facts_are_no_news_but_a_newer_revision(self, bench: Bench) -> None:
        await bench.accept(an_order(revision=5))
        assert (await bench.accept(an_order(revision=7))).outcome == "unchanged"
        assert (await bench.accept(an_order(revision=6, note="six"))).outcome == "stale"
        assert await bench.statuses() == ["queued"]

    async def test_an_equal_revision_with_other_facts_is_news_from_a_shop(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order(revision=5))
        assert (await bench.accept(an_order(revision=5, note="more"))).outcome == "applied"
        assert b"more" in (await bench.one()).order

    async def test_an_equal_revision_with_other_facts_is_a_conflict_where_strict(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order(revision=5), How(strict=True))
        other = await bench.accept(an_order(revision=5, note="more"), How(strict=True))
        assert other.outcome == "conflict"
        assert other.conflict
        assert b"more" not in (await bench.one()).order
        listed = await bench.store.archive.events("conflict", Page())
        assert [event.id for event in listed.items] == [other.event_id]

    async def test_a_rejected_arrival_is_kept_and_listed(self, bench: Bench) -> None:
        receipt = await bench.store.ledger.accept(self._bare(bench, rejected="no currency"))
        assert receipt.outcome == "rejected"
        (event,) = (await bench.store.archive.events("rejected", Page())).items
        assert (event.id, event.reason) == (receipt.event_id, "no currency")
        assert await bench.store.archive.event_body(event.id) == b"{}"

    async def test_an_ignored_arrival_is_kept(self, bench: Bench) -> None:
        receipt = await bench.store.ledger.accept(self._bare(bench, ignored="a cart"))
        assert (receipt.outcome, receipt.messages) == ("ignored", ())
        assert (await bench.store.archive.conservation()).events == {"ignored": 1}

    async def test_an_arrival_may_hold_several_orders(self, bench: Bench) -> None:
        one = self._bare(bench)
        both = tuple(bench.planned(an_order(identity)) for identity in ("1001", "1002"))
        receipt = await bench.store.ledger.accept(
            Arrival(one.source, "id:both", one.digest, "t", one.received_at, b"[]", both)
        )
        assert receipt.outcome == "applied"
        assert await bench.statuses("1001") == ["queued"]
        assert await bench.statuses("1002") == ["queued"]

    async def test_an_order_is_confirmed_once_for_ever(self, bench: Bench) -> None:
        await bench.accept(an_order())
        await bench.send()
        for number in range(5):
            bench.clock.advance(86_400)
            receipt = await bench.accept(an_order(note=f"change {number}"))
            assert receipt.outcome == "applied"
        await bench.accept(an_order(customer=to("another@example.com")))
        assert await bench.statuses() == ["sent"]
        assert await bench.lease() == []

    @staticmethod
    def _bare(bench: Bench, rejected: str | None = None, ignored: str | None = None) -> Arrival:
        return Arrival(
            source="shop",
            key="id:bare",
            digest=hashlib.sha256(b"{}").digest(),
            topic="orders/create",
            received_at=bench.clock.now(),
            body=b"{}",
            rejected=rejected,
            ignored=ignored,
        )
