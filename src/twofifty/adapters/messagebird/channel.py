"""MessageBird (Bird): `POST /messages` (developers.messagebird.com, SMS API).

`reference` carries our id for people who look at their log; nothing searches by it, and reports are
not signed, so that a doubt stays one and no second message follows.
"""

from collections.abc import Mapping

import msgspec

from twofifty.adapters.alerts.gateway import Dispatch
from twofifty.adapters.mail_api.body import JSON, decoded, encoded
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, Call, Said
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.deliver.outcome import About

# developers.messagebird.com/api: error codes; the parameter that is wrong stands behind them
ABOUT: Mapping[str, About] = {
    "2": "route",
    "9 recipients": "recipient",
    "10 recipients": "recipient",
    "9 originator": "sender",
    "10 originator": "sender",
    "9": "message",
    "10": "message",
    "20": "route",
    "25": "route",
    "98": "route",
}
_CODINGS = {"gsm": "plain", "ucs2": "unicode"}


class _Error(msgspec.Struct):
    code: int = 0
    description: str | None = ""
    parameter: str | None = ""


class _Reply(msgspec.Struct):
    id: str = ""
    errors: list[_Error] = []


class MessageBird:
    """See `alerts.gateway.Gateway`."""

    rules = Rules(about=ABOUT)

    def __init__(self, route: ApiRoute, callback: str = "") -> None:
        self._url = f"{route.url}/messages"
        self._headers = {**JSON, "authorization": f"AccessKey {route.key}"}
        self._sender = route.options["from"]

    def call(self, dispatch: Dispatch) -> Call:
        body = {
            "originator": self._sender,
            "recipients": [dispatch.envelope.recipient.removeprefix("+")],
            "body": dispatch.alert.text,
            "datacoding": _CODINGS[dispatch.alert.encoding],
            "reference": dispatch.envelope.message_id,
        }
        return Call("POST", self._url, self._headers, encoded(body))

    def said(self, answer: Answer) -> Said:
        reply = decoded(answer.body, _Reply) or _Reply()
        if not reply.errors:
            return Said(reply.id)
        first = reply.errors[0]
        code = f"{first.code} {first.parameter or ''}".strip()
        return Said("", code, first.description or "")
