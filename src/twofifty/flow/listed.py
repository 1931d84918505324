"""The orders in a shop's own tables as a list to be compared with: `flow.reconcile.Listing`."""

from collections.abc import AsyncIterator
from datetime import datetime

from twofifty.flow.reconcile import Listed, Unusable
from twofifty.intake.rows import Composer

PAGE = 200


class TableListing:
    """A Listing by the order table. Orders that do not count yet are left out."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer

    async def pages(self, since: datetime, cursor: str) -> AsyncIterator[Listed]:
        """See `Listing.pages`."""
        more = True
        while more:
            news, cursor = await self._composer.changed(since, cursor, PAGE)
            more = cursor != ""
            yield Listed(
                orders=tuple(each.event.order for each in news.orders if each.event is not None),
                cursor=cursor or None,
                dated=self._composer.dated,
                unusable=tuple(
                    Unusable(each.body, each.refused)
                    for each in news.orders
                    if each.refused is not None
                ),
            )
