"""Resend: `POST /emails` (resend.com/docs/api-reference/emails/send-email).

`Idempotency-Key` is our id: for 24 hours the same request again is the same mail, so that a doubt
is settled by sending again. Tracking is a setting of the domain, a request cannot switch it off.
Resend writes Message-ID itself.
"""

from collections.abc import Mapping

import msgspec

from twofifty.adapters.mail_api.body import (
    JSON,
    ascii_addresses,
    decoded,
    encoded,
    without,
    written,
)
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import OWN_ID, Answer, ApiMail, Call, Said, Unfit
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.deliver.outcome import About

# resend.com/docs/api-reference/errors. 403 validation_error: the domain of From is not verified.
ABOUT: Mapping[str, About] = {
    "missing_api_key": "route",
    "restricted_api_key": "route",
    "invalid_api_key": "route",
    "daily_quota_exceeded": "route",
    "monthly_quota_exceeded": "route",
    "403 validation_error": "sender",
    "invalid_from_address": "sender",
    "validation_error": "message",
    "security_error": "message",
}
# The same key with other content, or at the same moment: an earlier request may have been taken.
DOUBT = frozenset({"invalid_idempotent_request", "concurrent_idempotent_requests"})


class _Reply(msgspec.Struct):
    id: str = ""
    name: str = ""
    message: str = ""


class Resend:
    """See `mail_api.api.MailApi`."""

    rules = Rules(about=ABOUT, later=frozenset({"rate_limit_exceeded"}), doubt=DOUBT)

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/emails"
        self._headers = {**JSON, "authorization": f"Bearer {route.key}"}

    def call(self, mail: ApiMail) -> Call | Unfit:
        parts, own = mail.parts, mail.envelope.message_id
        unfit = ascii_addresses(parts)
        if unfit:
            return unfit
        body: dict[str, object] = {
            "from": written(parts.sender),
            "to": [written(parts.to)],
            "subject": parts.subject,
            "headers": dict(without(parts.headers, "message-id")),
            "tags": [{"name": OWN_ID, "value": own}],
        }
        optional = {"text": parts.text, "html": parts.html}
        body |= {name: text for name, text in optional.items() if text}
        if parts.reply_to:
            body["reply_to"] = written(parts.reply_to)
        headers = {**self._headers, "idempotency-key": own}
        return Call("POST", self._url, headers, encoded(body))

    def said(self, answer: Answer) -> Said:
        reply = decoded(answer.body, _Reply) or _Reply()
        return Said(reply.id, reply.name, reply.message)
