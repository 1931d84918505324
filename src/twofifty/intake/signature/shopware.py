"""Shopware's app signatures (https://developer.shopware.com/docs/guides/plugins/apps/, "Signing and
verification"; shopware/app-php-sdk, `RequestVerifier`)."""

from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import mac
from twofifty.intake.signature.secret import keys, needed_key


class ShopwareSigned(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): HMAC-SHA256 in hex. A request with a body signs the body, in
    `header`; one without signs its query, in `header` or as the query's parameter of that name,
    which is itself left out of what is signed.

    `header` is `shopware-app-signature` for the registration, signed with the app's secret.
    """

    header: str = "shopware-shop-signature"

    def marks(self) -> tuple[str, ...]:
        return (self.header,)

    def carried(self, hook: Hook) -> bool:
        return bool(self._claim(hook)[0])

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return None

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        given, message = self._claim(hook)
        right = [mac.made(key, message, "hex") for key in keys(trust)]
        return bool(given and message) and mac.agree([given], right)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Without a body the URL's query is signed."""
        message = body or _query(url).encode()
        return {self.header: mac.made(needed_key(secret), message, "hex")}

    def _claim(self, hook: Hook) -> tuple[str, bytes]:
        """The signature given, and what it should be of."""
        given = hook.headers.get(self.header, "").strip()
        if hook.body:
            return given, hook.body
        parts = _query(hook.url).split("&")
        start = f"{self.header}="
        inside = [part.removeprefix(start) for part in parts if part.startswith(start)]
        rest = "&".join(part for part in parts if not part.startswith(start))
        return given or (inside[0] if len(inside) == 1 else ""), rest.encode()


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""
