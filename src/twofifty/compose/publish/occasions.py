"""An order at every occasion that there is a mail for: what previews, checks and replays compose.

Of a real order each mail says what it would say. What an order does not have yet - a parcel, a
refund, an edit - is made up from what it has, so that every kind can be looked at.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

import msgspec

from twofifty.compose.letter import Letter
from twofifty.notice.model import Kind
from twofifty.order.model import Order, Parcel, ParcelLine, Refund, Stock, Totals, Window
from twofifty.order.parcel import left
from twofifty.order.specimen import specimen

_WORDS: Final = "We have looked into your question.\n\nYour parcel leaves us tomorrow."


def letter_for(kind: Kind, order: Order, before: Order | None = None) -> Letter:
    """The mail of a kind about an order, as its customer could get it. `before`: the order as the
    customer knows it, made up where it is None."""
    match kind:
        case "confirmation":
            return Letter(kind=kind, order=order)
        case "agent":
            return Letter(kind=kind, order=order, words=_WORDS)
        case "update" | "reengagement":
            told = before or unedited(order)
            return Letter(kind=kind, order=order, before=told)
        case "cancellation":
            return Letter(kind=kind, order=cancelled(order), before=before or order)
        case "refund":
            return Letter(kind=kind, order=refunded(order), before=before or order)
    return _about_parcel(kind, order, before)


def _about_parcel(kind: Kind, order: Order, before: Order | None) -> Letter:
    sent = packed(order)
    parcel = next((each for each in sent.parcels if left(each)), sent.parcels[0])
    told = before or order
    if kind == "delay":
        late = _windowed(sent, parcel, 9)
        earlier = _windowed(sent, parcel, 3)
        return Letter(kind=kind, order=late, before=earlier, facts=f"parcel@later:{parcel.id}")
    if kind == "delivery":
        parcels = tuple(_with_status(each, parcel.id, "delivered") for each in sent.parcels)
        arrived = msgspec.structs.replace(sent, parcels=parcels)
        return Letter(kind=kind, order=arrived, before=told, facts=f"parcel:{parcel.id}")
    return Letter(kind=kind, order=sent, before=told, facts=f"parcel:{parcel.id}")


def unedited(order: Order) -> Order:
    """An order as it could have been before an edit: another quantity, the last line not there,
    less to pay."""
    kept = order.lines[:-1] if len(order.lines) > 1 else order.lines
    lines = tuple(
        msgspec.structs.replace(line, quantity=line.quantity + 1) if place == 0 else line
        for place, line in enumerate(kept)
    )
    total = max(order.totals.total - Decimal(1), Decimal(0))
    totals = msgspec.structs.replace(order.totals, total=total)
    return msgspec.structs.replace(order, lines=lines, totals=totals)


def cancelled(order: Order) -> Order:
    """The order, cancelled."""
    at = order.state.cancelled_at or order.updated_at or order.placed_at
    return msgspec.structs.replace(
        order, state=msgspec.structs.replace(order.state, cancelled_at=at)
    )


def refunded(order: Order) -> Order:
    """The order with money that went back."""
    if order.refunds:
        return order
    back = Refund(id="sample", amount=order.totals.total, at=order.updated_at or order.placed_at)
    totals = msgspec.structs.replace(order.totals, refunded=order.totals.total)
    return msgspec.structs.replace(order, refunds=(back,), totals=totals)


def packed(order: Order) -> Order:
    """The order with a parcel that left."""
    if any(left(parcel) for parcel in order.parcels):
        return order
    held = tuple(ParcelLine(line_id=line.id, quantity=line.quantity) for line in order.lines)
    parcel = Parcel(
        id="sample",
        carrier="DHL",
        tracking_number="00340000000000000000",
        tracking_url="https://tracking.example.com/00340000000000000000",
        lines=held,
        status="in_transit",
    )
    return msgspec.structs.replace(order, parcels=(parcel,))


def _windowed(order: Order, parcel: Parcel, days: int) -> Order:
    """The order with that parcel expected some days after it was placed."""
    since = order.updated_at or order.placed_at
    if since is None:
        return order
    first, last = (since + timedelta(days=day) for day in (days, days + 2))
    window = Window(earliest=first.date().isoformat(), latest=last.date().isoformat())
    late = msgspec.structs.replace(parcel, estimate=window)
    parcels = tuple(late if each.id == parcel.id else each for each in order.parcels)
    return msgspec.structs.replace(order, parcels=parcels)


def _with_status(parcel: Parcel, parcel_id: str, status: str) -> Parcel:
    return msgspec.structs.replace(parcel, status=status) if parcel.id == parcel_id else parcel


# What templates are tried on


def samples() -> dict[str, Order]:
    """Orders to look at by their names, each odd in its own way."""
    full = _full()
    return {
        "full": full,
        "small": specimen(),
        "bare": Order(
            source="api",
            id="bare",
            currency="EUR",
            totals=Totals(total=Decimal("19.90")),
            lines=(msgspec.structs.replace(specimen().lines[0], image_url=None, url=None),),
        ),
        "long": _long(full),
        "yen": specimen("JPY"),
    }


def _full() -> Order:
    plain = specimen()
    first, second = plain.lines
    lines = (
        msgspec.structs.replace(
            first, discount=Decimal("5.00"), attributes={"Engraving": "For Alex"}, sku="SKU-1"
        ),
        msgspec.structs.replace(second, quantity=Decimal("0.5"), image_url=None),
        msgspec.structs.replace(
            second, id="3", title="Gift card", variant=None, digital=True, gift_card=True
        ),
        msgspec.structs.replace(
            first,
            id="4",
            title="Lamp",
            stock=Stock(status="backorder", expected="2026-02-02"),
        ),
    )
    totals = msgspec.structs.replace(
        plain.totals, tip=Decimal("1.00"), fees=Decimal("2.00"), gift_card=Decimal("10.00")
    )
    billing = plain.billing_address
    other = msgspec.structs.replace(billing, line1="9 Other Street") if billing else None
    return msgspec.structs.replace(plain, lines=lines, totals=totals, billing_address=other)


def _long(order: Order) -> Order:
    lines = tuple(
        msgspec.structs.replace(order.lines[0], id=str(number), title=f"Article {number}")
        for number in range(1, 121)
    )
    return msgspec.structs.replace(order, lines=lines)


def trials(kind: Kind) -> Iterator[Letter]:
    """The letters that a kind's templates are tried on before they are published."""
    for name, order in samples().items():
        if name != "long":
            yield letter_for(kind, order)
