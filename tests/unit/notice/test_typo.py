"""A mistyped address gets a likely guess, a right one none."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.typo import COMMON, RIGHT, slips, suggestion

WORDS = st.text("abc.", max_size=6)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail,com", "gmail.com"),
        ("GMAIL.COMM", "gmail.com"),
        ("gmail", "gmail.com"),
        ("hotmailcom", "hotmail.com"),
        ("hotmial.con", "hotmail.com"),
        ("yahooo.fr", "yahoo.fr"),
        ("gmx.ed", "gmx.de"),
        ("web.ed", "web.de"),
        ("iclould.com", "icloud.com"),
        ("outlok.com", "outlook.com"),
        ("orange.f", "orange.fr"),
        ("free.f", "free.fr"),
        ("libero.ti", "libero.it"),
        ("t-onlin.de", "t-online.de"),
        ("a-shop.con", "a-shop.com"),
        ("a-shop.vom", "a-shop.com"),
    ],
)
def test_what_was_meant_is_suggested(written: str, meant: str) -> None:
    assert suggestion(f"Kim.Lee@{written}") == f"Kim.Lee@{meant}"


@pytest.mark.parametrize(
    "domain",
    ["gmx.at", "mail.de", "aim.com", "example.com", "a-shop.co", "ge.com", "wed.de", "a.test", ""],
)
def test_what_may_be_right_is_left_alone(domain: str) -> None:
    assert suggestion(f"kim@{domain}") is None


@pytest.mark.parametrize("address", ["", "@", "kim", "@gmial.com", "kim@", "kim@@"])
def test_what_is_no_address_gets_no_suggestion(address: str) -> None:
    assert suggestion(address) is None


@pytest.mark.parametrize("domain", sorted(RIGHT))
def test_a_domain_that_is_somebodys_is_right(domain: str) -> None:
    assert suggestion(f"kim@{domain}") is None


def swapped(word: str) -> list[str]:
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]


@pytest.mark.parametrize("domain", COMMON)
def test_two_swapped_letters_are_seen(domain: str) -> None:
    for written in set(swapped(domain)) - RIGHT:
        found = suggestion(f"kim@{written}")
        assert found is not None, written
        assert slips(written, found.partition("@")[2]) <= 1, (written, found)


@given(address=st.text(max_size=40))
def test_no_text_is_too_odd(address: str) -> None:
    found = suggestion(address)
    assert found is None or (found != address and suggestion(found) is None)


@given(
    local=st.text("abc.+-", min_size=1, max_size=10),
    domain=st.sampled_from(COMMON),
    at=st.integers(0, 20),
    letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz.-"),
)
def test_a_letter_too_many_keeps_the_part_before_the_at(
    local: str, domain: str, at: int, letter: str
) -> None:
    found = suggestion(f"{local}@{domain[:at]}{letter}{domain[at:]}")
    assert found is None or found.startswith(f"{local}@")


@given(one=WORDS, other=WORDS, third=WORDS)
def test_slips_are_a_distance_for_close_words(one: str, other: str, third: str) -> None:
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= slips(one, other) <= max(len(one), len(other))
    edits = itertools.pairwise([one, third, other])
    assert slips(one, other) <= 2 * sum(slips(*pair) for pair in edits)
