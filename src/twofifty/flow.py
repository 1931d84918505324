"""The life of a confirmation on one page.

    Intake:   read -> plan -> keep -> answer                 a request becomes rows, then 2xx
    Courier:  ask -> compose -> send (dot) -> settle         a leased row becomes a mail

What is decided is decided by pure functions in the rooms below; what is kept is kept by the store,
one transaction each.
"""

import hashlib
import random
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.compose import mime
from twofifty.compose.confirmation import Composer, Seed
from twofifty.deliver import verdict as verdicts
from twofifty.deliver.outcome import Fenced, Outcome
from twofifty.deliver.ports import Channel, Envelope, Frozen, Leased, Lookup, Outbox, Verdict
from twofifty.errors import BadInput, Problem, StoreError
from twofifty.intake import canonical
from twofifty.intake.ports import Arrival, Hook, Ledger, Planned, Receipt, Source, Stated
from twofifty.notice.policy import Decision, Owe, Rules, decide
from twofifty.order import wire
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, OrderEvent
from twofifty.queue.ports import Broker


class Answer(msgspec.Struct, frozen=True):
    """What the door says: an HTTP status and a JSON body."""

    status: int
    body: bytes
    content_type: str = "application/json"
    retry_after: int | None = None


class Door(msgspec.Struct, frozen=True):
    """A configured source: its kind's adapter, its live secrets, what the settings say of it."""

    source: Source
    secrets: tuple[str, ...]
    stated: Stated


