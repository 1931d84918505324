"""A shop in memory: orders and messages in every state, for the pages and the API to show."""

import itertools
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from tests.unit.web.caring import Cared
from tests.unit.web.printer import printing
from twofifty.adapters.memory.store import MemoryStore
from twofifty.compose.brand import Brand
from twofifty.compose.tongue import Tongues
from twofifty.compose.view_page import Front
from twofifty.errors import BadInput, Problem, ShopBusy, StoreBroken, StoreFull
from twofifty.intake.ports import Hook
from twofifty.notice.lifecycle import RESENDABLE, UNSENT
from twofifty.notice.model import Status
from twofifty.order import wire
from twofifty.order.model import Customer, Line, Order, State, Totals
from twofifty.testing.clock import FrozenClock
from twofifty.track.model import (
    Conservation,
    EventView,
    Listing,
    MessageQuery,
    MessageView,
    Moment,
    OrderQuery,
    OrderView,
    Page,
    Refusal,
)
from twofifty.web.keys import SingleKey
from twofifty.web.orderpage.pages import OrderPages
from twofifty.web.services import Facts, Services
from twofifty.web.unsubscribe.leaving import Leaving

T = TypeVar("T")

KEY = "test-key"
PAGE_SECRET = b"p" * 32
FRONT = Front(Brand(shop_name="Shop"), Tongues("en"))
NAMES = ("Ada Winter", "José Núñez", "李小龍", "Mara Okafor", "Søren Dahl", "Zoë & Söhne GmbH")
GOODS = ("Teapot", "Enamel mug", "Linen towel", "Beeswax candle", "Oak board")
STATES: tuple[Status, ...] = (
    *("sent",) * 9, "delivered", "queued", "deferred", "held", "in_doubt", "failed", "bounced",
    "superseded", "cancelled", "sending",
)  # fmt: skip
REASONS: dict[str, str] = {
    "held": "placed 2025-11-03T09:12:00+00:00, more than 48 h ago",
    "failed": "550 5.1.1 The mailbox does not exist",
    "deferred": "451 4.7.1 Greylisted, please try again in five minutes",
    "in_doubt": "the connection broke after the final dot",
    "bounced": "the mailbox is full",
}

HTML = """<!doctype html><html><head><meta name="color-scheme" content="light dark"><style>
body{{margin:0;background:#f2f4f3;font-family:Helvetica,Arial,sans-serif;color:#1b2523}}
.c{{max-width:560px;margin:0 auto;padding:32px 24px;background:#fff}}
td{{padding:10px 0;border-bottom:1px solid #e4e9e7}}
@media (prefers-color-scheme: dark){{
body{{background:#0d1312;color:#e6eeeb}}.c{{background:#151d1b}}
td{{border-color:#2a3532}}}}</style></head><body><div class="c">
<img src="https://cdn.example.com/logo.png" alt="Teapots" width="120" height="32">
<h1>Thank you, {name}</h1><p>We have your order {number}.</p>
<table width="100%" cellspacing="0">
<tr><td>{goods}</td><td align="right">{total} EUR</td></tr></table>
<p><a href="https://shop.example.com/o">See your order</a></p></div></body></html>"""

MAIL = (
    "From: Shop <orders@example.com>\r\nTo: {email}\r\nSubject: Your order {number}\r\n"
    "Message-ID: <{id}@example.com>\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "Thank you, {name}\r\n{goods}: {total} EUR\r\n"
    "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b--\r\n"
)


class Taken(msgspec.Struct, frozen=True):
    """A letter in the mailbox."""

    id: int
    received_at: float
    mail_from: str
    rcpt_to: tuple[str, ...]
    subject: str
    raw: bytes


class Said(msgspec.Struct, frozen=True):
    """Intake's answer."""

    status: int
    body: bytes
    content_type: str = "application/json"
    retry_after: int | None = None


