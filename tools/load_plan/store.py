"""The store, and the processes that write to it: group commit at both ends."""

from tools.load_plan.events import Process, Simulation, Wait
from tools.load_plan.shape import Costs, Place
from tools.load_plan.stations import Batch, Batcher, Servers

ALL = 1_000_000


class Store:
    """Cores that all its sessions share, and one write-ahead log: whoever waits for it to be
    flushed shares the next flush."""

    def __init__(self, time: Simulation, place: Place, costs: Costs, cores: Servers) -> None:
        self._time, self._place, self._costs = time, place, costs
        self.cores = cores
        self.log = Batcher(time, self._flushed, most=ALL)
        self._turn = Batcher(time, self._written, most=1) if place.one_writer else None
        self.log_bytes = 0.0
        self.transactions = 0

    def transaction(self, batch: Batch) -> Process:
        """One transaction over the network, durable at its end."""
        self.transactions += 1
        if self._turn is not None:
            yield self._turn.join(batch.seconds, batch.size)
            return
        yield self._time.pause(self._place.trip * self._place.trips)
        yield from self._written(batch)

    def _written(self, batch: Batch) -> Process:
        yield self.cores.hold(self._costs.transaction + batch.seconds)
        yield self.log.join(0.0, batch.size)

    def _flushed(self, batch: Batch) -> Process:
        self.log_bytes += batch.size
        yield self._time.pause(self._place.flush + batch.size / self._place.log_rate)


class Member:
    """One process of ours: one thread of work, on a core of its own or on one of a `machine`'s, and
    its sessions with the store."""

    def __init__(self, time: Simulation, store: Store, pool: int, machine: Servers | None) -> None:
        self._core = machine or Servers(time, 1)
        self._alone = machine is None
        self._thread = Batcher(time, self._at_work, most=1)
        self.sessions = Batcher(time, store.transaction, hands=pool)
        self.running = 0
        self.worked = 0.0

    def work(self, seconds: float) -> Wait:
        """To be yielded: resumes once it has been done."""
        self.worked += seconds
        return self._core.hold(seconds) if self._alone else self._thread.join(seconds)

    def _at_work(self, batch: Batch) -> Process:
        yield self._core.hold(batch.seconds)
