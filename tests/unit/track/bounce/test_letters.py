"""Mail that is broken: it is read as far as it goes, and never raises."""

from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.track.bounce.test_families import NOTICES
from tests.unit.track.bounce.test_notifications import FAILED, dsn
from twofifty.track.bounce.address import address_of, addresses_of, tidy
from twofifty.track.bounce.charset import decoded
from twofifty.track.bounce.fields import fields, parameter, unworded
from twofifty.track.bounce.letter import parse
from twofifty.track.bounce.mbox import mails
from twofifty.track.bounce.news import feedback
from twofifty.track.bounce.read import read

HEAD = b"From: MAILER-DAEMON@example.net\nReturn-Path: <>\nSubject: Undelivered Mail\n"
HOSTILE = {
    "nested without end": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3_000)
    ),
    "mail in mail in mail": b"Content-Type: message/rfc822\n\n" * 30_000,
    "one word": b"\nUser unknown " + b"a" * 1_000_000,
    "only at signs": b"\nUser unknown " + b"a@" * 500_000,
    "many recipients": b"\nUser unknown\n" + b"<a@example.com>: x\n" * 50_000,
    "open tags": b"Content-Type: text/html\n\n" + b"<script " * 120_000,
    "many fields": b"X-Y: z\n" * 150_000,
    "open brackets": b'\n{"notificationType":' + b"[" * 500_000,
    "slow charset": b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 300_000,
    "not text": b"Content-Type: text/plain; charset=zip\n\nabc",
    "many statuses": b"Content-Type: message/delivery-status\n\n"
    + b"Final-Recipient: rfc822; a@example.com\nAction: failed\n\n" * 16_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_read_in_bounded_time(name: str) -> None:
    before = process_time()
    assert read(HEAD + HOSTILE[name]).fingerprint
    # Far above what any takes; an unbounded one would take minutes.
    assert process_time() - before < 60


SEEDS = st.sampled_from([dsn(FAILED), *(file.read_bytes() for file in NOTICES)])


def _cut(raw: bytes, at: int, _other: bytes) -> bytes:
    return raw[: at % (len(raw) + 1)]


def _headless(raw: bytes, at: int, _other: bytes) -> bytes:
    return raw[at % (len(raw) + 1) :]


def _flipped(raw: bytes, at: int, other: bytes) -> bytes:
    place = at % len(raw)
    return raw[:place] + other[:8] + raw[place + len(other[:8]) :]


def _spliced(raw: bytes, at: int, other: bytes) -> bytes:
    place = at % len(raw)
    return raw[:place] + other + raw[place:]


Change = Callable[[bytes, int, bytes], bytes]
Damage = tuple[Change, int, bytes]
CHANGES: list[Change] = [_cut, _headless, _flipped, _spliced]


@settings(max_examples=400, deadline=None)
@given(SEEDS, st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 10_000), st.binary())))
def test_a_damaged_notice_never_raises(raw: bytes, damage: list[Damage]) -> None:
    for change, at, other in damage:
        raw = change(raw, at, other) or b"x"
    report = read(raw)
    assert all(news.recipient for news in feedback(report))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=3_000))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert read(raw).fingerprint == read(raw).fingerprint


@given(st.binary(max_size=500), st.text(max_size=30))
def test_any_bytes_in_any_charset_are_text(raw: bytes, charset: str) -> None:
    assert isinstance(decoded(raw, charset), str)


@given(st.text(max_size=300))
def test_encoded_words_never_raise(text: str) -> None:
    assert isinstance(unworded(f"=?utf-8?B?{text}?= =?x?Q?{text}?="), str)


@given(st.text(max_size=300))
def test_what_is_taken_for_an_address_is_one(text: str) -> None:
    found = (*addresses_of(text), address_of(text), tidy(text))
    assert all(one.count("@") >= 1 and not set(one) & set("<>\n") for one in found if one)


def test_base64_and_quoted_printable_are_undone_even_where_broken() -> None:
    head = b"Content-Type: text/plain\nContent-Transfer-Encoding: "
    assert parse(head + b"base64\n\nSGVs*bG8\n").text == "Hello"
    assert parse(head + b"quoted-printable\n\nHel=6Co=\n!\n").text.strip() == "Hello!"
    assert parse(head + b"base64\n\n!\n").text == ""


def test_japanese_is_japanese_whatever_its_label_says() -> None:
    raw = b"Content-Type: text/plain; charset=us-ascii\n\n\x1b$B$3$s\x1b(B"
    assert parse(raw).text == "こん"


def test_fields_are_unfolded_and_what_is_none_is_passed_over() -> None:
    assert fields(["A: 1", " 2", "no field", "B:3"]) == (("a", "1 2"), ("b", "3"))
    assert parameter('multipart/report; boundary="a b"; x=y', "boundary") == "a b"


def test_a_mailbox_is_many_mails_and_a_mail_is_one() -> None:
    one = b"From a@example.com Sun Nov 22 10:00:00 2026\nSubject: 1\n\nFrom here on.\n\n"
    assert mails(one + one.replace(b"1", b"2")) == (one, one.replace(b"1", b"2"))
    assert mails(b"Subject: 1\n\nhello") == (b"Subject: 1\n\nhello",)


@given(st.lists(st.sampled_from([b"a", b"b\n\nFromage", b">From x 2026"]), max_size=5))
def test_a_mailbox_loses_nothing(bodies: list[bytes]) -> None:
    raw = b"".join(b"From a@example.com Mon 2026\nX: y\n\n" + body + b"\n\n" for body in bodies)
    assert b"".join(mails(raw)) == raw
    assert len(mails(raw)) == max(len(bodies), 1)
