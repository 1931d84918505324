"""What goes into one request: ten entries at most, and no more bytes than a queue takes. Pure."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

T = TypeVar("T")

MOST: Final = 10
"""Entries in one request, whatever it asks for (Amazon SQS API Reference, SendMessageBatch)."""
SMALLEST_LIMIT: Final = 262_144
"""What every queue takes in one request, unless it was told to take less; new ones take 1 MiB."""


def by_number(entries: Sequence[T]) -> Iterator[Sequence[T]]:
    """Ten at a time, in their order."""
    return (entries[at : at + MOST] for at in range(0, len(entries), MOST))


def by_size(entries: Sequence[T], size: Callable[[T], int], limit: int) -> Iterator[list[T]]:
    """Ten at a time or fewer, in their order, together no larger than `limit` bytes. One that is
    larger alone is a batch of its own, for the queue to refuse."""
    batch: list[T] = []
    filled = 0
    for entry in entries:
        filled += size(entry)
        if batch and (len(batch) == MOST or filled > limit):
            yield batch
            batch, filled = [], size(entry)
        batch.append(entry)
    if batch:
        yield batch
