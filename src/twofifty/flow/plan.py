"""An order encoded and digested, with what the policy says of it now."""

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.intake import canonical
from twofifty.intake.ports import Planned
from twofifty.notice.policy import Rules, decide, terms
from twofifty.order import wire
from twofifty.order.arithmetic import difference
from twofifty.order.model import Order


class Planner:
    """Plans orders by the shop's rules."""

    def __init__(self, clock: Clock, rules: Rules) -> None:
        self._clock = clock
        self._rules = rules

    def plan(self, order: Order, *, renew: bool = False) -> Planned:
        """What an order comes to now. `renew`: see `Planned`."""
        off, now = difference(order), self._clock.now()
        if off:
            telemetry.NOT_ADDING_UP.labels(order.source).inc()
        return Planned(
            order=order,
            encoded=wire.encode(order),
            facts=canonical.facts_digest(order),
            decision=decide(order, self._rules, now),
            difference=str(off) if off else "0",
            renew=renew,
            terms=terms(order, self._rules, now),
        )
