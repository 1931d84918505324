"""Nothing that a template or its data can say takes the service down."""

import pytest

from twofifty.compose.mustache import HTML, TEXT, TemplateError
from twofifty.compose.mustache import compile_template as compiled

KB = 1024


def _refused(source: str, partials: dict[str, str] | None = None) -> str:
    with pytest.raises(TemplateError) as caught:
        compiled(source, partials or {}, HTML)
    return str(caught.value)


def test_a_source_of_512_kb_compiles_and_a_larger_one_is_refused() -> None:
    compiled("x" * (512 * KB))
    assert "line 1, column 1: the source has 524,289 bytes and may have 524,288" in _refused(
        "x" * (512 * KB + 1)
    )


def test_sizes_are_bytes_and_not_characters() -> None:
    assert "524,290 bytes" in _refused("ü" * (256 * KB + 1))


def test_a_partial_of_10_mb_is_refused_where_it_is_used() -> None:
    large = {"large": "x" * (10 * KB * KB)}
    assert _refused("{{>large}}", large).startswith("large, line 1, column 1: the source has 10,4")
    assert compiled("no call", large).render({}) == "no call"


def test_too_many_tags_are_refused_at_the_first_too_many() -> None:
    compiled("{{a}}" * 20_000)
    assert "column 100001: a template has at most 20,000 tags" in _refused("{{a}}" * 20_001)


def test_mistakes_are_counted_to_a_hundred() -> None:
    with pytest.raises(TemplateError) as caught:
        compiled("{{a b}}" * 5000)
    assert len(caught.value.problems) == 100


def test_the_text_ends_at_two_million_characters() -> None:
    template = compiled("{{#a}}{{#a}}{{x}}{{/a}}{{/a}}")
    assert len(template.render({"a": [1] * 100, "x": "y" * 100})) == 1_000_000
    with pytest.raises(TemplateError, match="more than 2,000,000 characters"):
        template.render({"a": [1] * 1000, "x": "y" * 100})
    with pytest.raises(TemplateError, match="more than 2,000,000 characters"):
        compiled("{{x}}" * 300, dialect=TEXT).render({"x": "y" * 10_000})


@pytest.mark.parametrize("depth", [5, 30])
@pytest.mark.parametrize("inner", ["", "{{x}}", "{{! nothing }}", "{{^a}}{{/a}}", "{{>none}}"])
def test_loops_within_loops_end_though_they_write_nothing(depth: int, inner: str) -> None:
    template = compiled("{{#a}}" * depth + inner + "{{/a}}" * depth)
    with pytest.raises(TemplateError):
        template.render({"a": [{}] * 300})


def test_partials_that_double_without_end_are_stopped() -> None:
    doubling = {f"p{n}": f"{{{{>p{n + 1}}}}}" * 2 for n in range(60)}
    with pytest.raises(TemplateError):
        compiled("{{>p0}}", {**doubling, "p60": ""}).render({})


HOSTILE = {
    "blanks": " " * 500_000 + "{{a}}",
    "blanks and tags": (" " * 20 + "{{a}}") * 19_000,
    "brackets": "<" * 500_000,
    "tags": "<a " * 160_000,
    "comments": "<!--" * 120_000,
    "conditions": "<!--[if " * 60_000,
    "attributes": "<p " + 'a="b" ' * 80_000 + ">{{x}}",
    "styles": '<p style="' + "url(" * 120_000,
    "style escapes": "<p style=\"a:'" + "\\a" * 250_000,
    "json escapes": '<script type="application/ld+json">' + '"\\a' * 160_000,
    "schemes": '<a href="' + "a" * 500_000 + '{{x}}">',
    "blocks": "  {{$a}}  {{/a}}" * 9_000,
    "unclosed": "{{" * 250_000,
    "unclosed sections": "{{#a}}" * 15_000,
    "crossed sections": "{{#a}}{{/b}}" * 9_000,
    "lines": "\n" * 500_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(30)
def test_half_a_megabyte_of_malice_is_compiled_or_refused(source: str) -> None:
    try:
        said = compiled(source).render({})
    except TemplateError as error:
        said = error.message
    assert said


@pytest.mark.parametrize(
    "name", ["__class__", "__class__.__mro__", "x.__class__", "x.upper", "l.0", "d.keys", "d.items"]
)
def test_only_the_names_of_the_view_model_can_be_reached(name: str) -> None:
    view = {"x": "secret", "l": ["secret"], "d": {"a": 1}}
    source = f"{{{{{name}}}}}{{{{{{{name}}}}}}}{{{{#{name}}}}}yes{{{{/{name}}}}}"
    assert compiled(source).render(view) == ""
    assert compiled(f"{{{{#x}}}}{source}{{{{/x}}}}").render(view) == ""
