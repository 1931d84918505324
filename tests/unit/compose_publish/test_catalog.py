import pytest

from twofifty.compose.catalog import Voices, own_catalog

HEAD = 'msgid ""\nmsgstr ""\n\n'


def said(body: str, language: str = "de") -> list[str]:
    found = own_catalog(f"locales/{language}.po", HEAD + body).problems
    return [str(problem) for problem in found]


def test_own_texts_replace_and_add() -> None:
    own = HEAD + 'msgid "view_order"\nmsgstr "Ansehen"\n\nmsgid "hello_shop"\nmsgstr "Moin"\n'
    voices = Voices({"locales/de.po": own})
    assert voices["de"]["view_order"] == "Ansehen"
    assert voices["de"]["hello_shop"] == "Moin"
    assert voices["de"].plurals == Voices({})["de"].plurals
    assert voices["en"]["view_order"] != "Ansehen"
    assert not voices.problems


def test_a_wrong_placeholder_is_told_with_its_line_and_the_right_one() -> None:
    (problem,) = said('msgid "subject"\nmsgstr "Bestellung {nummer}"\n')
    assert problem.startswith("locales/de.po, line 4")
    assert "{nummer}; did you mean {number}?" in problem


def test_a_text_with_a_wrong_placeholder_is_not_used() -> None:
    voices = Voices({"locales/de.po": HEAD + 'msgid "subject"\nmsgstr "{nummer}"\n'})
    assert voices["de"]["subject"] == Voices({})["de"]["subject"]


@pytest.mark.parametrize("text", ["{number", "number}", "{", "{number!r:>{x}"])
def test_braces_that_are_not_paired_are_told(text: str) -> None:
    assert said(f'msgid "subject"\nmsgstr "{text}"\n')


def test_attributes_and_formats_of_a_placeholder_are_refused() -> None:
    for text in ("{number.__class__}", "{number[0]}", "{number:>100000000}"):
        assert said(f'msgid "subject"\nmsgstr "{text}"\n'), text


@pytest.mark.parametrize(("language", "forms"), [("ru", 2), ("de", 3), ("ja", 2), ("ar", 3)])
def test_a_wrong_number_of_plural_forms_is_told(language: str, forms: int) -> None:
    rows = "".join(f'msgstr[{place}] "{{count}}"\n' for place in range(forms))
    (problem, *_) = said(f'msgid "preheader"\nmsgid_plural "preheader"\n{rows}', language)
    assert "locales/" in problem
    assert "plural" in problem or "translations" in problem


def test_a_text_that_has_plurals_is_told_where_it_has_none_here() -> None:
    (problem,) = said('msgid "preheader"\nmsgstr "{count}"\n')
    assert "msgid_plural" in problem


@pytest.mark.parametrize("language", ["nolanguage", "x", "..", "deutsch"])
def test_a_language_that_is_none_is_told(language: str) -> None:
    (problem,) = said('msgid "subject"\nmsgstr "x"\n', language)
    assert "is no language" in problem


def test_what_is_no_catalog_is_told_and_hurts_nothing() -> None:
    voices = Voices({"locales/de.po": "this is\nno catalog\n"})
    assert voices.problems
    assert voices["de"]["subject"] == Voices({})["de"]["subject"]


def test_fuzzy_and_empty_texts_are_left_out() -> None:
    own = HEAD + '#, fuzzy\nmsgid "subject"\nmsgstr "x"\n\nmsgid "view_order"\nmsgstr ""\n'
    voices = Voices({"locales/de.po": own})
    assert voices["de"].plain == Voices({})["de"].plain
