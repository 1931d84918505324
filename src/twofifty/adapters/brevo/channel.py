"""Brevo: `POST /v3/smtp/email` (developers.brevo.com/reference/sendtransacemail).

`idempotencyKey` is a UUID made of our id; Brevo keeps it for 15 to 30 minutes, so that it guards
against a quick second request, and a later doubt is settled by searching for our tag. Tracking is a
setting of the account. Brevo writes Message-ID itself, fills in `{{...}}` and `{%...%}`, wants an
HTML part, and takes only ASCII in further headers.
"""

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

import msgspec

from twofifty.adapters.mail_api.body import JSON, decoded, encoded, marked, named, without
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, ApiMail, Call, Parts, Said, Unfit
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.deliver.outcome import About

# The codes of Brevo's published API clients (ErrorModel).
ABOUT: Mapping[str, About] = {
    "unauthorized": "route",
    "permission_denied": "route",
    "not_enough_credits": "route",
    "account_under_validation": "route",
    "method_not_allowed": "route",
    "invalid_parameter": "message",
    "missing_parameter": "message",
    "out_of_range": "message",
    "not_acceptable": "message",
}


class _Reply(msgspec.Struct):
    id: str = msgspec.field(default="", name="messageId")
    code: str = ""
    message: str = ""


class Brevo:
    """See `mail_api.api.MailApi`."""

    rules = Rules(about=ABOUT, doubt=frozenset({"duplicate_request", "duplicate_parameter"}))

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/v3/smtp/email"
        self._headers = {**JSON, "api-key": route.key}

    def call(self, mail: ApiMail) -> Call | Unfit:
        parts, own = mail.parts, mail.envelope.message_id
        unfit = marked(parts, "{{", "{%") or _unfit(parts)
        if unfit:
            return unfit
        headers = dict(without(parts.headers, "message-id"))
        body: dict[str, object] = {
            "sender": named(parts.sender),
            "to": [named(parts.to)],
            "subject": parts.subject,
            "htmlContent": parts.html,
            "headers": {**headers, "idempotencyKey": str(uuid5(NAMESPACE_URL, f"twofifty:{own}"))},
            "tags": [own],
        }
        if parts.text:
            body["textContent"] = parts.text
        if parts.reply_to:
            body["replyTo"] = named(parts.reply_to)
        return Call("POST", self._url, self._headers, encoded(body))

    def said(self, answer: Answer) -> Said:
        reply = decoded(answer.body, _Reply) or _Reply()
        return Said(reply.id.strip("<>"), reply.code, reply.message)


def _unfit(parts: Parts) -> Unfit | None:
    if not parts.html:
        return Unfit("The provider takes no message without an HTML part.")
    beyond = [name for name, value in without(parts.headers) if not value.isascii()]
    if beyond:
        return Unfit(f"The provider garbles the header {beyond[0]}, which is not ASCII.")
    return None
