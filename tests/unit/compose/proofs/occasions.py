"""Any order at every occasion that there is a mail for: what it was, what it is, what is told."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import msgspec

from twofifty.compose.letter import Letter
from twofifty.notice.model import Kind
from twofifty.order.model import Address, Order, Parcel, ParcelLine, Refund, Shipping, Window

ROOT = "Your order #1001"
PAGE = "https://mail.example.com/o/abc"
NEXT_ROAD = Address(
    name="Ada Okafor", line1="7 Quay Street", city="Galway", postal_code="H91", country="IE"
)
ELSEWHERE = Address(name="Sam Rivera", line1="Calle 5", city="Madrid", country="ES")
WORDS = "Hello,\n\nyour board is engraved by hand.\nIt needs a day more.\n\nKind regards"


def occasions(order: Order) -> dict[str, Letter]:
    """A letter of each occasion by its name."""
    sent = packed(order)
    first = sent.parcels[0].id
    found = {
        "confirmation": Letter(kind="confirmation", order=order),
        "compact": Letter(kind="confirmation", order=order, layout="compact"),
        "cancellation": _after("cancellation", cancelled(order), order),
        "refund": _after("refund", refunded(order), order),
        "shipment": _after("shipment", sent, order, f"parcel:{first}"),
        "delay": _after("delay", windowed(order, 9), windowed(order, 3)),
        "delay_parcel": _after("delay", sent, order, f"parcel@later:{first}"),
        "delivery": _after("delivery", there(sent, first), order, f"parcel:{first}"),
        "delivery_all": _after("delivery", there(sent, ""), order, "all"),
        "agent": msgspec.structs.replace(_after("agent", order, order), words=WORDS),
    }
    edits = {name: _after("update", order, before) for name, before in edited(order)}
    return found | edits


def edited(order: Order) -> Iterator[tuple[str, Order]]:
    """The order as it could have been before each kind of edit."""
    change = msgspec.structs.replace
    lines = order.lines
    if lines:
        more = change(lines[0], quantity=lines[0].quantity + 1)
        yield "update_quantity", change(order, lines=(more, *lines[1:]))
        gone = change(lines[0], id="gone", title="Taken out again", attributes={})
        yield "update_removed", change(order, lines=(*lines, gone))
        yield "update_added", change(order, lines=lines[:-1])
    home = NEXT_ROAD if order.shipping_address != NEXT_ROAD else ELSEWHERE
    yield "update_address", change(order, shipping_address=home)
    totals = change(order.totals, total=order.totals.total + 1)
    yield "update_total", change(order, totals=totals)


def packed(order: Order) -> Order:
    """The order in two parcels, one of them on its way."""
    if len(order.parcels) >= 2:
        return order
    change = msgspec.structs.replace
    held = tuple(ParcelLine(line_id=line.id, quantity=line.quantity) for line in order.lines)
    first = Parcel(
        id="one",
        carrier="DHL",
        tracking_number="00340434161094015902",
        tracking_url="https://track.example.com/1",
        lines=held[:1],
        status="in_transit",
        estimate=Window(earliest="2026-11-25", latest="2026-11-26"),
    )
    return change(order, parcels=(first, change(first, id="two", lines=held[1:])))


def there(order: Order, parcel: str) -> Order:
    """The order with that parcel, or with all of them, arrived."""
    change = msgspec.structs.replace
    parcels = tuple(
        change(each, status="delivered") if parcel in ("", each.id) else each
        for each in order.parcels
    )
    return change(order, parcels=parcels)


def cancelled(order: Order) -> Order:
    """The order, cancelled an hour after it was placed."""
    at = order.placed_at + timedelta(hours=1) if order.placed_at else None
    state = msgspec.structs.replace(order.state, cancelled_at=at)
    return msgspec.structs.replace(order, state=state)


def refunded(order: Order) -> Order:
    """The order with one refund more."""
    back = Refund(id="back", amount=Decimal(1), at=order.placed_at, reason="Arrived broken")
    given = (order.totals.refunded or Decimal(0)) + 1
    totals = msgspec.structs.replace(order.totals, refunded=given)
    return msgspec.structs.replace(order, refunds=(*order.refunds, back), totals=totals)


def windowed(order: Order, day: int) -> Order:
    """The order, expected on that day of December and the next."""
    window = Window(earliest=f"2026-12-{day:02}", latest=f"2026-12-{day + 1:02}")
    ways = order.shipping or (Shipping(title="Post"),)
    said = tuple(msgspec.structs.replace(way, estimate=window) for way in ways)
    parcels = tuple(msgspec.structs.replace(each, estimate=window) for each in order.parcels)
    return msgspec.structs.replace(order, shipping=said, parcels=parcels)


def _after(kind: Kind, order: Order, before: Order, facts: str = "m_1") -> Letter:
    return Letter(
        kind=kind, order=order, before=before, facts=facts, root_subject=ROOT, page_url=PAGE
    )
