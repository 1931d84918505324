"""Squarespace's Commerce API, version 1.0: orders and webhook subscriptions.

https://developers.squarespace.com/commerce-apis. An API key reads orders; webhook subscriptions
need an OAuth access token. Requests without a User-Agent are refused.
"""

from datetime import datetime

import msgspec

from twofifty.intake import strict
from twofifty.intake.node import Node
from twofifty.intake.shop import (
    Access,
    Ask,
    Dialogue,
    Page,
    Registered,
    bearer,
    document,
    path,
    stamp,
)

API = "https://api.squarespace.com/1.0"


class SquarespaceShop:
    """A Shop: see `intake.shop`."""

    topics = ("order.create", "order.update")

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        reply = yield _ask(access, path("commerce", "orders", order_id))
        return None if reply.status == 404 else reply.body

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor stands alone; the window must have both ends."""
        window = {"modifiedAfter": stamp(since), "modifiedBefore": "2200-01-01T00:00:00Z"}
        asked = {"cursor": cursor} if cursor else window
        reply = yield _ask(access, path("commerce", "orders", **asked))
        node = Node(strict.reply(reply.body))
        documents = tuple(document(each.value) for each in node.each("result"))
        return Page(documents, node.text("pagination.nextPageCursor"))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        reply = yield _ask(access, path("webhook_subscriptions"))
        return tuple(
            Registered(each.needed_key("id"), topic, each.text("endpointUrl") or "")
            for each in Node(strict.reply(reply.body)).each("webhookSubscriptions")
            for topic in each.texts("topics")
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """One subscription for all topics; Squarespace makes its secret."""
        body = msgspec.json.encode({"endpointUrl": url, "topics": topics})
        reply = yield _ask(access, path("webhook_subscriptions"), body)
        return (Node(strict.reply(reply.body)).needed_key("secret"),)


def _ask(access: Access, where: str, body: bytes = b"") -> Ask:
    headers = {**bearer(access.key), "user-agent": "twofifty", "content-type": "application/json"}
    return Ask((access.url or API) + where, "POST" if body else "GET", headers, body)
