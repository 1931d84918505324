"""Routes that share the mail by weight behind the interface of one."""

import math
from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Dot, Envelope
from twofifty.deliver.routes.failover import first_that_works
from twofifty.deliver.routes.health import UNHEALTHY
from twofifty.deliver.routes.watched import Watched

_MOST = 2.0**64
_MASK = 2**64 - 1


class Share(msgspec.Struct, frozen=True):
    """A route and the weight by which it takes part, above 0."""

    channel: Watched
    label: str
    weight: float


class Weighted:
    """Which route comes first hangs on the message's id alone, so that a retry prefers the same. A
    route's share falls with its health for the recipient's domain; one that is unhealthy comes
    last, but for a mail now and then that finds out whether it is well again. Then fails over."""

    def __init__(self, *shares: Share) -> None:
        self._shares = shares
        self._salts = tuple(salt_of(share.label) for share in shares)
        self._healths = tuple(share.channel.health for share in shares)
        self._weights = tuple(share.weight for share in shares)

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        order = [self._shares[at].channel for at in self._order(envelope)]
        return await first_that_works(order, envelope, dot)

    async def close(self) -> None:
        for share in self._shares:
            await share.channel.close()

    def _order(self, envelope: Envelope) -> list[int]:
        if all(health.spotless for health in self._healths):
            return ranked(envelope.message_id, self._salts, self._weights)
        scores = [share.channel.score(envelope) for share in self._shares]
        weights = [weight * score for weight, score in zip(self._weights, scores, strict=True)]
        order = ranked(envelope.message_id, self._salts, weights)
        if min(scores) >= UNHEALTHY:
            return order
        return sorted(order, key=lambda at: self._turn(at, scores, envelope))

    def _turn(self, at: int, scores: Sequence[float], envelope: Envelope) -> int:
        """0 for the one that is due for a probe, 1 for the healthy, 2 for the others."""
        if scores[at] >= UNHEALTHY:
            return 1
        return 0 if self._shares[at].channel.probe_due(envelope) else 2


def ranked(message_id: str, salts: Sequence[int], weights: Sequence[float]) -> list[int]:
    """Places in `salts`, the first choice first: rendezvous hashing, weighted. Each comes first in
    proportion to its weight, and where one goes only its own mail finds another first choice."""
    name = int.from_bytes(blake2b(message_id.encode(), digest_size=8).digest())
    drawn = [
        _draw(name ^ salt) / weight if weight > 0 else math.inf
        for salt, weight in zip(salts, weights, strict=True)
    ]
    return sorted(range(len(drawn)), key=drawn.__getitem__)


def _draw(number: int) -> float:
    """An exponential variate that is always the same for the same 64 bits, mixed as SplitMix64 does
    (Steele, Lea and Flood, 2014)."""
    mixed = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _MASK
    return -math.log(((mixed ^ mixed >> 31) + 0.5) / _MOST)


def salt_of(label: str) -> int:
    """What tells the draws of one route from those of the others."""
    return int.from_bytes(blake2b(label.encode(), digest_size=8).digest())
