"""Money in Shopify's cents is exact, and the reckoning with it too."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose.liquid.sample import rich, shown, view
from twofifty.compose.liquid import compile_liquid
from twofifty.compose.liquid.numbers import amount, cents, plus
from twofifty.order.model import Totals

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=3)


@given(AMOUNTS)
def test_cents_and_back_is_the_same_amount(value: Decimal) -> None:
    assert amount(cents(value)) == value


@given(AMOUNTS, AMOUNTS)
def test_a_sum_in_cents_is_the_sum(one: Decimal, other: Decimal) -> None:
    assert amount(plus(cents(one), cents(other))) == one + other


@given(st.sampled_from(["EUR", "JPY", "KWD", "USD"]), AMOUNTS)
def test_money_is_written_as_in_our_own_mails(currency: str, value: Decimal) -> None:
    order = msgspec.structs.replace(rich(currency), totals=Totals(total=value))
    names = view(order, "de")
    text = compile_liquid("{{ total_price | money }}").render(names)
    assert text == names.reader.money(value).replace("&", "&amp;")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ 123450 | money }}", "€1,234.50"),
        ("{{ 123450 | money_with_currency }}", "€1,234.50 EUR"),
        ("{{ 123450 | money_without_currency }}", "1,234.50"),
        ("{{ -50 | money_without_currency }}", "-0.50"),
        ("{{ 123400 | money_without_trailing_zeros }}", "€1,234"),
        ("{{ 123450 | money_without_trailing_zeros }}", "€1,234.50"),
        ("{{ nothing | money }}", ""),
        ("{{ 7 | divided_by: 2 }}", "3"),
        ("{{ -7 | divided_by: 2 }}", "-4"),
        ("{{ 7 | divided_by: 2.0 }}", "3.5"),
        ("{{ -7 | modulo: 3 }}", "2"),
        ("{{ 2.5 | round }}", "3"),
        ("{{ 2.345 | round: 2 }}", "2.35"),
        ("{{ '4.2' | plus: 'x' }}", "4.2"),
        ("{{ 0.1 | plus: 0.2 }}", "0.3"),
        ("{{ -3 | abs }}", "3"),
        ("{{ 1.2 | ceil }}{{ 1.8 | floor }}", "21"),
        ("{{ 3 | at_least: 5 }}{{ 3 | at_most: 2 }}", "52"),
    ],
)
def test_a_number_is_written_so(source: str, text: str) -> None:
    assert shown(source) == text
