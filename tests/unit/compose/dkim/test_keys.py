"""Keys come out of PEM files of every usual form, or it is said why not."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose.dkim.mails import ED25519, RSA
from twofifty.compose.dkim import record
from twofifty.compose.dkim.error import DkimError
from twofifty.compose.dkim.keys import Key, load, pem

VECTORS = Path("../shared/corpora/mail-auth/dkimpy")
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason=f"the corpora of keys are not here ({VECTORS})"
)


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_a_key_that_was_written_is_read(key: Key) -> None:
    again = load(key.selector, pem(key))
    assert (again.public, again.algorithm, again.bits) == (key.public, key.algorithm, key.bits)
    assert again.sign(b"x") == key.sign(b"x")


def test_a_key_of_the_older_form_is_read() -> None:
    older = RSA.private.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    assert b"BEGIN RSA PRIVATE KEY" in older
    assert load("x", older).public == RSA.public


@needs_vectors
@pytest.mark.parametrize(
    ("name", "bits", "published"),
    [
        ("1024_testkey", 1024, "1024_testkey_wo_markers.pub.txt"),
        ("2048_testkey", 2048, "2048_testkey_wo_markers.pub.txt"),
        ("2048_testkey", 2048, "2048_testkey_wo_markers.pub.rsa.txt"),
        ("2048_testkey_PKCS8", 2048, "2048_testkey_PKCS8.key.pub.txt"),
    ],
)
def test_keys_of_others_are_read_and_match_their_records(
    name: str, bits: int, published: str
) -> None:
    key = load("x", (VECTORS / f"{name}.key").read_bytes())
    assert key.bits == bits
    said = "".join(
        line for line in (VECTORS / published).read_text().splitlines() if "-----" not in line
    )
    assert record.matches(said if "p=" in said else f"v=DKIM1; p={said}", key.public) is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no private key"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key"),
        (
            RSA.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            "no private key",
        ),
        (
            RSA.private.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
            ),
            "locked",
        ),
        (
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            ),
            "neither RSA nor Ed25519",
        ),
    ],
)
def test_what_is_no_key_is_refused_with_the_reason(data: bytes, problem: str) -> None:
    with pytest.raises(DkimError, match=problem):
        load("x", data)


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(DkimError):
        load("x", noise)
