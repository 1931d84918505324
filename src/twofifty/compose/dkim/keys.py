"""Private keys that sign mail: RSA (RFC 6376, 8301) and Ed25519 (RFC 8463)."""

import hashlib
from typing import Final, Literal

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from twofifty.compose.dkim.error import DkimError
from twofifty.compose.dkim.record import Family, PublicKey

Algorithm = Literal["rsa-sha256", "ed25519-sha256"]
"""What the signature's `a=` says."""

LEAST_BITS: Final = 1024
"""Receivers refuse shorter RSA keys (RFC 8301 3.2)."""

GOOD_BITS: Final = 2048
"""What a key should have at least."""

_PADDING: Final = PKCS1v15()
_HASH: Final = SHA256()
_ALGORITHMS: Final[dict[Family, Algorithm]] = {"rsa": "rsa-sha256", "ed25519": "ed25519-sha256"}


class Key(msgspec.Struct, frozen=True):
    """A private key, under the selector that its public half is published by."""

    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey

    @property
    def family(self) -> Family:
        """Which kind of key it is."""
        return "rsa" if isinstance(self.private, RSAPrivateKey) else "ed25519"

    @property
    def algorithm(self) -> Algorithm:
        """What it signs by."""
        return _ALGORITHMS[self.family]

    @property
    def bits(self) -> int:
        """How long it is."""
        return self.private.key_size if isinstance(self.private, RSAPrivateKey) else 256

    @property
    def public(self) -> PublicKey:
        """Its public half, as the DNS record carries it."""
        public = self.private.public_key()
        if isinstance(self.private, RSAPrivateKey):
            info = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            return PublicKey("rsa", info)
        return PublicKey("ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`: always the same one, for neither PKCS#1 v1.5 nor Ed25519
        draws lots. Ed25519 signs the hash (RFC 8463 3)."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(data, _PADDING, _HASH)
        return self.private.sign(hashlib.sha256(data).digest())


def generate(family: Family, selector: str, bits: int = GOOD_BITS) -> Key:
    """A fresh key."""
    if family == "rsa":
        return Key(selector, generate_private_key(65_537, bits))
    return Key(selector, Ed25519PrivateKey.generate())


def pem(key: Key) -> bytes:
    """The private key as PKCS#8, without a password."""
    return key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load(selector: str, data: bytes) -> Key:
    """A key out of a PEM file, PKCS#1 or PKCS#8. Raises DkimError: it holds none, is locked by a
    password, or is of a kind or size that no mail is signed with. No message repeats any of it."""
    try:
        private = load_pem_private_key(data, password=None)
    except TypeError:
        raise DkimError("the key is locked by a password: keep it without one") from None
    except (ValueError, UnsupportedAlgorithm):
        raise DkimError("there is no private key in PEM form in it") from None
    if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
        raise DkimError("the key is neither RSA nor Ed25519")
    key = Key(selector, private)
    if key.family == "rsa" and key.bits < LEAST_BITS:
        raise DkimError(f"the RSA key has {key.bits} bits: receivers want {GOOD_BITS}")
    return key
