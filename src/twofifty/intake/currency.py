"""Currencies: their codes, and how many minor units make one (ISO 4217)."""

from collections.abc import Mapping
from decimal import Decimal

from twofifty.intake.loose import Unreadable

# Every other currency has two places. ISO 4217, list one.
_PLACES: dict[str, int] = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def code(value: object) -> str:
    """An ISO 4217 code in capitals. Raises Unreadable for everything else."""
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha():
        return value.upper()
    raise Unreadable(value, "currency is an ISO 4217 code such as EUR, and must be there")


def places(currency: str, platform: Mapping[str, int] | None = None) -> int:
    """How many digits the minor unit of a currency has. `platform`: where the platform differs from
    ISO 4217 (a platform's own list wins)."""
    own = (platform or {}).get(currency)
    return _PLACES.get(currency, 2) if own is None else own


def from_minor(value: Decimal, currency: str, platform: Mapping[str, int] | None = None) -> Decimal:
    """An amount in minor units as one in the currency: 1050 JPY is 1050, 1050 EUR is 10.50."""
    return value.scaleb(-places(currency, platform))
