"""Postmark: `GET /messages/outbound` by metadata (postmarkapp.com/developer/api/messages-api)."""

from urllib.parse import urlencode

import msgspec

from twofifty.adapters.mail_api.body import decoded
from twofifty.adapters.mail_api.lookup import own_id
from twofifty.adapters.mail_api.mail import OWN_ID, Answer, Call
from twofifty.adapters.mail_api.url import ApiRoute


class _Message(msgspec.Struct):
    Metadata: dict[str, str] = {}


class _Reply(msgspec.Struct):
    TotalCount: int
    Messages: list[_Message]


class PostmarkSearch:
    """See `mail_api.api.LookupApi`. Postmark keeps messages for 45 days unless told otherwise."""

    def __init__(self, route: ApiRoute) -> None:
        self._route = route

    def question(self, message_id: str, at: float) -> Call:
        query = {
            "count": "1",
            "offset": "0",
            f"metadata_{OWN_ID}": own_id(message_id),
            "messagestream": self._route.options.get("stream", "outbound"),
        }
        headers = {"x-postmark-server-token": self._route.key}
        return Call("GET", f"{self._route.url}/messages/outbound?{urlencode(query)}", headers)

    def found(self, answer: Answer, message_id: str) -> bool | None:
        reply = decoded(answer.body, _Reply)
        if reply is None:
            return None
        if not reply.TotalCount:
            return False
        return True if _is_ours(reply.Messages, own_id(message_id)) else None


def _is_ours(messages: list[_Message], own: str) -> bool:
    return any(message.Metadata.get(OWN_ID) == own for message in messages)
