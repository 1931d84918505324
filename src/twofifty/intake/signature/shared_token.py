"""The secret itself, in a header or in the URL: for platforms that do not sign.

Whoever can read one request can forge the next, so it is worth what TLS is worth.
"""

from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import mac
from twofifty.intake.signature.marked import NotSignable


class Token(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): one of the live secrets stands in `header` (lower case, after
    `prefix`) or as the parameter `query` of the URL. With both named, either will do."""

    header: str = ""
    query: str = ""
    prefix: str = ""

    def marks(self) -> tuple[str, ...]:
        named = (self.header, f"?{self.query}" if self.query else "")
        return tuple(filter(None, named))

    def carried(self, hook: Hook) -> bool:
        return bool(self._given(hook))

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return None

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        return mac.agree(self._given(hook), trust.secrets)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Raises NotSignable where the secret belongs in the URL and `url`
        does not have it (see `addressed`)."""
        if self.header:
            return {self.header: self.prefix + secret}
        if not self.verified(Hook({}, body, url), Trust((secret,))):
            raise NotSignable(f"the secret stands in the URL, as its parameter {self.query}")
        return {}

    def addressed(self, url: str, secret: str) -> str:
        """The URL to tell the platform: `url` with the secret, where that is where it stands."""
        if not self.query:
            return url
        return f"{url}{'&' if '?' in url else '?'}{self.query}={quote(secret, safe='')}"

    def _given(self, hook: Hook) -> list[str]:
        header = hook.headers.get(self.header, "").strip() if self.header else ""
        found = [header.removeprefix(self.prefix)] if header.startswith(self.prefix) else []
        return [value for value in [*found, *_parameters(hook.url, self.query)] if value]


def _parameters(url: str, name: str) -> list[str]:
    """The values of a URL's parameter; none where the URL or its query is not readable."""
    try:
        pairs = parse_qsl(urlsplit(url).query, max_num_fields=100) if name else []
    except ValueError:
        return []
    return [value for found, value in pairs if found == name]
