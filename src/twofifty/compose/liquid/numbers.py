"""Numbers in templates: money in Shopify's cents, exact in every currency.

Shopify's Liquid has every amount in hundredths of the currency's unit, whatever decimals it has:
`1000` is 10.00 EUR and 10 JPY. What hundredths cannot say (0.125 KWD) is a `Decimal` of them.
"""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from liquid.exceptions import FilterArgumentError

ZERO: Final = Decimal(0)
_HUNDRED: Final = Decimal(100)
_MAX_DIGITS: Final = 40
Number = int | Decimal
Arithmetic = Callable[..., Number]


def cents(amount: Decimal | None) -> Number | None:
    """An amount in hundredths; None for none, or for a number that is none."""
    if amount is None or not amount.is_finite() or abs(amount.adjusted()) > _MAX_DIGITS:
        return None
    return whole(amount * _HUNDRED)


def amount(value: object) -> Decimal | None:
    """Hundredths, as a filter is given them, as an amount; None for what is no number."""
    found = number(value)
    return None if found is None else Decimal(found) / _HUNDRED


def number(value: object) -> Number | None:
    """A number, or a text that is one; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, int):
        return value
    try:
        found = Decimal(str(value)[:_MAX_DIGITS].strip())
    except InvalidOperation:
        return None
    sane = found.is_finite() and abs(found.adjusted()) <= _MAX_DIGITS
    return whole(found) if sane else None


def whole(value: Decimal) -> Number:
    """The integer where it is one, so that it prints without a point; else without idle zeros."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def plus(left: object, right: object) -> Number:
    """`{{ 1 | plus: 2 }}`."""
    return whole(_decimal(left) + _decimal(right))


def minus(left: object, right: object) -> Number:
    """`{{ 3 | minus: 2 }}`."""
    return whole(_decimal(left) - _decimal(right))


def times(left: object, right: object) -> Number:
    """`{{ 3 | times: 2 }}`."""
    return whole(_decimal(left) * _decimal(right))


def divided_by(left: object, right: object) -> Number:
    """`{{ 7 | divided_by: 2 }}` is 3, of whole numbers; by `2.0` it is 3.5."""
    divisor = _decimal(right)
    if not divisor:
        raise FilterArgumentError("divided by 0", token=None)
    quotient = _decimal(left) / divisor
    if isinstance(number(left), int) and isinstance(right, int):
        return int(quotient.to_integral_value(ROUND_FLOOR))
    return whole(quotient)


def modulo(left: object, right: object) -> Number:
    """`{{ 7 | modulo: 2 }}`, its sign that of the divisor."""
    divisor = _decimal(right)
    if not divisor:
        raise FilterArgumentError("divided by 0", token=None)
    rest = _decimal(left) % divisor
    return whole(rest + divisor if rest and (rest < 0) != (divisor < 0) else rest)


def absolute(left: object) -> Number:
    """`{{ -3 | abs }}`."""
    return whole(abs(_decimal(left)))


def ceil(left: object) -> Number:
    """`{{ 1.2 | ceil }}` is 2."""
    return int(_decimal(left).to_integral_value(ROUND_CEILING))


def floor(left: object) -> Number:
    """`{{ 1.8 | floor }}` is 1."""
    return int(_decimal(left).to_integral_value(ROUND_FLOOR))


def rounded(left: object, digits: object = 0) -> Number:
    """`{{ 2.345 | round: 2 }}`, halves away from zero; at most 20 digits."""
    places = number(digits) or 0
    exponent = Decimal(1).scaleb(-max(0, min(20, int(places))))
    return whole(_decimal(left).quantize(exponent, ROUND_HALF_UP))


def at_least(left: object, right: object) -> Number:
    """The larger of two."""
    return whole(max(_decimal(left), _decimal(right)))


def at_most(left: object, right: object) -> Number:
    """The smaller of two."""
    return whole(min(_decimal(left), _decimal(right)))


FILTERS: Final[dict[str, Arithmetic]] = {
    "abs": absolute,
    "at_least": at_least,
    "at_most": at_most,
    "ceil": ceil,
    "divided_by": divided_by,
    "floor": floor,
    "minus": minus,
    "modulo": modulo,
    "plus": plus,
    "round": rounded,
    "times": times,
}


def _decimal(value: object) -> Decimal:
    """A number for reckoning; what is none counts as 0, as in Shopify's Liquid."""
    return Decimal(number(value) or 0)
