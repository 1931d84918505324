"""One header with a time and one or more HMACs over time and body, as Stripe and Paddle send it."""

from datetime import datetime

import msgspec

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import mac, stamp
from twofifty.intake.signature.mac import Form
from twofifty.intake.signature.secret import SecretForm, keys, needed_key


class Stamped(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`). `header` holds `time` once and `signature` once or more (one
    for each secret that the platform still signs with); other names are passed over.

    `joined` is what is signed, `{t}` the time as it was sent; `tolerance` is in seconds, both
    ways. Stripe: `t=1,v1=hex` over `{t}.{body}`, 300 s (https://docs.stripe.com/webhooks,
    "Verify webhook signatures manually"). Paddle: `ts=1;h1=hex` over `{t}:{body}`, 5 s
    (https://developer.paddle.com/webhooks/signature-verification).
    """

    header: str
    time: str = "t"
    signature: str = "v1"
    separator: str = ","
    assign: str = "="
    joined: str = "{t}.{body}"
    tolerance: int = 300
    form: Form = "hex"
    secret_form: SecretForm = "text"  # noqa: S105 - a form, no secret

    def marks(self) -> tuple[str, ...]:
        return (self.header,)

    def carried(self, hook: Hook) -> bool:
        return bool(hook.headers.get(self.header, "").strip())

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return stamp.moment(self._time(hook))

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        if not stamp.near(self.claimed(hook), hook.at, self.tolerance):
            return False
        message = stamp.joined(self.joined, self._time(hook), hook.body)
        right = [mac.made(key, message, self.form) for key in keys(trust, self.secret_form)]
        return mac.agree(self._named(hook, self.signature), right)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`."""
        time = stamp.seconds(at)
        key = needed_key(secret, self.secret_form)
        code = mac.made(key, stamp.joined(self.joined, time, body), self.form)
        pairs = ((self.time, time), (self.signature, code))
        return {self.header: self.separator.join(self.assign.join(pair) for pair in pairs)}

    def _time(self, hook: Hook) -> str:
        """The time as it was sent; '' where there is none, or more than one."""
        found = self._named(hook, self.time)
        return found[0] if len(found) == 1 else ""

    def _named(self, hook: Hook, name: str) -> list[str]:
        parts = hook.headers.get(self.header, "").split(self.separator)
        pairs = (part.strip().partition(self.assign) for part in parts)
        return [value for found, _, value in pairs if found == name and value]
