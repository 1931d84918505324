"""schema.org `Order` for mail programs that show orders at a glance.

Required by Google (developers.google.com/workspace/gmail/markup/reference/types/Order):
acceptedOffer, of it itemOffered with its name; merchant with its name; orderNumber; price;
priceCurrency. Recommended, or in its examples (.../reference/order): orderStatus, url,
potentialAction, billingAddress, customer, orderDate, discount; of an offer price, priceCurrency and
eligibleQuantity; of a product image, sku and url.
Read by Yandex (yandex.ru/support/webmaster/en/mail/order): the same, with orderStatus; and, though
schema.org has them at a parcel only, expectedArrivalUntil, trackingNumber and trackingUrl.

Where something required is missing there is no markup: an invalid one is worse than none.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

import msgspec

from twofifty.compose import clean
from twofifty.compose.address import code
from twofifty.compose.dates import iso
from twofifty.compose.kept import Kept
from twofifty.compose.letter import Letter
from twofifty.compose.mustache.markup import Json
from twofifty.compose.offers import Offer, offers_of, with_offers
from twofifty.compose.reader import Reader
from twofifty.compose.schema import Node, Organization, PostalAddress
from twofifty.compose.view_links import status_url
from twofifty.compose.view_subject import bare_number
from twofifty.order.model import Address, Line, Order, Parcel, Window
from twofifty.order.parcel import arrived, left, missing

# Mail programs show a few; the mail must stay below the size at which they cut it off.
MAX_OFFERS: Final = 25
CONTEXT: Final = "http://schema.org"

View = dict[str, object]


class _Person(Node, frozen=True, tag_field="@type", tag="Person"):
    name: str


class _Action(Node, frozen=True, tag_field="@type", tag="ViewAction"):
    url: str
    name: str


class _Order(Node, frozen=True, tag_field="@type", tag="Order"):
    context: str = msgspec.field(name="@context")
    merchant: Organization
    order_number: str
    order_status: str
    price_currency: str
    price: Decimal
    accepted_offer: list[Offer]
    order_date: datetime | None = None
    discount: Decimal | None = None
    discount_currency: str = ""
    customer: _Person | None = None
    billing_address: PostalAddress | None = None
    expected_arrival_until: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    url: str | None = None
    potential_action: _Action | None = None


def order_markup(
    letter: Letter,
    reader: Reader,
    shown: Sequence[tuple[Line, View]],
    parcel: Parcel | None = None,
) -> Json | None:
    """The order, safe inside a `<script>` element; None where something required is missing.
    `shown`: lines with their views; `parcel`: the one that the mail is about."""
    order, merchant, lines = letter.order, merchant_of(reader), shown[:MAX_OFFERS]
    if merchant is None or not lines:
        return None
    if all(said.__class__ is Kept for _, said in lines):
        written = clean.jsonld(_order(letter, reader, (merchant, []), parcel))
        return with_offers(written, lines, order.currency)
    offers = offers_of(lines, order.currency)
    return Json(clean.jsonld(_order(letter, reader, (merchant, offers), parcel)))


def _order(
    letter: Letter,
    reader: Reader,
    sold: tuple[Organization, list[Offer]],
    parcel: Parcel | None,
) -> _Order:
    """The order; `sold`: by whom, and what."""
    order, (merchant, offers), url = letter.order, sold, status_url(letter)
    totals, name = order.totals, clean.line(order.customer.name or "", 120)
    return _Order(
        context=CONTEXT,
        merchant=merchant,
        order_number=bare_number(order),
        order_status=f"{CONTEXT}/{status(order)}",
        price_currency=order.currency,
        price=totals.total,
        accepted_offer=offers,
        order_date=order.placed_at,
        discount=totals.discount or None,
        discount_currency=order.currency if totals.discount else "",
        customer=_Person(name=name) if name else None,
        billing_address=postal(order.billing_address),
        url=url,
        potential_action=_Action(url=url, name=reader.text("view_order")) if url else None,
        **_tracked(parcel, reader),
    )


def status(order: Order) -> str:
    """schema.org's `OrderStatus` of the order."""
    if order.state.cancelled_at is not None:
        return "OrderCancelled"
    if arrived(order):
        return "OrderDelivered"
    if any(left(parcel) for parcel in order.parcels) and not missing(order):
        return "OrderInTransit"
    return "OrderProcessing"


def merchant_of(reader: Reader) -> Organization | None:
    """The shop; None for one without a name."""
    name = clean.line(reader.brand.shop_name, 100)
    return Organization(name=name) if name else None


def postal(address: Address | None) -> PostalAddress | None:
    """An address; None for one that says nothing."""
    if address is None:
        return None
    street = " ".join(clean.line(row, 160) for row in (address.line1, address.line2) if row)
    found = PostalAddress(
        name=clean.line(address.name or "", 120),
        street_address=street,
        address_locality=clean.line(address.city or "", 120),
        address_region=clean.line(address.region or "", 120),
        postal_code=clean.line(address.postal_code or "", 40),
        address_country=code(address.country) or clean.line(address.country or "", 80),
    )
    return found if found != PostalAddress() else None


def moments(window: Window | None, reader: Reader) -> tuple[str, str]:
    """The ends of a window as ISO 8601 date-times, whole days from their first second to their
    last; empty where an end is unknown."""
    if window is None:
        return "", ""
    ends = (iso(window.earliest, reader.where), iso(window.latest, reader.where))
    return _moment(ends[0], time(), reader), _moment(ends[1], time(23, 59, 59), reader)


def _moment(end: date | datetime | None, of_day: time, reader: Reader) -> str:
    if end is None:
        return ""
    exact = end if isinstance(end, datetime) else datetime.combine(end, of_day)
    return exact.replace(tzinfo=reader.where).isoformat()


def _tracked(parcel: Parcel | None, reader: Reader) -> Mapping[str, str]:
    """What Yandex reads of a parcel at its order."""
    if parcel is None:
        return {}
    return {
        "expected_arrival_until": moments(parcel.estimate, reader)[1],
        "tracking_number": clean.line(parcel.tracking_number or "", 80),
        "tracking_url": clean.url(parcel.tracking_url) or "",
    }
