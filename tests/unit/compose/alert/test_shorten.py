"""A name is shortened between signs, never inside one."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.alert.shorten import shorten

# What is torn most easily: marks, joiners, flags, syllables, conjuncts.
PIECES = [
    "e\u0301",
    "क्षि",
    "ก\u0e33",
    "👨\u200d👩\u200d👧",
    "🇩🇪",
    "각",
    "각",
    "👍🏽",
    "ｶﾞ",
    "a",
    "店",
    "เรา",
]
ICU = import_module("icu4py.breakers") if find_spec("icu4py") else None
needs_icu = pytest.mark.skipif(ICU is None, reason="icu4py is not there")
texts = st.lists(st.sampled_from([*PIECES, " ", "é", "x", "."]), max_size=40).map("".join)


def boundaries(text: str) -> set[int]:
    """Places between signs, in characters."""
    assert ICU is not None
    found, at = {0}, 0
    for sign in ICU.CharacterBreaker(text, "en"):
        at += len(sign)
        found.add(at)
    return found


@needs_icu
@given(texts, st.integers(1, 30))
def test_a_cut_is_made_between_signs_and_keeps_to_the_length(text: str, most: int) -> None:
    found = shorten(text, most)
    assert len(found) <= most
    assert text.startswith(found)
    assert len(found) in boundaries(text)


@given(texts)
def test_what_fits_is_left_as_it_is(text: str) -> None:
    assert shorten(text, max(1, len(text))) == text


@pytest.mark.parametrize(
    ("text", "most", "found"),
    [
        ("Mountain Coffee & Tea Roasters", 20, "Mountain Coffee"),
        ("Mountain Coffee", 15, "Mountain Coffee"),
        ("Donaudampfschifffahrtsgesellschaft", 10, "Donaudampf"),
        ("🇩🇪🇫🇷", 3, ""),
    ],
)
def test_words_are_kept_whole_where_there_are_some(text: str, most: int, found: str) -> None:
    assert shorten(text, most) == found
