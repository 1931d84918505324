"""SparkPost: `GET /api/v1/events/message` by campaign (developers.sparkpost.com/api/events).

For the option `ask=campaign` only. Events are kept for ten days; the search ends a minute ago.
"""

from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec

from twofifty.adapters.mail_api.body import decoded
from twofifty.adapters.mail_api.lookup import own_id
from twofifty.adapters.mail_api.mail import Answer, Call
from twofifty.adapters.mail_api.url import ApiRoute

RETENTION = 10 * 86_400.0


class _Event(msgspec.Struct):
    type: str = ""
    campaign_id: str = ""


class _Reply(msgspec.Struct):
    results: list[_Event]


class SparkPostSearch:
    """See `mail_api.api.LookupApi`."""

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/api/v1/events/message"
        self._headers = {"authorization": route.key}

    def question(self, message_id: str, at: float) -> Call:
        begin = datetime.fromtimestamp(at - RETENTION, UTC).strftime("%Y-%m-%dT%H:%MZ")
        query = {"campaigns": own_id(message_id), "from": begin, "per_page": "10"}
        return Call("GET", f"{self._url}?{urlencode(query)}", self._headers)

    def found(self, answer: Answer, message_id: str) -> bool | None:
        reply = decoded(answer.body, _Reply)
        if reply is None:
            return None
        if not reply.results:
            return False
        own = own_id(message_id)
        return True if any(event.campaign_id == own for event in reply.results) else None
