"""The forms that are hashed, as RFC 6376 3.4 has them."""

import re

import pytest
from hypothesis import given

from tests.unit.compose.dkim.mails import bodies, mails
from tests.unit.compose.dkim.oracle import dkimpy, needs_dkimpy
from twofifty.compose.dkim.canonical import parts, relaxed_body, relaxed_field, simple_body


@pytest.mark.parametrize(
    ("body", "relaxed", "simple"),
    [
        (b"", b"", b"\r\n"),
        (b"\r\n", b"", b"\r\n"),
        (b"\r\n\r\n\r\n", b"", b"\r\n"),
        (b" \r\n\t\r\n", b"", b" \r\n\t\r\n"),
        (b"a", b"a\r\n", b"a\r\n"),
        (b"a \t", b"a\r\n", b"a \t\r\n"),
        (b" C \r\nD \t E\r\n\r\n\r\n", b" C\r\nD E\r\n", b" C \r\nD \t E\r\n"),
        (b"a\r\n\r\nb\r\n", b"a\r\n\r\nb\r\n", b"a\r\n\r\nb\r\n"),
        (b"a\r\n \r\n\t\r\n", b"a\r\n", b"a\r\n \r\n\t\r\n"),
        (b"  a", b" a\r\n", b"  a\r\n"),
        (b" ", b"", b" \r\n"),
    ],
)
def test_a_body_has_these_forms(body: bytes, relaxed: bytes, simple: bytes) -> None:
    assert relaxed_body(body) == relaxed
    assert simple_body(body) == simple


@pytest.mark.parametrize(
    ("whole", "relaxed"),
    [
        (b"A: X ", b"a:X"),
        (b"B : Y\t\r\n\tZ  ", b"b:Y Z"),
        (b"Subject:", b"subject:"),
        (b"SUBJECT:\r\n folded at once", b"subject:folded at once"),
        (b"subject: a : b", b"subject:a : b"),
    ],
)
def test_a_field_has_this_form(whole: bytes, relaxed: bytes) -> None:
    (field,) = parts(whole + b"\r\n\r\n").fields
    assert relaxed_field(field) == relaxed


@given(bodies)
def test_the_fast_form_is_the_plain_one(body: bytes) -> None:
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    assert relaxed_body(body) == b"".join(line + b"\r\n" for line in lines)


@given(bodies)
def test_a_form_of_a_form_is_itself(body: bytes) -> None:
    assert relaxed_body(relaxed_body(body)) == relaxed_body(body)
    assert simple_body(simple_body(body)) == simple_body(body)
    assert relaxed_body(simple_body(body)) == relaxed_body(body)


@needs_dkimpy
@given(bodies)
def test_dkimpy_has_the_same_forms(body: bytes) -> None:
    policies = dkimpy.canonicalization
    assert relaxed_body(body) == policies.Relaxed.canonicalize_body(body)
    assert simple_body(body) == policies.Simple.canonicalize_body(body)


@given(mails)
def test_the_parts_are_the_whole_mail(raw: bytes) -> None:
    mail = parts(raw)
    head = b"".join(field.whole + b"\r\n" for field in mail.fields)
    assert head + b"\r\n" + mail.body == raw
    assert all(field.name.islower() for field in mail.fields)
