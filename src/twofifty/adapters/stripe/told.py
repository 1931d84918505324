"""How one of Stripe's objects came, and what every order made of one has.

None of the objects has a version or a time of change. `updated_at` is that of the event that
brought it, else the latest time that stands in it; only an event gives a `revision`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from twofifty.adapters.stripe.money import CHARGE
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.order.events import EventType
from twofifty.order.model import Address, Order

TYPES: dict[str, EventType] = {
    "checkout.session.completed": "order.placed",
    "checkout.session.async_payment_succeeded": "payment.paid",
    "checkout.session.async_payment_failed": "payment.failed",
    "invoice.finalized": "order.placed",
    "invoice.sent": "order.placed",
    "invoice.paid": "payment.paid",
    "invoice.payment_succeeded": "payment.paid",
    "invoice.payment_failed": "payment.failed",
    "invoice.voided": "order.cancelled",
    "order.created": "order.placed",
    "order.payment_succeeded": "payment.paid",
    "order.payment_failed": "payment.failed",
}

_ADDRESS = {
    "line1": "address.line1",
    "line2": "address.line2",
    "city": "address.city",
    "region": "address.state",
    "postal_code": "address.postal_code",
    "country": "address.country",
}
PERSON = {"name": "name|individual_name", "phone": "phone", **_ADDRESS}


class Told(msgspec.Struct, frozen=True):
    """By an event of `type` at `at`, or by the API ('' and None)."""

    stated: Stated
    type: str = ""
    at: datetime | None = None

    @property
    def kind(self) -> EventType:
        """What an event of this type is for the record."""
        return TYPES.get(self.type, "order.updated")

    @property
    def orders_from(self) -> str:
        """Which of Stripe's objects are this shop's orders."""
        return self.stated.options.get("orders_from", "").strip() or "checkout"

    def number(self, node: Node) -> str | None:
        """The order's number, where the settings say in which field the shop writes it."""
        where = self.stated.options.get("number", "").strip()
        return node.text(where) if where else None


def address(node: Node, fields: Mapping[str, str] = PERSON) -> Address | None:
    """A postal address with the name that belongs to it. A name alone is none, nor is the country
    with a postal code that a card is checked with."""
    found = node.address("", fields)
    return found if found is not None and (found.line1 or found.city) else None


def stamped(order: Order, node: Node, told: Told) -> Order:
    """The order with what the way it came says of it. Test mode says `livemode: false`."""
    times = [when for when in _times(node) if when is not None]
    return msgspec.structs.replace(
        order,
        revision=loose.milliseconds(told.at),
        updated_at=told.at or max(times, default=None),
        placed_at=order.placed_at or told.at,
        test=node.stated("livemode") is False,
        locale=order.locale or told.stated.locale or None,
        time_zone=told.stated.time_zone or None,
    )


def _times(node: Node) -> Iterator[datetime | None]:
    """Every time at which the object, or a part that came with it, became what it is."""
    yield node.seconds("created")
    yield node.seconds("updated")
    for name in ("finalized_at", "paid_at", "marked_uncollectible_at", "voided_at"):
        yield node.seconds(f"status_transitions.{name}")
    yield node.seconds("canceled_at|payment_intent.canceled_at")
    charge = node.at(CHARGE)
    yield charge.seconds("created")
    for each in charge.each("refunds.data"):
        yield each.seconds("created")
