"""MailerSend: `POST /v1/email` (developers.mailersend.com/api/v1/email.html).

No idempotency key, no search by an id of ours: a doubt is settled by events, which carry our id as
a tag. Further headers need a Professional or Enterprise plan: with the option `headers=none` they
are left out, as the operator then knows. MailerSend writes Message-ID itself and fills in
`{{...}}`.
"""

import re
from collections.abc import Mapping

import msgspec

from twofifty.adapters.mail_api.body import (
    JSON,
    ascii_addresses,
    decoded,
    encoded,
    marked,
    named,
    without,
)
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, ApiMail, Call, Parts, Said, Unfit
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.deliver.outcome import About

# A 422 names fields, here without their indices, and a number such as #MS42207 in its prose.
ABOUT: Mapping[str, About] = {
    "from": "sender",
    "from.email": "sender",
    "from.name": "sender",
    "to": "recipient",
    "to.email": "recipient",
    "ALL_SUPPRESSED": "recipient",
}
THREAD = ("message-id", "in-reply-to", "references")
_INDEX = re.compile(r"\.\d+")
_IDS = re.compile(r"<([^<>\s]+)>")


class _Warning(msgspec.Struct):
    type: str = ""
    warning: str = ""


class _Reply(msgspec.Struct):
    message: str = ""
    errors: dict[str, list[str]] = {}
    warnings: list[_Warning] = []


class MailerSend:
    """See `mail_api.api.MailApi`."""

    rules = Rules(about=ABOUT)

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/v1/email"
        self._headers = {**JSON, "authorization": f"Bearer {route.key}"}
        self._plain = route.options.get("headers") == "none"

    def call(self, mail: ApiMail) -> Call | Unfit:
        parts = mail.parts
        unfit = ascii_addresses(parts) or marked(parts, "{{", "{$", "{%") or _unfit(parts)
        if unfit:
            return unfit
        body: dict[str, object] = {
            "from": named(parts.sender),
            "to": [named(parts.to)],
            "subject": parts.subject,
            "tags": [mail.envelope.message_id],
            "settings": {"track_clicks": False, "track_opens": False, "track_content": False},
            "precedence_bulk": False,
            **self._further(parts),
        }
        return Call("POST", self._url, self._headers, encoded(body))

    def said(self, answer: Answer) -> Said:
        """The id is a header. A 202 without one says in its warnings that nobody gets the mail."""
        reply = decoded(answer.body, _Reply) or _Reply()
        if reply.errors:
            field, texts = next(iter(reply.errors.items()))
            return Said("", _INDEX.sub("", field), " ".join(texts) or reply.message)
        own = answer.headers.get("x-message-id", "")
        warning = reply.warnings[0] if reply.warnings and not own else _Warning()
        return Said(own, warning.type, warning.warning or reply.message)

    def _further(self, parts: Parts) -> dict[str, object]:
        """What is there only where the mail has it."""
        thread = {name.lower(): _IDS.findall(value) for name, value in parts.headers}
        further = [] if self._plain else without(parts.headers, *THREAD)
        fields: dict[str, object] = {
            "text": parts.text,
            "html": parts.html,
            "reply_to": named(parts.reply_to) if parts.reply_to else None,
            "in_reply_to": next(iter(thread.get("in-reply-to", [])), None),
            "references": thread.get("references"),
            "headers": [{"name": name, "value": value} for name, value in further],
        }
        return {name: value for name, value in fields.items() if value}


def _unfit(parts: Parts) -> Unfit | None:
    if any(sign in (parts.to.name or "") for sign in ",;"):
        return Unfit("The provider takes no name of a recipient with a comma or semicolon.")
    return None
