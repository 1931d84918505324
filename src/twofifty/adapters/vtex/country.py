"""VTEX's countries, in three letters (ISO 3166-1 alpha-3), and what they pay with."""

from babel.core import get_global


def alpha2(code: str | None) -> str | None:
    """The country in two letters; what is no country stays as it is."""
    found = get_global("territory_aliases").get((code or "").upper()) if code else None
    return found[0] if found and len(code or "") == 3 else code


def currency(code: str | None) -> str | None:
    """The currency that a country pays with, where it has only one."""
    known = get_global("territory_currencies").get(alpha2(code) or "", ())
    current = [name for name, _, until, is_tender in known if until is None and is_tender]
    return current[0] if len(current) == 1 else None
