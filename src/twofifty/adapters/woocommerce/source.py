"""WooCommerce's webhooks (https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks).

A body is a bare order; proxies, apps and recordings wrap it (`{"data"}`, `{"order"}`, batches with
`create` and `update`). Subscriptions, refunds, customers, products, coupons and notes are ignored.
"""

import re

from twofifty.adapters.woocommerce.legacy import modern
from twofifty.adapters.woocommerce.order import read_order
from twofifty.errors import BadInput, Problem
from twofifty.intake import loose, signature, strict
from twofifty.intake.ports import Hook, Stated
from twofifty.order.events import EventType, Ignored, OrderEvent

_TYPES: dict[str, EventType] = {"order.created": "order.placed"}
_ENVELOPES = ("data", "order", "orders", "create", "update", "response", "jsonBody")
_MARKS = (
    ("billing_period", "subscription"),
    ("refunded_by", "refund"),
    ("refunded_payment", "refund"),
    ("regular_price", "product"),
    ("avatar_url", "customer"),
    ("delivery_url", "webhook"),
    ("discount_type", "coupon"),
    ("customer_note", "note"),
)
_PING = re.compile(rb"webhook_id=\d{1,12}")
_MOST_LEVELS = 5


class WooCommerce:
    """A Source: see `intake.ports`."""

    def verified(self, hook: Hook, secrets: tuple[str, ...]) -> bool:
        """As the port says; but the ping that saving a webhook sends (`webhook_id=1`, a form) is
        never signed, says nothing, and is believed: refused, the webhook could not be saved."""
        given = hook.headers.get("x-wc-webhook-signature")
        if given is None and _PING.fullmatch(hook.body):
            return True
        return signature.hmac_sha256_base64(hook.body, given, secrets)

    def event_id(self, hook: Hook) -> str | None:
        """None, so that the content decides. `X-WC-Webhook-Delivery-ID` is a hash of the webhook
        and the second (WC_Webhook::get_new_delivery_id): two orders in one second share it, and
        nothing is ever delivered twice under it, for WooCommerce does not retry."""
        return None

    def topic(self, hook: Hook) -> str:
        return hook.headers.get("x-wc-webhook-topic", "").strip()[:100]

    def read(self, hook: Hook, stated: Stated) -> tuple[OrderEvent, ...] | Ignored:
        if _PING.fullmatch(hook.body):
            return Ignored("a ping: the webhook was saved")
        topic = self.topic(hook)
        document = strict.tree(hook.body)
        if topic == "order.deleted" or topic.startswith(("customer.", "product.", "coupon.")):
            return Ignored(f"{topic} carries no order")
        found = _orders(document, _MOST_LEVELS)
        if not found:
            return _nothing(document, topic)
        kind = _TYPES.get(topic, "order.updated")
        orders = loose.usable(
            document, lambda: [read_order(modern(each), stated) for each in found]
        )
        return tuple(OrderEvent(type=kind, order=order) for order in orders)


def _orders(node: object, levels: int) -> list[dict[str, object]]:
    """The orders in a document, through whatever wraps them."""
    if levels and isinstance(node, list):
        return [order for each in node for order in _orders(each, levels - 1)]
    if not levels or not isinstance(node, dict):
        return []
    if _is_order(node):
        return [node]
    wrapped = (node[word] for word in _ENVELOPES if word in node)
    return [order for each in wrapped for order in _orders(each, levels - 1)]


def _is_order(body: dict[str, object]) -> bool:
    """An order has lines, a total and a status; a subscription has a billing period besides."""
    return (
        "line_items" in body
        and "total" in body
        and "status" in body
        and "billing_period" not in body
    )


def _nothing(document: object, topic: str) -> Ignored:
    """A body without an order is ignored, but not where the topic promised one: a webhook whose
    user may not view orders sends an error in the order's place."""
    kind = _kind(document)
    if not isinstance(document, dict | list) or (topic.startswith("order.") and kind is None):
        message = "send the order as WooCommerce does; may the webhook's user view orders?"
        raise BadInput(422, "there is no order in the body", (Problem("body", message),))
    return Ignored(f"no order in it: {kind}" if kind else "no order in it")


def _kind(document: object) -> str | None:
    """What a body, or the first of a list, is by a field that only it has."""
    inner = document.get("data", document) if isinstance(document, dict) else document
    first = next(iter(loose.items(inner if isinstance(inner, list) else [inner])), {})
    return next((kind for field, kind in _MARKS if field in first), None)
