"""The simulations of the plan: rising load, and one rush."""

import math
from collections.abc import Iterator, Sequence

import msgspec

from tools.load_plan.events import lots
from tools.load_plan.partition import Partition, steady
from tools.load_plan.shape import MS, Costs, Place, Shape

HEADROOM = 0.65
"""The share of a thing that is planned with; the rest is for what comes in bursts."""
SEED = 250
SECONDS = 6.0
SETTLED = 1.0
"""What is seen before is not counted: queues fill first."""


class Step(msgspec.Struct, frozen=True):
    """What one load did to a partition. Milliseconds, shares of 1, and a second's numbers."""

    rate: float
    shape: Shape
    done: float
    answer_p50: float
    answer_p99: float
    sent_p50: float
    sent_p99: float
    intake: float
    worker: float
    store: float
    log: float
    lines: float
    transactions: float
    flushes: float
    log_mb: float

    def first(self) -> str:
        """What is nearest to its end."""
        shares = {
            "intake processes": self.intake,
            "workers": self.worker,
            "the store's cores": self.store,
            "the store's log": self.log,
            "connections to the next hop": self.lines,
        }
        return max(shares, key=lambda name: shares[name])


def sized(rate: float, costs: Costs, place: Place, store_cores: int) -> Shape:
    """So many processes that each is busy for `HEADROOM` of its time, with so many connections each
    that those are, too."""
    workers = max(2, math.ceil(rate * costs.delivery / HEADROOM))
    hop = place.next_hop * math.exp(place.spread**2 / 2)
    connections = max(4, math.ceil(rate * hop / workers / HEADROOM))
    return Shape(
        intakes=max(2, math.ceil(rate * costs.intake / HEADROOM)),
        workers=workers,
        store_cores=store_cores,
        connections=connections,
        in_flight=max(64, 4 * connections),
    )


def step(rate: float, costs: Costs, place: Place, shape: Shape, seconds: float = SECONDS) -> Step:
    """One partition under `rate` orders a second for so long."""
    one = Partition(costs, place, shape, SEED)
    one.arrive(steady(lots(SEED), rate, seconds))
    one.time.run(SETTLED)
    counted = len(one.seen.answered), len(one.seen.sent)
    one.time.run(seconds)
    answered, sent = one.seen.answered[counted[0] :], one.seen.sent[counted[1] :]
    return Step(
        rate=rate,
        shape=shape,
        done=len(sent) / (seconds - SETTLED),
        answer_p50=part_of(answered, 0.5) / MS,
        answer_p99=part_of(answered, 0.99) / MS,
        sent_p50=part_of(sent, 0.5) / MS,
        sent_p99=part_of(sent, 0.99) / MS,
        intake=sum(member.worked for member in one.intakes) / seconds / shape.intakes,
        worker=sum(member.worked for member in one.workers) / seconds / shape.workers,
        store=one.store.cores.busy(seconds),
        log=one.store.log_bytes / place.log_rate / seconds,
        lines=sum(lines.busy(seconds) for lines in one.lines) / shape.workers,
        transactions=one.store.transactions / seconds,
        flushes=one.store.log.batches / seconds,
        log_mb=one.store.log_bytes / seconds / 1e6,
    )


def ladder(rates: Sequence[float], costs: Costs, place: Place, store_cores: int) -> list[Step]:
    """Processes grow with the load, the store does not: what it takes is what a partition can."""
    return [step(rate, costs, place, sized(rate, costs, place, store_cores)) for rate in rates]


class Moment(msgspec.Struct, frozen=True):
    """A second of a rush: orders that came, mails that left, what waits then, and the time to the
    202 (p99, milliseconds)."""

    at: float
    came: float
    left: float
    waiting: int
    answer_p99: float


def rush(
    rates: Sequence[tuple[float, float]], costs: Costs, place: Place, shape: Shape
) -> list[Moment]:
    """One partition through a rush: (orders a second, for so many seconds), one after the other."""
    one = Partition(costs, place, shape, SEED)
    one.arrive(_in_turn(rates))
    moments: list[Moment] = []
    for second in range(1, round(sum(seconds for _, seconds in rates)) + 1):
        came, answered, left = (
            len(one.seen.came),
            len(one.seen.answered),
            len(one.seen.sent),
        )
        one.time.run(second)
        moments.append(
            Moment(
                at=second,
                came=len(one.seen.came) - came,
                left=len(one.seen.sent) - left,
                waiting=one.backlog(),
                answer_p99=part_of(one.seen.answered[answered:], 0.99) / MS,
            )
        )
    return moments


def _in_turn(rates: Sequence[tuple[float, float]]) -> Iterator[float]:
    chance, began = lots(SEED), 0.0
    for rate, seconds in rates:
        yield from (began + at for at in steady(chance, rate, seconds))
        began += seconds


def part_of(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
