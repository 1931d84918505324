"""The plan: everything that its page tells, each worked out once."""

import math
from collections.abc import Sequence
from functools import cached_property

import msgspec

from tools.load_plan.day import Sale
from tools.load_plan.inputs import costs, inputs, place
from tools.load_plan.runs import HEADROOM, Moment, Step, ladder, rush, sized, step
from tools.load_plan.shape import Shape

PEAK = 10_000.0
RATES = (500.0, 1_000.0, 2_000.0, 4_000.0, 6_000.0)
ONE = 1_000.0
SALE = Sale()
RUSH = ((1.0, 4.0), (SALE.times, 5.0), (1.0, 9.0))
"""Times the usual rate, for so many seconds: a sale in small, and the time after it."""


class Plan:
    """For `peak` orders a second in the busiest hour."""

    def __init__(self, peak: float = PEAK, rates: Sequence[float] = RATES) -> None:
        self.figures = inputs()
        self.costs, self.place = costs(self.figures), place(self.figures)
        self.peak, self._rates = peak, rates
        self.store_cores = round(self.figures["store_cores"].value)

    @cached_property
    def steps(self) -> list[Step]:
        """One partition under rising load, its processes growing with it."""
        return ladder(self._rates, self.costs, self.place, self.store_cores)

    @cached_property
    def partitions(self) -> int:
        """How many, so that no store is busier than planned in the busiest hour."""
        return math.ceil(self.peak / min(self.limits.values()))

    @cached_property
    def limits(self) -> dict[str, float]:
        """Orders a second that one store takes with headroom: by its cores, and by its log's disk.
        Its work for an order is taken at a thousand a second, batches and all."""
        busy = self._step(ONE).store * self.store_cores / ONE
        return {
            "cores of the store": HEADROOM * self.store_cores / busy,
            "disk of the log": HEADROOM * self.place.log_rate / self.costs.log,
        }

    @property
    def share(self) -> float:
        """Orders a second of one partition in the busiest hour."""
        return self.peak / self.partitions

    @cached_property
    def one(self) -> Step:
        """One partition in the busiest hour."""
        return self._step(self.share)

    @cached_property
    def brokered(self) -> Step:
        """The same with a broker between."""
        rate = self.figures["broker"].value
        queues = math.ceil(self.share / rate / HEADROOM)
        shape = msgspec.structs.replace(self.one.shape, broker_rate=rate, queues=queues)
        return step(self.share, self.costs, self.place, shape)

    @cached_property
    def in_sale(self) -> Shape:
        """One partition whose intake is made for the sale and whose workers are for the hour."""
        most = sized(self.share * SALE.times, self.costs, self.place, self.store_cores)
        return msgspec.structs.replace(self.one.shape, intakes=most.intakes)

    @cached_property
    def moments(self) -> list[Moment]:
        """One partition through a sale in small."""
        rates = [(self.share * times, seconds) for times, seconds in RUSH]
        return rush(rates, self.costs, self.place, self.in_sale)

    def capacity(self) -> float:
        """Mails a second that all workers manage when they do nothing else."""
        return self.one.shape.workers * self.partitions / self.costs.delivery

    def _step(self, rate: float) -> Step:
        return step(
            rate, self.costs, self.place, sized(rate, self.costs, self.place, self.store_cores)
        )
