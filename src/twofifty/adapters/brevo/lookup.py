"""Brevo: `GET /v3/smtp/statistics/events` by tag (developers.brevo.com/reference)."""

from urllib.parse import urlencode

import msgspec

from twofifty.adapters.mail_api.body import decoded, encoded
from twofifty.adapters.mail_api.lookup import own_id
from twofifty.adapters.mail_api.mail import Answer, Call
from twofifty.adapters.mail_api.url import ApiRoute


class _Event(msgspec.Struct):
    tag: str = ""
    event: str = ""


class _Reply(msgspec.Struct):
    events: list[_Event] | None = None


class BrevoSearch:
    """See `mail_api.api.LookupApi`. `tags` is a list as JSON; an answer whose events have another
    tag shows that it was not understood, and says nothing."""

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/v3/smtp/statistics/events"
        self._headers = {"api-key": route.key}

    def question(self, message_id: str, at: float) -> Call:
        tags = encoded([own_id(message_id)]).decode()
        query = urlencode({"limit": "50", "days": "30", "tags": tags})
        return Call("GET", f"{self._url}?{query}", self._headers)

    def found(self, answer: Answer, message_id: str) -> bool | None:
        """`{}` is how Brevo says that there are no events."""
        reply = decoded(answer.body, _Reply)
        if reply is None or (reply.events is None and answer.body.strip() != b"{}"):
            return None
        if not reply.events:
            return False
        own = own_id(message_id)
        return True if any(own in event.tag for event in reply.events) else None
