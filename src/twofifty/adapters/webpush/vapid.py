"""Who pushes: Voluntary Application Server Identification (RFC 8292), ES256."""

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from twofifty.adapters.alerts import jwt
from twofifty.adapters.webpush.encrypted import point_of
from twofifty.errors import SettingsError

LIVES: Final = 12 * 3_600
"""Seconds; a day at most (RFC 8292 2)."""


class Vapid:
    """Signs with one key for one contact (`mailto:` or `https:`)."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, subject: str) -> None:
        self._key = key
        self._subject = subject

    @property
    def application_key(self) -> str:
        """What the shop's page subscribes with: `applicationServerKey`, base64url."""
        return jwt.written(point_of(self._key))

    def authorization(self, origin: str, now: float) -> str:
        """The header's value for a push service; `now`: seconds since the epoch."""
        claims = {"aud": origin, "exp": int(now) + LIVES, "sub": self._subject}
        return f"vapid t={jwt.token('ES256', claims, self._signature)}, k={self.application_key}"

    def _signature(self, said: bytes) -> bytes:
        """As two numbers of 32 bytes (RFC 7518 3.4)."""
        numbers = decode_dss_signature(self._key.sign(said, ec.ECDSA(SHA256())))
        return b"".join(number.to_bytes(32) for number in numbers)


def vapid_of(file: str, subject: str) -> Vapid:
    """Of a key file (PEM, P-256). Raises SettingsError."""
    if not subject.startswith(("mailto:", "https://")):
        raise SettingsError("PUSH_URL: subject must begin with mailto: or https://")
    try:
        key = load_pem_private_key(Path(file).read_bytes(), None)
    except (OSError, ValueError, TypeError):
        raise SettingsError(
            "PUSH_URL: its key file cannot be read; `openssl genpkey -algorithm EC -pkeyopt "
            "ec_paramgen_curve:P-256` makes one"
        ) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise SettingsError("PUSH_URL: its key is none of the curve P-256")
    return Vapid(key, subject)
