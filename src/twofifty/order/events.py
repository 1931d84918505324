"""Canonical events: what happened to an order, with the order's truth after it."""

from typing import Literal

import msgspec

from twofifty.order.model import Order

EventType = Literal[
    "order.placed",
    "order.updated",
    "order.cancelled",
    "order.refunded",
    "payment.authorized",
    "payment.paid",
    "payment.failed",
    "shipment.created",
    "shipment.delayed",
    "shipment.delivered",
    "cart.abandoned",
]


class OrderEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event. Facts decide what is owed, so `order` matters and `type` is for the record."""

    type: EventType
    order: Order


class Ignored(msgspec.Struct, frozen=True):
    """A payload that is understood and carries no order news; `reason` says why."""

    reason: str
