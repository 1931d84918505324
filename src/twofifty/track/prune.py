"""What a store may forget: the content of what is long over. What happened stays known."""

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

Content = Literal["events", "messages", "reports"]
"""Bodies of arrivals, bytes of messages, reports of what became of messages."""

CONTENTS: tuple[Content, ...] = ("events", "messages", "reports")


class Old(msgspec.Struct, frozen=True):
    """One content that may go. `row` is the store's own handle, `at` seconds since the epoch, `id`
    its public id; `what` an event's topic or a message's kind; `source` the shop, of a report who
    said it; `order_id` empty where it is of none. `size`: bytes on disk."""

    row: int
    id: str
    at: float
    source: str
    what: str
    order_id: str
    size: int
    body: bytes


class Step(msgspec.Struct, frozen=True):
    """A few rows further. `old`: what of them may go; `row`: where the next step begins; `done`:
    everything after them is younger."""

    old: Sequence[Old]
    row: int
    done: bool


class Attic(Protocol):
    """What of a store is old. Keys, orders, moves and news stay, so that nothing is told twice, and
    what happened can still be seen."""

    async def look(self, content: Content, before: float, after: int | None, most: int) -> Step:
        """The next `most` rows after the row `after` (None: after all that is empty already), as
        far as they are older than `before`, seconds. Raises StoreError."""
        ...

    async def empty(self, content: Content, step: Step) -> None:
        """Takes the content of those away, in one transaction. Raises StoreError."""
        ...
