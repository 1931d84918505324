"""All the speeds that one route keeps: its own, its plan's, and each recipient domain's. Pure.

A mail leaves at a moment at which all of them let it, and counts from that moment: no stretch of
time sees more than was agreed. Who waits stands in line; whoever comes later counts those ahead.
"""

from collections.abc import Callable
from datetime import date

import msgspec

from twofifty.deliver.routes import warmup
from twofifty.deliver.routes.pace import Pace, Speed
from twofifty.deliver.routes.recent import Recent
from twofifty.deliver.routes.terms import RouteTerms

LONGEST_BOOKING = 900.0
AT_ONCE = 0.05
"""Seconds of a high rate that may leave at once: a timer is not exact."""

Limits = tuple[tuple[Pace, Speed], ...]


class Paces:
    """`share`: the part of the rates that is this process's own, above 0 up to 1. `today` is asked
    only where there is a plan."""

    def __init__(self, terms: RouteTerms, today: Callable[[], date], share: float = 1.0) -> None:
        self._route = _shared(terms.rate, share)
        self._domain = _shared(terms.domain_rate, share)
        self._plan = _part(terms.warmup, share)
        self._today = today
        self.free = self._route is None and self._domain is None and self._plan is None
        self._plan_pace = Pace()
        self._own: Limits = () if self._route is None else ((Pace(), self._route),)
        self._domains: Recent[str, Limits] = Recent()

    def limits(self, domain: str) -> Limits:
        """Whatever a mail for `domain` has to keep today."""
        own = self._own if self._plan is None else self._own + self._planned(self._plan)
        return own if self._domain is None else own + self._of(domain, self._domain)

    def _of(self, domain: str, speed: Speed) -> Limits:
        return self._domains.get(domain) or self._domains.put(domain, ((Pace(), speed),))

    def _planned(self, plan: warmup.Warmup) -> Limits:
        rate = self._route.rate if self._route else None
        speed = warmup.speed(plan, self._today(), rate)
        return () if speed is None else ((self._plan_pace, speed),)


def wait(limits: Limits, now: float) -> float:
    """Seconds until a mail whose turn it is may leave; 0: now, and then it has left."""
    longest = 0.0
    for pace, speed in limits:
        longest = max(longest, pace.wait(now, speed))
    if longest == 0.0:
        for pace, speed in limits:
            pace.take(now, speed)
    return longest


def turn_in(limits: Limits, now: float) -> float:
    """Seconds until it is the turn of one more that stands in line behind those who wait; 0 where
    nobody does."""
    longest = 0.0
    for pace, speed in limits:
        if pace.waiting:
            longest = max(longest, pace.turn_in(now, speed))
    return longest


def line(limits: Limits, step: int) -> None:
    """`step` more (or less, below 0) wait."""
    for pace, _ in limits:
        pace.waiting += step


def book(limits: Limits, now: float) -> float:
    """Seconds after which one that is sent away should come back."""
    return min(max(pace.book(now, speed) for pace, speed in limits), LONGEST_BOOKING)


def _shared(rate: float | None, share: float) -> Speed | None:
    if rate is None:
        return None
    return Speed(rate * share, burst=max(1.0, rate * share * AT_ONCE))


def _part(plan: warmup.Warmup | None, share: float) -> warmup.Warmup | None:
    if plan is None:
        return None
    return msgspec.structs.replace(plan, first=max(1, int(plan.first * share)))
