"""What a page says is what is there."""

import pytest
from markupsafe import Markup

from twofifty.web.page import _plainly as plainly


@pytest.mark.parametrize("code", [0x061C, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066, 0x2069])
def test_what_would_turn_the_direction_of_text_is_spelled_out(code: int) -> None:
    assert plainly(f"moc.elpmaxe{chr(code)}@") == f"moc.elpmaxe[U+{code:04X}]@"


@pytest.mark.parametrize("name", ["Ada", "Zoë", "שרה", "فاطمة", "李雷", 7, None])
def test_every_other_value_stays_as_it_is(name: object) -> None:
    assert plainly(name) is name


def test_what_was_escaped_stays_escaped() -> None:
    spelled = plainly(Markup("<b>\u202e</b>"))
    assert isinstance(spelled, Markup)
    assert spelled == Markup("<b>[U+202E]</b>")
