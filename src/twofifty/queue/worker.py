"""The worker's loop: lease what is due, keep it leased, hand it to the handler, never stop for one.

Work in flight is bounded. Leases are kept by a heartbeat; a late one does no harm, for the dot
journal fences. They outlive a slow disk: a dead worker's work is taken up long before its lease
ends wherever its death is known (see `Outbox.owners`).
"""

import asyncio
import contextlib
from typing import Generic, TypeVar

import msgspec

from twofifty.clock import Clock
from twofifty.errors import StoreBroken, StoreError
from twofifty.queue.ports import Broker, Handler, Leases

T = TypeVar("T")

LEASE_SECONDS = 12.0
BEAT_SECONDS = 3.0
FRESH_SECONDS = LEASE_SECONDS - BEAT_SECONDS
"""So long after it was asked for, a journalled dot is under its lease still, unless a beat was
missed: then whatever comes of it is refused by `settle`."""
POLL_SECONDS = 1.0
SHORT_REST = 0.005
BUSY_REST = 0.05


class Bounds(msgspec.Struct, frozen=True):
    """How much at a time: up to `in_flight` pieces of work, which after `stop` have `grace`
    seconds to end. While there is more, so many are leased together as a quarter of that."""

    in_flight: int = 128
    grace: float = 20.0


BOUNDS = Bounds()


class Worker(Generic[T]):
    """One run of one worker, named `owner`."""

    def __init__(
        self,
        owner: str,
        leases: Leases[T],
        broker: Broker,
        clock: Clock,
        handler: Handler[T],
        bounds: Bounds = BOUNDS,
    ) -> None:
        self._owner = owner
        self._leases = leases
        self._broker = broker
        self._clock = clock
        self._handler = handler
        self._in_flight = bounds.in_flight
        self._enough = bounds.in_flight - max(1, bounds.in_flight // 4)
        self._grace = bounds.grace
        self._running: dict[asyncio.Task[None], T] = {}
        self._more = False
        self._room = asyncio.Event()
        self._ample = asyncio.Event()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Works until `stop`; then finishes what is begun and retires. A store that refuses is
        asked again a little later. Raises StoreBroken."""
        beating = asyncio.create_task(self._beat())
        try:
            while not self._stopping.is_set():
                await self._round()
            await self._finish()
        finally:
            beating.cancel()

    def stop(self) -> None:
        """Lets the loop end after what is in flight."""
        self._stopping.set()
        self._broker.announce()

    async def _round(self) -> None:
        try:
            if not await self._take():
                await self._rest()
        except StoreBroken:
            raise
        except StoreError as fault:
            self._handler.failed(fault)
            await self._broker.wait(POLL_SECONDS)

    async def _take(self) -> bool:
        room = self._in_flight - len(self._running)
        if room <= 0 or not await self._is_due():
            return False
        until = self._clock.seconds() + LEASE_SECONDS
        items = await self._leases.lease(self._owner, room, until)
        self._more = len(items) == room
        for item in items:
            self._begin(item)
        return bool(items)

    async def _is_due(self) -> bool:
        """Whether to lease; after a lease that took all it could nobody is asked."""
        if self._more:
            return True
        due = await self._leases.next_due()
        return due is not None and due <= self._clock.seconds()

    def _begin(self, item: T) -> None:
        task = asyncio.create_task(self._handler.handle(item))
        self._running[task] = item
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._room.set()
        if len(self._running) <= self._enough:
            self._ample.set()
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            self._handler.failed(fault)

    async def _rest(self) -> None:
        """Until there may be something to take: room, news, or a time that was set."""
        if len(self._running) >= self._in_flight:
            await self._ample_room()
            return
        due = await self._leases.next_due()
        pause = POLL_SECONDS if due is None else due - self._clock.seconds()
        if pause > 0 or not self._running:
            await self._broker.wait(min(max(pause, SHORT_REST), POLL_SECONDS))
            return
        await self._news_or_room()

    async def _ample_room(self) -> None:
        """Room for a batch, which costs little more than one; for less where that takes long."""
        self._room.clear()
        self._ample.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BUSY_REST):
                await self._ample.wait()
        await self._room.wait()

    async def _news_or_room(self) -> None:
        """What is due may be kept back until something in flight has ended (`Leases.lease`)."""
        self._room.clear()
        waits = [asyncio.ensure_future(self._broker.wait(BUSY_REST))]
        waits.append(asyncio.ensure_future(self._room.wait()))
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if not self._running:
                continue
            try:
                await self._leases.beat(self._owner, self._clock.seconds() + LEASE_SECONDS)
            except StoreError as fault:
                self._handler.failed(fault)

    async def _finish(self) -> None:
        """What is begun gets some time; what is not done then is given up and handed back."""
        if self._running:
            await asyncio.wait(self._running, timeout=self._grace)
        left = dict(self._running)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)
        await self._leases.hand_back(self._owner, tuple(left.values()))
