"""Parents and blocks: what the specification's cases leave open, and what may go wrong."""

import pytest

from twofifty.compose.mustache import HTML, SPEC, TemplateError
from twofifty.compose.mustache import compile_template as compiled


def _shown(source: str, partials: dict[str, str], view: dict | None = None) -> str:
    return compiled(source, partials, SPEC).render(view or {})


def test_a_block_loses_the_indentation_of_its_first_line_and_takes_that_of_its_place() -> None:
    parent = {"parent": "Hi,\n  {{$block}}\n  {{/block}}\nbye\n"}
    source = "{{<parent}}{{$block}}\n      one\n        two\n{{/block}}{{/parent}}\n"
    assert _shown(source, parent) == "Hi,\n  one\n    two\nbye\n"


def test_the_default_says_the_indentation_of_a_place_with_its_own_lines() -> None:
    parent = {"parent": "Hi,\n{{$block}}\n  default\n{{/block}}\n"}
    assert _shown("{{<parent}}{{/parent}}\n", parent) == "Hi,\n  default\n"
    assert _shown("{{<parent}}{{$block}}\none\n{{/block}}{{/parent}}\n", parent) == "Hi,\n  one\n"


def test_tags_of_a_parent_may_stand_on_one_line_with_their_blocks() -> None:
    parent = {"parent": "Hi,\n  {{$block}}{{/block}}\n"}
    source = "{{<parent}}{{$block}}\none\ntwo{{/block}}\n{{/parent}}\n"
    assert _shown(source, parent) == "Hi,\n  one\n  two\n"


def test_text_behind_a_parent_keeps_its_line() -> None:
    assert _shown("  {{<p}}{{/p}}!\n", {"p": "a"}) == "  a!\n"


def test_a_block_sees_the_names_around_its_place() -> None:
    parent = {"p": "{{#lines}}{{$row}}{{title}}{{/row}};{{/lines}}"}
    view = {"lines": [{"title": "a", "sku": "1"}, {"title": "b", "sku": "2"}]}
    assert _shown("{{<p}}{{$row}}{{sku}}{{/row}}{{/p}}", parent, view) == "1;2;"
    assert _shown("{{<p}}{{/p}}", parent, view) == "a;b;"


def test_a_block_within_a_block_belongs_to_where_it_was_written() -> None:
    partials = {
        "page": "<{{$body}}{{/body}}>",
        "mail": "{{<page}}{{$body}}[{{$words}}none{{/words}}]{{/body}}{{/page}}",
    }
    assert _shown("{{<mail}}{{$words}}hello{{/words}}{{/mail}}", partials) == "<[hello]>"
    assert _shown("{{<mail}}{{$body}}all{{/body}}{{/mail}}", partials) == "<all>"


def test_a_parent_may_repeat_itself_in_a_section() -> None:
    tree = {"tree": "{{$item}}{{v}}{{/item}}{{#kids}}{{<tree}}{{/tree}}{{/kids}}"}
    view = {"v": "1", "kids": [{"v": "2", "kids": []}, {"v": "3", "kids": []}]}
    assert _shown("{{<tree}}{{$item}}({{v}}){{/item}}{{/tree}}", tree, view) == "(1)(2)(3)"


def test_a_parent_without_end_is_an_error_and_no_crash() -> None:
    with pytest.raises(TemplateError, match="calls itself"):
        _shown("{{<a}}{{/a}}", {"a": "x{{<a}}{{/a}}"})


def test_blocks_that_double_at_each_level_are_refused() -> None:
    levels = {
        f"p{n}": f"{{{{<p{n + 1}}}}}{{{{$x}}}}{{{{$x}}}}.{{{{/x}}}}{{{{$x}}}}.{{{{/x}}}}{{{{/x}}}}"
        f"{{{{/p{n + 1}}}}}"
        for n in range(60)
    }
    nested = "{{$x}}" * 30 + "." + "{{/x}}" * 30
    try:
        text = _shown(f"{{{{<p0}}}}{nested}{{{{/p0}}}}", {**levels, "p60": "{{$x}}{{/x}}" * 9})
    except TemplateError:
        return
    assert len(text) < 2_000_000


def test_a_block_is_escaped_for_the_place_where_it_is_put() -> None:
    parent = {"p": '<a href="{{$to}}{{/to}}">{{$text}}{{/text}}</a>'}
    source = "{{<p}}{{$to}}{{url}}{{/to}}{{$text}}{{url}}{{/text}}{{/p}}"
    said = compiled(source, parent, HTML).render({"url": "javascript:'"})
    assert said == '<a href="#">javascript:&#39;</a>'


def test_a_partial_is_escaped_for_each_place_where_it_is_called() -> None:
    partials = {"v": "{{x}}"}
    source = '<b title="{{>v}}" style="color:{{>v}}">{{>v}}</b><a href="{{>v}}">'
    said = compiled(source, partials, HTML).render({"x": "a:'"})
    assert said == '<b title="a:&#39;" style="color:">a:&#39;</b><a href="#">'


def test_a_partial_may_leave_its_caller_in_another_context() -> None:
    partials = {"open": '<a href="', "close": '">'}
    said = compiled("{{>open}}{{x}}{{>close}}{{x}}", partials, HTML).render({"x": "a:b"})
    assert said == '<a href="#">a:b'


def test_a_partial_that_calls_itself_must_end_where_it_begins() -> None:
    with pytest.raises(TemplateError, match="close in it what it opens"):
        compiled("{{>p}}", {"p": '<a title="{{#s}}{{>p}}{{/s}}'}, HTML)


def test_only_the_given_partials_can_be_named_by_data() -> None:
    template = compiled("[{{>*which}}]", {"a": "A{{x}}"}, HTML)
    for which in ("b", "../a", "__class__", "", None, ["a"], {"a": 1}, 3):
        assert template.render({"which": which}) == "[]"
    assert template.render({"which": "a", "x": "<"}) == "[A&lt;]"


def test_every_partial_that_data_may_name_is_safe_in_its_place() -> None:
    with pytest.raises(TemplateError) as caught:
        compiled("<a href={{>*which}}>", {"a": "{{x}}", "b": ""}, HTML)
    said = [str(problem) for problem in caught.value.problems]
    assert any(each.startswith("a, line 1, column 1: an attribute's value") for each in said)
