"""A brand's values are made safe once, and a theme's win over them."""

import msgspec
import pytest

from tests.unit.compose.orders import BRAND
from twofifty.compose.brand import DEFAULT_ACCENT, support_text
from twofifty.compose.theme import LIGHT, Theme


@pytest.mark.parametrize("accent", ["", "red", "#12", "#0f766e;}", "#0F766G"])
def test_an_accent_that_is_no_colour_becomes_the_usual_one(accent: str) -> None:
    assert msgspec.structs.replace(BRAND, accent=accent).own_accent() == DEFAULT_ACCENT


def test_a_theme_s_accent_logo_and_footer_win() -> None:
    theme = Theme(
        logo="https://cdn.example.com/new.png",
        footer=("One", " "),
        light=msgspec.structs.replace(LIGHT, accent="#123456"),
    )
    brand = msgspec.structs.replace(BRAND, theme=theme, logo_url="https://cdn.example.com/old.png")
    assert brand.own_accent() == "#123456"
    assert brand.view()["logo"] == "https://cdn.example.com/new.png"
    assert brand.view()["legal"] == ["One"]


def test_an_empty_footer_is_a_footer() -> None:
    brand = msgspec.structs.replace(BRAND, theme=Theme(footer=()))
    assert brand.view()["legal"] == []
    assert BRAND.view()["legal"] != []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mailto:help@example.com?subject=x", "help@example.com"),
        ("https://shop.example.com/help/", "shop.example.com/help"),
        ("tel:+44201", "+44201"),
        ("javascript:alert(1)", ""),
    ],
)
def test_support_is_shown_as_people_read_it(url: str, shown: str) -> None:
    assert support_text(url) == shown
