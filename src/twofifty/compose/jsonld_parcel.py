"""schema.org `ParcelDelivery` for mail programs that follow parcels.

Required by Google (workspace/gmail/markup/reference/types/ParcelDelivery): carrier with its name;
deliveryAddress with addressCountry, addressLocality, addressRegion, postalCode and streetAddress;
expectedArrival; itemShipped with its name; partOfOrder with its orderNumber and the merchant's
name. Its examples (workspace/gmail/markup/reference/parcel-delivery) say expectedArrivalUntil, as
schema.org does: both are written. Recommended: trackingNumber, trackingUrl, expectedArrivalFrom.
Yandex reads no ParcelDelivery, but an Order with the parcel's trackingNumber and trackingUrl.

A parcel that lacks something required is not marked up; its order is, in its place.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from twofifty.compose import clean
from twofifty.compose.jsonld import (
    CONTEXT,
    merchant_of,
    moments,
    order_markup,
    postal,
    status,
)
from twofifty.compose.letter import Letter
from twofifty.compose.mustache.markup import Json
from twofifty.compose.offers import product
from twofifty.compose.reader import Reader
from twofifty.compose.schema import Node, Organization, PostalAddress, Product
from twofifty.compose.view_subject import bare_number
from twofifty.compose.view_whole import Said, said_lines
from twofifty.order.model import Order, Parcel, Window

_MAX_ITEMS: Final = 25
_REQUIRED: Final = (
    "street_address",
    "address_locality",
    "address_region",
    "postal_code",
    "address_country",
)


class _PartOf(Node, frozen=True, tag_field="@type", tag="Order"):
    order_number: str
    merchant: Organization
    order_status: str


class _Parcel(Node, frozen=True, tag_field="@type", tag="ParcelDelivery"):
    context: str = msgspec.field(name="@context")
    carrier: Organization
    delivery_address: PostalAddress
    expected_arrival: str
    expected_arrival_until: str
    item_shipped: list[Product]
    part_of_order: _PartOf
    expected_arrival_from: str = ""
    tracking_number: str = ""
    tracking_url: str | None = None


def parcel_markup(
    letter: Letter, parcel: Parcel | None, reader: Reader, inside: Said
) -> Json | None:
    """The parcel, or the order where a parcel's markup would not be valid; None where that one
    would not be either."""
    found = _node(letter.order, parcel, reader, inside) if parcel is not None else None
    if found is not None:
        return Json(clean.jsonld(found))
    lines = said_lines(letter.order.lines, reader, _MAX_ITEMS)
    return order_markup(letter, reader, lines, parcel)


def _node(order: Order, parcel: Parcel, reader: Reader, inside: Said) -> _Parcel | None:
    address, merchant = postal(order.shipping_address), merchant_of(reader)
    start, end = moments(_window(order, parcel), reader)
    carrier = clean.line(parcel.carrier or "", 80)
    if address is None or merchant is None or not _complete(address, carrier, end, inside):
        return None
    return _Parcel(
        context=CONTEXT,
        carrier=Organization(name=carrier),
        delivery_address=address,
        expected_arrival=end,
        expected_arrival_until=end,
        expected_arrival_from=start,
        item_shipped=[product(line, said) for line, said in inside[:_MAX_ITEMS]],
        part_of_order=_PartOf(
            order_number=bare_number(order),
            merchant=merchant,
            order_status=f"{CONTEXT}/{status(order)}",
        ),
        tracking_number=clean.line(parcel.tracking_number or "", 80),
        tracking_url=clean.url(parcel.tracking_url),
    )


def _complete(address: PostalAddress, carrier: str, until: str, inside: Sequence[object]) -> bool:
    return bool(carrier and until and inside and all(getattr(address, name) for name in _REQUIRED))


def _window(order: Order, parcel: Parcel) -> Window | None:
    """When the parcel comes: by itself, else by the only way of shipping."""
    if parcel.estimate is not None:
        return parcel.estimate
    return order.shipping[0].estimate if len(order.shipping) == 1 else None
