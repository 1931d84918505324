"""Mailjet: `POST /v3.1/send` (dev.mailjet.com/email/guides/send-api-v31).

No idempotency key: a doubt is settled by searching for our id, which is the CustomID. Mailjet
writes Message-ID itself and forbids some headers.
"""

from base64 import b64encode
from collections.abc import Mapping

import msgspec

from twofifty.adapters.mail_api.body import JSON, decoded, encoded, marked, named, without
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, ApiMail, Call, Said, Unfit
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.deliver.outcome import About

# "Send API errors": the code, and behind it the property that the error relates to.
ABOUT: Mapping[str, About] = {
    "mj-0013 To.Email": "recipient",
    "mj-0012 To.Email": "recipient",
    "mj-0013 From.Email": "sender",
    "send-0006": "sender",
    "send-0007": "sender",
    "send-0008": "sender",
    "mj-0001": "route",  # the key is suspended
    "mj-0015": "route",  # no valid key
}
# Headers with a property of their own, or that Mailjet writes (its error send-0011).
FORBIDDEN = ("message-id", "list-id", "user-agent", "x-mailer")


class _Error(msgspec.Struct):
    ErrorCode: str = ""
    ErrorMessage: str = ""
    ErrorRelatedTo: list[str] = []


class _Taken(msgspec.Struct):
    MessageID: int = 0


class _Message(msgspec.Struct):
    Status: str = ""
    Errors: list[_Error] = []
    To: list[_Taken] = []


class _Reply(msgspec.Struct):
    Messages: list[_Message] = []
    ErrorCode: str = ""
    ErrorMessage: str = ""


class Mailjet:
    """See `mail_api.api.MailApi`."""

    rules = Rules(about=ABOUT)

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/v3.1/send"
        self._headers = {**JSON, "authorization": authorization(route)}

    def call(self, mail: ApiMail) -> Call | Unfit:
        parts = mail.parts
        unfit = marked(parts, "[[var:", "[[data:", "{{var:", "{{data:")
        if unfit:
            return unfit
        message: dict[str, object] = {
            "From": named(parts.sender, "Email", "Name"),
            "To": [named(parts.to, "Email", "Name")],
            "Subject": parts.subject,
            "Headers": dict(without(parts.headers, *FORBIDDEN)),
            "CustomID": mail.envelope.message_id,
            "TrackOpens": "disabled",
            "TrackClicks": "disabled",
        }
        texts = {"TextPart": parts.text, "HTMLPart": parts.html}
        message |= {name: text for name, text in texts.items() if text}
        if parts.reply_to:
            message["ReplyTo"] = named(parts.reply_to, "Email", "Name")
        return Call("POST", self._url, self._headers, encoded({"Messages": [message]}))

    def said(self, answer: Answer) -> Said:
        """One request holds one message, so that its first word is all that is said."""
        reply = decoded(answer.body, _Reply) or _Reply()
        message = reply.Messages[0] if reply.Messages else _Message()
        if message.Errors:
            return _error(message.Errors[0])
        taken = message.To[0].MessageID if message.Status == "success" and message.To else 0
        return Said(str(taken or ""), reply.ErrorCode, reply.ErrorMessage)


def authorization(route: ApiRoute) -> str:
    """HTTP Basic with the public and the private half of the key."""
    return "Basic " + b64encode(f"{route.user}:{route.key}".encode()).decode()


def _error(error: _Error) -> Said:
    related = error.ErrorRelatedTo[0].replace("[0]", "") if error.ErrorRelatedTo else ""
    return Said("", f"{error.ErrorCode or 'error'} {related}".rstrip(), error.ErrorMessage)
