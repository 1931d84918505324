"""The inverse of the formatters, so that a mail's total can be compared with its order's."""

import re
from decimal import Decimal
from unicodedata import decimal

from babel import Locale

from twofifty.compose import digits

_FIGURE = re.compile(r"\d(?:[\d.,'’٫٬\s]*\d)?")
_MINUS = re.compile("[-−]")


def read_money(text: str, locale: Locale) -> Decimal:
    """The amount that a text in a locale's way shows. Raises ValueError where it shows none."""
    found = _FIGURE.search(text)
    if found is None:
        raise ValueError(text)
    native = decimal(found[0][0], 0) != ord(found[0][0]) - ord("0")
    system = digits.system(locale) if native else digits.LATIN
    point = digits.symbol(locale, system, "decimal")
    whole, _, fraction = found[0].rpartition(point) if point in found[0] else (found[0], "", "")
    figures = "".join(str(decimal(sign)) for sign in whole if sign.isdecimal())
    parts = "".join(str(decimal(sign)) for sign in fraction if sign.isdecimal())
    # a minus within the currency's name or after the figure is none
    negative = _MINUS.search(text[: found.start()]) is not None
    return Decimal(f"{'-' if negative else ''}{figures}.{parts or '0'}")
