"""What leaves signed holds everywhere, and nothing of it can be changed."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.compose.dkim.mails import (
    AT,
    ED25519,
    PUBLISHED,
    RECEIPT,
    RSA,
    SIGNER,
    mails,
)
from tests.unit.compose.dkim.oracle import needs_dkimpy, opinions, records
from twofifty.compose.dkim import record
from twofifty.compose.dkim.canonical import Parts, parts, relaxed_body, relaxed_field
from twofifty.compose.dkim.error import DkimError
from twofifty.compose.dkim.sign import ALWAYS, CHANGED_BY_SES, ONCE, Signer
from twofifty.compose.dkim.tags import dense, tags
from twofifty.compose.dkim.verify import verify

VISIBLE = st.integers(0x21, 0x7E)


def own_opinions(raw: bytes) -> list[bool]:
    try:
        found = verify(raw, lambda *key: [PUBLISHED[record.name(*key)]], AT)
    except DkimError:
        return [False, False]
    return [one.problem is None for one in found]


def signed_names(raw: bytes) -> list[str]:
    top = parts(raw).fields[0].value.decode()
    return dense(tags(top)["h"]).split(":")


def canonical(mail: Parts) -> tuple[list[bytes], bytes]:
    """Everything that is hashed of a mail, signed or not."""
    return [relaxed_field(field) for field in mail.fields], relaxed_body(mail.body)


@needs_dkimpy
@given(mails)
def test_dkimpy_verifies_both_signatures_of_any_mail(raw: bytes) -> None:
    assert opinions(SIGNER.sign(raw, AT), PUBLISHED) == [True, True]


@given(mails)
def test_our_own_verifier_does_too(raw: bytes) -> None:
    assert own_opinions(SIGNER.sign(raw, AT)) == [True, True]


@given(mails)
def test_the_mail_itself_is_not_touched(raw: bytes) -> None:
    signed = SIGNER.sign(raw, AT)
    assert signed.endswith(raw)
    above = signed.removesuffix(raw)
    assert above.isascii()
    assert above.count(b"DKIM-Signature: ") == 2
    assert above.endswith(b"\r\n")
    assert max(map(len, above.split(b"\r\n"))) <= 78


@given(mails)
def test_the_same_mail_time_and_keys_give_the_same_bytes(raw: bytes) -> None:
    again = Signer(SIGNER.domain, SIGNER.keys)
    assert SIGNER.sign(raw, AT) == again.sign(raw, AT)
    assert SIGNER.sign(raw, AT) == SIGNER.sign(raw, AT + timedelta(microseconds=1))
    assert SIGNER.sign(raw, AT) != SIGNER.sign(raw, AT + timedelta(seconds=1))


@needs_dkimpy
@given(mails, st.data())
def test_a_mail_with_a_changed_body_does_not_hold(raw: bytes, data: st.DataObject) -> None:
    signed = SIGNER.sign(raw, AT)
    start = signed.index(b"\r\n\r\n") + 4
    at = data.draw(st.integers(start, len(signed)))
    put = bytes([data.draw(VISIBLE)])
    for changed in (signed[:at] + put + signed[at:], signed[:at] + put + signed[at + 1 :]):
        if not changed.count(b"\r") == changed.count(b"\n") == changed.count(b"\r\n"):
            continue
        if relaxed_body(changed[start:]) != relaxed_body(signed[start:]):
            assert own_opinions(changed) == [False, False]
            assert opinions(changed, PUBLISHED) == [False, False]


@needs_dkimpy
@given(mails, st.data())
def test_a_mail_with_a_changed_signed_field_does_not_hold(raw: bytes, data: st.DataObject) -> None:
    signed = SIGNER.sign(raw, AT)
    names = set(signed_names(signed))
    lines = [field.whole for field in parts(raw).fields]
    body = raw.partition(b"\r\n\r\n")[2]
    own = [at for at, field in enumerate(parts(raw).fields) if field.name in names]
    at = data.draw(st.sampled_from(own))
    put = bytes([data.draw(VISIBLE)])
    place = data.draw(st.integers(lines[at].index(b":") + 1, len(lines[at])))
    value = lines[at][:place] + put + lines[at][place:]
    head = b"\r\n".join([*lines[:at], value, *lines[at + 1 :]])
    changed = signed.removesuffix(raw) + head + b"\r\n\r\n" + body
    assert own_opinions(changed) == [False, False]
    assert opinions(changed, PUBLISHED) == [False, False]


@needs_dkimpy
@given(mails, st.data())
def test_a_mail_that_lost_a_signed_field_does_not_hold(raw: bytes, data: st.DataObject) -> None:
    signed = SIGNER.sign(raw, AT)
    found = parts(raw).fields
    counts = Counter(signed_names(signed))
    own = [at for at, field in enumerate(found) if field.name in counts]
    lost = data.draw(st.sampled_from(own))
    left = b"".join(field.whole + b"\r\n" for at, field in enumerate(found) if at != lost)
    changed = signed.removesuffix(raw) + left + b"\r\n" + raw.partition(b"\r\n\r\n")[2]
    assert own_opinions(changed) == [False, False]
    assert opinions(changed, PUBLISHED) == [False, False]


@needs_dkimpy
@given(mails, st.sampled_from(ALWAYS), st.booleans())
def test_no_field_that_people_see_can_be_added(raw: bytes, name: str, on_top: bool) -> None:
    signed = SIGNER.sign(raw, AT)
    added = name.encode() + b": another\r\n"
    below = signed.replace(b"\r\n\r\n", b"\r\n" + added + b"\r\n", 1)
    changed = added + signed if on_top else below
    assert own_opinions(changed) == [False, False]
    assert opinions(changed, PUBLISHED) == [False, False]


@needs_dkimpy
@given(mails)
def test_what_relays_do_to_white_space_and_above_the_mail_is_forgiven(raw: bytes) -> None:
    signed = SIGNER.sign(raw, AT)
    relayed = b"Received: from shop.example.com by mx.example.net\r\n" + signed + b" \r\n\t\r\n"
    assume(raw.endswith(b"\r\n"))
    assert own_opinions(relayed) == [True, True]
    assert opinions(relayed, PUBLISHED) == [True, True]


def test_a_provider_may_put_its_own_feedback_id_above_ours() -> None:
    raw = b"Feedback-ID: confirmation:s-shop:i-a:twofifty\r\n" + RECEIPT
    signed = b"Feedback-ID: 1.eu-west-1.abc=:AmazonSES\r\n" + SIGNER.sign(raw, AT)
    assert own_opinions(signed) == [True, True]
    assert own_opinions(signed.replace(b"twofifty", b"somebody")) == [False, False]
    assert ONCE == ("feedback-id",)


def test_where_amazon_ses_writes_message_id_and_date_anew_they_are_not_signed() -> None:
    for_ses = Signer(SIGNER.domain, SIGNER.keys, CHANGED_BY_SES)
    signed = for_ses.sign(RECEIPT, AT)
    renamed = signed.replace(b"m_abc@example.com", b"0102@eu-west-1.example.net")
    later = renamed.replace(b"05 Jan 2026", b"06 Jan 2026")
    assert later != renamed != signed
    assert own_opinions(later) == [True, True]
    assert own_opinions(later.replace(b"#1001", b"#1002")) == [False, False]


def test_the_names_are_those_of_the_fields_and_once_more() -> None:
    names = Counter(signed_names(SIGNER.sign(RECEIPT, AT)))
    assert names["from"] == names["subject"] == names["content-type"] == 2
    assert names["mime-version"] == 2
    assert names["reply-to"] == names["cc"] == names["in-reply-to"] == 1
    assert names["list-unsubscribe"] == names["feedback-id"] == 0


def test_each_key_signs_by_itself() -> None:
    both = SIGNER.sign(RECEIPT, AT)
    first, second = (Signer("example.com", [key]).sign(RECEIPT, AT) for key in (RSA, ED25519))
    assert both == first.removesuffix(RECEIPT) + second
    assert SIGNER.selectors == ("tf20260105", "tf20260105-ed")


@needs_dkimpy
def test_an_internationalised_domain_signs_by_its_a_labels() -> None:
    signer = Signer("xn--bcher-kva.example", (RSA, ED25519))
    raw = "From: Bücher <grüße@bücher.example>\r\nSubject: Ihre Bücher\r\n\r\nGrüße\r\n".encode()
    signed = signer.sign(raw, AT)
    assert signed.removesuffix(raw).isascii()
    assert opinions(signed, records(signer)) == [True, True]


def test_long_names_of_domain_and_selector_still_make_a_field() -> None:
    domain = ".".join(["a" * 60] * 4)
    signer = Signer(domain, [RSA, ED25519])
    found = verify(
        signer.sign(RECEIPT, AT), lambda d, s: [record.text(k.public) for k in SIGNER.keys], AT
    )
    assert [(one.domain, one.problem) for one in found] == [(domain, None)] * 2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"Subject: x\r\n\r\nnobody wrote it\r\n",
        b"From: a@example.com\r\nFrom: b@example.com\r\n\r\ntwo did\r\n",
        b"From: a@example.com\r\nno colon\r\n\r\n",
        b" folded: from nothing\r\nFrom: a@example.com\r\n\r\n",
        b"From: a@example.com\r\n\r\nbare\nline feed\r\n",
        b"From: a@example.com\r\n\r\nbare\rreturn\r\n",
        b"From: a@example.com\r\n\r\n.\n.\r\nsmuggled\r\n",
        b"From: a@example.com\n\nall bare\n",
    ],
)
def test_what_is_no_mail_is_not_signed(raw: bytes) -> None:
    with pytest.raises(DkimError):
        SIGNER.sign(raw, AT)


def test_without_keys_there_is_no_signer() -> None:
    with pytest.raises(DkimError, match=r"example\.com"):
        Signer("example.com", [])


@pytest.mark.parametrize(
    "raw", [b"From: a@example.com\r\n", b"From: a@example.com\r\n\r\n", b"From: a@example.com"]
)
def test_a_mail_without_a_body_is_signed_too(raw: bytes) -> None:
    assert len(SIGNER.sign(raw, AT)) > len(raw) + 500
