"""Urgent work goes first, and what can wait does not starve."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from twofifty.queue.turns import EVERY, Turns

SIZES = st.lists(st.integers(1, 20), min_size=1, max_size=30)


@given(st.integers(0, 60), st.integers(0, 60), SIZES)
def test_each_is_taken_once_and_in_its_own_order(urgent: int, later: int, sizes: list[int]) -> None:
    turns, queues = Turns(), (deque(range(urgent)), deque(range(100, 100 + later)))
    taken = [one for size in sizes for one in turns.chosen(queues, size)]
    assert len(taken) == min(urgent + later, sum(sizes))
    first = [one for one in taken if one < 100]
    second = [one for one in taken if one >= 100]
    assert first == list(range(len(first)))
    assert second == list(range(100, 100 + len(second)))


@given(SIZES)
def test_of_two_full_queues_one_in_eight_is_from_the_second(sizes: list[int]) -> None:
    turns, queues = Turns(), (deque("u" * 1_000), deque("l" * 1_000))
    taken = "".join(one for size in sizes for one in turns.chosen(queues, size))
    assert taken == (("u" * (EVERY - 1) + "l") * 1_000)[: len(taken)]


@given(st.integers(0, 1), st.integers(1, 50))
def test_where_one_is_empty_the_other_has_every_turn(which: int, most: int) -> None:
    queues = (deque[int](), deque[int]())
    queues[which].extend(range(100))
    assert Turns().chosen(queues, most) == list(range(most))
