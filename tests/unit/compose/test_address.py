"""An address is written the way its country writes it, and no part of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose import postal_cases
from twofifty.compose.address import code, formats, lines
from twofifty.compose.address_formats import postal_code
from twofifty.order.model import Address


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
            ["1 Orchard Rd", "Singapore 238823"],
        ),
        (
            address(
                line1="12 MG Road", city="Mumbai", region="MH", postal_code="400001", country="IN"
            ),
            ["12 MG Road", "Mumbai - 400001", "Maharashtra"],
        ),
        (address(city="Boston", postal_code="02108", country="US"), ["Boston, 02108"]),
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


# The corpus' cases that differ, with reasons. All others must agree.
OTHERWISE = {
    "br: village": "a region's own name stands where the city's should",
    "cn: Building in Shanghai, 31.23980,121.49316": "Latin letters in Chinese order",
    "cn: ": "Latin letters in Chinese order",
    "cr: Court in Limón, 9.99403,-83.02745": "the postal code stands with the country",
    "do: Bank in Santo Domingo": "a region's code that the data does not have",
    "gb: Lokku office": "a name that no part has",
    "gb: London Borough of Waltham Forest - partial_postcode": "half a postal code, from no part",
    "ie: Galway": "a name that no part has",
    "kz: ": "the street stands below the place, the place twice",
    "nf: Shop in Burnt Pine, -29.03214,167.94704": "the territory's name stands for a region",
    "om: Supermarket, 23.6004,58.5395": "a name that no part has",
    "om: Supermarket, language=ar, 23.6004,58.5395": "a name that no part has",
    "pa: Bed & Breakfast in Panama City, 8.99337,-79.52075": "a name that no part has",
    "pt: 37.74851,-25.60450": "the Azores are named, districts of the mainland never",
    "tw: Library in 新北市板橋區, 25.02511,121.46330": "city and street on one line",
    "um: Wake Island, 19.29337,166.64899": "the territory's name stands for a region",
    "vg: Govt building in Road Town, 18.42132,-64.61601": "the postal code stands with the country",
}


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        (
            ("JP", "山田", "神南1-2-3", "ビル3F", "渋谷区", "東京都", "1500041"),
            ["〒150-0041", "東京都", "渋谷区神南1-2-3", "ビル3F", "山田"],
        ),
        (
            ("KR", "김철수", "세종대로 110", "", "중구", "서울특별시", "04524"),
            ["서울 중구", "세종대로 110", "김철수", "04524"],
        ),
        (
            ("TW", "王小明", "信義路五段7號", "", "信義區", "台北市", "110"),
            ["110", "台北市信義區", "信義路五段7號", "王小明"],
        ),
        (
            ("CN", "李雷", "南京路1号", "", "上海市", "上海市", "200001"),
            ["200001", "上海市", "南京路1号", "李雷"],
        ),
        (
            ("CN", "Li", "1 Nanjing Rd", "", "Shanghai", "Shanghai", "200001"),
            ["Li", "1 Nanjing Rd", "Shanghai", "200001"],
        ),
        (("AE", "محمد", "شارع 5", "", "دبي", "", ""), ["محمد", "شارع 5", "دبي"]),
        (
            ("HK", "Ho", "24 Hong Lee Road", "", "Hong Kong", "Kowloon", ""),
            ["Ho", "24 Hong Lee Road", "Kowloon", "Hong Kong"],
        ),
    ],
)
def test_large_stands_before_small_where_the_script_wants_it(
    parts: tuple[str, ...], written: list[str]
) -> None:
    country, name, line1, line2, city, region, postal = parts
    stated = {"line2": line2, "region": region, "postal_code": postal}
    known = {field: text for field, text in stated.items() if text}
    assert lines(address(country=country, name=name, line1=line1, city=city, **known)) == written


@pytest.mark.skipif(not postal_cases.CASES.exists(), reason="the corpora are not here")
def test_addresses_of_the_corpus_are_written_as_expected() -> None:
    found = list(postal_cases.cases())
    differing = {
        case.name
        for case in found
        if tuple(lines(postal_cases.address(case))) != postal_cases.envelope(case)
    }
    assert len(found) > 300
    assert differing == OTHERWISE.keys()
    assert len(OTHERWISE) <= 0.05 * len(found)


@pytest.mark.parametrize(
    ("given_code", "country", "printed"),
    [
        ("30100", "CZ", "301 00"),
        ("m6k1v2", "CA", "M6K 1V2"),
        ("30170011", "BR", "30170-011"),
        ("SW1A1AA", "GB", "SW1A 1AA"),
        ("1500041", "JP", "150-0041"),
        ("1012ab", "NL", "1012 AB"),
        ("123", "CZ", "123"),
        ("80331", "DE", "80331"),
    ],
)
def test_a_postal_code_is_grouped_as_its_country_prints_it(
    given_code: str, country: str, printed: str
) -> None:
    assert postal_code(given_code, country) == printed


def test_a_prefix_is_not_said_twice() -> None:
    assert lines(address(city="Riga", postal_code="LV-1010", country="LV")) == ["Riga, LV-1010"]
    vilnius = lines(address(city="Vilnius", postal_code="LT-01100", country="LT"))
    assert vilnius == ["LT-01100 Vilnius"]


def test_a_region_stands_where_no_postal_code_does() -> None:
    assert lines(address(city="Munich", region="Bavaria", country="DE")) == ["Munich", "Bavaria"]
    assert lines(address(city="Palo Alto", region="CA", country="US")) == ["Palo Alto, California"]
    assert lines(address(region="Tripoli", line1="1 Road", country="LY")) == ["1 Road", "Tripoli"]
