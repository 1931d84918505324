"""A theme states how mails look: strictly read, and legible whatever it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose.family import letters
from tests.unit.compose.orders import BRAND, SEED
from twofifty.compose.colour import contrast, is_light, mixed, readable
from twofifty.compose.composer import Composer
from twofifty.compose.context.error import TemplateError
from twofifty.compose.look import look
from twofifty.compose.pack import pack
from twofifty.compose.theme import PLAIN, Colours, Theme, parse
from twofifty.compose.tongue import Tongues

TONGUES = Tongues("en")
COLOUR = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
WHOLE = """
logo = "https://cdn.example.com/logo.png"
logo_height = 48
layout = "compact"
subjects = "telling"
font = "Inter"
font_url = "https://fonts.example.com/inter.css"
radius = 4
footer = ["Northlight Ltd", "VAT 1"]

[light]
accent = "#B00020"
text = "#202020"
background = "#eeeeee"
card = "#fafafa"

[dark]
accent = "#ff8a80"
"""


def refusal(text: str) -> str:
    with pytest.raises(TemplateError) as caught:
        parse(text)
    return "\n".join(map(str, caught.value.problems))


def test_nothing_stated_is_the_usual_theme() -> None:
    assert parse("").theme == PLAIN
    assert parse("").warnings == ()


def test_everything_can_be_stated() -> None:
    parsed = parse(WHOLE)
    assert parsed.warnings == ()
    theme = parsed.theme
    assert (theme.layout, theme.subjects, theme.radius, theme.font) == (
        "compact",
        "telling",
        4,
        "Inter",
    )
    assert theme.light == Colours("#b00020", "#202020", "#eeeeee", "#fafafa")
    assert theme.dark.accent == "#ff8a80"
    assert theme.dark.card == PLAIN.dark.card


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lgo = 1", "theme.toml, line 1, column 1: nothing is called 'lgo'; did you mean 'logo'?"),
        ("[light]\ntextt = '#000000'", "line 2, column 1: nothing is called 'textt'; did you mean"),
        ("\nradius = 99", "line 2, column 1: radius must be a whole number from 0 to 32"),
        ("radius = true", "radius must be a whole number"),
        ("logo = 'http://x.example.com/a.png'", "must be a URL that begins with https://"),
        ("logo = 'javascript:alert(1)'", "must be a URL"),
        ("layout = 'wide'", "layout must be one of full, compact"),
        ("subjects = 1", "subjects must be one of thread, telling"),
        ('font = "a\\"; x: url(//x)"', "font must be the name of one font"),
        ("footer = 'x'", "footer must be a list"),
        ("[dark]\ncard = 'red'", 'line 2, column 1: dark.card must be a colour such as "#0f766e"'),
        ("light = 3", "light must be a table of colours"),
        ("radius 3", "line 1, column 8: this is no TOML"),
        ("social = ['x']", "nothing is called 'social'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, said: str) -> None:
    assert said in refusal(text)


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert len(refusal("radius = 99\nfontt = 'x'\n[dark]\nink = '#000000'").splitlines()) == 3


def test_text_that_is_hard_to_read_is_mended_with_a_warning() -> None:
    parsed = parse('[light]\ntext = "#cccccc"')
    (warning,) = parsed.warnings
    assert str(warning.place) == "theme.toml, line 2, column 1"
    assert warning.nearest == parsed.theme.light.text
    assert contrast(parsed.theme.light.text, "#ffffff") >= 4.5


@given(COLOUR, COLOUR, COLOUR, COLOUR)
def test_whatever_is_stated_text_is_readable(
    accent: str, text: str, background: str, card: str
) -> None:
    stated = f'[light]\naccent="{accent}"\ntext="{text}"\nbackground="{background}"\ncard="{card}"'
    colours = parse(stated).theme.light
    seen = {name: str(value) for name, value in shown(Theme(light=colours)).items()}
    assert readable(seen["ink"], card)
    assert readable(seen["on_accent"], accent)
    assert readable(seen["link"], card)
    assert readable(seen["mute"], card) or seen["mute"] == seen["ink"]
    for pair in ("warn", "added", "removed", "changed"):
        assert readable(seen[f"{pair}_ink"], seen[pair])
        assert readable(seen[f"dark_{pair}_ink"], seen[f"dark_{pair}"])


def shown(theme: Theme, locale: str = "en") -> dict[str, object]:
    brand = Composer(BRAND).setting.brand
    values = {name: getattr(brand, name) for name in brand.__struct_fields__}
    return look(type(brand)(**{**values, "theme": theme}), TONGUES.speak(locale))


def test_the_usual_colours_are_readable_wherever_they_stand() -> None:
    seen = {name: str(value) for name, value in shown(PLAIN).items()}
    for scheme in ("", "dark_"):
        for ink in ("ink", "mute"):
            grounds = [seen[f"{scheme}{ground}"] for ground in ("card", "ground", "tile")]
            assert readable(seen[f"{scheme}{ink}"], *grounds)
        assert readable(seen[f"{scheme}link"], seen[f"{scheme}card"])
        assert readable(seen[f"{scheme}on_accent"], seen[f"{scheme}accent"])
        assert readable(seen[f"{scheme}link"], seen[f"{scheme}tile"])


@pytest.mark.parametrize("locale", ["en", "ar", "ja", "hi"])
def test_fonts_follow_the_script_and_begin_with_the_shop_s_own(locale: str) -> None:
    usual, own = shown(PLAIN, locale)["font"], shown(Theme(font="Inter"), locale)["font"]
    assert own == f"'Inter', {usual}"
    assert usual == TONGUES.speak(locale).fonts


def test_joined_letters_are_not_set_apart() -> None:
    assert shown(PLAIN, "ar")["tight"] == "0"
    assert shown(PLAIN, "en")["tight"] != "0"


def test_a_theme_shows_in_the_mail_and_wins_over_the_settings() -> None:
    mail = Composer(BRAND, own=pack({"theme.toml": WHOLE})).compose(letters()["confirmation"], SEED)
    assert mail.degraded == ""
    for value in ("#b00020", "#ff8a80", "border-radius:4px", "cdn.example.com/logo.png"):
        assert value in mail.html
    assert 'href="https://fonts.example.com/inter.css"' in mail.html
    assert "Northlight Ltd" in mail.text
    assert "Exampletown" not in mail.text
    assert mail.subject == "Order #1001 is confirmed"
    assert mail.layout == "compact"


def test_a_theme_that_is_none_is_refused_when_it_is_published() -> None:
    with pytest.raises(TemplateError):
        Composer(BRAND, own=pack({"theme.toml": "colour = 1"}))


@given(COLOUR, COLOUR, st.floats(0, 1))
def test_a_mix_lies_between_its_colours(one: str, other: str, share: float) -> None:
    low, high = sorted((int(one[1:3], 16), int(other[1:3], 16)))
    assert low <= int(mixed(one, other, share)[1:3], 16) <= high


@given(COLOUR)
def test_a_ground_is_light_or_dark(ground: str) -> None:
    better = "#000000" if is_light(ground) else "#ffffff"
    assert contrast(better, ground) >= 4.5
