"""A webhook of the shop's own: signed as Standard Webhooks says (standardwebhooks.com, 1.0).

    POST the URL
    webhook-id: m_...             the message's id: the same whenever it is sent again
    webhook-timestamp: seconds
    webhook-signature: v1,base64(HMAC-SHA256(secret, "id.timestamp.body"))

    {"type": "alert.confirmation", "data": {"id", "kind", "source", "order_id", "number",
     "customer_id", "locale", "title", "news", "text", "url"}}

Any 2xx means that the other side has it; it knows what comes twice by the id, so that a doubt is
settled by sending the same again. 4xx but 408, 425 and 429 refuses this message, 410 says that
nobody is there any more.
"""

import msgspec

from twofifty.adapters.alerts.gateway import Dispatch
from twofifty.adapters.mail_api.body import JSON, encoded
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, Call, Said
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.errors import SettingsError
from twofifty.intake.signature import mac
from twofifty.intake.signature.secret import key

MARK = "whsec_"
_LEAST = 24


class Told(msgspec.Struct, frozen=True):
    """What the other side gets to know: of whom it is, what to say, and in which language."""

    id: str
    kind: str
    source: str
    order_id: str
    number: str
    customer_id: str
    locale: str
    title: str
    news: str
    text: str
    url: str | None


class Webhook:
    """See `alerts.gateway.Gateway`."""

    rules = Rules(down_is_no=True)

    def __init__(self, route: ApiRoute, callback: str = "") -> None:
        """Raises SettingsError: a secret that is none."""
        self._url = route.url + route.options["path"]
        self._key = signing_key(route.key)

    def call(self, dispatch: Dispatch) -> Call:
        identity, stamp = dispatch.envelope.message_id, str(int(dispatch.at))
        said = {"type": f"alert.{dispatch.alert.kind}", "data": _told(dispatch)}
        body = encoded(said)
        code = mac.made(self._key, f"{identity}.{stamp}.".encode() + body, "base64")
        headers = {
            **JSON,
            "webhook-id": identity,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{code}",
        }
        return Call("POST", self._url, headers, body)

    def said(self, answer: Answer) -> Said:
        """Its body is its own business."""
        return Said("told" if 200 <= answer.status < 300 else "")


def signing_key(secret: str) -> bytes:
    """The key of `whsec_` and base64. Raises SettingsError."""
    found = key(secret.removeprefix(MARK), "base64")
    if found is None or len(found) < _LEAST:
        raise SettingsError(
            f"ALERT_SECRET: needs whsec_ and {_LEAST} bytes or more in base64; "
            "`openssl rand -base64 32` makes them"
        )
    return found


def _told(dispatch: Dispatch) -> Told:
    said = dispatch.alert
    return Told(
        id=said.id,
        kind=said.kind,
        source=said.source,
        order_id=said.order_id,
        number=said.number,
        customer_id=dispatch.envelope.recipient,
        locale=said.locale,
        title=said.title,
        news=said.news,
        text=said.text,
        url=said.url,
    )
