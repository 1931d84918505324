"""VTEX's order hook and feed, and its orders (https://developers.vtex.com/docs/guides/
orders-feed): what tells a change tells an order's id and state, the Orders API tells the order.

An order whose origin is not the shop's own storefront (`Fulfillment`, `Chain`) was placed at
another marketplace, which tells its customer itself: it is left alone unless `orders_from = "all"`.
A cart (`orderForm`) is not an order yet; an incomplete order is a draft.
"""

from typing import ClassVar

from twofifty.adapters.vtex.order import read_order
from twofifty.intake import signature
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.order.events import EventType, Ignored, News, OrderEvent, Pointer

_TYPES: dict[str, EventType] = {
    "order-created": "order.placed",
    "order-completed": "order.placed",
    "on-order-completed": "order.placed",
    "payment-pending": "order.placed",
    "payment-approved": "payment.paid",
    "payment-denied": "payment.failed",
    "invoiced": "shipment.created",
    "canceled": "order.cancelled",
}
_ELSEWHERE = ("fulfillment", "chain")
_MARKS = (
    ("a cart, not an order yet", "orderFormId"),
    ("a transaction or a payment of the gateway", "transactionId paymentId"),
    ("a product or its price", "IdSku SkuId skuId ProductId"),
    ("an answer to something that was told to VTEX", "receipt"),
    ("an error of the API", "error"),
)


class Vtex(Platform):
    """A Source: see `intake.ports`. VTEX signs nothing, but sends headers of our own."""

    signature = signature.Token("x-webhook-token", query="token")
    options: ClassVar = {
        "currency": "for orders that do not say theirs (old ones): BRL",
        "orders_from": "all: also orders that were placed at another marketplace",
    }

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        if "hookConfig" in node:
            return Ignored("VTEX tries the hook that is being configured")
        read = [_read(each, stated) for each in _listed(node)]
        if news := tuple(each for each in read if not isinstance(each, Ignored | None)):
            return news
        silent = [each for each in read if isinstance(each, Ignored)]
        if silent:
            return silent[0]
        marks = (what for what, names in _MARKS if any(name in node for name in names.split()))
        return next((Ignored(what) for what in marks), no_order(node, topic, "order"))


def _listed(node: Node) -> list[Node]:
    """Orders or events of a list, or one, bare or in an envelope."""
    if isinstance(node.value, list):
        return node.each()
    for name in ("list", "orders"):
        if isinstance(node.raw(name), list):
            return node.each(name)
    inside = node.at("order|data|body|result|payload|orderGroup")
    return _listed(inside) if inside and "orderId" not in node else [node]


def _read(node: Node, stated: Stated) -> News | Ignored | None:
    """The news of one event or order. Raises Unreadable."""
    if "OrderId" in node:
        return _pointer(node, "OrderId", "State", stated)
    if "orderId" not in node or "receipt" in node:
        return None
    if not node.raw("items") or "value" not in node or "clientProfileData" not in node:
        return _pointer(node, "orderId", "state|status", stated)
    if _is_of_another(node) and stated.options.get("orders_from") != "all":
        return Ignored("an order of another marketplace, which tells its customer itself")
    order = read_order(node, stated)
    kind = node.word("status|state", _TYPES) or "order.updated"
    return OrderEvent(type=kind, order=order)


def _is_of_another(node: Node) -> bool:
    return (node.text("origin") or "").lower() in _ELSEWHERE


def _pointer(node: Node, name: str, state: str, stated: Stated) -> Pointer:
    return Pointer(
        type=node.word(state, _TYPES) or "order.updated",
        source=stated.name,
        order_id=node.needed_key(name),
    )
