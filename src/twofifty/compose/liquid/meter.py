"""What a template may use up: every limit is a count, so a template fails alike on every machine.

One `Meter` goes through a whole rendering, its partials too. What it charges for: a step for each
partial and each round of a loop, and every character that a filter or an `assign` makes.
"""

from typing import Final

import msgspec
from liquid.exceptions import ResourceLimitError

MAX_SOURCE: Final = 1_000_000
MAX_OUTPUT: Final = 2_000_000
MAX_NESTING: Final = 60
MAX_DEPTH: Final = 40
MAX_STEPS: Final = 200_000
MAX_MADE: Final = 30_000_000
MAX_TEXT: Final = 1_000_000
MAX_ITEMS: Final = 50_000
# No sum of money and no count in a mail needs more digits.
MAX_NUMBER: Final = 10**40


class Meter(msgspec.Struct):
    """What one rendering has used up so far."""

    steps: int = 0
    made: int = 0

    def step(self, count: int = 1) -> None:
        """`count` rounds of a loop, or partials. Raises `ResourceLimitError`."""
        self.steps += count
        if self.steps > MAX_STEPS:
            raise ResourceLimitError(
                f"more than {MAX_STEPS:,} loop rounds and partials", token=None
            )

    def make(self, size: int) -> None:
        """`size` characters or items that a filter or tag is about to make, or has made."""
        self.made += size
        if size > MAX_OUTPUT or self.made > MAX_MADE:
            raise ResourceLimitError("the template makes too much text on its way", token=None)

    def value(self, value: object) -> None:
        """A value that a filter made or is given. Raises `ResourceLimitError` for outsize."""
        if isinstance(value, str):
            self.make(len(value))
            if len(value) > MAX_TEXT:
                raise ResourceLimitError(f"a text of more than {MAX_TEXT:,} characters", token=None)
        elif isinstance(value, range | list | tuple):
            size = _size(value)
            self.make(size)
            if size > MAX_ITEMS:
                raise ResourceLimitError(f"a list of more than {MAX_ITEMS:,} items", token=None)
        elif isinstance(value, int) and not -MAX_NUMBER < value < MAX_NUMBER:
            raise ResourceLimitError("a number of more than 40 digits", token=None)


def _size(value: range | list[object] | tuple[object, ...]) -> int:
    """How many items; a `range` may have more than `len` can say."""
    if isinstance(value, range):
        return max(0, value.stop - value.start)
    return len(value)


def growth(name: str, left: object, given: tuple[object, ...]) -> int:
    """How many characters a filter makes at most, for those that multiply what they are given."""
    if name == "join" and isinstance(left, list | tuple):
        gap = len(str(given[0])) if given else 1
        return sum(gap + (len(each) if isinstance(each, str) else 20) for each in left)
    if name == "replace" and isinstance(left, str) and len(given) == 2:
        return len(left) + (left.count(str(given[0])) * len(str(given[1])))
    return 0
