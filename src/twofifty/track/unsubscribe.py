"""The key to leaving: `/u/TOKEN`, a page on GET, done on POST (RFC 8058). Pure.

    token = base64url(mac[16] purpose[1] length[1] message_id address)
    mac   = the first 128 bits of HMAC-SHA256(secret, label purpose length message_id address)

It is bound to one address, one purpose and the mail that carried it, and it never expires: a mail
may lie in a mailbox for years. The address is in it, for by then the mail may be forgotten here.
Nothing of it is secret but the MAC: whoever has the mail knows the address. A GET must
change nothing, for programs follow links that nobody clicked.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from typing import Final

import msgspec

from twofifty.notice.purpose import PURPOSES, Purpose
from twofifty.track.mac import mac as mac_of

LONGEST: Final = 2_000
"""Characters of the longest token that is looked at."""

_LABEL: Final = b"twofifty.unsubscribe/1\x00"
_MAC: Final = 16
_HEAD: Final = 2


class Leaving(msgspec.Struct, frozen=True):
    """Who wants no more mail for which purpose, and which message said so."""

    address: str
    purpose: Purpose
    message_id: str


def issue(secret: bytes, leaving: Leaving) -> str:
    """The token: the same for the same message, so that a mail that is composed again is the same
    mail. The message's id has at most 255 bytes."""
    message_id = leaving.message_id.encode("utf-8", "surrogatepass")
    head = bytes((PURPOSES.index(leaving.purpose), len(message_id)))
    body = head + message_id + leaving.address.encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(_mac(secret, body) + body).decode("ascii").rstrip("=")


def read(secrets: Sequence[bytes], token: str) -> Leaving | None:
    """What a token says; None: no secret of ours made it. `secrets`: all that were ever used, for
    old mails must still let go. Every token costs the same: each secret is tried, whatever it
    looks like."""
    plain = _decoded(token)
    mac, body = plain[:_MAC], plain[_MAC:]
    good = [hmac.compare_digest(_mac(secret, body), mac) for secret in secrets]
    if not any(good):
        return None
    end = _HEAD + body[1]
    return Leaving(
        address=body[end:].decode("utf-8", "surrogatepass"),
        purpose=PURPOSES[body[0]],
        message_id=body[_HEAD:end].decode("utf-8", "surrogatepass"),
    )


def headers(purpose: Purpose, url: str, mailto: str | None = None) -> tuple[tuple[str, str], ...]:
    """The header fields of a mail, name and value; none on receipts, which nobody can leave.

    `url`: `.../u/TOKEN`. `mailto`: `address?subject=...`, without its scheme, already percent-
    encoded. One click needs `https` (RFC 8058 3.1): a plain `http` link is only offered.
    """
    if purpose == "receipt":
        return ()
    offered = f"<{url}>" if mailto is None else f"<{url}>, <mailto:{mailto}>"
    one_click = (("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),)
    by_post = one_click if url.startswith("https://") else ()
    return (("List-Unsubscribe", offered), *by_post)


def _decoded(token: str) -> bytes:
    """The token's bytes; none where it is not exactly how `issue` writes it."""
    try:
        plain = urlsafe_b64decode(token[:LONGEST] + "=" * (-len(token) % 4))
    except (NotBase64, ValueError):
        return b""
    return plain if urlsafe_b64encode(plain).decode("ascii").rstrip("=") == token else b""


def _mac(secret: bytes, body: bytes) -> bytes:
    return mac_of(secret, _LABEL, body)[:_MAC]
