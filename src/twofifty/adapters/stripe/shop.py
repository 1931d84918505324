"""Stripe's API: Checkout Sessions (or what else the orders are) and webhook endpoints.

https://docs.stripe.com/api. Its version is stated with every request, so that the answers have the
shape that is read here, whatever the account's own. Lists are newest first and know only when an
object was created: a session is completed up to a day later, so the listing begins a day earlier.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from twofifty.intake import loose, strict
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

API = "https://api.stripe.com/v1"
VERSION = "2025-03-31.basil"
_SESSION = (
    "line_items.data.price.product",
    "payment_intent.latest_charge.refunds",
    "invoice.payments",
    "shipping_cost.shipping_rate",
    "total_details.breakdown",
    "discounts.promotion_code",
)
# By the start of an id: where the object is asked for, what is expanded, where its lines are.
_OBJECTS = {
    "pi_": (("payment_intents",), ("latest_charge.refunds",), ""),
    "in_": (("invoices",), ("payments",), "lines"),
    "cs_": (("checkout", "sessions"), _SESSION, "line_items"),
}
# By `orders_from`: what is listed, and what is expanded in each (at most four levels).
_LISTED = {
    "payment_intent": (("payment_intents",), ("data.latest_charge.refunds",)),
    "invoice": (("invoices",), ("data.payments",)),
    "checkout": (
        ("checkout", "sessions"),
        ("data.line_items", "data.payment_intent.latest_charge", "data.total_details.breakdown"),
    ),
}
_SESSION_LIFE = timedelta(days=1)
_MOST = "100"
_MOST_PAGES = 10


class StripeShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = (
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "payment_intent.amount_capturable_updated",
        "payment_intent.succeeded",
        "payment_intent.processing",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
        "charge.captured",
        "charge.refunded",
        "charge.updated",
        "refund.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_failed",
        "invoice.voided",
    )

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """The object with all of its lines, of which Stripe sends the first ten with it."""
        where, expanded, name = _OBJECTS.get(order_id[:3], _OBJECTS["cs_"])
        reply = yield _ask(access, path(*where, order_id, **_expand(expanded)))
        found = strict.reply(reply.body) if reply.status != 404 else None
        if not isinstance(found, dict):
            return None
        listed = found.get(name)
        if isinstance(listed, dict) and Node(listed).true("has_more"):
            listed["data"] = yield from _all_lines(access, (*where, order_id, name))
            listed["has_more"] = False
        return document(found)

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        where, expanded = _LISTED.get(access.options.get("orders_from", ""), _LISTED["checkout"])
        begin = str(int((since - _SESSION_LIFE).timestamp()))
        asked = {"limit": _MOST, "created[gte]": begin, "starting_after": cursor}
        reply = yield _ask(access, path(*where, **asked, **_expand(expanded)))
        node = Node(strict.reply(reply.body))
        found = node.each("data")
        more = node.true("has_more") and found
        return Page(
            tuple(document(each.value) for each in found),
            found[-1].needed_key("id") if more else None,
        )

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """An endpoint for `*` takes every topic. An account has 16 endpoints at most."""
        reply = yield _ask(access, path("webhook_endpoints", limit=_MOST))
        return tuple(
            Registered(
                id=each.needed_key("id"),
                topic=topic,
                url=each.text("url") or "",
                active=each.text("status") != "disabled",
            )
            for each in Node(strict.reply(reply.body)).each("data")
            for topic in self._topics(each)
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """One endpoint for all topics; Stripe makes its secret and tells it only now."""
        form = [("url", url), ("api_version", VERSION), *(("enabled_events[]", t) for t in topics)]
        reply = yield _ask(access, path("webhook_endpoints"), urlencode(form).encode())
        return (Node(strict.reply(reply.body)).needed_key("secret"),)

    def _topics(self, endpoint: Node) -> tuple[str, ...]:
        named = endpoint.texts("enabled_events")
        return self.topics if "*" in named else tuple(named)


def _all_lines(access: Access, where: tuple[str, ...]) -> Dialogue[list[object]]:
    lines: list[Node] = []
    expanded = _expand(("data.price.product",) if where[-1] == "line_items" else ())
    for _ in range(_MOST_PAGES):
        after = lines[-1].needed_key("id") if lines else ""
        reply = yield _ask(access, path(*where, limit=_MOST, starting_after=after, **expanded))
        node = Node(strict.reply(reply.body))
        lines += node.each("data")
        if not node.true("has_more"):
            return [each.value for each in lines]
    raise loose.Unreadable(None, f"an order has at most {_MOST_PAGES * int(_MOST):,} lines")


def _expand(paths: tuple[str, ...]) -> dict[str, str]:
    return {f"expand[{at}]": each for at, each in enumerate(paths)}


def _ask(access: Access, where: str, form: bytes = b"") -> Ask:
    headers = {**bearer(access.key), "stripe-version": VERSION}
    if account := access.options.get("account"):
        headers["stripe-account"] = account
    if form:
        headers["content-type"] = "application/x-www-form-urlencoded"
    return Ask((access.url or API) + where, "POST" if form else "GET", headers, form)
