"""A broker in memory: for tests, and to see what a carrier has to do."""

import asyncio
import itertools
from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from twofifty.errors import BrokerError
from twofifty.queue.carrier import CarrierState, Handed, Ticket
from twofifty.queue.turns import Turns


@dataclass(slots=True)
class MemoryQueues:
    """What the broker has. `down`: nobody reaches it; `room`: how many tickets may wait, None for
    any number."""

    urgent: deque[tuple[Ticket, int]] = field(default_factory=deque)
    later: deque[tuple[Ticket, int]] = field(default_factory=deque)
    dead: list[Ticket] = field(default_factory=list)
    taken: int = 0
    down: bool = False
    room: int | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)
    tags: "itertools.count[int]" = field(default_factory=itertools.count)

    def of(self, ticket: Ticket) -> deque[tuple[Ticket, int]]:
        """The queue that a ticket waits in."""
        return self.urgent if ticket.priority else self.later

    def full(self) -> bool:
        """Whether it refuses to take more."""
        return self.room is not None and len(self.urgent) + len(self.later) >= self.room


class MemoryCarrier:
    """`queue.carrier.Carrier` for publishers and takers in one process: all over the same queues
    are connected to the same broker."""

    def __init__(self, queues: MemoryQueues | None = None) -> None:
        self.queues = MemoryQueues() if queues is None else queues
        self._mine: dict[Hashable, tuple[Ticket, int]] = {}
        self._turns = Turns()

    async def publish(self, tickets: Sequence[Ticket]) -> Sequence[int]:
        """See `queue.carrier.Carrier`."""
        self._reach()
        return [ticket.job for ticket in tickets if self._put(ticket)]

    async def take(self, most: int, seconds: float) -> Sequence[Handed]:
        """See `queue.carrier.Carrier`."""
        self._reach()
        if not (self.queues.urgent or self.queues.later):
            self.queues.news.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self.queues.news.wait()
            except TimeoutError:
                return []
        self._reach()
        chosen = self._turns.chosen((self.queues.urgent, self.queues.later), most)
        return [self._hand(ticket, times + 1) for ticket, times in chosen]

    async def done(self, handed: Sequence[Handed]) -> None:
        """See `queue.carrier.Carrier`."""
        self._answered(handed)

    async def back(self, handed: Sequence[Handed]) -> None:
        """See `queue.carrier.Carrier`."""
        for ticket, times in self._answered(handed):
            self.queues.of(ticket).appendleft((ticket, times))
            self.queues.news.set()

    async def refuse(self, handed: Sequence[Handed]) -> None:
        """See `queue.carrier.Carrier`."""
        self.queues.dead += [ticket for ticket, _ in self._answered(handed)]

    async def state(self) -> CarrierState:
        """See `queue.carrier.Carrier`."""
        queues = self.queues
        if queues.down:
            return CarrierState(connected=False, said="the broker is down")
        return CarrierState(
            connected=True,
            ready=len(queues.urgent) + len(queues.later),
            urgent=len(queues.urgent),
            taken=queues.taken,
            dead=len(queues.dead),
        )

    async def dead(self, most: int) -> Sequence[Handed]:
        """See `queue.carrier.Carrier`."""
        self._reach()
        return [Handed(ticket, "dead") for ticket in self.queues.dead[:most]]

    async def clear_dead(self) -> None:
        """See `queue.carrier.Carrier`."""
        self._reach()
        self.queues.dead.clear()

    async def close(self) -> None:
        """See `queue.carrier.Carrier`."""
        await self.back([Handed(ticket, tag) for tag, (ticket, _) in self._mine.items()])

    def _reach(self) -> None:
        if self.queues.down:
            raise BrokerError("the broker is down")

    def _put(self, ticket: Ticket) -> bool:
        if self.queues.full():
            return False
        self.queues.of(ticket).append((ticket, 0))
        self.queues.news.set()
        return True

    def _hand(self, ticket: Ticket, times: int) -> Handed:
        tag = next(self.queues.tags)
        self._mine[tag] = (ticket, times)
        self.queues.taken += 1
        return Handed(ticket, tag, times)

    def _answered(self, handed: Sequence[Handed]) -> list[tuple[Ticket, int]]:
        """What of `handed` was still this carrier's."""
        found = [self._mine.pop(one.tag, None) for one in handed]
        mine = [one for one in found if one is not None]
        self.queues.taken -= len(mine)
        return mine
