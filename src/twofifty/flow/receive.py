"""From a request to rows on disk: read, plan, keep, answer."""

import hashlib
from collections.abc import Mapping

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import BadInput, Problem
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
        told = len(planned) == 1 and not receipt.duplicate
        said = _said(planned[0].decision) if told else {}
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
