"""How Adobe signs: I/O Events and the webhooks of Adobe Commerce, each with RSA keys of its own.

https://developer.adobe.com/events/docs/guides/#security-considerations and
https://developer.adobe.com/commerce/extensibility/webhooks/signature-verification/
"""

import base64
import re
from datetime import datetime

import msgspec

from twofifty.intake.ports import Hook, Trust, Wanted
from twofifty.intake.signature import NotSignable, mac, public_key

_HOST = "https://static.adobeioevents.com"
_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+/){1,5}[A-Za-z0-9_-]+\.pem")
_WEBHOOK = "x-adobe-commerce-webhook-signature"


class _Recipient(msgspec.Struct):
    """For whom an event is: one name, written in two ways."""

    recipient_client_id: str = ""
    recipientclientid: str = ""


class AdobeEvents(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): RSA with SHA-256 over the raw body, signed with two keys of
    Adobe's of which one must be right. Adobe signs everybody's events with these, so the event
    must also be for the option `client_id`."""

    def marks(self) -> tuple[str, ...]:
        return ("x-adobe-digital-signature-1", "x-adobe-digital-signature-2")

    def carried(self, hook: Hook) -> bool:
        return any(hook.headers.get(name, "").strip() for name in self.marks())

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return None

    def verified(self, hook: Hook, trust: Trust) -> bool | Wanted:
        """See `Scheme.verified`."""
        if not _is_for(hook.body, trust.options.get("client_id", "")):
            return False
        said = [_one(hook, trust, at) for at in (1, 2)]
        wanted = next((one for one in said if isinstance(one, Wanted)), None)
        return True if True in said else wanted or False

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Raises NotSignable."""
        raise NotSignable("only Adobe can sign this")


class AdobeWebhook(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): RSA with SHA-256 over the base64 of the raw body. The live
    secrets are the public keys that the shop's configuration shows, in PEM."""

    def marks(self) -> tuple[str, ...]:
        return (_WEBHOOK,)

    def carried(self, hook: Hook) -> bool:
        return bool(hook.headers.get(_WEBHOOK, "").strip())

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return None

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        given = mac.unwritten(hook.headers.get(_WEBHOOK, "").strip())
        message = base64.b64encode(hook.body)
        held = [public_key.of_text(secret) for secret in trust.secrets if secret]
        return any(public_key.signed(key, given, message, "sha256") for key in held)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Raises NotSignable."""
        raise NotSignable("only the shop can sign this")


def _one(hook: Hook, trust: Trust, at: int) -> bool | Wanted:
    given = mac.unwritten(hook.headers.get(f"x-adobe-digital-signature-{at}", "").strip())
    path = hook.headers.get(f"x-adobe-public-key{at}-path", "").strip()
    if given is None or not _PATH.fullmatch(path):
        return False
    url = _HOST + path
    if url not in trust.keys:
        return Wanted(url)
    key = public_key.of_text(trust.keys[url].decode("ascii", "replace"))
    return public_key.signed(key, given, hook.body, "sha256")


def _is_for(body: bytes, client_id: str) -> bool:
    """Whether every event in the body is for that client."""
    try:
        said = msgspec.json.decode(body, type=_Recipient | list[_Recipient])
    except (msgspec.DecodeError, RecursionError):
        return False
    names = said if isinstance(said, list) else [said]
    ids = {each.recipient_client_id or each.recipientclientid for each in names}
    return bool(client_id) and ids == {client_id}
