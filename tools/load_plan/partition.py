"""One partition at work: intake processes, a store, workers, a next hop, order by order.

Partitions share nothing, for every source is in one of them: simulating one is simulating all.
"""

import random
from collections import deque
from collections.abc import Iterable, Iterator

from tools.load_plan.events import Process, Resume, Simulation, lots
from tools.load_plan.shape import Costs, Place, Shape
from tools.load_plan.stations import Batch, Batcher, Servers
from tools.load_plan.store import Member, Store

BEFORE_DOT = 0.7
"""The share of a worker's work for a mail that comes before its final dot."""


class Seen:
    """When each order came, and seconds to its 202 and its 250, as they ended."""

    def __init__(self) -> None:
        self.came: list[float] = []
        self.answered: list[float] = []
        self.sent: list[float] = []
        self.last = 0.0


class Partition:
    """All of it. Let orders `arrive`, or `call` for them; then run its `time`."""

    def __init__(self, costs: Costs, place: Place, shape: Shape, seed: int = 250) -> None:
        self.time = time = Simulation()
        self._costs, self._place, self.shape = costs, place, shape
        self._chance = lots(seed)
        machine = Servers(time, shape.machine) if shape.machine else None
        self.store = Store(time, place, costs, machine or Servers(time, shape.store_cores))
        self.intakes = self._members(shape.intakes, machine)
        self.workers = self._members(shape.workers, machine)
        self._asker, self._taker = self._members(2, machine)
        self._broker = Batcher(time, self._publish, hands=shape.queues, most=200)
        self._ready: deque[float] = deque()
        self._idle: list[Resume] = []
        self.seen = Seen()
        self.lines = [Servers(time, shape.connections) for _ in self.workers]
        for worker, lines in zip(self.workers, self.lines, strict=True):
            time.begin(self._work(worker, lines))

    def arrive(self, at: Iterable[float]) -> None:
        """Orders come at these times, whatever becomes of those before."""
        self.time.begin(self._arrivals(at))

    def call(self, callers: int, count: int) -> None:
        """So many callers send `count` orders, each its next one when the last was answered."""
        numbers = iter(range(count))
        for _ in range(callers):
            self.time.begin(self._caller(numbers))

    def disturb(self, cores: float, slice_seconds: float) -> None:
        """Others take so many of the machine's cores, a slice at a time, at random."""
        if cores > 0:
            self.time.begin(self._others(cores / slice_seconds, slice_seconds))

    def backlog(self) -> int:
        """Orders that are accepted and not sent."""
        return len(self.seen.answered) - len(self.seen.sent)

    def _members(self, number: int, machine: Servers | None) -> list[Member]:
        return [Member(self.time, self.store, self.shape.pool, machine) for _ in range(number)]

    def _arrivals(self, at: Iterable[float]) -> Process:
        for number, moment in enumerate(at):
            yield self.time.pause(max(0.0, moment - self.time.now))
            self.time.begin(self._order(number))

    def _others(self, rate: float, seconds: float) -> Process:
        while True:
            yield self.time.pause(self._chance.expovariate(rate))
            self.time.begin(self._slice(seconds))

    def _slice(self, seconds: float) -> Process:
        yield self.store.cores.hold(seconds)

    def _caller(self, numbers: Iterator[int]) -> Process:
        for number in numbers:
            yield from self._order(number)

    def _order(self, number: int) -> Process:
        intake, costs, came = self.intakes[number % len(self.intakes)], self._costs, self.time.now
        self.seen.came.append(came)
        yield self._asker.work(costs.ask)
        yield intake.work(costs.intake)
        yield intake.sessions.join(costs.accept_write, costs.accept_log)
        self.seen.answered.append(self.time.now - came)
        self.time.begin(self._handed(intake, came))

    def _handed(self, intake: Member, came: float) -> Process:
        if self.shape.broker_rate is not None:
            # the relay marks what it publishes, so that what a broker forgets is published again
            yield intake.sessions.join(self._costs.lease_write, self._costs.lease_log)
            yield self._broker.join(1 / self.shape.broker_rate)
        self._ready.append(came)
        self._wake()

    def _publish(self, batch: Batch) -> Process:
        yield self.time.pause(self.shape.broker_confirm + batch.seconds)

    def _work(self, worker: Member, lines: Servers) -> Process:
        costs = self._costs
        while True:
            room = self.shape.in_flight - worker.running
            taken = [self._ready.popleft() for _ in range(min(room, len(self._ready)))]
            if not taken:
                yield self._idle.append
                continue
            worker.running += len(taken)
            yield worker.sessions.join(costs.lease_write * len(taken), costs.lease_log * len(taken))
            for came in taken:
                self.time.begin(self._mail(worker, lines, came))

    def _mail(self, worker: Member, lines: Servers, came: float) -> Process:
        costs = self._costs
        yield worker.work(costs.delivery * BEFORE_DOT)
        yield worker.sessions.join(costs.dot_write, costs.dot_log)
        yield lines.hold(self._next_hop())
        yield self._taker.work(costs.take)
        yield worker.work(costs.delivery * (1 - BEFORE_DOT))
        yield worker.sessions.join(costs.settle_write, costs.settle_log)
        self.seen.sent.append(self.time.now - came)
        self.seen.last = self.time.now
        worker.running -= 1
        self._wake()

    def _next_hop(self) -> float:
        """Mostly as usual, sometimes much longer."""
        return self._place.next_hop * self._chance.lognormvariate(0.0, self._place.spread)

    def _wake(self) -> None:
        idle, self._idle = self._idle, []
        for resume in idle:
            self.time.after(0.0, resume)


def steady(chance: random.Random, rate: float, seconds: float) -> Iterator[float]:
    """Times of arrivals at random, `rate` a second on average."""
    at = 0.0
    while (at := at + chance.expovariate(rate)) < seconds:
        yield at
