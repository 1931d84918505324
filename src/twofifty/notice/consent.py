"""Whether a customer agreed to hear of their order by a channel. Pure.

sms, push    only after a stated yes: `customer.consent` of that name, or the order's attribute
             `sms_consent` or `push_consent`, as a checkbox at the checkout writes it
webhook      no yes is needed: it is the shop's own system, which answers for whom it tells

A stated no counts in every channel, and against a yes in the other place. A yes to marketing is
none to this, and what is not stated is none either.
"""

from typing import Final

from twofifty.order.model import Order

ASKED: Final = frozenset({"sms", "push"})
"""Channels that need a yes."""

_YES: Final = frozenset({"true", "yes", "y", "1", "on"})


def consented(order: Order, channel: str) -> bool:
    """Whether the customer may be told by that channel."""
    said = _said(order, channel)
    return all(said) and (bool(said) or channel not in ASKED)


def _said(order: Order, channel: str) -> list[bool]:
    stated = order.customer.consent.get(channel)
    ticked = order.attributes.get(f"{channel}_consent")
    said = [] if stated is None else [stated]
    return said if ticked is None else [*said, ticked.strip().lower() in _YES]
