"""All policies together behind one interface; whom a doubt is asked of; how it is drawn."""

import asyncio
from datetime import date

import pytest

from tests.unit.deliver.routes.hops import DEAD, DOUBT, TAKEN, WAIT, A, B, C, Hop, dot, mail
from tests.unit.deliver.routes.virtual import VIRTUAL, run
from twofifty.deliver.outcome import Deferred, Outcome
from twofifty.deliver.routes.capability import KEYED_REST
from twofifty.deliver.routes.drawn import drawn
from twofifty.deliver.routes.routes import Leg, Routes
from twofifty.deliver.routes.terms import RouteTerms
from twofifty.deliver.routes.warmup import Warmup


class Told:
    """A look-up with a ready answer."""

    def __init__(self, answer: bool | None) -> None:
        self._answer = answer

    async def accepted(self, message_id: str) -> bool | None:
        return self._answer


HAS, HAS_NOT, UNSURE = Told(True), Told(False), Told(None)
LEGS = (
    Leg(Hop(), A, capability="lookup", lookup=HAS, settle=60.0),
    Leg(Hop(), B, capability="idempotent", settle=900.0),
    Leg(Hop(), C, capability="events", settle=300.0),
)


def send(routes: Routes, mails: int = 1) -> list[Outcome]:
    async def scenario() -> list[Outcome]:
        return [await routes.send(mail(number), dot) for number in range(mails)]

    return run(scenario())


def legs(*hops: Hop, weights: tuple[float | None, ...] = ()) -> list[Leg]:
    padded = (*weights, *(None for _ in hops))
    labels = (A, B, C)
    return [
        Leg(hop, label, RouteTerms(weight=weight))
        for hop, label, weight in zip(hops, labels, padded, strict=False)
    ]


def test_the_first_route_takes_all_mail_and_the_next_where_it_is_dead() -> None:
    first, second = Hop(), Hop()
    assert send(Routes(legs(first, second), VIRTUAL), 20) == [TAKEN] * 20
    assert (len(first.seen), len(second.seen)) == (20, 0)
    first.says = DEAD
    assert send(Routes(legs(first, second), VIRTUAL), 20) == [TAKEN] * 20
    assert len(second.seen) == 20
    assert len(first.seen) < 30


def test_neighbours_with_weights_share_and_then_fail_over() -> None:
    first, second, third = Hop(), Hop(), Hop()
    routes = Routes(legs(first, second, third, weights=(1, 1)), VIRTUAL)
    send(routes, 100)
    assert min(len(first.seen), len(second.seen)) > 20
    assert third.seen == []
    first.says = second.says = DEAD
    assert send(routes, 50) == [TAKEN] * 50
    assert len(third.seen) == 50


def test_a_doubt_is_never_sent_by_another_route() -> None:
    first, second = Hop(DOUBT), Hop()
    assert send(Routes(legs(first, second), VIRTUAL), 3) == [DOUBT] * 3
    assert second.seen == []


def test_mail_over_the_first_routes_rate_goes_by_the_next() -> None:
    first, second = Hop(), Hop()
    slow = Leg(first, A, RouteTerms(rate=0.01))
    assert send(Routes([slow, Leg(second, B)], VIRTUAL), 10) == [TAKEN] * 10
    assert (len(first.seen), len(second.seen)) == (1, 9)


def test_where_no_route_has_room_the_mail_waits() -> None:
    (outcome,) = send(Routes(legs(Hop(WAIT), Hop(DEAD)), VIRTUAL))
    assert outcome == WAIT


def test_a_dead_route_costs_no_attempts_while_it_rests() -> None:
    dead = Hop(DEAD)
    outcomes = send(Routes(legs(dead), VIRTUAL), 100)
    waited = [one for one in outcomes if isinstance(one, Deferred) and one.waiting]
    assert len(waited) == 100 - len(dead.seen) >= 90


def test_closing_closes_every_route() -> None:
    hops = [Hop(), Hop(), Hop()]
    run(Routes(legs(*hops, weights=(1, 1)), VIRTUAL).close())
    assert [hop.closed for hop in hops] == [1, 1, 1]


