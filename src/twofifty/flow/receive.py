"""From a request to rows on disk: read, plan, keep, answer."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol

import msgspec
from prometheus_client import Counter as Counted

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import BadInput, Problem, ShopBusy
from twofifty.flow import understand
from twofifty.flow.plan import Planner
from twofifty.intake import canonical
from twofifty.intake.ports import (
    Arrival,
    Greeting,
    Hook,
    Kept,
    Ledger,
    Planned,
    Receipt,
    Source,
    Stated,
    Trust,
    Wanted,
)
from twofifty.notice.policy import Decision, Owe
from twofifty.order.events import Amendment, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order
from twofifty.queue.ports import Broker

RETRY_SECONDS = 10.0
_MOST_KEYS = 4


class Answer(msgspec.Struct, frozen=True):
    """What the door says: an HTTP status and a JSON body."""

    status: int
    body: bytes
    content_type: str = "application/json"
    retry_after: int | None = None


class Door(msgspec.Struct, frozen=True):
    """A configured source: its kind's adapter, what its signatures are checked with, what the
    settings say of it, and whether its shop's API can be asked."""

    source: Source
    trust: Trust
    stated: Stated
    askable: bool = False


class PublicKeys(Protocol):
    """Fetches the keys and certificates that platforms sign with."""

    async def key(self, source: str, url: str) -> bytes | None:
        """What stands at `url`, asked for in the name of `source` and kept for a while; None where
        it cannot be had now."""
        ...


class NoKeys:
    """For sources that need none."""

    async def key(self, source: str, url: str) -> bytes | None:
        """None."""
        return None


