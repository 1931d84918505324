"""Leaving is one click, for ever, and only for whom the mail was and for its purpose."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.mime.field import further_field
from twofifty.notice.model import Kind
from twofifty.notice.purpose import PURPOSES, Purpose, purpose_of
from twofifty.track.unsubscribe import LONGEST, Leaving, headers, issue, read

NEW, OLD, OTHER = b"n" * 32, b"o" * 32, b"x" * 32
LEAVINGS = st.builds(
    Leaving,
    address=st.text(max_size=320),
    purpose=st.sampled_from(PURPOSES),
    message_id=st.text(st.characters(codec="ascii"), max_size=40),
)
ONE = Leaving("buyer@example.net", "service", "m_abcdefghijklmnopqrstuvwxyz")
URL = "https://shop.example.com/u/" + issue(NEW, ONE)


@given(LEAVINGS)
def test_a_token_says_who_leaves_what(leaving: Leaving) -> None:
    token = issue(NEW, leaving)
    assert read((NEW,), token) == leaving
    assert read((OTHER, NEW), token) == leaving
    assert read((OTHER,), token) is None
    assert read((), token) is None


@given(LEAVINGS)
def test_a_token_is_the_same_whenever_it_is_issued(leaving: Leaving) -> None:
    token = issue(NEW, leaving)
    assert token == issue(NEW, leaving)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(token) <= LONGEST


@given(LEAVINGS, st.data())
def test_any_bit_that_is_flipped_makes_it_unknown(leaving: Leaving, data: st.DataObject) -> None:
    token = issue(NEW, leaving)
    plain = bytearray(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    bit = data.draw(st.integers(0, len(plain) * 8 - 1))
    plain[bit // 8] ^= 1 << bit % 8
    assert read((NEW, OLD), urlsafe_b64encode(plain).decode().rstrip("=")) is None


@given(st.data())
def test_any_other_spelling_is_unknown(data: st.DataObject) -> None:
    token = issue(NEW, ONE)
    place = data.draw(st.integers(0, len(token)))
    sign = data.draw(st.characters(codec="utf-8"))
    assert read((NEW,), token[:place] + sign + token[place:]) is None
    if place < len(token) and sign != token[place]:
        assert read((NEW,), token[:place] + sign + token[place + 1 :]) is None


@given(st.text(max_size=300))
def test_whatever_else_comes_is_unknown(token: str) -> None:
    assert read((NEW, OLD), token) is None


def test_where_the_id_ends_and_the_address_begins_is_part_of_the_token() -> None:
    one, other = Leaving("b", "service", "aa"), Leaving("ab", "service", "a")
    assert issue(NEW, one) != issue(NEW, other)
    assert read((NEW,), issue(NEW, other)) == other


def test_a_token_of_the_order_page_opens_nothing_here() -> None:
    order_page = "AAAAAAAAAAAAAAAAAAAAAAtAhwAEc2hvcDEwMDE"
    assert read((NEW, OLD), order_page) is None


def test_a_receipt_cannot_be_left() -> None:
    assert headers("receipt", URL) == ()
    assert headers("receipt", URL, "leave@b.example.com") == ()


@pytest.mark.parametrize("purpose", ["service", "marketing"])
def test_everything_else_is_left_by_one_click(purpose: Purpose) -> None:
    assert headers(purpose, URL) == (
        ("List-Unsubscribe", f"<{URL}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    offered = dict(headers(purpose, URL, "leave@b.example.com?subject=leave"))
    assert offered["List-Unsubscribe"] == f"<{URL}>, <mailto:leave@b.example.com?subject=leave>"


def test_without_https_nothing_is_promised_that_mailboxes_would_not_do() -> None:
    offered = dict(headers("service", "http://127.0.0.1:2500/u/x"))
    assert offered == {"List-Unsubscribe": "<http://127.0.0.1:2500/u/x>"}


@given(st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=200))
def test_no_address_makes_a_link_that_a_header_would_break(local: str) -> None:
    link = f"https://shop.example.com/u/{issue(NEW, Leaving(f'{local}@b.test', 'service', 'm_a'))}"
    for name, value in headers("service", link):
        field = further_field(name, value)
        assert value in field.replace("\r\n ", " ")
        assert "=?" not in field


def test_every_kind_has_its_purpose() -> None:
    told = {kind: purpose_of(kind) for kind in get_args(Kind)}
    assert {kind for kind, purpose in told.items() if purpose == "receipt"} == {
        "confirmation",
        "update",
        "cancellation",
        "refund",
    }
    assert {kind for kind, purpose in told.items() if purpose == "marketing"} == {"reengagement"}
    assert set(told.values()) == set(get_args(Purpose)) == set(PURPOSES)
