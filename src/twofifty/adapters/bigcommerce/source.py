"""BigCommerce's webhooks and orders (https://developer.bigcommerce.com/docs/rest-management/orders).

A webhook tells a scope and an id, and whose: the Orders API (V2) tells the order. An order of the
API alone has no products, only where they are, so it points to itself with its figures; with its
`products` in it (as `shop.py` puts them there) it is whole, as one of the Storefront APIs (REST and
GraphQL) is. Shipments (V2) and refunds (V3) amend their order. A cart points to its order once it
became one; an order whose checkout was never finished (`Incomplete`) is a draft.
"""

import re

from twofifty.adapters.bigcommerce import graphql, storefront
from twofifty.adapters.bigcommerce.order import read_order
from twofifty.adapters.bigcommerce.parts import moment, parcel, read_refund
from twofifty.adapters.bigcommerce.signed import ClientSecret
from twofifty.intake import signature
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer

_TYPES: dict[str, EventType] = {
    "order/created": "order.placed",
    "cart/converted": "order.placed",
    "order/refund/created": "order.refunded",
    "shipment/created": "shipment.created",
}
_STATUSES: dict[str, EventType] = {
    "2": "shipment.created",
    "4": "order.refunded",
    "5": "order.cancelled",
    "14": "order.refunded",
}
_NO_NEWS = {
    "order/archived": "the order was archived, which changes nothing of it",
    "order/message/created": "a message about an order",
    "hook/deliveryException": "webhooks could not be delivered here",
}
_SCOPE = re.compile(r"store/(?:channel/\d+/)?")
_PARTS = ("products", "shipping_addresses", "coupons", "shipments", "refunds", "fees")
_MARKS = (
    ("cart_amount", "a cart, not an order yet"),
    ("grand_total", "a checkout, not an order yet"),
    ("line_items", "a cart, not an order yet"),
    ("store_credit_amounts", "a customer"),
    ("customer_group_id", "a customer"),
    ("gateway_transaction_id", "a transaction"),
    ("inventory_level", "a product"),
    ("destination", "a webhook"),
)


class BigCommerce(Platform):
    """A Source: see `intake.ports`. A header that we ask BigCommerce to send decides where it is
    there, for the signature is made with a secret that only some webhooks' makers know."""

    signature = signature.Any(signature.Token("x-webhook-token"), ClientSecret())
    event_header = "webhook-id"

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        scope = _SCOPE.sub("", node.text("scope") or topic, count=1)
        if "scope" in node:
            return _pointed(node, scope, stated)
        if hook := node.at("detail"):
            return self.news(hook, topic, stated)
        documents = graphql.orders(node) or _documents(node)
        news = [one for each in documents if (one := _news(each, scope, stated))]
        if news:
            return tuple(news)
        nothing = no_order(node, scope, "order")
        marks = (what for each in documents[:1] for mark, what in _MARKS if mark in each)
        return next((Ignored(f"no order in it: {what}") for what in marks), nothing)


def _documents(node: Node) -> list[Node]:
    """A bare one, one in an envelope (its parts perhaps beside it), or each of a list of them."""
    inner = node.at("data|order|orders") if isinstance(node.value, dict) else node
    if _is_order(inner):
        beside = {name: node.raw(name) for name in _PARTS if isinstance(node.raw(name), list)}
        return [Node({name: each.value for name, each in inner.pairs("")} | beside)]
    if isinstance(inner.value, list):
        return inner.each()
    return [inner] if inner and not _is_order(node) else [node]


def _is_order(node: Node) -> bool:
    return "total_inc_tax" in node and "status_id" in node


def _pointed(node: Node, scope: str, stated: Stated) -> tuple[News, ...] | Ignored:
    """The order that a webhook is about."""
    if reason := _NO_NEWS.get(scope):
        return Ignored(reason)
    data = node.at("data")
    order_id = data.key("orderId|order_id")
    if order_id is None and scope.startswith("order/"):
        order_id = data.key("id")
    others = not scope.startswith(("order/", "shipment/", "cart/converted"))
    if order_id is None or others or scope.startswith("order/metafield/"):
        return Ignored(f"{scope or 'no scope'}: no news of an order")
    changed = _STATUSES.get(data.text("status.new_status_id") or "", "order.updated")
    kind = _TYPES.get(scope, changed)
    return (Pointer(type=kind, source=stated.name, order_id=order_id),)


def _news(node: Node, scope: str, stated: Stated) -> News | None:
    """The news in one document of the API. Raises Unreadable."""
    if "orderId" in node and "orderAmount" in node:
        return _whole(storefront.as_v2(node), "order.updated", stated)
    if "entityId" in node and "totalIncTax" in node:
        return _whole(graphql.as_v2(node), "order.updated", stated)
    if _is_order(node):
        return _whole(node, _TYPES.get(scope, "order.updated"), stated)
    if placed := node.key("checkout.completeCheckout.orderEntityId"):
        return Pointer(type="order.placed", source=stated.name, order_id=placed)
    if number := node.key("bcOrderId"):
        return Pointer(type="order.updated", source=stated.name, order_id=number)
    order_id = node.key("order_id")
    if order_id is None:
        return None
    if "total_amount" in node and (refund := read_refund(node)):
        return Amendment(
            type="order.refunded",
            source=stated.name,
            order_id=order_id,
            at=refund.at,
            refunds=(refund,),
        )
    if "tracking_number" in node:
        return Amendment(
            type="shipment.created",
            source=stated.name,
            order_id=order_id,
            at=moment(node, "date_created"),
            parcels=(parcel(node),),
        )
    return None


def _whole(node: Node, kind: EventType, stated: Stated) -> News:
    order = read_order(node, stated)
    if order.lines:
        return OrderEvent(type=kind, order=order)
    return Pointer(type=kind, source=stated.name, order_id=order.id, order=order)
