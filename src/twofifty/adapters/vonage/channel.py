"""Vonage: `POST /v1/messages` (developer.vonage.com, Messages API).

`client_ref` carries our id, and the status webhook gives it back: by that a doubt is settled, and
never by a second message. The API wants numbers without their plus sign.
"""

from base64 import b64encode
from collections.abc import Mapping

import msgspec

from twofifty.adapters.alerts.gateway import Dispatch
from twofifty.adapters.mail_api.body import JSON, decoded, encoded
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, Call, Said
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.deliver.outcome import About

# developer.vonage.com/api-errors/messages
ABOUT: Mapping[str, About] = {
    "1050": "recipient",
    "1170": "recipient",
    "1240": "recipient",
    "1250": "recipient",
    "1260": "recipient",
    "1120": "sender",
    "1420": "sender",
    "1060": "route",
    "1070": "route",
    "1080": "route",
}
LATER = frozenset({"1000"})
_ENCODINGS = {"gsm": "text", "ucs2": "unicode"}


class _Reply(msgspec.Struct):
    message_uuid: str = ""
    type: str = ""
    title: str = ""
    detail: str = ""


class Vonage:
    """See `alerts.gateway.Gateway`."""

    rules = Rules(about=ABOUT, later=LATER)

    def __init__(self, route: ApiRoute, callback: str = "") -> None:
        login = b64encode(f"{route.user}:{route.key}".encode()).decode()
        self._url = f"{route.url}/v1/messages"
        self._headers = {**JSON, "authorization": f"Basic {login}"}
        self._sender = route.options["from"].removeprefix("+")
        self._callback = callback

    def call(self, dispatch: Dispatch) -> Call:
        body: dict[str, object] = {
            "channel": "sms",
            "message_type": "text",
            "to": dispatch.envelope.recipient.removeprefix("+"),
            "from": self._sender,
            "text": dispatch.alert.text,
            "client_ref": dispatch.envelope.message_id,
            "sms": {"encoding_type": _ENCODINGS[dispatch.alert.encoding]},
        }
        if self._callback:
            body |= {"webhook_url": self._callback, "webhook_version": "v1"}
        return Call("POST", self._url, self._headers, encoded(body))

    def said(self, answer: Answer) -> Said:
        """The code stands behind the # of the error's type, or is its last part."""
        reply = decoded(answer.body, _Reply) or _Reply()
        code = reply.type.rpartition("#")[2].rpartition("/")[2]
        return Said(reply.message_uuid, code, reply.detail or reply.title)
