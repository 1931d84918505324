"""From what was seen to figures: counted from the next hops' ledgers and the store's own law. Pure.

lost     accepted, said to be sent or not known at all, and no next hop has it
doubled  further copies of a mail that a next hop has taken already
beyond   of those, the ones that the store has not declared as doubts
waiting  not taken yet, and the store says when it is tried again
stated   not mailed, and the store says why
retries  how often a mail was put off to be tried again
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from twofifty.testing.rehearsal.seen import Order, Seen, Shade

MOVING = frozenset({"queued", "scheduled", "sending", "deferred", "in_doubt"})
STATED = frozenset({"held", "failed", "bounced", "suppressed", "superseded", "cancelled"})


class Latency(msgspec.Struct, frozen=True):
    """Seconds from accepted to taken."""

    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    most: float = 0.0


class Point(msgspec.Struct, frozen=True):
    """A value at a time, in seconds."""

    at: float
    value: float


class Curves(msgspec.Struct, frozen=True):
    """What is drawn. `throughput` mails a second; `queue` messages; `retries` deferrals a second;
    `p50` and `p95` seconds, by the time at which the orders came."""

    throughput: tuple[Point, ...]
    queue: tuple[Point, ...]
    retries: tuple[Point, ...]
    p50: tuple[Point, ...]
    p95: tuple[Point, ...]


class Result(msgspec.Struct, frozen=True):
    """One scenario's figures. `ok`: nothing lost, nothing doubled beyond declared doubts."""

    scenario: str
    about: str
    ok: bool
    wanted: int
    accepted: int
    taken: int
    lost: int
    doubled: int
    beyond: int
    in_doubt: int
    waiting: int
    stated: int
    retries: int
    throughput: float
    latency: Latency
    longest_queue: int
    seconds: float
    stopped: bool
    refused: int
    violations: tuple[str, ...]
    reasons: tuple[str, ...]
    curves: Curves
    shades: tuple[Shade, ...]


def result_of(seen: Seen) -> Result:
    """The figures of one scenario."""
    orders = seen.orders
    lost = sum(map(is_lost, orders))
    beyond = sum(max(0, len(one.taken) - 1 - one.doubts) for one in orders)
    taken = sum(bool(one.taken) for one in orders)
    return Result(
        scenario=seen.scenario,
        about=seen.about,
        ok=not (lost or beyond or seen.violations),
        wanted=seen.wanted,
        accepted=len(orders),
        taken=taken,
        lost=lost,
        doubled=sum(max(0, len(one.taken) - 1) for one in orders),
        beyond=beyond,
        in_doubt=sum(one.doubts for one in orders),
        waiting=sum(_is(one, MOVING) for one in orders),
        stated=sum(_is(one, STATED) or not one.message for one in orders),
        retries=_retries(seen),
        throughput=taken / max(0.001, _last(orders)),
        latency=latency(list(waits(orders))),
        longest_queue=max((one.queue for one in seen.samples), default=0),
        seconds=seen.seconds,
        stopped=seen.stopped,
        refused=seen.refused,
        violations=seen.violations,
        reasons=tuple(sorted({one.reason for one in orders if _is(one, STATED)} - {""}))[:5],
        curves=_curves(seen),
        shades=seen.shades,
    )


def is_lost(order: Order) -> bool:
    """Whether its mail is nowhere, and nobody says why."""
    return bool(order.message) and not order.taken and order.status not in MOVING | STATED


def _is(order: Order, statuses: frozenset[str]) -> bool:
    return not order.taken and order.status in statuses


def _retries(seen: Seen) -> int:
    """Deferrals; where processes died or doubts were sent again, attempts may be more. A deferral
    for a route that is known to be away is no attempt."""
    put_off = max((one.deferred for one in seen.samples), default=0)
    return max(put_off, sum(max(0, one.attempts - 1) for one in seen.orders))


def waits(orders: Iterable[Order]) -> Iterable[float]:
    """From accepted to taken; a mail may be taken before its order's answer has been read."""
    return (max(0.0, min(one.taken) - one.accepted) for one in orders if one.taken)


def latency(seconds: Sequence[float]) -> Latency:
    """Percentiles, each a wait that really was."""
    ordered = sorted(seconds)
    if not ordered:
        return Latency()
    p50, p95, p99 = (_percentile(ordered, share) for share in (0.5, 0.95, 0.99))
    return Latency(p50, p95, p99, ordered[-1])


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _last(orders: Iterable[Order]) -> float:
    return max((at for one in orders for at in one.taken), default=0.0)


def _curves(seen: Seen) -> Curves:
    by_second = _by_second(seen.orders)
    of_second = {second: latency(list(waits(part))) for second, part in by_second.items()}
    return Curves(
        throughput=_rates([(one.at, one.taken) for one in seen.samples]),
        queue=tuple(Point(one.at, one.queue) for one in seen.samples),
        retries=_rates([(one.at, one.deferred) for one in seen.samples]),
        p50=tuple(Point(second + 0.5, one.p50) for second, one in of_second.items()),
        p95=tuple(Point(second + 0.5, one.p95) for second, one in of_second.items()),
    )


def _by_second(orders: Sequence[Order]) -> dict[int, list[Order]]:
    found: dict[int, list[Order]] = {}
    for one in sorted(orders, key=lambda order: order.accepted):
        if one.taken:
            found.setdefault(int(one.accepted), []).append(one)
    return found


def _rates(counts: Sequence[tuple[float, int]]) -> tuple[Point, ...]:
    """How fast a count grew between each two looks."""
    pairs = pairwise(counts)
    return tuple(
        Point((then + now) / 2, (more - less) / (now - then))
        for (then, less), (now, more) in pairs
        if now > then
    )
