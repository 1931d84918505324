"""Numbering systems: which digits a locale writes, and the marks around them.

CLDR names one default numbering system for each locale. It is Latin for nearly all of them, Hindi,
Thai and Arabic (of the Emirates and the Maghreb) included, and a native one where shops print
native digits: Egypt and the Gulf, Iran, Bangladesh, Nepal, Myanmar. A customer's own wish
(`ar-EG-u-nu-latn`) goes before it.
"""

import re
from typing import Final

from babel import Locale

LATIN: Final = "latn"
_ZEROS: Final = {
    "arab": 0x0660,
    "arabext": 0x06F0,
    "beng": 0x09E6,
    "deva": 0x0966,
    "mymr": 0x1040,
}
_TABLES: Final = {
    system: {ord("0") + value: chr(zero + value) for value in range(10)}
    for system, zero in _ZEROS.items()
}
_WISH: Final = re.compile(r"-u(?:-[a-z0-9]{2,8})*?-nu-latn(?:-|$)", re.IGNORECASE)

# CLDR's minimumGroupingDigits where it is 2: `1234,50`, but `12.345,50`. Babel does not carry it.
_LATE_GROUPING: Final = frozenset(
    "be bg es es_EA es_ES es_GQ es_IC es_PH et hu hy it it_CH ka lv pl pt_CH pt_CV pt_GQ"
    " pt_GW pt_LU pt_MO pt_MZ pt_PT pt_ST pt_TL ru_UA sl sq".split()
)
_EARLY_GROUPING: Final = frozenset({"es", "pt", "ru"})


def wished(tag: str | None) -> str | None:
    """The numbering system that a BCP 47 tag asks for; only Latin digits are such a wish."""
    return LATIN if tag and len(tag) <= 80 and _WISH.search(tag) else None


def system(locale: Locale, wish: str | None = None) -> str:
    """The numbering system of a locale, Latin where its own is not known here."""
    name = wish or locale.default_numbering_system
    return name if name in _ZEROS else LATIN


def table(name: str) -> dict[int, str] | None:
    """ASCII digits to those of a numbering system, for `str.translate`; None for Latin ones."""
    return _TABLES.get(name)


def late_grouping(locale: Locale) -> bool:
    """Whether four digits stand together: `1234`, but `12 345`."""
    name = "_".join(filter(None, (locale.language, locale.territory)))
    if name in _LATE_GROUPING:
        return True
    regional = locale.language in _EARLY_GROUPING and locale.territory is not None
    return not regional and locale.language in _LATE_GROUPING


def symbol(locale: Locale, name: str, kind: str) -> str:
    """A locale's sign (`decimal`, `group`, `minusSign`, `percentSign`; `currencyGroup` where money
    has its own) in a numbering system. A system without signs of its own uses the Latin ones."""
    own = locale.number_symbols.get(name)
    signs = own if own is not None and "decimal" in own else locale.number_symbols[LATIN]
    sign = signs.get(kind, signs["group"] if kind == "currencyGroup" else None)
    if not isinstance(sign, str):
        raise KeyError(kind)
    return sign
