"""Shopify's money filters, in the reader's locale and the order's currency."""

from typing import Final

from twofifty.compose.clean import line
from twofifty.compose.liquid.numbers import amount
from twofifty.compose.liquid.room import Filter, Room, mark_context, reader_of


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
    written = bare(reader_of(context).money(value))
    return f"-{written}" if value < 0 else written


def bare(text: str) -> str:
    """From the first digit of a written amount to its last."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    return text[places[0] : places[-1] + 1] if places else ""


def money_without_trailing_zeros(left: object, *_: object, context: Room) -> str:
    """`€82` for 82.00; `€82.95` stays."""
    value, text = amount(left), money(left, context=context)
    if value is None or value != value.to_integral_value():
        return text
    return text.replace(bare(text), _whole_part(bare(text), len(str(abs(int(value))))))


def unit_price_with_measurement(left: object, measure: object = None, *, context: Room) -> str:
    """`€3.00 / 100 g`."""
    unit = measure.get("reference_unit") if isinstance(measure, dict) else measure
    price = money(left, context=context)
    return f"{price} / {line(str(unit))}" if price and unit else price


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


mark_context(money, money_with_currency, money_without_currency)
mark_context(money_without_trailing_zeros, unit_price_with_measurement)
FILTERS: Final[dict[str, Filter]] = {
    "money": money,
    "money_with_currency": money_with_currency,
    "money_without_currency": money_without_currency,
    "money_without_trailing_zeros": money_without_trailing_zeros,
    "unit_price_with_measurement": unit_price_with_measurement,
}
