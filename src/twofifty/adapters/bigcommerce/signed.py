"""How BigCommerce signs (https://developer.bigcommerce.com/docs/integrations/webhooks/https)."""

import base64
from datetime import datetime

import msgspec

from twofifty.intake.ports import Hook, Trust
from twofifty.intake.signature import StandardWebhooks

_STANDARD = StandardWebhooks()


class ClientSecret(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): Standard Webhooks, but the key is the text of the client
    secret of the API account that made the webhook, where the standard's is base64."""

    def marks(self) -> tuple[str, ...]:
        return _STANDARD.marks()

    def carried(self, hook: Hook) -> bool:
        return _STANDARD.carried(hook)

    def needs(self) -> tuple[str, ...]:
        return ()

    def claimed(self, hook: Hook) -> datetime | None:
        return _STANDARD.claimed(hook)

    def verified(self, hook: Hook, trust: Trust) -> bool:
        """See `Scheme.verified`."""
        secrets = tuple(_encoded(secret) for secret in trust.secrets if secret)
        return _STANDARD.verified(hook, Trust(secrets))

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`."""
        return _STANDARD.signed(body, _encoded(secret), url=url, at=at)


def _encoded(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode()
