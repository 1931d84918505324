"""No value adds an element, an attribute, a scheme, a declaration or a member of JSON."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose_context.attacks import HOSTS, OWN, SCENES, Seen, host, strings
from twofifty.compose.mustache import (
    HEADER,
    HTML,
    SPEC,
    Encoded,
    Markup,
    Template,
    compile_template,
)

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


@pytest.mark.parametrize("url", HOSTS)
@pytest.mark.parametrize("tag", TAGS)
def test_no_value_leads_to_another_host(url: str, tag: str) -> None:
    template = _link(url, tag)
    led = {text: host(_led_to(template.render({"x": text}))) for text in strings()}
    allowed = HOSTS[url]
    named = {text: [text.strip().partition(":")[0].lower()] for text in led if "any" in allowed}
    assert {
        text: where
        for text, where in led.items()
        if where not in allowed and where not in named.get(text, ()) and not _of_shop(where, url)
    } == {}


@pytest.mark.parametrize("url", ["https://shop.test@", "//shop.test@", "/@", "\\@", "/@/@"])
def test_what_was_encoded_for_a_path_leads_to_no_other_host(url: str) -> None:
    template = _link(url, "{{{x}}}")
    led = {host(_led_to(template.render({"x": Encoded(text)}))) for text in OWN}
    assert led == {"shop.test" if "shop" in url else "own"}


def _link(url: str, tag: str) -> Template:
    return compile_template(f'<a href="{url.replace("@", tag)}">a</a>', dialect=HTML)


def _led_to(page: str) -> str:
    return html.unescape(page.removeprefix('<a href="').removesuffix('">a</a>'))


def _of_shop(where: str, url: str) -> bool:
    return "@.shop.test" in url and where.endswith(".shop.test")


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
