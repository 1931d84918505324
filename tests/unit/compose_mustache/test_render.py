"""What a template makes of its view model."""

import pytest

from twofifty.compose.mustache import HTML, SPEC, TEXT, Dialect, Markup, TemplateError
from twofifty.compose.mustache import compile_template as compiled

HOSTILE = '<b>"O\'Neill" & sons</b>'
HARMLESS = "&lt;b&gt;&quot;O&#39;Neill&quot; &amp; sons&lt;/b&gt;"
NEVER = Dialect(raw="never")


@pytest.mark.parametrize("tag", ["{{x}}", "{{{x}}}", "{{&x}}"])
def test_customer_text_is_escaped_in_html_whatever_the_author_wrote(tag: str) -> None:
    assert compiled(tag, dialect=HTML).render({"x": HOSTILE}) == HARMLESS
    assert compiled(tag, dialect=NEVER).render({"x": Markup(HOSTILE)}) == HARMLESS


@pytest.mark.parametrize("tag", ["{{{x}}}", "{{&x}}"])
def test_markup_stays_markup_where_the_author_asks_for_it(tag: str) -> None:
    assert compiled(tag, dialect=HTML).render({"x": Markup(HOSTILE)}) == HOSTILE
    assert compiled("{{x}}", dialect=HTML).render({"x": Markup(HOSTILE)}) == HARMLESS


def test_the_specification_dialect_leaves_everything_raw_that_is_asked_for_raw() -> None:
    assert compiled("{{x}}{{{x}}}", dialect=SPEC).render({"x": HOSTILE}) == HARMLESS + HOSTILE


@pytest.mark.parametrize("tag", ["{{x}}", "{{{x}}}", "{{&x}}"])
@pytest.mark.parametrize("value", [HOSTILE, Markup(HOSTILE)])
def test_text_escapes_nothing(tag: str, value: str) -> None:
    assert compiled(tag, dialect=TEXT).render({"x": value}) == HOSTILE


@pytest.mark.parametrize("dialect", [HTML, TEXT, SPEC])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (1.5, "1.5"),
        ([1], ""),
        ({"a": 1}, ""),
    ],
)
def test_values_that_are_no_text_have_one_plain_form(
    dialect: Dialect, value: object, text: str
) -> None:
    assert compiled("{{x}}{{{x}}}", dialect=dialect).render({"x": value}) == text * 2


def test_a_missing_name_is_empty_at_every_step() -> None:
    source = "[{{a}}{{a.b}}{{b.c.d}}{{#l}}{{a}}{{b.x}}{{/l}}]"
    assert compiled(source).render({"b": {"c": "text"}, "l": [1, None, {}]}) == "[]"


def test_an_inner_null_hides_the_outer_value() -> None:
    assert compiled("{{#l}}[{{x}}]{{/l}}").render({"x": "outer", "l": [{"x": None}, {}]}) == (
        "[][outer]"
    )


def test_the_first_part_of_a_dotted_name_decides_the_frame() -> None:
    view = {"a": {"b": "outer"}, "s": {"a": {}}}
    assert compiled("{{#s}}[{{a.b}}]{{/s}}").render(view) == "[]"


def test_dictionaries_of_a_subclass_and_tuples_work_too() -> None:
    class Ordered(dict):
        pass

    view = Ordered(a=Ordered(b="1"), l=(Ordered(c="2"), "3"))
    assert compiled("{{a.b}}{{#l}}{{c}}{{/l}}").render(view) == "12"


@pytest.mark.parametrize("value", [False, None, "", 0, [], (), {}])
def test_a_false_value_shows_the_inverted_section_only(value: object) -> None:
    assert compiled("{{#x}}yes{{/x}}{{^x}}no{{/x}}").render({"x": value}) == "no"


@pytest.mark.parametrize("value", [True, "text", 1, {"a": 1}, [0], ({},)])
def test_a_true_value_shows_the_section_only(value: object) -> None:
    assert compiled("{{#x}}yes{{/x}}{{^x}}no{{/x}}").render({"x": value}) == "yes"


