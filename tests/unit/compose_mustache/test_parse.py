"""A template that is wrong says where, and what to do."""

import pytest

from twofifty.compose.mustache import TemplateError, compile_template

WRONG = [
    ("line one\n  {{name", 2, 3, "never closed; add }}"),
    ("{{{name}}", 1, 1, "never closed; add }}}"),
    ("{{#lines}}\n{{title}}", 1, 1, "add {{/lines}}"),
    ("a {{/lines}}", 1, 3, "never opened"),
    ("{{#a}}\n{{#b}}\n{{/a}}{{/b}}", 3, 1, "must close the section of line 2"),
    ("ab{{}}", 1, 3, "empty"),
    ("{{#  }}x{{/ }}", 1, 1, "empty"),
    ("{{first name}}", 1, 1, "no spaces"),
    ("{{a..b}}", 1, 1, "a dot too many"),
    ("{{.a}}", 1, 1, "a dot too many"),
    ("{{" + ".".join("a" * 33) + "}}", 1, 1, "at most 32 parts"),
    ("{{=<% =}}", 1, 1, "two delimiters"),
    ("{{=<%=%>=}}", 1, 1, "two delimiters"),
    ("{{>}}", 1, 1, "give the partial a name"),
    ("{{>one two}}", 1, 1, "give the partial a name"),
    ("{{>*}}", 1, 1, "empty"),
    ("{{>*a b}}", 1, 1, "no spaces"),
    ("{{<}}{{/}}", 1, 1, "give the partial a name"),
    ("{{$two words}}{{/two words}}", 1, 1, "give the block a name"),
    ("{{<layout}}{{$a}}{{/layout}}", 1, 18, "must close the section of line 1"),
    ("{{<layout}}{{$a}}{{/a}}", 1, 1, "add {{/layout}}"),
    ("{{#a}}" * 65 + "{{/a}}" * 65, 1, 385, "nested deeper than 64"),
]


@pytest.mark.parametrize(("source", "line", "column", "words"), WRONG)
def test_an_error_has_its_place_and_says_how_to_mend_it(
    source: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        compile_template(source, name="order.html")
    assert caught.value.place is not None
    assert (caught.value.place.line, caught.value.place.column) == (line, column)
    assert words in caught.value.message
    assert str(caught.value).startswith(f"order.html, line {line}, column {column}: ")


def test_an_error_in_a_partial_names_the_partial() -> None:
    with pytest.raises(TemplateError) as caught:
        compile_template("{{>row}}", {"row": "\n{{title"})
    assert str(caught.value).startswith("row, line 2, column 1: ")


def test_lines_are_counted_across_comments_and_windows_line_ends() -> None:
    with pytest.raises(TemplateError) as caught:
        compile_template("{{! one\r\ntwo }}\r\n{{a b}}")
    assert caught.value.place is not None
    assert (caught.value.place.line, caught.value.place.column) == (3, 1)


def test_sections_may_be_nested_64_deep() -> None:
    view: dict = {"leaf": "!"}
    for _ in range(64):
        view = {"a": [view]}
    source = "{{#a}}" * 64 + "{{leaf}}" + "{{/a}}" * 64
    assert compile_template(source).render(view) == "!"


def test_all_problems_are_found_at_once_and_one_mistake_is_said_once() -> None:
    source = "{{a b}}\n{{#s}}{{#t}}{{/s}}{{/t}}\n{{>row}}{{#open}}\n{{x"
    with pytest.raises(TemplateError) as caught:
        compile_template(source, {"row": "{{..}}{{/never}}"})
    said = [(p.place.template, p.place.line, p.place.column) for p in caught.value.problems]
    assert said == [
        ("template", 1, 1),
        ("template", 2, 13),
        ("template", 4, 1),
        ("template", 3, 9),
        ("row", 1, 1),
        ("row", 1, 7),
    ]
    assert caught.value.place == caught.value.problems[0].place
