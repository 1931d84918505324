"""Formats and words of one mail are always of one language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.locale import negotiate, tag
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
        assert tongues.speak(f"x{number}") is tongues.default
    assert len(tongues._by_wish) <= 1_000
