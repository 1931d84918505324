"""Figures are written the locale's way and never altered."""

from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec

import pytest
from babel import Locale
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.compose.reading_money import read_money
from twofifty.compose.money import Money, Percent, Quantity, decimals

ICU = import_module("icu4py.messageformat") if find_spec("icu4py") else None

# The regions of our languages, and one or two more of those that are written in several ways.
LOCALES = (
    "af ar ar_AE ar_EG ar_MA ar_SA az bg bn bn_IN bs ca cs da de de_AT de_CH el en en_AU en_CA"
    " en_GB en_IN es es_AR es_CO es_MX et eu fa fa_AF fi fil fr fr_CA gl he hi hr hu hy id is it ja"
    " ka kk ko lt lv mk ms nb nl pl pt_BR pt_PT ro ru sk sl sq sr sr_Latn sv sw ta th tr uk ur vi"
    " zh_Hans zh_Hant zh_Hant_HK"
).split()
CURRENCIES = sorted(
    "AED ARS AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR IQD IRR"
    " ISK JOD JPY KRW KWD KZT LYD MAD MXN MYR NGN NOK NZD OMR PHP PKR PLN RON RSD RUB SAR SEK SGD"
    " THB TND TRY TWD UAH USD VND ZAR DEM XYZ".split()
)


@st.composite
def amounts(draw: st.DrawFn) -> tuple[str, Decimal]:
    """A currency and an amount with no more decimals than it has, up to 10^24 either way."""
    currency = draw(st.sampled_from(CURRENCIES))
    digits = decimals(currency)
    units = draw(st.integers(-(10**24), 10**24))
    return currency, Decimal(units).scaleb(-draw(st.integers(0, digits)))


def icu(amount: Decimal, currency: str, locale: str) -> str:
    """What ICU writes."""
    assert ICU is not None
    message = ICU.MessageFormat(f"{{n, number, ::currency/{currency}}}", locale.replace("_", "-"))
    return str(message.format({"n": amount}))


# Where Babel's CLDR 47 says otherwise than ICU's CLDR 48, or ICU has a rule for one currency only.
OTHERWISE = {
    ("de_CH", None): "another apostrophe between thousands",
    ("es_AR", "ARS"): "a space after the sign in CLDR 48",
    ("es_AR", "USD"): "a space after the sign in CLDR 48",
    ("es_CO", "COP"): "a space after the sign in CLDR 48",
    ("es_CO", "USD"): "a space after the sign in CLDR 48",
    ("de", "DEM"): "DM again in CLDR 48",
    ("de_AT", "DEM"): "DM again in CLDR 48",
    ("bn_IN", "USD"): "another sign with native digits",
}


@pytest.mark.skipif(ICU is None, reason="ICU, the oracle, is not here")
@settings(max_examples=1_500, deadline=None)
@given(st.sampled_from(LOCALES), amounts())
def test_money_is_written_as_icu_writes_it(name: str, money: tuple[str, Decimal]) -> None:
    (currency, amount) = money
    assume((name, currency) not in OTHERWISE and (name, None) not in OTHERWISE)
    if amount.is_zero():
        amount = amount.copy_abs()
    assert Money(Locale.parse(name), currency)(amount) == icu(amount, currency, name)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(LOCALES), amounts())
def test_what_is_written_can_be_read_back(name: str, money: tuple[str, Decimal]) -> None:
    locale, (currency, amount) = Locale.parse(name), money
    assert read_money(Money(locale, currency)(amount), locale) == amount


@pytest.mark.parametrize(
    ("locale", "currency", "amount", "shown"),
    [
        ("es", "EUR", "1234.50", "1234,50\xa0€"),
        ("es", "EUR", "12345.50", "12.345,50\xa0€"),
        ("es_MX", "MXN", "1234.50", "$1,234.50"),
        ("pt_PT", "EUR", "1234.50", "1234,50\xa0€"),
        ("pt_BR", "BRL", "1234.50", "R$\xa01.234,50"),
        ("pl", "PLN", "1234", "1234,00\xa0zł"),
        ("sv", "SEK", "-99.5", "−99,50\xa0kr"),
        ("hu", "HUF", "12990", "12\xa0990\xa0Ft"),
        ("id", "IDR", "150000", "Rp\xa0150.000"),
        ("is", "ISK", "4990", "4.990\xa0kr."),
        ("ko", "KRW", "19900", "₩19,900"),
        ("en", "BHD", "1.5", "BHD\xa01.500"),
        ("en_CA", "USD", "5", "US$5.00"),
        ("en_CA", "CAD", "5", "$5.00"),
        ("ar_EG", "EGP", "1234.5", "\u200f١٬٢٣٤٫٥٠\xa0ج.م.\u200f"),
        ("ar_AE", "AED", "1234.5", "\u200f1,234.50\xa0د.إ.\u200f"),
        ("fa", "IRR", "1234", "\u200eریال\xa0۱٬۲۳۴"),
        ("bn", "BDT", "1234567.5", "১২,৩৪,৫৬৭.৫০৳"),
        ("hi", "INR", "1234567.5", "₹12,34,567.50"),
        ("he", "ILS", "-5", "\u200f\u200e-5.00\xa0\u200f₪"),
        ("de_CH", "CHF", "12.34", "CHF\xa012.34"),
        ("en", "XYZ", "5", "XYZ\xa05.00"),
    ],
)
def test_each_locale_s_own_way(locale: str, currency: str, amount: str, shown: str) -> None:
    assert Money(Locale.parse(locale), currency)(Decimal(amount)) == shown


def test_a_wish_for_latin_digits_is_heard() -> None:
    egypt = Locale("ar", "EG")
    assert read_money(Money(egypt, "EGP", "latn")(Decimal("12.5")), egypt) == Decimal("12.5")
    assert "12.50" in Money(egypt, "EGP", "latn")(Decimal("12.5"))
    assert Quantity(egypt)(Decimal(12)) == "١٢"
    assert Quantity(egypt, "latn")(Decimal(12)) == "12"


@pytest.mark.parametrize(
    ("locale", "currency", "amount", "shown"),
    [
        ("en", "JPY", "1000", "¥1,000"),
        ("en", "KWD", "1.5", "KWD\xa01.500"),
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
