"""SendGrid's signed event webhook (https://www.twilio.com/docs/sendgrid/for-developers/
tracking-events/getting-started-event-webhook-security-features)."""

from datetime import datetime

import msgspec

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import mac, public_key, stamp
from twofifty.intake.signature.marked import NotSignable

_SIGNATURE = "x-twilio-email-event-webhook-signature"
_TIME = "x-twilio-email-event-webhook-timestamp"


class SendGridSigned(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): ECDSA with SHA-256 over the time as sent and the raw body. The
    live secrets are the public keys that SendGrid shows, in base64. `tolerance` is in seconds, 0
    for none: SendGrid documents none."""

    tolerance: int = 0

    def marks(self) -> tuple[str, ...]:
        return (_SIGNATURE, _TIME)

    def carried(self, hook: Hook) -> bool:
        return all(hook.headers.get(name, "").strip() for name in self.marks())

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return stamp.moment(hook.headers.get(_TIME, "").strip())

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        if not stamp.near(self.claimed(hook), hook.at, self.tolerance):
            return False
        message = hook.headers.get(_TIME, "").strip().encode() + hook.body
        given = mac.unwritten(hook.headers.get(_SIGNATURE, "").strip())
        held = [public_key.of_text(secret) for secret in trust.secrets if secret]
        return any(public_key.signed(key, given, message, "sha256") for key in held)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Raises NotSignable."""
        raise NotSignable("only SendGrid can sign this")
