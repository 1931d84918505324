"""What a stranger wrote is made harmless before it goes anywhere."""

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose import clean

ANY = st.text(st.characters(), max_size=400)
BANNED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


@given(ANY)
def test_a_line_is_one_line_without_anything_hidden(text: str) -> None:
    cleaned = clean.line(text)
    assert not BANNED.search(cleaned)
    assert len(cleaned) <= clean.TITLE
    assert cleaned == cleaned.strip()
    assert clean.line(cleaned) == cleaned


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=200))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    plain = " ".join(text.split())
    if clean._INVISIBLE.search(plain) is None:
        assert clean.line(plain).split() == plain.split()


@given(ANY)
def test_a_note_keeps_its_line_breaks_and_nothing_hidden(text: str) -> None:
    rows = clean.note(text)
    assert not any(BANNED.search(row) for row in rows)
    assert sum(map(len, rows)) <= clean.NOTE
    assert len(rows) <= clean.NOTE_LINES + 1


def test_a_note_is_read_with_any_line_ending() -> None:
    assert clean.note("a\r\nb\rc\nd\u2028e") == ("a", "b", "c", "d", "e")
    assert clean.note("\n\n") == ()


def test_long_text_ends_with_an_ellipsis() -> None:
    assert clean.line("x" * 10_000) == "x" * 499 + "…"
    assert len(clean.note("y\n" * 5_000)) == clean.NOTE_LINES + 1


@pytest.mark.parametrize("text", ["👩‍👩‍👧‍👦", "می‌خواهم", "क्‍ष", "Ünïcödé", "日本語", "a·b — c"])
def test_joiners_that_shape_words_and_emoji_stay(text: str) -> None:
    assert clean.line(text) == text


def test_joiners_that_only_hide_go() -> None:
    assert clean.line("pay\u200dpal\u200c \u200d") == "paypal"


def test_heaps_of_marks_are_cut_down() -> None:
    assert len(clean.line("Z" + "\u0335\u0321\u0322" * 50)) == 5


@pytest.mark.parametrize(
    ("given_url", "safe"),
    [
        ("https://example.com/a?b=c&d=%20#e", "https://example.com/a?b=c&d=%20#e"),
        ("HTTP://example.com", "http://example.com"),
        ("https://example.com/ä/„x“", "https://example.com/%C3%A4/%E2%80%9Ex%E2%80%9C"),
        ('https://example.com/"onclick="x', "https://example.com/%22onclick=%22x"),
        ("https://example.com/a|b", "https://example.com/a%7Cb"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://example.com@evil.test/", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.com", None),
        ("https://", None),
        ("https://exa mple.com", None),
        ("https://example.com/\r\nBcc: x", None),
        ("https://example.com/" + "x" * 3_000, None),
        (None, None),
    ],
)
def test_only_plain_web_addresses_become_links(given_url: str | None, safe: str | None) -> None:
    assert clean.url(given_url) == safe


@given(st.one_of(ANY, ANY.map("https://example.com/".__add__), ANY.map("https://".__add__)))
def test_a_link_never_holds_what_ends_an_attribute(text: str) -> None:
    safe = clean.url(text)
    assert safe is None or (re.match("https?://", safe) and not re.search(r"[\s\"<>\\^`{|}]", safe))


@pytest.mark.parametrize(
    "text", ["mailto:help@example.com", "tel:+49-30-0000", "https://example.com/help"]
)
def test_customers_can_be_asked_to_write_call_or_click(text: str) -> None:
    assert clean.contact(text) == text


@pytest.mark.parametrize(
    "text", ["mailto:a@example.com\r\nBcc: x", "sms:1", "mailto:<x>@example.com", "tel:;rm"]
)
def test_other_ways_of_contact_are_dropped(text: str) -> None:
    assert clean.contact(text) is None


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_in_a_script_means_the_same_and_cannot_end_it(value: object) -> None:
    written = clean.jsonld(value)
    assert json.loads(written) == value
    assert not re.search("[<>&\u2028\u2029]", written)


@given(
    st.lists(
        st.builds(
            lambda name: {"@type": "Offer", "name": name}, ANY.filter(lambda t: t.isprintable())
        )
    )
)
def test_nodes_on_lines_of_their_own_mean_the_same(nodes: list[dict[str, str]]) -> None:
    assert json.loads(clean.jsonld(nodes)) == nodes
    assert json.loads(clean.jsonld({"x": '},{"@type"', "y": [{"@type": "a"}, {"@type": "},{"}]}))


@pytest.mark.parametrize(
    "name",
    ["WIN 1000 https://evil.test", "see www.evil.test", "x@evil.test", "evil.test now", "n" * 61],
)
def test_an_advertisement_is_not_greeted(name: str) -> None:
    assert clean.name(name) == ""


@pytest.mark.parametrize("name", ["Ada Okafor", "J. R. O’Neill", "山田 花子", "Jürgen Weiß-Müller"])
def test_a_person_is_greeted(name: str) -> None:
    assert clean.name(name) == unicodedata.normalize("NFC", name)
