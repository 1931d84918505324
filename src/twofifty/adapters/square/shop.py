"""Square's API: orders with their customer, payments and refunds; webhook subscriptions.

https://developer.squareup.com/reference/square. `api_key` is an access token. Orders are searched
by location: those of the option `locations`, else all that the token knows. Sales at the till have
no `version` and are left out, as their webhooks are, unless `orders_from = "payments"`.
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

API = "https://connect.squareup.com"
VERSION = "2025-01-23"
# A page, and its orders' customers and payments, must stay within the requests of one dialogue.
_AT_ONCE = 7
_MOST_PAYMENTS = 3
_MOST_LOCATIONS = 10


class SquareShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = (
        "order.created",
        "order.updated",
        "order.fulfillment.updated",
        "payment.created",
        "payment.updated",
        "refund.created",
        "refund.updated",
    )

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        found = yield from _get(access, path("v2", "orders", order_id))
        return None if found is None else (yield from _whole(access, found.at("order")))

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        asked = {
            "location_ids": (yield from _locations(access)),
            "limit": _AT_ONCE,
            "query": {
                "filter": {"date_time_filter": {"updated_at": {"start_at": stamp(since)}}},
                "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"},
            },
            **({"cursor": cursor} if cursor else {}),
        }
        reply = yield _ask(access, path("v2", "orders", "search"), asked)
        found = Node(strict.reply(reply.body))
        tills = access.options.get("orders_from") == "payments"
        documents: tuple[bytes, ...] = ()
        for order in found.each("orders"):
            if tills or "version" in order:
                documents += ((yield from _whole(access, order)),)
        return Page(documents, found.text("cursor"))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        found = yield from _get(access, path("v2", "webhooks", "subscriptions"))
        return tuple(
            Registered(
                each.needed_key("id"),
                topic,
                each.text("notification_url") or "",
                active=each.stated("enabled") is not False,
            )
            for each in (found or Node({})).each("subscriptions")
            for topic in each.texts("event_types")
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """One subscription for all topics; Square makes its key."""
        wanted = {"name": "twofifty", "event_types": topics, "notification_url": url}
        where = path("v2", "webhooks", "subscriptions")
        reply = yield _ask(access, where, {"subscription": wanted})
        return (Node(strict.reply(reply.body)).needed_key("subscription.signature_key"),)


def _ask(access: Access, where: str, body: object = None) -> Ask:
    headers = {**bearer(access.key), "square-version": VERSION, "content-type": "application/json"}
    content = b"" if body is None else msgspec.json.encode(body)
    return Ask((access.url or API) + where, "GET" if body is None else "POST", headers, content)


def _get(access: Access, where: str) -> Dialogue[Node | None]:
    """A document; None where there is none."""
    reply = yield _ask(access, where)
    return None if reply.status == 404 else Node(strict.reply(reply.body))


def _locations(access: Access) -> Dialogue[list[str]]:
    named = access.options.get("locations", "").replace(",", " ").split()
    if named:
        return named[:_MOST_LOCATIONS]
    found = yield from _get(access, path("v2", "locations"))
    listed = (found or Node({})).each("locations")
    return [each.needed_key("id") for each in listed if each.text("status") != "INACTIVE"][
        :_MOST_LOCATIONS
    ]


def _whole(access: Access, order: Node) -> Dialogue[bytes]:
    """The order with its customer, its payments and their refunds beside it."""
    beside: dict[str, object] = {"order": order.value}
    if customer_id := order.key("customer_id"):
        found = yield from _get(access, path("v2", "customers", customer_id))
        beside["customer"] = found and found.raw("customer")
    payments: list[object] = []
    refunds: list[object] = []
    for tender in order.each("tenders")[:_MOST_PAYMENTS]:
        if payment_id := tender.key("payment_id|id"):
            payment = yield from _get(access, path("v2", "payments", payment_id))
            payments += [payment.raw("payment")] if payment else []
            refunds += (yield from _refunds(access, payment)) if payment else []
    return document({**beside, "payments": payments, "refunds": refunds})


def _refunds(access: Access, payment: Node) -> Dialogue[list[object]]:
    found = []
    for refund_id in payment.at("payment").texts("refund_ids")[:_MOST_PAYMENTS]:
        refund = yield from _get(access, path("v2", "refunds", refund_id))
        found += [refund.raw("refund")] if refund else []
    return found
