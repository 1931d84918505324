"""Every suppression in force, page by page."""

from collections.abc import AsyncIterator
from typing import Final

from twofifty.track.model import Page, Suppression
from twofifty.track.ports import Suppressions

_AT_ONCE: Final = 200


async def all_of(suppressions: Suppressions) -> AsyncIterator[tuple[Suppression, ...]]:
    """The newest first. What is added meanwhile is left out. Raises StoreError."""
    before: int | None = None
    while True:
        listing = await suppressions.listing(Page(_AT_ONCE, before))
        yield listing.items
        before = listing.next
        if before is None:
            return
