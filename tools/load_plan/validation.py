"""The simulation beside what was measured, on the machine where it was measured."""

import msgspec

from tools.load_plan.events import lots
from tools.load_plan.figures import Measured, Pace, benched, measured
from tools.load_plan.inputs import WRITE_PARTS, parted
from tools.load_plan.partition import Partition, steady
from tools.load_plan.runs import SEED, part_of
from tools.load_plan.shape import MS, US, Costs, Place, Shape

SLICE = 3 * MS
POOL = 4
CALLERS = 32
ORDERS = 1_000
BENCHMARKS = {"e2e": "sqlite", "e2e-pg": "postgresql"}


class Compared(msgspec.Struct, frozen=True):
    """A figure as it was measured and as the simulation has it."""

    name: str
    unit: str
    measured: float
    simulated: float

    @property
    def error(self) -> float:
        """How far the simulation is off, as a share of what was measured."""
        return self.simulated / self.measured - 1


def validated(seen: Measured, cores: int = 2) -> list[Compared]:
    """The simulation of the very machine and run that was measured: one intake process, two
    workers, the store, whoever sends orders and takes mails, and the cores that others left."""
    fast, calm = _as_measured(seen, seen.fast, cores), _as_measured(seen, seen.calm, cores)
    # in the calm run too, but there the kernel lets those who slept go first
    fast.disturb(seen.fast.others, SLICE)
    fast.call(CALLERS, ORDERS)
    fast.time.run(ORDERS / seen.fast.rate * 10)
    chance = lots(SEED)
    calm.arrive(steady(chance, 20.0, 30.0))
    calm.time.run(40.0)
    answer = part_of(fast.seen.answered, 0.5) / MS
    return [
        Compared("orders to 250", "orders/s", seen.fast.rate, ORDERS / fast.seen.last),
        Compared("to the 202 at that rate, p50", "ms", seen.fast.answer_ms, answer),
        Compared(
            "to the 202 at 20 orders/s, p50",
            "ms",
            seen.calm.answer_ms,
            part_of(calm.seen.answered, 0.5) / MS,
        ),
        Compared(
            "to the 250 at 20 orders/s, p50",
            "ms",
            seen.calm.sent_ms,
            part_of(calm.seen.sent, 0.5) / MS,
        ),
    ]


def benchmarked() -> list[Compared]:
    """The same beside what `make bench` measured of the whole way, where it has."""
    found = []
    for name, store in BENCHMARKS.items():
        bench, seen = benched(name), measured().get(store)
        if bench and seen:
            one = _as_measured(seen, parted(bench, seen.fast), 2)
            one.call(CALLERS, ORDERS)
            one.time.run(ORDERS / bench.rate * 10)
            found.append(Compared(name, "orders/s", bench.rate, ORDERS / one.seen.last))
    return found


def _as_measured(seen: Measured, pace: Pace, cores: int) -> Partition:
    write = [part * pace.store_us * US for part in WRITE_PARTS]
    costs = Costs(
        intake=pace.api_us * US,
        delivery=pace.worker_us * US,
        accept_write=write[0],
        lease_write=write[1],
        dot_write=write[2],
        settle_write=write[3],
        ask=pace.load_us * US,
        take=pace.receiver_us * US,
    )
    embedded = not pace.store_us
    place = Place(flush=seen.fsync_ms * MS, log_rate=1e9, one_writer=embedded)
    pool = 1 if embedded else POOL
    shape = Shape(intakes=1, workers=2, pool=pool, machine=cores, connections=8)
    return Partition(costs, place, shape, SEED)
