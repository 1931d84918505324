"""Texts are found by name, counted by the language's own rules, and never missing."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.texts import (
    SOURCE,
    Catalogs,
    Texts,
    categories,
    former,
    languages,
    load,
    over,
)


def test_english_and_german_are_there() -> None:
    assert {"de", "en"} <= set(languages())


def test_counted_texts_take_the_right_form() -> None:
    english, german = load("en"), load("de")
    assert english.count("more_items", 1, "1") == "and 1 more item"
    assert english.count("more_items", 0, "0") == "and 0 more items"
    assert german.count("more_items", 1, "1") == "und 1 weiterer Artikel"
    assert german.count("more_items", 12, "12") == "und 12 weitere Artikel"


def test_a_number_with_decimals_has_its_own_form() -> None:
    czech = load("cs")
    forms = czech.plurals["parcels"]
    place = dict(zip(categories("cs"), forms, strict=True))
    assert czech.count("parcels", Decimal("1.5"), "1,5") == place["many"].format(count="1,5")
    assert czech.count("parcels", Decimal("2.0"), "2") == place["few"].format(count="2")
    assert czech.count("parcels", 5, "5") == place["other"].format(count="5")


@given(st.decimals(), st.sampled_from(languages()))
def test_any_number_takes_some_form(number: Decimal, language: str) -> None:
    assert 0 <= load(language).form(number) < len(categories(language))


def test_what_a_catalog_lacks_is_said_in_english() -> None:
    source = load(SOURCE)
    short = over(Texts("pl", {"total": "Razem"}, {}, former("pl")), source)
    assert short["total"] == "Razem"
    assert short["subtotal"] == source["subtotal"]
    assert short.count("more_items", 1, "1") == source.count("more_items", 1, "1")
    assert short.count("more_items", 3, "3") == source.count("more_items", 3, "3")


def test_catalogs_are_read_when_they_are_asked_for() -> None:
    catalogs = Catalogs()
    assert list(catalogs) == list(languages())
    assert len(catalogs) == len(languages())
    assert "de" in catalogs
    assert catalogs["de"] is catalogs["de"]
    with pytest.raises(KeyError):
        catalogs["../en"]


def test_portuguese_counts_as_portugal_does() -> None:
    assert load("pt").form(0) != load("pt").form(1)
    assert load("pt_BR").form(0) == load("pt_BR").form(1)


def test_a_german_mail_says_sie() -> None:
    assert not re.search(r"\b(du|dein\w*|dir|dich)\b", " ".join(load("de").plain.values()), re.I)
