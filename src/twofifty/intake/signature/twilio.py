"""Twilio's form webhooks (https://www.twilio.com/docs/usage/webhooks/webhooks-security)."""

from datetime import datetime
from urllib.parse import parse_qsl

import msgspec

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import mac
from twofifty.intake.signature.secret import keys, needed_key

_HEADER = "x-twilio-signature"
_MOST_FIELDS = 1000


class TwilioForm(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): base64 HMAC-SHA1, with the account's auth token, over the URL
    and then name and value of every field of the form, sorted, each pair once."""

    def marks(self) -> tuple[str, ...]:
        return (_HEADER,)

    def carried(self, hook: Hook) -> bool:
        return bool(hook.headers.get(_HEADER, "").strip())

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return None

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        message = _message(hook.url, hook.body)
        if message is None:
            return False
        right = [mac.made(key, message, "base64", "sha1") for key in keys(trust)]
        return mac.agree([hook.headers.get(_HEADER, "").strip()], right)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`."""
        message = _message(url, body) or b""
        return {_HEADER: mac.made(needed_key(secret), message, "base64", "sha1")}


def _message(url: str, body: bytes) -> bytes | None:
    """What is signed; None for a body that is no form."""
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    return (url + "".join(name + value for name, value in sorted(set(fields)))).encode()
