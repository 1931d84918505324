"""What a shop says: the truth of an order, a part of it, or only that there is something to ask."""

from datetime import datetime
from typing import Literal

import msgspec

from twofifty.order.model import Fulfillment, Key, Money, Order, Parcel, Payment, Refund, When

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


class Amendment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """News of one part of an order, from a hook that does not tell the rest (`order.amend` says
    what it does to the order).

    The order is found by its `order_id`, or by the `reference` of one of its payments. What is
    absent is not touched. `refunded` is all that went back so far, `refunds` are single ones.
    """

    type: EventType
    source: Key
    order_id: Key | None = None
    reference: Key | None = None
    at: When | None = None
    payment: Payment | None = None
    fulfillment: Fulfillment | None = None
    cancelled_at: datetime | None = None
    refunded: Money | None = None
    refunds: tuple[Refund, ...] = ()
    parcels: tuple[Parcel, ...] = ()


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """An order has news that only the shop's API tells. `order_id` is what the API is asked for.

    `order`: what the hook itself says, for shops whose API nobody may ask; None: nothing usable.
    """

    type: EventType
    source: Key
    order_id: Key
    order: Order | None = None


News = OrderEvent | Amendment | Pointer


class Ignored(msgspec.Struct, frozen=True):
    """A payload that is understood and carries no order news; `reason` says why."""

    reason: str
