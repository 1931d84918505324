"""When to try again, and when to stop."""

from hypothesis import given
from hypothesis import strategies as st

from twofifty.queue.retry import (
    DELAYS,
    GIVE_UP_AFTER,
    LONGEST_HINT,
    SPREAD,
    given_up,
    next_delay,
)

CHANCE = st.floats(0, 1, exclude_max=True)
ATTEMPT = st.integers(1, 60)
LUCKIEST, UNLUCKIEST = 0.0, 0.999999
DAY = 86_400.0


def test_delays_grow() -> None:
    middle = [next_delay(attempt, 0.5) for attempt in range(1, len(DELAYS) + 1)]
    assert middle == sorted(middle)
    assert len(set(middle)) == len(middle)


@given(ATTEMPT, CHANCE)
def test_a_delay_is_spread_and_bounded(attempt: int, chance: float) -> None:
    middle = next_delay(attempt, 0.5)
    assert middle * (1 - SPREAD) <= next_delay(attempt, chance) <= middle * (1 + SPREAD)
    assert next_delay(attempt, chance) <= max(DELAYS) * (1 + SPREAD)


@given(st.integers(-5, 0), CHANCE)
def test_an_odd_attempt_waits_like_the_first(attempt: int, chance: float) -> None:
    assert next_delay(attempt, chance) == next_delay(1, chance)


@given(ATTEMPT, CHANCE, st.floats(0, 1e9))
def test_a_hint_is_obeyed_and_bounded(attempt: int, chance: float, hint: float) -> None:
    plain = next_delay(attempt, chance)
    delay = next_delay(attempt, chance, hint)
    assert delay >= min(hint, LONGEST_HINT)
    assert plain <= delay <= max(plain, LONGEST_HINT)


def test_chance_spreads_what_failed_together() -> None:
    assert len({next_delay(3, number / 100) for number in range(100)}) == 100


def attempts_until_given_up(chance: float, queued_at: float = 0.0) -> tuple[int, float]:
    """How many attempts a message gets from 0 on, and when the last one is made."""
    attempt, at = 1, 0.0
    while not given_up(queued_at, at + next_delay(attempt, chance), attempt):
        at += next_delay(attempt, chance)
        attempt += 1
    return attempt, at


@given(CHANCE)
def test_a_message_is_tried_for_a_day_at_least_and_not_for_ever(chance: float) -> None:
    attempts, last = attempts_until_given_up(chance)
    assert last >= DAY
    assert last <= GIVE_UP_AFTER + DELAYS[-1] * 1.25
    assert len(DELAYS) < attempts < 40


@given(CHANCE)
def test_what_lay_still_for_weeks_has_its_day_of_tries_too(chance: float) -> None:
    _, last = attempts_until_given_up(chance, queued_at=-30 * DAY)
    assert last >= DAY
