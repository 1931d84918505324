"""A store on a bench: short verbs for what intake, workers and people do with one."""

import hashlib
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from twofifty.deliver.outcome import Accepted, Deferred, InDoubt, Outcome, Refused, Reply
from twofifty.deliver.ports import Frozen, Leased
from twofifty.deliver.verdict import verdict
from twofifty.intake.ports import Arrival, Errand, Planned, Receipt
from twofifty.notice.lifecycle import may
from twofifty.notice.policy import Rules, decide, terms
from twofifty.order import wire
from twofifty.order.events import Amendment, EventType, Pointer
from twofifty.order.model import Customer, Order, State
from twofifty.order.specimen import specimen
from twofifty.testing.clock import NOON, FrozenClock
from twofifty.testing.contracts.store_ports import Store as Store
from twofifty.track.feedback import Feedback, FeedbackType
from twofifty.track.model import EventView, MessageQuery, MessageView, Page, Taken

LEASE = 2.0
SETTLE = 900.0
ROUTE = "mx.example.test:25"

ACCEPTED = Accepted(Reply(250, "queued as 4711", "2.0.0"), ROUTE)
DEFERRED = Deferred("try again later", "rcpt", ROUTE, Reply(451, "try again later", "4.7.1"))
REFUSED = Refused("no such user", "rcpt", ROUTE, "recipient", Reply(550, "no such user", "5.1.1"))
DOUBTED = InDoubt("the connection ended after the final dot", ROUTE)


_RULES = Rules(mails={"": frozenset()})
"""Confirmations alone, where a test says nothing else."""


def an_order(identity: str = "1001", **changes: object) -> Order:
    """A paid order of the source `shop`, placed at `NOON`; `changes` replace its fields."""
    plain = msgspec.structs.replace(
        specimen(),
        source="shop",
        id=identity,
        number=f"#{identity}",
        revision=None,
        placed_at=NOON,
        updated_at=None,
        customer=Customer(name="Alex Example", email=f"buyer{identity}@example.com"),
    )
    return msgspec.structs.replace(plain, **changes)


def to(email: str | None) -> Customer:
    """A customer at `email`."""
    return Customer(name="Alex Example", email=email)


UNPAID = State(payment="pending")
DRAFT = State(payment="paid", draft=True)
CANCELLED = State(payment="paid", cancelled_at=NOON)


class How(msgspec.Struct, frozen=True):
    """How an order arrives: its key (None: by content), and what else an `Arrival` says."""

    key: str | None = None
    strict: bool = False
    topic: str = "order.updated"
    rules: Rules = _RULES


def planner(clock: FrozenClock, rules: Rules = _RULES) -> Callable[[Order], Planned]:
    """How a store on the bench plans, by `clock`."""

    def plan(order: Order) -> Planned:
        facts = msgspec.structs.replace(order, revision=None, updated_at=None)
        return Planned(
            order=order,
            encoded=wire.encode(order),
            facts=hashlib.sha256(wire.encode(facts)).digest(),
            decision=decide(order, rules, clock.now()),
            terms=terms(order, rules, clock.now()),
        )

    return plan


