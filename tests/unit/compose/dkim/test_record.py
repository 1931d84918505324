"""The records that publish keys: what is printed can be read, and what is wrong is said."""

import re
from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose.dkim.mails import ED25519, RSA
from twofifty.compose.dkim import record
from twofifty.compose.dkim.keys import Key, generate

KEYS = pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])


@KEYS
def test_what_is_printed_publishes_the_key(key: Key) -> None:
    text = record.text(key.public)
    assert record.matches(text, key.public) is None
    assert record.read(text) == record.Record(key.public)


@KEYS
def test_a_zone_line_has_the_record_in_strings_that_dns_can_carry(key: Key) -> None:
    line = record.zone_line("example.com", key.selector, record.text(key.public))
    assert line.startswith(f"{key.selector}._domainkey.example.com. 3600 IN TXT ")
    strings = re.findall(r'"([^"]*)"', line)
    assert all(len(one) <= 255 for one in strings)
    assert "".join(strings) == record.text(key.public)
    assert record.matches(line.partition("TXT ")[2], key.public) is None


@given(st.text(st.characters(codec="ascii"), max_size=1_200))
def test_strings_are_cut_and_never_lost(value: str) -> None:
    cut = record.strings(value)
    assert "".join(cut) == value
    assert all(1 <= len(one) <= 255 for one in cut)


@KEYS
def test_white_space_and_the_order_of_tags_do_not_matter(key: Key) -> None:
    loose = record.text(key.public).replace("; ", " ;\t").replace("=", " = ", 2)
    assert record.matches(loose, key.public) is None
    head, coded = record.text(key.public).split("p=")
    assert record.matches(f"{head}n=a note; p={coded[:20]} {coded[20:]};", key.public) is None
    assert record.matches(f"p={coded}; k={key.family}", key.public) is None


def test_a_record_without_a_kind_is_of_an_rsa_key() -> None:
    text = record.text(RSA.public).replace("k=rsa; ", "")
    assert record.matches(text, RSA.public) is None
    assert "another kind" in str(record.matches(text, ED25519.public))


def test_a_record_may_hold_the_bare_rsa_key() -> None:
    public = RSA.private.public_key()
    bare = b64encode(public.public_bytes(Encoding.DER, PublicFormat.PKCS1)).decode()
    assert record.matches(f"v=DKIM1; k=rsa; p={bare}", RSA.public) is None


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("", "no p="),
        ("v=spf1 include:example.net -all", "v=DKIM1"),
        ("google-site-verification: abc", "no tag"),
        ("v=DKIM2; k=rsa; p=AAAA", "v=DKIM1"),
        ("k=rsa; v=DKIM1; p=AAAA", "v=DKIM1"),
        ("v=DKIM1; k=rsa; p=", "revoked"),
        ("v=DKIM1; k=rsa; p=MIIB...", "not base64"),
        ("v=DKIM1; k=dsa; p=AAAA", "no kind of key"),
        ("v=DKIM1; k=rsa; p=AAAA", "another key"),
        ("v=DKIM1; k=ed25519; p=AAAA", "3 bytes"),
        ("v=DKIM1; k=rsa; k=rsa; p=AAAA", "twice"),
    ],
)
def test_what_is_wrong_with_a_record_is_said(said: str, problem: str) -> None:
    assert problem in str(record.matches(said, RSA.public))


def test_a_record_that_was_cut_at_255_characters_is_found_out() -> None:
    for length in (250, 251, 252, 253, 254, 255):
        assert record.matches(record.text(RSA.public)[:length], RSA.public)


def test_the_key_of_somebody_else_is_found_out() -> None:
    other = generate("ed25519", "other").public
    assert "another key" in str(record.matches(record.text(other), ED25519.public))


@pytest.mark.parametrize(
    ("tag", "problem"), [("t=y", "tests"), ("h=sha1", "sha256"), ("s=tlsrpt", "for mail")]
)
def test_a_record_whose_tags_get_in_the_way_is_found_out(tag: str, problem: str) -> None:
    text = record.text(ED25519.public).replace("; k", f"; {tag}; k")
    assert problem in str(record.matches(text, ED25519.public))
    fine = record.text(ED25519.public).replace("; k", "; t=s; h=sha1:sha256; s=email; k")
    assert record.matches(fine, ED25519.public) is None


@given(st.text(max_size=300))
def test_whatever_dns_says_is_a_key_or_a_problem(said: str) -> None:
    assert record.matches(said, ED25519.public)
