"""Paddle's API: transactions with their customers, and notification destinations.

https://developer.paddle.com/api-reference. Live and sandbox accounts have hosts of their own.
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

API = "https://api.paddle.com"
SANDBOX = "https://sandbox-api.paddle.com"
_INCLUDED = "address,adjustments,business,customer,discount"
_PLACED = "billed,paid,completed,canceled,past_due"
_MOST = "30"


class PaddleShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = (
        "transaction.billed",
        "transaction.paid",
        "transaction.completed",
        "transaction.canceled",
        "transaction.past_due",
        "transaction.revised",
        "adjustment.created",
        "adjustment.updated",
    )

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        reply = yield _ask(access, path("transactions", order_id, include=_INCLUDED))
        return None if reply.status == 404 else reply.body

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """An adjustment does not change its transaction: refunds come by webhook."""
        asked = {
            "updated_at[GTE]": stamp(since),
            "order_by": "updated_at[ASC]",
            "status": _PLACED,
            "per_page": _MOST,
            "include": _INCLUDED,
            "after": cursor,
        }
        reply = yield _ask(access, path("transactions", **asked))
        node = Node(strict.reply(reply.body))
        found = node.each("data")
        more = node.true("meta.pagination.has_more") and found
        return Page(
            tuple(document(each.value) for each in found),
            found[-1].needed_key("id") if more else None,
        )

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """At most ten destinations are active."""
        reply = yield _ask(access, path("notification-settings"))
        return tuple(
            Registered(
                id=each.needed_key("id"),
                topic=topic,
                url=each.text("destination") or "",
                active=each.stated("active") is not False,
            )
            for each in Node(strict.reply(reply.body)).each("data")
            for subscribed in each.each("subscribed_events")
            if (topic := subscribed.text("name"))
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """One destination for all topics; Paddle makes its secret."""
        wanted = {
            "description": "twofifty",
            "type": "url",
            "destination": url,
            "api_version": 1,
            "subscribed_events": topics,
        }
        reply = yield _ask(access, path("notification-settings"), msgspec.json.encode(wanted))
        return (Node(strict.reply(reply.body)).needed_key("data.endpoint_secret_key"),)


def _ask(access: Access, where: str, body: bytes = b"") -> Ask:
    sandbox = access.options.get("sandbox", "").lower() in ("yes", "true", "1")
    headers = {**bearer(access.key), "paddle-version": "1"}
    if body:
        headers["content-type"] = "application/json"
    base = access.url or (SANDBOX if sandbox else API)
    return Ask(base + where, "POST" if body else "GET", headers, body)