class Shop:
    """Implements Archive, Desk, Intake, Health, Metrics, OneTime and Mailbox."""

    def __init__(self, clock: FrozenClock) -> None:
        self.clock = clock
        self.kept: dict[tuple[str, str], tuple[OrderView, bytes]] = {}
        self.mails: dict[str, tuple[MessageView, bytes | None]] = {}
        self.histories: dict[str, list[Moment]] = {}
        self.door: list[EventView] = []
        self.changed = 0
        self.tokens = {"good-token"}
        self.hooks: list[tuple[str, Hook]] = []
        self.bodies: list[tuple[bytes, str | None]] = []
        self.violations: tuple[str, ...] = ()
        self.well = True
        self.fault: Exception | None = None
        self._numbers = itertools.count(1001)
        self.cared = Cared(self)

    # ── filling ──

    def add(self, order: Order, status: Status | None, minutes: float = 0) -> OrderView:
        """One order with a confirmation in `status`, or none that is owed."""
        moment = self.clock.now() - timedelta(minutes=minutes)
        mails = (self._mail(order, status, moment),) if status else ()
        view = OrderView(
            source=order.source, id=order.id, currency=order.currency,
            total=str(order.totals.total), received_at=moment, updated_at=moment,
            plan="owe" if status else "wait", number=order.number, customer=order.customer.name,
            email=order.customer.email, placed_at=order.placed_at, payment=order.state.payment,
            reason=None if status else "the payment is pending", messages=mails,
        )  # fmt: skip
        self.kept[order.source, order.id] = (view, wire.encode(order))
        self._arrive(order.source, "order.placed", "applied", moment, None, order.id)
        self.changed += 1
        return view

    def fill(self, count: int) -> None:
        """Orders in every state, the newest last."""
        for index in range(count):
            status = None if index % 11 == 6 else STATES[index * 7 % len(STATES)]
            self.add(self.sample(index), status, minutes=(count - index) ** 2 * 0.9)
        moment = self.clock.now() - timedelta(minutes=3)
        self._arrive("woo", "order.updated", "rejected", moment, "lines[0].quantity: not a number")
        self._arrive("shop", "orders/paid", "conflict", moment, "this key came with other content")

    def sample(self, index: int, **fields: str) -> Order:
        number = next(self._numbers)
        price = Decimal("12.50") + index
        name = fields.get("name", NAMES[index % len(NAMES)])
        return Order(
            source=fields.get("source", ("shop", "woo")[index % 3 == 2]),
            id=fields.get("id", f"6{number}"),
            number=fields.get("number", f"#{number}"),
            currency="EUR",
            customer=Customer(name=name, email=fields.get("email", f"customer{index}@example.com")),
            state=State(payment="paid"),
            placed_at=self.clock.now() - timedelta(minutes=7),
            lines=(
                Line(id="1", title=fields.get("title", GOODS[index % len(GOODS)]),
                     quantity=Decimal(2), unit_price=price, total=price * 2, sku=f"SKU-{index}"),
            ),
            totals=Totals(subtotal=price * 2, shipping=Decimal("4.90"),
                          total=price * 2 + Decimal("4.90")),
        )  # fmt: skip

    def _mail(self, order: Order, status: Status, moment: datetime) -> MessageView:
        identity = f"m_{len(self.mails):04d}"
        values = {
            "name": order.customer.name or "", "number": order.number or "", "id": identity,
            "email": order.customer.email or "", "goods": order.lines[0].title,
            "total": str(order.totals.total),
        }  # fmt: skip
        markup = HTML.format(**values)
        raw = None if status == "held" else MAIL.format(html=markup, **values).encode()
        sent = status in ("sent", "delivered", "bounced")
        view = MessageView(
            id=identity, kind="confirmation", status=status, channel="email",
            recipient=order.customer.email or "", source=order.source, order_id=order.id,
            created_at=moment, updated_at=moment, order_number=order.number,
            subject=None if status == "held" else f"Your order {order.number}",
            reason=REASONS.get(status), attempts=0 if status in ("held", "queued") else 1,
            sent_at=moment if sent else None, message_id=f"<{identity}@example.com>",
            template="confirmation/en@1", size=len(raw) if raw else None,
        )  # fmt: skip
        self.mails[identity] = (view, raw)
        self.histories[identity] = [
            Moment(moment, "message.queued", "A confirmation is owed", message_id=identity,
                   status="queued"),
            Moment(moment, f"message.{status}", REASONS.get(status, f"It is {status}"),
                   message_id=identity, status=status, code=250 if sent else None, attempt=1),
        ]  # fmt: skip
        return view

    def _arrive(
        self, source: str, topic: str, outcome: str, at: datetime, reason: str | None,
        order_id: str | None = None,
    ) -> None:  # fmt: skip
        identity = f"e_{len(self.door):04d}"
        self.door.append(
            EventView(identity, source, topic, outcome, at, reason=reason, order_id=order_id)
        )

    # ── Archive ──

    async def orders(self, query: OrderQuery) -> Listing[OrderView]:
        self._faulty()
        found = [view for view, _ in reversed(self.kept.values()) if self._matches(view, query)]
        return _cut(found, query.page)

    def _matches(self, view: OrderView, query: OrderQuery) -> bool:
        words = (view.number, view.id, view.email, view.customer)
        text = (query.text or "").lower()
        fits = any(text in (word or "").lower() for word in words)
        return fits and query.source in (None, view.source)

    async def order(self, source: str, order_id: str) -> tuple[OrderView, bytes] | None:
        self._faulty()
        for view, canonical in self.kept.values():
            if view.source == source and order_id in (view.id, view.number):
                current = tuple(self.mails[each.id][0] for each in view.messages)
                return msgspec.structs.replace(view, messages=current), canonical
        return None

    async def timeline(self, source: str, order_id: str) -> tuple[Moment, ...] | None:
        found = await self.order(source, order_id)
        if found is None:
            return None
        first = Moment(found[0].received_at, "event.applied", "The order came: order.placed")
        moves = [move for mail in found[0].messages for move in self.histories[mail.id]]
        return (first, *moves)

    async def messages(self, query: MessageQuery) -> Listing[MessageView]:
        self._faulty()
        found = [
            view
            for view, _ in reversed(self.mails.values())
            if query.status in (None, view.status)
            and query.kind in (None, view.kind)
            and query.recipient in (None, view.recipient)
            and query.order in (None, view.order_id, view.order_number)
            and query.channel in (None, view.channel)
            and query.code in (None, view.code)
        ]
        return _cut(found, query.page)

    async def message(self, message_id: str) -> MessageView | None:
        return self.mails[message_id][0] if message_id in self.mails else None

    async def of_job(self, job: int) -> MessageView | None:
        return next(
            (view for view, _ in self.mails.values() if view.id.endswith(f"{job:04}")), None
        )

    async def message_events(self, message_id: str) -> tuple[Moment, ...] | None:
        return tuple(self.histories[message_id]) if message_id in self.mails else None

    async def raw(self, message_id: str) -> bytes | None:
        return self.mails[message_id][1] if message_id in self.mails else None

    async def events(self, outcome: str | None, page: Page) -> Listing[EventView]:
        return _cut([e for e in reversed(self.door) if outcome in (None, e.outcome)], page)

    async def event_body(self, event_id: str) -> bytes | None:
        known = any(event.id == event_id for event in self.door)
        return b'{"raw": "<script>alert(1)</script>"}' if known else None

    async def conservation(self) -> Conservation:
        return Conservation(
            events=_count(event.outcome for event in self.door),
            orders=_count(view.plan for view, _ in self.kept.values()),
            messages=_count(view.status for view, _ in self.mails.values()),
            violations=self.violations,
        )

    async def counts(self) -> Conservation:
        return await self.conservation()

    # ── Desk ──

    async def resend(
        self, message_id: str, to: str | None, actor: str
    ) -> MessageView | Refusal | None:
        if message_id not in self.mails:
            return None
        view, raw = self.mails[message_id]
        if view.status not in RESENDABLE:
            return Refusal(409, f"it is {view.status}: there is nothing to repeat yet")
        copy = msgspec.structs.replace(
            view, id=f"m_{len(self.mails):04d}", status="queued", recipient=to or view.recipient
        )
        self.mails[copy.id] = (copy, raw)
        said = Moment(self.clock.now(), "message.queued", "Another copy was asked for", cause=actor)
        self.histories[copy.id] = [said]
        self.changed += 1
        return copy

    async def cancel(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        return self._move(message_id, "cancelled", UNSENT, actor)

    async def approve(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        return self._move(message_id, "queued", frozenset({"held"}), actor)

    async def reject(self, message_id: str, actor: str) -> MessageView | Refusal | None:
        return self._move(message_id, "cancelled", frozenset({"held"}), actor)

    def _move(
        self, message_id: str, status: Status, states: frozenset[Status], actor: str
    ) -> MessageView | Refusal | None:
        if message_id not in self.mails:
            return None
        view, raw = self.mails[message_id]
        if view.status not in states:
            return Refusal(409, f"the message is {view.status}")
        moved = msgspec.structs.replace(view, status=status)
        self.mails[message_id] = (moved, raw)
        self.histories[message_id].append(
            Moment(self.clock.now(), f"message.{status}", "By hand", status=status, cause=actor)
        )
        self.changed += 1
        return moved

    # ── Intake ──

    async def hook(self, source: str, hook: Hook) -> Said:
        self._faulty()
        self.hooks.append((source, hook))
        if source != "shop":
            raise BadInput(404, "there is no such source")
        return Said(200, ACCEPTED)

    async def order_in(self, body: bytes, idempotency_key: str | None) -> Said:
        self._faulty()
        self.bodies.append((body, idempotency_key))
        if not body.startswith(b"{"):
            raise BadInput(400, "not JSON", (Problem("", "expected an object"),))
        return Said(202, ACCEPTED)

    def _faulty(self) -> None:
        if self.fault is not None:
            raise self.fault

    # ── the rest ──

    def alive(self) -> bool:
        return self.well

    async def ready(self) -> tuple[bool, dict[str, str]]:
        return self.well, {"store": "answers" if self.well else "does not answer"}

    def render(self) -> bytes:
        return b"# TYPE twofifty_orders_total counter\ntwofifty_orders_total 3\n"

    def redeem(self, token: str) -> bool:
        known = token in self.tokens
        self.tokens.discard(token)
        return known

    async def list(self, limit: int, before: int | None) -> tuple[Taken, ...]:
        letters = [
            Taken(
                index,
                view.updated_at.timestamp(),
                "orders@example.com",
                (view.recipient,),
                view.subject or "",
                raw or b"",
            )
            for index, (view, raw) in enumerate(self.mails.values(), 1)
            if view.sent_at
        ]
        older = [each for each in reversed(letters) if before is None or each.id < before]
        return tuple(older[:limit])

    async def get(self, letter_id: int) -> tuple[Taken, bytes] | None:
        for letter in await self.list(1_000, None):
            if letter.id == letter_id:
                return letter, letter.raw
        return None

    def services(self, **changes: Any) -> Services:
        """Everything that the face asks, answered by this shop."""
        given: dict[str, Any] = {
            "archive": self, "desk": self, "intake": Doors(self), "keys": SingleKey(KEY, "ci"),
            "clock": self.clock, "facts": Facts("http://127.0.0.1:2500", "1.2.3"), "health": self,
            "metrics": self, "one_time": self, "session_secret": b"s" * 32,
            "changes": lambda: self.changed, "mailbox": self, "templates": printing(self),
            "pages": OrderPages((PAGE_SECRET,), {"": FRONT}, self.clock),
            "care": self.cared.care(),
            "leaving": Leaving((PAGE_SECRET,), MemoryStore(self.clock).suppressions, self.clock),
        }  # fmt: skip
        return Services(**(given | changes))


class Doors:
    """Implements Intake over a shop, whose own `order` is the archive's."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def greeted(self, source: str, hook: Hook) -> Said:
        return Said(200, b"hello", "text/plain; charset=utf-8")

    async def hook(self, source: str, hook: Hook) -> Said:
        return await self._shop.hook(source, hook)

    async def order(self, body: bytes, idempotency_key: str | None) -> Said:
        return await self._shop.order_in(body, idempotency_key)

    async def event(self, body: bytes, idempotency_key: str | None) -> Said:
        return await self._shop.order_in(body, idempotency_key)


ACCEPTED = b'{"event_id":"e_1","order_id":"1","duplicate":false,"messages":[],"outcome":"applied"}'
FAULTS: dict[str, Exception] = {
    "full": StoreFull("no space"),
    "broken": StoreBroken("fsync"),
    "bug": KeyError("secret"),
}
FAULTS["away"] = ShopBusy("the key cannot be fetched", 9.5)


def _cut(found: list[T], page: Page) -> Listing[T]:
    start = page.before or 0
    end = start + page.limit
    return Listing(tuple(found[start:end]), end if end < len(found) else None)


def _count(words: Iterable[str]) -> dict[str, int]:
    return dict(Counter(words))
