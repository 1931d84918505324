"""A page of what the in-memory store has."""

from collections.abc import Sequence
from typing import TypeVar

from twofifty.track.model import Page

T = TypeVar("T")


def paged(found: Sequence[tuple[int, T]], page: Page) -> tuple[list[T], int | None]:
    """The page of what is `found` with its numbers, the newest first, and the next one's cursor."""
    before = page.before if page.before is not None else float("inf")
    rows = [(number, row) for number, row in reversed(found) if number < before]
    after = rows[page.limit - 1][0] if len(rows) > page.limit else None
    return [row for _, row in rows[: page.limit]], after
