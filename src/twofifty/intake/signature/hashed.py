"""An HMAC over the raw body in one header: the commonest way to sign a webhook."""

from datetime import datetime
from typing import Literal

import msgspec

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import mac
from twofifty.intake.signature.mac import Form
from twofifty.intake.signature.secret import SecretForm, keys, needed_key


class Hashed(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`). `header` (lower case) holds `prefix` and the HMAC in `form`.

    `algorithm` is a name of hashlib's; `secret_form` says how the platform writes its secret;
    `with_url` puts the URL, exactly as the platform knows it, before or after the body. While
    secrets rotate, a platform with a prefix may send the header twice: HTTP joins the two with a
    comma, and one right code is enough. `prefix_optional` takes a code that lacks its prefix.
    """

    header: str
    form: Form = "base64"
    algorithm: str = "sha256"
    prefix: str = ""
    secret_form: SecretForm = "text"  # noqa: S105 - a form, no secret
    with_url: Literal["", "before", "after"] = ""
    prefix_optional: bool = False

    def marks(self) -> tuple[str, ...]:
        return (self.header,)

    def carried(self, hook: Hook) -> bool:
        return bool(hook.headers.get(self.header, "").strip())

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return None

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`. An empty secret signs nothing, or anybody could."""
        given = hook.headers.get(self.header, "").strip()
        if not given:
            return False
        message = self._message(hook.body, hook.url)
        right = [self._of(key, message) for key in keys(trust, self.secret_form)]
        bare = [code.removeprefix(self.prefix) for code in right] if self.prefix_optional else []
        parts = given.split(",") if self.prefix else [given]
        return mac.agree([part.strip() for part in parts], [*right, *bare])

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Raises NotSignable for a secret that is not of `secret_form`."""
        key = needed_key(secret, self.secret_form)
        return {self.header: self._of(key, self._message(body, url))}

    def _message(self, body: bytes, url: str) -> bytes:
        if self.with_url == "before":
            return url.encode() + body
        return body + url.encode() if self.with_url == "after" else body

    def _of(self, key: bytes, message: bytes) -> str:
        return self.prefix + mac.made(key, message, self.form, self.algorithm)
