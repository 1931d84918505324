from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.publish.theming import restated, stated
from twofifty.compose.theme import parse

FULL = """\
radius = 4
logo = "https://cdn.example.com/a.png"
footer = ["one", "two"]

[light]
accent = "#aa0000"
"""


def test_what_a_form_does_not_know_stays() -> None:
    text = restated(FULL, {"light.accent": "#00aa00"})
    assert parse(text).theme.radius == 4
    assert parse(text).theme.light.accent == "#00aa00"


def test_a_field_left_empty_is_not_stated_any_more() -> None:
    assert parse(restated(FULL, stated(FULL) | {"logo": " "})).theme.logo is None


def test_what_is_stated_comes_back_as_it_was() -> None:
    assert parse(restated(FULL, stated(FULL))).theme == parse(FULL).theme


def test_a_theme_that_was_no_toml_begins_anew() -> None:
    assert stated("= =") == {}
    assert parse(restated("= =", {"layout": "compact"})).theme.layout == "compact"


@given(
    st.lists(st.text(min_size=1).filter(lambda row: row.strip() and row.isprintable()), max_size=5)
)
def test_whatever_stands_in_a_footer_is_text(rows: list[str]) -> None:
    text = restated("", {"footer": "\n".join(rows)})
    assert stated(text).get("footer", "") == "\n".join(row.strip() for row in rows)
