"""A template that writes quoted-printable says what it says when it writes text."""

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.mime import body_of
from twofifty.compose.mime.clean import utf_8
from twofifty.compose.mime.quoted import quoted_printable, unified
from twofifty.compose.mustache import HTML, TEXT, TemplateError, compile_template
from twofifty.compose.mustache.dialect import HEADER, Dialect
from twofifty.compose.mustache.seen import Seen

PARTIALS = {
    "p": "[{{a}}{{#s}}{{b}}{{/s}}]",
    "deep": "  {{a}}.\n{{#t}}{{>deep}}{{/t}}From {{b}}\n",
    "link": '<a href="{{a}}" title="{{b}}">\n  {{c}}</a>',
}
TEXTS = st.lists(
    st.sampled_from(
        [".", "From ", "F", "rom ", "=", "é", "注文", " ", "\t", "\n", "<&>", "x" * 40, "y" * 150]
    ),
    max_size=6,
).map("".join) | st.text(st.characters())
VALUES = TEXTS | st.none() | st.booleans() | st.integers()
VIEWS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), VALUES),
    lambda inner: st.builds(
        lambda values, added: {**values, **added},
        st.dictionaries(st.sampled_from("abc"), VALUES),
        st.dictionaries(st.sampled_from("st"), inner | st.lists(inner, max_size=3) | st.booleans()),
    ),
    max_leaves=8,
)
TAGS = st.sampled_from(
    ["{{a}}", "{{b}}", "{{{c}}}", "{{s.a}}", "{{>p}}", "\n  {{>deep}}\n", "\n{{>link}}\n"]
)
LITERALS = TEXTS.filter(lambda text: "{{" not in text)


def _section(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda sigil, name, gap, parts: (
            f"{{{{{sigil}{name}}}}}{gap}{''.join(parts)}{gap}{{{{/{name}}}}}"
        ),
        st.sampled_from("#^"),
        st.sampled_from("st"),
        st.sampled_from(["", "\n", " "]),
        st.lists(inner, max_size=4),
    )


SOURCES = st.lists(st.recursive(TAGS | LITERALS, _section, max_leaves=8), max_size=6).map("".join)


@given(SOURCES, VIEWS)
def test_the_encoded_text_decodes_to_the_rendered_text(source: str, view: dict[str, Any]) -> None:
    _assert_same(source, TEXT, view)


@given(SOURCES.filter(lambda source: "<" not in source), VIEWS)
def test_the_encoded_page_decodes_to_the_rendered_page(source: str, view: dict[str, Any]) -> None:
    _assert_same(f"<p>{source}</p>", HTML, view)


@pytest.mark.parametrize("depth", [3, 11, 13, 20])
def test_sections_of_any_depth_keep_the_lines_short(depth: int) -> None:
    inner = "{{a}} and {{b}} of {{c}} " + "z" * 70
    source = "{{#s}}- {{a}}" * depth + inner + "{{/s}}." * depth
    for text in ("", "From x", "é" * 60, "w" * 100):
        _assert_same(source, TEXT, {"s": [{}, {"b": "x"}][:1], "a": text, "b": text, "c": text})


def _assert_same(source: str, dialect: Dialect, view: dict[str, Any]) -> None:
    try:
        template = compile_template(source, PARTIALS, dialect)
        rendered = template.render(view)
    except TemplateError:
        return
    written = template.encoded(view)
    assert body_of(written).text == unified(utf_8(rendered).decode())
    lines = written.split("\r\n")
    assert max(map(len, lines)) <= 76
    for line in lines:
        assert line.isascii()
        assert line.replace("\t", "").isprintable()
        assert not line.startswith((".", "From "))
        assert not line.endswith((" ", "\t"))


@pytest.mark.parametrize(
    ("source", "view"),
    [
        ("{{a}}\n", {"a": "x\r"}),
        ("a\r\nb\r{{a}}", {"a": "\nx"}),
        ("{{a}}{{b}}", {"a": "\ud83d", "b": "\ude00"}),
        ("\ud83d{{a}}", {"a": "\ude00"}),
    ],
)
def test_what_has_no_meaning_in_pieces_is_encoded_as_a_whole(
    source: str, view: dict[str, str]
) -> None:
    template = compile_template(source, {}, TEXT)
    assert template.encoded(view) == quoted_printable(template.render(view)).decode()


def test_what_is_too_much_as_text_is_too_much_when_encoded() -> None:
    template = compile_template("{{#a}}{{#a}}{{x}}{{/a}}{{/a}}", {}, TEXT)
    view = {"a": [1] * 100, "x": "é" * 100}
    assert body_of(template.encoded(view)).text == "é" * 1_000_000
    with pytest.raises(TemplateError, match="more than 2,000,000 characters"):
        template.encoded({"a": [1] * 1_000, "x": "é" * 100})
    with pytest.raises(TemplateError, match="calls itself"):
        compile_template("{{>p}}", {"p": "{{#a}}{{>p}}{{/a}}"}, TEXT).encoded({"a": 1})


NAMES = st.text(min_size=1, max_size=12).filter(
    lambda name: not set(name) & set("{}.") and not any(sign.isspace() for sign in name)
)


@given(NAMES.filter(lambda name: name[0] not in "#^/!>=&<$*"), LITERALS)
def test_names_and_literals_reach_encoding_code_as_string_literals_only(
    name: str, literal: str
) -> None:
    source = f"{literal} {{{{{name}}}}} {{{{{{{name}}}}}}}{{{{#{name}}}}}{{{{.}}}}{{{{/{name}}}}}"
    try:
        hostile = compile_template(source, {}, TEXT)
    except TemplateError:
        return
    if hostile.quoted is not None:
        plain = compile_template("l {{n}} {{{n}}}{{#n}}{{.}}{{/n}}", {}, TEXT)
        assert hostile.quoted_python.isascii()
        assert _identifiers(hostile.quoted_python) == _identifiers(plain.quoted_python)


def _identifiers(python: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(python)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_a_subject_is_no_body() -> None:
    subject = compile_template("Order {{n}}", {}, HEADER)
    assert subject.quoted is None
    assert subject.encoded({"n": "é"}) == "Order =C3=A9\r\n"


def test_what_is_remembered_of_values_is_bounded() -> None:
    seen = Seen(str)
    for number in range(10_000):
        assert seen[f"é{number}"] == f"=C3=A9{number}"
    assert 0 < len(seen) <= 4_096
    assert seen["x" * 201].replace("=\r\n", "") == "x" * 201
    assert "x" * 201 not in seen
