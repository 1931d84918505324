"""The key to one order's page: short, URL-safe, signed, bound to the order and to a last day. Pure.

    token = base64url(mac[16] day[3] length[2] source order_id)
    mac   = the first 128 bits of HMAC-SHA256(secret, label day length source order_id)

The same order and day give the same token, so that a mail that is composed again is the same mail.
Nothing of it is secret but the MAC: who has the token is the customer.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from twofifty.track.mac import mac as mac_of

LONGEST: Final = 2_200
"""Characters of the longest token: source and id of 200 characters, four bytes each."""

_LABEL: Final = b"twofifty.order-page/1\x00"
_MAC: Final = 16
_DAY: Final = 3
_LENGTH: Final = 2
_HEAD: Final = _DAY + _LENGTH


class Access(msgspec.Struct, frozen=True):
    """Whoever holds the token may see this order."""

    source: str
    order_id: str


class Expired(msgspec.Struct, frozen=True):
    """The token was good until its last day."""

    source: str
    order_id: str


class Unknown(msgspec.Struct, frozen=True):
    """No secret of ours made this token."""


def issue(secret: bytes, source: str, order_id: str, expires: date) -> str:
    """The token that opens an order's page until the end of `expires`, a day in UTC."""
    name = source.encode("utf-8", "surrogatepass")
    head = expires.toordinal().to_bytes(_DAY) + len(name).to_bytes(_LENGTH)
    body = head + name + order_id.encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(_mac(secret, body) + body).decode("ascii").rstrip("=")


def read(secrets: Sequence[bytes], token: str, now: datetime) -> Access | Expired | Unknown:
    """What a token opens at `now`; `secrets`: all that are live, the newest first.

    Every token costs the same: each secret is tried, whatever the token looks like.
    """
    plain = _decoded(token)
    mac, body = plain[:_MAC], plain[_MAC:]
    good = [hmac.compare_digest(_mac(secret, body), mac) for secret in secrets]
    if not any(good):
        return Unknown()
    size = int.from_bytes(body[_DAY:_HEAD])
    name, order_id = body[_HEAD : _HEAD + size], body[_HEAD + size :]
    whose = (name.decode("utf-8", "surrogatepass"), order_id.decode("utf-8", "surrogatepass"))
    over = now.date().toordinal() > int.from_bytes(body[:_DAY])
    return Expired(*whose) if over else Access(*whose)


def last_day(sent: datetime, days: int) -> date:
    """The last day of a token that goes out at `sent` and is good for whole `days` after it."""
    try:
        return sent.date() + timedelta(days)
    except OverflowError:
        return date.max


def _decoded(token: str) -> bytes:
    """The token's bytes; none where it is not exactly how `issue` writes it, so that no second
    spelling of a token exists."""
    try:
        plain = urlsafe_b64decode(token[:LONGEST] + "=" * (-len(token) % 4))
    except (NotBase64, ValueError):
        return b""
    return plain if urlsafe_b64encode(plain).decode("ascii").rstrip("=") == token else b""


def _mac(secret: bytes, body: bytes) -> bytes:
    return mac_of(secret, _LABEL, body)[:_MAC]
