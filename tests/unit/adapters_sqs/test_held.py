"""What is held is answered for once, and seen to in time."""

from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.sqs.held import Held, Kept


def _kept(until: float) -> Kept:
    return Kept("queue", "handle", "message", "body", until)


def test_what_is_let_go_is_not_held_any_more() -> None:
    held = Held()
    first, second = _kept(1.0), _kept(2.0)
    numbers = [held.hold(first), held.hold(second)]
    assert held.let_go(numbers[:1]) == [first]
    assert held.let_go([*numbers, "nobody's", 99]) == [second]
    assert len(held) == 0


def test_everything_can_be_let_go() -> None:
    held = Held()
    kept = [_kept(1.0), _kept(2.0)]
    numbers = [held.hold(one) for one in kept]
    assert held.let_all_go() == kept
    assert held.let_go(numbers) == []


@given(
    ends=st.lists(st.floats(0, 100), max_size=20),
    now=st.floats(0, 100),
    margin=st.floats(0.1, 30),
)
def test_what_ends_soon_is_seen_to_and_nothing_else(
    ends: list[float], now: float, margin: float
) -> None:
    held = Held()
    for end in ends:
        held.hold(_kept(end))
    fading = held.fading(now, margin)
    assert sorted(one.until for one in fading) == sorted(
        end for end in ends if now < end < now + margin
    )


def test_what_others_may_have_by_now_is_left_alone() -> None:
    held = Held()
    held.hold(_kept(10.0))
    assert held.fading(10.0, 5.0) == []
    assert held.fading(9.9, 5.0) != []