class Bench:
    """A store, its clock, and one word for each thing that is done to it."""

    def __init__(self, store: Store, clock: FrozenClock) -> None:
        self.store = store
        self.clock = clock
        self._keys = itertools.count()

    def planned(self, order: Order, rules: Rules = _RULES) -> Planned:
        """`order` as intake plans it."""
        return planner(self.clock, rules)(order)

    def arrival(self, order: Order, how: How | None = None) -> Arrival:
        """`order` as it stands at the door."""
        said = how or How()
        body = wire.encode(order)
        digest = hashlib.sha256(body).digest()
        return Arrival(
            source=order.source,
            key=f"id:{said.key}" if said.key else f"sha256:{digest.hex()}",
            digest=digest,
            topic=said.topic,
            received_at=self.clock.now(),
            body=body,
            planned=(self.planned(order, said.rules),),
            strict=said.strict,
        )

    async def accept(self, order: Order, how: How | None = None) -> Receipt:
        """`order` arrives."""
        return await self.store.ledger.accept(self.arrival(order, how))

    def bare(self, key: str, source: str = "shop") -> Arrival:
        """An arrival with nothing in it yet."""
        body = f'{{"key": "{key}"}}'.encode()
        digest = hashlib.sha256(body).digest()
        return Arrival(source, f"id:{key}", digest, "orders/news", self.clock.now(), body)

    async def tell(self, *news: Amendment, key: str | None = None) -> Receipt:
        """Amendments arrive together; `key`: their event, else a new one."""
        name = key or f"news-{next(self._keys)}"
        arrival = msgspec.structs.replace(self.bare(name), amendments=news)
        return await self.store.ledger.accept(arrival)

    async def point(
        self, *order_ids: str, key: str | None = None, kind: EventType = "order.updated"
    ) -> Receipt:
        """A hook says only that there is news of some orders."""
        pointers = tuple(Pointer(type=kind, source="shop", order_id=one) for one in order_ids)
        name = key or f"pointer-{next(self._keys)}"
        arrival = msgspec.structs.replace(self.bare(name), pointers=pointers)
        return await self.store.ledger.accept(arrival)

    async def due(self, most: int = 10) -> list[Errand]:
        """The errands whose time has come."""
        return list(await self.store.errands.due(self.clock.now(), most))

    async def errand(self) -> Errand:
        """The only one."""
        (errand,) = await self.due()
        return errand

    async def event(self, event_id: str) -> EventView:
        """One arrival of the newest."""
        listing = await self.store.archive.events(None, Page(limit=200))
        (found,) = (one for one in listing.items if one.id == event_id)
        return found

    async def order(self, order_id: str = "1001") -> Order:
        """An order as it stands."""
        found = await self.store.archive.order("shop", order_id)
        assert found is not None, order_id
        return wire.decode(found[1])

    async def plan(self, order_id: str = "1001") -> str:
        """What is decided about an order's confirmation."""
        found = await self.store.archive.order("shop", order_id)
        assert found is not None, order_id
        return found[0].plan

    def later(self, seconds: float) -> datetime:
        """So much later than now."""
        return self.clock.now() + timedelta(seconds=seconds)

    async def lease(self, owner: str = "w1", limit: int = 10) -> list[Leased]:
        """What `owner` gets."""
        until = self.clock.seconds() + LEASE
        return list(await self.store.outbox.lease(owner, limit, until))

    async def one(self, owner: str = "w1") -> Leased:
        """The only message that `owner` gets."""
        (item,) = await self.lease(owner)
        return item

    async def dot(self, item: Leased, owner: str = "w1", text: str = "thank you") -> bool:
        """`owner` journals the final dot of a mail that says `text`."""
        return await self.store.outbox.dot(owner, item, frozen(item, text))

    async def settle(self, item: Leased, outcome: Outcome, owner: str = "w1") -> bool:
        """`owner` settles with `outcome`, the dot journalled before or not."""
        times = (self.clock.seconds(), SETTLE)
        wanted = verdict(outcome, item, times, 0.5)
        return await self.store.outbox.settle(owner, item, wanted, None)

    async def settle_composed(self, item: Leased, outcome: Outcome) -> bool:
        """The same by `w1` for a mail that was composed and whose dot was never reached."""
        wanted = verdict(outcome, item, (self.clock.seconds(), SETTLE), 0.5)
        return await self.store.outbox.settle("w1", item, wanted, frozen(item, "thank you"))

    async def send(self, owner: str = "w1") -> Leased:
        """Leases the only message and sends it."""
        item = await self.one(owner)
        assert await self.dot(item, owner)
        assert await self.settle(item, ACCEPTED, owner)
        return item

    def news(
        self, message_id: str, said: FeedbackType = "delivered", /, **more: object
    ) -> Feedback:
        """A piece of news of a message, of now; `more`: its other fields."""
        plain = Feedback(
            type=said, recipient="buyer1001@example.com", own_id=message_id, at=self.clock.now()
        )
        return msgspec.structs.replace(plain, **more)

    async def take(self, *news: Feedback, origin: str = "postmark", raw: bytes = b"{}") -> Taken:
        """A provider says so."""
        return await self.store.reports.take(origin, news, raw)

    async def hear(
        self, message_id: str, said: FeedbackType = "delivered", /, **more: object
    ) -> Taken:
        """One piece of news comes."""
        return await self.take(self.news(message_id, said, **more))

    async def sent(self, order_id: str = "1001") -> str:
        """An order's confirmation that was sent; its id."""
        await self.accept(an_order(order_id))
        return (await self.send()).message_id

    async def crash(self, items: int = 1) -> None:
        """Whoever held `items` messages is gone and its leases have ended; a sweep finds them."""
        self.clock.advance(LEASE + 0.1)
        found = await self.store.outbox.sweep(self.clock.seconds(), SETTLE)
        assert found.queued + found.in_doubt + found.parked == items, found

    async def crash_of_nobody(self) -> None:
        """A sweep finds nothing."""
        found = await self.store.outbox.sweep(self.clock.seconds(), SETTLE)
        assert (found.queued, found.in_doubt, found.parked) == (0, 0, 0), found

    async def message(self, message_id: str) -> MessageView:
        """One message."""
        found = await self.store.archive.message(message_id)
        assert found is not None, message_id
        return found

    async def messages(self, order_id: str = "1001") -> list[MessageView]:
        """An order's messages, the oldest first."""
        found = await self.store.archive.messages(MessageQuery(order=order_id))
        return list(reversed(found.items))

    async def statuses(self, order_id: str = "1001") -> list[str]:
        """The statuses of an order's messages, the oldest first."""
        return [message.status for message in await self.messages(order_id)]

    async def moves(self, message_id: str) -> list[str]:
        """A message's history, as `status:cause`."""
        moments = await self.store.archive.message_events(message_id)
        assert moments is not None, message_id
        return [f"{moment.status}:{moment.cause}" for moment in moments]


