"""From a leased message to a settled one: ask, compose, send, settle."""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock, Stopwatch, since_boot
from twofifty.deliver import verdict as verdicts
from twofifty.deliver.gates import Gates, kept_in_doubt, no_way, stopped
from twofifty.deliver.outcome import Fenced, InDoubt, Outcome
from twofifty.deliver.ports import Channel, Envelope, Frozen, Leased, Outbox, Verdict
from twofifty.deliver.routes.capability import Doubt, first_step, keyed_rest, next_step
from twofifty.errors import StoreBroken, StoreError
from twofifty.flow.mailing import of_canary
from twofifty.flow.route import Doubts, Route
from twofifty.queue.worker import FRESH_SECONDS

STORE_REST = 1.0
"""Seconds between tries to write an outcome that the store refused."""


class Maker(Protocol):
    """Makes what a channel sends."""

    async def made(self, item: Leased) -> tuple[Frozen, Envelope]:
        """The message in bytes, and in its envelope. Raises whatever a fault of ours raises."""
        ...


class Way(msgspec.Struct, frozen=True):
    """How messages of one channel (`email`, `sms`, ...) are made, and where they leave."""

    maker: Maker
    route: Route


class Courier:
    """From a leased message to a settled one. `ways` by channel; `gates` says at every message what
    stops it now."""

    def __init__(
        self,
        owner: str,
        outbox: Outbox,
        ways: Mapping[str, Way],
        clock: Clock,
        gates: Callable[[], Gates] = Gates,
    ) -> None:
        self._owner = owner
        self._outbox = outbox
        self._ways = ways
        self._clock = clock
        self._gates = gates
        self._chance = random.Random(owner)  # noqa: S311 - spreads retries, guards nothing

    async def handle(self, item: Leased) -> None:
        """One attempt, whatever comes of it. Raises StoreBroken only."""
        dot = _Dot(self._outbox, self._owner, item, self._clock, canary=of_canary(item))
        try:
            outcome = await self._settled_unsent(item, dot) or await self._send(item, dot)
        except StoreBroken:
            raise
        except Exception as fault:  # noqa: BLE001
            # A fault of ours in one message must not cost the others their mail.
            await self._settle(item, self._after(fault, item, dot), None)
            return
        if isinstance(outcome, Verdict):
            await self._settle(item, outcome, None)
        elif isinstance(outcome, Fenced):
            await self._fenced(item, dot)
        else:
            unfrozen = None if dot.journalled else dot.frozen
            await self._settle(item, self._verdict(outcome, item), unfrozen)

    def failed(self, fault: BaseException) -> None:
        """The store refused in the middle: on record, and tried again."""
        telemetry.log().error(
            "a message could not be settled", action="deliver.unsettled", fault=repr(fault)
        )

    async def _settled_unsent(self, item: Leased, dot: "_Dot") -> Verdict | None:
        """How it ends without being sent now; None: send it."""
        if item.channel not in self._ways:
            return no_way(item)
        if item.doubt:
            return await self._asked(item) or kept_in_doubt(item, self._gates())
        return None if dot.canary else stopped(item, self._gates())

    async def _asked(self, item: Leased) -> Verdict | None:
        """How a doubt ends without another copy; None: send (the same bytes again)."""
        now, doubt = self._clock.seconds(), self._doubt(item)
        match first_step(doubt):
            case "left":
                return verdicts.left_in_doubt(item.doubts)
            case "wait":
                keyed = doubt.capability == "idempotent"
                rest = keyed_rest(doubt.copies) if keyed else doubt.settle
                return verdicts.still_unknown(now, rest)
            case "ask":
                return await self._told(item, doubt)
            case _:
                return None

    async def _told(self, item: Leased, doubt: Doubt) -> Verdict | None:
        """What the next hop says, or that it does not know yet."""
        lookup = self._doubts(item).lookup_for(item.doubt_route)
        known = None if lookup is None else await lookup.accepted(item.rfc_id or "")
        match next_step(doubt, known):
            case "found":
                return verdicts.found(item.doubt_route or "the next hop")
            case "wait":
                return verdicts.still_unknown(self._clock.seconds(), doubt.settle)
            case _:
                return None

    def _doubt(self, item: Leased) -> Doubt:
        doubts, label = self._doubts(item), item.doubt_route
        began = item.queued_at if item.dot_at is None else item.dot_at
        return Doubt(
            capability=doubts.capability_of(label),
            age=self._clock.seconds() - began,
            settle=doubts.settle_for(label),
            copies=item.doubts,
            most=self._ways[item.channel].route.copies,
            askable=doubts.lookup_for(label) is not None,
        )

    def _doubts(self, item: Leased) -> Doubts:
        return self._ways[item.channel].route.doubts

    async def _send(self, item: Leased, dot: "_Dot") -> Outcome:
        dot.frozen, envelope = await self._ways[item.channel].maker.made(item)
        return await self._leaving(item, dot).send(envelope, dot)

    def _leaving(self, item: Leased, dot: "_Dot") -> Channel:
        """Where it leaves: a doubt whose key is known to one route goes there and nowhere else."""
        route = self._ways[item.channel].route
        if dot.canary:
            return route.sink
        keyed = item.doubt and route.doubts.capability_of(item.doubt_route) == "idempotent"
        back = route.doubts.back_to(item.doubt_route) if keyed else None
        return back or route.of(item.source)

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

    async def _fenced(self, item: Leased, dot: "_Dot") -> None:
        """Its dot was refused: another has it by now, or it changed. One that was journalled
        before is settled where it is still ours, for nobody else would."""
        telemetry.TALLY.outcome("fenced")
        telemetry.log().info(
            "its dot was refused: another has it by now, or it changed",
            action="deliver.fenced",
            message=item.message_id,
            attempt=item.attempt,
        )
        if dot.journalled:
            await self._settle(item, verdicts.kept_back(item, self._clock.seconds()), None)

    def _verdict(self, outcome: Outcome, item: Leased) -> Verdict:
        label = outcome.route if isinstance(outcome, InDoubt) else ""
        times = (self._clock.seconds(), self._doubts(item).settle_for(label))
        return verdicts.verdict(outcome, item, times, self._chance.random())

    async def _settle(self, item: Leased, verdict: Verdict, frozen: Frozen | None) -> None:
        settled = await self._stored(item, verdict, frozen)
        telemetry.TALLY.outcome(verdict.status)
        if verdict.status == "sent":
            telemetry.TALLY.delivered(self._clock.seconds() - item.queued_at)
        log = telemetry.log()
        (log.error if verdicts.wants_a_person(verdict) else log.info)(
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
    """The dot journal of one attempt: what a channel awaits before the final dot leaves. `canary`:
    nobody may ever get the message."""

    def __init__(
        self, outbox: Outbox, owner: str, item: Leased, clock: Clock, *, canary: bool
    ) -> None:
        self._outbox = outbox
        self._owner = owner
        self._item = item
        self._clock = clock
        self.canary = canary
        self.frozen: Frozen | None = None
        self.journalled = False

    def leaves_by(self, route: str) -> None:
        """See `deliver.ports.RoutedDot`."""
        if self.frozen is not None:
            self.frozen = msgspec.structs.replace(self.frozen, route=route)

    async def __call__(self) -> bool:
        """See `deliver.ports.Dot`. Whoever was frozen between the commit and here has had its work
        taken by others: an answer that is old by now is asked for anew."""
        if self.frozen is None:
            return False
        watch = Stopwatch(self._clock.seconds, since_boot)
        while await self._outbox.dot(self._owner, self._item, self.frozen):
            self.journalled = True
            if watch.seconds() < FRESH_SECONDS:
                return True
            watch = Stopwatch(self._clock.seconds, since_boot)
        return False
