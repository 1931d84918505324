"""SendGrid: `GET /v3/messages` by custom argument (the Email Activity Feed API).

The account must have bought additional activity history; without it the answer is a 4xx, which is
"not known". Six requests a minute are allowed.
"""

from urllib.parse import urlencode

import msgspec

from twofifty.adapters.mail_api.body import decoded
from twofifty.adapters.mail_api.lookup import own_id
from twofifty.adapters.mail_api.mail import OWN_ID, Answer, Call
from twofifty.adapters.mail_api.url import ApiRoute


class _Message(msgspec.Struct):
    msg_id: str = ""


class _Reply(msgspec.Struct):
    messages: list[_Message]


class SendGridSearch:
    """See `mail_api.api.LookupApi`. Activity calls custom arguments `unique_args`."""

    def __init__(self, route: ApiRoute) -> None:
        self._route = route

    def question(self, message_id: str, at: float) -> Call:
        query = {"limit": "1", "query": f"(unique_args['{OWN_ID}']=\"{own_id(message_id)}\")"}
        headers = {"authorization": f"Bearer {self._route.key}"}
        return Call("GET", f"{self._route.url}/v3/messages?{urlencode(query)}", headers)

    def found(self, answer: Answer, message_id: str) -> bool | None:
        reply = decoded(answer.body, _Reply)
        return None if reply is None else any(message.msg_id for message in reply.messages)