def test_a_doubt_is_asked_of_the_route_it_came_from() -> None:
    routes = Routes(LEGS, VIRTUAL)
    assert routes.lookup_for(A) is HAS
    assert routes.lookup_for(C) is None
    assert [routes.settle_for(label) for label in (A, B, C)] == [60.0, KEYED_REST, 300.0]
    assert [routes.capability_of(label) for label in (A, B, C)] == [
        "lookup",
        "idempotent",
        "events",
    ]


def test_a_doubt_of_an_unknown_route_is_asked_of_all_or_of_none() -> None:
    assert Routes(LEGS, VIRTUAL).lookup_for("") is None
    assert Routes(LEGS, VIRTUAL).settle_for("gone:25") == 300.0
    assert Routes(LEGS, VIRTUAL).capability_of("") == "nothing"
    both = [Leg(Hop(), A, lookup=HAS_NOT), Leg(Hop(), B, lookup=HAS)]
    asked = Routes(both, VIRTUAL).lookup_for("")
    assert asked is not None
    assert asyncio.run(asked.accepted("x")) is True


def test_a_key_is_known_to_its_own_route_alone() -> None:
    alone = Routes([Leg(Hop(), A, capability="idempotent")], VIRTUAL)
    assert alone.capability_of(A) == "idempotent"
    assert alone.capability_of("gone:25") == "nothing"
    first, second = Hop(DEAD), Hop()
    routes = Routes(legs(first, second), VIRTUAL)
    assert run(routes.back_to(A).send(mail(), dot)) == DEAD
    assert second.seen == []
    assert run(routes.back_to("").send(mail(), dot)) == TAKEN


@pytest.mark.parametrize(
    ("answers", "known"),
    [
        ((HAS_NOT, HAS_NOT), False),
        ((HAS_NOT, UNSURE), None),
        ((UNSURE, HAS), True),
        ((HAS_NOT, HAS), True),
    ],
)
def test_only_where_all_surely_have_it_not_may_it_go_again(
    answers: tuple[Told, Told], known: bool | None
) -> None:
    both = [Leg(Hop(), label, lookup=one) for label, one in zip((A, B), answers, strict=True)]
    asked = Routes(both, VIRTUAL).lookup_for("")
    assert asked is not None
    assert asyncio.run(asked.accepted("x")) is known


def test_scores_tell_how_well_each_route_serves_a_domain() -> None:
    async def scenario() -> dict[str, float]:
        routes = Routes(legs(Hop(DEAD), Hop()), VIRTUAL)
        for number in range(5):
            await routes.send(mail(number), dot)
        return routes.scores("buyer@example.com")

    scores = run(scenario())
    assert scores[A] < 0.6
    assert scores[B] == 1.0


def test_the_tree_shows_what_wraps_what() -> None:
    planned = RouteTerms(
        weight=3, rate=10.0, domain_rate=100 / 60, warmup=Warmup(date(2026, 11, 22), 200)
    )
    tree = drawn(
        [
            Leg(Hop(), A, planned, "lookup"),
            Leg(Hop(), B, RouteTerms(weight=1, connections=4, rate=5_000 / 3_600)),
            Leg(Hop(), C, capability="idempotent"),
        ]
    )
    plan = "warm-up from 2026-11-22 with 200 a day, 10/s, 100/m a domain"
    whole, few = "16 connections (14 a domain)", "4 connections (3 a domain)"
    assert tree == (
        "failover, in this order",
        "├── by weight, then failover",
        f"│   ├── 3 of 4: health > breakers > {plan}, {whole} > greylisting > {A} (can be asked)",
        f"│   └── 1 of 4: health > breakers > 5000/h, {few} > greylisting > {B}",
        f"└── health > breakers > {whole} > greylisting > {C} (knows its own copies)",
    )
    assert drawn([Leg(Hop(), A)]) == (
        f"health > breakers > 16 connections (14 a domain) > greylisting > {A}",
    )
