"""An HMAC over time and body, the two in a header each."""

from datetime import datetime

import msgspec

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import mac, stamp
from twofifty.intake.signature.mac import Form
from twofifty.intake.signature.secret import SecretForm, keys, needed_key


class StampedHeaders(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`). `signature_header` holds `prefix` and the HMAC in `form`,
    `time_header` the time (seconds, milliseconds or RFC 3339), both names in lower case.

    `joined` is what is signed, `{t}` the time as it was sent; `tolerance` is in seconds, both
    ways, 0 for none. For example Slack's `v0:{t}:{body}`
    (https://docs.slack.dev/authentication/verifying-requests-from-slack).
    """

    signature_header: str
    time_header: str
    joined: str = "{t}.{body}"
    form: Form = "hex"
    prefix: str = ""
    tolerance: int = 300
    algorithm: str = "sha256"
    secret_form: SecretForm = "text"  # noqa: S105 - a form, no secret

    def marks(self) -> tuple[str, ...]:
        return (self.signature_header, self.time_header)

    def carried(self, hook: Hook) -> bool:
        return all(hook.headers.get(name, "").strip() for name in self.marks())

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return stamp.moment(hook.headers.get(self.time_header, "").strip())

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        given = hook.headers.get(self.signature_header, "").strip()
        if not given or not stamp.near(self.claimed(hook), hook.at, self.tolerance):
            return False
        time = hook.headers.get(self.time_header, "").strip()
        right = [self._of(key, time, hook.body) for key in keys(trust, self.secret_form)]
        return mac.agree([given], right)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. The time is written in seconds."""
        time = stamp.seconds(at)
        code = self._of(needed_key(secret, self.secret_form), time, body)
        return {self.signature_header: code, self.time_header: time}

    def _of(self, key: bytes, time: str, body: bytes) -> str:
        message = stamp.joined(self.joined, time, body)
        return self.prefix + mac.made(key, message, self.form, self.algorithm)
