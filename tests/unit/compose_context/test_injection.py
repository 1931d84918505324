"""No value adds an element, an attribute, a scheme, a declaration or a member of JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose_context.attacks import OWN, SCENES, Seen, strings
from twofifty.compose.mustache import HEADER, HTML, SPEC, Markup, Template, compile_template

TAGS = ("{{x}}", "{{{x}}}", "{{&x}}")


def _template(scene: str, tag: str) -> Template:
    return compile_template(SCENES[scene].replace("@", tag), dialect=HTML)


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("tag", TAGS)
def test_a_hostile_string_changes_nothing_but_text(scene: str, tag: str) -> None:
    template = _template(scene, tag)
    harmless = Seen(template.render({"x": "a"})).parts
    broken = [text for text in strings() if Seen(template.render({"x": text})).parts != harmless]
    assert broken == []


SNIPPETS = st.lists(
    st.sampled_from([*OWN[:-1], "<", ">", '"', "'", "&", ";", ":", "\\", "/", "*", "-", " ", "a"])
    | st.text(max_size=5),
    max_size=6,
).map("".join)


@given(st.sampled_from(sorted(SCENES)), st.sampled_from(TAGS), SNIPPETS)
def test_no_text_at_all_changes_the_page(scene: str, tag: str, text: str) -> None:
    template = _template(scene, tag)
    assert Seen(template.render({"x": text})).parts == Seen(template.render({"x": "a"})).parts


STRANGE = [name for name in SCENES if "text" not in name and ">@<" not in SCENES[name]]


@pytest.mark.parametrize("scene", [*STRANGE, "title", "textarea"])
def test_markup_for_texts_is_a_stranger_everywhere_else(scene: str) -> None:
    template = _template(scene, "{{{x}}}")
    harmless = Seen(template.render({"x": "a"})).parts
    broken = [text for text in OWN if Seen(template.render({"x": Markup(text)})).parts != harmless]
    assert broken == []


@pytest.mark.parametrize("scene", SCENES)
def test_these_tests_see_a_break_where_nothing_is_escaped(scene: str) -> None:
    raw = compile_template(SCENES[scene].replace("@", "{{{x}}}"), dialect=SPEC)
    assert any(_changes(raw, text) for text in OWN)


def _changes(template: Template, text: str) -> bool:
    try:
        return Seen(template.render({"x": text})).parts != Seen(template.render({"x": "a"})).parts
    except ValueError:
        return True


@pytest.mark.parametrize("text", strings())
def test_a_header_stays_on_its_line(text: str) -> None:
    said = compile_template("Order {{x}} of {{{x}}}", dialect=HEADER).render({"x": text})
    assert len(f"{said}.".splitlines()) == 1
