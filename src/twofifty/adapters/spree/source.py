"""Spree's webhooks and documents (https://spreecommerce.org/docs/api-reference/webhooks-events).

Version 5 posts `{"id", "name", "data"}` with the order as the Store API v3 has it; version 4 posts
the order in JSON:API with `event_type` beside it; older REST documents and those of Spree's
integration hub are read too, in lists and in envelopes. A document without its currency or its
goods points to the API. Every order is sent while it is still a cart: such a one is a draft.
Payments tell themselves through `order.paid`; a shipment that names its order amends it.
"""

from collections.abc import Iterator
from typing import ClassVar

from twofifty.adapters.spree import jsonapi
from twofifty.adapters.spree.money import GOODS, TOTAL
from twofifty.adapters.spree.order import is_sent, read_order, read_parcel
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import Any, Hashed, StampedHeaders
from twofifty.intake.wrapping import opened
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer

_TYPES: dict[str, EventType] = {
    "order.completed": "order.placed",
    "order.placed": "order.placed",
    "order.paid": "payment.paid",
    "order.canceled": "order.cancelled",
    "order.shipped": "shipment.created",
    "order.partially_shipped": "shipment.created",
    "order.fulfilled": "shipment.created",
    "order.refunded": "order.refunded",
    "refund.created": "order.refunded",
    "payment.paid": "payment.paid",
}
# What an event, a JSON:API type or the beginning of an id says that a document is.
_KINDS = {
    "cart": "a cart",
    "payment": "a payment, whose order tells itself",
    "py": "a payment, whose order tells itself",
    "pay": "a payment, whose order tells itself",
    "payment_session": "a payment that has not been made yet",
    "ps": "a payment that has not been made yet",
    "shipment": "a shipment that was not sent, or does not name its order",
    "fulfillment": "a shipment that was not sent, or does not name its order",
    "ful": "a shipment that was not sent, or does not name its order",
    "refund": "a refund that does not name its order",
    "line_item": "a line of an order or a cart",
    "li": "a line of an order or a cart",
    "tl": "a tax of an order's line",
    "gift_card": "a gift card",
    "gift_card_batch": "gift cards",
    "gc": "a gift card",
    "gcb": "gift cards",
    "store_credit": "store credit",
    "customer": "a customer",
    "user": "a customer",
    "cust": "a customer",
    "usr": "a customer",
    "product": "a product",
    "variant": "a product",
    "prod": "a product",
    "price": "a price",
    "stock_item": "stock",
    "stock_movement": "stock",
    "promotion": "a promotion",
    "orule": "a rule of the shop's",
    "webhook": "a test of the webhook",
    "whe": "a webhook of the shop's",
    "whd": "a delivery of a webhook",
    "event": "a delivery of a webhook",
    "subscriber": "a webhook of the shop's",
    "digital": "a download",
    "return_authorization": "a return, whose refund tells itself",
}
_ENVELOPES = (
    *("data", "order", "orders", "cart", "payload", "body", "json", "object", "detail"),
    *("request", "response", "result", "results", "message"),
)
_OF_ORDERS = ("order", "shipment", "fulfillment", "payment", "refund", "reimbursement")


class Spree(Platform):
    """A Source: see `intake.ports`."""

    signature = Any(
        StampedHeaders("x-spree-webhook-signature", "x-spree-webhook-timestamp"),
        Hashed(header="x-spree-webhook-signature", form="hex"),
        Hashed(header="x-spree-hmac-sha256"),
    )
    topic_header = "x-spree-webhook-event"
    options: ClassVar = {"api": '"v3" (the default, Spree 5.5) or "v2": the API of the shop'}

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        found = [
            (each, _event(carrier) or topic)
            for carrier in opened(node.value, _ENVELOPES, _is_carrier)
            for each in _found(carrier)
        ]
        if told := tuple(news for each, event in found if (news := _told(each, event, stated))):
            return told
        kind = next((kind for each, event in found if (kind := _kind(each, event))), None)
        first = next((event for _, event in found), topic)
        return Ignored(kind) if kind else no_order(node, first, "order.")


def _event(carrier: Node) -> str:
    """The event that an object is about; '' where it names none."""
    said = carrier.text("event_type|name|event|type") or ""
    return said if "." in said and " " not in said else ""


def _is_carrier(node: Node) -> bool:
    return bool(_event(node)) or _is_one(node)


def _found(carrier: Node) -> Iterator[Node]:
    """The objects of a document, each in one piece."""
    for each in opened(carrier.value, _ENVELOPES, _is_one):
        yield from jsonapi.resources(each) if jsonapi.is_resource(each) else (each,)


def _is_one(node: Node) -> bool:
    return _has_total(node) or jsonapi.is_resource(node) or _kind(node, "") is not None


def _has_total(node: Node) -> bool:
    return node.raw(TOTAL) is not None and node.raw(GOODS) is not None


def _told(each: Node, event: str, stated: Stated) -> News | None:
    if _is_cart(each):
        return None
    kind = _TYPES.get(event, "order.updated")
    if not _has_total(each):
        return _part(each, event, stated)
    if each.raw("currency") is None:
        number = each.key("id|number")
        return Pointer(type=kind, source=stated.name, order_id=number) if number else None
    order = read_order(each, stated)
    if _has_goods(each):
        return OrderEvent(type=kind, order=order)
    return Pointer(type=kind, source=stated.name, order_id=order.id, order=order)


def _is_cart(each: Node) -> bool:
    """A cart of the Store API, or one of API v2, where placed orders are called so, too."""
    named = each.text("type") == "cart" or (each.text("id") or "").startswith("cart_")
    return named and each.raw("completed_at") is None


def _has_goods(each: Node) -> bool:
    """Whether its lines are there: none of a list that is empty lacks anything."""
    path = "items" if "items" in each else "line_items"
    lines = each.each(path)
    return path in each and all("quantity" in line for line in lines)


def _part(each: Node, event: str, stated: Stated) -> News | None:
    order_id = each.key("order_id|order.id")
    of = event.partition(".")[0] or _typed(each)
    if of == "order" and order_id is None and _kind(each, "") is None:
        order_id = each.key("id")
    if order_id is None or of not in _OF_ORDERS:
        return None
    kind = _TYPES.get(event, "order.updated")
    if of not in ("shipment", "fulfillment"):
        return Pointer(type=kind, source=stated.name, order_id=order_id)
    if not is_sent(each):
        return None
    return Amendment(
        type="shipment.created",
        source=stated.name,
        order_id=order_id,
        at=each.moment("updated_at|fulfilled_at|shipped_at"),
        parcels=(read_parcel(each),),
    )


def _typed(each: Node) -> str:
    """What an object is by its type, or the beginning of its id."""
    begins = (each.text("id") or "").partition("_")[0]
    return {"ful": "fulfillment", "or": "order"}.get(begins, each.text("type") or "")


def _kind(each: Node, event: str) -> str | None:
    begins = (each.text("id") or "").partition("_")[0]
    words = (event.partition(".")[0], each.text("type") or "", begins)
    return next((_KINDS[word] for word in words if word in _KINDS), None)
