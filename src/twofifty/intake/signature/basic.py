"""HTTP basic authentication (RFC 7617): for platforms that put a user and a password in a URL."""

from datetime import datetime

import msgspec

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import mac

_SCHEME = "basic "


class Basic(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`). The password is one of the live secrets; the user name is the
    source's option `username_option`, any where that is not set. A secret may also be written
    `user:password`, and then says both."""

    username_option: str = "username"

    def marks(self) -> tuple[str, ...]:
        return ("authorization",)

    def carried(self, hook: Hook) -> bool:
        return hook.headers.get("authorization", "").lower().startswith(_SCHEME)

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return None

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        said = _credentials(hook.headers.get("authorization", ""))
        user, colon, password = said.partition(":")
        if not colon:
            return False
        named = trust.options.get(self.username_option, "")
        as_named = mac.agree([password], trust.secrets) and (not named or mac.same(user, named))
        return as_named or mac.agree([said], [one for one in trust.secrets if ":" in one])

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. The user is `webhook` where the secret names none."""
        said = secret if ":" in secret else f"webhook:{secret}"
        return {"authorization": f"Basic {mac.written(said.encode(), 'base64')}"}


def _credentials(header: str) -> str:
    """`user:password` as sent; '' where there is none."""
    said = header[len(_SCHEME) :].strip() if header.lower().startswith(_SCHEME) else ""
    try:
        return (mac.unwritten(said) or b"").decode()
    except UnicodeDecodeError:
        return ""
