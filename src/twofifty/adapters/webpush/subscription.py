"""What a browser's push service gave to the shop's page (W3C Push API, `PushSubscription`)."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import msgspec

from twofifty.adapters.alerts import jwt

_POINT: Final = 65
_SECRET: Final = 16
_SERVICES: Final = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    ".push.apple.com",
    ".notify.windows.com",
    ".push.services.mozilla.com",
)
"""Whom browsers push by. An endpoint comes from outside: a request goes nowhere else."""


class Subscription(msgspec.Struct, frozen=True):
    """One browser: where, and with what it reads. `origin`: scheme and host of the endpoint."""

    endpoint: str
    origin: str
    point: bytes
    secret: bytes


class _Keys(msgspec.Struct):
    p256dh: str
    auth: str


class _Stated(msgspec.Struct):
    endpoint: str
    keys: _Keys


def read(text: str, allowed: Callable[[str], bool]) -> Subscription | None:
    """The subscription in its JSON; None where it is none, or `allowed` says no to the origin of
    its endpoint."""
    try:
        stated = msgspec.json.decode(text, type=_Stated)
        parts = urlsplit(stated.endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError):
        return None
    point, secret = jwt.unwritten(stated.keys.p256dh), jwt.unwritten(stated.keys.auth)
    whole = len(point or b"") == _POINT and len(secret or b"") == _SECRET
    if point is None or secret is None or not whole or not _plain(stated.endpoint):
        return None
    return Subscription(stated.endpoint, origin, point, secret) if allowed(origin) else None


def is_service(origin: str) -> bool:
    """Whether it is one of the push services of browsers, by HTTPS on its usual port."""
    scheme, _, host = origin.lower().partition("://")
    known = any(host == one or (one[0] == "." and host.endswith(one)) for one in _SERVICES)
    return scheme == "https" and known


def _plain(endpoint: str) -> bool:
    return endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
