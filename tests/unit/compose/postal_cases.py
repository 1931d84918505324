"""The corpus' address cases as an order's addresses: what a checkout would have asked for.

A case gives the parts that a map knows of a place (`road`, `suburb`, `county`, ...) and the lines
that an envelope shows. A checkout asks for less: of the map's many names for the place it holds
those that the envelope shows. How these are ordered and punctuated is the formatter's work.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec
from babel import Locale

from twofifty.compose import clean
from twofifty.order.model import Address

CASES = Path(__file__).parents[4] / "shared/corpora/addresses/opencage-testcases"

_PART = re.compile(r"^ +([\w-]+) *: *(.*?) *$", re.MULTILINE)
_ROW = re.compile(r"^ {2,}(\S.*?) *$", re.MULTILINE)

CITIES: Final = ("postal_city", "city", "town", "village", "municipality")
PLACES: Final = (
    "postal_city city town village municipality locality hamlet place county state_district"
    " local_administrative_area suburb region island"
).split()
STREETS: Final = "road pedestrian residential street footway".split()
NUMBERS: Final = ("house_number", "housenumber", "street_number")
REGIONS: Final = (
    "state_code state province county_code county region state_district archipelago island"
).split()
INNER: Final = (
    "residential quarter neighbourhood suburb city_district district hamlet village county town"
    " city state_district municipality place block locality"
).split()


class Case(msgspec.Struct, frozen=True):
    """A case: its file and description, its parts, and the lines without the country's."""

    name: str
    parts: dict[str, str]
    rows: tuple[str, ...]


def cases() -> Iterator[Case]:
    """All cases of the corpus that are of a country."""
    for file in sorted(CASES.glob("*.yaml")):
        for text in re.split(r"^---.*$", file.read_text(encoding="utf-8"), flags=re.MULTILINE):
            head, _, tail = text.partition("\nexpected:")
            parts = {name: clean.line(text.strip("'\"")) for name, text in _PART.findall(head)}
            if tail and "country_code" in parts:
                yield Case(_named(file, text), parts, _rows(tail, parts))


def _named(file: Path, text: str) -> str:
    said = re.search(r"^description: *(.*)$", text, re.MULTILINE)
    return f"{file.stem}: {said[1].strip() if said else ''}"


def _rows(tail: str, parts: dict[str, str]) -> tuple[str, ...]:
    body = re.sub(r"^ *#.*$", "", tail.partition("\n")[2], flags=re.MULTILINE)
    return tuple(_ROW.findall("\n" + body))


def address(case: Case) -> Address:
    """What a checkout of that country would hold: city, region and postal code from the map's parts
    as far as the envelope shows them; its other rows are the street as the customer wrote it."""
    rows = envelope(case)
    parts = _spoken(case.parts, " ".join(rows))
    code = parts.get("postcode", "").partition(";")[0].partition(",")[0]
    coded = [row for row in rows if code and _squeezed(code) in _squeezed(row)][-1:]
    city_row, city = _city(rows, parts, coded)
    region_row, region = _region([row for row in rows if row not in city_row], parts, city)
    if region is None:
        region = _beside([*dict.fromkeys(city_row + coded)], parts, city)
    streets = [row for row in rows if row not in (*city_row, *region_row, *coded)]
    company = streets.pop(0) if len(streets) > 2 or _venue(streets[:1], parts) else None
    return Address(
        company=company,
        line1=streets[0] if streets else None,
        line2=", ".join(streets[1:]) or None,
        city=city,
        region=region,
        postal_code=code if coded else None,
        country=parts["country_code"],
    )


# What a map puts before a name and an envelope leaves out.
_KIND: Final = re.compile(
    r"^(Politischer Bezirk|Autonomous City of|Town of|County|Provincia di|Province of"
    r"|Città metropolitana di|Free State of) "
)
_CAPITAL: Final = re.compile(r"(Washington),? (D\.?C\.?)")


def _spoken(parts: dict[str, str], text: str) -> dict[str, str]:
    """The parts by the names that the envelope uses; Washington, DC is a city and a region."""
    spoken = {
        name: value if value in text else _KIND.sub("", value) for name, value in parts.items()
    }
    capital = _CAPITAL.fullmatch(spoken.get("state", ""))
    return spoken | {"city": capital[1], "state": "DC"} if capital else spoken


