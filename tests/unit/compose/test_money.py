"""Figures are written the locale's way and never altered."""

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import format_currency, get_currency_precision, list_currencies
from hypothesis import given, settings
from hypothesis import strategies as st

from twofifty.compose.money import Money, Percent, Quantity

LOCALES = ("en", "de", "de_AT", "de_CH", "en_IN", "hi", "fr", "nl", "ar", "fa", "ja", "sv", "pt_BR")
CURRENCIES = sorted(list_currencies())


@st.composite
def amounts(draw: st.DrawFn) -> tuple[str, Decimal]:
    """A currency and an amount with no more decimals than it has, up to 10^24 either way."""
    currency = draw(st.sampled_from([*CURRENCIES, "JPY", "KWD", "EUR", "USD", "XYZ"]))
    digits = get_currency_precision(currency)
    units = draw(st.integers(-(10**24), 10**24))
    return currency, Decimal(units).scaleb(-draw(st.integers(0, digits)))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(LOCALES), amounts())
def test_money_is_written_as_babel_writes_it(name: str, money: tuple[str, Decimal]) -> None:
    locale, (currency, amount) = Locale.parse(name), money
    assert Money(locale, currency)(amount) == format_currency(amount, currency, locale=locale)


@pytest.mark.parametrize(
    ("locale", "currency", "amount", "shown"),
    [
        ("en", "JPY", "1000", "¥1,000"),
        ("en", "KWD", "1.5", "KWD1.500"),
        ("de", "EUR", "-1234567.5", "-1.234.567,50\xa0€"),
        ("en", "USD", "62.6793", "$62.6793"),
        ("en", "USD", "10.500", "$10.50"),
        ("en", "JPY", "100.00", "¥100"),
        ("en", "JPY", "100.5", "¥100.5"),
        ("en_IN", "INR", "1234567.00", "₹12,34,567.00"),
    ],
)
def test_known_amounts(locale: str, currency: str, amount: str, shown: str) -> None:
    assert Money(Locale.parse(locale), currency)(Decimal(amount)) == shown


@given(st.decimals(-(10**12), 10**12, places=7))
def test_no_digit_of_an_amount_is_ever_lost(amount: Decimal) -> None:
    shown = Money(Locale("en"), "USD")(amount)
    assert Decimal(shown.replace("$", "").replace(",", "")) == amount


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_no_decimal_makes_a_formatter_fail_or_flood(amount: Decimal) -> None:
    locale = Locale("de")
    for write in (Money(locale, "EUR"), Quantity(locale), Percent(locale)):
        assert len(write(amount)) < 150


@pytest.mark.parametrize(
    "amount", ["1E+999999", "-1E-999999", "0E+999999", "NaN", "sNaN", "-Infinity"]
)
def test_outlandish_numbers_stay_short(amount: str) -> None:
    locale = Locale("en")
    for write in (Money(locale, "EUR"), Quantity(locale), Percent(locale)):
        assert 0 < len(write(Decimal(amount))) < 60


@pytest.mark.parametrize(
    ("locale", "rate", "shown"),
    [
        ("en", "0.19", "19%"),
        ("de", "0.19", "19\xa0%"),
        ("en", "0.08875", "8.875%"),
        ("de", "0.200", "20\xa0%"),
    ],
)
def test_rates_keep_every_digit(locale: str, rate: str, shown: str) -> None:
    assert Percent(Locale(locale))(Decimal(rate)) == shown


@pytest.mark.parametrize(
    ("locale", "quantity", "shown"),
    [
        ("en", "2", "2"),
        ("de", "2.50", "2,5"),
        ("en", "1200", "1,200"),
        ("en", "1.000", "1"),
        ("en", "-3.5", "-3.5"),
    ],
)
def test_quantities_have_no_needless_zeros(locale: str, quantity: str, shown: str) -> None:
    assert Quantity(Locale(locale))(Decimal(quantity)) == shown
