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

    def plan(self, order: Order, *, renew: bool = False, encoded: bytes | None = None) -> Planned:
        """What an order comes to now. `renew`: see `Planned`. `encoded`: the order, where it has
        been encoded already."""
        off, now = difference(order), self._clock.now()
        encoded = wire.encode(order) if encoded is None else encoded
        if off:
            telemetry.NOT_ADDING_UP.labels(order.source).inc()
        return Planned(
            order=order,
            encoded=encoded,
            facts=canonical.facts_digest(order, encoded),
            decision=decide(order, self._rules, now),
            difference=str(off) if off else "0",
            renew=renew,
            terms=terms(order, self._rules, now),
        )
