"""Sessions without a store: a signed cookie, and the CSRF token that belongs to it. Pure."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

import msgspec

LIFETIME = 12 * 3_600
"""Seconds that a login lasts."""


class Session(msgspec.Struct, frozen=True, array_like=True):
    """Who is logged in, until when (seconds since the epoch), and what makes it unique."""

    name: str
    expires: float
    nonce: str


def sealed(secret: bytes, session: Session) -> str:
    """The cookie's value: `payload.signature`, both URL-safe."""
    payload = urlsafe_b64encode(msgspec.json.encode(session)).decode().rstrip("=")
    return f"{payload}.{_signature(secret, 'session', payload)}"


def opened(secret: bytes, cookie: str, now: float) -> Session | None:
    """The session in a cookie's value; None where it is forged, malformed or over."""
    payload, _, signature = cookie.partition(".")
    good = _signature(secret, "session", payload)
    if not hmac.compare_digest(good.encode(), signature.encode("utf-8", "replace")):
        return None
    try:
        plain = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        session = msgspec.json.decode(plain, type=Session)
    except (NotBase64, msgspec.DecodeError):
        return None
    return session if session.expires > now else None


def csrf_token(secret: bytes, session: Session) -> str:
    """What every form of this session carries."""
    return _signature(secret, "csrf", session.nonce)


def csrf_matches(secret: bytes, session: Session, token: str) -> bool:
    """Whether a form's token is this session's. Constant time."""
    good = csrf_token(secret, session)
    return hmac.compare_digest(good.encode(), token.encode("utf-8", "replace"))


def _signature(secret: bytes, purpose: str, text: str) -> str:
    return hmac.digest(secret, f"{purpose}:{text}".encode("utf-8", "replace"), "sha256").hex()
