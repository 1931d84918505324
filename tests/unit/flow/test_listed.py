"""A shop's own list: what it only points to is asked for, what stumbles is one document's own."""

import json
from datetime import UTC, datetime

from tests.contract.sources.test_squarespace import ORDER
from tests.unit.flow.test_ask import Scripted
from tests.unit.flow.test_receive import POINTER
from twofifty.adapters import registry
from twofifty.adapters.squarespace.shop import SquarespaceShop
from twofifty.flow.ask import Asker
from twofifty.flow.fetch import Askable
from twofifty.flow.listed import ShopListing
from twofifty.flow.reconcile import Listed
from twofifty.intake.ports import Stated
from twofifty.intake.shop import Access, Dialogue, Page, Reply
from twofifty.testing.clock import FrozenClock

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


class Fixed(SquarespaceShop):
    """A shop whose list is these documents; orders are asked for as ever."""

    def __init__(self, *documents: bytes) -> None:
        self.documents = documents

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        yield from ()
        return Page(self.documents)


async def listed(shop: Fixed, line: Scripted) -> Listed:
    asker = Asker(line, Access(key="k"), FrozenClock())
    listing = ShopListing(Askable(shop, asker), registry.source("squarespace"), Stated("shop"))
    (page,) = [page async for page in listing.pages(SINCE, "")]
    return page


async def test_what_a_list_only_points_to_is_asked_for() -> None:
    line = Scripted(Reply(200, {}, json.dumps(ORDER).encode()))
    page = await listed(Fixed(POINTER), line)
    assert [order.id for order in page.orders] == [ORDER["id"]]
    assert len(line.asked) == 1


async def test_what_is_gone_when_it_is_asked_for_is_no_order() -> None:
    page = await listed(Fixed(POINTER), Scripted(Reply(404, {}, b"")))
    assert (page.orders, page.unusable) == ((), ())


async def test_a_document_that_cannot_be_used_leaves_the_others() -> None:
    good, bad = json.dumps(ORDER).encode(), b"{"
    page = await listed(Fixed(bad, good), Scripted(Reply(404, {}, b"")))
    assert [order.id for order in page.orders] == [ORDER["id"]]
    assert [one.body for one in page.unusable] == [bad]
