"""A worker's work by way of a broker: tickets are taken, claimed in the store, and answered for
when the work has ended.

    take      tickets come, the urgent ones first, no more than there is room for
    claim     the rows behind them are leased; a ticket that finds nothing is answered at once
    answer    what became of a job is in the store: its ticket is done, whatever that was

Mail flows without the broker too. What the relay should have published `PATIENCE` seconds ago and
has not, and what no ticket ever brings (a suspect), is leased from the store directly; so is
everything that is due once this worker has not reached the broker for as long.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import BrokerError, StoreError
from twofifty.queue.carrier import Carrier, Dispatch, Handed
from twofifty.queue.ports import Broker, Handler, Leases

PATIENCE = 10.0
"""Seconds that the broker may be away, or a job unpublished, before workers help themselves."""
TAKE_SECONDS = 5.0
LOOK_SECONDS = 1.0
AFTER_A_FAULT = 0.5
GATHER_SECONDS = 0.01
"""Answers wait so long for others to go with."""


class Job(Protocol):
    """Work that a ticket can bring."""

    @property
    def seq(self) -> int:
        """The ticket's `job`."""
        ...


J = TypeVar("J", bound=Job)


class Carried(Generic[J]):
    """A worker's `Leases` and `Broker`, with `answering` around its handler. `leases` is the store
    itself; `news` wakes this worker otherwise (to stop, and while it leases directly). Beside the
    tickets of what is worked at up to `ahead` more are kept at hand, to be claimed together."""

    def __init__(
        self,
        carrier: Carrier,
        dispatch: Dispatch[J],
        leases: Leases[J],
        news: Broker,
        clock: Clock,
        ahead: int = 64,
    ) -> None:
        self._dispatch = dispatch
        self._leases = leases
        self._news = news
        self._clock = clock
        self._tickets = _Tickets(carrier, clock, ahead)
        self._looked_at = 0.0
        self._overlooked = False

    def answering(self, handler: Handler[J]) -> Handler[J]:
        """`handler`, with each job's ticket answered for when it has ended."""
        return _Answering(handler, self._tickets)

    @property
    def direct(self) -> bool:
        """Whether work is leased from the store directly now."""
        return self._overlooked or self._tickets.away() >= PATIENCE

    async def lease(self, owner: str, limit: int, until: float) -> Sequence[J]:
        """See `queue.ports.Leases`."""
        if self._overlooked or not self._tickets.came():
            return await self._directly(owner, limit, until)
        handed = self._tickets.next(limit)
        jobs = list(dict.fromkeys(one.ticket.job for one in handed))
        try:
            items = await self._dispatch.claim(owner, jobs, until)
        except StoreError:
            self._tickets.again(handed)
            raise
        self._tickets.claimed(handed, items)
        return items

    async def beat(self, owner: str, until: float) -> None:
        """See `queue.ports.Leases`."""
        await self._leases.beat(owner, until)

    async def hand_back(self, owner: str, items: Sequence[J]) -> None:
        """See `queue.ports.Leases`."""
        await self._leases.hand_back(owner, items)
        await self._tickets.give_up()

    async def next_due(self) -> float | None:
        """See `queue.ports.Leases`. A ticket that came is due now."""
        await self._look()
        if self._tickets.came():
            return 0.0
        return await self._leases.next_due() if self.direct else None

    def announce(self) -> None:
        """See `queue.ports.Broker`."""
        self._news.announce()

    async def wait(self, seconds: float) -> bool:
        """See `queue.ports.Broker`. A ticket is news."""
        self._tickets.look()
        if self._tickets.came():
            return True
        news = asyncio.ensure_future(self._news.wait(seconds))
        tickets = asyncio.ensure_future(self._tickets.arrival.wait())
        try:
            await asyncio.wait({news, tickets}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            tickets.cancel()
        return tickets.done() or (news.done() and news.result())

    async def close(self) -> None:
        """See `queue.ports.Broker`. Gives back what was taken and closes the carrier."""
        await self._tickets.close()
        await self._news.close()

    async def _directly(self, owner: str, limit: int, until: float) -> Sequence[J]:
        """What the store has, if it is time for that; while tickets come too, in turn with them."""
        if not self.direct:
            return []
        if self._tickets.came():
            self._overlooked = False
        return await self._leases.lease(owner, limit, until)

    async def _look(self) -> None:
        now = self._clock.seconds()
        if abs(now - self._looked_at) >= LOOK_SECONDS:
            self._looked_at = now
            self._overlooked = await self._dispatch.overlooked(now - PATIENCE)


class _Answering(Generic[J]):
    """A handler, and the tickets of what it handles."""

    def __init__(self, handler: Handler[J], tickets: "_Tickets") -> None:
        self._handler = handler
        self._tickets = tickets

    async def handle(self, item: J) -> None:
        """See `queue.ports.Handler`."""
        try:
            await self._handler.handle(item)
        finally:
            self._tickets.ended(item.seq)

    def failed(self, fault: BaseException) -> None:
        """See `queue.ports.Handler`."""
        self._handler.failed(fault)


class _Tickets:
    """The tickets of one worker: those that came, those of claimed jobs, those to be answered."""

    def __init__(self, carrier: Carrier, clock: Clock, most: int) -> None:
        self._carrier = carrier
        self._clock = clock
        self._most = most
        self._came: deque[Handed] = deque()
        self._held: dict[int, list[Handed]] = {}
        self._done: list[Handed] = []
        self.arrival = asyncio.Event()
        self._taking: asyncio.Task[None] | None = None
        self._answering: asyncio.Task[None] | None = None
        self._away_since: float | None = None
        self._not_before = 0.0

    def came(self) -> bool:
        """Whether a ticket is here that nobody looked at."""
        return bool(self._came)

    def away(self) -> float:
        """For how many seconds the broker has not been reached."""
        return 0.0 if self._away_since is None else self._clock.seconds() - self._away_since

    def look(self) -> None:
        """More may come, where there is room; `arrival` is set as soon as they have."""
        room = self._most - len(self._came)
        if self._taking is None and room > 0 and _now() >= self._not_before:
            self._taking = asyncio.create_task(self._take(room))

    def next(self, limit: int) -> list[Handed]:
        """Up to `limit` of those that came."""
        handed = [self._came.popleft() for _ in range(min(limit, len(self._came)))]
        if not self._came:
            self.arrival.clear()
        self.look()
        return handed

    def again(self, handed: Sequence[Handed]) -> None:
        """They could not be looked at now."""
        self._came.extendleft(reversed(handed))
        self.arrival.set()

    def claimed(self, handed: Iterable[Handed], items: Iterable[Job]) -> None:
        """Of what was handed over, `items` are worked at. The rest found nothing."""
        mine = {item.seq for item in items}
        for one in handed:
            if one.ticket.job in mine:
                self._held.setdefault(one.ticket.job, []).append(one)
            else:
                self._answer([one])

    def ended(self, job: int) -> None:
        """Nothing more is done about it here."""
        self._answer(self._held.pop(job, []))

    async def give_up(self) -> None:
        """Answers for everything: what was not begun goes back."""
        await self._stop_taking()
        for job in list(self._held):
            self.ended(job)
        back, self._came = list(self._came), deque()
        try:
            await self._carrier.back(back)
            await self._flush()
        except BrokerError:
            pass  # the broker gives to others what we do not answer for

    async def close(self) -> None:
        """As `give_up`; then nothing comes any more."""
        await self.give_up()
        await self._carrier.close()

    async def _take(self, room: int) -> None:
        began = self._clock.seconds()
        try:
            self._came.extend(await self._carrier.take(room, TAKE_SECONDS))
            if self._came:
                self.arrival.set()
            self._reached()
        except BrokerError as fault:
            self._not_before = _now() + AFTER_A_FAULT
            self._missed(began, fault)
        finally:
            self._taking = None

    def _reached(self) -> None:
        if self._away_since is not None:
            telemetry.log().info("the broker gives tickets again", action="tickets.up")
        self._away_since = None

    def _missed(self, since: float, fault: BrokerError) -> None:
        """On record once, when it begins."""
        if self._away_since is None:
            self._away_since = since
            telemetry.log().error(
                "the broker gives no tickets", action="tickets.down", fault=str(fault)
            )

    async def _stop_taking(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            await asyncio.wait({self._taking})

    def _answer(self, handed: Sequence[Handed]) -> None:
        self._done += handed
        if self._done and self._answering is None:
            self._answering = asyncio.create_task(self._answered())

    async def _answered(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        self._answering = None
        try:
            await self._flush()
        except BrokerError:
            pass  # they come again and find nothing

    async def _flush(self) -> None:
        done, self._done = self._done, []
        if done:
            await self._carrier.done(done)


def _now() -> float:
    return asyncio.get_running_loop().time()
