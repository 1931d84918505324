"""What a person may rely on: copies on request, withdrawing in time, approving, refusing."""

from twofifty.testing.contracts.store_bench import (
    DEFERRED,
    DOUBTED,
    DRAFT,
    REFUSED,
    Bench,
    an_order,
    to,
)
from twofifty.track.model import MessageView, Refusal


class DeskPromises:
    """`track.ports.Desk`."""

    async def test_a_resend_is_another_copy_of_the_order_as_it_stands(self, bench: Bench) -> None:
        await bench.accept(an_order())
        first = await bench.send()
        await bench.accept(an_order(note="the newest"))
        copy = done(await bench.store.desk.resend(first.message_id, None, "kim"))
        assert (copy.status, copy.recipient) == ("queued", first.recipient)
        item = await bench.one()
        assert item.message_id == copy.id != first.message_id
        assert item.root == first.message_id
        assert item.raw is None
        assert b"the newest" in item.order
        assert "kim" in await self._said(bench, copy.id)

    async def test_a_resend_may_go_to_another_address(self, bench: Bench) -> None:
        await bench.accept(an_order())
        first = await bench.send()
        desk = bench.store.desk
        copy = done(await desk.resend(first.message_id, "other@example.com", "kim"))
        assert (await bench.send()).recipient == copy.recipient == "other@example.com"
        assert await bench.statuses() == ["sent", "sent"]

    async def test_a_resend_to_an_unusable_address_is_refused(self, bench: Bench) -> None:
        await bench.accept(an_order())
        first = await bench.send()
        refused = await bench.store.desk.resend(first.message_id, "nobody", "kim")
        assert isinstance(refused, Refusal)
        assert refused.status == 422
        assert await bench.statuses() == ["sent"]

    async def test_what_is_on_its_way_is_not_resent(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        desk = bench.store.desk
        assert conflict(await desk.resend(message, None, "kim"))
        item = await bench.one()
        assert conflict(await desk.resend(message, None, "kim"))
        assert await bench.settle_composed(item, DEFERRED)
        assert conflict(await desk.resend(message, None, "kim"))
        assert await bench.statuses() == ["deferred"]

    async def test_a_doubt_may_be_resent_by_a_person(self, bench: Bench) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        copy = done(await bench.store.desk.resend(item.message_id, None, "kim"))
        assert (await bench.one()).message_id == copy.id

    async def test_a_copy_never_brings_forth_another_confirmation(self, bench: Bench) -> None:
        await bench.accept(an_order())
        first = await bench.send()
        desk = bench.store.desk
        done(await desk.resend(first.message_id, "other@example.com", "kim"))
        await bench.accept(an_order(note="while the copy waits"))
        assert await bench.statuses() == ["sent", "queued"]
        assert await bench.settle_composed(await bench.one(), REFUSED)
        await bench.accept(an_order(note="after it failed"))
        await bench.accept(an_order(customer=to("third@example.com")))
        assert await bench.statuses() == ["sent", "failed"]

    async def test_a_copy_to_a_mended_address_is_the_confirmation(self, bench: Bench) -> None:
        (failed,) = (await bench.accept(an_order(customer=to("nobody")))).messages
        done(await bench.store.desk.resend(failed, "right@example.com", "kim"))
        await bench.accept(an_order(customer=to("right@example.com")))
        assert (await bench.send()).recipient == "right@example.com"
        await bench.accept(an_order(customer=to("right@example.com"), note="more"))
        assert await bench.statuses() == ["failed", "sent"]

    async def test_a_copy_that_waits_is_left_to_the_person(self, bench: Bench) -> None:
        (failed,) = (await bench.accept(an_order(customer=to("nobody")))).messages
        done(await bench.store.desk.resend(failed, "right@example.com", "kim"))
        await bench.accept(an_order(customer=to("nobody"), note="still nobody"))
        await bench.accept(an_order(customer=to("third@example.com")))
        assert await bench.statuses() == ["failed", "queued"]
        assert (await bench.send()).recipient == "right@example.com"

    async def test_what_waits_may_be_cancelled(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        assert done(await bench.store.desk.cancel(message, "kim")).status == "cancelled"
        assert await bench.lease() == []
        assert "kim" in await self._said(bench, message)

    async def test_a_cancellation_wins_until_the_dot(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        item = await bench.one()
        assert done(await bench.store.desk.cancel(message, "kim")).status == "cancelled"
        assert not await bench.dot(item)

    async def test_after_the_dot_nothing_can_be_cancelled(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        item = await bench.one()
        assert await bench.dot(item)
        assert conflict(await bench.store.desk.cancel(message, "kim"))
        assert await bench.settle(item, DOUBTED)
        assert await bench.statuses() == ["in_doubt"]

    async def test_of_a_doubt_that_a_person_cancelled_no_copy_follows(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        assert done(await bench.store.desk.cancel(message, "kim")).status == "in_doubt"
        bench.clock.advance(100_000)
        assert await bench.lease() == []
        assert "kim" in await self._said(bench, message)

    async def test_of_a_doubt_that_was_sent_again_by_hand_only_that_copy_leaves(
        self, bench: Bench
    ) -> None:
        (message,) = (await bench.accept(an_order())).messages
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DOUBTED)
        copy = done(await bench.store.desk.resend(message, None, "kim"))
        bench.clock.advance(100_000)
        assert [leased.message_id for leased in await bench.lease()] == [copy.id]

    async def test_what_is_held_may_be_approved(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order(state=DRAFT))).messages
        assert done(await bench.store.desk.approve(message, "kim")).status == "queued"
        assert (await bench.send()).message_id == message

    async def test_what_is_held_may_be_rejected(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order(state=DRAFT))).messages
        assert done(await bench.store.desk.reject(message, "kim")).status == "cancelled"
        await bench.accept(an_order())
        assert await bench.statuses() == ["cancelled"]

    async def test_only_what_is_held_is_approved_or_rejected(self, bench: Bench) -> None:
        (message,) = (await bench.accept(an_order())).messages
        assert conflict(await bench.store.desk.approve(message, "kim"))
        assert conflict(await bench.store.desk.reject(message, "kim"))
        await bench.send()
        assert conflict(await bench.store.desk.approve(message, "kim"))
        assert await bench.statuses() == ["sent"]

    async def test_an_unknown_message_is_none(self, bench: Bench) -> None:
        desk = bench.store.desk
        assert await desk.resend("m_none", None, "kim") is None
        assert await desk.cancel("m_none", "kim") is None
        assert await desk.approve("m_none", "kim") is None
        assert await desk.reject("m_none", "kim") is None

    @staticmethod
    async def _said(bench: Bench, message_id: str) -> str:
        moments = await bench.store.archive.message_events(message_id)
        assert moments
        return moments[-1].text + moments[0].text


def done(answer: MessageView | Refusal | None) -> MessageView:
    """The message after an action that was carried out."""
    assert isinstance(answer, MessageView), answer
    return answer


def conflict(answer: MessageView | Refusal | None) -> bool:
    """Whether the action was refused for the message's status."""
    return isinstance(answer, Refusal) and answer.status == 409
