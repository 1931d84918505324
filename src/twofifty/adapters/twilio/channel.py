"""Twilio: `POST /2010-04-01/Accounts/{sid}/Messages.json` (twilio.com/docs/messaging/api).

`from` is a number in E.164, a sender's name, or a messaging service (`MG...`). There is no key by
which a request that comes twice is known, and no search by an id of ours: a doubt is settled by the
status callback, whose address has our id in it, and never by a second message.
"""

from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import msgspec

from twofifty.adapters.alerts.gateway import Dispatch
from twofifty.adapters.mail_api.body import decoded
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, Call, Said
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.deliver.outcome import About

# twilio.com/docs/api/errors
ABOUT: Mapping[str, About] = {
    "21211": "recipient",  # no valid number
    "21214": "recipient",  # cannot be reached
    "21217": "recipient",
    "21265": "recipient",  # a short code
    "21408": "message",  # the account may not send to that region
    "21612": "recipient",  # not from this sender
    "21614": "recipient",  # no mobile number
    "21635": "recipient",  # a landline
    "21212": "sender",
    "21603": "sender",
    "21606": "sender",
    "21659": "sender",
    "21660": "sender",
    "21602": "message",
    "21617": "message",
    "20003": "route",
    "20005": "route",
    "20404": "route",
    "21608": "route",  # a trial account
}
LATER = frozenset({"20429", "21611", "63038"})
UNWANTED = frozenset({"21610"})
"""They answered STOP."""


class _Reply(msgspec.Struct):
    sid: str = ""
    code: int | None = None
    message: str | None = ""


class Twilio:
    """See `alerts.gateway.Gateway`."""

    rules = Rules(about=ABOUT, later=LATER, unwanted=UNWANTED)

    def __init__(self, route: ApiRoute, callback: str = "") -> None:
        account = quote(route.user, safe="")
        self._url = f"{route.url}/2010-04-01/Accounts/{account}/Messages.json"
        login = b64encode(f"{route.user}:{route.key}".encode()).decode()
        self._headers = {
            "content-type": "application/x-www-form-urlencoded",
            "authorization": f"Basic {login}",
        }
        sender = route.options["from"]
        self._sender = {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}
        self._callback = callback

    def call(self, dispatch: Dispatch) -> Call:
        form = {"To": dispatch.envelope.recipient, "Body": dispatch.alert.text, **self._sender}
        if self._callback:
            form["StatusCallback"] = f"{self._callback}?id={dispatch.envelope.message_id}"
        return Call("POST", self._url, self._headers, urlencode(form).encode())

    def said(self, answer: Answer) -> Said:
        reply = decoded(answer.body, _Reply) or _Reply()
        return Said(reply.sid, str(reply.code or ""), reply.message or "")
