"""A shared secret, as settings write it, turned into the key of an HMAC."""

import base64
import binascii
import unicodedata
from typing import Literal

from twofifty.intake.ports import Trust
from twofifty.intake.signature.marked import NotSignable

SecretForm = Literal["text", "hex", "base64", "nfkd"]
"""`text`: the UTF-8 bytes themselves; `hex`, `base64`: bytes written so; `nfkd`: the UTF-8 bytes
of the text in Unicode's compatibility decomposition."""


def key(secret: str, form: SecretForm = "text") -> bytes | None:
    """The key that `secret` stands for; None where it is empty or not of `form`."""
    try:
        if form == "hex":
            return bytes.fromhex(secret) or None
        if form == "base64":
            return base64.b64decode(secret, validate=True) or None
    except (binascii.Error, ValueError):
        return None
    text = unicodedata.normalize("NFKD", secret) if form == "nfkd" else secret
    return text.encode("utf-8", "surrogatepass") or None


def keys(trust: Trust, form: SecretForm = "text") -> list[bytes]:
    """The usable keys of the live secrets, newest first."""
    return [made for secret in trust.secrets if (made := key(secret, form)) is not None]


def needed_key(secret: str, form: SecretForm = "text") -> bytes:
    """As `key`. Raises NotSignable where there is none."""
    if (made := key(secret, form)) is None:
        raise NotSignable(f"the secret is empty or not {form}")
    return made
