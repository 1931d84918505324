"""PayPal's trackers as parcels.

In an order (`purchase_units.shipping.trackers`, Orders v2) a tracker's id is the capture's id, a
hyphen and the tracking number; the carrier is told only by the Add Tracking API v1, whose fields
the shop's dialogue lays into the tracker.
"""

from collections.abc import Iterator

from twofifty.intake.node import Node
from twofifty.order.model import Parcel, ParcelLine

_GONE = ("CANCELLED", "VOID")
_NO_NUMBER = "NOTRACKER"


def read_parcels(units: list[Node]) -> Iterator[Parcel]:
    """The parcels of an order. Trackers that were cancelled are none."""
    for group, unit in enumerate(units):
        items = unit.each("items")
        places = [
            str(at + 1) if len(units) == 1 else f"{group + 1}.{at + 1}" for at in range(len(items))
        ]
        for tracker in unit.each("shipping.trackers"):
            if parcel := read_parcel(tracker, list(zip(places, items, strict=True))):
                yield parcel


def read_parcel(tracker: Node, lines: list[tuple[str, Node]]) -> Parcel | None:
    """One tracker, of an order or standing alone. None for one that was cancelled."""
    identity, status = _identity(tracker), tracker.text("status")
    if identity is None or status in _GONE:
        return None
    carrier = tracker.text("carrier_name_other|carrier")
    return Parcel(
        id=identity,
        carrier=None if carrier == "OTHER" else carrier,
        tracking_number=_number(tracker, identity),
        tracking_url=tracker.url("tracking_url"),
        lines=tuple(_contents(tracker, lines)),
        status=status.lower() if status else None,
    )


def _identity(tracker: Node) -> str | None:
    stated = tracker.key("id")
    transaction, number = tracker.key("transaction_id"), tracker.text("tracking_number")
    return stated or (f"{transaction}-{number or _NO_NUMBER}"[:200] if transaction else None)


def _number(tracker: Node, identity: str) -> str | None:
    number = tracker.text("tracking_number") or identity.partition("-")[2]
    return number if number and number != _NO_NUMBER else None


def _contents(tracker: Node, lines: list[tuple[str, Node]]) -> Iterator[ParcelLine]:
    """Items are named by SKU or by name; what fits no line is left out."""
    for item in tracker.each("items"):
        sku, name = item.text("sku"), item.text("name")
        for place, line in lines:
            if (sku and line.text("sku") == sku) or (
                not sku and name and line.text("name") == name
            ):
                yield ParcelLine(line_id=place, quantity=item.quantity("quantity"))
                break
