"""Postmark: `POST /email` (postmarkapp.com/developer/api/email-api).

No idempotency key: a doubt is settled by searching for our id in the metadata. `X-PM-KeepID` keeps
our Message-ID. Options: `stream`, the message stream (default `outbound`).
"""

from collections.abc import Mapping

import msgspec

from twofifty.adapters.mail_api.body import JSON, decoded, encoded, written
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import OWN_ID, Answer, ApiMail, Call, Said
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.deliver.outcome import About

# postmarkapp.com/developer/api/overview, "API error codes".
ABOUT: Mapping[str, About] = {
    "10": "route",  # bad or missing API token
    "300": "message",  # invalid email request: an address or a body, it does not say which
    "400": "sender",  # sender signature not found
    "401": "sender",  # sender signature not confirmed
    "405": "route",  # not allowed to send: out of credits
    "406": "recipient",  # inactive: bounced, complained, or suppressed by hand
    "412": "route",  # account is pending
    "413": "route",  # account may not send
    "1226": "route",  # wrong kind of message stream
    "1235": "route",  # no such message stream
}


class _Reply(msgspec.Struct):
    MessageID: str = ""
    ErrorCode: int = 0
    Message: str = ""


class Postmark:
    """See `mail_api.api.MailApi`."""

    rules = Rules(about=ABOUT, later=frozenset({"100", "429"}), down_is_no=True)

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/email"
        self._headers = {**JSON, "x-postmark-server-token": route.key}
        self._stream = route.options.get("stream", "outbound")

    def call(self, mail: ApiMail) -> Call:
        parts = mail.parts
        headers = [*parts.headers, ("X-PM-KeepID", "true")]
        body: dict[str, object] = {
            "From": written(parts.sender),
            "To": written(parts.to),
            "Subject": parts.subject,
            "TextBody": parts.text,
            "HtmlBody": parts.html,
            "Headers": [{"Name": name, "Value": value} for name, value in headers],
            "TrackOpens": False,
            "TrackLinks": "None",
            "Metadata": {OWN_ID: mail.envelope.message_id},
            "MessageStream": self._stream,
        }
        if parts.reply_to:
            body["ReplyTo"] = written(parts.reply_to)
        return Call("POST", self._url, self._headers, encoded(body))

    def said(self, answer: Answer) -> Said:
        reply = decoded(answer.body, _Reply) or _Reply()
        code = str(reply.ErrorCode) if reply.ErrorCode else ""
        return Said(reply.MessageID, code, reply.Message)
