"""Adyen's standard webhooks (https://docs.adyen.com/development-resources/webhooks/
verify-hmac-signatures): the signature stands inside each notification item."""

from datetime import datetime

import msgspec

from twofifty.errors import BadInput
from twofifty.intake import loose, strict
from twofifty.intake.node import Node
from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import mac
from twofifty.intake.signature.marked import NotSignable
from twofifty.intake.signature.secret import keys, needed_key

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_SIGNED = (
    "pspReference",
    "originalReference",
    "merchantAccountCode",
    "merchantReference",
    "amount.value",
    "amount.currency",
    "eventCode",
    "success",
)
_SIGNATURE = "additionalData.hmacSignature"


class AdyenJoined(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): base64 HMAC-SHA256 with a hexadecimal key over eight fields of
    the item, joined by colons, nothing escaped, what is missing empty.

    Every item of a batch must be signed. No other field is: what else an item says may have been
    changed on the way, which TLS alone prevents.
    """

    def marks(self) -> tuple[str, ...]:
        return ("body",)

    def carried(self, hook: Hook) -> bool:
        return any(item.text(_SIGNATURE) for item in _items(hook.body))

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return None

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        items = _items(hook.body)
        held = keys(trust, "hex")
        return bool(items) and all(_is_signed(item, held) for item in items)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`: no header. Raises NotSignable for a body that is not signed inside
        (see `inside`)."""
        if not self.verified(Hook({}, body), Trust((secret,))):
            raise NotSignable("the signature stands inside the body")
        return {}

    def inside(self, body: bytes, secret: str) -> bytes:
        """The body with each of its items signed. Raises BadInput for what is not JSON."""
        key = needed_key(secret, "hex")
        document = strict.tree(body)
        for item in _found(document):
            extra = loose.mapping(item.raw("additionalData"))
            code = mac.made(key, _message(item), "base64")
            loose.mapping(item.value)["additionalData"] = {**extra, "hmacSignature": code}
        return _ENCODER.encode(document)


def _is_signed(item: Node, held: list[bytes]) -> bool:
    given = item.text(_SIGNATURE)
    message = _message(item)
    return given is not None and mac.agree(
        [given], [mac.made(key, message, "base64") for key in held]
    )


def _message(item: Node) -> bytes:
    return ":".join(_written(item, path) for path in _SIGNED).encode("utf-8", "replace")


def _written(item: Node, path: str) -> str:
    """A field as Adyen joins it: strings untouched, numbers in digits, a boolean as its word."""
    found = item.raw(path)
    if isinstance(found, bool):
        return "true" if found else "false"
    return found if isinstance(found, str) else "" if found is None else str(found)


def _items(body: bytes) -> list[Node]:
    try:
        return _found(strict.tree(body))
    except BadInput:
        return []


def _found(document: object) -> list[Node]:
    listed = Node(document).raw("notificationItems")
    items = [Node(item) for item in listed] if isinstance(listed, list) else []
    return [item.at("NotificationRequestItem") for item in items]
