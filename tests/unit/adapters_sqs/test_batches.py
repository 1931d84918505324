"""No request holds more than SQS takes, and nothing is left out of them."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.sqs.batches import MOST, by_number, by_size

SIZES = st.lists(st.integers(1, 400), max_size=60)


def _itself(size: int) -> int:
    return size


@given(SIZES)
def test_ten_at_a_time_and_all_in_order(sizes: list[int]) -> None:
    batches = list(by_number(sizes))
    assert [one for batch in batches for one in batch] == sizes
    assert all(1 <= len(batch) <= MOST for batch in batches)
    assert len(batches) == -(-len(sizes) // MOST)


@given(SIZES, st.integers(100, 1000))
def test_batches_keep_to_the_limit_and_to_the_order(sizes: list[int], limit: int) -> None:
    batches = list(by_size(sizes, _itself, limit))
    assert [one for batch in batches for one in batch] == sizes
    for batch in batches:
        assert 1 <= len(batch) <= MOST
        assert sum(batch) <= limit or len(batch) == 1


@given(SIZES, st.integers(100, 1000))
def test_a_batch_ends_only_where_the_next_does_not_fit(sizes: list[int], limit: int) -> None:
    batches = list(by_size(sizes, _itself, limit))
    for batch, after in itertools.pairwise(batches):
        assert len(batch) == MOST or sum(batch) + after[0] > limit
