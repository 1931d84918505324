"""Shopify's webhooks (https://shopify.dev/docs/api/webhooks) and Admin API as news of orders.

A body is a bare resource, or wrapped as the REST API does (`{"order"}`, `{"orders"}`), or a reply
of the GraphQL API; queues and recordings put an envelope around it (EventBridge: `detail`,
`payload`). Refunds and fulfilments are parts of an order; edits by difference, transactions
and fulfilment events only say that there is more to ask. Drafts and checkouts are never orders,
also completed ones: the order that comes of them has a webhook of its own.
"""

from twofifty.adapters.shopify import graphql, money, parts
from twofifty.adapters.shopify.order import read_order
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Hook, Stated
from twofifty.intake.signature import Hashed
from twofifty.intake.wrapping import opened
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer

_TYPES: dict[str, EventType] = {
    "orders/create": "order.placed",
    "orders/paid": "payment.paid",
    "orders/cancelled": "order.cancelled",
    "orders/fulfilled": "shipment.created",
    "orders/partially_fulfilled": "shipment.created",
}
_CARRY_NO_ORDER = ("orders/delete", "orders/risk_assessment_changed")
# What a topic's body is, where it is not an order.
_PARTS = {
    "orders/edited": "order edit",
    "refunds/create": "refund",
    "fulfillments/create": "fulfillment",
    "fulfillments/update": "fulfillment",
    "fulfillment_events/create": "fulfillment event",
    "order_transactions/create": "transaction",
}
_KINDS = {"order", "order in part", *_PARTS.values()}
_ID = "id|legacy_resource_id"
_ENVELOPES = ("detail", "payload", "body", "json", "result", "response")
# Where an envelope keeps the webhook's topic.
_TOPIC = (
    "detail.metadata.X-Shopify-Topic|headers.x-shopify-topic|0.headers.x-shopify-topic"
    "|headers.X-Shopify-Topic|topic"
)
_MOVED: dict[str, EventType] = {
    "sale": "payment.paid",
    "capture": "payment.paid",
    "authorization": "payment.authorized",
    "refund": "order.refunded",
}
_ON_ITS_WAY: dict[str, EventType] = {
    "delivered": "shipment.delivered",
    "delayed": "shipment.delayed",
    "cancelled": "order.updated",
}


class Shopify(Platform):
    """A Source: see `intake.ports`."""

    signature = Hashed(header="x-shopify-hmac-sha256")
    topic_header = "x-shopify-topic"
    event_header = "x-shopify-event-id"

    def event_id(self, hook: Hook) -> str | None:
        """Shopify names `X-Shopify-Event-Id` as the mark of duplicates. One event may be told under
        several topics and, in bulk, of several orders: both belong to the key. Of
        `X-Shopify-Webhook-Id` nothing is promised; without an event id the content decides.
        """
        event = super().event_id(hook)
        about = hook.headers.get("x-shopify-order-id", "").strip()
        return ":".join(filter(None, (event, self.topic(hook), about)))[:300] if event else None

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        known = topic.startswith("orders/") or topic in _PARTS
        if topic and (not known or topic in _CARRY_NO_ORDER):
            return Ignored(f"{topic} carries no order")
        documents = [Node(graphql.rest(each.value)) for each in opened(node.value, _ENVELOPES)]
        wrapped = [_unwrapped(each) for each in documents]
        found = [(_kind(body, word, topic), body) for word, bodies in wrapped for body in bodies]
        foreign = [kind for kind, _ in found if kind not in _KINDS]
        if foreign or not found:
            words = (*foreign, *(word for word, _ in wrapped))
            word = next(filter(None, words), "")
            return Ignored(f"no order in it: {word}") if word else no_order(node, topic, "orders/")
        told = topic or node.text(_TOPIC) or ""
        read = [_read(kind, body, told, stated) for kind, body in found]
        ignored = [each for each in read if isinstance(each, Ignored)]
        return tuple(each for each in read if not isinstance(each, Ignored)) or ignored[0]


def _unwrapped(node: Node) -> tuple[str, list[Node]]:
    """The resources in a document, and the one word around them ('' for none)."""
    value = node.value
    if isinstance(value, list):
        return "", node.each()
    if not isinstance(value, dict) or graphql.kind(node):
        return "", [node]
    for name in ("order", "orders", next(iter(value)) if len(value) == 1 else ""):
        inner, word = value.get(name), name.replace("_", " ")[:60]
        if isinstance(inner, dict) and name != "orders":
            return word, [Node(inner)]
        if isinstance(inner, list):
            single = word.removesuffix("s")
            return single if single in _KINDS else word, Node(inner).each()
    return "", [node]


def _kind(body: Node, wrapped: str, topic: str) -> str:
    """What a resource is: by its global id, by the topic, by what wraps it, by what only an order
    has; '' where nothing says it."""
    told = graphql.kind(body)
    if told not in ("", "order"):
        return "transaction" if told == "order transaction" else told
    named = _PARTS.get(topic) or wrapped
    if named not in ("", "order"):
        return named
    if "order_id" in body:
        return "part of an order"
    marked = named or told or "financial_status" in body or "order_number" in body
    chosen = topic and any(name in body for name in ("total_price", "updated_at", "line_items"))
    if not (marked or chosen):
        return ""
    if not topic and body.raw(_ID) is None:
        return "order without an id"
    return "order" if "line_items" in body and money.is_told(body) else "order in part"


def _read(kind: str, body: Node, topic: str, stated: Stated) -> News | Ignored:
    type_ = _TYPES.get(topic, "order.updated")
    if kind == "order":
        return OrderEvent(type=type_, order=read_order(body, stated))
    if kind == "order in part":
        return _in_part(body, type_, stated)
    order_id = body.key("order_id|order.id")
    if order_id is None:
        return Ignored(f"{topic or kind} names no order")
    if kind == "refund":
        return _refund(body, stated.name, order_id)
    if kind == "fulfillment":
        return _fulfillment(body, stated.name, order_id)
    return Pointer(type=_type(kind, body), source=stated.name, order_id=order_id)


def _in_part(body: Node, kind: EventType, stated: Stated) -> Pointer:
    """A webhook may be told to leave fields out (`include_fields`): without lines, what it says is
    what there is where nobody may ask for more."""
    told = "total_price" in body and "currency" in body
    order = read_order(body, stated) if told else None
    return Pointer(type=kind, source=stated.name, order_id=body.needed_key(_ID), order=order)


def _refund(body: Node, source: str, order_id: str) -> Amendment | Ignored:
    key = body.key("id")
    made = parts.refund(body, key) if key else None
    if made is None:
        return Ignored("a refund by which no money has gone back")
    return Amendment(
        type="order.refunded", source=source, order_id=order_id, at=made.at, refunds=(made,)
    )


def _fulfillment(body: Node, source: str, order_id: str) -> Amendment | Ignored:
    key = body.key("id")
    parcels = parts.parcels(body, key) if key else ()
    if not parcels:
        return Ignored("a fulfilment of which nothing has left")
    return Amendment(
        type=_ON_ITS_WAY.get(parts.status(body), "shipment.created"),
        source=source,
        order_id=order_id,
        at=body.moment("updated_at|created_at"),
        parcels=parcels,
    )


def _type(kind: str, body: Node) -> EventType:
    """What a hook that tells no facts is about, for the record."""
    status = (body.text("status") or "").lower()
    if kind == "transaction" and status in ("failure", "error"):
        return "payment.failed"
    told = _MOVED if kind == "transaction" else _ON_ITS_WAY
    return told.get((body.text("kind|status") or "").lower(), "order.updated")
