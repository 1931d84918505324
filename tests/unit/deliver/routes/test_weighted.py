"""Weights are kept, retries go the same way, and what is ill gets a probe now and then."""

import asyncio
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.deliver.routes.hops import DEAD, LATER, TAKEN, UNKNOWN, Hop, dot, mail
from twofifty.deliver.outcome import Outcome
from twofifty.deliver.routes.health import PROBE_EVERY, Health
from twofifty.deliver.routes.times import Times
from twofifty.deliver.routes.watched import Watched
from twofifty.deliver.routes.weighted import Share, Weighted, ranked, salt_of

SALTS = tuple(salt_of(f"route {number}") for number in range(4))
WEIGHTS = st.lists(st.integers(1, 9), min_size=2, max_size=4)


class Group:
    """Routes with these weights, and a clock that is set by hand."""

    def __init__(self, *weights: float) -> None:
        self.time = 0.0
        self.hops = [Hop() for _ in weights]
        times = Times(now=lambda: self.time)
        self.routes = [Watched(hop, times) for hop in self.hops]
        shares = zip(self.routes, weights, strict=True)
        self.weighted = Weighted(
            *(Share(route, f"{at}", weight) for at, (route, weight) in enumerate(shares))
        )

    async def send(self, number: int, domain: str = "example.com") -> Outcome:
        return await self.weighted.send(mail(number, domain), dot)


@settings(max_examples=20)
@given(WEIGHTS, st.integers(0, 1_000_000))
def test_weights_converge(weights: list[int], start: int) -> None:
    mails = 4_000
    first = Counter(
        ranked(f"m_{start + number}", SALTS[: len(weights)], weights)[0] for number in range(mails)
    )
    for at, weight in enumerate(weights):
        share = weight / sum(weights)
        # Five standard deviations: a false alarm once in a million.
        assert abs(first[at] / mails - share) < 5 * (share * (1 - share) / mails) ** 0.5


@given(WEIGHTS, st.text(max_size=30))
def test_every_route_has_its_place_in_every_order(weights: list[int], name: str) -> None:
    order = ranked(name, SALTS[: len(weights)], weights)
    assert sorted(order) == list(range(len(weights)))
    assert order == ranked(name, SALTS[: len(weights)], weights)


@given(WEIGHTS, st.text(max_size=30), st.integers(0, 3))
def test_where_a_route_goes_only_its_own_mail_moves(
    weights: list[int], name: str, gone: int
) -> None:
    gone %= len(weights)
    before = ranked(name, SALTS[: len(weights)], weights)
    without = [0.0 if at == gone else float(one) for at, one in enumerate(weights)]
    after = ranked(name, SALTS[: len(weights)], without)
    assert after == [at for at in before if at != gone] + [gone]


async def _shares(group: Group, mails: int) -> list[int]:
    for number in range(mails):
        await group.send(number)
    return [len(hop.seen) for hop in group.hops]


def test_mail_is_shared_by_weight_and_a_retry_goes_the_same_way() -> None:
    group = Group(3, 1)
    three, one = asyncio.run(_shares(group, 400))
    assert three + one == 400
    assert 2.2 < three / one < 4.2
    asyncio.run(_shares(group, 400))
    assert [hop.seen[: len(hop.seen) // 2] * 2 for hop in group.hops] == [
        hop.seen for hop in group.hops
    ]


def test_a_refused_recipient_is_not_shown_to_the_next_route() -> None:
    group = Group(1, 1)
    for hop in group.hops:
        hop.says = UNKNOWN
    assert sum(asyncio.run(_shares(group, 100))) == 100


def test_the_mail_of_a_dead_route_goes_by_the_others_and_a_probe_goes_now_and_then() -> None:
    group = Group(1, 1)
    group.hops[0].says = DEAD
    asyncio.run(_shares(group, 100))
    assert len(group.hops[1].seen) == 100
    tried = len(group.hops[0].seen)
    assert tried < 20
    for number in range(1_000, 1_100):
        group.time += PROBE_EVERY / 10
        asyncio.run(group.send(number))
    assert 9 <= len(group.hops[0].seen) - tried <= 11


def test_a_route_that_is_well_again_has_its_share_again() -> None:
    group = Group(1, 1)
    group.hops[0].says = DEAD
    asyncio.run(_shares(group, 50))
    group.hops[0].says = TAKEN
    for number in range(1_000, 1_200):
        group.time += PROBE_EVERY
        asyncio.run(group.send(number))
    group.hops[0].seen.clear()
    for number in range(2_000, 2_100):
        asyncio.run(group.send(number))
    assert 25 < len(group.hops[0].seen) < 75


def test_trouble_with_one_domain_moves_the_mail_of_no_other() -> None:
    group = Group(1, 1)
    group.hops[0].says = lambda mail: LATER if mail.recipient.endswith("slow.test") else TAKEN
    for number in range(100):
        asyncio.run(group.send(number, "slow.test"))
    before = len(group.hops[0].seen)
    assert before < 35
    for number in range(100):
        asyncio.run(group.send(number, "example.com"))
    assert 30 < len(group.hops[0].seen) - before < 70


@given(st.lists(st.sampled_from(["good", "alive", "route", "domain", "nothing"]), max_size=200))
def test_a_score_stays_between_nought_and_one_and_time_heals(said: list[str]) -> None:
    health = Health()
    for number, one in enumerate(said):
        health.heard("example.com", one, float(number))  # type: ignore[arg-type]
        assert 0 <= health.score("example.com", float(number)) <= 1
    assert health.score("example.com", len(said) + 7_200.0) > 0.99
