"""Runs a shop's dialogue against a function that answers, in place of a network."""

from collections.abc import Callable

from twofifty.intake.shop import Ask, Dialogue, Reply, T

MOST_ASKS = 100


def held(dialogue: Dialogue[T], answer: Callable[[Ask], Reply]) -> T:
    """What the dialogue comes to. Raises AssertionError where it asks for ever."""
    try:
        ask = next(dialogue)
        for _ in range(MOST_ASKS):
            ask = dialogue.send(answer(ask))
    except StopIteration as end:
        found: T = end.value
        return found
    raise AssertionError(f"asked more than {MOST_ASKS} times")
