"""One Sylius order (https://docs.sylius.com, API v2, or v1 before it).

It is known by its token, by which the API finds it. Times without an offset are UTC. A shipment is
a parcel once it was shipped; its units say how many of each line it holds.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC
from decimal import Decimal

from twofifty.adapters.sylius.document import code, last, name
from twofifty.adapters.sylius.money import discounts, hundredths, read_totals
from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.order.model import (
    Customer,
    Fulfillment,
    Line,
    Order,
    Parcel,
    ParcelLine,
    Payment,
    PaymentPart,
    Shipping,
    State,
)

_PAYMENT: dict[str, Payment] = {
    "awaiting_payment": "pending",
    "partially_authorized": "pending",
    "authorized": "authorized",
    "partially_paid": "partially_paid",
    "paid": "paid",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "cancelled": "voided",
}
# A payment's own state, where the order's is not told.
_SINGLE: dict[str, Payment] = {
    "new": "pending",
    "processing": "pending",
    "authorized": "authorized",
    "completed": "paid",
    "refunded": "refunded",
    "failed": "failed",
    "cancelled": "voided",
}
_FULFILLMENT: dict[str, Fulfillment] = {
    "ready": "unfulfilled",
    "partially_shipped": "partial",
    "shipped": "fulfilled",
}
CURRENCY, EMAIL = "currencyCode|currency", "customer.email|email|user.email"
_NAME = "firstName+lastName"
_ADDRESS = {
    "name": _NAME,
    "company": "company",
    "line1": "street",
    "city": "city",
    "region": "provinceName|provinceCode",
    "postal_code": "postcode",
    "country": "countryCode",
    "phone": "phoneNumber",
}


def read_order(node: Node, stated: Stated) -> Order:
    """The order. Raises Unreadable."""
    updated = node.moment("updatedAt", UTC)
    placed = node.moment("checkoutCompletedAt|completedAt|createdAt", UTC)
    lines = tuple(_line(each, at) for at, each in enumerate(node.each("items")))
    return Order(
        source=stated.name,
        id=last(node.needed_key("tokenValue|id")) or "",
        number=node.text("number"),
        revision=loose.milliseconds(updated),
        placed_at=placed,
        updated_at=updated,
        state=State(
            payment=node.word("paymentState", _PAYMENT) or _single(node),
            fulfillment=node.word("shippingState", _FULFILLMENT),
            cancelled_at=(updated or placed) if node.text("state") == "cancelled" else None,
        ),
        locale=node.locale("localeCode|locale") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=node.currency(CURRENCY),
        customer=_customer(node),
        shipping_address=node.address("shippingAddress", _ADDRESS),
        billing_address=node.address("billingAddress", _ADDRESS),
        lines=lines,
        totals=read_totals(node, lines),
        discounts=discounts(node),
        shipping=tuple(_shipping(node)),
        payments=tuple(_payments(node)),
        parcels=tuple(parcels(node)),
        note=node.text("notes"),
    )


def _customer(node: Node) -> Customer:
    places = ("customer", "billingAddress", "shippingAddress")
    names = (node.at(place).text(_NAME) for place in places)
    return Customer(
        id=node.text("customer.id|user.id") or last(node.text("customer.@id|customer")),
        name=next(filter(None, names), None),
        email=node.text(EMAIL),
        phone=node.text("customer.phoneNumber|shippingAddress.phoneNumber"),
    )


def _single(node: Node) -> Payment | None:
    """How the last payment stands, for the API v1 does not tell how the order does."""
    states = [_SINGLE.get(each.text("state") or "") for each in node.each("payments")]
    return states[-1] if states else None


def _line(item: Node, at: int) -> Line:
    quantity = item.quantity("quantity")
    price = hundredths(item, "unitPrice|product.variants.0.price.current")
    row = None if price is None else price * quantity
    total = row if item.raw("subtotal") is None else hundredths(item, "subtotal")
    off = loose.total([row, None if total is None else -total]) or 0
    return Line(
        id=last(item.key("id") or item.text("@id")) or str(at + 1),
        title=_title(item) or str(at + 1),
        quantity=quantity,
        product_id=code(item, "variant.product") or code(item, "product"),
        sku=code(item, "variant"),
        variant=item.text("variantName"),
        unit_price=price,
        discount=Decimal(off) if off > 0 else None,
        total=total,
        digital=item.stated("variant.shippingRequired") is False,
    )


def _title(item: Node) -> str | None:
    named = item.text("productName|product.name") or name(item, "variant")
    return named or item.text("variant.object.name") or code(item, "variant")


def _shipping(node: Node) -> Iterator[Shipping]:
    listed = node.each("shipments")
    for each in listed:
        title = name(each, "method") or code(each, "method")
        if title and each.text("state") != "cancelled":
            whole = hundredths(node, "shippingTotal") if len(listed) == 1 else None
            yield Shipping(title=title, amount=whole)


def _payments(node: Node) -> Iterator[PaymentPart]:
    for each in node.each("payments"):
        if each.text("state") in ("cancelled", "failed", "cart"):
            continue
        yield PaymentPart(
            method=methods.method(code(each, "method") or "other"),
            title=name(each, "method"),
            amount=hundredths(each, "amount|price.current"),
            status=each.text("state"),
            reference=each.key("id"),
        )


def parcels(node: Node) -> Iterator[Parcel]:
    """The shipments that were shipped. Raises Unreadable."""
    owners = {
        unit: item.text("id") or last(item.text("@id"))
        for item in node.each("items")
        for unit in _units(item)
    }
    for each in filter(is_shipped, node.each("shipments")):
        if number := each.key("id") or last(each.text("@id")):
            inside = Counter(owner for unit in _units(each) if (owner := owners.get(unit)))
            yield _parcel(number, each, inside)


def _parcel(number: str, each: Node, inside: Mapping[str, int]) -> Parcel:
    return Parcel(
        id=number,
        tracking_number=None if each.url("tracking") else each.text("tracking"),
        tracking_url=each.url("tracking"),
        lines=tuple(
            ParcelLine(line_id=line_id, quantity=Decimal(count))
            for line_id, count in inside.items()
        ),
    )


def is_shipped(each: Node) -> bool:
    """Whether a shipment has left."""
    return each.text("state") == "shipped" or each.moment("shippedAt", UTC) is not None


def _units(owner: Node) -> list[str]:
    """The ids of the units of a line or a shipment: a list, or an object where PHP left gaps."""
    raw = owner.raw("units")
    listed = list(raw.values()) if isinstance(raw, dict) else raw
    listed = listed if isinstance(listed, list) else []
    links = (each if isinstance(each, str) else Node(each).text("@id|id") for each in listed)
    return [found for each in links if (found := last(each))]
