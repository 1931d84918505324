"""Codes that prove a shared secret: made, written, and compared in constant time."""

import base64
import binascii
import hmac
from collections.abc import Iterable
from typing import Literal

Form = Literal["base64", "hex"]

_MOST_CLAIMED = 20


def made(key: bytes, message: bytes, form: Form, algorithm: str = "sha256") -> str:
    """The HMAC of `message`, written in `form`; `algorithm` is a name of hashlib's."""
    return written(hmac.digest(key, message, algorithm), form)


def written(digest: bytes, form: Form) -> str:
    """Bytes in standard base64 with padding, or in lower-case hexadecimal."""
    return base64.b64encode(digest).decode() if form == "base64" else digest.hex()


def unwritten(text: str) -> bytes | None:
    """The bytes of standard base64; None where it is not written as `written` would."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if found and base64.b64encode(found).decode() == text else None


def same(claimed: str, right: str) -> bool:
    """Whether both are equal, without telling by time how much of it."""
    return hmac.compare_digest(claimed.encode("utf-8", "replace"), right.encode("utf-8", "replace"))


def agree(claimed: Iterable[str], right: Iterable[str]) -> bool:
    """Whether one of the first 20 claimed codes is one of the right ones. Every pair is compared,
    so that time does not tell which agreed."""
    held = [code for code in right if code]
    few = list(claimed)[:_MOST_CLAIMED]
    return True in [same(one, other) for one in few for other in held]
