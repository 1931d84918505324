"""Money, quantities and percentages, learned once per locale from CLDR's patterns.

`Money` writes what `babel.numbers.format_currency` writes, at a fraction of its price, with one
difference on purpose: an amount with more decimals than its currency has is never rounded.
"""

from decimal import Decimal
from typing import Final

from babel import Locale
from babel.numbers import (
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
)

# No sum of money needs more. Beyond it (`1E+999999`) the scientific form is shown.
MAX_DIGITS: Final = 40
_KEPT: Final = 4_096


class Number:
    """Decimals in a locale's way: grouped, with at least `digits` and never fewer than given."""

    __slots__ = ("_decimal", "_digits", "_even", "_group", "_point", "_sizes")

    def __init__(self, locale: Locale, digits: int, grouping: tuple[int, int]) -> None:
        self._digits = digits
        self._point = -digits - 1
        self._decimal = get_decimal_symbol(locale)
        self._group = get_group_symbol(locale)
        self._sizes = grouping
        self._even = grouping == (3, 3)

    def __call__(self, value: Decimal) -> str:
        """The size of `value`, without its sign."""
        if not -MAX_DIGITS < value.adjusted() < MAX_DIGITS:
            return self._outlandish(value)
        text = f"{value:,f}"
        point = self._point
        if text[point : point + 1] == ".":
            whole, fraction = text[:point], text[point + 1 :]
        else:
            whole, fraction = self._parted(text)
        if whole[0] == "-":
            whole = whole[1:]
        if len(whole) > 3:
            whole = self._grouped(whole)
        return f"{whole}{self._decimal}{fraction}" if fraction else whole

    def _parted(self, text: str) -> tuple[str, str]:
        """The parts of a number that has not exactly as many decimals as are usual."""
        whole, _, fraction = text.partition(".")
        if not whole[-1].isdigit():
            return "–", ""
        return whole, fraction.rstrip("0")[:MAX_DIGITS].ljust(self._digits, "0")

    def _grouped(self, whole: str) -> str:
        if self._even:
            return whole.replace(",", self._group)
        digits = whole.replace(",", "")
        last, other = self._sizes
        head, parts = digits[:-last], [digits[-last:]]
        while head:
            head, part = head[:-other], head[-other:]
            parts.insert(0, part)
        return self._group.join(parts)

    def _outlandish(self, value: Decimal) -> str:
        if value.is_zero():
            return self(Decimal(0))
        return f"{value.copy_abs():.6E}"


class Money:
    """Amounts of one currency in one locale. Prices repeat, so what was written is kept."""

    __slots__ = ("_after", "_before", "_number", "_written")

    def __init__(self, locale: Locale, currency: str) -> None:
        pattern = locale.currency_formats["standard"]
        symbol = get_currency_symbol(currency, locale)
        self._before = tuple(_filled(text, symbol, currency) for text in pattern.prefix)
        self._after = tuple(_filled(text, symbol, currency) for text in pattern.suffix)
        self._number = Number(locale, get_currency_precision(currency), pattern.grouping)
        self._written: dict[Decimal, str] = {}

    def __call__(self, value: Decimal) -> str:
        """`value` with its sign and currency: `-€1,234.50`. There is no negative nothing."""
        try:
            known = self._written.get(value)
        except TypeError:  # a signalling NaN has no hash
            return self._write(value)
        if known is None:
            if len(self._written) >= _KEPT:
                self._written.clear()
            known = self._written[value] = self._write(value)
        return known

    def _write(self, value: Decimal) -> str:
        negative = value.is_signed() and not value.is_zero()
        return self._before[negative] + self._number(value) + self._after[negative]


class Quantity:
    """How many: `2`, `2.5`, `1,200`."""

    __slots__ = ("_number", "_small")

    def __init__(self, locale: Locale) -> None:
        self._number = Number(locale, 0, locale.decimal_formats[None].grouping)
        self._small = {Decimal(count): str(count) for count in range(100)}

    def __call__(self, value: Decimal) -> str:
        """`value` without needless zeros."""
        known = self._small.get(value) if ordinary(value) else None
        return known or ("-" if value.is_signed() else "") + self._number(value)


class Percent:
    """Rates as a fraction (`0.19`) shown in percent, with every digit that was given."""

    __slots__ = ("_after", "_before", "_number")

    def __init__(self, locale: Locale) -> None:
        pattern = locale.percent_formats[None]
        self._before, self._after = pattern.prefix, pattern.suffix
        self._number = Number(locale, 0, pattern.grouping)

    def __call__(self, rate: Decimal) -> str:
        """`0.19` is `19%`, `0.08875` is `8.875%`."""
        negative = rate.is_signed()
        percent = rate * 100 if ordinary(rate) else rate
        return f"{self._before[negative]}{self._number(percent)}{self._after[negative]}"


def ordinary(value: Decimal) -> bool:
    """Whether a number is one that commerce uses: finite, and neither vast nor minute."""
    return value.is_finite() and -MAX_DIGITS < value.adjusted() < MAX_DIGITS


def _filled(text: str, symbol: str, currency: str) -> str:
    return text.replace("¤¤", currency).replace("¤", symbol).replace("'", "")
