"""Money, quantities and percentages, learned once per locale from CLDR's patterns.

What is written is what ICU writes for the locale, at a fraction of its price, with one difference
on purpose: an amount with more decimals than its currency has is never rounded, nor is any cash
rounding (0.05 in Swiss francs) applied. Babel's own formatters leave out four of CLDR's rules that
are kept here: native digits, the locale's minus sign, late grouping (`1234,50 €`) and the space
between a currency's letters and the digits.
"""

from decimal import Decimal
from typing import Final
from unicodedata import category

from babel import Locale
from babel.numbers import NumberPattern, get_currency_precision, get_currency_symbol, parse_pattern

from twofifty.compose import digits

# No sum of money needs more. Beyond it (`1E+999999`) the scientific form is shown.
MAX_DIGITS: Final = 40
_KEPT: Final = 4_096
_SPACE: Final = "\xa0"

# As in CLDR 48, where forints, pesos and rupiahs are priced without decimals; Babel has CLDR 47.
_DECIMALS: Final = {"COP": 0, "HUF": 0, "IDR": 0, "PKR": 0, "RSD": 2}
# Where a locale's pattern for its native digits is another one than for Latin digits.
_NATIVE: Final = {
    ("ar", "arab"): "\u200f#,##0.00\xa0¤",
    ("fa", "arabext"): "\u200e¤#,##0.00",
    ("fa_AF", "arabext"): "¤\xa0#,##0.00",
    ("bn_IN", "beng"): "¤#,##,##0.00",
    ("bn", "beng"): "#,##,##0.00¤",
}


class Number:
    """Decimals in a locale's way: grouped, with at least `decimals` and never fewer than given."""

    __slots__ = (
        "_decimal",
        "_decimals",
        "_even",
        "_group",
        "_least",
        "_native",
        "_point",
        "_sizes",
    )

    def __init__(
        self, locale: Locale, decimals: int, grouping: tuple[int, int], system: str, money: bool
    ) -> None:
        kind = "currencyGroup" if money else "group"
        self._decimals = decimals
        self._point = -decimals - 1
        self._decimal = digits.symbol(locale, system, "decimal")
        self._group = digits.symbol(locale, system, kind)
        self._native = digits.table(system)
        self._sizes = grouping
        self._even = grouping == (3, 3)
        # with its comma, a number of four digits has five signs
        self._least = 5 if digits.late_grouping(locale) else 3

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
        shown = f"{whole}{self._decimal}{fraction}" if fraction else whole
        return shown if self._native is None else shown.translate(self._native)

    def _parted(self, text: str) -> tuple[str, str]:
        """The parts of a number that has not exactly as many decimals as are usual."""
        whole, _, fraction = text.partition(".")
        if not whole[-1].isdigit():
            return "–", ""
        return whole, fraction.rstrip("0")[:MAX_DIGITS].ljust(self._decimals, "0")

    def _grouped(self, whole: str) -> str:
        if len(whole) <= self._least:
            return whole.replace(",", "")
        if self._even:
            return whole.replace(",", self._group)
        figures = whole.replace(",", "")
        last, other = self._sizes
        head, parts = figures[:-last], [figures[-last:]]
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

    def __init__(self, locale: Locale, currency: str, wish: str | None = None) -> None:
        system = digits.system(locale, wish)
        pattern = _pattern(locale, system)
        symbol = _symbol(currency, locale)
        minus = digits.symbol(locale, system, "minusSign")
        self._before = tuple(_before(text, symbol, minus) for text in pattern.prefix)
        self._after = tuple(_after(text, symbol, minus) for text in pattern.suffix)
        self._number = Number(locale, decimals(currency), pattern.grouping, system, money=True)
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

    __slots__ = ("_minus", "_number", "_small")

    def __init__(self, locale: Locale, wish: str | None = None) -> None:
        system = digits.system(locale, wish)
        grouping = locale.decimal_formats[None].grouping
        self._minus = digits.symbol(locale, system, "minusSign")
        self._number = Number(locale, 0, grouping, system, money=False)
        self._small = {Decimal(count): self._number(Decimal(count)) for count in range(100)}

    def __call__(self, value: Decimal) -> str:
        """`value` without needless zeros."""
        known = self._small.get(value) if ordinary(value) else None
        return known or (self._minus if value.is_signed() else "") + self._number(value)


class Percent:
    """Rates as a fraction (`0.19`) shown in percent, with every digit that was given."""

    __slots__ = ("_after", "_before", "_number")

    def __init__(self, locale: Locale, wish: str | None = None) -> None:
        system = digits.system(locale, wish)
        pattern = locale.percent_formats[None]
        minus = digits.symbol(locale, system, "minusSign")
        sign = digits.symbol(locale, system, "percentSign")
        self._before, self._after = (
            tuple(text.replace("-", minus).replace("%", sign) for text in texts)
            for texts in (pattern.prefix, pattern.suffix)
        )
        self._number = Number(locale, 0, pattern.grouping, system, money=False)

    def __call__(self, rate: Decimal) -> str:
        """`0.19` is `19%`, `0.08875` is `8.875%`."""
        negative = rate.is_signed() and not rate.is_zero()
        percent = rate * 100 if ordinary(rate) else rate
        return f"{self._before[negative]}{self._number(percent)}{self._after[negative]}"


def decimals(currency: str) -> int:
    """The decimals that amounts of a currency (ISO 4217) are shown with, at least."""
    return _DECIMALS.get(currency, get_currency_precision(currency))


def ordinary(value: Decimal) -> bool:
    """Whether a number is one that commerce uses: finite, and neither vast nor minute."""
    return value.is_finite() and -MAX_DIGITS < value.adjusted() < MAX_DIGITS


def _pattern(locale: Locale, system: str) -> NumberPattern:
    names = (str(locale), locale.language)
    native = next((_NATIVE[name, system] for name in names if (name, system) in _NATIVE), None)
    return parse_pattern(native) if native else locale.currency_formats["standard"]


def _symbol(currency: str, locale: Locale) -> str:
    """The locale's symbol of a currency; the code itself where it has none."""
    return get_currency_symbol(currency, locale)


def _before(text: str, symbol: str, minus: str) -> str:
    """What stands before the digits. Letters keep a space from them (CLDR's currencySpacing)."""
    spaced = symbol + _SPACE if text.endswith("¤") and _is_word(symbol[-1:]) else symbol
    return _filled(text, spaced, minus)


def _after(text: str, symbol: str, minus: str) -> str:
    spaced = _SPACE + symbol if text.startswith("¤") and _is_word(symbol[:1]) else symbol
    return _filled(text, spaced, minus)


def _filled(text: str, symbol: str, minus: str) -> str:
    return text.replace("'", "").replace("-", minus).replace("¤", symbol)


def _is_word(sign: str) -> bool:
    """Whether a sign is neither a symbol nor a space, which stand by digits without a gap."""
    return bool(sign) and category(sign)[0] not in "SZ"
