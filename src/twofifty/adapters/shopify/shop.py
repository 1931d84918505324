"""Shopify's Admin REST API (https://shopify.dev/docs/api/admin-rest): orders and webhooks.

`key` is an access token; or, with `secret`, an app's client id, for which a token is made (client
credentials grant, lives 24 hours). Scopes: `read_orders`, `read_all_orders` for orders over 60 days
old, `read_fulfillments`. Webhooks that were made in the admin are not listed here; those that an
app made are deleted after eight failures in a row.
"""

import re
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from twofifty.intake import loose, strict
from twofifty.intake.node import Node
from twofifty.intake.shop import (
    Access,
    Ask,
    Dialogue,
    Page,
    Registered,
    Reply,
    document,
    path,
    stamp,
)

_API = ("admin", "api", "2026-07")
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_PER_PAGE = "50"  # an order has seldom over 30 KiB
_LOOKED_AT = "5"
_NEXT = re.compile(r'<([^>]*)>;\s*rel="?next')


class ShopifyShop:
    """A Shop: see `intake.shop`."""

    signs_with: Literal["app"] = "app"
    own_mails_at = "Settings, Notifications, Customer notifications"
    topics: tuple[str, ...] = (
        "orders/create",
        "orders/updated",
        "orders/cancelled",
        "refunds/create",
        "fulfillments/create",
        "fulfillments/update",
    )

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """With its refunds and fulfilments."""
        reply = yield from _asked(access, path(*_API, "orders", f"{order_id}.json"))
        return None if reply.status == 404 else reply.body

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor stands for everything that was asked first, but for the size of a page."""
        first = {"status": "any", "order": "updated_at asc", "updated_at_min": stamp(since)}
        asked = {"page_info": cursor} if cursor else first
        reply = yield from _asked(access, path(*_API, "orders.json", limit=_PER_PAGE, **asked))
        orders = _listed(reply, "orders")
        return Page(tuple(document({"order": each.value}) for each in orders), _following(reply))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        reply = yield from _asked(access, path(*_API, "webhooks.json", limit="250"))
        return tuple(
            Registered(each.needed_key("id"), each.text("topic") or "", each.text("address") or "")
            for each in _listed(reply, "webhooks")
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """A webhook for each topic. They are signed with the app's client secret."""
        for topic in topics:
            webhook = {"topic": topic, "address": url, "format": "json"}
            body = msgspec.json.encode({"webhook": webhook})
            yield from _asked(access, path(*_API, "webhooks.json"), body)
        return (access.secret,) if access.secret else ()

    def own_confirmation(self, access: Access) -> Dialogue[bool | None]:
        """No setting says it; the events of the newest orders do, where a mail has left."""
        newest = path(*_API, "orders.json", limit=_LOOKED_AT, status="any", fields="id")
        for order in _listed((yield from _asked(access, newest)), "orders"):
            events = path(*_API, "orders", order.needed_key("id"), "events.json", limit="250")
            reply = yield from _asked(access, events)
            if any(_confirms(event) for event in _listed(reply, "events")):
                return True
        return None


def _confirms(event: Node) -> bool:
    """`Order confirmation email was sent to the customer.` (Admin API, Event, `mail_sent`)."""
    message = (event.text("message") or "").lower()
    return event.text("verb") == "mail_sent" and message.startswith("order confirmation")


def _asked(access: Access, where: str, body: bytes = b"") -> Dialogue[Reply]:
    token = yield from _token(access)
    headers = {"x-shopify-access-token": token, "content-type": _JSON}
    return (yield Ask(where, "POST" if body else "GET", headers, body))


def _token(access: Access) -> Dialogue[str]:
    if not access.secret:
        return access.key
    grant = {"grant_type": "client_credentials"}
    form = urlencode({**grant, "client_id": access.key, "client_secret": access.secret}).encode()
    headers = {"content-type": _FORM}
    reply = yield Ask(path("admin", "oauth", "access_token"), "POST", headers, form, keep="token")
    return Node(strict.reply(reply.body)).needed_key("access_token")


def _listed(reply: Reply, name: str) -> list[Node]:
    """The items of a listing; Unreadable where there is none (404: another API than Shopify's)."""
    found = Node(strict.reply(reply.body))
    if name not in found:
        raise loose.Unreadable(None, f"a listing of {name} must be there")
    return found.each(name)


def _following(reply: Reply) -> str | None:
    """The `page_info` of the next page, from the Link header."""
    found = _NEXT.search(reply.headers.get("link", ""))
    return parse_qs(urlsplit(found[1]).query).get("page_info", [None])[0] if found else None
