"""What intake may look up, and what a store says of its own balance."""

from decimal import Decimal

import msgspec

from twofifty.notice.policy import Rules
from twofifty.testing.contracts.store_bench import (
    CANCELLED,
    DEFERRED,
    REFUSED,
    UNPAID,
    Bench,
    How,
    an_order,
    to,
)
from twofifty.track.model import Page


class BooksPromises:
    """`intake.ports.Books` and `track.ports.Audit`."""

    async def test_a_position_moves_with_the_arrival_that_brought_it(self, bench: Bench) -> None:
        books = bench.store.books
        assert await books.position("shop") == ""
        arrival = msgspec.structs.replace(bench.arrival(an_order()), position="0/17")
        await bench.store.ledger.accept(arrival)
        assert await books.position("shop") == "0/17"
        again = msgspec.structs.replace(arrival, position="0/18")
        assert (await bench.store.ledger.accept(again)).duplicate
        assert (await books.position("shop"), await books.position("second")) == ("0/18", "")
        await bench.accept(an_order(note="by a hook"))
        assert await books.position("shop") == "0/18"

    async def test_an_idle_log_moves_its_position_alone(self, bench: Bench) -> None:
        await bench.store.books.keep_position("shop", "a")
        await bench.store.books.keep_position("shop", "b")
        assert await bench.store.books.position("shop") == "b"
        assert (await bench.store.archive.events(None, Page())).items == ()

    async def test_what_was_rejected_is_listed_until_it_is_read(self, bench: Bench) -> None:
        arrival = msgspec.structs.replace(bench.arrival(an_order(), How(key="k")), planned=())
        unread = msgspec.structs.replace(arrival, rejected="no currency")
        first = await bench.store.ledger.accept(unread)
        await bench.store.ledger.accept(unread)
        (kept,) = await bench.store.books.rejected("shop", "", 10)
        assert (kept.event_id, kept.key, kept.reason) == (first.event_id, "id:k", "no currency")
        assert (kept.body, kept.topic) == (arrival.body, arrival.topic)
        assert kept.received_at == arrival.received_at
        bench.clock.advance(60)
        read = bench.arrival(an_order(), How(key=kept.key.removeprefix("id:")))
        understood = await bench.store.ledger.accept(read)
        assert understood.outcome == "applied"
        assert await bench.store.books.rejected("shop", "", 10) == ()
        event = await bench.event(first.event_id)
        assert (event.outcome, event.again) == ("rejected", understood.event_id)
        timeline = await bench.store.archive.timeline("shop", "1001") or ()
        assert timeline[0].what == "event.rejected"
        assert "no currency" in timeline[0].text
        assert "event.applied" in {moment.what for moment in timeline}

    async def test_what_was_read_after_all_is_a_duplicate_from_then_on(self, bench: Bench) -> None:
        read = bench.arrival(an_order(), How(key="k"))
        unread = msgspec.structs.replace(read, planned=(), rejected="not understood")
        await bench.store.ledger.accept(unread)
        understood = await bench.store.ledger.accept(read)
        again = await bench.store.ledger.accept(read)
        assert (again.duplicate, again.event_id) == (True, understood.event_id)
        assert again.messages == understood.messages
        assert len((await bench.store.archive.events(None, Page())).items) == 2

    async def test_what_was_rejected_is_listed_in_pages_by_source(self, bench: Bench) -> None:
        for number in range(5):
            source = "second" if number == 2 else "shop"
            bare = bench.bare(f"r{number}", source)
            await bench.store.ledger.accept(msgspec.structs.replace(bare, rejected="unusable"))
        books = bench.store.books
        first = await books.rejected("shop", "", 3)
        assert [kept.key for kept in first] == ["id:r0", "id:r1", "id:r3"]
        rest = await books.rejected("shop", first[-1].event_id, 3)
        assert [kept.key for kept in rest] == ["id:r4"]
        assert len(await books.rejected(None, "", 10)) == 5

    async def test_orders_are_known_by_what_their_shop_said(self, bench: Bench) -> None:
        await bench.accept(an_order("1001", updated_at=bench.clock.now()))
        await bench.send()
        await bench.accept(an_order("1002", state=UNPAID))
        await bench.accept(an_order("1003", source="second"))
        known = await bench.store.books.known("shop", ["1001", "1002", "1003", "nothing"])
        assert sorted(known) == ["1001", "1002"]
        one, two = known["1001"], known["1002"]
        assert (one.total, one.currency, one.plan) == (Decimal("82.95"), "EUR", "owe")
        assert (one.updated_at, one.confirmation) == (bench.clock.now(), "sent")
        assert (two.updated_at, two.plan, two.confirmation) == (None, "wait", None)
        assert two.reason
        assert await bench.store.books.known("shop", []) == {}

    async def test_a_thousand_orders_are_looked_up_at_once(self, bench: Bench) -> None:
        await bench.accept(an_order("7"))
        asked = [str(number) for number in range(1_000)]
        assert list(await bench.store.books.known("shop", asked)) == ["7"]

    async def test_the_confirmation_that_counts_is_the_one_that_left(self, bench: Bench) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        await bench.accept(an_order(note="newest"))
        sent = await bench.send()
        await bench.store.desk.resend(sent.message_id, None, "kim")
        known = await bench.store.books.known("shop", ["1001"])
        assert known["1001"].confirmation == "sent"

    async def test_a_newer_time_of_the_same_facts_is_known(self, bench: Bench) -> None:
        await bench.accept(an_order(revision=1, updated_at=bench.clock.now()))
        bench.clock.advance(60)
        await bench.accept(an_order(revision=2, updated_at=bench.clock.now()))
        known = await bench.store.books.known("shop", ["1001"])
        assert known["1001"].updated_at == bench.clock.now()

    async def test_the_tally_counts_every_order_once(self, bench: Bench) -> None:
        await bench.accept(an_order("1001"))
        await bench.send()
        await bench.accept(an_order("1002", state=UNPAID))
        await bench.accept(an_order("1003", customer=to(None)))
        await bench.accept(an_order("1004", state=CANCELLED))
        await bench.accept(an_order("1005"))
        assert await bench.settle_composed(await bench.one(), REFUSED)
        await bench.accept(an_order("1001", note="changed"))
        tally = await bench.store.audit.tally()
        assert (tally.orders, tally.events, tally.confirmed) == (5, 6, 1)
        assert tally.by_plan == {"owe": 2, "wait": 1, "absent": 1, "hold": 1}
        assert tally.by_outcome == {"applied": 6}
        assert (tally.unexplained_count, tally.doubled_count) == (0, 0)
        assert tally.waiting_oldest is None

    async def test_the_tally_of_an_empty_store_is_nothing(self, bench: Bench) -> None:
        tally = await bench.store.audit.tally()
        assert (tally.orders, tally.events, tally.confirmed) == (0, 0, 0)
        assert (tally.by_plan, tally.by_outcome) == ({}, {})

    async def test_a_copy_that_a_person_asked_for_is_no_double(self, bench: Bench) -> None:
        await bench.accept(an_order(test=True), How(rules=Rules(confirm_test=True)))
        sent = await bench.send()
        await bench.store.desk.resend(sent.message_id, None, "kim")
        await bench.send()
        tally = await bench.store.audit.tally()
        assert (tally.confirmed, tally.doubled_count) == (1, 0)


