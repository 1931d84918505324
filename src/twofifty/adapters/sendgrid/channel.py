"""SendGrid: `POST /v3/mail/send` (twilio.com/docs/sendgrid/api-reference/mail-send).

No idempotency key: a doubt is settled by searching the Email Activity for our id, where the account
has bought that. EU: the option `region=eu`.
"""

import re
from collections.abc import Mapping

import msgspec

from twofifty.adapters.mail_api.body import JSON, decoded, encoded, named, without
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import OWN_ID, Answer, ApiMail, Call, Said
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.deliver.outcome import About

# Errors have no codes; the field that an error names stands for one, without its indices.
ABOUT: Mapping[str, About] = {
    "from": "sender",
    "from.email": "sender",
    "from.name": "sender",
    "personalizations.to": "recipient",
    "personalizations.to.email": "recipient",
    "authorization": "route",
}
_INDEX = re.compile(r"\.\d+|\[\d+\]")
_OFF = {"enable": False}


class _Error(msgspec.Struct):
    message: str = ""
    field: str | None = None


class _Reply(msgspec.Struct):
    errors: list[_Error] = []


class SendGrid:
    """See `mail_api.api.MailApi`."""

    rules = Rules(about=ABOUT, down_is_no=True)

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/v3/mail/send"
        self._headers = {**JSON, "authorization": f"Bearer {route.key}"}

    def call(self, mail: ApiMail) -> Call:
        parts, own = mail.parts, mail.envelope.message_id
        texts = (("text/plain", parts.text), ("text/html", parts.html))
        body: dict[str, object] = {
            "personalizations": [{"to": [named(parts.to)], "custom_args": {OWN_ID: own}}],
            "from": named(parts.sender),
            "subject": parts.subject,
            "content": [{"type": kind, "value": text} for kind, text in texts if text],
            "headers": dict(without(parts.headers, "x-sg-id", "x-sg-eid")),
            "tracking_settings": {
                "click_tracking": {**_OFF, "enable_text": False},
                "open_tracking": _OFF,
                "subscription_tracking": _OFF,
                "ganalytics": _OFF,
            },
        }
        if parts.reply_to:
            body["reply_to"] = named(parts.reply_to)
        return Call("POST", self._url, self._headers, encoded(body))

    def said(self, answer: Answer) -> Said:
        """The id is a header; the body of a 202 is empty."""
        errors = (decoded(answer.body, _Reply) or _Reply()).errors
        if not errors:
            return Said(answer.headers.get("x-message-id", ""))
        code = _INDEX.sub("", errors[0].field or "") or "error"
        return Said("", code, errors[0].message)