def test_nested_lists_are_walked_with_the_dot() -> None:
    view = {"rows": [["a", "b"], ["c"]]}
    assert compiled("{{#rows}}({{#.}}{{.}}{{/.}}){{/rows}}").render(view) == "(ab)(c)"


TREE = {"v": "1", "kids": [{"v": "2", "kids": [{"v": "3", "kids": []}]}, {"v": "4", "kids": []}]}


def test_a_partial_may_call_itself_and_its_indentation_grows() -> None:
    node = "{{v}}\n{{#kids}}\n  {{>node}}\n{{/kids}}\n"
    assert compiled("{{>node}}", {"node": node}).render(TREE) == "1\n  2\n    3\n  4\n"


def test_partials_that_call_each_other_see_the_names_around_them() -> None:
    partials = {"a": "[{{v}}{{title}}{{#kids}}{{>b}}{{/kids}}]", "b": "({{>a}})"}
    view = {"title": "t", **TREE}
    assert compiled("{{>a}}", partials).render(view) == "[1t([2t([3t])])([4t])]"


def test_a_partial_without_end_is_an_error_and_no_crash() -> None:
    with pytest.raises(TemplateError, match="'loop' calls itself more than 64 levels deep"):
        compiled("{{>loop}}", {"loop": "x{{>loop}}"}).render({})


def test_recursion_stops_after_exactly_64_levels() -> None:
    def nested(levels: int) -> dict:
        return {"v": "x", "kids": [nested(levels - 1)] if levels > 1 else []}

    template = compiled("{{>node}}", {"node": "{{v}}{{#kids}}{{>node}}{{/kids}}"})
    assert template.render(nested(64)) == "x" * 64
    with pytest.raises(TemplateError):
        template.render(nested(65))


def test_recursion_through_the_deepest_sections_is_an_error_and_no_crash() -> None:
    names = [f"s{level}" for level in range(64)]
    opened = "".join(f"{{{{#{name}}}}}" for name in names)
    closed = "".join(f"{{{{/{name}}}}}" for name in reversed(names))
    view = dict.fromkeys(names, True)
    chain = {f"p{n}": f"{opened}{{{{>p{n + 1}}}}}{closed}" for n in range(40)}
    chain["p40"] = "{{>p0}}"
    with pytest.raises(TemplateError):
        compiled("{{>p0}}", chain).render(view)


def test_a_long_chain_of_partials_renders_up_to_the_limit() -> None:
    chain = {f"p{n}": f"{n},{{{{>p{n + 1}}}}}" for n in range(60)}
    assert compiled("{{>p0}}", chain).render({}) == "".join(f"{n}," for n in range(60))


def test_partials_that_double_at_each_level_do_not_blow_up_the_code() -> None:
    doubling = {f"p{n}": f"{{{{>p{n + 1}}}}}{{{{>p{n + 1}}}}}" for n in range(16)}
    template = compiled("{{>p0}}", {**doubling, "p16": "x"})
    assert template.render({}) == "x" * 2**16
    assert len(template.python) < 2_000_000


def test_a_partial_that_does_not_stand_alone_is_not_indented() -> None:
    partials = {"outer": "a\n{{>inner}}!\nb\n", "inner": "1\n2"}
    assert compiled("  {{>outer}}\n", partials).render({}) == "  a\n  1\n2!\n  b\n"


def test_indentation_is_put_before_tags_and_not_into_values() -> None:
    partials = {"p": "{{x}}\n{{#s}}\n{{x}}\n{{/s}}\n"}
    assert compiled("  {{>p}}\n", partials).render({"x": "1\n2", "s": True}) == ("  1\n2\n  1\n2\n")


def test_delimiters_of_a_template_do_not_leak_into_its_partials() -> None:
    assert compiled("{{=<% %>=}}<%>p%><%x%>", {"p": "{{x}}"}).render({"x": "1"}) == "11"


def test_many_values_in_a_row_all_come_out_in_order() -> None:
    source = "".join(f"{{{{v{n}}}}}," for n in range(1000))
    view = {f"v{n}": str(n) for n in range(1000)}
    assert compiled(source).render(view) == "".join(f"{n}," for n in range(1000))
