"""What publishing does to a template changes nothing of what a reader sees."""

import re

from tests.unit.compose.reading import Page
from twofifty.compose.fold import fold, short_lines
from twofifty.compose.mustache import HTML, TEXT
from twofifty.compose.pack import builtin

PAGE = builtin().files["confirmation.full.html.mustache"]

CONSTANTS = {"t": {"a": "R&D", "b": "{{x}}", "none": None}}


def test_constants_are_folded_in_escaped_for_their_place() -> None:
    assert fold("<p>{{t.a}} {{ t.none }}</p>", CONSTANTS, HTML) == "<p>R&amp;D </p>"
    assert fold("{{t.a}}", CONSTANTS, TEXT) == "R&D"


def test_what_is_no_constant_is_left_to_the_engine() -> None:
    for source in ("{{t.c}}", "{{u.a}}", "{{a}}", "{{#t.a}}x{{/t.a}}", "{{{t.a}}}", "{{t.b}}"):
        assert fold(source, CONSTANTS, HTML) == source


def test_short_lines_mean_the_same() -> None:
    source = PAGE
    short = short_lines(source)
    before, after = Page(source), Page(short)
    assert before.skeleton == after.skeleton
    assert before.shown() == after.shown()
    assert [re.sub(r"\s", "", value) for value in before.attributes] == [
        re.sub(r"\s", "", value) for value in after.attributes
    ]
    assert before.links == after.links
    assert len(short) < len(source) * 1.02


def test_the_lines_of_the_template_are_short_but_for_a_few() -> None:
    rows = short_lines(PAGE).splitlines()
    assert sum(len(row) > 100 for row in rows) < len(rows) / 20


def test_a_link_s_semicolons_are_no_place_to_break() -> None:
    tag = f'<a class="x" href="https://example.com/?{"a=b;" * 40}" style="color:red">'
    assert Page(short_lines(tag)).links == Page(tag).links
