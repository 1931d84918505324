"""An update says what changed, in words, and nothing else; then the whole order."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose.family import changed, letters
from tests.unit.compose.orders import BRAND, SEED, english
from tests.unit.compose.reading import Page
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.compose.tongue import Tongues
from twofifty.compose.view import view
from twofifty.order.model import Line, Order

COMPOSER = Composer(BRAND)
TONGUES = Tongues("en")


def update(before: Order | None, order: Order) -> Letter:
    return Letter(kind="update", order=order, before=before, facts="m_1", root_subject="x")


def changes(before: Order | None, order: Order) -> Any:
    return view(update(before, order), BRAND, TONGUES.speak(order.locale))["changes"]


def shifts(line: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(shift["label"], shift["was"], shift["now"]) for shift in line["shifts"]]


def test_lines_are_added_removed_or_changed() -> None:
    said = changes(english(), changed())["lines"]
    assert [(line["word"], line["title"]) for line in said] == [
        ("Changed", "Merino crew neck sweater"),
        ("Added", "Canvas bag"),
        ("Removed", "Ceramic pour-over set"),
    ]
    assert shifts(said[0]) == [
        ("", "Forest green / M", "Forest green / L"),
        ("Quantity", "2", "3"),
        ("Price", "€59.00", "€55.00"),
    ]


def test_fields_are_said_before_and_after() -> None:
    said = {field["label"]: field for field in changes(english(), changed())["fields"]}
    assert list(said) == [
        "Shipping address",
        "Shipping method",
        "Expected delivery",
        "Your note",
        "E-mail address",
    ]
    assert "12 Canal Street" in said["Shipping address"]["was"]
    assert "7 Quay Street" in said["Shipping address"]["now"]
    assert said["Your note"]["was"] == ""
    assert said["E-mail address"]["now"] == "ada.new@example.com"


def test_an_address_that_was_and_is_both_is_said_once() -> None:
    before = english().shipping_address
    assert before is not None
    home = msgspec.structs.replace(before, city="Cork")
    order = msgspec.structs.replace(english(), shipping_address=home, billing_address=home)
    labels = [field["label"] for field in changes(english(), order)["fields"]]
    assert labels == ["Shipping and billing address"]


def test_the_total_is_said_before_and_after() -> None:
    said = changes(english(), changed())
    assert said["money"] == "The new total is €239.45. Before, it was €221.95."
    same = msgspec.structs.replace(english(), note="x")
    assert changes(english(), same)["money"] == "The total stays the same: €221.95."


def test_what_did_not_change_is_not_said() -> None:
    assert changes(english(), english()) is None
    board = "Engraved walnut board"
    assert board not in [line["title"] for line in changes(english(), changed())["lines"]]


def test_where_it_is_unknown_what_was_told_the_order_stands_alone() -> None:
    mail = COMPOSER.compose(update(None, changed()), SEED)
    assert mail.degraded == ""
    assert "What changed" not in mail.text
    assert "Canvas bag" in mail.text


def test_a_change_is_told_by_words_and_by_elements_not_by_colour_alone() -> None:
    mail = COMPOSER.compose(letters()["update"], SEED)
    page = Page(mail.html)
    tags = [tag for tag, _ in page.skeleton]
    assert tags.count("del") == tags.count("/del") > 0
    assert tags.count("ins") == tags.count("/ins") > 0
    for words in ("before: 2", "now: 3", "Added", "Removed", "Changed"):
        assert words in page.shown()
        assert words in mail.text


def test_the_whole_order_follows_the_changes() -> None:
    text = COMPOSER.compose(letters()["update"], SEED).text
    assert text.index("What changed") < text.index("Your items") < text.index("Still to pay   ")


@pytest.mark.parametrize("locale", ["ar", "fa", "he", "ur"])
def test_the_arrow_points_the_way_the_language_runs(locale: str) -> None:
    html = COMPOSER.compose(letters(locale)["update"], SEED).html
    assert "←" in html
    assert "→" not in html


LINES = st.lists(
    st.builds(
        Line,
        id=st.sampled_from("abcdef"),
        title=st.sampled_from(["One", "Two", "Three"]),
        quantity=st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(3)]),
        unit_price=st.none() | st.decimals(0, 99, places=2),
        variant=st.none() | st.sampled_from(["S", "M"]),
    ),
    max_size=6,
    unique_by=lambda line: line.id,
)


@given(LINES, LINES)
def test_every_line_that_came_or_went_is_named(old: list[Line], new: list[Line]) -> None:
    before = msgspec.structs.replace(english(), lines=tuple(old))
    said = changes(before, msgspec.structs.replace(english(), lines=tuple(new)))
    lines = said["lines"] if said else []
    was, now = {line.id for line in old}, {line.id for line in new}
    assert sum(line["added"] for line in lines) == len(now - was)
    assert sum(line["removed"] for line in lines) == len(was - now)
    assert all(line["shifts"] for line in lines if line["changed"])
