"""Web Push: a request to the push service of a customer's browser (RFC 8030).

Beside `default` the address may name one host on loopback, which is then the only push service.
`Topic` is the message's id: what is sent again before it was shown takes the place of the first.
A push service cannot be asked, so that a doubt stays one.
"""

import os
from collections.abc import Callable
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from twofifty.adapters.alerts.gateway import Dispatch
from twofifty.adapters.alerts.url import FORMS
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, Call, Said, Unfit
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.adapters.webpush.encrypted import CURVE, SALT, encrypted
from twofifty.adapters.webpush.subscription import Subscription, is_service, read
from twofifty.adapters.webpush.vapid import vapid_of

TTL: Final = 86_400.0
TOPIC: Final = 32
"""RFC 8030 5.4."""

# RFC 8030 and RFC 8292 name the statuses; there are no other codes.
_RULES: Final = Rules(
    about={
        "400": "message",
        "401": "route",
        "403": "route",
        "404": "recipient",
        "410": "recipient",
        "413": "message",
    },
    later=frozenset({"429"}),
)


class Shown(msgspec.Struct, frozen=True):
    """What the shop's service worker gets. `tag`: shown under it, a second one replaces it."""

    title: str
    body: str
    tag: str
    url: str | None
    lang: str
    kind: str


class WebPush:
    """See `alerts.gateway.Gateway`."""

    rules = _RULES

    def __init__(
        self, route: ApiRoute, callback: str = "", random: Callable[[int], bytes] = os.urandom
    ) -> None:
        """Raises SettingsError: the key file."""
        self._vapid = vapid_of(route.options["key"], route.options["subject"])
        self._ttl = str(int(route.number("ttl", TTL)))
        self._random = random
        own = route.host == FORMS["webpush"].host
        self._allowed = is_service if own else route.url.__eq__

    def call(self, dispatch: Dispatch) -> Call | Unfit:
        browser = read(dispatch.envelope.recipient, self._allowed)
        if browser is None:
            return Unfit("The push subscription is none of a known push service.", "recipient")
        body = self._body(dispatch, browser)
        if body is None:
            return Unfit("The push subscription has no usable key.", "recipient")
        headers = {
            "content-type": "application/octet-stream",
            "content-encoding": "aes128gcm",
            "ttl": self._ttl,
            "urgency": "normal",
            "topic": dispatch.envelope.message_id[:TOPIC],
            "authorization": self._vapid.authorization(browser.origin, dispatch.at),
        }
        return Call("POST", browser.endpoint, headers, body)

    def said(self, answer: Answer) -> Said:
        if 200 <= answer.status < 300:
            return Said("push")
        return Said(code=str(answer.status))

    def _body(self, dispatch: Dispatch, browser: Subscription) -> bytes | None:
        said = dispatch.alert
        shown = Shown(said.title, said.news, said.id, said.url, said.locale, said.kind)
        own = ec.generate_private_key(CURVE)
        keys = (browser.point, browser.secret)
        try:
            return encrypted(msgspec.json.encode(shown), keys, own, self._random(SALT))
        except ValueError:
            return None
