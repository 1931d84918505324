"""WooCommerce's webhooks (https://developer.woocommerce.com/docs/apis/rest-api/v3/webhooks/).

A body is a bare order; proxies, apps and recordings wrap it (`{"data"}`, `{"order"}`, batches with
`create` and `update`). A custom topic (`action.woocommerce_order_refunded`) tells an id, a refund
of the REST API its amount. Subscriptions, customers, products, coupons and notes are ignored.
"""

import re
from datetime import UTC

from twofifty.adapters.woocommerce.order import read_order
from twofifty.adapters.woocommerce.parcels import fulfilled
from twofifty.errors import BadInput, Problem
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.signature import Hashed
from twofifty.intake.words import words
from twofifty.intake.wrapping import opened
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Refund

_TYPES: dict[str, EventType] = {"order.created": "order.placed"}
_ENVELOPES = (
    *("data", "order", "orders", "create", "update", "response", "jsonBody"),
    *("body", "json", "payload", "result", "results", "items", "resource_data"),
)
_MARKS = {
    "billing_period": "subscription",
    "refunded_by": "refund",
    "refunded_payment": "refund",
    "regular_price": "product",
    "avatar_url": "customer",
    "delivery_url": "webhook",
    "discount_type": "coupon",
    "customer_note": "note",
    "tracking_provider": "shipment tracking",
}
_CARRY_NO_ORDER = ("customer.", "product.", "coupon.", "order.deleted")
# Hooks of WordPress whose first argument is an order's id.
_ACTION = re.compile(
    r"woocommerce_(?:order_(?:status_\w+|(?:fully_|partially_)?refunded)|payment_complete"
    r"|(?:new|update)_order|checkout_order_processed|thankyou"
    r"|fulfillment_(?:created|updated)_notification)"
)
_ACTIONS: dict[str, EventType] = {
    "refunded": "order.refunded",
    "cancelled": "order.cancelled",
    "complete": "payment.paid",
    "failed": "payment.failed",
}
_PING = re.compile(rb"webhook_id=\d{1,12}")
_ORDER_URL = re.compile(r"/orders/(\d+)/?$")


class _Signed(Hashed, frozen=True):
    """As documented; but the ping that saving a webhook sends (`webhook_id=1`, a form) is never
    signed, says nothing, and is believed: refused, the webhook could not be saved."""

    def verified(self, hook: Hook, trust: Trust) -> bool:
        if self.header not in hook.headers and _PING.fullmatch(hook.body):
            return True
        return super().verified(hook, trust)


class WooCommerce(Platform):
    """A Source: see `intake.ports`. A delivery has no id of its own, so that the content decides:
    `X-WC-Webhook-Delivery-ID` is a hash of the webhook and the second
    (WC_Webhook::get_new_delivery_id), which two orders in one second share, and nothing is ever
    delivered twice under it, for WooCommerce does not retry."""

    signature = _Signed(header="x-wc-webhook-signature")
    topic_header = "x-wc-webhook-topic"

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        if _PING.fullmatch(body):
            return Ignored("a ping: the webhook was saved")
        return super().read(topic, body, stated)

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        if topic.startswith(_CARRY_NO_ORDER):
            return Ignored(f"{topic} carries no order")
        kind = _TYPES.get(topic, "order.updated")
        found: tuple[News, ...] = tuple(
            OrderEvent(type=kind, order=read_order(each, stated))
            for each in opened(node.value, _ENVELOPES, _is_order)
            if _is_order(each) and "billing_period" not in each
        )
        if found:
            return found + _shipped(node, stated)
        return _action(node, stated) or _refunds(node, stated) or _nothing(node, topic)


def _is_order(node: Node) -> bool:
    """An order has lines, a total and a status; a subscription has a billing period besides."""
    return "line_items" in node and "total" in node and "status" in node


def _action(node: Node, stated: Stated) -> tuple[News, ...]:
    action, order_id = node.text("action") or "", node.key("arg")
    if not _ACTION.fullmatch(action) or order_id is None:
        return ()
    kind = _ACTIONS.get(action.rpartition("_")[2], "order.updated")
    return (Pointer(type=kind, source=stated.name, order_id=order_id),)


def _shipped(node: Node, stated: Stated) -> tuple[News, ...]:
    """The fulfilments that `WooCommerceShop.order` lays beside an order, as a part of their own: an
    order's webhook does not tell them, so it must not take them back."""
    parcels = fulfilled(node.each("fulfillments")) if "fulfillments" in node else ()
    if not parcels:
        return ()
    order_id = node.key("order.id")
    kind: EventType = "shipment.created"
    return (Amendment(type=kind, source=stated.name, order_id=order_id, parcels=parcels),)


def _refunds(node: Node, stated: Stated) -> tuple[News, ...]:
    """Refunds that name their order, by its id or by a link to it."""
    return tuple(
        Amendment(
            type="order.refunded",
            source=stated.name,
            order_id=order_id,
            at=made.at,
            refunds=(made,),
        )
        for each in opened(node.value, _ENVELOPES, _is_refund)
        if _is_refund(each)
        if (order_id := _refunded_order(each)) and (made := _refund(each, stated))
    )


def _refund(each: Node, stated: Stated) -> Refund | None:
    key, amount = each.key("id"), each.money("amount")
    if not key or not amount:
        return None
    zone = loose.time_zone(stated.time_zone)
    when = each.moment("date_created_gmt", UTC) or each.moment("date_created", zone)
    return Refund(id=key, amount=abs(amount), at=when, reason=words(each.raw("reason")))


def _is_refund(node: Node) -> bool:
    return "amount" in node and "line_items" in node


def _refunded_order(each: Node) -> str | None:
    found = _ORDER_URL.search(each.text("_links.up.0.href") or "")
    parent = each.key("parent_id")
    return found[1] if found else parent if parent != "0" else None


def _nothing(node: Node, topic: str) -> Ignored:
    """A body without an order is ignored, but not where the topic promised one: a webhook whose
    user may not view orders sends an error in the order's place."""
    first = next(opened(node.value, _ENVELOPES), node)
    kind = next((word for mark, word in _MARKS.items() if mark in first), None)
    known = isinstance(node.value, dict | list)
    if not known or (topic.startswith("order.") and kind is None):
        message = "send the order as WooCommerce does; may the webhook's user view orders?"
        raise BadInput(422, "there is no order in the body", (Problem("body", message),))
    return Ignored(f"no order in it: {kind}" if kind else "no order in it")
