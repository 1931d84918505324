"""Verifying offline: the vectors of RFC 8463, what dkimpy says, and what is wrong is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.compose.dkim.mails import AT, ED25519, PUBLISHED, RECEIPT, RSA, SIGNER, mails
from tests.unit.compose.dkim.oracle import needs_dkimpy, opinions
from twofifty.compose.dkim import record
from twofifty.compose.dkim.error import DkimError
from twofifty.compose.dkim.verify import Verified, verify

VECTORS = Path("../shared/corpora/mail-auth/dkimpy")
BRISBANE = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason=f"the corpora of signed mails are not here ({VECTORS})"
)


def vector(name: str) -> bytes:
    return (VECTORS / name).read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def records(*said: str) -> list[str | None]:
    """What verifying RECEIPT with these records finds, of RSA and of Ed25519."""
    found = verify(SIGNER.sign(RECEIPT, AT), lambda domain, selector: said, AT)
    return [one.problem for one in found]


def changed(old: bytes, new: bytes) -> str | None:
    """What is wrong with the Ed25519 signature, once its field was changed."""
    above = SIGNER.sign(RECEIPT, AT).removesuffix(RECEIPT)
    field = above[above.rindex(b"DKIM-Signature") :]
    assert old in field
    text = record.text(ED25519.public)
    (found,) = verify(field.replace(old, new, 1) + RECEIPT, lambda domain, selector: [text], AT)
    return found.problem


@needs_vectors
def test_the_example_of_rfc_8463_holds_with_both_its_keys() -> None:
    rsa = vector("test.txt").decode().strip()
    published = {
        ("football.example.com", "brisbane"): [BRISBANE],
        ("football.example.com", "test"): [rsa],
    }
    found = verify(vector("rfc6376.signed.msg"), lambda *key: published[key], AT)
    assert found == (
        Verified("football.example.com", "brisbane", "ed25519-sha256"),
        Verified("football.example.com", "test", "rsa-sha256"),
    )


@needs_vectors
def test_a_mail_that_exim_signed_holds() -> None:
    text = vector("eximtest.dns").decode().strip()
    found = verify(vector("ed25519test2.msg"), lambda domain, selector: [text], AT)
    assert [one.problem for one in found] == [None]


@needs_vectors
@needs_dkimpy
@pytest.mark.parametrize(
    "name",
    [
        "rfc6376.signed.msg",
        "rfc6376.signed.rsa.msg",
        "rfc6376.signed.no_t.msg",
        "test2.message",
        "test.message.baddomain",
        "ed25519test2.msg",
    ],
)
def test_signed_mails_of_others_get_the_verdict_that_dkimpy_gives(name: str) -> None:
    rsa = vector("test.txt").decode().strip()
    known = {
        "brisbane._domainkey.football.example.com": BRISBANE,
        "test._domainkey.football.example.com": rsa,
        "test._domainkey.example.com": rsa,
        "sed._domainkey.test.ex": vector("eximtest.dns").decode().strip(),
    }
    raw = vector(name)
    found = verify(raw, lambda *key: [known.get(record.name(*key), "")], AT)
    assert found
    assert [one.problem is None for one in found] == opinions(raw, known)


@needs_dkimpy
@given(mails, st.data())
def test_of_a_mail_that_was_changed_dkimpy_thinks_the_same(raw: bytes, data: st.DataObject) -> None:
    signed = SIGNER.sign(raw, AT)
    start = len(signed) - len(raw)
    at = data.draw(st.integers(start, len(signed) - 1))
    put = data.draw(st.sampled_from([b"", b" ", b"\t", b"x", b"\r\n", b"\r\n ", b"  "]))
    after = signed[:at] + put + signed[at + 1 :]
    assume(after.count(b"\r") == after.count(b"\n") == after.count(b"\r\n"))
    try:
        found = verify(after, lambda *key: [PUBLISHED[record.name(*key)]], AT)
    except DkimError:
        assume(False)
    assert [one.problem is None for one in found] == opinions(after, PUBLISHED)


@given(st.binary(max_size=300))
def test_whatever_comes_is_judged_or_refused(noise: bytes) -> None:
    for raw in (noise, b"DKIM-Signature: v=1;" + noise, b"DKIM-Signature: " + noise + RECEIPT):
        try:
            found = verify(raw, lambda domain, selector: ["v=DKIM1; p=AAAA"], AT)
        except DkimError:
            continue
        assert all(one.problem for one in found)


@given(st.text(max_size=200))
def test_whatever_a_record_says_no_signature_holds_by_it(said: str) -> None:
    assert all(records(said))


def test_the_record_of_the_signatures_kind_is_taken() -> None:
    rsa, ed25519 = record.text(RSA.public), record.text(ED25519.public)
    assert records(rsa, ed25519) == records(ed25519, rsa) == [None, None]
    assert records(rsa)[0] is None
    assert records(rsa)[1] == "no ed25519 record is known for it"


def test_a_mail_without_a_signature_has_none() -> None:
    assert verify(RECEIPT, lambda domain, selector: [], AT) == ()


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("v=DKIM1; k=ed25519; p=", "revoked"),
        ("v=DKIM1; k=ed25519; p=AAAA", "3 bytes"),
        ("v=DKIM1; k=rsa; p=!", "not base64"),
        ("", "no p="),
    ],
)
def test_a_record_that_cannot_be_used_is_said(said: str, problem: str) -> None:
    assert all(problem in str(one) for one in records(said))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"v=1", b"v=2", "v= is not 1"),
        (b"ed25519-sha256", b"rsa-sha1", "rsa-sha1 is not known"),
        (b" t=", b" l=x; t=", "l= is no number"),
        (b" t=", b" l=9999; t=", "cut"),
        (b" t=", b" x=1; t=", "expired"),
        (b" t=", b" i=@example.net; t=", "i= is not of the domain"),
        (b" t=", b" t=1; t=", "t= is there twice"),
        (b" t=", b" nonsense; t=", "no tag"),
        (b"from:from", b"to:to", "From is not signed"),
        (b"relaxed/relaxed", b"relaxed/loose", "nobody knows"),
        (b"s=tf20260105-ed;", b"", "no s="),
        (b"bh=", b"bh=!", "bh= is not base64"),
        (b"t=1767614400", b"t=1767614401", "header field was changed"),
    ],
)
def test_what_is_wrong_with_a_signature_is_said(old: bytes, new: bytes, problem: str) -> None:
    assert problem in str(changed(old, new))


def test_an_identity_within_the_domain_is_no_fault_but_changes_the_signature() -> None:
    assert "header field was changed" in str(changed(b" t=", b" i=a@mail.example.com; t="))


def test_a_signature_holds_for_ever() -> None:
    signed = SIGNER.sign(RECEIPT, AT)
    late = datetime(2099, 1, 1, tzinfo=UTC)
    found = verify(signed, lambda *key: [PUBLISHED[record.name(*key)]], late)
    assert [one.problem for one in found] == [None, None]
