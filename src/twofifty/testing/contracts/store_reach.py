"""What may be relied on where the mail does not reach a customer and other channels try."""

import msgspec

from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Verdict
from twofifty.notice.policy import Rules
from twofifty.notice.reach import ReachRule, Unreached
from twofifty.order.model import Order, Parcel
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    CANCELLED,
    DEFERRED,
    DOUBTED,
    DRAFT,
    REFUSED,
    Bench,
    How,
    an_order,
    frozen,
    to,
)
from twofifty.track.model import MessageView, Page, Refusal

PHONE = "+15550100"
FOLLOWING = How(rules=Rules())
SHIPPED = (Parcel(id="p1", carrier="Post"),)
BY_SMS = ReachRule(kind="confirmation", channels=("sms", "push"))
PROVEN = ReachRule(kind="confirmation", channels=("sms",), evidence="delivered")
PARCELS = ReachRule(kind="shipment", channels=("sms",))
HOUR = 3_600.0


class ReachPromises:
    """`track.ports.Reach`, and messages of other channels than mail."""

    async def test_what_came_back_is_tried_by_another_channel_at_once(self, bench: Bench) -> None:
        message = await bench.sent()
        assert await self._asked(bench) == []
        await bench.hear(message, "bounced", bounce="hard")
        (found,) = await self._asked(bench)
        assert (found.message_id, found.kind, found.facts) == (message, "confirmation", "")
        assert (found.source, found.order_id, found.cause) == ("shop", "1001", "bounced")
        assert (found.tried, found.evidence) == (("email",), "accepted")
        assert found.created_at == bench.clock.seconds()
        assert b'"1001"' in found.order

    async def test_what_was_refused_or_suppressed_is_lost_too(self, bench: Bench) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), REFUSED)
        await self._suppressed(bench, "1002", "hard_bounce")
        assert [one.cause for one in await self._asked(bench)] == ["failed", "suppressed"]

    async def test_whoever_wants_no_mail_gets_no_message_instead(self, bench: Bench) -> None:
        await self._suppressed(bench, "1001", "complaint")
        await self._suppressed(bench, "1002", "unsubscribed")
        assert await self._asked(bench) == []

    async def test_without_any_word_it_is_time_when_the_time_is_over(self, bench: Bench) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        bench.clock.advance(HOUR - 1)
        assert await self._asked(bench) == []
        bench.clock.advance(1)
        assert [one.cause for one in await self._asked(bench)] == ["late"]

    async def test_what_was_taken_has_reached_unless_more_is_asked(self, bench: Bench) -> None:
        message = await bench.sent()
        bench.clock.advance(HOUR)
        assert await self._asked(bench) == []
        assert [one.cause for one in await self._asked(bench, PROVEN)] == ["late"]
        await bench.hear(message)
        assert await self._asked(bench, PROVEN) == []

    async def test_no_other_channel_follows_a_doubt_a_hold_or_a_withdrawal(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order("1001"))
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        await bench.accept(an_order("1002", state=DRAFT))
        (waiting,) = (await bench.accept(an_order("1003"))).messages
        await bench.store.desk.cancel(waiting, "kim")
        bench.clock.advance(2 * HOUR)
        assert await self._asked(bench) == await self._asked(bench, PROVEN) == []

    async def test_no_other_channel_follows_a_dot_whose_outcome_is_not_known(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        bench.clock.advance(2 * HOUR)
        (found,) = await self._asked(bench)
        item = await bench.one()
        assert [one.cause for one in await self._asked(bench)] == ["late"]
        assert await bench.dot(item)
        assert await self._asked(bench) == []
        assert await self._escalated(bench, found) is None
        await bench.store.reach.give_up(found, "no phone number")
        assert await bench.settle(item, DEFERRED)
        assert [one.cause for one in await self._asked(bench)] == ["late"]

    async def test_no_channel_follows_where_another_is_in_doubt(self, bench: Bench) -> None:
        await self._escalated(bench, await self._lost(bench))
        await self._settled(bench, REFUSED)
        (found,) = await self._asked(bench)
        message = (await bench.messages())[0].id
        assert isinstance(await bench.store.desk.resend(message, None, "kim"), MessageView)
        copy = await bench.one()
        assert await bench.dot(copy)
        for _ in range(2):
            assert await self._asked(bench) == []
            assert await bench.store.reach.escalate(found, "push", "device-1", 0.0) is None
            await bench.settle(copy, DOUBTED)

    async def test_after_the_brake_was_released_mail_has_its_time_again(self, bench: Bench) -> None:
        await bench.accept(an_order())
        await bench.store.brakes.stop("kim", "wrong prices")
        bench.clock.advance(3 * HOUR)
        await bench.store.brakes.release("kim")
        assert await self._asked(bench) == []
        bench.clock.advance(HOUR - 1)
        assert await self._asked(bench) == await self._asked(bench, PROVEN) == []
        bench.clock.advance(1)
        assert [one.cause for one in await self._asked(bench)] == ["late"]

    async def test_after_an_approval_mail_has_its_time(self, bench: Bench) -> None:
        (held,) = (await bench.accept(an_order(state=DRAFT))).messages
        bench.clock.advance(3 * HOUR)
        assert isinstance(await bench.store.desk.approve(held, "kim"), MessageView)
        assert await self._asked(bench) == []
        bench.clock.advance(HOUR)
        assert [one.cause for one in await self._asked(bench)] == ["late"]
        await bench.send()
        bench.clock.advance(HOUR - 1)
        assert await self._asked(bench, PROVEN) == []
        bench.clock.advance(1)
        assert [one.cause for one in await self._asked(bench, PROVEN)] == ["late"]

    async def test_what_waited_for_the_day_has_its_time_from_then(self, bench: Bench) -> None:
        found = await self._lost(bench)
        morning = bench.clock.seconds() + 9 * HOUR
        await bench.store.reach.escalate(found, "sms", PHONE, morning)
        bench.clock.advance(9 * HOUR)
        await bench.one()
        assert await self._asked(bench) == []
        bench.clock.advance(HOUR)
        assert [one.tried for one in await self._asked(bench)] == [("email", "sms")]

    async def test_after_a_week_nobody_is_told_any_more(self, bench: Bench) -> None:
        message = await bench.sent()
        await bench.hear(message, "bounced", bounce="hard")
        bench.clock.advance(7 * 24 * HOUR)
        assert await self._asked(bench) == []

    async def test_canaries_and_copies_by_hand_are_nobodys_to_reach(self, bench: Bench) -> None:
        await bench.accept(an_order(customer=to("probe@canary.invalid")))
        canary = (await bench.send()).message_id
        await bench.hear(canary, "bounced", bounce="hard")
        first = await bench.sent("1002")
        assert isinstance(await bench.store.desk.resend(first, None, "kim"), MessageView)
        copy = (await bench.send()).message_id
        await bench.hear(copy, "bounced", bounce="hard", own_id=copy)
        assert await self._asked(bench) == []

    async def test_a_limit_is_kept(self, bench: Bench) -> None:
        for number in range(5):
            await bench.hear(await bench.sent(f"{number}"), "bounced", bounce="hard")
        rules = (PARCELS, BY_SMS)
        found = await bench.store.reach.unreached(rules, bench.clock.seconds(), 3)
        assert [one.order_id for one in found] == ["0", "1", "2"]

    async def test_an_escalation_is_owed_once_for_ever(self, bench: Bench) -> None:
        found = await self._lost(bench)
        made = await self._escalated(bench, found)
        assert made is not None
        assert await self._asked(bench) == []
        assert await self._escalated(bench, found) is None
        assert await self._escalated(bench, found, phone="+15550101") is None
        item = await bench.one()
        assert (item.message_id, item.channel, item.recipient) == (made, "sms", PHONE)
        assert (item.kind, item.facts, item.root) == ("confirmation", "", found.message_id)
        assert item.order == found.order
        view = await bench.message(made)
        assert (view.channel, view.order_id) == ("sms", "1001")
        moments = await bench.store.archive.message_events(made)
        assert moments is not None
        assert moments[0].cause == "escalated"
        assert found.message_id in moments[0].text

    async def test_an_escalation_may_wait_for_the_day(self, bench: Bench) -> None:
        found = await self._lost(bench)
        morning = bench.clock.seconds() + 9 * HOUR
        made = await bench.store.reach.escalate(found, "sms", PHONE, morning)
        assert made is not None
        assert (await bench.message(made)).status == "scheduled"
        assert await bench.lease() == []
        bench.clock.advance(9 * HOUR)
        assert (await bench.one()).message_id == made

    async def test_a_message_by_sms_is_sent_as_mail_is(self, bench: Bench) -> None:
        made = await self._escalated(bench, await self._lost(bench))
        await self._settled(bench, DEFERRED)
        bench.clock.advance(HOUR)
        item = await bench.one()
        assert (item.attempt, item.message_id) == (2, made)
        assert await bench.dot(item)
        assert await bench.settle(item, ACCEPTED)
        assert await bench.statuses() == ["bounced", "sent"]

    async def test_an_sms_that_was_taken_has_reached(self, bench: Bench) -> None:
        found = await self._lost(bench)
        made = await self._escalated(bench, found) or ""
        await self._settled(bench, ACCEPTED)
        assert await self._asked(bench) == []
        assert (await bench.message(made)).reached_by == "sms"
        assert (await bench.message(found.message_id)).reached_by == "sms"

    async def test_the_next_channel_follows_one_that_failed(self, bench: Bench) -> None:
        await self._escalated(bench, await self._lost(bench))
        await self._settled(bench, REFUSED)
        (found,) = await self._asked(bench)
        assert (found.tried, found.cause) == (("email", "sms"), "failed")
        assert await bench.store.reach.escalate(found, "push", "device-1", 0.0) is not None
        assert await self._asked(bench) == []

    async def test_what_was_given_up_is_on_record_and_not_asked_again(self, bench: Bench) -> None:
        found = await self._lost(bench)
        await bench.store.reach.give_up(found, "no phone number")
        assert await self._asked(bench) == []
        moments = await bench.store.archive.message_events(found.message_id)
        assert moments is not None
        assert (moments[-1].cause, moments[-1].text) == ("unreached", "no phone number")
        assert await bench.statuses() == ["bounced"]

    async def test_a_mail_that_arrives_stops_the_sms(self, bench: Bench) -> None:
        message = await bench.sent()
        bench.clock.advance(HOUR)
        (found,) = await self._asked(bench, PROVEN)
        made = await self._escalated(bench, found) or ""
        await bench.hear(message)
        sms = await bench.message(made)
        assert (sms.status, sms.code, sms.reached_by) == ("superseded", "reached", "email")
        assert await bench.lease() == []
        assert await self._escalated(bench, found) is None

    async def test_a_mail_that_is_taken_late_stops_the_sms(self, bench: Bench) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        bench.clock.advance(HOUR)
        (found,) = await self._asked(bench)
        run_at = bench.clock.seconds() + HOUR
        made = await bench.store.reach.escalate(found, "sms", PHONE, run_at) or ""
        await self._settled(bench, ACCEPTED)
        assert await self._asked(bench) == []
        assert (await bench.message(made)).code == "reached"

    async def test_an_sms_never_stops_a_receipt(self, bench: Bench) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        await self._late_sms(bench, BY_SMS)
        assert await bench.statuses() == ["deferred", "sent"]

    async def test_an_sms_stops_the_mail_of_a_parcel(self, bench: Bench) -> None:
        await self._shipped(bench)
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        await self._late_sms(bench, PARCELS)
        mail = (await bench.messages())[1]
        assert (mail.status, mail.code, mail.reached_by) == ("superseded", "reached", "sms")

    async def test_a_cancelled_order_withdraws_what_waits_beside_its_mail(
        self, bench: Bench
    ) -> None:
        found = await self._lost(bench)
        await self._escalated(bench, found)
        await bench.accept(an_order(state=CANCELLED))
        assert await bench.statuses() == ["bounced", "superseded"]
        assert await bench.lease() == []

    async def test_what_a_person_withdraws_is_withdrawn_in_every_channel(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        bench.clock.advance(HOUR)
        (found,) = await self._asked(bench)
        await self._escalated(bench, found)
        await bench.store.desk.cancel(found.message_id, "kim")
        assert await bench.statuses() == ["cancelled", "superseded"]

    async def test_an_order_that_changes_keeps_what_waits_beside_its_mail(
        self, bench: Bench
    ) -> None:
        made = await self._escalated(bench, await self._lost(bench))
        await bench.accept(an_order(note="other words"))
        item = await bench.one()
        assert item.message_id == made
        assert b"other words" in item.order

    async def test_an_sms_is_never_taken_for_the_confirmation(self, bench: Bench) -> None:
        found = await self._lost(bench)
        await self._escalated(bench, found)
        await self._settled(bench, ACCEPTED)
        await bench.hear(found.message_id, "opened", machine=True)
        known = await bench.store.books.known("shop", ["1001"])
        assert known["1001"].confirmation == "bounced"
        tally = await bench.store.audit.tally()
        assert (tally.confirmed, tally.doubled) == (1, ())
        await bench.accept(an_order(note="news"))
        assert await bench.statuses() == ["bounced", "sent"]

    async def test_what_follows_is_told_by_mail_whatever_came_by_sms(self, bench: Bench) -> None:
        await self._shipped(bench)
        shipment = await bench.send()
        await bench.hear(shipment.message_id, "bounced", bounce="soft")
        (found,) = await self._asked(bench, PARCELS)
        await self._escalated(bench, found)
        sms = await bench.one()
        assert (sms.kind, sms.facts, sms.before) == ("shipment", found.facts, shipment.before)
        assert await bench.dot(sms)
        assert await bench.settle(sms, ACCEPTED)
        arrived = Parcel(id="p1", carrier="Post", status="delivered")
        await bench.accept(an_order(parcels=(arrived,)), FOLLOWING)
        delivery = await bench.one()
        assert (delivery.kind, delivery.channel) == ("delivery", "email")
        assert delivery.root == (await bench.messages())[0].id

    async def test_only_mail_can_be_sent_to_another_address(self, bench: Bench) -> None:
        made = await self._escalated(bench, await self._lost(bench)) or ""
        await self._settled(bench, ACCEPTED)
        refused = await bench.store.desk.resend(made, "other@example.com", "kim")
        assert isinstance(refused, Refusal)
        again = await bench.store.desk.resend(made, None, "kim")
        assert isinstance(again, MessageView)
        assert (again.channel, again.recipient) == ("sms", PHONE)

    async def test_a_dead_number_is_blocked_in_its_own_channel(self, bench: Bench) -> None:
        await self._escalated(bench, await self._lost(bench))
        await self._settled(bench, REFUSED)
        found = await bench.store.suppressions.listing(Page(), PHONE)
        assert [(one.channel, one.cause) for one in found.items] == [("sms", "hard_bounce")]

    async def test_another_mail_that_stands_in_is_tried_first(self, bench: Bench) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), REFUSED)
        await bench.accept(an_order(customer=to("right@example.com")))
        assert await self._asked(bench) == []
        await bench.send()
        assert await self._asked(bench) == []

    async def _shipped(self, bench: Bench) -> None:
        """An order that was confirmed and whose parcel is under way."""
        await bench.accept(an_order(), FOLLOWING)
        await bench.send()
        await bench.accept(an_order(parcels=SHIPPED), FOLLOWING)

    async def _late_sms(self, bench: Bench, rule: ReachRule) -> None:
        """A mail was deferred; an SMS says it instead, and is taken before the mail is tried."""
        bench.clock.advance(HOUR)
        (found,) = await self._asked(bench, rule)
        await self._escalated(bench, found)
        for item in await bench.lease():
            outcome: Outcome = ACCEPTED if item.channel == "sms" else DEFERRED
            if item.channel == "sms":
                assert await bench.dot(item)
            times = bench.settle if item.channel == "sms" else bench.settle_composed
            assert await times(item, outcome)
        assert await self._asked(bench, rule) == []

    @staticmethod
    async def _lost(bench: Bench) -> Unreached:
        """A confirmation that came back."""
        message = await bench.sent()
        await bench.hear(message, "bounced", bounce="hard")
        (found,) = await ReachPromises._asked(bench)
        return found

    @staticmethod
    async def _asked(bench: Bench, rule: ReachRule = BY_SMS) -> list[Unreached]:
        return list(await bench.store.reach.unreached((rule,), bench.clock.seconds(), 100))

    @staticmethod
    async def _escalated(bench: Bench, one: Unreached, phone: str = PHONE) -> str | None:
        return await bench.store.reach.escalate(one, "sms", phone, bench.clock.seconds())

    @staticmethod
    async def _settled(bench: Bench, outcome: Outcome) -> None:
        """What waits is sent, with that outcome."""
        item = await bench.one()
        if outcome == ACCEPTED:
            assert await bench.dot(item)
        assert await bench.settle_composed(item, outcome)

    @staticmethod
    async def _suppressed(bench: Bench, order_id: str, code: str) -> None:
        order: Order = msgspec.structs.replace(an_order(order_id), note="suppressed")
        await bench.accept(order)
        item = await bench.one()
        verdict = Verdict("suppressed", code, "the address is suppressed")
        assert await bench.store.outbox.settle("w1", item, verdict, frozen(item, ""))
