"""Shipments and credit memos of Magento (REST: SalesDataShipmentInterface, SalesDataCreditmemo)."""

from datetime import UTC

from twofifty.intake.node import Node
from twofifty.intake.words import words
from twofifty.order.model import Parcel, ParcelLine, Refund

_CANCELLED = "3"


def read_refund(memo: Node) -> Refund | None:
    """A credit memo; one that was cancelled gave nothing back. Raises Unreadable."""
    amount = memo.money("grand_total")
    if not amount or memo.text("state") == _CANCELLED:
        return None
    number = memo.needed_key("entity_id|increment_id")
    return Refund(id=number, amount=amount, at=memo.moment("created_at", UTC))


def parcels(shipment: Node) -> tuple[Parcel, ...]:
    """A shipment is a parcel, or one for each of its tracking numbers: the first has the shipment's
    id and holds what was shipped, for Magento does not say what is in which. Raises Unreadable."""
    number = shipment.needed_key("entity_id|increment_id")
    held = tuple(
        ParcelLine(line_id=line, quantity=each.quantity("qty"))
        for each in shipment.each("items")
        if (line := each.key("order_item_id"))
    )
    tracks = shipment.each("tracks") or [Node({})]
    return tuple(
        Parcel(
            id=f"{number}-{at + 1}" if at else number,
            carrier=words(each.raw("title|carrier_code")),
            tracking_number=each.text("track_number|number"),
            tracking_url=each.url("url|tracking_url"),
            lines=() if at else held,
        )
        for at, each in enumerate(tracks)
    )
