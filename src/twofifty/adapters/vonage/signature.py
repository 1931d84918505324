"""Signed webhooks of the Messages API (developer.vonage.com, "Decoding signed webhooks")."""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from twofifty.adapters.alerts import jwt
from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import stamp
from twofifty.intake.signature.secret import keys, needed_key

_Read = TypeVar("_Read")

_BEARER = "Bearer "
# Replayed within it, a status does nothing: it is known.
_TOLERANCE = 86_400


class _Head(msgspec.Struct):
    alg: str = ""


class _Claims(msgspec.Struct):
    iat: int = 0
    payload_hash: str = ""


class VonageToken(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): a JSON Web Token (HS256, with the account's signature secret)
    in `Authorization`, with the SHA-256 of the body among its claims; without that it proves
    nothing of the body, and is not believed."""

    def marks(self) -> tuple[str, ...]:
        return ("authorization",)

    def carried(self, hook: Hook) -> bool:
        return len(_parts(hook)) == 3

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        claims = _claims(hook)
        return datetime.fromtimestamp(claims.iat, UTC) if 0 < claims.iat < 1 << 33 else None

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        parts = _parts(hook)
        if len(parts) != 3 or _read(parts[0], _Head, _Head()).alg != "HS256":
            return False
        message, given = ".".join(parts[:2]).encode(), jwt.unwritten(parts[2]) or b""
        right = [hmac.digest(key, message, "sha256") for key in keys(trust)]
        signed = True in [hmac.compare_digest(given, code) for code in right]
        fresh = stamp.near(self.claimed(hook), hook.at, _TOLERANCE)
        return signed and fresh and _hash(hook.body) == _claims(hook).payload_hash

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`."""
        key = needed_key(secret)
        claims = {"iat": int(at.timestamp()), "iss": "Vonage", "payload_hash": _hash(body)}
        made = jwt.token("HS256", claims, lambda said: hmac.digest(key, said, "sha256"))
        return {"authorization": _BEARER + made}


def _parts(hook: Hook) -> list[str]:
    header = hook.headers.get("authorization", "").strip()
    said = header.removeprefix(_BEARER)
    return said.split(".") if header.startswith(_BEARER) and said.isascii() else []


def _claims(hook: Hook) -> _Claims:
    parts = _parts(hook)
    return _read(parts[1], _Claims, _Claims()) if len(parts) == 3 else _Claims()


def _read(part: str, kind: type[_Read], otherwise: _Read) -> _Read:
    try:
        return msgspec.json.decode(jwt.unwritten(part) or b"", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return otherwise


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
