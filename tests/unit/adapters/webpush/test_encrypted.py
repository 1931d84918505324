"""RFC 8291 to the letter: its own example, and what a browser would read of ours."""

import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from twofifty.adapters.alerts.jwt import unwritten, written
from twofifty.adapters.webpush.encrypted import CURVE, LONGEST, encrypted, point_of

# RFC 8291, section 5 and appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
OWN = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)


def plain(text: str) -> bytes:
    found = unwritten(text)
    assert found is not None
    return found


def key(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(number, CURVE)


def read(body: bytes, own: ec.EllipticCurvePrivateKey, secret: bytes) -> bytes:
    """As a browser reads it (RFC 8188 2, RFC 8291 3.4)."""
    salt, size, ours = body[:16], body[20], body[21 : 21 + body[20]]
    assert (int.from_bytes(body[16:20]), size) == (4096, 65)
    sender = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, ours)

    def hash_(with_: bytes, text: bytes) -> bytes:
        return hmac.digest(with_, text, "sha256")

    shared = hash_(secret, own.exchange(ec.ECDH(), sender))
    material = hash_(shared, b"WebPush: info\x00" + point_of(own) + ours + b"\x01")
    base = hash_(salt, material)
    content = hash_(base, b"Content-Encoding: aes128gcm\x00\x01")[:16]
    nonce = hash_(base, b"Content-Encoding: nonce\x00\x01")[:12]
    padded = AESGCM(content).decrypt(nonce, body[21 + size :], None)
    return padded.rstrip(b"\x00").removesuffix(b"\x02")


def test_the_example_of_the_rfc_comes_out_to_the_byte() -> None:
    own = ec.derive_private_key(int.from_bytes(plain(OWN)), CURVE)
    body = encrypted(PLAIN, (plain(BROWSER), plain(SECRET)), own, plain(SALT))
    assert written(body) == BODY


@settings(max_examples=50, deadline=None)
@given(
    st.binary(max_size=600),
    st.tuples(st.integers(1, 1 << 200), st.integers(1, 1 << 200)),
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=16, max_size=16),
)
def test_the_browser_that_it_is_for_can_read_it(
    text: bytes, numbers: tuple[int, int], secret: bytes, salt: bytes
) -> None:
    theirs, own = map(key, numbers)
    body = encrypted(text, (point_of(theirs), secret), own, salt)
    assert read(body, theirs, secret) == text


def test_what_is_no_point_or_too_long_is_refused() -> None:
    with pytest.raises(ValueError):
        encrypted(b"x", (b"\x04" + b"\xff" * 64, b"s" * 16), key(7), b"z" * 16)
    longest = encrypted(b"x" * LONGEST, (point_of(key(5)), b"s" * 16), key(7), b"z" * 16)
    assert len(longest) == 4096
    with pytest.raises(ValueError, match="at most"):
        encrypted(b"x" * (LONGEST + 1), (point_of(key(5)), b"s" * 16), key(7), b"z" * 16)
