"""When to try again, and when to stop."""

from itertools import chain, count, repeat
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.queue.retry import (
    DELAYS,
    GIVE_UP_AFTER,
    HINT_SPREAD,
    LONGEST_HINT,
    PACES,
    SPREAD,
    Pace,
    given_up,
    next_delay,
    pace_of,
)

CHANCE = st.floats(0, 1, exclude_max=True)
ATTEMPT = st.integers(1, 60)
PACE: st.SearchStrategy[Pace] = st.sampled_from(get_args(Pace))
DAY = 86_400.0


@pytest.mark.parametrize("pace", get_args(Pace))
def test_delays_grow(pace: Pace) -> None:
    middle = [next_delay(attempt, 0.5, pace=pace) for attempt in range(1, len(PACES[pace]) + 1)]
    assert middle == sorted(middle)
    assert len(set(middle)) == len(middle)


@given(ATTEMPT, CHANCE, PACE)
def test_a_delay_is_spread_and_bounded(attempt: int, chance: float, pace: Pace) -> None:
    middle = next_delay(attempt, 0.5, pace=pace)
    delay = next_delay(attempt, chance, pace=pace)
    assert middle * (1 - SPREAD) <= delay <= middle * (1 + SPREAD)
    assert delay <= max(DELAYS) * (1 + SPREAD)


@given(CHANCE, PACE)
def test_the_first_retry_comes_within_a_minute(chance: float, pace: Pace) -> None:
    assert next_delay(1, chance, pace=pace) <= 60


@given(ATTEMPT, CHANCE)
def test_no_attempt_waits_longer_for_a_milder_fault(attempt: int, chance: float) -> None:
    delays = [next_delay(attempt, chance, pace=pace) for pace in get_args(Pace)]
    assert delays == sorted(delays)


@pytest.mark.parametrize(
    ("code", "enhanced", "pace"),
    [
        (None, None, "soon"),
        (421, None, "soon"),
        (421, "4.7.0", "soon"),
        (451, "4.3.2", "soon"),
        (451, "4.4.2", "soon"),
        (452, "4.5.3", "soon"),
        (451, "4.4.5", "usual"),
        (452, "4.3.1", "usual"),
        (450, None, "usual"),
        (451, "4.7.1", "usual"),
        (452, "4.2.2", "late"),
        (450, "4.2.0", "usual"),
    ],
)
def test_the_enhanced_code_says_how_soon_and_else_the_basic_one(
    code: int | None, enhanced: str | None, pace: Pace
) -> None:
    assert pace_of(code, enhanced) == pace


@given(st.integers(-5, 0), CHANCE)
def test_an_odd_attempt_waits_like_the_first(attempt: int, chance: float) -> None:
    assert next_delay(attempt, chance) == next_delay(1, chance)


@given(ATTEMPT, CHANCE, st.floats(0, 1e9))
def test_a_hint_is_obeyed_and_bounded(attempt: int, chance: float, hint: float) -> None:
    plain = next_delay(attempt, chance)
    delay = next_delay(attempt, chance, hint)
    assert delay >= min(hint, LONGEST_HINT)
    assert plain <= delay <= max(plain, min(hint, LONGEST_HINT) * (1 + HINT_SPREAD))
    assert delay <= max(plain, min(hint, LONGEST_HINT) + 60)


def test_who_was_told_the_same_time_does_not_come_at_the_same_moment() -> None:
    assert len({next_delay(1, number / 100, 300) for number in range(100)}) == 100


def test_chance_spreads_what_failed_together() -> None:
    assert len({next_delay(3, number / 100) for number in range(100)}) == 100


Said = tuple[Pace, float | None]
"""What a server does to one attempt: how it puts it off, and the time that it names."""
SAID: st.SearchStrategy[Said] = st.tuples(PACE, st.none() | st.floats(0, 1e6))


def attempts_until_given_up(
    chance: float, said: list[Said], queued_at: float = 0.0
) -> tuple[int, float]:
    """How many attempts a message gets from 0 on, and when the last one is made. The last of `said`
    goes on for ever."""
    at = 0.0
    answers = chain(said, repeat(said[-1]))
    for attempt, (pace, hint) in zip(count(1), answers, strict=False):
        delay = next_delay(attempt, chance, hint, pace)
        if given_up(queued_at, at + delay, attempt):
            return attempt, at
        at += delay
    raise AssertionError("never given up")


@given(CHANCE, PACE)
def test_a_message_is_tried_for_a_day_at_least_and_not_for_ever(chance: float, pace: Pace) -> None:
    attempts, last = attempts_until_given_up(chance, [(pace, None)])
    assert last >= DAY
    assert last <= GIVE_UP_AFTER + 2 * DELAYS[-1]
    assert len(DELAYS) < attempts < 40


@given(CHANCE, st.lists(SAID, min_size=1, max_size=40), st.floats(0, 60 * DAY))
def test_whatever_servers_say_a_message_has_its_day_of_tries(
    chance: float, said: list[Said], lay_still: float
) -> None:
    _, last = attempts_until_given_up(chance, said, queued_at=-lay_still)
    assert last >= DAY
