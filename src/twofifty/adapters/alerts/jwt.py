"""JSON Web Tokens (RFC 7519) in compact form, signed by whoever has the key."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping

import msgspec


def token(algorithm: str, claims: Mapping[str, object], sign: Callable[[bytes], bytes]) -> str:
    """The token; `sign` makes the signature of its first two parts, as RFC 7518 wants it."""
    head = {"typ": "JWT", "alg": algorithm}
    said = ".".join(written(msgspec.json.encode(part)) for part in (head, claims))
    return f"{said}.{written(sign(said.encode('ascii')))}"


def written(plain: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(plain).decode("ascii").rstrip("=")


def unwritten(text: str) -> bytes | None:
    """The bytes of base64url, with or without padding; None where it is none."""
    bare = text.rstrip("=")
    try:
        found = urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (NotBase64, ValueError):
        return None
    return found if written(found) == bare else None