def frozen(item: Leased, text: str) -> Frozen:
    """A mail for `item`; its own frozen bytes where it has them already."""
    if item.raw is not None:
        return Frozen(item.raw, "", item.rfc_id or "", "")
    rfc_id = f"{item.message_id}@shop.example.test"
    head = f"Message-ID: <{rfc_id}>\r\nSubject: Order\r\n\r\n"
    return Frozen(f"{head}{text}\r\n".encode(), "Order", rfc_id, "default/en")


async def lawful(store: Store) -> None:
    """The conservation law, and that every history is a walk through the lifecycle's table."""
    law = await store.archive.conservation()
    assert law.violations == ()
    tally = await store.audit.tally()
    assert (tally.unexplained, tally.doubled) == ((), ()), tally
    assert (tally.work_without_job, tally.job_without_work) == (0, 0), tally
    assert (tally.by_plan, tally.by_outcome) == (law.orders, law.events)
    before: int | None = None
    seen = 0
    while True:
        page = await store.archive.messages(MessageQuery(page=Page(limit=200, before=before)))
        for message in page.items:
            await _walked(store, message)
        seen += len(page.items)
        before = page.next
        if before is None:
            break
    assert sum(law.messages.values()) == seen


async def _walked(store: Store, message: MessageView) -> None:
    moments = await store.archive.message_events(message.id)
    assert moments, message.id
    statuses = [moment.status for moment in moments if moment.status]
    for one, two in itertools.pairwise(statuses):
        assert one == two or may(one, two), f"{message.id}: {one} -> {two}"
    assert message.status in ("sending", statuses[-1]), f"{message.id}: {statuses}"
