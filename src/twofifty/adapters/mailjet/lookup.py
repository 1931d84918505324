"""Mailjet: `GET /v3/REST/message` by CustomID (dev.mailjet.com/email/guides/send-api-v31)."""

from urllib.parse import urlencode

import msgspec

from twofifty.adapters.mail_api.body import decoded
from twofifty.adapters.mail_api.lookup import own_id
from twofifty.adapters.mail_api.mail import Answer, Call
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.adapters.mailjet.channel import authorization


class _Message(msgspec.Struct):
    ID: int
    CustomID: str = ""


class _Reply(msgspec.Struct):
    Count: int
    Data: list[_Message]


class MailjetSearch:
    """See `mail_api.api.LookupApi`."""

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/v3/REST/message"
        self._headers = {"authorization": authorization(route)}

    def question(self, message_id: str, at: float) -> Call:
        query = {"CustomID": own_id(message_id), "ShowCustomID": "true", "Limit": "10"}
        return Call("GET", f"{self._url}?{urlencode(query)}", self._headers)

    def found(self, answer: Answer, message_id: str) -> bool | None:
        """A message with another CustomID shows that the filter was not understood."""
        reply = decoded(answer.body, _Reply)
        if reply is None:
            return None
        if not reply.Data:
            return False
        own = own_id(message_id)
        return True if any(message.CustomID == own for message in reply.Data) else None
