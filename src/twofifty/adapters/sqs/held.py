"""What a taker holds: tickets handed over and not answered for, each hidden from others for a time.

Pure but for its memory; times are seconds of any clock that never goes back.
"""

import itertools
from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class Kept:
    """One message of a queue. `queue`: its URL; `handle`: by which it is answered for; `until`:
    when others may have it, unless it is told to wait; `body` and `message` (its id): what a dead
    letter is made of."""

    queue: str
    handle: str
    message: str
    body: str
    until: float


class Held:
    """Numbers what it holds; a number is good for this run only."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Kept] = {}
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        return len(self._kept)

    def hold(self, kept: Kept) -> int:
        """Holds it, under the number that comes back."""
        number = next(self._numbers)
        self._kept[number] = kept
        return number

    def let_go(self, numbers: Iterable[Hashable]) -> list[Kept]:
        """What is held under `numbers`, and is not any more. Others are skipped."""
        found = [self._kept.pop(number, None) for number in numbers]
        return [kept for kept in found if kept is not None]

    def let_all_go(self) -> list[Kept]:
        """Everything; nothing is held after that."""
        return self.let_go(list(self._kept))

    def fading(self, now: float, margin: float) -> list[Kept]:
        """What others may have in less than `margin` seconds. What they may have by now is none of
        it: it may be theirs already."""
        return [kept for kept in self._kept.values() if now < kept.until < now + margin]
