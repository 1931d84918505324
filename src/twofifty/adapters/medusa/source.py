"""Medusa's events and orders, versions 1 and 2 (https://docs.medusajs.com/resources/references/events).

Medusa sends no webhooks of its own: a subscriber of the shop posts `{"name": EVENT, "data": ...}`,
signed as the page on connecting it shows. `data` is the whole order, or what the event carries: an
id, by which the API is asked. An event of a payment names the payment; the API leads from it to the
order. Carts, drafts of version 1, edits and returns tell themselves through their order.
"""

from typing import ClassVar

from twofifty.adapters.medusa.order import read_order
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import Any, Hashed, Token
from twofifty.order.events import EventType, Ignored, News, OrderEvent, Pointer

_TYPES: dict[str, EventType] = {
    "order.placed": "order.placed",
    "order.canceled": "order.cancelled",
    "order.payment_captured": "payment.paid",
    "payment.captured": "payment.paid",
    "payment.payment_captured": "payment.paid",
    "order.refund_created": "order.refunded",
    "payment.refunded": "order.refunded",
    "payment.payment_refunded": "order.refunded",
    "order.shipment_created": "shipment.created",
    "shipment.created": "shipment.created",
    "delivery.created": "shipment.delivered",
}
# What an id begins with, where the document is no order.
_KINDS = {
    "cart": "a cart",
    "dorder": "a draft that is not an order yet",
    "cus": "a customer",
    "disc": "a discount",
    "promo": "a discount",
    "gift": "a gift card",
    "noti": "a notice of Medusa's own",
    "oe": "an edit, whose order tells itself",
    "ordch": "an edit, whose order tells itself",
    "paycol": "a collection of payments, whose order tells itself",
    "pay": "a payment, whose order tells itself",
    "ref": "a refund, whose order tells itself",
    "ret": "a return, whose order tells itself",
    "return": "a return, whose order tells itself",
    "swap": "an exchange, whose order tells itself",
    "oexc": "an exchange, whose order tells itself",
    "claim": "a claim, whose order tells itself",
    "ful": "a shipment that does not name its order",
    "prod": "a product",
    "variant": "a product",
    "item": "a line of a cart or an order",
    "reg": "a region",
    "user": "a member of staff",
}
_EVENT = "name|event|event_type|eventName|type"
_ENVELOPE = ("data", "payload", "body", "object")
_OF_ORDERS = ("order.", "order-edit.", "payment.", "shipment.", "delivery.", "swap.", "claim.")


class Medusa(Platform):
    """A Source: see `intake.ports`."""

    signature = Any(
        Hashed(header="x-medusa-signature", form="hex", prefix="sha256=", prefix_optional=True),
        Token(header="authorization", prefix="Bearer "),
    )
    topic_header = "x-medusa-event"
    event_header = "x-medusa-event-id"
    options: ClassVar = {
        "version": '"2" (the default) or "1": of the shop. Amounts of version 1 are in minor '
        "units; without it an order's own fields say which it is",
    }

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        said = node.text(_EVENT) or ""
        event = said if "." in said else topic
        found = _opened(node)
        orders = _orders(found)
        kind = _TYPES.get(event, "order.updated")
        if orders:
            return tuple(OrderEvent(type=kind, order=read_order(each, stated)) for each in orders)
        if order_id := _pointed(found, event):
            return (Pointer(type=kind, source=stated.name, order_id=order_id),)
        if reason := _reason(found):
            return Ignored(reason)
        return no_order(found, event, "order.")


def _opened(node: Node) -> Node:
    """What stands within the envelopes, of which there may be two (`data.object`)."""
    for _ in range(2):
        inner = (node.at(name) for name in _ENVELOPE)
        node = next((each for each in inner if loose.mapping(each.value)), node)
    return node


def _orders(found: Node) -> list[Node]:
    """The orders: of a listing, within another object, or the document itself."""
    if isinstance(found.value, list):
        listed = found.each()
    else:
        within = "order" if isinstance(found.raw("order"), dict) else ""
        listed = found.each("orders") or [found.at(within) if within else found]
    return [each for each in listed if _is_order(each)]


def _is_order(node: Node) -> bool:
    kind = (node.text("id") or "").partition("_")[0]
    goods = "items" in node and "total" in node and "currency_code" in node
    return goods and (kind == "order" or kind not in _KINDS) and "completed_at" not in node


def _pointed(found: Node, event: str) -> str | None:
    """The id of an order, or of a payment, of which the API can tell more."""
    number = found.key("id")
    kind = (number or "").partition("_")[0]
    named = found.key("order_id|order.id|payment_collection.order.id")
    if kind == "order" or (event.startswith("order.") and kind not in _KINDS and not named):
        return number
    if not event.startswith(_OF_ORDERS):
        return None
    return named or (number if kind == "pay" else None)


def _reason(found: Node) -> str | None:
    kind = _KINDS.get((found.text("id") or "").partition("_")[0])
    return kind or (_KINDS["item"] if "unit_price" in found else None)
