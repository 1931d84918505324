"""Colours of CSS and their contrast, as WCAG 2.2 reckons it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.lint.colour import Colour, colour, contrast

HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(HEX, HEX)
def test_contrast_is_the_same_from_both_sides_and_within_its_bounds(ink: str, ground: str) -> None:
    one, other = colour(ink), colour(ground)
    assert one is not None
    assert other is not None
    assert 1 <= contrast(one, other) <= 21.0001
    assert contrast(one, other) == contrast(other, one)


@pytest.mark.parametrize(
    ("ink", "ratio"), [("#000", 21.0), ("#767676", 4.54), ("#777777", 4.48), ("#fff", 1.0)]
)
def test_contrast_with_white_is_that_of_the_guidelines(ink: str, ratio: float) -> None:
    one, white = colour(ink), colour("white")
    assert one is not None
    assert white is not None
    assert contrast(one, white) == pytest.approx(ratio, abs=0.005)


@given(HEX)
def test_a_colour_says_itself(value: str) -> None:
    assert str(colour(value.upper())) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("#fff", "#ffffff"),
        ("#abc8", "#aabbcc"),
        ("rgb(255, 0, 0)", "#ff0000"),
        ("rgb(0 128 255 / 50%)", "#0080ff"),
        ("rgba(0,0,0,.5)", "#000000"),
        ("1px solid Navy", "#000080"),
        ("url(x.png) no-repeat #123456", "#123456"),
    ],
)
def test_the_ways_to_write_a_colour(value: str, said: str) -> None:
    assert str(colour(value)) == said


@pytest.mark.parametrize(
    "value", ["", "inherit", "transparent", "var(--red)", "url(red.png)", "#12"]
)
def test_what_is_no_colour_is_none(value: str) -> None:
    assert colour(value) is None


def test_what_lets_light_through_is_mixed() -> None:
    half = Colour(0, 0, 0, 0.5).over(Colour(255, 255, 255))
    assert str(half) == "#808080"


@given(st.text(max_size=40))
def test_no_value_is_too_odd_to_read(value: str) -> None:
    found = colour(value)
    assert found is None or 0 <= found.luminance <= 1
