"""From a leased message to a settled one: ask, compose, send, settle."""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.compose import inputs, mime
from twofifty.compose.composed import Composed
from twofifty.compose.letter import Letter, Seed
from twofifty.deliver import verdict as verdicts
from twofifty.deliver.outcome import Fenced, InDoubt, Outcome
from twofifty.deliver.ports import Channel, Envelope, Frozen, Leased, Lookup, Outbox, Verdict
from twofifty.deliver.sink import Sink
from twofifty.errors import StoreBroken, StoreError
from twofifty.flow.press import Press
from twofifty.flow.stock import SHOW_STOCK
from twofifty.notice.recipient import is_canary
from twofifty.order import wire
from twofifty.order.model import Stock

STORE_REST = 1.0
"""Seconds between tries to write an outcome that the store refused."""


class Route(msgspec.Struct, frozen=True):
    """Where mail leaves: the channel, how a doubt is settled there, and how many copies a doubt
    may cost where nobody can be asked. `settle` is in seconds. What is of a canary order, or to
    one's address, goes to `sink` and nowhere else."""

    channel: Channel
    lookup: Lookup | None = None
    settle: float = 900.0
    copies: int = 3
    sink: Channel = Sink()


def _nobody_asks(message: int) -> None:
    """Told to nobody."""


class Courier:
    """From a leased message to a settled one. `presses` by source name, '' for any other.
    `at_work` is told which message could bring this process down right now, 0 for none."""

    def __init__(
        self,
        owner: str,
        outbox: Outbox,
        route: Route,
        presses: Mapping[str, Press],
        clock: Clock,
        at_work: Callable[[int], None] = _nobody_asks,
    ) -> None:
        self._at_work = at_work
        self._owner = owner
        self._outbox = outbox
        self._route = route
        self._presses = presses
        self._clock = clock
        self._chance = random.Random(owner)  # noqa: S311 - spreads retries, guards nothing

    async def handle(self, item: Leased) -> None:
        """One attempt, whatever comes of it. Raises StoreBroken only."""
        dot = _Dot(self._outbox, self._owner, item)
        try:
            outcome = await self._asked(item) or await self._send(item, dot)
        except StoreBroken:
            raise
        except Exception as fault:  # noqa: BLE001
            # A fault of ours in one message must not cost the others their mail.
            await self._settle(item, self._after(fault, item, dot), None)
            return
        if isinstance(outcome, Verdict):
            await self._settle(item, outcome, None)
        elif not isinstance(outcome, Fenced):
            unfrozen = None if dot.journalled else dot.frozen
            await self._settle(item, self._verdict(outcome, item), unfrozen)

    def failed(self, fault: BaseException) -> None:
        """The store refused in the middle: on record, and tried again."""
        telemetry.log().error(
            "a message could not be settled", action="deliver.unsettled", fault=repr(fault)
        )

    async def _asked(self, item: Leased) -> Verdict | None:
        """How a doubt ends without another copy; None: send (the same bytes again)."""
        if not item.doubt:
            return None
        now = self._clock.seconds()
        if self._route.lookup is None:
            spent = item.doubts > self._route.copies
            return verdicts.left_in_doubt(item.doubts) if spent else None
        known = await self._route.lookup.accepted(item.rfc_id or "")
        if known is None:
            return verdicts.still_unknown(now, self._route.settle)
        return verdicts.found() if known else None

    async def _stock(self, item: Leased) -> Mapping[str, Stock]:
        """What the shop has now, where a mail that is composed now shows it."""
        book = self._press(item).stock
        if book is None or item.raw is not None or item.kind not in SHOW_STOCK or _is_canarys(item):
            return {}
        return await book.levels(wire.decode(item.order))

    def _compose(self, item: Leased, stock: Mapping[str, Stock]) -> Frozen:
        if item.raw is not None:
            return Frozen(item.raw, "", item.rfc_id or "", "")
        press = self._press(item)
        self._at_work(item.seq)
        with telemetry.COMPOSE_SECONDS.time():
            seed = _seed(item, press, self._clock.seconds())
            letter = _letter(item, (press, seed.date), stock)
            composed = press.composer.compose(letter, seed)
        self._at_work(0)
        if composed.degraded:
            _say_degraded(item, composed)
        return Frozen(
            raw=composed.mime,
            subject=composed.subject,
            rfc_id=seed.message_id,
            template=composed.template,
            inputs=inputs.encode(press.composer.inputs(letter, seed, composed)),
            degraded=composed.degraded,
        )

    def _press(self, item: Leased) -> Press:
        return self._presses.get(item.source) or self._presses[""]

    async def _send(self, item: Leased, dot: "_Dot") -> Outcome:
        dot.frozen = self._compose(item, await self._stock(item))
        sender = self._press(item).sender.address
        envelope = Envelope(item.message_id, sender, item.recipient, dot.frozen.raw)
        channel = self._route.sink if _is_canarys(item) else self._route.channel
        return await channel.send(envelope, dot)

    def _after(self, fault: Exception, item: Leased, dot: "_Dot") -> Verdict:
        """How a fault of ours is settled: once the dot is journalled it is a doubt like any."""
        if dot.journalled:
            return self._verdict(InDoubt(f"our own fault after the dot: {fault!r}", ""), item)
        if isinstance(fault, StoreError):
            self.failed(fault)
            return verdicts.not_journalled(item, self._clock.seconds())
        telemetry.log().error(
            "a message could not be processed",
            action="deliver.crash",
            message=item.message_id,
            fault=type(fault).__name__,
            where=telemetry.where(fault),
        )
        return verdicts.crashed(item, type(fault).__name__, self._clock.seconds())

    def _verdict(self, outcome: Outcome, item: Leased) -> Verdict:
        times = (self._clock.seconds(), self._route.settle)
        return verdicts.verdict(outcome, item, times, self._chance.random())

    async def _settle(self, item: Leased, verdict: Verdict, frozen: Frozen | None) -> None:
        settled = await self._stored(item, verdict, frozen)
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

    async def _stored(self, item: Leased, verdict: Verdict, frozen: Frozen | None) -> bool:
        """Settles, however long the store refuses: what became of a message is not forgotten. Each
        one that waits here takes a place of work in flight, so that no more mail is begun."""
        while True:
            try:
                return await self._outbox.settle(self._owner, item, verdict, frozen)
            except StoreBroken:
                raise
            except StoreError as fault:
                self.failed(fault)
                await asyncio.sleep(STORE_REST)


