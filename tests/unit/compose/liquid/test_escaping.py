"""A value is escaped for its context, whatever the author forgot."""

import json
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose.liquid.sample import shown
from twofifty.compose.context import TemplateError
from twofifty.compose.liquid import compile_liquid

EVIL = "\"'><script>alert(1)</script>&amp;"


def test_a_value_between_tags_is_text() -> None:
    assert shown("<p>{{ x }}</p>", x="<b>&") == "<p>&lt;b&gt;&amp;</p>"


def test_a_value_that_was_escaped_by_the_author_is_not_escaped_again() -> None:
    assert shown("{{ x | escape }}", x="a & <b>") == "a &amp; &lt;b&gt;"


def test_a_value_in_an_attribute_does_not_leave_it() -> None:
    text = shown("<p title='{{ x }}'>", x=EVIL)
    assert "<script" not in text
    assert text.count("'") == 2


def test_an_escaped_value_in_an_attribute_is_escaped_once() -> None:
    assert "&amp;amp;" not in shown('<p title="{{ x | escape }}">', x="a & b")


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", " JaVaScript:x", "data:text/html,x"])
def test_a_link_takes_no_scheme_that_runs(scheme: str) -> None:
    text = shown('<a href="{{ x }}">', x=scheme).lower()
    assert "javascript" not in text
    assert "data:" not in text


def test_an_authors_own_markup_stays() -> None:
    assert shown("{{ '<br>' }}{{ x | append: '<br>' }}", x="<i>") == "<br>&lt;i&gt;<br>"


def test_a_capture_of_text_is_text() -> None:
    source = "{% capture c %}{{ x }}{% endcapture %}{{ c | upcase }}{% if c == x %}same{% endif %}"
    assert shown(source, x="a & b") == "A &amp; Bsame"


def test_a_capture_with_markup_keeps_it_and_escapes_what_is_in_it() -> None:
    source = "{% capture c %}<b>{{ x }}</b>{% endcapture %}{{ c }}"
    assert shown(source, x="<i>") == "<b>&lt;i&gt;</b>"


def test_a_capture_with_markup_in_an_attribute_leaves_no_markup() -> None:
    source = "{% capture c %}<b>{{ x }}</b>{% endcapture %}<p title='{{ c }}'>"
    assert shown(source, x="'").count("<") == 1


def test_a_link_in_a_capture_takes_no_scheme_that_runs() -> None:
    source = "{% capture c %}<a href='{{ x }}'>{% endcapture %}{{ c }}"
    assert "javascript" not in shown(source, x="javascript:alert(1)")


@pytest.mark.parametrize(
    "filters",
    [
        "newline_to_br",
        "strip",
        "replace: 'a', '<b>'",
        "replace: '&lt;', '<'",
        "append: x",
        "prepend: x",
        "split: '' | join: ''",
        "split: '' | join: '<i>'",
        "url_decode",
        "url_encode | url_decode",
        "base64_encode | base64_decode",
        "strip_html | append: x",
        "escape | append: x",
        "escape | upcase",
        "escape | slice: 0, 20",
        "escape | truncate: 11",
        "escape | url_decode",
        "json",
        "default: x",
        "link_to: x, x",
        "img_tag: x",
        "first",
        "t",
    ],
)
@pytest.mark.parametrize(
    "before",
    ["{{ x |", "{% capture c %}{{ x }}{% endcapture %}{{ c |", "{% assign c = x %}{% echo c |"],
)
def test_no_filter_lets_a_value_become_an_element(filters: str, before: str) -> None:
    closing = "%}" if "echo" in before else "}}"
    text = shown(f"<p>{before} {filters} {closing}</p>", x=EVIL)
    made = set(re.findall(r"<(\w+)", text))
    assert made <= {"p", "b", "i", "br", "a"}


@given(st.text(alphabet="<>&\"'=/ ;:%{}!-ab\n\t", max_size=40))
def test_any_value_can_be_read_again_between_tags_and_in_attributes(value: str) -> None:
    text = shown('<p title="{{ x }}">{{ x }}</p>', x=value)
    title, _, rest = text.removeprefix('<p title="').partition('">')
    assert unescape(title) == value
    assert unescape(rest.removesuffix("</p>")) == value


@given(st.text(alphabet="<>&\"'\\\\/ab\\n\\u2028", max_size=20))
def test_json_in_structured_data_is_the_value_itself(value: str) -> None:
    source = '<script type="application/ld+json">{"a": {{ x | json }}, "b": "{{ x }}"}</script>'
    text = shown(source, x=value)
    inner = text.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in inner
    assert json.loads(inner)["a"] == value


def test_cycle_escapes_its_values() -> None:
    assert shown("{% cycle x, 'b' %}", x="<i>") == "&lt;i&gt;"


def test_a_value_that_nothing_makes_safe_is_an_error_with_its_place() -> None:
    with pytest.raises(TemplateError) as bad:
        compile_liquid("\n<script>var x = {{ x }};</script>", name="mail")
    assert str(bad.value).startswith("mail, line 2, column")


def test_a_partial_inside_a_tag_is_an_error() -> None:
    with pytest.raises(TemplateError, match="between tags"):
        compile_liquid("<p title=\"{% render 'p' %}\">", {"p": "{{ x }}"})


def test_a_partial_escapes_too() -> None:
    template = compile_liquid("{% render 'p', x: x %}{% include 'p' %}", {"p": "<i>{{ x }}</i>"})
    assert template.render({"x": "<"}) == "<i>&lt;</i><i>&lt;</i>"