class Intake:
    """From a request to rows on disk. Every method raises BadInput for what cannot be used, and
    StoreError where nothing could be kept; `hook` also ShopBusy where it cannot be verified now."""

    def __init__(
        self,
        doors: Mapping[str, Door],
        ledger: Ledger,
        broker: Broker,
        clock: Clock,
        planner: Planner,
        keys: PublicKeys | None = None,
    ) -> None:
        self._keys = keys or NoKeys()
        self._doors = doors
        self._refusals: Counter[str] = Counter()
        self._ledger = ledger
        self._broker = broker
        self._clock = clock
        self._planner = planner
        self._announcing = False

    async def hook(self, name: str, hook: Hook) -> Answer:
        """A shop's own webhook, verified over its raw bytes."""
        door = self._door(name)
        hook = msgspec.structs.replace(hook, at=self._clock.now())
        if not await self._verified(door, hook):
            self._refused(name)
            raise BadInput(401, "the signature does not match the body and the source's secret")
        event_id = door.source.event_id(hook)
        arrived = came(event_id, hook.body, door.source.topic(hook))
        return await self._read(door, arrived)

    def greeted(self, name: str, hook: Hook) -> Answer:
        """What a platform reads that asks for proof that the address is ours. Raises BadInput
        404 where it is none that asks."""
        door = self._door(name)
        said = door.source.greeted(hook, door.trust) if isinstance(door.source, Greeting) else None
        if said is None:
            problem = Problem("source", "send webhooks here with POST")
            raise BadInput(404, "there is nothing to read at a webhook's address", (problem,))
        kind = "application/json" if said.startswith(b"{") else "text/plain; charset=utf-8"
        return Answer(200, said, kind)

    async def again(self, kept: Kept) -> Answer:
        """An arrival that could not be used when it came, read once more as it came. Only what a
        source of the settings sent can be: what the API refused, its caller was told."""
        arrived = Arrived(kept.key, kept.topic, kept.body, again=True)
        return await self._read(self._door(kept.source), arrived)

    async def fetched(self, name: str, document: bytes) -> Answer:
        """An order as the shop's API told it: whatever it says is all that there is to know."""
        door = msgspec.structs.replace(self._door(name), askable=False)
        return await self._read(door, came(None, document))

    async def learn(
        self,
        source: str,
        arrived: "Arrived",
        events: tuple[OrderEvent, ...],
        *,
        renew: bool = False,
    ) -> Receipt:
        """Orders that were read elsewhere: from a change log, or from a listing. `renew`: planned
        anew also where nothing about them is new."""
        planned = tuple(self._planner.plan(event.order, renew=renew) for event in events)
        return await self._keep(source, arrived, Understood(planned))

    def _refused(self, name: str) -> None:
        """Counts, and says it the first time, the tenth, the hundredth: anybody may knock."""
        telemetry.ARRIVALS.labels(name, "unauthorized").inc()
        self._refusals[name] += 1
        times = self._refusals[name]
        if str(times).strip("0") == "1":
            telemetry.log().warning(
                "a webhook's signature does not match; see `twofifty source verify`",
                action="intake.unauthorized",
                source=name,
                times=times,
            )

    async def _verified(self, door: Door, hook: Hook) -> bool:
        """Fetches what the scheme wants to know, a few times at most."""
        trust = door.trust
        for _ in range(_MOST_KEYS):
            said = door.source.signature.verified(hook, trust)
            if not isinstance(said, Wanted):
                return said
            found = await self._keys.key(door.stated.name, said.url)
            if found is None:
                raise ShopBusy("the platform's public key cannot be fetched now", RETRY_SECONDS)
            trust = msgspec.structs.replace(trust, keys={**trust.keys, said.url: found})
        return False

    async def _read(self, door: Door, arrived: "Arrived") -> Answer:
        try:
            read = understand.read(door.source, arrived.topic, arrived.body, door.stated)
            understood = read if isinstance(read, Ignored) else self._understood(door, read)
        except BadInput as bad:
            await self.refuse(door.stated.name, arrived, bad)
            raise
        if isinstance(understood, Ignored):
            told = {"ignored": understood.reason}
            nothing = Understood(ignored=understood.reason)
            return _answer(200, await self._keep(door.stated.name, arrived, nothing), told)
        receipt = await self._keep(door.stated.name, arrived, understood)
        return _answer(200, receipt, _told(understood.planned, receipt))

    def _understood(self, door: Door, news: tuple[News, ...]) -> "Understood":
        """News by its kind. What points to an order is taken as it stands where nobody can ask.

        Raises BadInput 422 where it does not stand by itself."""
        asked = [each for each in news if isinstance(each, Pointer)]
        pointers = tuple(asked) if door.askable else ()
        orders = [each.order for each in news if isinstance(each, OrderEvent)]
        orders += [_standing_alone(each) for each in asked] if not door.askable else []
        return Understood(
            planned=tuple(self._planner.plan(order) for order in orders),
            amendments=tuple(each for each in news if isinstance(each, Amendment)),
            pointers=pointers,
        )

    async def order(self, body: bytes, idempotency_key: str | None) -> Answer:
        """One canonical order, the current truth of it."""
        return await self._canonical(canonical.order(body), body, idempotency_key)

    async def event(self, body: bytes, idempotency_key: str | None) -> Answer:
        """One canonical event."""
        return await self._canonical(canonical.event(body), body, idempotency_key)

    async def _canonical(
        self, read: "canonical.Read", body: bytes, idempotency_key: str | None
    ) -> Answer:
        planned = (self._planner.plan(read.event.order, encoded=read.encoded),)
        arrived = came(idempotency_key, body, read.event.type, strict=True)
        receipt = await self._keep(read.event.order.source, arrived, Understood(planned))
        if receipt.conflict:
            raise BadInput(409, f"conflict: {receipt.conflict}; both are kept, nothing was changed")
        warnings = {"warnings": read.warnings} if read.warnings else {}
        return _answer(202, receipt, {**_told(planned, receipt), **warnings})

    async def _keep(self, source: str, arrived: "Arrived", understood: "Understood") -> Receipt:
        arrival = Arrival(
            source=source,
            key=arrived.key,
            digest=arrived.digest or hashlib.sha256(arrived.body).digest(),
            topic=arrived.topic,
            received_at=self._clock.now(),
            body=arrived.body,
            planned=understood.planned,
            amendments=understood.amendments,
            pointers=understood.pointers,
            position=arrived.position,
            strict=arrived.strict,
            again=arrived.again,
            rejected=understood.rejected,
            ignored=understood.ignored,
        )
        receipt = await self._ledger.accept(arrival)
        if receipt.messages and not receipt.duplicate:
            self._announce_soon()
        outcome = "duplicate" if receipt.duplicate else receipt.outcome
        _counted(source, outcome or "conflict").inc()
        return receipt

    def _announce_soon(self) -> None:
        """Once for all that was kept together."""
        if not self._announcing:
            self._announcing = True
            asyncio.get_running_loop().call_soon(self._announce)

    def _announce(self) -> None:
        self._announcing = False
        self._broker.announce()

    async def refuse(self, source: str, arrived: "Arrived", bad: BadInput) -> None:
        """Whatever was signed by the shop is kept, also what is no JSON: a mended adapter, or a
        person, may read it later. Only what is too large is not."""
        if bad.status != 413:
            places = "; ".join(f"{one.path}: {one.message}" for one in bad.problems[:5])
            await self._keep(source, arrived, Understood(rejected=f"{bad.title} ({places})"))

    def _door(self, name: str) -> Door:
        if name in self._doors:
            return self._doors[name]
        raise BadInput(
            404,
            f"there is no source {name!r}",
            (Problem("source", f"add a [sources.{name}] table with its kind and secret"),),
        )


class Arrived(msgspec.Struct, frozen=True):
    """What came, before anybody understood it. Every field as in `Arrival`; `digest` where it has
    been made already."""

    key: str
    topic: str
    body: bytes
    position: str = ""
    strict: bool = False
    again: bool = False
    digest: bytes = b""


class Understood(msgspec.Struct, frozen=True):
    """What an arrival was understood to say."""

    planned: tuple[Planned, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    rejected: str | None = None
    ignored: str | None = None


def _standing_alone(pointer: Pointer) -> Order:
    if pointer.order is not None:
        return pointer.order
    message = "set api_url and api_key for this source, so that the order can be fetched"
    problem = Problem("body", message)
    raise BadInput(422, "the webhook carries only the order's id", (problem,))


def came(identity: str | None, body: bytes, topic: str = "", *, strict: bool = False) -> Arrived:
    """What came just now under its own `identity`; where it has none, the same content is the same
    arrival."""
    digest = hashlib.sha256(body).digest()
    key = f"id:{identity}" if identity else f"sha256:{digest.hex()}"
    return Arrived(key, topic, body, strict=strict, digest=digest)


@lru_cache(maxsize=1_024)
def _counted(source: str, outcome: str) -> Counted:
    return telemetry.ARRIVALS.labels(source, outcome)


def _told(planned: tuple[Planned, ...], receipt: Receipt) -> dict[str, object]:
    one = len(planned) == 1 and not receipt.duplicate
    return _said(planned[0].decision) if one else {}


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
