"""PayPal's webhooks (https://developer.paypal.com/api/rest/webhooks/rest/, "Self verification
method")."""

import re
import zlib
from datetime import datetime

import msgspec

from twofifty.intake.ports import Hook, Trust, Wanted
from twofifty.intake.signature import mac, public_key, stamp
from twofifty.intake.signature.marked import NotSignable

_ID = "paypal-transmission-id"
_TIME = "paypal-transmission-time"
_SIGNATURE = "paypal-transmission-sig"
_CERTIFICATE_URL = "paypal-cert-url"
_ALGORITHM = "paypal-auth-algo"

_CERTIFICATE = re.compile(
    r"https://api(?:-m)?(?:\.sandbox)?\.paypal\.com/v1/notifications/certs/[0-9A-Za-z_-]{1,100}"
)
_NAME = re.compile(r"(?:[a-z0-9-]+\.)*paypal\.com")
_WITH_RSA = re.compile(r"(SHA(?:256|384|512))withRSA")


class PayPalCertificate(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): RSA over `id|time|webhook id|CRC-32 of the body`, the last in
    decimal, with the certificate at `PAYPAL-CERT-URL`, which must be PayPal's own.

    The webhook's id is the source's option `webhook_option`; it binds the message to our webhook,
    so without it nothing is verified. The certificate must be valid at the time of the request and
    be PayPal's by its name.
    """

    webhook_option: str = "webhook_id"

    def marks(self) -> tuple[str, ...]:
        return (_SIGNATURE, _ID, _TIME, _CERTIFICATE_URL, _ALGORITHM)

    def carried(self, hook: Hook) -> bool:
        return all(hook.headers.get(name, "").strip() for name in self.marks())

    def needs(self) -> tuple[str, ...]:
        return (self.webhook_option,)

    def claimed(self, hook: Hook) -> datetime | None:
        return stamp.moment(hook.headers.get(_TIME, "").strip())

    def verified(self, hook: Hook, trust: Trust) -> bool | Wanted:
        """See `Scheme.verified`. PayPal names no tolerance of time: a message may be days old."""
        webhook = trust.options.get(self.webhook_option, "")
        url = hook.headers.get(_CERTIFICATE_URL, "").strip()
        algorithm = _WITH_RSA.fullmatch(hook.headers.get(_ALGORITHM, "").strip())
        if not (webhook and self.carried(hook) and algorithm and _CERTIFICATE.fullmatch(url)):
            return False
        if url not in trust.keys:
            return Wanted(url)
        key = public_key.of_certificate(trust.keys[url], hook.at, _NAME)
        given = mac.unwritten(hook.headers[_SIGNATURE].strip())
        return public_key.signed(key, given, _message(hook, webhook), algorithm[1])

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Raises NotSignable."""
        raise NotSignable("only PayPal can sign this")


def _message(hook: Hook, webhook: str) -> bytes:
    named = (hook.headers[_ID].strip(), hook.headers[_TIME].strip(), webhook)
    return "|".join((*named, str(zlib.crc32(hook.body)))).encode("utf-8", "replace")
