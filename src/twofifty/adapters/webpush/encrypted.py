"""What only one browser can read: Message Encryption for Web Push (RFC 8291), in the content coding
`aes128gcm` (RFC 8188). Pure: the sender's own key and the salt come in."""

import hmac
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE: Final = ec.SECP256R1()
RECORD: Final = 4_096
SALT: Final = 16
LONGEST: Final = RECORD - 17 - 86
"""Bytes of the longest message: one record without its header, its tag and its delimiter."""

_LAST: Final = b"\x02"


def encrypted(
    plain: bytes, browser: tuple[bytes, bytes], own: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """The body of a push request. `browser`: its public key (an uncompressed point, 65 bytes) and
    its authentication secret (16 bytes). Raises ValueError: no point, or too long a message."""
    theirs, secret = browser
    if len(plain) > LONGEST:
        raise ValueError(f"a push message has at most {LONGEST} bytes")
    point, ours = public_key(theirs), point_of(own)
    shared = own.exchange(ec.ECDH(), point)
    info = b"WebPush: info\x00" + theirs + ours
    material = _expanded(_hash(secret, shared), info, 32)
    base = _hash(salt, material)
    key = _expanded(base, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _expanded(base, b"Content-Encoding: nonce\x00", 12)
    head = salt + RECORD.to_bytes(4) + len(ours).to_bytes(1) + ours
    return head + AESGCM(key).encrypt(nonce, plain + _LAST, None)


def public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """The key that an uncompressed point is. Raises ValueError."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except UnsupportedAlgorithm as fault:
        raise ValueError("no point of the curve P-256") from fault


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The uncompressed point of a key's public half."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hash(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, "sha256")


def _expanded(key: bytes, info: bytes, size: int) -> bytes:
    """HKDF-Expand (RFC 5869 2.3) for up to one hash."""
    return _hash(key, info + b"\x01")[:size]
