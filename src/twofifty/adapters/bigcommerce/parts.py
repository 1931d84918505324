"""Refunds (V3) and shipments (V2) of BigCommerce, and its times."""

from datetime import datetime
from email.utils import parsedate_to_datetime

from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.words import words
from twofifty.order.model import Parcel, ParcelLine, Refund


def moment(node: Node, path: str) -> datetime | None:
    """A time in RFC 2822 (V2) or ISO 8601 (V3)."""
    said = node.text(path) or ""
    try:
        return node.moment(path) or loose.moment(parsedate_to_datetime(said).isoformat())
    except (ValueError, OverflowError):
        return None


def read_refund(refund: Node) -> Refund | None:
    """A refund of the V3 API; one that was declined everywhere gave nothing back."""
    amount, payments = refund.money("total_amount"), refund.each("payments")
    if not amount or (payments and all(each.true("is_declined") for each in payments)):
        return None
    return Refund(
        id=refund.needed_key("id"),
        amount=amount,
        at=moment(refund, "created"),
        reason=words(refund.raw("reason")),
    )


def parcel(shipment: Node) -> Parcel:
    """A shipment of the V2 API."""
    return Parcel(
        id=shipment.needed_key("id"),
        carrier=words(
            shipment.raw("shipping_provider_display_name|tracking_carrier|shipping_provider")
        ),
        tracking_number=shipment.text("tracking_number"),
        tracking_url=shipment.url("tracking_link|generated_tracking_link"),
        lines=tuple(
            ParcelLine(line_id=line, quantity=each.quantity("quantity"))
            for each in shipment.each("items")
            if (line := each.key("order_product_id"))
        ),
    )
