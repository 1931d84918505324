"""Mollie's webhooks and API objects (https://docs.mollie.com/reference).

A classic webhook is a form with an id; a next-gen one an event, with or without its entity. Either
points to the API, which alone tells how it stands.

An order is one of the Orders API. A payment that belongs to one leads to it; every other payment is
that of an order which some shop system keeps, and is none itself, or the customer would be told
twice. A shop that has only Mollie says `orders_from = "payment"`: then payments are the orders.

Amounts are decimal strings, VAT is included in all of them.
"""

import re
from collections.abc import Callable, Mapping
from typing import ClassVar

import msgspec

from twofifty.adapters.mollie.order import parcel, read_order, refund
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Hook, Stated
from twofifty.intake.signature import Any, Hashed, Token
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer

_FORM = re.compile(rb"id=((?:ord|tr|pl)_[A-Za-z0-9._-]{1,100})(?:&testByMollie=[^&]*)?\s*")
_ASKABLE = ("ord_", "tr_", "pl_")
_TYPES: dict[str, EventType] = {
    "paid": "payment.paid",
    "authorized": "payment.authorized",
    "failed": "payment.failed",
    "canceled": "order.cancelled",
    "expired": "order.cancelled",
}
_OTHERS = {
    "capture": "a capture: the order itself tells what is paid",
    "chargeback": "a chargeback: a dispute, no refund",
    "customer": "a customer: no order in it",
}


class Mollie(Platform):
    """A Source: see `intake.ports`."""

    signature = Any(
        Hashed("x-mollie-signature", form="hex", prefix="sha256=", prefix_optional=True),
        Token(query="token"),
    )
    options: ClassVar[Mapping[str, str]] = {
        "orders_from": "which objects are orders: order (default, the Orders API) or payment",
        "number": "for payments: the field with the order's number, such as metadata.order_id",
    }

    def event_id(self, hook: Hook) -> str | None:
        """A form says the same whatever happened, so each one that comes is news: its time tells
        one from the next, and repeats only ask once more."""
        found = _FORM.fullmatch(hook.body)
        return f"{found[1].decode()}@{hook.at.isoformat()}" if found else None

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        """A form with an id, else JSON (see `Source.read`)."""
        found = _FORM.fullmatch(body)
        if found is None:
            return super().read(topic, body, stated)
        return (_pointer("order.updated", found[1].decode(), stated),)

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        listed = [each for _, place in node.pairs("_embedded") for each in place.each()]
        if node.raw("resource") or not listed:
            return _news(node, topic, stated)
        read = [_news(each, "", stated) for each in listed]
        news = tuple(each for one in read if not isinstance(one, Ignored) for each in one)
        return news or next(one for one in read if isinstance(one, Ignored))


def _news(node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
    kind = node.text("resource")
    if kind in _READERS:
        return _READERS[kind](node, stated)
    if kind is None:
        return no_order(node, topic, "order.")
    return Ignored(_OTHERS.get(kind, f"{kind[:60]}: no order in it"))


def _event_news(node: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    """`entityId` is enough for what can be asked for; refunds are told by the event itself."""
    kind, entity = node.text("type") or "", node.key("entityId|_embedded.entity.id") or ""
    inside = node.at("_embedded.entity")
    if inside.text("resource") in ("refund", "payment"):
        return _news(inside, "", stated)
    if entity.startswith(_ASKABLE):
        word = kind.rpartition(".")[2]
        return (_pointer(_TYPES.get(word, "order.updated"), entity, stated),)
    return Ignored(f"{kind[:60] or 'an event'}: no order in it")


def _order_news(node: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    if stated.options.get("orders_from") == "payment":
        return Ignored("an order: this source reads its orders from payments (orders_from)")
    return (OrderEvent(type="order.updated", order=read_order(node, stated)),)


def _payment_news(node: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    if stated.options.get("orders_from") == "payment":
        return (OrderEvent(type="order.updated", order=read_order(node, stated)),)
    if order_id := node.key("orderId"):
        return (_pointer("order.updated", order_id, stated),)
    return Ignored(
        'a payment of no Mollie order: not an order (orders_from = "payment" makes it one)'
    )


def _link_news(node: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    link = node.key("id")
    if stated.options.get("orders_from") != "payment" or not link:
        return Ignored("a payment link: its payment tells whether it was paid")
    return (_pointer("payment.paid", link, stated),)


def _refund_news(node: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    found = refund(node)
    if found is None:
        return Ignored("a refund that is only planned, failed or was stopped: no money went back")
    by_payment = stated.options.get("orders_from") == "payment" or not node.raw("orderId")
    news = Amendment(type="order.refunded", source=stated.name, at=found.at, refunds=(found,))
    if by_payment:
        return (msgspec.structs.replace(news, reference=node.needed_key("paymentId")),)
    return (msgspec.structs.replace(news, order_id=node.needed_key("orderId")),)


def _shipment_news(node: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    return (
        Amendment(
            type="shipment.created",
            source=stated.name,
            order_id=node.needed_key("orderId"),
            at=node.moment("createdAt"),
            parcels=(parcel(node),),
        ),
    )


def _pointer(kind: EventType, order_id: str, stated: Stated) -> Pointer:
    return Pointer(type=kind, source=stated.name, order_id=order_id)


_READERS: dict[str, Callable[[Node, Stated], tuple[News, ...] | Ignored]] = {
    "event": _event_news,
    "order": _order_news,
    "payment": _payment_news,
    "payment-link": _link_news,
    "refund": _refund_news,
    "shipment": _shipment_news,
}
