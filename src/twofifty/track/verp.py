"""The return path that says which message came back (VERP). Pure.

    bounces@b.example.com  ->  bounces+m_abc....MAC@b.example.com
    MAC = the first 80 bits of HMAC-SHA256(secret, label message_id), in base32

So that a bounce without any of the mail in it still names its message, and nobody who does not know
the secret can bounce a message that he never got. Letters have one case, for servers fold it, and
only `+`, `.`, `_`, letters and digits are used, for some take nothing else.

Servers on the way wrap the address: BATV puts `prvs=0123456789=` before it, SRS puts `SRS0=...=`
before it and its own domain behind it. The id and its MAC survive as they are, so they are looked
for wherever they stand.
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Sequence
from typing import Final

from twofifty.errors import SettingsError
from twofifty.track.mac import mac as mac_of

LONGEST: Final = 64
"""Characters of the longest local part (RFC 5321 4.5.3.1.1)."""

_LABEL: Final = b"twofifty.verp/1\x00"
_MAC: Final = 10
_FIRST: Final = 1_000
_ID: Final = re.compile(r"m_[a-z0-9]{1,26}")
_SIGNED: Final = re.compile(r"(m_[a-z0-9]{1,26})\.([a-z2-7]{16})(?![a-z0-9])")
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def envelope_sender(address: str, message_id: str, secret: bytes) -> str:
    """The return path of a message; `address`: where bounces are read. Raises SettingsError: the
    address has no room for it."""
    message_id = message_id.lower()
    local, _, domain = address.rpartition("@")
    signed = f"{local}+{message_id}.{_mac(secret, message_id)}"
    if not _LOCAL.fullmatch(local) or not domain:
        raise SettingsError("the bounce address must look like `bounces@b.example.com`")
    if len(signed) > LONGEST:
        most = LONGEST - len(signed) + len(local)
        raise SettingsError(f"the bounce address may have {most} characters before its @")
    return f"{signed}@{domain}"


def message_of(recipient: str, secrets: Sequence[bytes]) -> str | None:
    """The message that a return path of ours names; None: it names none of ours. `secrets`: all
    that are live. Every one is tried, whatever the address looks like."""
    found = _SIGNED.findall(recipient[:_FIRST].lower())
    good = [
        message_id
        for message_id, mac in found
        for secret in secrets
        if hmac.compare_digest(_mac(secret, message_id), mac)
    ]
    return good[-1] if good else None


def _mac(secret: bytes, message_id: str) -> str:
    digest = mac_of(secret, _LABEL, message_id.encode("ascii", "replace"))
    return b32encode(digest[:_MAC]).decode("ascii").lower()
