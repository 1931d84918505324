"""A hostile template is an error, and a quick one."""

import pytest

from tests.unit.compose.liquid.sample import rich, view
from twofifty.compose.context import TemplateError
from twofifty.compose.liquid import compile_liquid, render_plain

DOUBLED = (
    '{% assign a = "xxxxxxxxxx" %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}'
)
LONG = (
    '{% assign a = "xxxxxxxxxx" %}{% for i in (1..15) %}{% assign a = a | append: a %}{% endfor %}'
)
HOSTILE = {
    "an endless loop": "{% for i in (1..100000000) %}x{% endfor %}",
    "a loop longer than numbers": "{% for i in (1..99999999999999999999999) %}{% endfor %}",
    "loops in loops": "{% for i in (1..1000) %}" * 3 + "x" + "{% endfor %}" * 3,
    "loops after loops": "{% for i in (1..40000) %}x{% endfor %}" * 50,
    "a long row of a table": "{% tablerow i in (1..1000000) %}x{% endtablerow %}",
    "a list of a range": "{{ (1..100000000) | join: '' }}",
    "the size of a range": "{{ (1..99999999999999999999999999) | reverse }}",
    "a text that doubles": DOUBLED,
    "a capture that doubles": "{% capture a %}xxxxxxxxxx{% endcapture %}{% for i in (1..50) %}"
    "{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}",
    "a replacement that multiplies": LONG + '{{ a | replace: "x", a }}',
    "a list that doubles": '{% assign l = "a,b" | split: "," %}'
    "{% for i in (1..60) %}{% assign l = l | concat: l %}{% endfor %}",
    "a number that squares": "{% assign n = 99999999 %}"
    "{% for i in (1..60) %}{% assign n = n | times: n %}{% endfor %}",
    "blocks in blocks": "{% if true %}" * 3000 + "{% endif %}" * 3000,
    "a condition without end": "{% if " + " or ".join(["a"] * 20_000) + " %}{% endif %}",
    "brackets in brackets": "{{ a" + "[a" * 5_000 + "]" * 5_000 + " }}",
    "ten megabytes": "x" * 10_000_000,
    "only opening braces": "{{" * 300_000,
    "only opening tags": "{%" * 300_000,
    "tags without end": "{% if %}" * 100_000,
    "comments without end": "{% comment %}" * 50_000,
    "raw text without end": "{% raw %}" * 90_000,
    "a partial that calls itself": "{% include 'self' %}",
    "a partial that calls itself twice": "{% render 'twice' %}",
    "a partial that was not given": "{% render 'nobody' %}",
    "a partial by a name from outside": "{% include shop.name %}",
    "a break without a loop": "{% break %}",
    "a division by nothing": "{{ 1 | divided_by: 0 }}",
}
PARTIALS = {"self": "{% include 'self' %}", "twice": "{% render 'twice' %}{% render 'twice' %}"}
NAMES = view(rich())


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.timeout(20)
def test_a_hostile_template_is_an_error_in_the_product(source: str) -> None:
    with pytest.raises(TemplateError):
        compile_liquid(source, PARTIALS).render(NAMES)


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.timeout(20)
def test_a_hostile_template_is_an_error_on_the_command_line(source: str) -> None:
    with pytest.raises(TemplateError):
        render_plain(source, dict(NAMES), PARTIALS)


def test_nothing_of_python_can_be_reached() -> None:
    source = "{{ shop.__class__ }}{{ shop['__class__'] }}{{ line_items.__len__ }}{{ x.keys }}"
    assert compile_liquid(source).render(NAMES) == ""


def test_a_width_in_a_date_takes_no_memory() -> None:
    source = "{{ '2026-01-05' | date: '%999999999d %Y' }}"
    assert compile_liquid(source).render(NAMES) == "%999999999d 2026"


def test_what_is_missing_at_the_end_is_said_with_its_place() -> None:
    with pytest.raises(TemplateError, match="mail, line 2"):
        compile_liquid("a\n{% if a %}", name="mail")


def test_an_unclosed_value_is_said_with_its_place() -> None:
    with pytest.raises(TemplateError, match="mail, line 2, column 3"):
        compile_liquid("a\n  {{ a", name="mail")


def test_a_template_renders_alike_every_time() -> None:
    template = compile_liquid(
        "{% for i in (1..3) %}{% cycle 'a', 'b' %}{% increment n %}{% endfor %}"
    )
    assert [template.render(NAMES) for _ in range(3)] == ["a0b1a2"] * 3
