"""Whose turn it is where some work is urgent and other work can wait. Pure.

Urgent work goes first. While it does not end, what can wait has every eighth turn, so that it never
starves: with both queues full, one piece in eight is taken from the second.
"""

from collections import deque
from typing import TypeVar

T = TypeVar("T")

EVERY = 8
"""Of so many turns one is for what can wait, where both wait."""


class Turns:
    """Remembers how often what can wait was passed over."""

    def __init__(self) -> None:
        self._passed = 0

    def chosen(self, queues: tuple[deque[T], deque[T]], most: int) -> list[T]:
        """Up to `most` out of (urgent, later), the oldest of each first; they leave their queue."""
        found: list[T] = []
        while len(found) < most and (queues[0] or queues[1]):
            found.append(queues[self._turn(*queues)].popleft())
        return found

    def _turn(self, urgent: deque[T], later: deque[T]) -> int:
        if not (urgent and later):
            self._passed = 0
            return 0 if urgent else 1
        self._passed = (self._passed + 1) % EVERY
        return int(self._passed == 0)
