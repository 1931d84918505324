"""Whether a provider takes our key: a documented request that only reads, a line a provider.

Postmark `GET /server`, SendGrid `GET /v3/scopes`, Mailgun `GET /v3/domains/DOMAIN`, Resend `GET
/domains`, Brevo `GET /v3/account`, Mailjet `GET /v3/REST/apikey`, SparkPost `GET /api/v1/account`,
MailerSend `GET /v1/api-quota`. Amazon SES has its requests signed: it is left out.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Literal

from twofifty.adapters.mail_api.mail import Call
from twofifty.adapters.mail_api.url import ApiRoute

_PATHS = {
    "postmark": "/server",
    "sendgrid": "/v3/scopes",
    "mailgun": "/v3/domains/{domain}",
    "resend": "/domains",
    "brevo": "/v3/account",
    "mailjet": "/v3/REST/apikey",
    "sparkpost": "/api/v1/account",
    "mailersend": "/v1/api-quota",
}
_NARROW = frozenset({401, 403})
_MAY_BE_NARROW = frozenset({"resend", "sparkpost", "mailersend", "sendgrid", "mailgun"})
"""Where a good key may only be allowed to send, so that it may not read this."""


def whose(route: ApiRoute) -> Call | None:
    """The request; None: there is none for this provider."""
    path = _PATHS.get(route.provider)
    if path is None:
        return None
    url = route.url + path.format(domain=route.domain)
    return Call("GET", url, {"accept": "application/json", **_credentials(route)})


def verdict(provider: str, status: int) -> tuple[Literal["ok", "warn", "fail"], str]:
    """What the answer's status says of the key."""
    if status == 200:
        return "ok", "the key is taken"
    if status in _NARROW and provider in _MAY_BE_NARROW:
        words = f"could not be checked: the provider answers {status}"
        return "warn", f"{words}, to a wrong key and to one that may only send"
    if status in _NARROW:
        return "fail", f"the provider does not take the key ({status}); set a new one in SMTP_URL"
    return "warn", f"could not be checked: the provider answers {status}"


def _credentials(route: ApiRoute) -> Mapping[str, str]:
    if route.provider == "postmark":
        return {"x-postmark-server-token": route.key}
    if route.provider == "brevo":
        return {"api-key": route.key}
    if route.provider == "sparkpost":
        return {"authorization": route.key}
    if route.provider in ("mailgun", "mailjet"):
        pair = f"{route.user or 'api'}:{route.key}"
        return {"authorization": f"Basic {b64encode(pair.encode()).decode('ascii')}"}
    return {"authorization": f"Bearer {route.key}"}