def envelope(case: Case) -> tuple[str, ...]:
    """The rows without that of the country."""
    code = case.parts["country_code"].upper()
    if len(case.rows) == 1:
        return case.rows
    named = {case.parts.get("country"), Locale("en").territories.get(code)}
    return tuple(
        clean.line(row)
        for place, row in enumerate(case.rows)
        if not ((row in named and place != 0) or _mother(row, code))
    )


# Territories by how their mother country ends the row that names it.
_MOTHERS: Final = {
    "Australia": "CC CX HM NF",
    "Channel Islands": "GG JE",
    "France": "BL FR GF GP MF MQ NC PF PM RE TF WF YT",
    "Netherlands": "AW BQ CW SX",
    "New Zealand": "CK NU TK",
    "Norway": "BV SJ",
    "United Kingdom": "FK GS IO SH TC",
    "England": "GB",
    "United States of America": "AS GU MP PR UM US VI",
    "Polynésie française": "FR",
    "Mayotte": "FR",
    "Российская Федерация": "RU",
}


def _mother(row: str, code: str) -> bool:
    return any(row.endswith(name) and code in codes.split() for name, codes in _MOTHERS.items())


def _squeezed(text: str) -> str:
    return re.sub(r"[\s.-]", "", text).casefold()


def _whole(value: str, row: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", row) is not None


def _city(
    rows: tuple[str, ...], parts: dict[str, str], coded: list[str]
) -> tuple[list[str], str | None]:
    """The place that stands with the postal code, or else lowest of all, and its row."""
    streets = {parts[name] for name in STREETS if name in parts}
    wide = {parts.get("state"), parts.get("county")} - {parts.get(name) for name in CITIES}
    others = [
        row
        for row in reversed(rows)
        if row not in wide and not any(each in row for each in streets)
    ]
    if parts["country_code"].upper() in _BIG_FIRST:
        others.reverse()
    tries = (
        (coded, PLACES, _whole),
        (others, CITIES, _whole),
        (coded, ("state",), _whole),
        (others, PLACES, _same),
        (others, PLACES, _whole),
    )
    for several, names, matches in tries:
        for row in several:
            value = next((parts[name] for name in names if _fits(name, row, parts, matches)), None)
            if value:
                return [row], value
    return [], None


# Where an envelope goes from the large to the small.
_BIG_FIRST: Final = frozenset({"HU", "IR"})


def _fits(name: str, row: str, parts: dict[str, str], matches: Callable[[str, str], bool]) -> bool:
    """Whether a part is the place of that row. A map's county may only repeat the state."""
    value = parts.get(name, "")
    repeated = name in _WIDE and value == parts.get("state")
    return bool(value) and not repeated and matches(value, row)


_WIDE: Final = frozenset({"county", "region", "state_district", "island"})


def _same(value: str, row: str) -> bool:
    return value == row


def _region(
    rows: list[str], parts: dict[str, str], city: str | None
) -> tuple[list[str], str | None]:
    """A region with a row of its own."""
    for name in REGIONS:
        value = parts.get(name)
        if value and value != city and value in rows:
            return [value], value
    return [], None


# Countries whose envelopes show a region by its code, and the part that has its name.
_SHORT: Final = {"AU": "state", "BR": "state", "CA": "state", "IT": "county", "US": "state"}


def _beside(rows: list[str], parts: dict[str, str], city: str | None) -> str | None:
    """A region that stands beside the place, in full or by its code."""
    text = "\n".join(rows).replace(city or "\0", "", 1)
    for name in REGIONS:
        value = parts.get(name)
        if value and _whole(value, text):
            return value
    telling = _SHORT.get(parts["country_code"].upper())
    if telling is None or not re.search(r"(?<!\w)[A-Z]{2,3}(?!\w)", text):
        return None
    return parts.get(telling) or parts.get("state")


def _venue(row: list[str], parts: dict[str, str]) -> bool:
    known = {*STREETS, *NUMBERS, *PLACES, *REGIONS, *INNER}
    return any([value] == row for name, value in parts.items() if name not in known)
