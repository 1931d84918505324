"""Which lines are asked for, and what a mail says of what was found: the table of `flow.stock`."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.flow.stock import Item, Level, StockWord, items, told
from twofifty.order.model import Line, Order, Parcel, ParcelLine, State, Stock
from twofifty.order.specimen import specimen

TODAY = date(2026, 11, 22)
SOON, LATER = date(2026, 12, 1), date(2027, 1, 15)
WORDS: tuple[StockWord, ...] = ("allocated", "in_stock", "backorder", "out_of_stock")


def an_order(*lines: Line, **changes: Any) -> Order:
    return msgspec.structs.replace(specimen(), lines=lines, **changes)


def a_line(identity: str = "1", quantity: str = "2", **changes: Any) -> Line:
    said = {"sku": "TEA", **changes}
    return Line(id=identity, title="Tea", quantity=Decimal(quantity), **said)


def says(own: Stock | None, level: Level) -> Stock | None:
    """What the mail says instead of the order; None: what the order says."""
    order = an_order(a_line(stock=own))
    return told(order, items(order), {"1": level}, TODAY).get("1")


def stock(word: StockWord, day: date | None = None) -> Stock:
    return Stock(status=word, expected=day.isoformat() if day else None)


@pytest.mark.parametrize("own", [None, *WORDS])
@pytest.mark.parametrize("found", WORDS)
def test_a_word_wins_where_it_is_worse_or_the_order_says_none(
    own: StockWord | None, found: StockWord
) -> None:
    stated = None if own is None else stock(own)
    wins = own is None or WORDS.index(found) > WORDS.index(own)
    assert says(stated, Level(found)) == (
        stock(found) if wins and not _counted(own, found) else None
    )


def _counted(own: StockWord | None, found: StockWord) -> bool:
    """What is allocated to the order is in no stock any more."""
    return own == "allocated" and found == "in_stock"


@pytest.mark.parametrize(
    ("own", "level", "said"),
    [
        (None, Level(available=Decimal(2)), stock("in_stock")),
        (None, Level(available=Decimal(1)), stock("backorder")),
        (None, Level(available=Decimal(-3), expected=SOON), stock("backorder", SOON)),
        (None, Level("in_stock", Decimal(1), SOON), stock("backorder", SOON)),
        (None, Level("allocated", Decimal(0)), stock("allocated")),
        (None, Level("out_of_stock", Decimal(9)), stock("out_of_stock")),
        (stock("allocated"), Level(available=Decimal(0)), None),
        (stock("allocated"), Level("backorder"), stock("backorder")),
        (stock("in_stock"), Level(available=Decimal(0)), stock("backorder")),
        (stock("out_of_stock"), Level("backorder", None, SOON), None),
        (stock("backorder"), Level("backorder", None, SOON), stock("backorder", SOON)),
        (stock("backorder", SOON), Level("backorder", None, LATER), stock("backorder", LATER)),
        (stock("backorder", LATER), Level("backorder", None, SOON), None),
        (stock("backorder", SOON), Level("backorder"), None),
    ],
)
def test_the_table_of_the_rule(own: Stock | None, level: Level, said: Stock | None) -> None:
    assert says(own, level) == said


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(1970, 1, 1), date(2099, 1, 1)])
def test_a_day_that_is_over_or_years_away_is_not_promised(day: date) -> None:
    assert says(None, Level("backorder", None, day)) == stock("backorder")


def test_lines_of_the_same_goods_share_one_count() -> None:
    order = an_order(a_line("1", "3"), a_line("2", "3"), a_line("3", "1", sku="CUP"))
    count = Level(available=Decimal(4))
    found = told(order, items(order), {"1": count, "2": count, "3": count}, TODAY)
    assert [found[one].status for one in "123"] == ["in_stock", "backorder", "in_stock"]


@pytest.mark.parametrize(
    "changes",
    [
        {"digital": True},
        {"gift_card": True},
        {"quantity": Decimal(0)},
        {"sku": None, "product_id": None},
    ],
)
def test_only_goods_that_can_be_named_are_asked_for(changes: dict[str, Any]) -> None:
    order = an_order(msgspec.structs.replace(a_line(), **changes))
    assert items(order) == ()


@pytest.mark.parametrize("fulfillment", ["fulfilled", "returned"])
def test_nothing_is_asked_for_what_has_left(fulfillment: str) -> None:
    order = an_order(a_line("1", "2"), a_line("2", "2"))
    one = (
        ParcelLine(line_id="1", quantity=Decimal(2)),
        ParcelLine(line_id="2", quantity=Decimal(1)),
    )
    parcel = Parcel(id="p", status="in transit", lines=one)
    assert [item.id for item in items(msgspec.structs.replace(order, parcels=(parcel,)))] == ["2"]
    waits = msgspec.structs.replace(parcel, status="pending")
    assert len(items(msgspec.structs.replace(order, parcels=(waits,)))) == 2
    state = msgspec.convert({"fulfillment": fulfillment}, State)
    assert items(msgspec.structs.replace(order, state=state)) == ()


levels = st.builds(
    Level,
    st.none() | st.sampled_from(WORDS),
    st.none() | st.decimals(-100, 100, allow_nan=False, places=2),
    st.none() | st.dates(),
)


@given(levels, st.none() | st.builds(Stock, status=st.sampled_from(WORDS)))
def test_the_mail_is_never_better_than_what_the_order_said(level: Level, own: Stock | None) -> None:
    said = says(own, level)
    if own is not None and said is not None:
        assert WORDS.index(said.status) >= WORDS.index(own.status)
    if said is not None and said.expected is not None:
        assert date.fromisoformat(said.expected) >= TODAY


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 5)), max_size=8), st.integers(0, 9))
def test_no_more_is_called_in_stock_than_there_is(
    wanted: list[tuple[str, int]], there: int
) -> None:
    lines = [a_line(str(n), str(count), sku=sku) for n, (sku, count) in enumerate(wanted)]
    order = an_order(*lines)
    count = Level(available=Decimal(there))
    found = told(order, items(order), {line.id: count for line in lines}, TODAY)
    for sku in "ab":
        mine = [line for line in lines if line.sku == sku]
        assert sum(one.quantity for one in mine if found[one.id].status == "in_stock") <= there


def test_an_item_has_its_goods() -> None:
    assert Item("1", Decimal(1), "TEA", "7").goods() == ("TEA", "7")
