"""What travels with a ticket is what is sent, and nothing that may not be."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.app.letters import presses, sample
from twofifty.flow.enclose import Enclosing
from twofifty.flow.mailing import Mailing
from twofifty.order.model import Customer
from twofifty.queue.carrier import Ticket
from twofifty.queue.envelope import packed
from twofifty.settings import Settings
from twofifty.testing.carried_reader import read
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import ACCEPTED, Bench, an_order, lawful, planner

SETTINGS = Settings(sender="Shop <orders@example.com>")
DICTIONARY = sample(SETTINGS)


class Desk:
    """A store, and mails that travel with their tickets."""

    def __init__(self, folder: Path) -> None:
        self.clock = FrozenClock()
        self.store = SqliteStore(
            folder / "store.db", self.clock, plan=planner(self.clock), sample=lambda: DICTIONARY
        )
        self.bench = Bench(self.store, self.clock)
        self.mailing = Mailing(presses(SETTINGS), self.clock)
        self._fill = Enclosing(self.store.contents, {"email": self.mailing})

    async def filled(self) -> Sequence[Ticket]:
        due = await self.store.dispatch.due(100, self.clock.seconds() + 300)
        return await self._fill(due)


def run(folder: Path, scenario: Callable[[Desk], Awaitable[None]]) -> None:
    async def whole() -> None:
        desk = Desk(folder)
        try:
            await scenario(desk)
            await lawful(desk.store)
        finally:
            await desk.store.close()

    asyncio.run(whole())


def mail_in(ticket: Ticket) -> bytes:
    job, mail = read(packed(ticket), {1: DICTIONARY})
    assert job == ticket.job
    assert mail is not None
    return mail


def test_another_programme_reads_the_mail_that_is_sent(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        (message,) = (await desk.bench.accept(an_order())).messages
        (ticket,) = await desk.filled()
        mail = mail_in(ticket)
        assert b"buyer1001@example.com" in mail
        desk.clock.advance(100)
        until = desk.clock.seconds() + 10
        (item,) = await desk.store.dispatch.claim("w1", [ticket.job], until)
        frozen, envelope = await desk.mailing.made(item)
        assert envelope.data == mail
        assert await desk.store.outbox.dot("w1", item, frozen)
        assert await desk.bench.settle(item, ACCEPTED)
        assert await desk.store.archive.raw(message) == mail
        found = await desk.bench.message(message)
        assert (found.status, found.size) == ("sent", len(mail))
        assert found.subject

    run(tmp_path, scenario)


def test_a_ticket_that_is_published_again_carries_the_same_bytes(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.bench.accept(an_order())
        (first,) = await desk.filled()
        desk.clock.advance(1_000)
        (again,) = await desk.filled()
        assert mail_in(again) == mail_in(first)
        assert again.digest == first.digest

    run(tmp_path, scenario)


def test_a_mail_that_was_changed_before_it_left_is_another_mail(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.bench.accept(an_order())
        (first,) = await desk.filled()
        other = Customer(name="Robin Example", email="robin@example.com")
        await desk.bench.accept(an_order(customer=other))
        (second,) = await desk.filled()
        assert second.job != first.job
        assert b"robin@example.com" in mail_in(second)

    run(tmp_path, scenario)


def test_what_somebody_has_by_now_travels_as_its_id(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.bench.accept(an_order())
        due = await desk.store.dispatch.due(100, desk.clock.seconds() + 300)
        await desk.bench.one()
        assert list(await Enclosing(desk.store.contents, {"email": desk.mailing})(due)) == due

    run(tmp_path, scenario)


def test_what_changed_while_it_was_composed_is_not_frozen(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.bench.accept(an_order())
        (ticket,) = await desk.store.dispatch.due(100, desk.clock.seconds() + 300)
        (item,) = await desk.store.contents.waiting([ticket.job])
        frozen, _ = await desk.mailing.made(item)
        await desk.bench.accept(an_order(note="Please ring twice."))
        assert await desk.store.contents.freeze([(ticket.job, frozen)]) == []

    run(tmp_path, scenario)


def test_what_may_not_be_sent_does_not_travel(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        message = await desk.bench.sent("1")
        news = desk.bench.news(message, "bounced", bounce="hard")
        await desk.bench.take(msgspec.structs.replace(news, recipient="buyer1@example.com"))
        gone = Customer(name="Alex Example", email="buyer1@example.com")
        await desk.bench.accept(an_order("2", customer=gone))
        canary = Customer(name="Canary", email="one@canary.invalid")
        await desk.bench.accept(an_order("3", customer=canary))
        assert [ticket.content for ticket in await desk.filled()] == [b"", b""]

    run(tmp_path, scenario)


def test_what_cannot_be_made_travels_as_its_id_and_holds_up_nobody(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        for name in ("1", "2"):
            await desk.bench.accept(an_order(name))
        due = await desk.store.dispatch.due(100, desk.clock.seconds() + 300)
        filled = await Enclosing(desk.store.contents, {"sms": desk.mailing})(due)
        assert list(filled) == list(due)

    run(tmp_path, scenario)


def test_a_spoiled_mail_is_not_read() -> None:
    content = Codec({}).pack(b"mail")
    with pytest.raises(ValueError, match="digest"):
        read(packed(Ticket(1, 1, content, b"other")), {})
    assert read(packed(Ticket(1)), {}) == (1, None)
