"""What may be relied on where addresses stop working, and where they work again."""

from datetime import timedelta

import msgspec

from twofifty.deliver.outcome import Refused, Reply
from twofifty.deliver.ports import Verdict
from twofifty.notice.policy import Rules
from twofifty.order.model import Parcel
from twofifty.testing.contracts.store_bench import (
    DEFERRED,
    REFUSED,
    ROUTE,
    Bench,
    How,
    an_order,
    frozen,
    to,
)
from twofifty.track.feedback import Feedback
from twofifty.track.model import MessageView, Page, Suppression, TaskView

DAY = 86_400.0
MISTYPED, MEANT = (f"buyer@{domain}" for domain in ("gmial.com", "gmail.com"))
SHIPPED = (Parcel(id="p1", carrier="Post"),)
BUYER = to("buyer1001@example.com")
FOLLOWING = How(rules=Rules())


class BlockPromises:
    """`track.ports.Suppressions` and `track.ports.Tasks`."""

    async def test_after_a_hard_bounce_nothing_goes_there_for_thirty_days(
        self, bench: Bench
    ) -> None:
        taken = await self._bounced(bench, "hard")
        assert taken == 1
        (found,) = await self._standing(bench)
        assert (found.address, found.scope, found.cause) == (
            "buyer1001@example.com",
            "all",
            "hard_bounce",
        )
        assert found.until == bench.later(30 * DAY)
        assert await self._blocked(bench) == "all: hard_bounce"
        bench.clock.advance(30 * DAY)
        assert await self._standing(bench) == []
        assert await self._blocked(bench) == ""

    async def test_a_bounce_after_the_thirty_days_blocks_anew(self, bench: Bench) -> None:
        await self._bounced(bench, "hard")
        bench.clock.advance(31 * DAY)
        assert await self._bounced(bench, "hard", "1003") == 1
        assert await self._blocked(bench) == "all: hard_bounce"

    async def test_letter_case_of_an_address_does_not_count(self, bench: Bench) -> None:
        await self._bounced(bench, "hard")
        assert await self._blocked(bench, "BUYER1001@Example.COM") == "all: hard_bounce"
        found = await bench.store.suppressions.listing(Page(), " Buyer1001@EXAMPLE.com ")
        assert len(found.items) == 1

    async def test_four_soft_bounces_block_nobody_and_the_fifth_all_but_receipts(
        self, bench: Bench
    ) -> None:
        for number in range(4):
            assert await self._bounced(bench, "soft", f"{number}") == 0
            bench.clock.advance(DAY)
        assert await self._bounced(bench, "soft", "4") == 1
        (found,) = await self._standing(bench)
        assert (found.scope, found.cause) == ("service", "soft_bounces")
        assert found.until == bench.later(7 * DAY)
        assert await self._blocked(bench) == ""
        assert await self._blocked_shipment(bench) == "service: soft_bounces"

    async def test_several_soft_bounces_of_one_message_count_once(self, bench: Bench) -> None:
        message = await bench.sent()
        for number in range(9):
            await bench.hear(message, "bounced", bounce="soft", event_id=f"{number}")
        assert await self._standing(bench) == []

    async def test_soft_bounces_of_old_are_forgotten(self, bench: Bench) -> None:
        for number in range(4):
            await self._bounced(bench, "soft", f"{number}")
        bench.clock.advance(31 * DAY)
        assert await self._bounced(bench, "soft", "4") == 0

    async def test_a_mail_that_arrived_between_soft_bounces_ends_their_count(
        self, bench: Bench
    ) -> None:
        for number in range(4):
            await self._bounced(bench, "soft", f"{number}")
            bench.clock.advance(60)
        await self._delivered(bench, "between")
        bench.clock.advance(60)
        assert await self._bounced(bench, "soft", "4") == 0

    async def test_an_arrival_that_is_told_late_ends_the_count_too(self, bench: Bench) -> None:
        for number in range(4):
            await self._bounced(bench, "soft", f"{number}")
        bench.clock.advance(60)
        await bench.accept(an_order("between", customer=BUYER))
        arrived = bench.news((await bench.send()).message_id)
        bench.clock.advance(60)
        assert await self._bounced(bench, "soft", "4") == 1
        assert (await bench.take(arrived)).freed == 1
        assert await self._standing(bench) == []

    async def test_what_was_about_the_message_blocks_nobody(self, bench: Bench) -> None:
        for number in range(9):
            assert await self._bounced(bench, "message", f"{number}") == 0

    async def test_a_complaint_or_an_unsubscription_never_blocks_a_receipt(
        self, bench: Bench
    ) -> None:
        await bench.accept(an_order())
        message = (await bench.send()).message_id
        taken = await bench.hear(message, "complained")
        assert (taken.suppressed, taken.moved) == (1, 1)
        await bench.hear(message, "unsubscribed")
        assert await self._blocked(bench) == ""
        assert (await self._blocked_shipment(bench)).startswith("service: ")
        assert [one.cause for one in await self._standing(bench)] == ["unsubscribed", "complaint"]

    async def test_an_unsubscription_counts_even_where_its_mail_is_unknown(
        self, bench: Bench
    ) -> None:
        assert (await bench.hear("m_none", "unsubscribed")).suppressed == 1
        assert (await bench.hear("m_none", "subscribed")).freed == 1
        assert await self._standing(bench) == []

    async def test_by_mail_anybody_may_say_anything_of_an_address(self, bench: Bench) -> None:
        news = bench.news("m_none", "complained")
        assert (await bench.take(news, origin="inbound")).suppressed == 0
        assert (await bench.hear("m_none", "bounced", bounce="hard")).suppressed == 0
        assert await self._standing(bench) == []

    async def test_a_mail_that_arrives_frees_its_address(self, bench: Bench) -> None:
        await self._bounced(bench, "hard")
        assert await self._tasks(bench)
        bench.clock.advance(60)
        taken = await self._delivered(bench, "1002")
        assert taken == 1
        assert await self._standing(bench) == []
        assert await self._tasks(bench) == []
        assert await self._blocked(bench) == ""

    async def test_what_a_mail_proved_before_frees_nothing_and_blocks_nothing(
        self, bench: Bench
    ) -> None:
        first = await bench.sent()
        bounced = bench.news(first, "bounced", bounce="hard")
        bench.clock.advance(60)
        arrived = bench.news(first)
        bench.clock.advance(60)
        assert (await bench.take(arrived)).moved == 1
        assert (await bench.take(bounced)).suppressed == 0
        assert (await self._standing(bench), await self._tasks(bench)) == ([], [])

    async def test_a_250_alone_frees_nothing(self, bench: Bench) -> None:
        await self._bounced(bench, "hard")
        await bench.accept(an_order("1002", customer=to("buyer1001@example.com")))
        await bench.send()
        assert len(await self._standing(bench)) == 1

    async def test_an_arrival_does_not_end_what_a_person_wished(self, bench: Bench) -> None:
        message = await bench.sent()
        await bench.hear(message, "unsubscribed")
        bench.clock.advance(60)
        await bench.hear(message)
        assert [one.cause for one in await self._standing(bench)] == ["unsubscribed"]

    async def test_a_refusal_about_the_address_is_a_hard_bounce(self, bench: Bench) -> None:
        for number, (code, enhanced, blocks) in enumerate(
            (
                (550, "5.1.1", True),
                (554, "5.1.10", True),
                (550, "5.2.1", True),
                (550, None, True),
                (551, None, True),
                (553, None, True),
                (552, "5.2.2", False),
                (550, "5.7.1", False),
                (554, None, False),
            )
        ):
            address = f"refused{number}@example.com"
            await bench.accept(an_order(f"{number}", customer=to(address)))
            reply = Reply(code, "no", enhanced)
            refused = Refused("no", "rcpt", ROUTE, "recipient", reply)
            assert await bench.settle_composed(await bench.one(), refused)
            found = (await bench.store.suppressions.listing(Page(), address)).items
            assert [one.cause for one in found] == ["hard_bounce"] * blocks, (code, enhanced)

    async def test_what_is_suppressed_is_over(self, bench: Bench) -> None:
        await self._bounced(bench, "hard")
        await bench.accept(an_order("1002", customer=to("buyer1001@example.com")))
        item = await bench.one()
        verdict = Verdict("suppressed", "hard_bounce", "the address is suppressed")
        assert await bench.store.outbox.settle("w1", item, verdict, None)
        found = await bench.message(item.message_id)
        assert (found.status, found.code) == ("suppressed", "hard_bounce")
        assert [task.order_id for task in await self._tasks(bench)] == ["1002", "1001"]
        bench.clock.advance(100 * DAY)
        assert await bench.lease() == []

    async def test_a_canary_is_never_blocked(self, bench: Bench) -> None:
        canary = to("probe@canary.invalid")
        await bench.accept(an_order(customer=canary))
        message = (await bench.send()).message_id
        await bench.hear(message, "bounced", bounce="hard")
        await bench.store.suppressions.add([self._by_hand("probe@canary.invalid", bench)])
        await bench.accept(an_order("1002", customer=canary))
        assert (await bench.one()).blocked == ""
        assert await self._tasks(bench) == []

    async def test_a_hard_bounce_asks_a_person_for_the_right_address(self, bench: Bench) -> None:
        await bench.accept(an_order(customer=to(MISTYPED)))
        message = (await bench.send()).message_id
        await bench.hear(message, "bounced", bounce="hard")
        await bench.hear(message, "bounced", bounce="hard", event_id="again")
        (task,) = await self._tasks(bench)
        assert (task.kind, task.address, task.suggestion) == (
            "address",
            MISTYPED,
            MEANT,
        )
        assert (task.source, task.order_id, task.order_number) == ("shop", "1001", "#1001")
        assert (task.message_id, task.at) == (message, bench.clock.now())

    async def test_a_copy_to_the_right_address_closes_the_task(self, bench: Bench) -> None:
        await self._bounced(bench, "hard")
        (task,) = await self._tasks(bench)
        desk = bench.store.desk
        assert isinstance(await desk.resend(task.message_id, None, "kim"), MessageView)
        assert await self._tasks(bench)
        copy = await desk.resend(task.message_id, "right@example.com", "kim")
        assert isinstance(copy, MessageView)
        assert await self._tasks(bench) == []

    async def test_a_task_is_finished_once(self, bench: Bench) -> None:
        await self._bounced(bench, "hard")
        (task,) = await self._tasks(bench)
        tasks = bench.store.tasks
        assert await tasks.finish(task.id, "the customer was called", "kim")
        assert not await tasks.finish(task.id, "again", "kim")
        for unknown in ("t_999", "t_", "", "t_x", "t_-1", "t_" + "9" * 40):
            assert not await tasks.finish(unknown, "", "kim")
        assert await self._tasks(bench) == []

    async def test_pages_of_tasks_and_of_addresses_fit_together(self, bench: Bench) -> None:
        for number in range(5):
            await bench.sent(f"{number}")
            (message,) = await bench.messages(f"{number}")
            await bench.hear(message.id, "bounced", bounce="hard")
        first = await bench.store.tasks.open(Page(limit=3))
        rest = await bench.store.tasks.open(Page(limit=3, before=first.next))
        assert [task.order_id for task in first.items + rest.items] == list("43210")
        assert rest.next is None
        listing = bench.store.suppressions.listing
        one = await listing(Page(limit=3))
        two = await listing(Page(limit=3, before=one.next))
        assert [found.address[5] for found in one.items + two.items] == list("43210")
        assert two.next is None

    async def test_adding_again_adds_nothing_and_never_narrows(self, bench: Bench) -> None:
        add = bench.store.suppressions.add
        wide = self._by_hand("someone@example.com", bench)
        narrow = Suppression(
            address="Someone@Example.com",
            scope="marketing",
            cause="by_hand",
            at=bench.clock.now(),
            until=bench.later(60),
            actor="kim",
        )
        assert await add([narrow]) == 1
        assert await add([wide, wide, narrow]) == 0
        (found,) = await self._standing(bench)
        assert (found.scope, found.until, found.actor) == ("all", None, "kim")
        assert await self._blocked(bench, "someone@example.com") == "all: by_hand"

    async def test_what_was_exported_can_be_imported(self, bench: Bench) -> None:
        await self._bounced(bench, "hard")
        await bench.store.suppressions.add([self._by_hand("someone@example.com", bench)])
        exported = await self._standing(bench)
        assert await bench.store.suppressions.add(exported) == 0
        await bench.store.suppressions.add(
            [msgspec.structs.replace(one, address=f"new.{one.address}") for one in exported]
        )
        assert len(await self._standing(bench)) == 4

    async def test_an_import_does_not_undo_what_a_person_lifted_since(self, bench: Bench) -> None:
        await self._bounced(bench, "hard")
        exported = await self._standing(bench)
        bench.clock.advance(60)
        for name in ("delivered", "time"):
            assert await bench.store.suppressions.lift("buyer1001@example.com", name) == 1
            assert await bench.store.suppressions.add(exported) == 0
            assert await self._standing(bench) == []
            bench.clock.advance(60)
            newer = [msgspec.structs.replace(one, at=bench.clock.now()) for one in exported]
            assert await bench.store.suppressions.add(newer) == 1
            bench.clock.advance(60)

    async def test_an_arrival_that_is_of_no_message_frees_and_proves_nothing(
        self, bench: Bench
    ) -> None:
        message = await bench.sent()
        bounced = bench.news(message, "bounced", bounce="hard")
        bench.clock.advance(60)
        for origin in ("inbound", "postmark"):
            assert (await bench.take(bench.news("m_none"), origin=origin)).strange == 1
        assert (await bench.take(bounced)).suppressed == 1

    async def test_bounces_of_no_message_count_for_nothing(self, bench: Bench) -> None:
        forged = bench.news("m_none", "bounced", bounce="soft")
        assert (await bench.take(forged, origin="inbound")).strange == 1
        for number in range(4):
            assert await self._bounced(bench, "soft", f"{number}") == 0

    async def test_whoever_subscribed_again_is_not_unsubscribed_by_older_news(
        self, bench: Bench
    ) -> None:
        message = await bench.sent()
        left = bench.news(message, "unsubscribed")
        bench.clock.advance(60)
        forged = bench.news("m_none", "subscribed")
        assert (await bench.take(forged, origin="inbound")).freed == 0
        assert (await bench.take(left)).suppressed == 1
        bench.clock.advance(60)
        between = bench.news(message, "unsubscribed")
        bench.clock.advance(60)
        assert (await bench.hear(message, "subscribed")).freed == 1
        assert (await bench.take(between)).suppressed == 0
        assert await self._standing(bench) == []
        bench.clock.advance(60)
        assert (await bench.hear(message, "unsubscribed")).suppressed == 1

    async def test_a_person_may_lift_what_blocks(self, bench: Bench) -> None:
        message = await bench.sent()
        await bench.hear(message, "bounced", bounce="hard")
        await bench.hear(message, "unsubscribed")
        lift = bench.store.suppressions.lift
        assert await lift("nobody@example.com", "kim") == 0
        assert await lift("buyer1001@EXAMPLE.com", "kim", "service") == 1
        assert await self._blocked(bench) == "all: hard_bounce"
        assert await lift("buyer1001@example.com", "kim") == 1
        assert await lift("buyer1001@example.com", "kim") == 0
        assert await self._blocked(bench) == ""

    async def test_news_from_before_a_person_lifted_it_blocks_nothing(self, bench: Bench) -> None:
        message = await bench.sent()
        bounced: Feedback = bench.news(message, "bounced", bounce="hard")
        await bench.take(bounced)
        bench.clock.advance(60)
        await bench.store.suppressions.lift("buyer1001@example.com", "kim")
        assert (await bench.take(bounced, origin="ses")).suppressed == 0
        bench.clock.advance(60)
        assert (await bench.hear(message, "bounced", bounce="hard")).suppressed == 1

    async def test_the_widest_of_several_causes_is_told(self, bench: Bench) -> None:
        message = await bench.sent()
        await bench.hear(message, "unsubscribed")
        await bench.hear(message, "bounced", bounce="hard")
        assert await self._blocked_shipment(bench) == "all: hard_bounce"

    async def test_a_deferral_blocks_nobody(self, bench: Bench) -> None:
        await bench.accept(an_order())
        assert await bench.settle_composed(await bench.one(), DEFERRED)
        assert await self._standing(bench) == []

    async def test_a_refusal_asks_a_person_too(self, bench: Bench) -> None:
        await bench.accept(an_order(customer=to(MISTYPED)))
        assert await bench.settle_composed(await bench.one(), REFUSED)
        (task,) = await self._tasks(bench)
        assert task.suggestion == MEANT

    @staticmethod
    async def _bounced(bench: Bench, how: str, order_id: str = "1001") -> int:
        """A mail to buyer1001 comes back; how many addresses that blocks."""
        await bench.accept(an_order(order_id, placed_at=bench.clock.now(), customer=BUYER))
        message = (await bench.send()).message_id
        return (await bench.hear(message, "bounced", bounce=how)).suppressed

    @staticmethod
    async def _delivered(bench: Bench, order_id: str) -> int:
        """A mail to buyer1001 arrives; how many blocks that ends."""
        await bench.accept(an_order(order_id, placed_at=bench.clock.now(), customer=BUYER))
        message = (await bench.send()).message_id
        return (await bench.hear(message)).freed

    @staticmethod
    async def _blocked(bench: Bench, address: str = "buyer1001@example.com") -> str:
        """What blocks a receipt."""
        count = sum((await bench.store.archive.conservation()).orders.values())
        order = an_order(f"asks{count}", placed_at=bench.clock.now(), customer=to(address))
        await bench.accept(order)
        item = await bench.one()
        verdict = Verdict("failed", "asked", "only asked")
        assert await bench.store.outbox.settle("w1", item, verdict, frozen(item, ""))
        return item.blocked

    @staticmethod
    async def _blocked_shipment(bench: Bench) -> str:
        """What blocks news of a parcel."""
        count = sum((await bench.store.archive.conservation()).orders.values())
        order = an_order(f"ships{count}", placed_at=bench.clock.now(), customer=BUYER)
        await bench.accept(order, FOLLOWING)
        await bench.send()
        await bench.accept(msgspec.structs.replace(order, parcels=SHIPPED), FOLLOWING)
        item = await bench.one()
        assert item.kind == "shipment"
        return item.blocked

    @staticmethod
    async def _standing(bench: Bench) -> list[Suppression]:
        return list((await bench.store.suppressions.listing(Page())).items)

    @staticmethod
    async def _tasks(bench: Bench) -> list[TaskView]:
        return list((await bench.store.tasks.open(Page())).items)

    @staticmethod
    def _by_hand(address: str, bench: Bench) -> Suppression:
        return Suppression(
            address=address,
            scope="all",
            cause="by_hand",
            at=bench.clock.now() - timedelta(seconds=1),
            text="asked by telephone",
            actor="kim",
        )
