"""Who can be written to, by the form of the address alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.notice.recipient import unusable

CORPUS = Path(__file__).parents[3].parent / "shared" / "corpora" / "email-addresses"


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.com",
        "ann.o'brien+shop@mail.example.co.uk",
        "jörg@exämple.test",
        "orders@localhost",
        "x@y.example",
        "ann@xn--exmple-cua.test",
    ],
)
def test_an_address_of_good_form_is_usable(address: str) -> None:
    assert unusable(address) is None


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("nobody", "@-sign"),
        ("a" * 300 + "@example.com", "too long"),
        ("Ann <ann@example.com>", "display name"),
        ("a..b@example.com", "two periods"),
        ("ann@example.com\r\nBcc: other@example.com", "cannot be used"),
        ("ann@exa mple.com", "cannot be used"),
        ("", "@-sign"),
    ],
)
def test_any_other_says_why(address: str, why: str) -> None:
    fault = unusable(address)
    assert fault is not None
    assert why in fault


@given(st.text(max_size=400))
def test_whatever_comes_there_is_an_answer_and_controls_are_never_usable(text: str) -> None:
    if unusable(text) is None:
        assert all(ord(letter) >= 32 and letter not in "\x7f \r\n" for letter in text)


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)


@given(LETTERS, LETTERS)
def test_plain_addresses_are_usable_and_a_blank_within_makes_them_not(a: str, b: str) -> None:
    assert unusable(f"{a}@{b}x.example") is None
    assert unusable(f"{a} {b}@{b}x.example") is not None


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpora are not here ({CORPUS})")
def test_real_lists_of_odd_addresses_raise_nothing() -> None:
    texts = [file.read_text("utf-8") for file in CORPUS.rglob("*") if file.is_file()]
    assert texts
    for line in "\n".join(texts).splitlines():
        fault = unusable(line.strip())
        assert fault is not None or "@" in line
