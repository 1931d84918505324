"""Promises over all templates and views that Hypothesis can think of."""

import ast
import html

import chevron
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.mustache import HTML, SPEC, TEXT, TemplateError, compile_template

ANY_TEXT = st.text(st.characters(), max_size=200)
NAME_CHARACTERS = st.one_of(
    st.sampled_from("'\"\\()[];:#=%@!$`\u2028\x00\ud800"),
    st.characters(),
).filter(lambda c: not c.isspace() and c not in "{}.")
NAMES = st.text(NAME_CHARACTERS, min_size=1, max_size=12).filter(
    lambda name: name[0] not in "#^/!>=&<$*"
)
LITERALS = ANY_TEXT.filter(lambda text: "{{" not in text)


@given(LITERALS)
def test_text_without_tags_is_itself(text: str) -> None:
    assert compile_template(text, dialect=HTML).render({}) == text


@given(NAMES, ANY_TEXT)
def test_a_name_of_any_characters_only_ever_means_its_value(name: str, value: str) -> None:
    section = "longer-than-any-name"
    source = (
        f"{{{{{name}}}}}{{{{#{section}}}}}{{{{{name}}}}}{{{{/{section}}}}}{{{{{section}.{name}}}}}"
    )
    template = compile_template(source, dialect=TEXT)
    assert template.render({name: value, section: {name: "in"}}) == f"{value}inin"


@given(NAMES, LITERALS, NAMES)
def test_names_and_literals_reach_the_generated_code_as_string_literals_only(
    name: str, literal: str, partial: str
) -> None:
    recursive = f"{literal} {{{{#{name}}}}} {{{{>{partial}}}}} {{{{/{name}}}}}"
    source = f"{literal} {{{{{name}}}}} {{{{>{partial}}}}}"
    plain = compile_template("l {{n}} {{>p}}", {"p": "l {{#n}} {{>p}} {{/n}}"}, SPEC)
    hostile = compile_template(source, {partial: recursive}, SPEC)
    assert hostile.python.isascii()
    assert _identifiers(hostile.python) == _identifiers(plain.python)


def _identifiers(python: str) -> set[str]:
    """All that generated code could call or touch."""
    nodes = list(ast.walk(ast.parse(python)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@given(ANY_TEXT, st.sampled_from(["{{x}}", "{{{x}}}", "{{&x}}", "{{#x}}{{{.}}}{{/x}}"]))
def test_no_text_becomes_markup(value: str, tag: str) -> None:
    rendered = compile_template(tag, dialect=HTML).render({"x": value})
    assert not set(rendered) & set("<>\"'")
    unnamed = rendered
    for entity in ("&lt;", "&gt;", "&quot;", "&#39;", "&amp;"):
        unnamed = unnamed.replace(entity, "")
    assert "&" not in unnamed
    assert rendered == html.escape(value).replace("&#x27;", "&#39;")


# Views in which values and sections have names of their own, and sections of one name do not nest:
# elsewhere, and on blanks after a tag that ends the text, chevron leaves the specification.
VALUE_NAMES = st.sampled_from(["a", "b", "c"])
SECTION_NAMES = st.sampled_from(["s", "t"])
VALUES = st.dictionaries(VALUE_NAMES, st.sampled_from(["x", "<&>", "\n", "'", ""]), max_size=3)


def _with_sections(inner: st.SearchStrategy[dict]) -> st.SearchStrategy[dict]:
    filled = inner.filter(bool)
    sections = st.dictionaries(
        SECTION_NAMES, st.booleans() | filled | st.lists(filled, max_size=3), max_size=2
    )
    return st.builds(lambda values, added: {**values, **added}, VALUES, sections)


VIEWS = st.recursive(VALUES, _with_sections, max_leaves=8)
PLAIN_PIECES = st.sampled_from(
    ["text", " ", "\n", "\r\n", "{{! note }}", "\n  {{! note }}\n", "{{>p}}"]
)
VALUE_TAGS = VALUE_NAMES.flatmap(
    lambda name: st.sampled_from([f"{{{{{name}}}}}", f"{{{{{{{name}}}}}}}", f"{{{{& {name} }}}}"])
)


def _section(name: str, inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda sigil, gap, body: f"{{{{{sigil}{name}}}}}{gap}{body}{gap}{{{{/{name}}}}}{gap}",
        st.sampled_from("#^"),
        st.sampled_from(["", "\n"]),
        st.lists(inner, max_size=4).map("".join),
    )


SMALL_PIECES = PLAIN_PIECES | VALUE_TAGS
PIECES = SMALL_PIECES | _section("s", SMALL_PIECES | _section("t", SMALL_PIECES))
SOURCES = st.lists(PIECES, max_size=6).map(lambda pieces: f"{''.join(pieces)}end")


@given(SOURCES, VIEWS)
def test_two_implementations_agree(source: str, view: dict) -> None:
    partials = {"p": "[{{a}}{{#s}}{{b}}{{/s}}]"}
    ours = compile_template(source, partials, SPEC).render(view)
    theirs = chevron.render(source, view, partials_dict=partials)
    assert ours.replace("&#39;", "'") == theirs.replace("&#x27;", "'")


ANY_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)


@given(SOURCES, st.dictionaries(VALUE_NAMES | SECTION_NAMES, ANY_VALUES))
def test_any_view_renders(source: str, view: dict) -> None:
    partials = {"p": "{{a}}{{#s}}{{b.c}}{{>p}}{{/s}}"}
    outcome = _outcome(source, partials, view)
    assert isinstance(outcome, str) or "calls itself" in outcome.message


TAG_SOUP = st.lists(
    st.sampled_from(
        ["{{", "}}", "{", "}", "#", "^", "/", ">", "!", "=", "&", ".", "a", " ", "\n", "<%"]
    ),
    max_size=30,
).map("".join)


@given(TAG_SOUP)
def test_any_text_compiles_or_says_where_it_is_wrong(source: str) -> None:
    outcome = _outcome(source, {}, {})
    if isinstance(outcome, TemplateError):
        assert outcome.place is not None
        assert 1 <= outcome.place.line <= source.count("\n") + 1


def _outcome(source: str, partials: dict[str, str], view: dict) -> str | TemplateError:
    try:
        return str(compile_template(source, partials).render(view))
    except TemplateError as error:
        return error
