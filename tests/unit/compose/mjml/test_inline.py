"""Inlining adds styles to elements and changes nothing else."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose.reading import Page
from twofifty.compose.context import TemplateError
from twofifty.compose.mjml import inline_css

FOLDERS = ("postmark-templates", "sendwithus", "leemunroe", "mailgun-templates")
CORPUS = Path("../shared/corpora/templates")
FILES = [file for folder in FOLDERS for file in sorted((CORPUS / folder).glob("*.html"))]
SHEET = "<style data-inline>%s</style>"


def inlined(css: str, html: str) -> str:
    return inline_css(SHEET % css + html, "mustache", "x")


@pytest.mark.skipif(not FILES, reason="the corpora are not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_templates_of_the_world_keep_their_words_links_and_elements(file: Path) -> None:
    source = re.sub(r"<style(?=[\s>])", "<style data-inline", file.read_text("utf-8"))
    before, after = Page(source), Page(inline_css(source, "liquid", file.name))
    assert before.shown() == after.shown()
    assert before.links == after.links


def test_a_rule_becomes_a_style_and_the_sheet_is_gone() -> None:
    got = inlined(".a{color:red}", '<p class="a">x</p>')
    assert got == '<p style="color:red" class="a">x</p>'


def test_an_elements_own_style_wins() -> None:
    html = inlined("p{color:red;margin:0}", '<p style="color:{{ink}}">x</p>')
    assert html == '<p style="margin:0;color:{{ink}}">x</p>'


def test_what_is_important_stays_important() -> None:
    html = inlined("p{color:red!important}", '<p style="color:blue">x</p>')
    assert html == '<p style="color:red!important;color:blue">x</p>'


def test_what_no_element_can_hold_stays_in_a_sheet() -> None:
    css = "a:hover{color:red}@media (max-width:480px){p{margin:0}}p:first-child{top:0}"
    html = inlined(css, "<div><p>x</p></div>")
    assert "a:hover{color:red}" in html
    assert "@media (max-width:480px){p{margin:0}}" in html
    assert '<p style="top:0">' in html


def test_a_sheet_that_does_not_ask_is_left_alone() -> None:
    html = '<style>p{color:red}</style><link rel="stylesheet" href="x.css"><p>x</p>'
    assert inline_css(html, "mustache", "x") == html


def test_rows_sections_partials_and_conditions_stay_where_they_are() -> None:
    html = (
        "<table>{{#rows}}<tr {{#odd}}class='b'{{/odd}}><td>{{>cell}}{{&raw}}</td></tr>{{/rows}}"
        "</table><!--[if mso]><p>{{x}}</p><![endif]-->&nbsp;&zwnj;<img src='{{s}}'><br/>"
    )
    got = inlined("td{color:red}", html)
    assert got == html.replace("<td>", '<td style="color:red">')


def test_a_value_in_the_sheet_comes_into_the_styles() -> None:
    html = inlined("td{color:{{brand.ink}}}", "<table><tr><td>x</td></tr></table>")
    assert '<td style="color:{{brand.ink}}">' in html


def test_a_condition_in_the_sheet_is_refused_with_its_place() -> None:
    with pytest.raises(TemplateError) as caught:
        inlined("td{ {{#a}}color:red{{/a}} }", "<td>")
    assert str(caught.value).startswith("x, line 1, column 24: a style sheet that is inlined")


def test_no_file_is_read_whatever_the_html_links_to(tmp_path: Path) -> None:
    sheet = tmp_path / "x.css"
    sheet.write_text("p{color:red}")
    link = f'<link rel="stylesheet" href="{sheet.as_uri()}"><p>x</p>'
    assert "color:red" not in inlined("a{top:0}", link)


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(TemplateError, match="nested more than"):
        inlined("p{top:0}", "<div>" * 60_000)


MARKUP = st.lists(
    st.sampled_from(
        "<p> </p> <table> <tr> <td> </td> </table> {{#a}} {{/a}} {{b}} {{>c}} <br/> &amp; < > \" '"
        " <!--x--> <a href='{{u}}'> text <style> </style> <td{{#a}} class='b'{{/a}}>".split(" ")
    ),
    max_size=25,
)


@given(MARKUP)
def test_only_styles_are_added(pieces: list[str]) -> None:
    html = "".join(pieces)
    got = inlined("p,td,a{color:red}", html)
    assert got.replace(' style="color:red"', "") == html
