"""Before a template goes live, every name that nobody has is said, each with its place."""

import pytest

from twofifty.compose.context import TemplateError
from twofifty.compose.liquid import UNFILLED, check_liquid, compile_liquid, shopify_names

KNOWN = shopify_names()


def said(source: str) -> list[tuple[int, int, str | None]]:
    problems = check_liquid(compile_liquid(source), KNOWN)
    return [(each.place.line, each.place.column, each.nearest) for each in problems]


def test_every_unknown_filter_is_said_at_once() -> None:
    with pytest.raises(TemplateError) as bad:
        compile_liquid("{{ a | monney }}\n{{ b | upcas }}", name="mail")
    assert [each.nearest for each in bad.value.problems] == ["money", "upcase"]
    assert [each.place.line for each in bad.value.problems] == [1, 2]


def test_every_unknown_tag_is_said_at_once() -> None:
    with pytest.raises(TemplateError) as bad:
        compile_liquid("{% asign a = 1 %}\n{% paginate x %}", name="mail")
    assert [each.place.line for each in bad.value.problems] == [1, 2]
    assert bad.value.problems[0].nearest == "assign"


def test_an_unknown_partial_is_said_with_the_nearest_one() -> None:
    with pytest.raises(TemplateError) as bad:
        compile_liquid("{% render 'footr' %}", {"footer": ""})
    assert bad.value.problems[0].nearest == "footer"


def test_an_unknown_name_is_said_with_the_nearest_one() -> None:
    assert said("a\n {{ shop.nam }}") == [(2, 5, "name")]


def test_a_name_of_a_line_is_checked_inside_a_loop() -> None:
    assert said("{% for l in line_items %}{{ l.title }}{{ l.titel }}{% endfor %}") == [
        (1, 42, "title")
    ]


def test_a_name_is_followed_through_assign_and_filters() -> None:
    source = "{% assign g = line_items | where: 'gift_card' %}{{ g.first.sku }}{{ g.first.skuu }}"
    assert [nearest for _, _, nearest in said(source)] == ["sku"]


def test_what_a_template_names_itself_is_known() -> None:
    source = "{% capture a %}x{% endcapture %}{% assign b = 1 %}{{ a }}{{ b }}{{ forloop }}"
    assert [each for each in said(source) if each[2] != "forloop"] == [(1, 68, None)]


def test_what_a_partial_is_given_is_known_in_it() -> None:
    template = compile_liquid("{% render 'p', word: 'x' %}", {"p": "{{ word }}{{ wrod }}"})
    problems = check_liquid(template, KNOWN)
    assert [(each.place.template, each.nearest) for each in problems] == [("p", "word")]


def test_the_inside_of_python_is_unknown() -> None:
    assert said("{{ shop.__class__ }}")


@pytest.mark.parametrize("name", UNFILLED)
def test_a_name_that_an_order_cannot_fill_is_known_and_empty(name: str) -> None:
    assert not said("{{ " + name + " }}")
    assert compile_liquid("[{{ " + name + ".x }}]").render({}) == "[]"
