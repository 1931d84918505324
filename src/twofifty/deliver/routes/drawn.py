"""The routes as a tree of text: which policies wrap what."""

from collections.abc import Iterator, Sequence

from twofifty.deliver.routes.routes import Leg, groups_of
from twofifty.deliver.routes.terms import RouteTerms
from twofifty.deliver.routes.warmup import Warmup

_UNITS = ((1.0, "s"), (60.0, "m"), (3_600.0, "h"), (86_400.0, "d"))


def drawn(legs: Sequence[Leg]) -> tuple[str, ...]:
    """Lines for people: failover, then groups by weight, then each route with what wraps it.

    failover, in this order
    ├── by weight
    │   ├── 3 of 4: health > breakers > 10/s, 16 connections (14 a domain) > greylisting > a:587
    │   └── ...
    └── health > breakers > 16 connections (14 a domain) > greylisting > b:25 (can be asked)
    """
    groups = groups_of(legs)
    if len(groups) == 1:
        return tuple(_group(groups[0]))
    return ("failover, in this order", *_branches([list(_group(group)) for group in groups]))


def _group(legs: Sequence[Leg]) -> Iterator[str]:
    if len(legs) == 1:
        yield _route(legs[0])
        return
    whole = sum(leg.terms.weight or 1.0 for leg in legs)
    yield "by weight, then failover"
    yield from _branches(
        [[f"{leg.terms.weight or 1.0:g} of {whole:g}: {_route(leg)}"] for leg in legs]
    )


def _branches(children: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, lines in enumerate(children, 1):
        last = number == len(children)
        yield ("└── " if last else "├── ") + lines[0]
        for line in lines[1:]:
            yield ("    " if last else "│   ") + line


def _route(leg: Leg) -> str:
    limits = ", ".join(_limits(leg.terms))
    return f"health > breakers > {limits} > greylisting > {leg.label}{_OFFERS[leg.capability]}"


def _limits(terms: RouteTerms) -> Iterator[str]:
    if terms.warmup is not None:
        yield _plan(terms.warmup)
    if terms.rate is not None:
        yield _rate(terms.rate)
    if terms.domain_rate is not None:
        yield f"{_rate(terms.domain_rate)} a domain"
    part = terms.domain_connections or terms.for_one_domain // terms.behind
    yield f"{terms.connections} connections ({part} a domain)"


def _plan(plan: Warmup) -> str:
    return f"warm-up from {plan.start} with {plan.first} a day"


def _rate(rate: float) -> str:
    """The smallest unit in which it is a whole number."""
    for seconds, unit in _UNITS:
        number = rate * seconds
        if number >= 1 and abs(number - round(number)) < 1e-6 * number:
            return f"{round(number)}/{unit}"
    return f"{rate * 86_400:g}/d"


_OFFERS = {
    "idempotent": " (knows its own copies)",
    "lookup": " (can be asked)",
    "events": " (tells by events)",
    "nothing": "",
}
