"""schema.org `Order` for mail programs that show orders at a glance.

Fields: https://developers.google.com/workspace/gmail/markup/reference/order
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from twofifty.compose import clean
from twofifty.compose.address import code
from twofifty.compose.reader import Reader
from twofifty.order.model import Address, Line, Order

# Mail programs show a few; the mail must stay below the size at which they cut it off.
MAX_OFFERS: Final = 25
_STATUS: Final = "http://schema.org/OrderProcessing"

View = dict[str, object]


class _Node(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What is absent or empty is left out."""


class _Organization(_Node, frozen=True, tag_field="@type", tag="Organization"):
    name: str


class _Person(_Node, frozen=True, tag_field="@type", tag="Person"):
    name: str


class _Quantity(_Node, frozen=True, tag_field="@type", tag="QuantitativeValue"):
    value: Decimal


class _Product(_Node, frozen=True, tag_field="@type", tag="Product"):
    name: str
    sku: str = ""
    url: object = None
    image: object = None


class _Offer(_Node, frozen=True, tag_field="@type", tag="Offer"):
    item_offered: _Product
    eligible_quantity: _Quantity
    price: Decimal | None = None
    price_currency: str = ""


class _Address(_Node, frozen=True, tag_field="@type", tag="PostalAddress"):
    name: str = ""
    street_address: str = ""
    address_locality: str = ""
    address_region: str = ""
    postal_code: str = ""
    address_country: str = ""


class _Action(_Node, frozen=True, tag_field="@type", tag="ViewAction"):
    url: str
    name: str


class _Order(_Node, frozen=True, tag_field="@type", tag="Order"):
    context: str = msgspec.field(name="@context")
    merchant: _Organization
    order_number: str
    order_status: str
    price_currency: str
    price: Decimal
    accepted_offer: list[_Offer]
    order_date: datetime | None = None
    discount: Decimal | None = None
    discount_currency: str = ""
    customer: _Person | None = None
    billing_address: _Address | None = None
    url: str | None = None
    potential_action: _Action | None = None


def order_markup(
    order: Order, reader: Reader, shown: Sequence[tuple[Line, View]], status_url: str | None
) -> str:
    """The order as JSON-LD, safe inside a `<script>` element; `shown`: lines with their views."""
    totals, name = order.totals, clean.line(order.customer.name or "", 120)
    action = _Action(url=status_url, name=reader.text("view_order")) if status_url else None
    node = _Order(
        context="http://schema.org",
        merchant=_Organization(name=clean.line(reader.brand.shop_name, 100)),
        order_number=clean.line(order.number or order.id, 60).lstrip("# "),
        order_status=_STATUS,
        price_currency=order.currency,
        price=totals.total,
        accepted_offer=[_offer(line, said, order.currency) for line, said in shown[:MAX_OFFERS]],
        order_date=order.placed_at,
        discount=totals.discount or None,
        discount_currency=order.currency if totals.discount else "",
        customer=_Person(name=name) if name else None,
        billing_address=_address(order.billing_address) if order.billing_address else None,
        url=status_url,
        potential_action=action,
    )
    return clean.jsonld(node)


def _offer(line: Line, said: View, currency: str) -> _Offer:
    price = line.unit_price if line.unit_price is not None else line.total
    product = _Product(
        name=clean.cut(str(said["title"]), 150),
        sku=clean.line(line.sku, 80) if line.sku else "",
        url=said["url"],
        image=said["image"],
    )
    return _Offer(
        item_offered=product,
        eligible_quantity=_Quantity(value=line.quantity),
        price=price,
        price_currency="" if price is None else currency,
    )


def _address(address: Address) -> _Address:
    street = " ".join(clean.line(row, 160) for row in (address.line1, address.line2) if row)
    return _Address(
        name=clean.line(address.name or "", 120),
        street_address=street,
        address_locality=clean.line(address.city or "", 120),
        address_region=clean.line(address.region or "", 120),
        postal_code=clean.line(address.postal_code or "", 40),
        address_country=code(address.country) or clean.line(address.country or "", 80),
    )
