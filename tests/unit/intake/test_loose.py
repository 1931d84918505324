"""Values as shops really send them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.errors import BadInput
from twofifty.intake import loose


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("19.90", "19.90"),
        (" 19.90 ", "19.90"),
        ("-0.5", "-0.5"),
        (23600, "23600"),
        (Decimal("2.3"), "2.3"),
        ("", None),
        (None, None),
        ("None", None),
        ("NULL", None),
    ],
)
def test_money_is_read_exactly_as_written_or_absent(value: object, amount: str | None) -> None:
    read = loose.amount(value)
    assert (None if read is None else str(read)) == amount


@pytest.mark.parametrize(
    "value", ["19,90", "€5", "1e5", "NaN", "0x10", "٣", True, [], {}, 10**20, "9" * 16, "1_000"]
)
def test_money_that_cannot_be_read_is_never_guessed(value: object) -> None:
    with pytest.raises(loose.Unreadable):
        loose.amount(value)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12
    )
)
def test_any_plain_decimal_keeps_its_digits(value: Decimal) -> None:
    assert str(loose.amount(f"{value:f}")) == f"{value:f}"
    assert loose.amount(value) == value


def test_a_quantity_is_at_least_nothing() -> None:
    assert loose.quantity("0") == 0
    assert loose.quantity(Decimal("2.3")) == Decimal("2.3")
    for value in ("-1", "", None):
        with pytest.raises(loose.Unreadable):
            loose.quantity(value)


def test_a_time_needs_an_offset_or_a_known_zone() -> None:
    moment = datetime(2026, 1, 31, 8, 30, tzinfo=UTC)
    assert loose.moment("2026-01-31T09:30:00+01:00") == moment
    assert loose.moment("2026-01-31T08:30:00Z") == moment
    assert loose.moment("2026-01-31T09:30:00", loose.time_zone("Europe/Vienna")) == moment
    assert loose.moment("2026-01-31T09:30:00") is None
    assert loose.time_zone("Europe/Atlantis") is None
    assert loose.time_zone("../../etc/passwd") is None


@pytest.mark.parametrize(
    "value",
    ["", None, "0000-00-00 00:00:00", "1970-01-01T00:00:00Z", "{{now}}", 5, "2026-13-01T00:00:00Z"],
)
def test_what_is_no_time_is_absent(value: object) -> None:
    assert loose.moment(value, UTC) is None


def test_a_revision_is_milliseconds() -> None:
    assert loose.milliseconds(loose.moment("2026-01-31T08:30:00.250Z")) == 1769848200250
    assert loose.milliseconds(None) is None


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://shop.example.com/o/1?key=a&b=%20", True),
        ("HTTP://shop.example.com", True),
        ("javascript:alert(1)", False),
        ("//shop.example.com/o", False),
        ("https://shop.example.com/a b", False),
        ("https://shop.example.com/\n", False),
        ('https://shop.example.com/"onload="x', False),
        ("https://", False),
        (5, False),
        ("https://shop.example.com/" + "a" * 2_000, False),
    ],
)
def test_only_web_addresses_are_links(value: object, url: bool) -> None:
    assert loose.url(value) == (value if url else None)


def test_language_tags_have_their_standard_form() -> None:
    assert loose.locale("pt_BR") == "pt-BR"
    assert loose.locale("zh-Hant-TW") == "zh-Hant-TW"
    for value in ("", "german", "d", "de;q=1", None, 5):
        assert loose.locale(value) is None


def test_a_list_that_php_wrote_as_an_object_is_a_list() -> None:
    assert loose.items({"1": {"id": 1}, "3": {"id": 2}, "4": None}) == [{"id": 1}, {"id": 2}]
    assert loose.items("x") == []
    with pytest.raises(loose.Unreadable):
        loose.items({str(at): {} for at in range(1_001)})


def test_a_refusal_names_the_field_of_the_document() -> None:
    document = {"data": [{"lines": [{"total": "1"}, {"total": "12,50"}]}]}
    bad = document["data"][0]["lines"][1]["total"]
    with pytest.raises(BadInput) as caught:
        loose.usable(document, lambda: loose.amount(bad))
    assert caught.value.status == 422
    assert caught.value.problems[0].path == "data[0].lines[1].total"
    assert "12,50" in caught.value.problems[0].message
