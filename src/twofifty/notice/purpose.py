"""What a message is for, which decides whose wish counts. Pure.

A *receipt* tells of the customer's own purchase and money. They need it, often the law wants it
sent, and no unsubscribe blocks it; nor does it offer one. *Service* tells how the purchase goes on:
welcome, expected, and yet one may do without. *Marketing* wants something new of the customer and
goes only to who agreed. Consent and suppression are kept per purpose: who has had enough of parcel
news still gets the receipt of the next purchase. Only an address that does not work is suppressed
for all of them.
"""

from collections.abc import Mapping
from typing import Final, Literal

from twofifty.notice.model import Kind

Purpose = Literal["receipt", "service", "marketing"]

PURPOSES: Final[tuple[Purpose, ...]] = ("receipt", "service", "marketing")

_PURPOSES: Final[Mapping[Kind, Purpose]] = {
    "confirmation": "receipt",
    "update": "receipt",
    "cancellation": "receipt",
    "refund": "receipt",
    "shipment": "service",
    "delay": "service",
    "delivery": "service",
    "agent": "service",
    "reengagement": "marketing",
}


def purpose_of(kind: Kind) -> Purpose:
    """What messages of a kind are for."""
    return _PURPOSES[kind]
