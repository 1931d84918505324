"""MJML becomes HTML with every template tag where it was, or an error that says where and what."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.context import TemplateError
from twofifty.compose.mjml import compile_mjml
from twofifty.compose.mustache import HTML, compile_template

CORPUS = Path("../shared/corpora/templates/mjml-templates")
FILES = sorted(CORPUS.glob("*.mjml"))
COLUMN = "<mjml><mj-body><mj-section><mj-column>%s</mj-column></mj-section></mj-body></mjml>"
AT = len("<mjml><mj-body><mj-section><mj-column>") + 1


def html_of(source: str) -> str:
    return compile_mjml(source, "mustache", "shop.mjml")


def refusal(source: str) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        html_of(source)
    return caught.value


class Words(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str | None] = []
        self.raw = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.raw += tag in ("style", "mj-style", "title", "mj-title", "mj-preview")
        self.links += [value for name, value in attrs if name in ("href", "src") and tag != "link"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        self.raw -= tag in ("style", "mj-style", "title", "mj-title", "mj-preview")

    def handle_data(self, data: str) -> None:
        if not self.raw:
            self.words += data.split()


@pytest.mark.skipif(not FILES, reason="the corpora are not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_mjmls_own_templates_compile_with_their_words_and_links(file: Path) -> None:
    source = file.read_text("utf-8")
    html = html_of(source)
    before, after = Words(source), Words(html)
    # The compiler draws a menu that opens, from two signs of its own.
    assert before.words == [word for word in after.words if word not in ("☰", "⊗")]
    wanted = {link for link in before.links if link and "fonts." not in link}
    there = " ".join(link or "" for link in after.links)
    assert [link for link in wanted if link not in there] == []
    assert max(len(line) for line in html.splitlines()) < 4000


def test_sections_between_elements_stay_around_them() -> None:
    source = COLUMN % "{{#lines}}<mj-text>{{title}}</mj-text>{{/lines}}<mj-text>{{total}}</mj-text>"
    html = html_of(source)
    tags = re.findall(r"\{\{.*?\}\}", html)
    assert tags == ["{{#lines}}", "{{title}}", "{{/lines}}", "{{total}}"]
    template = compile_template(html, name="shop", dialect=HTML)
    said = template.render({"lines": [{"title": "A&B"}, {"title": "C"}], "total": "12"})
    assert Words(said).words == ["A&B", "C", "12"]
    assert said.count("<tr>") == said.count("</tr>")


def test_html_in_an_element_stays_as_it_was_written() -> None:
    inner = 'a<br>b &nbsp;<b {{#x}}class="y"{{/x}}>{{{z}}}</b>{{! said }}<hr {{^q}}hidden{{/q}}>'
    assert inner in html_of(COLUMN % f"<mj-text>{inner}</mj-text>")


def test_rows_of_a_table_keep_their_section() -> None:
    rows = "{{#rows}}<tr><td>{{a}}</td></tr>{{/rows}}"
    assert rows in html_of(COLUMN % f"<mj-table>{rows}</mj-table>")


def test_a_value_of_an_attribute_stands_wherever_mjml_writes_it() -> None:
    button = '<mj-button background-color="{{accent}}" href="{{url}}">{{t.view}}</mj-button>'
    html = html_of(COLUMN % button)
    assert 'bgcolor="{{accent}}"' in html
    assert "background:{{accent}}" in html.replace("\n", "")
    assert 'href="{{url}}"' in html.replace("\n", " ")


def test_a_condition_around_an_attribute_moves_into_its_value() -> None:
    html = html_of(COLUMN % '<mj-image src="{{s}}" {{#a}}alt="b"{{/a}}{{#c}}title="d"{{/c}}/>')
    assert 'alt="{{#a}}b{{/a}}"' in html
    assert 'title="{{#c}}d{{/c}}"' in html


def test_classes_keep_their_names_beside_tags() -> None:
    html = html_of('<mjml><mj-body><mj-section css-class="a  {{ b }}"/></mj-body></mjml>')
    assert 'class="a  {{ b }}"' in html


def test_a_liquid_comparison_is_no_markup() -> None:
    source = (
        COLUMN % "{% if a < b and c > d %}<mj-text>{% if x<1 %}y{% endif %}</mj-text>{% endif %}"
    )
    html = compile_mjml(source, "liquid", "shop")
    assert re.findall(r"\{%.*?%\}", html) == [
        "{% if a < b and c > d %}",
        "{% if x<1 %}",
        "{% endif %}",
        "{% endif %}",
    ]


def test_quotes_end_no_attribute_that_they_did_not_begin() -> None:
    image = """<mj-image src='x' alt='say "{{ "a" | t }}" {% if b == "c" %}d{% endif %}'/>"""
    html = compile_mjml(COLUMN % image, "liquid", "shop")
    alt = 'alt="say &quot;{{ "a" | t }}&quot; {% if b == "c" %}d{% endif %}"'
    assert alt in html
    head = '<mj-head><mj-title>An "order" of {{ a }}</mj-title></mj-head>'
    said = html_of(f"<mjml>{head}<mj-body></mj-body></mjml>").replace("\n", " ")
    assert 'aria-label="An &quot;order&quot; of {{ a }}"' in said


def test_what_stands_around_the_mjml_stays_there() -> None:
    source = (
        "{% assign a = 1 %}" + COLUMN % "<mj-text>b</mj-text>" + "{% comment %}<x{% endcomment %}"
    )
    html = compile_mjml(source, "liquid", "shop")
    assert html.startswith("{% assign a = 1 %}<!doctype html>")
    assert html.endswith("</html>{% comment %}<x{% endcomment %}")


def test_a_style_sheet_for_inlining_is_inlined_and_any_other_is_not() -> None:
    head = "<mj-head><mj-style>.x{top:0}</mj-style><mj-style inline='inline'>.b td{color:{{ink}}}"
    body = "<mj-body><mj-section css-class='b'/></mj-body>"
    html = html_of(f"<mjml>{head}</mj-style></mj-head>{body}</mjml>")
    assert "color:{{ink}};" in html
    assert ".x{top:0}" in html
    assert ".b td" not in html


def test_no_font_and_no_file_is_fetched_or_linked() -> None:
    html = html_of(COLUMN % "<mj-text font-family='Ubuntu'>a</mj-text>")
    assert "<link" not in html
    assert "@import" not in html


@pytest.mark.parametrize(
    ("inner", "column", "said"),
    [
        ("<mj-texxt>a</mj-texxt>", 0, "did you mean mj-text?"),
        ("<mj-text collor='x'>a</mj-text>", 9, "did you mean color?"),
        ("<mj-text padding='{{a}}'>a</mj-text>", 9, "write the value out"),
        ("<mj-image {{#a}}src='x'{{/a}}/>", 10, "src cannot be left out"),
        ("<mj-image {{#a}}alt='x' src='y'{{/a}}/>", 10, "beside attributes"),
        ("hello", 0, "write it in <mj-text>"),
        ("<mj-include path='https://cdn.example.com/x.mjml'/>", 0, "partials/"),
        ("<mj-section></mj-section>", 0, "it stands in <mj-body> or <mj-wrapper>"),
        ("<mj-social>{{#a}}{{/a}}</mj-social>", 11, "put them around it"),
        ("</mj-text>", 0, "closes nothing"),
        ("<mj-text>{{a</mj-text>", 9, "never closed"),
        ("{{=<% %>=}}", 0, "delimiters cannot be changed"),
    ],
)
def test_what_is_no_mjml_is_refused_with_its_place_and_how_to_mend_it(
    inner: str, column: int, said: str
) -> None:
    error = refusal(COLUMN % inner)
    assert error.place is not None
    assert (error.place.line, error.place.column) == (1, AT + column)
    assert said in error.message


def test_an_element_that_is_never_closed_is_named_with_its_line() -> None:
    error = refusal("<mjml>\n<mj-body>\n <mj-section>\n</mj-body>\n</mjml>")
    assert str(error).startswith("shop.mjml, line 3, column 2: <mj-section> is not closed")


def test_an_include_in_the_head_is_refused_too() -> None:
    assert "partials/" in str(refusal("<mjml><mj-head><mj-include path='a'/></mj-head></mjml>"))


@pytest.mark.parametrize(
    "source",
    [
        "{{" * 200_000,
        "<div>" * 100_000,
        "<mjml>" * 80_000,
        "<mjml><mj-body " + "a='" * 100_000,
        "<mjml><mj-body>" + "<!--" * 100_000,
        "x" * 10_000_000,
        "",
    ],
    ids=["tags", "elements", "roots", "quotes", "comments", "large", "empty"],
)
def test_a_hostile_source_is_refused_with_few_words(source: str) -> None:
    error = refusal(source)
    assert 1 <= len(error.problems) <= 200
    assert len(str(error)) < 500


PIECES = st.sampled_from(
    "<mjml> </mjml> <mj-body> </mj-body> <mj-section> </mj-section> <mj-column> </mj-column> "
    "<mj-text> </mj-text> <mj-text/> {{a}} {{#a}} {{/a}} {{ }} < > \" ' <!-- --> x= <br> "
    "<mj-raw>".split()
)


@given(st.lists(PIECES, max_size=30), st.booleans())
def test_any_source_compiles_with_its_tags_or_is_refused(pieces: list[str], liquid: bool) -> None:
    source = "".join(pieces)
    tags = re.compile(r"\{\{[#/]?a\}\}")
    try:
        html = compile_mjml(source, "liquid" if liquid else "mustache", "x")
    except TemplateError:
        return
    assert set(tags.findall(source)) == set(tags.findall(html))
