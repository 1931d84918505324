"""What follows a confirmation: owed once, told once, taken back in time."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec

from twofifty.deliver.ports import Leased
from twofifty.notice.policy import Rules
from twofifty.order import wire
from twofifty.order.model import Address, Order, Parcel, Refund, Shipping, State, Totals, Window
from twofifty.testing.clock import NOON
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    CANCELLED,
    DEFERRED,
    REFUSED,
    Bench,
    How,
    an_order,
    to,
)

FOLLOWING = How(rules=Rules())
QUIET = Rules().quiet


class FollowPromises:
    """`intake.ports.Ledger` and `deliver.ports.Outbox`: the mails after the first one."""

    async def test_an_edit_is_told_after_a_quiet_while(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_edited("2"), FOLLOWING)
        assert await _kinds(bench) == ["confirmation:sent", "update:scheduled"]
        assert await bench.lease() == []
        bench.clock.advance(QUIET.total_seconds())
        item = await bench.one()
        assert (item.kind, item.facts) == ("update", await _first(bench))
        assert item.before is not None
        assert wire.decode(item.before) == an_order()
        assert wire.decode(item.order) == _edited("2")
        assert item.root == await _first(bench)
        assert item.root_subject is not None

    async def test_several_edits_are_one_mail(self, bench: Bench) -> None:
        await _confirmed(bench)
        for quantity in ("2", "3", "4"):
            await bench.accept(_edited(quantity), FOLLOWING)
            bench.clock.advance(QUIET.total_seconds() / 2)
        assert await bench.lease() == []
        bench.clock.advance(QUIET.total_seconds() / 2)
        item = await bench.one()
        assert wire.decode(item.order) == _edited("4")
        assert await _kinds(bench) == ["confirmation:sent", "update:sending"]

    async def test_edits_without_end_are_told_in_the_end(self, bench: Bench) -> None:
        await _confirmed(bench)
        told = 0
        for count in range(2, 40):
            await bench.accept(_edited(str(count)), FOLLOWING)
            bench.clock.advance(QUIET.total_seconds() * 0.9)
            told += len(await _sent(bench))
        assert told >= 1

    async def test_an_edit_that_was_taken_back_is_silent(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_edited("2"), FOLLOWING)
        await bench.accept(an_order(), msgspec.structs.replace(FOLLOWING, key="back"))
        bench.clock.advance(QUIET.total_seconds())
        assert await bench.lease() == []
        assert await _kinds(bench) == ["confirmation:sent", "update:superseded"]
        await bench.accept(_edited("2"), msgspec.structs.replace(FOLLOWING, key="again"))
        bench.clock.advance(QUIET.total_seconds())
        assert (await bench.send()).kind == "update"

    async def test_the_next_update_begins_where_the_last_one_ended(self, bench: Bench) -> None:
        await _confirmed(bench)
        for quantity in ("2", "3"):
            await bench.accept(_edited(quantity), FOLLOWING)
            bench.clock.advance(QUIET.total_seconds())
            item = await bench.send()
            assert wire.decode(item.order) == _edited(quantity)
        assert item.before is not None
        assert wire.decode(item.before) == _edited("2")

    async def test_a_cancellation_is_told_at_once_instead_of_an_update(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_edited("2"), FOLLOWING)
        await bench.accept(_edited("2", state=CANCELLED), FOLLOWING)
        assert (await bench.send()).kind == "cancellation"
        bench.clock.advance(QUIET.total_seconds())
        assert await bench.lease() == []
        await bench.accept(_edited("2", state=CANCELLED, note="more"), FOLLOWING)
        assert await bench.lease() == []

    async def test_a_refund_is_told_once(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_refunded("5.00"), FOLLOWING)
        assert (await bench.send()).kind == "refund"
        again = msgspec.structs.replace(_refunded("5.00"), attributes={"seen": "1"})
        await bench.accept(again, FOLLOWING)
        assert await bench.lease() == []
        await bench.accept(_refunded("5.00", "2.00"), FOLLOWING)
        assert (await bench.send()).kind == "refund"

    async def test_each_parcel_is_told_once(self, bench: Bench) -> None:
        await _confirmed(bench)
        for parcels in (("p1",), ("p1", "p2"), ("p2", "p1")):
            await bench.accept(_shipped(*parcels), FOLLOWING)
        assert sorted(item.facts for item in await _sent(bench)) == ["parcel:p1", "parcel:p2"]
        assert await bench.lease() == []

    async def test_what_the_confirmation_told_is_not_told_again(self, bench: Bench) -> None:
        await bench.accept(_shipped("p1"), FOLLOWING)
        assert (await bench.send()).kind == "confirmation"
        await bench.accept(_shipped("p1", "p2"), FOLLOWING)
        assert (await bench.send()).facts == "parcel:p2"

    async def test_the_last_parcel_tells_that_all_arrived(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_shipped("p1", "p2"), FOLLOWING)
        assert len(await _sent(bench)) == 2
        await bench.accept(_shipped("p1", "p2", p1="delivered"), FOLLOWING)
        one = await bench.send()
        assert (one.kind, one.facts) == ("delivery", "parcel:p1")
        both = _shipped("p1", "p2", p1="delivered", p2="delivered")
        await bench.accept(_whole(both), FOLLOWING)
        last = await bench.send()
        assert (last.kind, last.facts) == ("delivery", "all")
        assert await bench.lease() == []

    async def test_a_later_window_is_a_delay_and_an_earlier_one_is_not(self, bench: Bench) -> None:
        await _confirmed(bench, _expected("2026-01-10"))
        await bench.accept(_expected("2026-01-12"), FOLLOWING)
        assert (await bench.send()).kind == "delay"
        await bench.accept(_expected("2026-01-11"), FOLLOWING)
        bench.clock.advance(QUIET.total_seconds())
        assert (await bench.send()).kind == "update"

    async def test_a_parcel_that_runs_late_is_told_once_for_each_new_date(
        self, bench: Bench
    ) -> None:
        await _confirmed(bench)
        for day, wanted in (("2026-01-09", 1), ("2026-01-12", 1), ("2026-01-12", 0)):
            await bench.accept(_shipped("p1", day=day), FOLLOWING)
            assert len(await _sent(bench)) == wanted
        assert [kind.partition(":")[0] for kind in await _kinds(bench)][1:] == ["shipment", "delay"]

    async def test_nothing_follows_what_was_never_confirmed(self, bench: Bench) -> None:
        await bench.accept(an_order(test=True), FOLLOWING)
        await bench.accept(_shipped("p1", test=True), FOLLOWING)
        await bench.accept(an_order(test=True, state=CANCELLED), FOLLOWING)
        assert await bench.lease() == []
        assert [kind.partition(":")[0] for kind in await _kinds(bench)] == ["confirmation"]

    async def test_a_parcel_that_is_withdrawn_before_its_mail_left_is_not_told(
        self, bench: Bench
    ) -> None:
        await _confirmed(bench)
        await bench.accept(_shipped("p1"), FOLLOWING)
        await bench.accept(an_order(), msgspec.structs.replace(FOLLOWING, key="withdrawn"))
        assert await bench.lease() == []

    async def test_a_change_while_a_worker_composes_takes_the_mail_from_it(
        self, bench: Bench
    ) -> None:
        await _confirmed(bench)
        await bench.accept(_edited("2"), FOLLOWING)
        bench.clock.advance(QUIET.total_seconds())
        item = await bench.one()
        await bench.accept(_edited("3"), FOLLOWING)
        assert not await bench.dot(item)
        bench.clock.advance(QUIET.total_seconds())
        assert wire.decode((await bench.send()).order) == _edited("3")

    async def test_old_news_is_held(self, bench: Bench) -> None:
        await _confirmed(bench)
        old = NOON - timedelta(days=30)
        await bench.accept(_shipped("p1", updated_at=old), FOLLOWING)
        assert (await _kinds(bench))[1:] == ["shipment:held"]

    async def test_what_a_refused_mail_said_is_told_again(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_edited("2"), FOLLOWING)
        bench.clock.advance(QUIET.total_seconds())
        await _refused(bench)
        await bench.accept(_edited("3", customer=to("new@example.com")), FOLLOWING)
        bench.clock.advance(QUIET.total_seconds())
        item = await bench.send()
        assert item.before is not None
        assert wire.decode(item.before) == an_order()

    async def test_no_thread_begins_with_a_refused_mail(self, bench: Bench) -> None:
        await bench.accept(an_order(), FOLLOWING)
        await _refused(bench)
        await bench.accept(an_order(customer=to("new@example.com")), FOLLOWING)
        item = await bench.send()
        assert (item.kind, item.root, item.root_subject) == ("confirmation", item.message_id, None)

    async def test_after_many_parcels_the_last_mail_of_the_whole_still_counts(
        self, bench: Bench
    ) -> None:
        await _confirmed(bench)
        await bench.accept(_refunded("5.00"), FOLLOWING)
        assert (await bench.send()).kind == "refund"
        for count in range(1, 31):
            await bench.accept(_in_parcels(_refunded("5.00"), count), FOLLOWING)
            assert [item.kind for item in await _sent(bench)] == ["shipment"]
        await bench.accept(_in_parcels(_refunded("5.00", "2.00"), 30), FOLLOWING)
        item = await bench.send()
        assert item.kind == "refund"
        assert item.before is not None
        assert wire.decode(item.before).totals.refunded == Decimal("5.00")

    async def test_what_a_person_cancelled_stays_so(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_edited("2"), FOLLOWING)
        waiting = (await bench.messages())[-1]
        await bench.store.desk.cancel(waiting.id, "kim")
        await bench.accept(_edited("3"), FOLLOWING)
        bench.clock.advance(QUIET.total_seconds())
        assert await bench.lease() == []

    async def test_a_new_address_gets_the_news(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_edited("2"), FOLLOWING)
        await bench.accept(_edited("2", customer=to("new@example.com")), FOLLOWING)
        bench.clock.advance(QUIET.total_seconds())
        assert (await bench.send()).recipient == "new@example.com"
        assert await bench.lease() == []

    async def test_a_copy_of_an_update_tells_the_same(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_edited("2"), FOLLOWING)
        bench.clock.advance(QUIET.total_seconds())
        first = await bench.send()
        await bench.store.desk.resend(first.message_id, None, "kim")
        copy = await bench.send()
        assert (copy.kind, copy.facts, copy.before) == (first.kind, first.facts, first.before)

    async def test_a_copy_that_is_composed_of_old_facts_never_leaves(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.store.desk.resend(await _first(bench), None, "kim")
        old = await bench.one()
        await bench.accept(_edited("2"))
        assert not await bench.dot(old)
        assert (await bench.moves(old.message_id))[-1] == "queued:facts_changed"
        new = await bench.send()
        assert (new.message_id, wire.decode(new.order)) == (old.message_id, _edited("2"))

    async def test_a_copy_whose_bytes_are_frozen_leaves_as_it_is(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.store.desk.resend(await _first(bench), None, "kim")
        await bench.settle_composed(await bench.one(), DEFERRED)
        bench.clock.advance(timedelta(days=1).total_seconds())
        again = await bench.one()
        await bench.accept(_edited("2"))
        assert await bench.dot(again)

    async def test_what_happened_long_before_follow_ups_were_on_is_not_told(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order())
        await bench.send()
        await bench.accept(_whole(_shipped("p1", p1="delivered")))
        bench.clock.advance(60 * 86_400)
        tagged = _whole(_shipped("p1", p1="delivered", attributes={"tag": "1"}))
        await bench.accept(tagged, FOLLOWING)
        await bench.accept(_whole(_shipped("p1", "p2", p1="delivered")), FOLLOWING)
        assert (await bench.send()).facts == "parcel:p2"
        assert await bench.lease() == []

    async def test_refunds_are_told_by_a_shop_that_sends_no_updates(self, bench: Bench) -> None:
        rules = How(rules=Rules(mails={"": frozenset({"refund"})}))
        await _confirmed(bench)
        edited = msgspec.structs.replace(_refunded("5.00"), lines=_edited("2").lines)
        await bench.accept(edited, rules)
        assert (await bench.send()).kind == "refund"
        again = msgspec.structs.replace(_refunded("5.00", "1.00"), lines=_edited("2").lines)
        await bench.accept(again, rules)
        assert (await bench.send()).kind == "refund"

    async def test_a_refund_of_nothing_is_no_news(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_refunded("0.00"), FOLLOWING)
        assert await bench.lease() == []

    async def test_a_refund_and_a_later_window_are_one_update(self, bench: Bench) -> None:
        await _confirmed(bench, _expected("2026-01-10"))
        both = msgspec.structs.replace(
            _refunded("5.00"),
            shipping=_expected("2026-01-12").shipping,
            shipping_address=Address(city="Cork"),
        )
        await bench.accept(both, FOLLOWING)
        bench.clock.advance(QUIET.total_seconds())
        assert (await bench.send()).kind == "update"

    async def test_a_parcel_s_delay_is_told_although_another_parcel_s_mail_left(
        self, bench: Bench
    ) -> None:
        await _confirmed(bench)
        await bench.accept(_shipped("p1", "p2", day="2026-01-09"), FOLLOWING)
        first, second = await bench.lease()
        late = _shipped("p1", "p2", day="2026-01-12")
        await bench.accept(late, FOLLOWING)
        for item in (first, second):
            assert not await bench.dot(item)
        assert sorted(one.kind for one in await _sent(bench)) == [
            "delay",
            "delay",
            "shipment",
            "shipment",
        ]

    async def test_a_replacement_is_told_after_all_arrived(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(_whole(_shipped("p1", p1="delivered")), FOLLOWING)
        assert (await bench.send()).facts == "all"
        both = _whole(_shipped("p1", "p2", p1="delivered", p2="delivered"))
        await bench.accept(both, FOLLOWING)
        assert (await bench.send()).facts == "parcel:p2"

    async def test_a_cancellation_that_is_taken_back_is_told(self, bench: Bench) -> None:
        await _confirmed(bench)
        await bench.accept(an_order(state=CANCELLED), FOLLOWING)
        await bench.send()
        await bench.accept(an_order(), msgspec.structs.replace(FOLLOWING, key="reopened"))
        bench.clock.advance(QUIET.total_seconds())
        assert (await bench.send()).kind == "update"
        again = msgspec.structs.replace(FOLLOWING, key="cancelled again")
        await bench.accept(an_order(state=CANCELLED), again)
        assert (await bench.send()).kind == "cancellation"

    async def test_fresh_news_leave_where_old_news_were_held(self, bench: Bench) -> None:
        await _confirmed(bench)
        old = NOON - timedelta(days=30)
        await bench.accept(_shipped("p1", updated_at=old), FOLLOWING)
        assert (await _kinds(bench))[1:] == ["shipment:held"]
        await bench.accept(_shipped("p1", updated_at=NOON, note="x"), FOLLOWING)
        assert [item.kind for item in await _sent(bench)] == ["shipment"]

    async def test_no_confirmation_comes_after_its_cancellation(self, bench: Bench) -> None:
        await bench.accept(an_order(), FOLLOWING)
        item = await bench.one()
        assert await bench.dot(item)
        await bench.accept(an_order(state=CANCELLED), FOLLOWING)
        assert await bench.settle(item, DEFERRED)
        bench.clock.advance(86_400)
        assert [one.kind for one in await _sent(bench)] == ["cancellation"]
        assert (await _kinds(bench))[0] == "confirmation:held"

    async def test_a_shop_that_sends_no_such_mails_owes_none(self, bench: Bench) -> None:
        rules = Rules(mails={"shop": frozenset({"cancellation"})})
        await _confirmed(bench)
        await bench.accept(_shipped("p1"), How(rules=rules))
        await bench.accept(an_order(state=CANCELLED), How(rules=rules))
        assert (await bench.send()).kind == "cancellation"
        assert await bench.lease() == []


async def _confirmed(bench: Bench, order: Order | None = None) -> None:
    await bench.accept(order or an_order(), FOLLOWING)
    await bench.send()


async def _sent(bench: Bench) -> list[Leased]:
    """Sends whatever is due."""
    items = await bench.lease()
    for item in items:
        assert await bench.dot(item)
        assert await bench.settle(item, ACCEPTED)
    return items


async def _refused(bench: Bench) -> None:
    """Whatever is due is refused when it was all said."""
    item = await bench.one()
    assert await bench.dot(item)
    assert await bench.settle(item, REFUSED)


async def _kinds(bench: Bench) -> list[str]:
    return [f"{one.kind}:{one.status}" for one in await bench.messages()]


async def _first(bench: Bench) -> str:
    return (await bench.messages())[0].id


def _edited(quantity: str, **changes: Any) -> Order:
    order = an_order(**changes)
    line = msgspec.structs.replace(order.lines[0], quantity=Decimal(quantity))
    return msgspec.structs.replace(order, lines=(line, *order.lines[1:]))


def _refunded(*amounts: str) -> Order:
    order = an_order()
    refunds = tuple(Refund(id=str(n), amount=Decimal(one)) for n, one in enumerate(amounts))
    paid: Totals = msgspec.structs.replace(order.totals, refunded=sum(map(Decimal, amounts)))
    state = State(payment="partially_refunded")
    return msgspec.structs.replace(order, refunds=refunds, totals=paid, state=state)


def _in_parcels(order: Order, count: int) -> Order:
    parcels = tuple(Parcel(id=f"p{number}", status="in_transit") for number in range(count))
    return msgspec.structs.replace(order, parcels=parcels)


def _shipped(*ids: str, day: str = "", **more: Any) -> Order:
    """`more`: a parcel's status by its id, or fields of the order."""
    estimate = Window(earliest=day, latest=day) if day else None
    parcels = tuple(
        Parcel(id=one, status=str(more.get(one, "in_transit")), estimate=estimate) for one in ids
    )
    fields = {name: value for name, value in more.items() if name not in ids}
    return an_order(parcels=parcels, **fields)


def _whole(order: Order) -> Order:
    state = msgspec.structs.replace(order.state, fulfillment="fulfilled")
    return msgspec.structs.replace(order, state=state)


def _expected(day: str) -> Order:
    way = Shipping(title="Post", estimate=Window(earliest="2026-01-08", latest=day))
    return an_order(shipping=(way,), shipping_address=Address(city="Cork"))
