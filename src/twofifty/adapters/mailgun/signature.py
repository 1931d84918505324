"""How Mailgun proves who it is (https://documentation.mailgun.com/docs/mailgun/user-manual/
webhooks/securing-webhooks)."""

from datetime import datetime

import msgspec

from twofifty.adapters import forms
from twofifty.errors import BadInput
from twofifty.intake.node import Node
from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import NotSignable, mac, stamp
from twofifty.intake.signature.secret import keys

_PLACES = ("signature", "parent-signature", "signature.parent-signature", "")
_RETRIES = 9 * 3_600


class MailgunSigned(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): HMAC-SHA256 in hexadecimal over a time and a token, both in
    the body with it. The rest of the body is not signed, so it is worth what TLS is worth.

    A subaccount's events also carry the parent account's signature, which will do. Mailgun tries
    for eight hours; `tolerance` is in seconds.
    """

    tolerance: int = _RETRIES

    def marks(self) -> tuple[str, ...]:
        return ("body",)

    def carried(self, hook: Hook) -> bool:
        return bool(_signatures(hook.body))

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return next((stamp.moment(time) for time, _, _ in _signatures(hook.body)), None)

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        return any(self._right(found, hook, trust) for found in _signatures(hook.body))

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Raises NotSignable."""
        raise NotSignable("the signature stands in the body")

    def _right(self, found: tuple[str, str, str], hook: Hook, trust: Trust) -> bool:
        time, token, code = found
        if not stamp.near(stamp.moment(time), hook.at, self.tolerance):
            return False
        message = f"{time}{token}".encode("utf-8", "replace")
        return mac.agree([code], [mac.made(key, message, "hex") for key in keys(trust)])


def _signatures(body: bytes) -> list[tuple[str, str, str]]:
    """The times, tokens and codes in the body; none where it is no document."""
    try:
        whole = Node(forms.document(body))
    except BadInput:
        return []
    places = [whole.at(place) if place else whole for place in _PLACES]
    found = [
        (_word(one, "timestamp"), _word(one, "token"), _word(one, "signature")) for one in places
    ]
    return [each for each in found if all(each)]


def _word(place: Node, name: str) -> str:
    return place.text(name) or ""