class Intake:
    """From a request to rows on disk. Every method raises BadInput for what cannot be used, and
    StoreError where nothing could be kept."""

    def __init__(
        self,
        doors: Mapping[str, Door],
        ledger: Ledger,
        broker: Broker,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._doors = doors
        self._ledger = ledger
        self._broker = broker
        self._clock = clock
        self._rules = rules

    async def hook(self, name: str, hook: Hook) -> Answer:
        """A shop's own webhook, verified over its raw bytes."""
        door = self._door(name)
        if not door.source.verified(hook, door.secrets):
            raise BadInput(401, "the signature does not match the body and the source's secret")
        event_id = door.source.event_id(hook)
        key = f"id:{event_id}" if event_id else _content_key(hook.body)
        about = _About(door.stated.name, key, door.source.topic(hook))
        try:
            read = door.source.read(hook, door.stated)
        except BadInput as bad:
            await self._keep_rejected(about, hook.body, bad)
            raise
        if isinstance(read, Ignored):
            receipt = await self._keep(about, hook.body, (), ignored=read.reason)
            return _answer(200, receipt, {"ignored": read.reason})
        return await self._accept(about, hook.body, read, 200)

    async def order(self, body: bytes, idempotency_key: str | None) -> Answer:
        """One canonical order, the current truth of it."""
        return await self._canonical(canonical.order(body), body, idempotency_key)

    async def event(self, body: bytes, idempotency_key: str | None) -> Answer:
        """One canonical event."""
        return await self._canonical(canonical.event(body), body, idempotency_key)

    async def _canonical(
        self, read: "canonical.Read", body: bytes, idempotency_key: str | None
    ) -> Answer:
        key = f"id:{idempotency_key}" if idempotency_key else _content_key(body)
        about = _About(read.event.order.source, key, read.event.type, strict=True)
        warnings = {"warnings": read.warnings} if read.warnings else {}
        return await self._accept(about, body, (read.event,), 202, warnings)

    async def _accept(
        self,
        about: "_About",
        body: bytes,
        events: tuple[OrderEvent, ...],
        status: int,
        extra: Mapping[str, object] | None = None,
    ) -> Answer:
        planned = tuple(self._plan(event) for event in events)
        receipt = await self._keep(about, body, planned)
        if receipt.conflict and about.strict:
            raise BadInput(409, f"conflict: {receipt.conflict}; both are kept, nothing was changed")
        said = {} if len(planned) != 1 else _said(planned[0].decision)
        return _answer(status, receipt, {**said, **(extra or {})})

    def _plan(self, event: OrderEvent) -> Planned:
        order = event.order
        off = difference(order)
        if off:
            telemetry.NOT_ADDING_UP.labels(order.source).inc()
        return Planned(
            order=order,
            encoded=wire.encode(order),
            facts=canonical.facts_digest(order),
            decision=decide(order, self._rules, self._clock.now()),
            difference=str(off) if off else "0",
        )

    async def _keep(
        self,
        about: "_About",
        body: bytes,
        planned: tuple[Planned, ...],
        *,
        rejected: str | None = None,
        ignored: str | None = None,
    ) -> Receipt:
        arrival = Arrival(
            source=about.source,
            key=about.key,
            digest=hashlib.sha256(body).digest(),
            topic=about.topic,
            received_at=self._clock.now(),
            body=body,
            planned=planned,
            strict=about.strict,
            rejected=rejected,
            ignored=ignored,
        )
        receipt = await self._ledger.accept(arrival)
        if receipt.messages and not receipt.duplicate:
            self._broker.announce()
        outcome = "duplicate" if receipt.duplicate else receipt.outcome
        telemetry.ARRIVALS.labels(about.source, outcome or "conflict").inc()
        return receipt

    async def _keep_rejected(self, about: "_About", body: bytes, bad: BadInput) -> None:
        if bad.status == 422:
            places = "; ".join(f"{one.path}: {one.message}" for one in bad.problems[:5])
            await self._keep(about, body, (), rejected=f"{bad.title} ({places})")

    def _door(self, name: str) -> Door:
        if name in self._doors:
            return self._doors[name]
        raise BadInput(
            404,
            f"there is no source {name!r}",
            (Problem("source", f"add a [sources.{name}] table with its kind and secret"),),
        )


class _About(msgspec.Struct, frozen=True):
    source: str
    key: str
    topic: str
    strict: bool = False


def _content_key(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _said(decision: Decision) -> dict[str, object]:
    plan = type(decision).__name__.lower()
    if isinstance(decision, Owe):
        return {"plan": plan}
    return {"plan": plan, "code": decision.code, "reason": decision.reason}


def _answer(status: int, receipt: Receipt, extra: Mapping[str, object]) -> Answer:
    body: dict[str, object] = {
        "event_id": receipt.event_id,
        "duplicate": receipt.duplicate,
        "messages": receipt.messages,
        "outcome": receipt.outcome,
        **extra,
    }
    if receipt.conflict is not None:
        body["conflict"] = receipt.conflict
    if receipt.order_id is not None:
        body["order_id"] = receipt.order_id
    return Answer(status, msgspec.json.encode(body))


class Press(msgspec.Struct, frozen=True):
    """How a source's mails are made: the composer and the sender."""

    composer: Composer
    sender: mime.Mailbox


class Route(msgspec.Struct, frozen=True):
    """Where mail leaves: the channel, how a doubt is settled there, and how many copies a doubt
    may cost where nobody can be asked. `settle` is in seconds."""

    channel: Channel
    lookup: Lookup | None = None
    settle: float = 900.0
    copies: int = 3


class Courier:
    """From a leased message to a settled one. `presses` by source name, '' for any other."""

    def __init__(
        self,
        owner: str,
        outbox: Outbox,
        route: Route,
        presses: Mapping[str, Press],
        clock: Clock,
    ) -> None:
        self._owner = owner
        self._outbox = outbox
        self._route = route
        self._presses = presses
        self._clock = clock
        self._chance = random.Random(owner)  # noqa: S311 - spreads retries, guards nothing

    async def handle(self, item: Leased) -> None:
        """One attempt, whatever comes of it. Raises StoreError only."""
        if item.doubt and (known := await self._ask(item)):
            await self._settle(item, known, None)
            return
        try:
            frozen = self._compose(item)
            outcome, dotted = await self._send(item, frozen)
        except StoreError:
            raise
        except Exception as fault:  # noqa: BLE001 - a fault of ours must not cost others their mail
            telemetry.log().exception("a message could not be processed", action="deliver.crash")
            verdict = verdicts.crashed(item, repr(fault), self._clock.seconds())
            await self._settle(item, verdict, None)
            return
        if not isinstance(outcome, Fenced):
            await self._settle(item, self._verdict(outcome, item), None if dotted else frozen)

    def failed(self, fault: BaseException) -> None:
        """The store refused in the middle: the message comes back when its lease ends."""
        telemetry.log().error(
            "a message could not be settled", action="deliver.unsettled", fault=repr(fault)
        )

    async def _ask(self, item: Leased) -> Verdict | None:
        """How a doubt ends without another copy; None: send the same bytes again."""
        now = self._clock.seconds()
        if self._route.lookup is None:
            spent = item.doubts > self._route.copies
            return verdicts.left_in_doubt(item.doubts) if spent else None
        known = await self._route.lookup.accepted(item.rfc_id or "")
        if known is None:
            return verdicts.still_unknown(now, self._route.settle)
        return verdicts.found() if known else None

    def _compose(self, item: Leased) -> Frozen:
        if item.raw is not None:
            return Frozen(item.raw, "", item.rfc_id or "", "")
        press = self._press(item)
        with telemetry.COMPOSE_SECONDS.time():
            seed = _seed(item, press, self._clock.seconds())
            composed = press.composer.compose(wire.decode(item.order), seed)
        if composed.degraded:
            telemetry.DEGRADED.inc()
            telemetry.log().error(
                "the plain receipt was sent instead of the template",
                action="compose.degraded",
                message=item.message_id,
                fault=composed.degraded,
            )
        template = f"{composed.template_version}/{composed.locale}"
        return Frozen(composed.mime, composed.subject, seed.message_id, template)

    def _press(self, item: Leased) -> Press:
        return self._presses.get(item.source) or self._presses[""]

    async def _send(self, item: Leased, frozen: Frozen) -> tuple[Outcome, bool]:
        dotted = False

        async def dot() -> bool:
            nonlocal dotted
            dotted = await self._outbox.dot(self._owner, item, frozen)
            return dotted

        sender = self._press(item).sender.address
        envelope = Envelope(item.message_id, sender, item.recipient, frozen.raw)
        return await self._route.channel.send(envelope, dot), dotted

    def _verdict(self, outcome: Outcome, item: Leased) -> Verdict:
        times = (self._clock.seconds(), self._route.settle)
        return verdicts.verdict(outcome, item, times, self._chance.random())

    async def _settle(self, item: Leased, verdict: Verdict, frozen: Frozen | None) -> None:
        settled = await self._outbox.settle(self._owner, item, verdict, frozen)
        telemetry.OUTCOMES.labels(verdict.status).inc()
        if verdict.status == "sent":
            telemetry.DELIVERY_SECONDS.observe(self._clock.seconds() - item.queued_at)
        telemetry.log().info(
            verdict.reason,
            action=f"deliver.{verdict.status}",
            message=item.message_id,
            attempt=item.attempt,
            code=verdict.code,
            settled=settled,
        )


def _seed(item: Leased, press: Press, now: float) -> Seed:
    """Who writes to whom, under which Message-ID: the same for the same message, for ever."""
    domain = press.sender.address.rpartition("@")[2]
    root = () if item.root == item.message_id else (f"{item.root}@{domain}",)
    return Seed(
        id=item.message_id,
        message_id=f"{item.message_id}@{domain}",
        sender=press.sender,
        recipient=mime.Mailbox(None, item.recipient),
        date=datetime.fromtimestamp(int(now), UTC),
        references=root,
    )