class DutyPromises:
    """`queue.duty.Duties`."""

    async def test_a_free_duty_is_whose_asks_first(self, bench: Bench) -> None:
        duties = bench.store.duties
        assert await duties.hold("care", "one", (0.0, 20.0)) == "one"
        assert await duties.hold("care", "two", (5.0, 25.0)) == "one"
        assert await duties.hold("other", "two", (5.0, 25.0)) == "two"

    async def test_whoever_holds_it_keeps_it_as_long_as_he_says_so(self, bench: Bench) -> None:
        duties = bench.store.duties
        await duties.hold("care", "one", (0.0, 20.0))
        assert await duties.hold("care", "one", (15.0, 35.0)) == "one"
        assert await duties.hold("care", "two", (30.0, 50.0)) == "one"
        assert await duties.hold("care", "two", (35.0, 55.0)) == "two"
        assert await duties.hold("care", "one", (36.0, 56.0)) == "two"

    async def test_what_is_left_is_free_at_once(self, bench: Bench) -> None:
        duties = bench.store.duties
        await duties.hold("care", "one", (0.0, 20.0))
        await duties.leave("care", "two")
        assert await duties.hold("care", "two", (1.0, 21.0)) == "one"
        await duties.leave("care", "one")
        assert await duties.hold("care", "two", (2.0, 22.0)) == "two"