class _Dot:
    """The dot journal of one attempt: what a channel awaits before the final dot leaves."""

    def __init__(self, outbox: Outbox, owner: str, item: Leased) -> None:
        self._outbox = outbox
        self._owner = owner
        self._item = item
        self.frozen: Frozen | None = None
        self.journalled = False

    async def __call__(self) -> bool:
        """See `deliver.ports.Dot`."""
        if self.frozen is None:
            return False
        self.journalled = await self._outbox.dot(self._owner, self._item, self.frozen)
        return self.journalled


def _say_degraded(item: Leased, composed: Composed) -> None:
    telemetry.DEGRADED.inc()
    version, fault, *_ = composed.degraded.split(": ")
    telemetry.log().error(
        "a mail was made by another template than was wanted",
        action="compose.degraded",
        message=item.message_id,
        version=version,
        fault=fault,
        instead=composed.template,
    )


def _is_canarys(item: Leased) -> bool:
    """Whether nobody may ever get this mail: also a copy of it to another address is a canary's."""
    if is_canary(item.recipient):
        return True
    # The bytes decide for almost every order, so that it is not read twice.
    return b"canary" in item.order.lower() and is_canary(
        wire.decode(item.order).customer.email or ""
    )


def _letter(item: Leased, made: tuple[Press, datetime], stock: Mapping[str, Stock]) -> Letter:
    """What the mail says; `made`: by which press, and when."""
    (press, at), order = made, wire.decode(item.order)
    return Letter(
        kind=item.kind,
        order=order,
        before=None if item.before is None else wire.decode(item.before),
        facts=item.facts,
        root_subject=item.root_subject,
        page_url=press.page(order, at),
        stock=stock,
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
