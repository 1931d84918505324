"""Mailgun: `GET /v3/DOMAIN/events` by Message-ID (documentation.mailgun.com, Events).

The Message-ID is ours, for Mailgun keeps that of raw MIME. Events are kept for three days at least.
"""

from urllib.parse import urlencode

import msgspec

from twofifty.adapters.mail_api.body import decoded
from twofifty.adapters.mail_api.mail import Answer, Call
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.adapters.mailgun.channel import authorization

RETENTION = 3 * 86_400.0


class _Event(msgspec.Struct):
    event: str = ""


class _Reply(msgspec.Struct):
    items: list[_Event]


class MailgunSearch:
    """See `mail_api.api.LookupApi`."""

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/v3/{route.domain}/events"
        self._headers = {"authorization": authorization(route.key)}

    def question(self, message_id: str, at: float) -> Call:
        query = {
            "message-id": message_id,
            "begin": f"{at - RETENTION:.0f}",
            "ascending": "yes",
            "limit": "25",
        }
        return Call("GET", f"{self._url}?{urlencode(query)}", self._headers)

    def found(self, answer: Answer, message_id: str) -> bool | None:
        """`rejected` alone means that it was not taken."""
        reply = decoded(answer.body, _Reply)
        if reply is None:
            return None
        return any(event.event not in ("", "rejected") for event in reply.items)
