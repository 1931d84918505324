"""Every kind in every language is one segment, and the page says so as it is."""

from pathlib import Path
from typing import Final

import msgspec
import pytest

from twofifty.compose.alert.alert import Alert
from twofifty.compose.alert.segment import counted, plain
from twofifty.compose.alert.write import alert
from twofifty.compose.letter import Letter
from twofifty.compose.texts import languages
from twofifty.compose.tongue import Tongues
from twofifty.notice.model import Kind
from twofifty.order.model import Links
from twofifty.order.specimen import specimen

PAGE: Final = Path(__file__).parents[4] / "docs" / "explain" / "reach.md"
KINDS: Final[tuple[Kind, ...]] = (
    "confirmation",
    "update",
    "cancellation",
    "refund",
    "shipment",
    "delay",
    "delivery",
    "agent",
)
URL: Final = "https://orders.example.com/o/" + "x" * 61
ORDER: Final = msgspec.structs.replace(specimen(), number="100001", links=Links())
TONGUES: Final = Tongues("en")
ROOM: Final = {"gsm": 160, "ucs2": 70}


def said(language: str, kind: Kind, shop: str = "Example Shop") -> Alert:
    letter = Letter(kind=kind, order=ORDER, page_url=URL)
    return alert("m_1", letter, TONGUES.speak(language.replace("_", "-")), shop)


def room(language: str) -> int:
    took = [counted(plain(f": {said(language, kind).news}")) for kind in KINDS]
    return min(ROOM[each.encoding] - each.units for each in took)


def cell(one: Alert) -> str:
    linked = one.url is not None and one.url in one.text
    return f"{one.segments} {'G' if one.encoding == 'gsm' else 'U'}{'+' if linked else ''}"


def rows() -> list[str]:
    head = ["", *KINDS, "room"]
    cells = [
        [f"`{name}`", *(cell(said(name, kind)) for kind in KINDS), str(room(name))]
        for name in languages()
    ]
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *cells)]


@pytest.mark.parametrize("language", languages())
def test_every_kind_is_one_segment_in_every_language(language: str) -> None:
    assert {said(language, kind).segments for kind in KINDS} == {1}


def test_the_page_says_what_was_measured() -> None:
    assert "\n".join(rows()) in PAGE.read_text(encoding="utf-8")


def test_a_long_name_of_a_shop_costs_the_link_before_a_segment() -> None:
    for language in languages():
        one = said(language, "shipment", "The Long Name of a Shop That Sells Everything")
        linked = one.url is not None and one.url in one.text
        assert not (linked and one.segments > 1)
        assert len(one.title) <= 40
