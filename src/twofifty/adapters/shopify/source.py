"""Shopify's webhooks (https://shopify.dev/docs/apps/build/webhooks) as canonical events.

A body is a bare order, or wrapped as the REST API does (`{"order"}`, `{"orders"}`). What carries no
order (refunds, fulfilments, customers, products, drafts, checkouts, edits by difference) is
ignored with a reason: the order's own `orders/updated` brings their truth.
"""

from twofifty.adapters.shopify.order import read_order
from twofifty.errors import BadInput, Problem
from twofifty.intake import loose, signature, strict
from twofifty.intake.ports import Hook, Stated
from twofifty.order.events import EventType, Ignored, OrderEvent

_TYPES: dict[str, EventType] = {
    "orders/create": "order.placed",
    "orders/paid": "payment.paid",
    "orders/cancelled": "order.cancelled",
    "orders/fulfilled": "shipment.created",
    "orders/partially_fulfilled": "shipment.created",
}
_CARRY_NO_ORDER = ("orders/delete", "orders/edited", "orders/risk_assessment_changed")
_GLOBAL_ID = "gid://shopify/"


class Shopify:
    """A Source: see `intake.ports`."""

    def verified(self, hook: Hook, secrets: tuple[str, ...]) -> bool:
        given = hook.headers.get("x-shopify-hmac-sha256")
        return signature.hmac_sha256_base64(hook.body, given, secrets)

    def event_id(self, hook: Hook) -> str | None:
        """Shopify names `X-Shopify-Event-Id` as the mark of duplicates. One event may be told under
        several topics and, in bulk, of several orders: both belong to the key. Of
        `X-Shopify-Webhook-Id` nothing is promised; without an event id the content decides.
        """
        event = hook.headers.get("x-shopify-event-id", "").strip()
        about = hook.headers.get("x-shopify-order-id", "").strip()
        return ":".join(filter(None, (event, self.topic(hook), about)))[:300] if event else None

    def topic(self, hook: Hook) -> str:
        return hook.headers.get("x-shopify-topic", "").strip()[:100]

    def read(self, hook: Hook, stated: Stated) -> tuple[OrderEvent, ...] | Ignored:
        document = strict.tree(hook.body)
        topic = self.topic(hook)
        if topic and (not topic.startswith("orders/") or topic in _CARRY_NO_ORDER):
            return Ignored(f"{topic} carries no order")
        found = _orders(document, topic)
        if isinstance(found, Ignored):
            return found
        kind = _TYPES.get(topic, "order.updated")
        orders = loose.usable(document, lambda: [read_order(each, stated) for each in found])
        return tuple(OrderEvent(type=kind, order=order) for order in orders)


def _orders(document: object, topic: str) -> list[dict[str, object]] | Ignored:
    """The orders in a document: bare, wrapped, or listed; else why there are none."""
    if isinstance(document, dict):
        if isinstance(document.get("order"), dict):
            return [loose.mapping(document["order"])]
        if isinstance(document.get("orders"), list):
            return loose.items(document["orders"]) or Ignored("a list without orders")
        if _is_order(document, topic):
            return [document]
        if kind := _kind(document):
            return Ignored(f"no order in it: {kind}")
    elif isinstance(document, list) and document:
        listed = loose.items(document)
        if listed and all(_is_order(each, topic) for each in listed):
            return listed
    return _nothing(document, topic)


def _is_order(body: dict[str, object], topic: str) -> bool:
    kind = _gid_kind(body)
    if "line_items" not in body or kind not in (None, "order"):
        return False
    known = "financial_status" in body or "order_number" in body or kind == "order"
    return known or (topic != "" and "total_price" in body)


def _kind(body: dict[str, object]) -> str | None:
    """What a body that is no order is: by its global id, by the one word that wraps it, or by the
    order it points to."""
    if kind := _gid_kind(body):
        return kind
    wrapped = [name for name, value in body.items() if isinstance(value, dict | list)]
    if len(body) == 1 and wrapped:
        return wrapped[0].replace("_", " ")[:60]
    return "part of an order" if "order_id" in body else None


def _gid_kind(body: dict[str, object]) -> str | None:
    found = body.get("admin_graphql_api_id")
    if not isinstance(found, str) or not found.startswith(_GLOBAL_ID):
        return None
    return found.removeprefix(_GLOBAL_ID).partition("/")[0].lower()[:60]


def _nothing(document: object, topic: str) -> Ignored:
    """A body without an order is ignored, but not where the topic promised one."""
    if not topic and isinstance(document, dict | list):
        return Ignored("no order in it")
    message = "send the order as Shopify does, with its id, currency, total_price and line_items"
    raise BadInput(422, "there is no order in the body", (Problem("body", message),))
