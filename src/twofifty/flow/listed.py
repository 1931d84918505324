"""The lists that a shop is compared by: its API's and its own tables (`flow.reconcile.Listing`)."""

from collections.abc import AsyncIterator
from datetime import datetime

from twofifty.errors import BadInput, ShopError
from twofifty.flow import understand
from twofifty.flow.fetch import Askable
from twofifty.flow.reconcile import Listed, Unusable
from twofifty.intake.ports import Source, Stated
from twofifty.intake.rows import Composer
from twofifty.order.events import Ignored, News, Pointer
from twofifty.order.model import Order

PAGE = 200


class ShopListing:
    """A Listing by the shop's API."""

    def __init__(self, askable: Askable, source: Source, stated: Stated) -> None:
        self._askable = askable
        self._source = source
        self._stated = stated

    async def pages(self, since: datetime, cursor: str) -> AsyncIterator[Listed]:
        """See `Listing.pages`. A cursor that comes back is an error: it would have no end."""
        shop, asker = self._askable.shop, self._askable.asker
        seen: set[str] = set()
        following: str | None = cursor
        while following is not None:
            if following in seen:
                raise ShopError("the shop's list goes round in circles: a page came twice")
            seen.add(following)
            page = await asker.run(shop.changed(asker.access, since, following))
            following = page.cursor
            yield await self._listed(page.documents, following)

    async def _listed(self, documents: tuple[bytes, ...], cursor: str | None) -> Listed:
        orders: list[Order] = []
        unusable: list[Unusable] = []
        for document in documents:
            try:
                orders += await self._orders(document)
            except BadInput as bad:
                unusable.append(Unusable(document, bad))
        return Listed(tuple(orders), cursor, tuple(unusable))

    async def _orders(self, document: bytes) -> list[Order]:
        """The orders in a document of the list; what only points to one is asked for. Raises
        BadInput."""
        news = self._news(document)
        found = understand.whole(news)
        for pointer in news:
            if isinstance(pointer, Pointer):
                shop, asker = self._askable.shop, self._askable.asker
                told = await asker.run(shop.order(asker.access, pointer.order_id))
                found += [] if told is None else understand.whole(self._news(told), last=True)
        return found

    def _news(self, document: bytes) -> tuple[News, ...]:
        read = understand.read(self._source, "", document, self._stated)
        return () if isinstance(read, Ignored) else read


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
