"""No line of an order is lost without a word, whatever engine makes its mail."""

import msgspec
import pytest

from tests.unit.compose_publish.mails import SETTING, seed
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.compose.pack import builtin, pack
from twofifty.compose.publish.occasions import samples
from twofifty.order.model import Order

LEAN = "<b>{{ order_number }}</b>{% for line in line_items %}<p>{{ line.title }}</p>{% endfor %}"
WIDE = LEAN.replace("<p>", f'<p class="{"wide " * 400}">')
FAT = "<p>so long</p>" * 9_000 + LEAN


def order_of(lines: int) -> Order:
    full = samples()["full"]
    made = (
        msgspec.structs.replace(full.lines[0], id=str(number), title=f"Article {number};")
        for number in range(lines)
    )
    return msgspec.structs.replace(full, lines=tuple(made))


def mail_of(source: str, lines: int) -> Composed:
    own = pack({"confirmation.html.liquid": source})
    composer = Composer(SETTING.brand, own=own)
    return composer.compose(Letter(kind="confirmation", order=order_of(lines)), seed())


@pytest.mark.parametrize("lines", [1, 100, 101, 500, 1_000])
def test_liquid_shows_every_line_of_an_order(lines: int) -> None:
    mail = mail_of(LEAN, lines)
    assert mail.degraded == ""
    assert all(f"Article {number};" in mail.html for number in range(lines))


def test_liquid_that_an_order_makes_too_long_gives_way_to_what_says_how_many_more() -> None:
    mail = mail_of(WIDE, 60)
    assert mail.template_version == builtin().version
    assert "does not fit" in mail.degraded
    assert len(mail.html.encode()) < 102_400
    assert all(f"Article {number};" in mail.html for number in range(60))


def test_liquid_that_is_long_by_itself_is_its_authors_own_wish() -> None:
    mail = mail_of(FAT, 3)
    assert mail.degraded == ""
    assert mail.html.startswith("<p>so long</p>")
