"""All routes as one: what wraps what.

Failover                  one group after another
  Weighted                neighbours that state a weight share the mail
    Watched               health for each recipient domain
      Breaking            circuit breakers of the route and of each recipient domain
        Limited           rates, connections, warm-up
          Greylisting     how long each recipient domain greylists
            the channel   SMTP, or a provider's API
"""

from collections.abc import Sequence

import msgspec

from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Channel, Dot, Envelope, Lookup
from twofifty.deliver.routes.asked import AskedAll
from twofifty.deliver.routes.breaking import Breaking
from twofifty.deliver.routes.capability import Capability, settle_of
from twofifty.deliver.routes.failover import Failover
from twofifty.deliver.routes.greylisting import Greylisting
from twofifty.deliver.routes.limited import Limited
from twofifty.deliver.routes.named import Named
from twofifty.deliver.routes.terms import RouteTerms
from twofifty.deliver.routes.times import SYSTEM, Times
from twofifty.deliver.routes.watched import Watched
from twofifty.deliver.routes.weighted import Share, Weighted


class Leg(msgspec.Struct, frozen=True):
    """One route as it was configured. `label` is how its outcomes name it. `settle`: seconds until
    a doubt may have settled there."""

    channel: Channel
    label: str
    terms: RouteTerms = RouteTerms()
    capability: Capability = "nothing"
    lookup: Lookup | None = None
    settle: float = 900.0


def groups_of(legs: Sequence[Leg]) -> list[list[Leg]]:
    """Neighbours that state a weight are a group; any other leg is one of its own."""
    groups: list[list[Leg]] = []
    for leg in legs:
        if leg.terms.weight is not None and groups and groups[-1][0].terms.weight is not None:
            groups[-1].append(leg)
        else:
            groups.append([leg])
    return groups


class Routes:
    """Implements `deliver.ports.Channel` over one leg or more, in the order of failover. `share`:
    the part of all rates that is this process's own (1 / number of workers)."""

    def __init__(self, legs: Sequence[Leg], times: Times = SYSTEM, share: float = 1.0) -> None:
        self._legs = tuple(legs)
        self._wrapped = tuple(_wrapped(leg, times, share) for leg in legs)
        self._channel = _composed(self._legs, self._wrapped)

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        return await self._channel.send(envelope, dot)

    async def close(self) -> None:
        await self._channel.close()

    def back_to(self, label: str) -> Channel:
        """The one route that a doubt came from, under all its policies: a key is known only there.
        Where it is not known, or not set any more: all of them."""
        at = next((at for at, leg in enumerate(self._legs) if leg.label == label), None)
        return self._channel if at is None else self._wrapped[at]

    def lookup_for(self, label: str) -> Lookup | None:
        """Whom to ask about a doubt: the route that it came from. Where that is not known, or not
        set any more, every route, and only if every one can be asked."""
        legs = self._of(label)
        lookups = tuple(leg.lookup for leg in legs if leg.lookup is not None)
        if len(lookups) < len(legs):
            return None
        return lookups[0] if len(lookups) == 1 else AskedAll(lookups)

    def settle_for(self, label: str) -> float:
        """Seconds from a doubt to the first look at it: of the route that it came from, else the
        longest of all."""
        return max(settle_of(leg.capability, leg.settle) for leg in self._of(label))

    def capability_of(self, label: str) -> Capability:
        """What the route offers that a doubt came from; `nothing` where it is not known, or not set
        any more, unless all routes offer the same and it is not bound to a route."""
        found = {leg.capability for leg in self._of(label)}
        if len(found) != 1:
            return "nothing"
        (one,) = found
        return "nothing" if one == "idempotent" and not self._knows(label) else one

    def scores(self, recipient: str) -> dict[str, float]:
        """How well each route serves the recipient's domain, from 0 to 1."""
        envelope = Envelope("", "", recipient, b"")
        pairs = zip(self._legs, self._wrapped, strict=True)
        return {leg.label: watched.score(envelope) for leg, watched in pairs}

    def _knows(self, label: str) -> bool:
        return any(leg.label == label for leg in self._legs)

    def _of(self, label: str) -> tuple[Leg, ...]:
        return tuple(leg for leg in self._legs if leg.label == label) or self._legs


def _wrapped(leg: Leg, times: Times, share: float) -> Watched:
    greylisting = Greylisting(Named(leg.channel, leg.label), times)
    limited = Limited(greylisting, leg.label, leg.terms, times, share)
    return Watched(Breaking(limited, leg.label, times), times)


def _composed(legs: Sequence[Leg], wrapped: Sequence[Watched]) -> Channel:
    rest = iter(wrapped)
    first, *others = (_group(group, [next(rest) for _ in group]) for group in groups_of(legs))
    return Failover(first, *others) if others else first


def _group(legs: Sequence[Leg], wrapped: Sequence[Watched]) -> Channel:
    if len(legs) == 1:
        return wrapped[0]
    pairs = zip(legs, wrapped, strict=True)
    return Weighted(*(Share(one, leg.label, leg.terms.weight or 1.0) for leg, one in pairs))
