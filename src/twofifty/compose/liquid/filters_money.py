"""Shopify's money filters, in the reader's locale and the order's currency."""

from typing import Final

from babel.numbers import get_currency_precision

from twofifty.compose.liquid.numbers import amount
from twofifty.compose.liquid.room import Filter, Room, reader_of
from twofifty.compose.money import Number


def money(left: object, *_: object, context: Room) -> str:
    """`€82.95`; nothing for nothing."""
    value = amount(left)
    return "" if value is None else reader_of(context).money(value)


def money_with_currency(left: object, *_: object, context: Room) -> str:
    """`€82.95 EUR`, the code only where the amount does not show it already."""
    text, currency = money(left, context=context), currency_of(context)
    return f"{text} {currency}" if text and currency not in text else text


def money_without_currency(left: object, *_: object, context: Room) -> str:
    """`82.95`, as the locale writes numbers."""
    value = amount(left)
    if value is None:
        return ""
    locale = reader_of(context).tongue.locale
    grouping = locale.currency_formats["standard"].grouping
    written = Number(locale, get_currency_precision(currency_of(context)), grouping)(value)
    return f"-{written}" if value < 0 else written


def money_without_trailing_zeros(left: object, *_: object, context: Room) -> str:
    """`€82` for 82.00; `€82.95` stays."""
    value = amount(left)
    if value is None or value != value.to_integral_value():
        return money(left, context=context)
    text = money(left, context=context)
    bare = money_without_currency(left, context=context).lstrip("-")
    digits = len(str(abs(int(value))))
    return text.replace(bare, _whole_part(bare, digits))


def currency_of(context: Room) -> str:
    """The ISO 4217 code of the order that is shown."""
    return str(context.get(["currency"], token=None, default=""))


def _whole_part(text: str, digits: int) -> str:
    """The text up to its `digits`th digit."""
    seen = 0
    for place, sign in enumerate(text):
        seen += sign.isdigit()
        if seen == digits:
            return text[: place + 1]
    return text


FILTERS: Final[dict[str, Filter]] = {
    "money": money,
    "money_with_currency": money_with_currency,
    "money_without_currency": money_without_currency,
    "money_without_trailing_zeros": money_without_trailing_zeros,
}
