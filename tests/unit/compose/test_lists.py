"""Lists read as the language says them."""

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.lists import listed
from twofifty.compose.tongue import Tongues


@pytest.mark.parametrize(
    ("locale", "items", "said"),
    [
        ("en", ["A", "B", "C"], "A, B, and C"),
        ("en_GB", ["A", "B", "C"], "A, B and C"),
        ("de", ["A", "B", "C"], "A, B und C"),
        ("de", ["A", "B"], "A und B"),
        ("fr", ["A", "B", "C"], "A, B et C"),
        ("ja", ["A", "B", "C"], "A、B、C"),
        ("zh_Hans", ["A", "B", "C"], "A、B和C"),
        ("ar", ["أ", "ب", "ج"], "أ وب وج"),
        ("he", ["א", "ב"], "א וב"),
        ("he", ["א", "USB"], "א ו-USB"),
        ("es", ["Té", "Café"], "Té y Café"),
        ("es", ["aguja", "hilo"], "aguja e hilo"),
        ("es", ["agua", "hielo"], "agua y hielo"),
        ("de", ["A"], "A"),
        ("de", [], ""),
    ],
)
def test_items_are_joined_as_the_language_joins_them(
    locale: str, items: list[str], said: str
) -> None:
    assert listed(items, Locale.parse(locale)) == said


@given(st.lists(st.text(min_size=1), max_size=8), st.sampled_from("en de ar he es ja th".split()))
def test_no_item_is_lost_or_changed_whatever_it_holds(items: list[str], locale: str) -> None:
    said = listed(items, Locale(locale))
    for item in items:
        before, found, said = said.partition(item)
        assert found == item
        assert len(before) < 12 or before in items


def test_a_tongue_joins_lists() -> None:
    assert Tongues("en").speak("de-AT").list(["A", "B", "C"]) == "A, B und C"
