"""How often somebody may come."""

from hypothesis import given
from hypothesis import strategies as st

from twofifty.testing.clock import FrozenClock
from twofifty.web.orderpage.bucket import Buckets
from twofifty.web.orderpage.pages import neighbourhood


def test_after_the_burst_one_waits_for_as_long_as_is_said() -> None:
    clock = FrozenClock()
    buckets = Buckets(2, 60, clock)
    assert [buckets.take("a") for _ in range(2)] == [0, 0]
    wait = buckets.take("a")
    assert 0 < wait <= 60
    clock.advance(wait)
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0


def test_nobody_waits_for_another() -> None:
    buckets = Buckets(1, 1, FrozenClock())
    assert buckets.take("a") == buckets.take("b") == 0
    assert buckets.take("a") > 0


def test_a_clock_that_is_set_back_takes_nothing_away() -> None:
    clock = FrozenClock()
    buckets = Buckets(2, 60, clock)
    buckets.take("a")
    clock.advance(-3_600)
    assert buckets.take("a") == 0


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 500)), max_size=60))
def test_nobody_gets_more_than_the_burst_and_the_rate(visits: list[tuple[str, float]]) -> None:
    clock = FrozenClock()
    buckets = Buckets(3, 36, clock)
    began = clock.seconds()
    admitted = {"a": 0, "b": 0}
    for who, rest in visits:
        clock.advance(rest)
        admitted[who] += buckets.take(who) == 0
        assert admitted[who] <= 3 + (clock.seconds() - began) / 100 + 1e-6


def test_what_is_kept_is_bounded() -> None:
    buckets = Buckets(1, 1, FrozenClock())
    for number in range(10_001):
        buckets.take(str(number))
    assert buckets.take("0") == 0, "the one that was not used for longest is forgotten"
    assert buckets.take("10000") > 0


def test_a_household_is_one_visitor() -> None:
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:2")
    assert neighbourhood("2001:db8::1") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("::ffff:192.0.2.1") == neighbourhood("192.0.2.1")
    assert neighbourhood("192.0.2.1") != neighbourhood("192.0.2.2")
    assert neighbourhood("") == ""
