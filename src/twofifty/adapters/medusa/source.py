"""Medusa's events and orders, versions 1 and 2 (https://docs.medusajs.com/resources/references/events).

Medusa sends no webhooks of its own: a subscriber of the shop posts `{"name": EVENT, "data": ...}`,
signed as the page on connecting it shows. `data` is the whole order, or what the event carries: an
id, by which the API is asked. An event of a payment names the payment; the API leads from it to the
order. Carts, drafts of version 1, edits and returns tell themselves through their order.
"""

from typing import ClassVar

from twofifty.adapters.medusa.money import CURRENCY, TOTAL
from twofifty.adapters.medusa.order import read_order
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import Any, Hashed, Token
from twofifty.intake.wrapping import opened
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
_ENVELOPES = (
    *("data", "payload", "body", "object", "json", "request", "response", "result", "results"),
    *("detail", "message", "order", "orders", "draft_order", "draft_orders"),
)
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
        found = [
            (each, _event(carrier) or topic)
            for carrier in opened(node.value, _ENVELOPES, _is_carrier)
            for each in opened(carrier.value, _ENVELOPES, _is_one)
        ]
        if told := tuple(news for each, event in found if (news := _told(each, event, stated))):
            return told
        if reason := next((reason for each, _ in found if (reason := _reason(each))), None):
            return Ignored(reason)
        return no_order(node, next((event for _, event in found), topic), "order.")


def _event(carrier: Node) -> str:
    """The event that an object is about; '' where it names none."""
    said = carrier.text(_EVENT) or ""
    return said if "." in said and " " not in said else ""


def _kind(node: Node) -> str:
    """What an object is by the beginning of its id."""
    return (node.text("id") or "").partition("_")[0]


def _is_carrier(node: Node) -> bool:
    return bool(_event(node)) or _is_one(node)


def _is_one(node: Node) -> bool:
    """Whether it is a thing itself; what carries its whole order is only an envelope of that."""
    return _is_order(node) or (_kind(node) in _KINDS and not _is_order(node.at("order")))


def _is_order(node: Node) -> bool:
    """Carts have the time of their completion, and no id of an order."""
    kind = _kind(node)
    goods = "items" in node and node.raw(TOTAL) is not None and node.raw(CURRENCY) is not None
    return goods and (kind == "order" or (kind not in _KINDS and "completed_at" not in node))


def _told(each: Node, event: str, stated: Stated) -> News | None:
    kind = _TYPES.get(event, "order.updated")
    if _is_order(each):
        return OrderEvent(type=kind, order=read_order(each, stated))
    order_id = _pointed(each, event)
    return Pointer(type=kind, source=stated.name, order_id=order_id) if order_id else None


def _pointed(found: Node, event: str) -> str | None:
    """The id of an order, or of a payment, of which the API can tell more."""
    number = found.key("id")
    kind = _kind(found)
    named = found.key("order_id|order.id|payment_collection.order.id")
    if kind == "order" or (event.startswith("order.") and kind not in _KINDS and not named):
        return number
    if not event.startswith(_OF_ORDERS):
        return None
    return named or (number if kind == "pay" else None)


def _reason(found: Node) -> str | None:
    return _KINDS.get(_kind(found)) or (_KINDS["item"] if "unit_price" in found else None)
