"""JSON Web Signatures with the payload detached (RFC 7515, appendix F; RFC 7797), RS256, as Saleor
sends them (https://docs.saleor.io/developer/extending/webhooks/payload-signature)."""

import base64
import binascii
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from twofifty.errors import BadInput
from twofifty.intake import strict
from twofifty.intake.node import Node
from twofifty.intake.ports import Hook, Trust, Wanted
from twofifty.intake.signature import public_key
from twofifty.intake.signature.marked import NotSignable

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class JwsDetached(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): `head..signature` in `header`, over the head and the raw body
    (as it is where the head says `"b64": false`, else in base64url).

    The keys are the JSON Web Key Set at `/.well-known/jwks.json` of the shop whose API the source's
    option `api_option` names. What the request itself says of its shop is not believed.
    """

    header: str = "saleor-signature"
    api_option: str = "api_url"

    def marks(self) -> tuple[str, ...]:
        return (self.header,)

    def carried(self, hook: Hook) -> bool:
        return ".." in hook.headers.get(self.header, "")

    def needs(self) -> tuple[str, ...]:
        return (self.api_option,)

    def claimed(self, hook: Hook) -> datetime | None:
        return None

    def verified(self, hook: Hook, trust: Trust) -> bool | Wanted:
        """See `Scheme.verified`."""
        head, _, signature = hook.headers.get(self.header, "").strip().partition("..")
        said = _json(_unwritten(head))
        url = key_set(trust.options.get(self.api_option, ""))
        if url is None or not _understood(said):
            return False
        if url not in trust.keys:
            return Wanted(url)
        plain = said.raw("b64") is False
        payload = hook.body if plain else base64.urlsafe_b64encode(hook.body).rstrip(b"=")
        message = head.encode("utf-8", "replace") + b"." + payload
        held = _keys(_json(trust.keys[url]), said.text("kid"))
        given = _unwritten(signature)
        return any(public_key.signed(key, given, message, "sha256") for key in held)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Raises NotSignable."""
        raise NotSignable("only the shop can sign this")


def key_set(api_url: str) -> str | None:
    """The URL of the key set of the shop with this API; None for what is no https URL (http does
    on loopback)."""
    try:
        parts = urlsplit(api_url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    except ValueError:
        return None
    if not safe or not parts.hostname or "@" in parts.netloc:
        return None
    return f"{parts.scheme}://{parts.netloc}/.well-known/jwks.json"


def _understood(head: Node) -> bool:
    """Whether the head asks for RS256 and for no extension but an unencoded payload."""
    critical = head.raw("crit") or []
    return head.raw("alg") == "RS256" and critical in ([], ["b64"])


def _keys(answered: Node, named: str | None) -> list[public_key.PublicKey]:
    listed = answered.raw("keys")
    keys = [Node(key) for key in listed[:20]] if isinstance(listed, list) else []
    fitting = [key for key in keys if key.raw("kty") == "RSA" and named in (None, key.text("kid"))]
    numbers = [(_number(key, "n"), _number(key, "e")) for key in fitting]
    made = (public_key.of_numbers(modulus, exponent) for modulus, exponent in numbers)
    return [key for key in made if key is not None]


def _number(key: Node, name: str) -> int:
    return int.from_bytes(_unwritten(key.text(name) or "") or b"\0", "big")


def _unwritten(text: str) -> bytes | None:
    """The bytes of base64url without padding; None where it is not written so."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    again = base64.urlsafe_b64encode(found).rstrip(b"=").decode()
    return found if found and again == text else None


def _json(text: bytes | None) -> Node:
    try:
        return Node(strict.tree(text)) if text else Node(None)
    except BadInput:
        return Node(None)
