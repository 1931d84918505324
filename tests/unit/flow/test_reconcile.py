"""Reconciliation under what shops do to lists: it heals again and again, and ends."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from tests.unit.flow.house import House
from twofifty.errors import BadInput, Problem, ShopBusy, ShopError
from twofifty.flow.reconcile import Listed, Reconciler, Report, Unusable
from twofifty.order.model import Customer, Line, Order, State, Totals

GUARD = timedelta(hours=48)


class List:
    """A Listing out of pages; `fault` is raised in place of page `at`."""

    def __init__(self, *pages: Listed) -> None:
        self.pages_ = pages
        self.cursors: list[str] = []
        self.fault: Exception | None = None
        self.at = 0

    async def pages(self, since: datetime, cursor: str) -> AsyncIterator[Listed]:
        self.cursors.append(cursor)
        for number in range(int(cursor or 0), len(self.pages_)):
            if self.fault is not None and number == self.at:
                raise self.fault
            following = str(number + 1) if number + 1 < len(self.pages_) else None
            yield msgspec.structs.replace(self.pages_[number], cursor=following)


def order(house: House, number: int, total: str = "10.00", **fields: object) -> Order:
    made = Order(
        source="shop",
        id=str(number),
        currency="EUR",
        totals=Totals(total=Decimal(total)),
        lines=(Line(id="1", title="Tea", quantity=Decimal(1)),),
        state=State(payment="paid"),
        placed_at=house.clock.now(),
        customer=Customer(email="alex@example.com"),
    )
    return msgspec.structs.replace(made, **fields)


async def run(house: House, listing: List) -> Report:
    work = Reconciler(listing, house.intake, house.planner, house.store.books, house.clock)
    return await work.run("shop", GUARD)


async def total(house: House) -> Decimal:
    return (await house.store.books.known("shop", ["1"]))["1"].total


async def test_an_order_is_healed_every_time_and_not_only_once() -> None:
    house = House()
    for said in ("10.00", "12.00", "10.00", "12.00"):
        house.clock.advance(3_600)
        now = house.clock.now()
        listed = Listed((order(house, 1, said, updated_at=now, revision=int(now.timestamp())),))
        report = await run(house, List(listed))
        assert report.not_filled.total() == 0
        assert await total(house) == Decimal(said)
        assert (await run(house, List(listed))).counts == {"agrees": 1}


async def test_a_list_that_does_not_say_when_finds_nothing_where_nothing_differs() -> None:
    house = House()
    first = Listed((order(house, 1, updated_at=house.clock.now()),), dated=False)
    await run(house, List(first))
    for _ in range(3):
        house.clock.advance(3_600)
        again = Listed((order(house, 1, updated_at=house.clock.now()),), dated=False)
        assert (await run(house, List(again))).counts == {"agrees": 1}


async def test_what_changed_later_at_the_shop_is_behind_here() -> None:
    house = House()
    begin = house.clock.now()
    await run(house, List(Listed((order(house, 1, updated_at=begin, revision=1),))))
    later = begin + timedelta(minutes=5)
    cancelled = State(payment="paid", cancelled_at=later)
    news = order(house, 1, updated_at=later, revision=2, state=cancelled)
    report = await run(house, List(Listed((news,))))
    assert report.counts == {"behind": 1}
    known = (await house.store.books.known("shop", ["1"]))["1"]
    assert known.plan == "hold"


async def test_a_page_that_the_shop_forgot_is_no_end_of_reconciliation() -> None:
    house = House()
    listing = List(*[Listed((order(house, number),)) for number in range(3)])
    listing.fault, listing.at = ShopBusy("away"), 2
    with pytest.raises(ShopBusy):
        await run(house, listing)
    listing.fault, listing.at = ShopError("that page is gone"), 2
    with pytest.raises(ShopError):
        await run(house, listing)
    listing.fault = None
    report = await run(house, listing)
    assert listing.cursors == ["", "2", ""]
    assert report.complete
    assert set(await house.store.books.known("shop", ["0", "1", "2"])) == {"0", "1", "2"}


async def test_an_old_place_begins_again_at_its_first_page() -> None:
    house = House()
    listing = List(*[Listed((order(house, number),)) for number in range(3)])
    listing.fault, listing.at = ShopBusy("away"), 1
    with pytest.raises(ShopBusy):
        await run(house, listing)
    listing.fault = None
    house.clock.advance(24 * 3_600)
    assert (await run(house, listing)).complete
    assert listing.cursors == ["", ""]


async def test_what_cannot_be_used_is_kept_to_be_read_again() -> None:
    house = House()
    bad = BadInput(422, "no", (Problem("total", "is missing"),))
    report = await run(house, List(Listed((), unusable=(Unusable(b"{}", bad),))))
    assert report.counts == {"unusable": 1}
    (kept,) = await house.store.books.rejected("shop", "", 10)
    assert (kept.body, kept.topic) == (b"{}", "")


async def test_a_dry_run_writes_nothing() -> None:
    house = House()
    listing = List(Listed((order(house, 1),)))
    work = Reconciler(listing, house.intake, house.planner, house.store.books, house.clock)
    report = await work.run("shop", GUARD, dry_run=True)
    assert (report.counts, report.filled) == ({"missing": 1}, {"owe": 1})
    assert await house.store.books.known("shop", ["1"]) == {}
    assert await house.store.books.position("reconcile:shop") == ""
