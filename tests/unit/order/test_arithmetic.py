"""Does an order add up?"""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given

from tests.unit.order.strategies import LINES, MONEY, SUMS
from twofifty.order.arithmetic import difference, expected_total
from twofifty.order.model import Line, Order, Totals
from twofifty.order.specimen import specimen

ADDED = ("shipping", "fees", "duties", "tip", "rounding")
TAKEN = ("discount", "gift_card")


def with_totals(order: Order, **changes: object) -> Order:
    totals = msgspec.structs.replace(order.totals, **changes)
    return msgspec.structs.replace(order, totals=totals)


def test_the_specimen_adds_up() -> None:
    assert difference(specimen()) == 0


@given(SUMS)
def test_the_difference_is_what_is_missing(order: Order) -> None:
    expected = expected_total(order)
    assert difference(order) == (0 if expected is None else order.totals.total - expected)


@given(SUMS)
def test_an_order_with_the_expected_total_adds_up(order: Order) -> None:
    expected = expected_total(order)
    if expected is not None:
        assert difference(with_totals(order, total=expected)) == 0


@pytest.mark.parametrize("part", ADDED)
@given(order=SUMS, amount=MONEY)
def test_what_is_added_raises_the_total(part: str, order: Order, amount: Decimal) -> None:
    before = expected_total(with_totals(order, subtotal=Decimal(10), **{part: None}))
    after = expected_total(with_totals(order, subtotal=Decimal(10), **{part: amount}))
    assert before is not None
    assert after == before + amount


@pytest.mark.parametrize("part", TAKEN)
@given(order=SUMS, amount=MONEY)
def test_what_is_taken_lowers_the_total(part: str, order: Order, amount: Decimal) -> None:
    before = expected_total(with_totals(order, subtotal=Decimal(10), **{part: None}))
    after = expected_total(with_totals(order, subtotal=Decimal(10), **{part: amount}))
    assert before is not None
    assert after == before - amount


@given(SUMS, MONEY)
def test_tax_counts_unless_it_is_included(order: Order, tax: Decimal) -> None:
    plain = with_totals(order, subtotal=Decimal(10), tax=tax, tax_included=True)
    on_top = with_totals(order, subtotal=Decimal(10), tax=tax, tax_included=False)
    without = expected_total(plain)
    assert without is not None
    assert expected_total(on_top) == without + tax
    assert expected_total(with_totals(plain, tax=None)) == without


@given(LINES, MONEY, MONEY)
def test_without_a_subtotal_the_lines_are_the_goods(
    line: Line, total: Decimal, discount: Decimal
) -> None:
    stated = msgspec.structs.replace(line, total=total, discount=discount)
    order = Order(
        source="s", id="1", currency="EUR", totals=Totals(total=Decimal(0)), lines=(stated,)
    )
    assert expected_total(order) == total
    again = with_totals(order, discount=discount)
    assert expected_total(again) == total, "a discount stated twice is taken once"


@given(LINES)
def test_goods_that_are_not_stated_cannot_be_checked(line: Line) -> None:
    bare = msgspec.structs.replace(line, total=None)
    order = Order(
        source="s", id="1", currency="EUR", totals=Totals(total=Decimal(7)), lines=(bare,)
    )
    assert expected_total(order) is None
    assert difference(order) == 0
