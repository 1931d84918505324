"""What a customer may rely on who put a dead address right: the mails after it go there too."""

from typing import Any

import msgspec

from twofifty.deliver.ports import Leased
from twofifty.notice.correction import CUSTOMER
from twofifty.notice.policy import Rules
from twofifty.order import wire
from twofifty.order.model import Order, Parcel
from twofifty.testing.contracts.store_bench import ACCEPTED, REFUSED, Bench, How, an_order, to

FOLLOWING = How(rules=Rules())
QUIET = Rules().quiet.total_seconds()
GIVEN = "right@example.com"
STATED = "stated@example.com"


class CorrectPromises:
    """`track.ports.Desk` and `intake.ports.Ledger`: an address that the customer gave."""

    async def test_what_a_customer_asked_for_says_so(self, bench: Bench) -> None:
        failed = await _failed(bench)
        copy = await _given(bench, failed, GIVEN)
        assert await bench.moves(copy) == ["queued:corrected"]

    async def test_news_go_to_the_address_that_the_customer_gave(self, bench: Bench) -> None:
        await _corrected(bench)
        await bench.accept(_shipped(), FOLLOWING)
        item = await bench.send()
        assert (item.kind, item.recipient) == ("shipment", GIVEN)
        assert item.before is not None
        assert wire.decode(item.before) == an_order()
        await bench.accept(_shipped(note="and a note"), FOLLOWING)
        bench.clock.advance(QUIET)
        assert [(one.kind, one.recipient) for one in await _sent(bench)] == [("update", GIVEN)]

    async def test_an_address_that_cannot_be_used_is_mended_too(self, bench: Bench) -> None:
        nobody = to("nobody")
        (failed,) = (await bench.accept(an_order(customer=nobody), FOLLOWING)).messages
        await _given(bench, failed, GIVEN)
        await bench.send()
        await bench.accept(_shipped(customer=nobody), FOLLOWING)
        assert (await bench.send()).recipient == GIVEN

    async def test_what_the_corrected_mail_told_is_not_told_again(self, bench: Bench) -> None:
        failed = await _failed(bench)
        await bench.accept(_shipped(), FOLLOWING)
        await _given(bench, failed, GIVEN)
        assert (await bench.send()).kind == "confirmation"
        await bench.accept(_shipped(attributes={"seen": "1"}), FOLLOWING)
        bench.clock.advance(QUIET)
        assert await bench.lease() == []

    async def test_what_the_shop_states_later_counts(self, bench: Bench) -> None:
        await _corrected(bench)
        await bench.accept(_shipped(customer=to(STATED)), FOLLOWING)
        assert [(one.kind, one.recipient) for one in await _sent(bench)] == [("shipment", STATED)]

    async def test_news_that_wait_follow_what_the_shop_states(self, bench: Bench) -> None:
        await _corrected(bench)
        await bench.accept(_shipped(), FOLLOWING)
        await bench.accept(_shipped(customer=to(STATED)), FOLLOWING)
        assert (await bench.send()).recipient == STATED
        assert (await bench.statuses())[2:] == ["superseded", "sent"]

    async def test_of_two_corrections_the_newest_counts(self, bench: Bench) -> None:
        failed = await _failed(bench)
        second = await _given(bench, failed, "wrong@example.com")
        await _refused(bench)
        await _given(bench, second, GIVEN)
        await bench.send()
        await bench.accept(_shipped(), FOLLOWING)
        assert (await bench.send()).recipient == GIVEN

    async def test_the_old_address_counts_where_the_customer_gives_it_again(
        self, bench: Bench
    ) -> None:
        failed = await _failed(bench)
        second = await _given(bench, failed, "wrong@example.com")
        await _refused(bench)
        old = an_order().customer.email or ""
        await _given(bench, second, old)
        await bench.send()
        await bench.accept(_shipped(), FOLLOWING)
        assert (await bench.send()).recipient == old

    async def test_a_copy_by_hand_moves_no_news(self, bench: Bench) -> None:
        await bench.accept(an_order(), FOLLOWING)
        first = await bench.send()
        await bench.store.desk.resend(first.message_id, GIVEN, "key:kim")
        await bench.send()
        await bench.accept(_shipped(), FOLLOWING)
        assert (await bench.send()).recipient == first.recipient

    async def test_a_correction_of_what_arrived_moves_no_news(self, bench: Bench) -> None:
        await bench.accept(an_order(), FOLLOWING)
        first = await bench.send()
        await _given(bench, first.message_id, GIVEN)
        await bench.send()
        await bench.accept(_shipped(), FOLLOWING)
        assert (await bench.send()).recipient == first.recipient


async def _failed(bench: Bench) -> str:
    """A confirmation that is refused; its id."""
    (message,) = (await bench.accept(an_order(), FOLLOWING)).messages
    await _refused(bench)
    return message


async def _refused(bench: Bench) -> None:
    item = await bench.one()
    assert await bench.dot(item)
    assert await bench.settle(item, REFUSED)


async def _given(bench: Bench, message_id: str, email: str) -> str:
    """The customer gives an address on the order page; the copy's id."""
    done = await bench.store.desk.resend(message_id, email, CUSTOMER)
    return (await bench.message(getattr(done, "id", ""))).id


async def _corrected(bench: Bench) -> None:
    """A confirmation is refused, and another one reaches the address that the customer gave."""
    await _given(bench, await _failed(bench), GIVEN)
    assert (await bench.send()).recipient == GIVEN


async def _sent(bench: Bench) -> list[Leased]:
    """Sends whatever is due."""
    items = await bench.lease()
    for item in items:
        assert await bench.dot(item)
        assert await bench.settle(item, ACCEPTED)
    return items


def _shipped(**changes: Any) -> Order:
    parcels = (Parcel(id="p1", status="in_transit"),)
    return msgspec.structs.replace(an_order(**changes), parcels=parcels)
