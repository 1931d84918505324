"""An address is written the way its country writes it, and no part of it is lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.address import code, formats, lines
from twofifty.order.model import Address

CASES = Path(__file__).parents[4] / "shared/corpora/addresses/opencage-testcases"
PART = re.compile(r"^ +(\w+): *(.+?) *$", re.MULTILINE)
ROW = re.compile(r"^    (\S.*?) *$", re.MULTILINE)
# Of the cases that map, the share that agrees; it may only rise. The others are mostly a matter of
# data: the corpus mends postal codes (30100 to 301 00), leaves them out, picks another place name.
AGREEING = 0.43


def address(**parts: str) -> Address:
    return Address(**parts)


@pytest.mark.parametrize(
    ("given_address", "written"),
    [
        (
            address(
                name="Ada",
                company="Co",
                line1="350 Main St",
                line2="Apt 2",
                city="Springfield",
                region="Illinois",
                postal_code="62701",
                country="US",
            ),
            ["Ada", "Co", "350 Main St", "Apt 2", "Springfield, IL 62701"],
        ),
        (
            address(
                name="A", line1="Weg 1", city="Köln", region="NW", postal_code="50667", country="de"
            ),
            ["A", "Weg 1", "50667 Köln"],
        ),
        (
            address(line1="1 High St", city="Leeds", postal_code="LS1 1AA", country="UK"),
            ["1 High St", "Leeds", "LS1 1AA"],
        ),
        (
            address(
                line1="Gran Vía 1", city="Madrid", region="M", postal_code="28013", country="ES"
            ),
            ["Gran Vía 1", "28013 Madrid"],
        ),
        (
            address(line1="Via 1", city="Roma", region="Roma", postal_code="00100", country="IT"),
            ["Via 1", "00100 Roma RM"],
        ),
        (
            address(
                name="A",
                line1="1-2-3 Jinnan",
                city="Shibuya",
                region="Tokyo",
                postal_code="150-0041",
                country="JP",
            ),
            ["A", "1-2-3 Jinnan", "Shibuya, Tokyo", "150-0041"],
        ),
        (
            address(
                name="山田",
                line1="神南1-2-3",
                city="渋谷区",
                region="東京都",
                postal_code="150-0041",
                country="JP",
            ),
            ["〒150-0041", "東京都", "渋谷区神南1-2-3", "山田"],
        ),
        (
            address(line1="1 Orchard Rd", city="Singapore", postal_code="238823", country="SG"),
            ["1 Orchard Rd", "SINGAPORE 238823"],
        ),
        (
            address(
                line1="12 MG Road", city="Mumbai", region="MH", postal_code="400001", country="IN"
            ),
            ["12 MG Road", "Mumbai 400001", "Maharashtra"],
        ),
        (address(city="Boston", postal_code="02108", country="US"), ["Boston 02108"]),
        (address(city="Atlantis", postal_code="1", country="Narnia"), ["1 Atlantis"]),
        (address(country="US"), []),
        (address(), []),
    ],
)
def test_known_addresses(given_address: Address, written: list[str]) -> None:
    assert lines(given_address) == written


FIELDS = ("name", "company", "line1", "line2", "city", "region", "postal_code")
COUNTRIES = st.sampled_from(
    ["US", "DE", "JP", "CN", "HK", "SG", "BR", "IE", "GB", "ZZ", "QQ", "", "Germany"]
)


@given(
    st.fixed_dictionaries({}, optional={field: st.text(max_size=30) for field in FIELDS}),
    COUNTRIES | st.text(),
)
def test_no_address_makes_the_formatter_fail(parts: dict[str, str], country: str) -> None:
    for row in lines(Address(country=country, **parts)):
        assert row
        assert "\n" not in row


@given(st.sampled_from("US DE FR GB JP CN HK SG BR IE IT ES IN AU CA MX AE TW KR NO MT".split()))
def test_what_a_parcel_needs_is_never_lost(country: str) -> None:
    parts = {
        "name": "Nnn",
        "line1": "Aaa 1",
        "line2": "Bbb 2",
        "city": "Ccc",
        "postal_code": "99999",
    }
    text = "\n".join(lines(Address(country=country, **parts)))
    assert all(part in text for part in parts.values())


def test_every_country_has_a_format_that_asks_for_a_street() -> None:
    for first in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            assert any(row.street for row in formats(first + second).local.rows)


@pytest.mark.parametrize(
    ("text", "iso"),
    [("de", "DE"), (" US ", "US"), ("UK", "GB"), ("DEU", None), ("ß1", None), (None, None)],
)
def test_country_codes(text: str | None, iso: str | None) -> None:
    assert code(text) == iso


def cases() -> Iterator[tuple[Address, list[str]]]:
    """The corpus' cases that an order's address can say, without the country's line. What stands
    above the line with the city or the postal code is taken for the street."""
    for file in sorted(CASES.glob("*.yaml")):
        for case in file.read_text(encoding="utf-8").split("\n---")[1:]:
            parts = {name: text.strip("'\"") for name, text in PART.findall(case)}
            rows = ROW.findall(case.partition("expected:")[2])[:-1]
            place = parts.get("city") or parts.get("town") or parts.get("village")
            country = parts.get("country_code", "").upper()
            if not place or not ({"road", "postcode"} <= parts.keys()) or code(country) is None:
                continue
            last = next(
                (n for n, row in enumerate(rows) if place in row or parts["postcode"] in row), 0
            )
            if 0 < last <= 2:
                street = [*rows[:last], ""]
                yield mapped(parts, place, street), rows


def mapped(parts: dict[str, str], place: str, street: list[str]) -> Address:
    return Address(
        line1=street[0],
        line2=street[1] or None,
        city=place,
        region=parts.get("state_code") or parts.get("state"),
        postal_code=parts["postcode"],
        country=parts["country_code"],
    )


@pytest.mark.skipif(not CASES.exists(), reason="the corpora are not here")
def test_most_addresses_of_the_corpus_are_written_as_expected() -> None:
    found = list(cases())
    agreeing = [given for given, expected in found if lines(given) == expected]
    print(f"{len(agreeing)} of {len(found)} agree")
    assert len(found) > 20
    assert len(agreeing) >= AGREEING * len(found)
