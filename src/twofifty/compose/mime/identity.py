"""Names of a mail that follow from what it is: its Message-ID and its boundary."""

import re
from base64 import b32encode
from hashlib import sha256

from twofifty.compose.mime.address import ascii_domain
from twofifty.compose.mime.error import MimeError

ATOM = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+"
DOT_ATOM = rf"{ATOM}(?:\.{ATOM})*"
OWN_ID = re.compile(rf"{DOT_ATOM}@(?:{DOT_ATOM}|\[[!-Z^-~]*\])")
OTHERS_ID = re.compile(r"[!-;=?-~]+")
MAX_ID = 250
MAX_OTHERS_ID = 900


def message_id(parts: tuple[str, ...], domain: str) -> str:
    """The same id for the same parts, `x@domain` without angle brackets, for ever.

    130 bits of SHA-256 over the parts and their lengths: ("a", "bc") and ("ab", "c") differ.
    Raises `MimeError` for a bad domain.
    """
    seed = "".join(f"{len(part)}:{part}" for part in parts)
    left = b32encode(_digest(seed))[:26].decode().lower()
    return f"{left}@{ascii_domain('Message-ID', domain).lower()}"


def boundary(own_id: str) -> str:
    """A boundary that no quoted-printable line can hold, for `=_` is no escape."""
    return f"=_{_digest(own_id).hex()[:24]}"


def bracketed(field: str, own_id: str) -> str:
    """`<id>` of a mail of ours. Raises `MimeError` unless it is `left@right` (RFC 5322 3.6.4)."""
    if len(own_id) > MAX_ID or not OWN_ID.fullmatch(own_id):
        raise MimeError(field, "the id is not of the form left@right")
    return f"<{own_id}>"


def bracketed_reference(field: str, other_id: str) -> str:
    """`<id>` of any mail. Others' ids may be odd; only what would break the header is refused."""
    if len(other_id) > MAX_OTHERS_ID or not OTHERS_ID.fullmatch(other_id):
        raise MimeError(field, "the id has spaces, brackets, controls or non-ASCII characters")
    return f"<{other_id}>"


def _digest(seed: str) -> bytes:
    return sha256(seed.encode("utf-8", "surrogatepass")).digest()
