"""Before publishing: does the view model have the names that a template asks for?"""

from twofifty.compose.mustache import (
    HTML,
    Kind,
    Many,
    Name,
    Record,
    check,
    compile_template,
    faults,
    names,
    shape_of,
)

KNOWN = Record(
    {
        "number": Kind.TEXT,
        "test": Kind.FLAG,
        "shop": Record({"name": Kind.TEXT}),
        "lines": Many(
            Record({"title": Kind.TEXT, "options": Many(Record({"value": Kind.TEXT}))}),
        ),
        "remarks": Many(Kind.TEXT),
        "labels": Record({"total": Kind.TEXT}),
    }
)


def _said(source: str, partials: dict[str, str] | None = None) -> list[str]:
    return [str(problem) for problem in check(compile_template(source, partials or {}), KNOWN)]


def test_names_come_with_the_sections_around_them() -> None:
    source = "{{number}}{{#lines}}{{title}}{{.}}{{^options}}{{shop.name}}{{/options}}{{/lines}}"
    assert names(compile_template(source)) == {
        Name((), "number"),
        Name((), "lines"),
        Name(("lines",), "title"),
        Name(("lines",), "options"),
        Name(("lines",), "shop.name"),
    }


def test_known_names_are_no_problem_wherever_they_resolve() -> None:
    source = (
        "{{number}}{{shop.name}}{{#shop}}{{name}}{{number}}{{/shop}}{{#lines}}{{title}}{{number}}"
        "{{#options}}{{value}}{{title}}{{labels.total}}{{/options}}{{/lines}}{{#remarks}}{{.}}{{/remarks}}{{#number}}{{.}}{{/number}}"
    )
    assert _said(source) == []


def test_an_unknown_name_has_its_place_and_the_nearest_known_name() -> None:
    [problem] = check(compile_template("\n {{#lines}}{{titel}}{{/lines}}", name="t"), KNOWN)
    assert (problem.place.template, problem.place.line, problem.place.column) == ("t", 2, 12)
    assert problem.nearest == "title"
    assert str(problem) == (
        "t, line 2, column 12: nothing is called 'titel' here; did you mean 'title'?"
    )


def test_a_name_that_resembles_nothing_gets_no_suggestion() -> None:
    [problem] = check(compile_template("{{xyzzy}}"), KNOWN)
    assert problem.nearest is None


def test_a_name_of_a_section_is_unknown_outside_of_it() -> None:
    assert len(_said("{{title}}")) == 1


def test_the_innermost_frame_with_the_first_part_decides_as_in_rendering() -> None:
    known = Record(
        {
            "a": Record({"b": Kind.TEXT}),
            "s": Record({"a": Record({"c": Kind.TEXT})}),
        }
    )
    template = compile_template("{{#s}}{{a.b}}{{/s}}")
    assert len(check(template, known)) == 1


def test_an_unknown_section_is_said_once_and_not_for_all_that_it_holds() -> None:
    [said] = _said("{{#line}}{{title}}{{price}}{{/line}}")
    assert "did you mean 'lines'?" in said


def test_partials_are_checked_where_they_are_used() -> None:
    partials = {"row": "{{title}}{{nonsense}}"}
    assert _said("{{#lines}}{{>row}}{{/lines}}", partials) == [
        "row, line 1, column 10: nothing is called 'nonsense' here"
    ]
    assert len(_said("{{>row}}", partials)) == 2


def test_a_missing_partial_is_a_problem() -> None:
    assert _said("{{>gone}}") == [
        "template, line 1, column 1: there is no partial 'gone'; add it or remove the tag"
    ]


def test_checking_a_partial_that_calls_itself_comes_to_an_end() -> None:
    partials = {"node": "{{title}}{{#options}}{{>node}}{{/options}}{{#lines}}{{>node}}{{/lines}}"}
    assert _said("{{#lines}}{{>node}}{{/lines}}", partials) == []


def test_a_partial_that_calls_itself_outside_of_sections_is_a_problem() -> None:
    said = sorted(_said("{{>a}}", {"a": "{{>b}}", "b": "x {{>a}}"}))
    end = "calls itself without end; put the call into a section that ends it"
    assert said == [
        f"a, line 1, column 1: partial 'b' {end}",
        f"b, line 1, column 3: partial 'a' {end}",
    ]


def test_a_list_or_a_record_cannot_be_shown() -> None:
    lines, shop, item = _said("{{lines}}{{shop}}{{#lines}}{{.}}{{/lines}}")
    assert lines.endswith("it is a list; repeat over it with {{#lines}}...{{/lines}}")
    assert shop.endswith("'shop' cannot be shown: it has names of its own; write {{shop.name}}")
    assert item.endswith("'.' cannot be shown: it has names of its own; write {{title}}")


def test_a_text_has_no_names_of_its_own() -> None:
    [said] = _said("{{#number}}{{prefix}}{{/number}}")
    assert "nothing is called 'prefix' here ('number' is a text and has no names)" in said


def test_a_text_and_a_flag_are_conditions_too() -> None:
    assert _said("{{#number}}{{number}}{{/number}}{{^test}}{{shop.name}}{{/test}}") == []


def test_a_partial_is_named_by_a_text_and_each_that_it_may_name_is_checked() -> None:
    partials = {"row": "{{titel}}"}
    assert len(_said("{{>*number}}", partials)) == 1
    assert len(_said("{{>*lines}}{{>*nobody}}", {"row": ""})) == 2


def test_blocks_are_checked_where_their_parent_puts_them() -> None:
    layout = {"layout": "{{#lines}}{{$row}}{{/row}}{{/lines}}"}
    assert _said("{{<layout}}{{$row}}{{title}}{{/row}}{{/layout}}", layout) == []
    [said] = _said("{{<layout}}{{$row}}{{titel}}{{/row}}{{/layout}}", layout)
    assert said.startswith("template, line 1, column 20: nothing is called 'titel'")
    assert _said("{{<gone}}{{/gone}}")[0].endswith(
        "there is no partial 'gone'; add it or remove the tag"
    )


def test_the_shape_of_views_is_what_they_have_together() -> None:
    views = [
        {"number": "1", "test": True, "note": None, "lines": []},
        {"number": "2", "test": False, "note": {"rows": ["x"]}, "lines": [{"title": "t"}]},
    ]
    assert shape_of(*views) == Record(
        {
            "number": Kind.TEXT,
            "test": Kind.FLAG,
            "note": Record({"rows": Many(Kind.TEXT)}),
            "lines": Many(Record({"title": Kind.TEXT})),
        }
    )


def test_what_a_shape_does_not_know_is_no_problem() -> None:
    shape = shape_of({"a": None})
    assert check(compile_template("{{a}}{{a.b}}{{#a}}{{c}}{{/a}}"), shape) == []


def test_names_and_contexts_are_all_said_at_once() -> None:
    source = "<a href={{number}}>{{numbre}}</a>\n<p {{test}}>{{>row}}"
    found = faults(source, KNOWN, {"row": "{{titel}}<b {{#test}}>{{/test}}"}, HTML)
    assert [(p.place.template, p.place.line, p.place.column) for p in found] == [
        ("template", 1, 9),
        ("template", 2, 4),
        ("row", 1, 13),
        ("template", 1, 20),
        ("row", 1, 1),
    ]


def test_a_template_without_faults_compiles() -> None:
    source = '<a href="{{shop.name}}">{{#lines}}{{title}}{{/lines}}</a>'
    assert faults(source, KNOWN, {}, HTML) == []
    assert compile_template(source).render({"lines": [{"title": "t"}]}) == '<a href="">t</a>'
