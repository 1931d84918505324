"""Customer text can never become markup, a header or an instruction, in any field or context."""

import functools
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.compose.orders import BRAND, SEED, full, letter
from tests.unit.compose.reading import Page, markup, message, part, shape
from twofifty.compose import clean
from twofifty.compose.bidi import balanced
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.order.model import Order

CORPUS = Path(__file__).parents[4] / "shared/corpora/nasty-strings/blns/blns_dev.json"
HOSTILE = (
    '"><script>alert(1)</script><b x="',
    "' onmouseover='alert(1)' </td></tr></table><!--",
    "{{x}} {{{jsonld}}} {{#lines}}{{/lines}} }}",
    "a\r\nBcc: thief@example.com\r\n\r\n<h1>b</h1>",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200b\u200e\u200f\ufeff y",
    "x\x00y\x07\x1b[31m\x85\u2028z\u2029",
    "<&>\"'" * 2_000,
    "👩‍👩‍👧‍👦 " * 1_250,
    "javascript:alert(1)//https://example.com",
    "]]></script><!-- \\u003c/script>",
    "\ud800 lone \udfff",
    "Z̴̡̢̛̗̘̙̜̝̞̟̠̣̤̥̦̩̪̫̬̭̮̯̰̱̲̳̹̺̻̼ͅa",
)
TYPED = re.compile(
    r"\.(quantity|unit_price|discount|tax|total|amount|rate|fees|shipping|subtotal)$"
)
URLS = re.compile(r"(url|links\.status|links\.support)$")
CONTROLS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2067\u206a-\u206f\ufeff]"
)


@functools.cache
def composer() -> Composer:
    return Composer(BRAND)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every text in an order's JSON; `("key", name)` ends the path of a dict's key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
            if path and path[-1] == "attributes":
                yield (*path, key, "KEY")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    elif isinstance(value, str):
        yield path


def put(order: Order, path: tuple[Any, ...], text: str) -> Order:
    """The order with one text replaced: past the model's limits, and past JSON's encoder, for lone
    surrogates can come from a shop's own JSON."""
    return replaced(convert(order, path, "\ue000"), text)


def convert(order: Order, path: tuple[Any, ...], text: str) -> Order:
    """Like `put`, if the model lets that text stand there."""
    data = json.loads(msgspec.json.encode(order))
    *way, last = path[:-1] if path[-1] == "KEY" else path
    inner = functools.reduce(lambda node, step: node[step], way, data)
    if path[-1] == "KEY":
        inner[text] = inner.pop(last)
    else:
        inner[last] = text
    return msgspec.convert(data, Order)


def fits(path: tuple[Any, ...]) -> bool:
    """Whether the model lets any text stand there."""
    try:
        convert(full(), path, "any text")
    except msgspec.ValidationError:
        return False
    return True


FIELDS = [path for path in leaves(json.loads(msgspec.json.encode(full()))) if fits(path)]


def named(path: tuple[Any, ...]) -> str:
    return ".".join(map(str, path))


def harmless(path: tuple[Any, ...], hostile: str) -> Order:
    """The order with as much harmless text in the place of the hostile."""
    if URLS.search(named(path)):
        return put(full(), path, "x" if clean.contact(hostile) is None else "https://example.com/")
    if path == ("note",):
        return put(full(), path, "\n".join("x" if row else "" for row in clean.note(hostile)))
    if path[-1] == "KEY" and hostile.startswith("_"):
        return put(full(), path, "_x")
    return put(full(), path, "x" if clean.line(hostile) else " ")


@functools.lru_cache(maxsize=2_000)
def composed(data: bytes) -> tuple[Composed, Page]:
    mail = composer().compose(letter(msgspec.convert(json.loads(data), Order)), SEED)
    return mail, Page(mail.html)


def compose(order: Order) -> tuple[Composed, Page]:
    """A harmless order's mail; few of them differ."""
    return composed(msgspec.json.encode(order))


def check(path: tuple[Any, ...], hostile: str) -> None:
    """The whole promise for one field and one text."""
    mail = composer().compose(letter(put(full(), path, hostile)), SEED)
    calm, calm_page = compose(harmless(path, hostile))
    assert mail.degraded == ""
    assert calm.degraded == ""
    page = Page(mail.html)
    assert page.skeleton == calm_page.skeleton
    assert shape(markup(page)) == shape(markup(calm_page))
    assert all(re.match("https?://|mailto:|tel:", link) for link in page.links)
    assert len(mail.html.encode()) <= 102_400
    for text in (mail.html, mail.text, mail.subject, *page.attributes):
        assert not CONTROLS.search(text.replace("\n", "")), repr(text)
        assert balanced(text)
    assert "\n" not in mail.subject
    parsed = message(mail.mime)
    assert parsed.keys() == message(calm.mime).keys()
    assert parsed["Subject"] == " ".join(mail.subject.split())
    assert parsed.defects == []


def replaced(value: Any, hostile: str) -> Any:
    if isinstance(value, str):
        return hostile if value == "\ue000" else value
    if isinstance(value, tuple):
        return tuple(replaced(inner, hostile) for inner in value)
    if isinstance(value, dict):
        return {replaced(key, hostile): replaced(inner, hostile) for key, inner in value.items()}
    if isinstance(value, msgspec.Struct):
        inner = {name: replaced(getattr(value, name), hostile) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **inner)
    return value


def test_every_text_of_an_order_is_attacked() -> None:
    names = {re.sub(r"\.\d+", "[]", named(path)) for path in FIELDS}
    assert len(names) >= 50
    assert {
        "note",
        "number",
        "lines[].title",
        "customer.name",
        "lines[].attributes.Colour",
    } <= names
    assert not any(TYPED.search(f".{name}") for name in names)


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_harmless_in_every_field_and_context(hostile: str) -> None:
    for path in FIELDS:
        check(path, hostile)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not here")
def test_the_big_list_of_naughty_strings_is_harmless() -> None:
    nasty = json.loads(CORPUS.read_text(encoding="utf-8"))
    texts = [text for text in strings(nasty) if text]
    assert len(texts) > 100
    for place, text in enumerate(texts):
        check(FIELDS[place % len(FIELDS)], text)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FIELDS), st.text(st.characters(), max_size=300))
def test_any_text_at_all_is_harmless(path: tuple[Any, ...], text: str) -> None:
    check(path, text.replace("\ue000", ""))


def test_every_field_hostile_at_once_still_fits_and_parses() -> None:
    order = full()
    for path in FIELDS:
        if path[-1] != "KEY":
            order = convert(order, path, "\ue000")
    order = replaced(order, '<b>"&{{x}}' * 1_000)
    mail = composer().compose(letter(order), SEED)
    assert mail.degraded == ""
    assert len(mail.html.encode()) <= 102_400
    assert "<b>" not in mail.html.replace("<b><bdi>", "")
    assert part(mail.mime, "html")


def test_what_is_shown_is_what_was_written() -> None:
    order = put(full(), ("lines", 0, "title"), 'R&D <b>"it\'s"</b> {{x}}')
    mail = composer().compose(letter(order), SEED)
    assert 'R&D <b>"it\'s"</b> {{x}}' in Page(mail.html).shown()
    assert 'R&D <b>"it\'s"</b> {{x}}' in mail.text
    assert "&amp;" not in mail.text
    assert unicodedata.normalize("NFC", mail.subject) == "[Test] Your order #1077"
