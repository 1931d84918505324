"""Signatures that only the platform can make: certificates and public keys, read and used.

A certificate is believed because it came over HTTPS from the platform's own host; its names and its
days are checked here, its chain is not (the connection's was).
"""

import re
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key
from cryptography.x509.oid import NameOID

from twofifty.intake.signature import mac

PublicKey = PublicKeyTypes

HASHES: dict[str, type[HashAlgorithm]] = {
    "sha1": SHA1,
    "sha256": SHA256,
    "sha384": SHA384,
    "sha512": SHA512,
}

_SMALLEST_RSA, _LARGEST_RSA = 2048, 8192
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", re.DOTALL)


def of_certificate(pem: bytes, at: datetime, name: re.Pattern[str]) -> PublicKey | None:
    """The key of the first certificate in `pem`; None where it is none, where `at` is outside its
    days, or where its common name is not `name`."""
    try:
        found = x509.load_pem_x509_certificate(pem)
        key = found.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    named = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    valid = found.not_valid_before_utc <= at <= found.not_valid_after_utc
    ours = len(named) == 1 and name.fullmatch(str(named[0].value).lower())
    return key if valid and ours else None


def of_text(text: str) -> PublicKey | None:
    """A key in PEM (line breaks may be missing) or in bare base64 of its DER; else None."""
    found = _PEM.search(text)
    der = mac.unwritten(re.sub(r"\s", "", found[1] if found else text))
    try:
        return load_der_public_key(der) if der else load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None


def of_numbers(modulus: int, exponent: int) -> PublicKey | None:
    """An RSA key of its numbers; None where they make no safe key."""
    if not _SMALLEST_RSA <= modulus.bit_length() <= _LARGEST_RSA or exponent.bit_length() > 64:
        return None
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None


def signed(key: PublicKey | None, signature: bytes | None, message: bytes, digest: str) -> bool:
    """Whether `signature` (RSA PKCS#1 v1.5, or ECDSA in DER) was made of `message` with the other
    half of `key`. `digest` is a name of HASHES; any other verifies nothing."""
    algorithm = HASHES.get(digest.lower())
    if algorithm is None or not signature:
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), algorithm())
            return True
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(algorithm()))
            return True
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return False
