"""A parcel under Shopify's names: the `fulfillment` of a shipping mail."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from twofifty.compose.clean import line, url
from twofifty.compose.liquid.numbers import cents, whole
from twofifty.compose.reader import Reader
from twofifty.order.model import Line, Order, Parcel, ParcelLine, Window

Names = dict[str, object]
NO_PARCEL: Final = Parcel(id="-")


def fulfillment(order: Order, parcel: Parcel | None, lines: list[Names], reader: Reader) -> Names:
    """The parcel's names. One that does not say what is in it has all lines of the order."""
    by_id = {str(each["id"]): each for each in lines}
    inside = _inside(order, parcel, by_id)
    return {
        "item_count": sum(_count(each) for each in inside),
        "fulfillment_line_items": inside,
        "line_items": [each["line_item"] for each in inside],
        "requires_shipping": True,
        "name": None,
        "created_at": None,
        "service": None,
        **_tracking(parcel or NO_PARCEL, reader),
    }


def _tracking(parcel: Parcel, reader: Reader) -> Names:
    number = line(parcel.tracking_number or "", 120)
    address = url(parcel.tracking_url)
    estimate = parcel.estimate or Window()
    latest = estimate.latest or estimate.earliest
    return {
        "id": parcel.id if parcel is not NO_PARCEL else None,
        "tracking_company": line(parcel.carrier or "", 80) or None,
        "tracking_number": number or None,
        "tracking_numbers": [number] if number else [],
        "tracking_url": address,
        "tracking_urls": [address] if address else [],
        "estimated_delivery_at": line(latest, 40) if latest else None,
        "estimated_delivery": reader.day(latest) or None,
        "status": line(parcel.status, 80) if parcel.status else None,
    }


def _inside(order: Order, parcel: Parcel | None, by_id: Mapping[str, Names]) -> list[Names]:
    named = parcel.lines if parcel else ()
    if not named:
        named = tuple(ParcelLine(line_id=each.id, quantity=each.quantity) for each in order.lines)
    stated = {each.id: each for each in order.lines}
    return [
        _line(each, by_id[each.line_id], stated[each.line_id])
        for each in named
        if each.line_id in by_id and each.line_id in stated
    ]


def _line(inside: ParcelLine, names: Names, line: Line) -> Names:
    """A line of a parcel: the order's line, with the parcel's own quantity and share of price."""
    share = inside.quantity / line.quantity if line.quantity else Decimal(0)
    prices = {
        name: _share(names[name], share)
        for name in ("line_price", "original_line_price", "final_line_price")
    }
    quantity = {"quantity": whole(inside.quantity)}
    return {**names, **prices, **quantity, "line_item": {**names, **prices, **quantity}}


def _share(price: object, share: Decimal) -> object:
    if share == 1 or not isinstance(price, int | Decimal):
        return price
    return cents((Decimal(price) / 100 * share).quantize(Decimal("0.0001")))


def _count(line: Names) -> int:
    quantity = line["quantity"]
    return quantity if isinstance(quantity, int) else 1
