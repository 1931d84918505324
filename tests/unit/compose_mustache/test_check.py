"""Before publishing: does the view model have the names that a template asks for?"""

from twofifty.compose.mustache import Name, check, compile_template, names

KNOWN = frozenset({"number", "shop.name", "lines.title", "lines.options.value", "labels.total"})


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
        "{{#options}}{{value}}{{title}}{{labels.total}}{{.}}{{/options}}{{/lines}}{{#number}}{{.}}{{/number}}"
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
    known = frozenset({"a.b", "s.a.c"})
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
