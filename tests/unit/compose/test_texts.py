"""Every language says everything, with the same placeholders and its own plural forms."""

import re
from importlib.resources import files

import pytest
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from twofifty.compose.texts import SOURCE, Texts, categories, languages, load

OTHERS = [language for language in languages() if language != SOURCE]


def holes(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


def own(language: str) -> Texts:
    """A catalog without its fallback."""
    source = load(SOURCE)
    loaded = load(language)
    return Texts(
        language,
        {name: text for name, text in loaded.plain.items() if source.plain.get(name) is not text},
        loaded.plurals,
        loaded.form,
    )


def test_english_and_german_are_there() -> None:
    assert {"de", "en"} <= set(languages())


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_everything_that_english_says(language: str) -> None:
    assert own(language).plain.keys() == load(SOURCE).plain.keys()
    assert own(language).plurals.keys() == load(SOURCE).plurals.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_the_same_in_each_language(language: str) -> None:
    source, other = load(SOURCE), load(language)
    for name, text in source.plain.items():
        assert holes(other.plain[name]) == holes(text), name
    for name in source.plurals:
        assert all("{count}" in form for form in other.plurals[name]), name


@pytest.mark.parametrize("language", languages())
def test_plural_forms_are_as_many_as_the_language_has(language: str) -> None:
    with files("twofifty.compose.texts").joinpath(f"{language}.po").open("rb") as stored:
        catalog = read_po(stored, locale=language, charset="utf-8")
    assert catalog.num_plurals == get_plural(language).num_plurals == len(categories(language))
    for forms in load(language).plurals.values():
        assert len(forms) == len(categories(language))


@pytest.mark.parametrize("language", languages())
def test_no_text_holds_markup_or_a_tag_of_the_template_language(language: str) -> None:
    loaded = load(language)
    for text in (
        *loaded.plain.values(),
        *(form for forms in loaded.plurals.values() for form in forms),
    ):
        assert text.strip() == text
        assert not re.search(r"[<>]|\{\{|\}\}", text)


def test_counted_texts_take_the_right_form() -> None:
    english, german = load("en"), load("de")
    assert english.count("more_items", 1, "1") == "and 1 more item"
    assert english.count("more_items", 0, "0") == "and 0 more items"
    assert german.count("more_items", 1, "1") == "und 1 weiterer Artikel"
    assert german.count("more_items", 12, "12") == "und 12 weitere Artikel"


def test_what_a_catalog_lacks_is_said_in_english() -> None:
    source = load(SOURCE)
    short = Texts("de", source.plain | {"total": "Gesamt"}, source.plurals, source.form)
    assert short["total"] == "Gesamt"
    assert short["subtotal"] == source["subtotal"]


def test_a_german_mail_says_sie() -> None:
    assert not re.search(r"\b(du|dein\w*|dir|dich)\b", " ".join(load("de").plain.values()), re.I)
