"""Each script has fonts that are installed, and the room that it needs."""

import pytest
from babel import Locale

from twofifty.compose import fonts
from twofifty.compose.texts import languages

SCRIPTS = {
    "ar": "Arab", "ur": "Arab", "fa": "Arab", "he": "Hebr", "hi": "Deva", "bn": "Beng",
    "ta": "Taml", "th": "Thai", "ja": "Jpan", "ko": "Kore", "zh_Hans": "Hans", "zh_Hant_TW": "Hant",
    "hy": "Armn", "ka": "Geor", "ru": "Cyrl", "el": "Grek", "de": "Latn", "sr": "Cyrl",
    "sr_Latn": "Latn", "az": "Latn",
}  # fmt: skip


@pytest.mark.parametrize(("locale", "script"), SCRIPTS.items())
def test_the_script_of_a_locale_is_known(locale: str, script: str) -> None:
    assert fonts.script(Locale.parse(locale)) == script


@pytest.mark.parametrize("language", languages())
def test_every_stack_ends_in_a_generic_family_and_fits_an_attribute(language: str) -> None:
    stack = fonts.stack(Locale.parse(language))
    assert stack.endswith("sans-serif")
    assert '"' not in stack
    assert stack.count("'") % 2 == 0
    families = [family.strip() for family in stack.split(",")]
    assert len(families) == len(set(families)) >= 4


def test_joined_scripts_are_never_set_apart() -> None:
    for locale in ("ar", "fa", "ur", "hi", "bn"):
        room = fonts.spacing(Locale(locale))
        assert not room.letters
        assert not room.italics
        assert float(room.line_height) > float(fonts.spacing(Locale("en")).line_height)


def test_hong_kong_has_its_own_forms_of_characters_first() -> None:
    assert fonts.stack(Locale.parse("zh_Hant_HK")).startswith("'PingFang HK'")
    assert fonts.stack(Locale.parse("zh_Hant_TW")).startswith("'PingFang TC'")
