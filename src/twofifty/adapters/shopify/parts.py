"""Parts of a Shopify order that also come alone: refunds and fulfilments."""

from twofifty.adapters.shopify.money import Figures, went_back
from twofifty.intake.node import Node
from twofifty.order.model import Parcel, ParcelLine, Refund, Window

# Nothing has left yet, or never will; and the words that say no more than that it did.
_NOT_SENT = ("pending", "open", "error", "failure")
_NO_NEWS = ("success", "fulfilled", "marked_as_fulfilled", "submitted")


def refund(each: Node, key: str, of: Figures | None = None) -> Refund | None:
    """One refund; None where no money went back (goods restocked, a refund that failed). Its note
    is the merchant's own."""
    amount = went_back(each, of)
    when = each.moment("processed_at|created_at")
    return Refund(id=key, amount=amount, at=when) if amount else None


def status(each: Node) -> str:
    """Where the parcel is, else how the fulfilment stands."""
    return (each.text("shipment_status|display_status|status") or "").lower()


def parcels(each: Node, key: str) -> tuple[Parcel, ...]:
    """The parcels of a fulfilment, one for each tracking number. What lies in which of several is
    not told: the first has all lines."""
    if (each.text("status") or "").lower() in _NOT_SENT:
        return ()
    lines, where = _lines(each), status(each)
    when = each.text("estimated_delivery_at")
    return tuple(
        Parcel(
            id=f"{key}-{at + 1}" if at else key,
            carrier=carrier,
            tracking_number=number,
            tracking_url=url,
            lines=() if at else lines,
            status=None if where in _NO_NEWS else where or None,
            estimate=Window(earliest=when, latest=when) if when else None,
        )
        for at, (carrier, number, url) in enumerate(_tracked(each))
    )


def _tracked(each: Node) -> list[tuple[str | None, str | None, str | None]]:
    """Carrier, number and URL of each parcel; REST lists numbers and URLs beside each other."""
    if listed := each.each("tracking_info"):
        return [(one.text("company"), one.text("number"), one.url("url")) for one in listed]
    carrier, first = each.text("tracking_company"), each.url("tracking_urls.0|tracking_url")
    numbers = list(dict.fromkeys(each.texts("tracking_numbers")))
    rest = [(carrier, one, each.url(f"tracking_urls.{at}")) for at, one in enumerate(numbers) if at]
    return [(carrier, numbers[0] if numbers else each.text("tracking_number"), first), *rest]


def _lines(each: Node) -> tuple[ParcelLine, ...]:
    return tuple(
        ParcelLine(line_id=line_id, quantity=line.quantity("quantity"))
        for line in each.each("line_items|fulfillment_line_items")
        if (line_id := line.text("line_item.id|id"))
    )
