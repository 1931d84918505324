"""From the store to the broker: what is due is published, and again where that came to nothing.

    due       up to `AT_ONCE` jobs are taken to be on their way, in one transaction
    publish   as one batch; what the broker did not confirm is due again a little later
    watch     every few seconds: queues that are empty have lost what was published before

A broker that is away, full or out of memory costs one small try a second, and touches nothing else:
jobs wait in the store, from where workers help themselves (see `queue.carried`). Any number of
relays may run over one store.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import BrokerError, StoreBroken, StoreError
from twofifty.queue.carrier import REST_AT_MOST, Carrier, CarrierState, Dispatch, Ticket
from twofifty.queue.ports import Broker

AT_ONCE = 500
ON_ITS_WAY = 300.0
"""Seconds after which a ticket that nobody claimed is published again, whatever the broker says: a
backlog may take long, and a second copy of a ticket costs little."""
SURELY_SEEN = 10.0
"""A ticket that was published so long ago and waits in no queue has been taken, or is gone."""
WATCH_SECONDS = 5.0
POLL_SECONDS = 1.0
SHORT_REST = 0.01
REFUSED_REST = 0.1

Fill = Callable[[Sequence[Ticket]], Awaitable[Sequence[Ticket]]]
"""Gives tickets their content."""


async def ids_only(tickets: Sequence[Ticket]) -> Sequence[Ticket]:
    """Nothing but the id travels."""
    return tickets


class Relay:
    """Publishes what `dispatch` says is due; `news` says that there may be something. `state` is
    how the broker was at the last look, a few seconds ago at most; None before the first."""

    def __init__(
        self,
        carrier: Carrier,
        dispatch: Dispatch[object],
        news: Broker,
        clock: Clock,
        fill: Fill = ids_only,
    ) -> None:
        self._carrier = carrier
        self._dispatch = dispatch
        self._news = news
        self._clock = clock
        self._fill = fill
        self._works = True
        self._watched_at = 0.0
        self.state: CarrierState | None = None

    async def run(self) -> None:
        """Relays until it is cancelled. Raises StoreBroken."""
        while True:
            try:
                if not await self._round():
                    await self._rest()
            except StoreBroken:
                raise
            except StoreError as fault:
                telemetry.log().error("cannot relay", action="relay.store", fault=repr(fault))
                await asyncio.sleep(POLL_SECONDS)

    async def _round(self) -> bool:
        """Whether there was anything, and something of it left."""
        await self._watch()
        limit = AT_ONCE if self._works else 1
        tickets = await self._dispatch.due(limit, self._clock.seconds() + ON_ITS_WAY)
        if not tickets:
            return False
        gone = set(await self._published(await self._fill(tickets)))
        missed = [ticket.job for ticket in tickets if ticket.job not in gone]
        if missed:
            await self._put_back(missed)
        return bool(gone)

    async def _put_back(self, missed: Sequence[int]) -> None:
        """What one queue refuses, because it is full, is not to hold up what is for the other: it
        stands back for a while."""
        rest = REST_AT_MOST if self._works else POLL_SECONDS
        await self._dispatch.missed(missed, self._clock.seconds() + rest)
        await asyncio.sleep(REFUSED_REST)

    async def _published(self, tickets: Sequence[Ticket]) -> Sequence[int]:
        try:
            gone = await self._carrier.publish(tickets)
        except BrokerError as fault:
            self._say(str(fault))
            return []
        self._say("" if gone else "it refused every ticket")
        return gone

    async def _rest(self) -> None:
        """Until there may be something to publish."""
        if not self._works:
            await asyncio.sleep(POLL_SECONDS)
            return
        due = await self._dispatch.next_due()
        pause = POLL_SECONDS if due is None else due - self._clock.seconds()
        # A task of its own, for a `wait` that ends just then may miss that we are cancelled.
        news = asyncio.ensure_future(self._news.wait(min(max(pause, SHORT_REST), POLL_SECONDS)))
        try:
            await asyncio.wait({news})
        finally:
            news.cancel()

    async def _watch(self) -> None:
        now = self._clock.seconds()
        if abs(now - self._watched_at) < WATCH_SECONDS:
            return
        self._watched_at = now
        self.state = state = await self._carrier.state()
        until = now - SURELY_SEEN + ON_ITS_WAY
        for urgent in _empty(state):
            lost = await self._dispatch.lost(until, urgent)
            if lost:
                telemetry.log().warning(
                    "tickets that the broker lost are published again",
                    action="relay.lost",
                    tickets=lost,
                )

    def _say(self, fault: str) -> None:
        """On record once when it begins, and once when it is over."""
        if self._works and fault:
            telemetry.log().error("the broker takes nothing", action="relay.down", fault=fault)
        elif not self._works and not fault:
            telemetry.log().info("the broker takes tickets again", action="relay.up")
        self._works = not fault


def _empty(state: CarrierState) -> list[bool]:
    """Which queues have nothing that waits, as far as the broker says: the urgent one (True), the
    other (False)."""
    if not state.connected or state.ready is None:
        return []
    if state.urgent is None:
        return [] if state.ready else [True, False]
    return [urgent for urgent, ready in _waiting(state.ready, state.urgent) if not ready]


def _waiting(ready: int, urgent: int) -> tuple[tuple[bool, int], ...]:
    return (True, urgent), (False, ready - urgent)
