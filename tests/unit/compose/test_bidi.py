"""A value never disturbs the line that it stands in, whatever its direction."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.bidi import ISOLATE, POP, balanced, disturbs, first_strong, isolate, plain

ORACLE = import_module("bidi") if find_spec("bidi") else None
needs_oracle = pytest.mark.skipif(ORACLE is None, reason="python-bidi, the oracle, is not here")

VALUES = st.text(alphabet="abcZ אבגשدمن ١٢٣0123456789 #+-./()@,:", min_size=1, max_size=24).filter(
    lambda text: text.strip() == text != ""
)


def seen(text: str, direction: str) -> str:
    """The line as the eye meets it, from left to right, without the invisible signs."""
    assert ORACLE is not None
    return plain(str(ORACLE.get_display(text, base_dir="R" if direction == "rtl" else "L")))


@needs_oracle
@given(VALUES)
def test_a_value_leaves_a_left_to_right_line_in_order(value: str) -> None:
    shown = seen(f"Order {isolate(value, 'ltr')}, 5 items - thanks", "ltr")
    assert shown.startswith("Order ")
    assert shown.endswith(", 5 items - thanks")


@needs_oracle
@given(VALUES)
def test_a_value_leaves_a_right_to_left_line_in_order(value: str) -> None:
    before, after = seen("הזמנה", "rtl"), seen("נשלחה", "rtl")
    shown = seen(f"הזמנה {isolate(value, 'rtl')}, 5 נשלחה", "rtl")
    assert shown.endswith(f" {before}")
    assert shown.startswith(f"{after} 5 ,")


@needs_oracle
@given(VALUES)
def test_a_value_itself_looks_as_it_does_alone(value: str) -> None:
    shown = seen(f"הזמנה {isolate(value, 'rtl')} נשלחה", "rtl")
    alone = seen(value, first_strong(value) or "ltr") if disturbs(value, "rtl") else None
    assert alone is None or f" {alone} " in shown


@pytest.mark.parametrize(
    ("value", "direction", "isolated"),
    [
        ("Ada Lovelace", "ltr", False),
        ("#1001", "ltr", False),
        ("משה כהן", "ltr", True),
        ("محمد", "ltr", True),
        ("משה כהן", "rtl", False),
        ("Ada", "rtl", True),
        ("#1001", "rtl", True),
        ("+49 30 123-45", "rtl", True),
        ("1001", "rtl", False),
        ("12 רחוב הרצל", "rtl", True),
        ("orders@example.com", "rtl", True),
        ("山田", "ltr", False),
    ],
)
def test_only_values_that_could_disturb_are_isolated(
    value: str, direction: str, isolated: bool
) -> None:
    assert isolate(value, direction) == (f"{ISOLATE}{value}{POP}" if isolated else value)


@given(st.text(max_size=40), st.sampled_from(["ltr", "rtl"]))
def test_isolates_are_always_balanced_and_take_nothing_away(value: str, direction: str) -> None:
    made = isolate(value, direction)
    assert plain(made) == plain(value)
    assert not disturbs(value, direction) or balanced(made)


def test_the_first_strong_letter_says_the_direction() -> None:
    assert first_strong("5 - שלום abc") == "rtl"
    assert first_strong("#12 abc שלום") == "ltr"
    assert first_strong("12:30 - 5") is None
