"""Mollie's API: orders, payments, payment links and next-gen webhooks.

https://docs.mollie.com/reference. Lists are newest first and know only when something was created;
webhook subscriptions need an organization access token in place of a profile's API key.
"""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

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
)

API = "https://api.mollie.com/v2"
_MOST = "250"
_PAID_LATER = timedelta(days=1)


class MollieShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = (
        "payment.paid",
        "payment.authorized",
        "payment.pending",
        "payment.failed",
        "payment.canceled",
        "payment.expired",
        "payment-link.paid",
        "refund.pending",
        "refund.processing",
        "refund.refunded",
    )

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """A payment link leads to the payment that paid it, and that to its order."""
        if order_id.startswith("pl_"):
            order_id = yield from _paid_with(access, order_id)
        if order_id.startswith("ord_"):
            return (yield from _order(access, order_id))
        reply = yield _ask(access, path("payments", order_id or "none", embed="refunds"))
        found = strict.reply(reply.body) if reply.status != 404 else None
        if not isinstance(found, dict):
            return None
        payment = Node(found)
        above = payment.key("orderId")
        if above and access.options.get("orders_from") != "payment":
            return (yield from _order(access, above))
        customer = payment.key("customerId")
        if customer and not payment.raw("billingAddress.email"):
            known = yield _ask(access, path("customers", customer))
            if known.status != 404:
                inside = {**_mapping(found.get("_embedded")), "customer": strict.reply(known.body)}
                found = {**found, "_embedded": inside}
        return document(found)

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """Ends at what was created a day before: what is paid later than that comes by webhook."""
        kind = "payments" if access.options.get("orders_from") == "payment" else "orders"
        reply = yield _ask(access, path(kind, **{"limit": _MOST, "from": cursor}))
        node = Node(strict.reply(reply.body))
        found = node.each(f"_embedded.{kind}")
        oldest = found[-1].moment("createdAt") if found else None
        ended = oldest is None or oldest < since - _PAID_LATER
        documents = tuple(document(each.value) for each in found)
        return Page(documents, None if ended else _next(node))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        reply = yield _ask(access, path("webhooks", limit=_MOST))
        return tuple(
            Registered(
                id=each.needed_key("id"),
                topic=topic,
                url=each.text("url") or "",
                active=each.text("status") in (None, "enabled"),
            )
            for each in Node(strict.reply(reply.body)).each("_embedded.webhooks")
            for topic in each.texts("eventTypes")
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """One subscription for all topics; Mollie makes its secret and tells it only now."""
        wanted = {"name": "twofifty", "url": url, "eventTypes": topics}
        reply = yield _ask(access, path("webhooks"), msgspec.json.encode(wanted))
        return (Node(strict.reply(reply.body)).needed_key("webhookSecret"),)


def _order(access: Access, order_id: str) -> Dialogue[bytes | None]:
    embedded = "payments,refunds,shipments"
    reply = yield _ask(access, path("orders", order_id, embed=embedded))
    return None if reply.status == 404 else reply.body


def _paid_with(access: Access, link: str) -> Dialogue[str]:
    reply = yield _ask(access, path("payment-links", link, "payments"))
    listed = Node(strict.reply(reply.body)).each("_embedded.payments")
    paid = [each for each in listed if each.text("status") in ("paid", "authorized")]
    return paid[0].needed_key("id") if paid else ""


def _next(node: Node) -> str | None:
    """The id that the next page begins with, out of the link to it."""
    link = node.url("_links.next.href")
    named = parse_qs(urlsplit(link).query).get("from") if link else None
    return named[0] if named else None


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _ask(access: Access, where: str, body: bytes = b"") -> Ask:
    headers = bearer(access.key)
    if body:
        headers["content-type"] = "application/json"
    return Ask((access.url or API) + where, "POST" if body else "GET", headers, body)
