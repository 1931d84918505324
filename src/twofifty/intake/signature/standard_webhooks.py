"""Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, spec 1.0), also in the
form that Svix sends (https://docs.svix.com/receiving/verifying-payloads/how-manual)."""

import hashlib
from datetime import datetime

import msgspec

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import mac, stamp
from twofifty.intake.signature.secret import SecretForm, keys, needed_key

_MARK = "whsec_"
_VERSION = "v1,"


class StandardWebhooks(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): `PREFIX-id`, `PREFIX-timestamp` and `PREFIX-signature`, the
    last one or more of `v1,` and base64, blanks between them, over `id.timestamp.body`.

    The secret is base64, with or without `whsec_` before it; `tolerance` is in seconds.
    """

    prefix: str = "webhook"
    tolerance: int = 300
    secret_form: SecretForm = "base64"  # noqa: S105 - a form, no secret

    def marks(self) -> tuple[str, ...]:
        return tuple(f"{self.prefix}-{part}" for part in ("signature", "timestamp", "id"))

    def carried(self, hook: Hook) -> bool:
        return all(hook.headers.get(name, "").strip() for name in self.marks())

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return stamp.moment(self._header(hook, "timestamp"))

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        if not self.carried(hook) or not stamp.near(self.claimed(hook), hook.at, self.tolerance):
            return False
        before = f"{self._header(hook, 'id')}.{self._header(hook, 'timestamp')}."
        message = before.encode("utf-8", "replace") + hook.body
        bare = Trust(tuple(secret.removeprefix(_MARK) for secret in trust.secrets))
        right = [_code(key, message) for key in keys(bare, self.secret_form)]
        return mac.agree(self._header(hook, "signature").split(), right)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. The id follows from the body."""
        held = needed_key(secret.removeprefix(_MARK), self.secret_form)
        name = f"msg_{hashlib.sha256(body).hexdigest()[:27]}"
        time = stamp.seconds(at)
        code = _code(held, f"{name}.{time}.".encode() + body)
        return dict(zip(self.marks(), (code, time, name), strict=True))

    def _header(self, hook: Hook, part: str) -> str:
        return hook.headers.get(f"{self.prefix}-{part}", "").strip()


def _code(held: bytes, message: bytes) -> str:
    return _VERSION + mac.made(held, message, "base64")
