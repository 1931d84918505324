"""eBay's notifications (https://developer.ebay.com/api-docs/commerce/notification/overview.html,
"Validate notification payload")."""

import re
from datetime import datetime

import msgspec

from twofifty.errors import BadInput
from twofifty.intake import strict
from twofifty.intake.node import Node
from twofifty.intake.ports import Hook, Trust, Wanted
from twofifty.intake.signature import mac, public_key
from twofifty.intake.signature.marked import NotSignable

_HEADER = "x-ebay-signature"
_KEY_ID = re.compile(r"[0-9A-Za-z-]{1,100}")
_KEYS = "https://api.{sandbox}ebay.com/commerce/notification/v1/public_key/"


class EbayKey(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): base64 JSON in `X-EBAY-SIGNATURE` with `alg` (ecdsa), `kid`,
    `signature` and `digest`; ECDSA over the raw body with the digest that goes with the key.

    The key is what `getPublicKey` answers, which asks for an application token. The source's
    option `sandbox_option` set to `true` takes eBay's sandbox.
    """

    sandbox_option: str = "sandbox"

    def marks(self) -> tuple[str, ...]:
        return (_HEADER,)

    def carried(self, hook: Hook) -> bool:
        return bool(hook.headers.get(_HEADER, "").strip())

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return None

    def verified(self, hook: Hook, trust: Trust) -> bool | Wanted:
        """See `Scheme.verified`."""
        said = _json(mac.unwritten(hook.headers.get(_HEADER, "").strip()))
        named = said.raw("kid")
        if not isinstance(named, str) or not _KEY_ID.fullmatch(named) or not _is_ecdsa(said):
            return False
        sandbox = trust.options.get(self.sandbox_option, "").lower() == "true"
        url = _KEYS.format(sandbox="sandbox." if sandbox else "") + named
        if url not in trust.keys:
            return Wanted(url)
        answered = _json(trust.keys[url])
        digest = _digest(answered)
        key = public_key.of_text(answered.text("key") or "")
        given = mac.unwritten(said.text("signature") or "")
        return _digest(said) == digest and public_key.signed(key, given, hook.body, digest)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Raises NotSignable."""
        raise NotSignable("only eBay can sign this")


def _is_ecdsa(said: Node) -> bool:
    return (said.text("alg") or "").lower() == "ecdsa"


def _digest(said: Node) -> str:
    """The digest that is named, `SHA1` or `SHA-256`, as hashlib names it."""
    return (said.text("digest") or "").lower().replace("-", "")


def _json(text: bytes | None) -> Node:
    try:
        return Node(strict.tree(text)) if text else Node(None)
    except BadInput:
        return Node(None)
