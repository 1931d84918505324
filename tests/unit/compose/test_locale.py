"""Formats and words of one mail are always of one language."""

from datetime import date
from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose.reading_money import read_money
from twofifty.compose.digits import wished
from twofifty.compose.fonts import script
from twofifty.compose.locale import choose, negotiate, tag
from twofifty.compose.texts import languages
from twofifty.compose.tongue import Tongues

LANGUAGES = ("de", "en")


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("de-AT", "de-AT"),
        ("de_AT.UTF-8", "de-AT"),
        ("DE-ch", "de-CH"),
        ("de-XX", "de"),
        ("de-Latn-DE", "de-DE"),
        ("en-u-ca-gregory", "en"),
        ("en-GB", "en-GB"),
        ("fr-FR", "en"),
        ("xx", "en"),
        ("", "en"),
        (None, "en"),
        ("english", "en"),
        ("de AT", "en"),
    ],
)
def test_a_tag_is_spoken_as_closely_as_we_can(wanted: str | None, spoken: str) -> None:
    assert tag(negotiate(wanted, LANGUAGES, "en")) == spoken


def test_an_unknown_language_gets_the_default() -> None:
    assert tag(negotiate("fr", LANGUAGES, "de-AT")) == "de-AT"
    assert tag(negotiate("fr", LANGUAGES, "nonsense!")) == "en"


CATALOGS = (
    "af ar az bg bn bs ca cs da de el en es et eu fa fi fil fr gl he hi hr hu hy id is it ja ka kk"
    " ko lt lv mk ms nb nl pl pt pt_BR ro ru sk sl sq sr sv sw ta th tr uk ur vi zh_Hans zh_Hant"
).split()


@pytest.mark.parametrize(
    ("wanted", "catalog", "spoken"),
    [
        ("zh-TW", "zh_Hant", "zh-Hant-TW"),
        ("zh-HK", "zh_Hant", "zh-Hant-HK"),
        ("zh_MO", "zh_Hant", "zh-Hant-MO"),
        ("zh", "zh_Hans", "zh-Hans"),
        ("zh-CN", "zh_Hans", "zh-Hans-CN"),
        ("zh-Hans-HK", "zh_Hans", "zh-Hans-HK"),
        ("zh-Hant", "zh_Hant", "zh-Hant"),
        ("zh-cmn-Hans-CN", "zh_Hans", "zh-Hans-CN"),
        ("yue-HK", "zh_Hant", "zh-Hant-HK"),
        ("pt-BR", "pt_BR", "pt-BR"),
        ("pt-PT", "pt", "pt-PT"),
        ("pt-AO", "pt", "pt-AO"),
        ("pt", "pt", "pt-PT"),
        ("no", "nb", "nb"),
        ("nn-NO", "nb", "nb-NO"),
        ("iw-IL", "he", "he-IL"),
        ("in", "id", "id"),
        ("tl-PH", "fil", "fil-PH"),
        ("mo", "ro", "ro"),
        ("sr-RS", "sr", "sr-Cyrl-RS"),
        ("sr-Latn-RS", "sr", "sr-Cyrl-RS"),
        ("es-MX", "es", "es-MX"),
        ("es-419", "es", "es-419"),
        ("en-GB", "en", "en-GB"),
        ("en_UK", "en", "en-GB"),
        ("de_CH.UTF-8@euro", "de", "de-CH"),
        ("deu", "de", "de"),
        ("prs", "fa", "fa-AF"),
        ("ar-EG-u-nu-latn", "ar", "ar-EG"),
        ("uz-UZ", "en", "en"),
        ("C", "en", "en"),
        ("i-klingon", "en", "en"),
    ],
)
def test_a_tag_finds_its_catalog_and_its_formats(wanted: str, catalog: str, spoken: str) -> None:
    choice = choose(wanted, CATALOGS, "en")
    assert (choice.catalog, tag(choice.locale)) == (catalog, spoken)


@given(st.text(max_size=80) | st.from_regex(r"[a-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,4}"))
def test_texts_and_formats_are_of_one_script(text: str) -> None:
    choice = choose(text, CATALOGS, "en")
    assert choice.catalog in CATALOGS
    assert script(choice.locale) == script(Locale.parse(choice.catalog))


@pytest.mark.parametrize(
    ("wanted", "wish"),
    [
        ("ar-EG-u-nu-latn", "latn"),
        ("ar-u-ca-gregory-nu-latn", "latn"),
        ("ar-EG-u-nu-arab", None),
        ("ar-EG", None),
        (None, None),
        ("u-nu-" + "x" * 9_000, None),
    ],
)
def test_latin_digits_can_be_asked_for(wanted: str | None, wish: str | None) -> None:
    assert wished(wanted) == wish


def test_a_tongue_keeps_to_the_digits_that_were_asked_for() -> None:
    tongues = Tongues("en")
    asked, usual = tongues.speak("ar-EG-u-nu-latn"), tongues.speak("ar-EG")
    if usual.texts.language == "ar":
        assert usual.quantity(Decimal(12)) == "١٢"
        assert asked.quantity(Decimal(12)) == "12"
        assert asked.long_day(date(2026, 11, 26)).endswith("2026")
        assert usual.long_day(date(2026, 11, 26)).endswith("٢٠٢٦")


@given(st.text(max_size=80))
def test_no_text_makes_the_negotiation_fail(text: str) -> None:
    assert negotiate(text, LANGUAGES, "en").language in LANGUAGES


def test_a_regional_tongue_has_its_own_formats_and_the_language_s_words() -> None:
    tongue = Tongues("en").speak("de-AT")
    assert tongue.tag == "de-AT"
    assert tongue.texts.language == "de"
    assert tongue.direction == "ltr"
    assert tongue.country("AT") == "Österreich"


def test_what_is_remembered_of_strange_tags_is_bounded() -> None:
    tongues = Tongues("en")
    for number in range(3_000):
        assert tongues.speak(f"x{number}") is tongues.default  # no language has a digit
    assert len(tongues._by_wish) <= 1_000


@pytest.mark.parametrize("catalog", languages())
def test_every_catalog_is_spoken_under_its_own_name(catalog: str) -> None:
    tongue = Tongues("en").speak(catalog.replace("_", "-"))
    assert tongue.texts.language == catalog
    assert tongue.locale.language == catalog.partition("_")[0]
    assert tongue.direction == ("rtl" if catalog in ("ar", "fa", "he", "ur") else "ltr")


@pytest.mark.parametrize("catalog", languages())
def test_a_total_can_be_read_back_in_every_language(catalog: str) -> None:
    tongue = Tongues("en").speak(catalog.replace("_", "-"))
    for currency, amount in (("EUR", "12345.60"), ("JPY", "-1234"), ("KWD", "0.125")):
        shown = tongue.money(currency)(Decimal(amount))
        assert read_money(shown, tongue.locale) == Decimal(amount)
