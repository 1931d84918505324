"""An order of the Orders API, or a payment with lines of its own, as an order.

https://docs.mollie.com/reference/get-order, .../get-payment. Both have the same amounts, lines and
addresses. Neither has a version or a time of change: `updated_at` is the latest time that it says.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import msgspec

from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Fee,
    Fulfillment,
    Line,
    Links,
    Order,
    Parcel,
    ParcelLine,
    Payment,
    PaymentPart,
    Refund,
    Shipping,
    State,
    Totals,
)

_PAYMENT: dict[str, Payment] = {
    "created": "pending",
    "open": "pending",
    "pending": "pending",
    "authorized": "authorized",
    "shipping": "authorized",
    "paid": "paid",
    "completed": "paid",
    "canceled": "voided",
    "expired": "voided",
    "failed": "failed",
}
_FULFILLMENT: dict[str, Fulfillment] = {
    "created": "unfulfilled",
    "authorized": "unfulfilled",
    "shipping": "partial",
    "completed": "fulfilled",
}
_ADDRESS = {
    "name": "givenName+familyName",
    "company": "organizationName",
    "line1": "streetAndNumber",
    "line2": "streetAdditional",
    "city": "city",
    "region": "region",
    "postal_code": "postalCode",
    "country": "country",
    "phone": "phone",
}
_METHODS = {
    "alma": "pay_later",
    "billie": "pay_later",
    "directdebit": "bank_transfer",
    "in3": "pay_later",
    "riverty": "pay_later",
}
_TITLES = {"ideal": "iDEAL", "in3": "iDEAL in3", "twint": "TWINT", "mybank": "MyBank", "eps": "eps"}
_WORKED = ("paid", "authorized")
_NOT_BACK = ("queued", "failed", "canceled")
# Lines that are no goods; those that take off are written with negative amounts.
_NO_GOODS = ("shipping_fee", "surcharge", "tip", "discount", "store_credit", "gift_card")
_TIMES = ("createdAt", "authorizedAt", "paidAt", "completedAt", "canceledAt", "expiredAt")


def read_order(node: Node, stated: Stated) -> Order:
    """One order or payment with what is embedded in it. Raises Unreadable."""
    lines = node.each("lines")
    goods = [each for each in lines if _kind(each) not in _NO_GOODS]
    refunds = [refund(each) for each in node.each("_embedded.refunds")]
    status = node.text("status")
    return Order(
        source=stated.name,
        id=node.needed_key("id"),
        number=node.text("orderNumber") or _number(node, stated),
        placed_at=node.moment("createdAt"),
        updated_at=max(_times(node), default=None),
        state=State(
            payment=_payment(node),
            fulfillment=node.word("status", _FULFILLMENT) if "orderNumber" in node else None,
            cancelled_at=node.moment("canceledAt|expiredAt"),
            draft=status == "open" and node.text("method") != "banktransfer",
        ),
        test=node.text("mode") == "test",
        locale=node.locale("locale|_embedded.customer.locale") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=node.currency("amount.currency"),
        customer=_customer(node),
        shipping_address=_address(node, "shippingAddress"),
        billing_address=_address(node, "billingAddress"),
        lines=tuple(_line(each, at) for at, each in enumerate(goods)),
        totals=_totals(node, lines),
        discounts=tuple(
            Discount(amount=-amount, title=each.text("name|description"))
            for each, amount in _of(lines, "discount")
        ),
        fees=tuple(
            Fee(title=each.text("name|description") or "-", amount=amount)
            for each, amount in _of(lines, "surcharge")
        ),
        shipping=tuple(
            Shipping(title=title, amount=amount)
            for each, amount in _of(lines, "shipping_fee")
            if (title := each.text("name|description"))
        ),
        payments=_payments(node),
        refunds=tuple(each for each in refunds if each is not None),
        parcels=tuple(parcel(each) for each in node.each("_embedded.shipments")),
        links=Links(status=node.url("_links.checkout.href") if status == "open" else None),
    )


def _number(node: Node, stated: Stated) -> str | None:
    where = stated.options.get("number", "").strip()
    return node.text(where) if where else None


def _times(node: Node) -> Iterator[datetime]:
    nodes = [node, *node.each("_embedded.refunds"), *node.each("_embedded.shipments")]
    found = [each.moment(name) for each in nodes for name in _TIMES]
    return (when for when in found if when is not None)


def _payment(node: Node) -> Payment | None:
    """An order that is being shipped was paid, or is with a method that takes money then."""
    total, back = node.money("amount.value"), node.money("amountRefunded.value")
    if total and back:
        return "refunded" if back >= total else "partially_refunded"
    return "paid" if node.raw("paidAt") else node.word("status", _PAYMENT)


def _customer(node: Node) -> Customer:
    who, known = node.at("billingAddress"), node.at("_embedded.customer")
    return Customer(
        id=node.text("customerId"),
        name=who.text("givenName+familyName") or known.text("name"),
        email=who.text("email") or node.text("shippingAddress.email") or known.text("email"),
        phone=who.text("phone"),
    )


def _address(node: Node, name: str) -> Address | None:
    """Mollie keeps a country as the shop wrote it, in small letters too."""
    found = node.address(name, _ADDRESS)
    if found is None or found.country is None:
        return found
    return msgspec.structs.replace(found, country=found.country.upper())


def _line(item: Node, at: int) -> Line:
    return Line(
        id=item.key("id") or str(at + 1),
        title=item.text("name|description|sku") or str(at + 1),
        quantity=item.quantity("quantity"),
        sku=item.text("sku"),
        unit_price=item.money("unitPrice.value"),
        discount=item.money("discountAmount.value"),
        tax=item.money("vatAmount.value"),
        total=item.money("totalAmount.value"),
        image_url=item.url("imageUrl|_links.imageUrl.href"),
        url=item.url("productUrl|_links.productUrl.href"),
        digital=item.text("type") in ("digital", "gift_card"),
        gift_card=item.text("type") == "gift_card",
    )


def _totals(node: Node, lines: list[Node]) -> Totals:
    """Mollie states the total only; the parts are those of the lines. A line's total is after its
    own discount, so that of the order is all discounts, where any line is one."""
    cut = loose.total([-amount for _, amount in _of(lines, "discount")])
    own = loose.total([each.money("discountAmount.value") for each in lines])
    paid_with = [*_of(lines, "store_credit"), *_of(lines, "gift_card")]
    return Totals(
        total=node.needed_money("amount.value"),
        discount=None if cut is None else cut + (own or 0),
        shipping=loose.total([amount for _, amount in _of(lines, "shipping_fee")]),
        fees=loose.total([amount for _, amount in _of(lines, "surcharge")]),
        tip=loose.total([amount for _, amount in _of(lines, "tip")]),
        gift_card=loose.total([-amount for _, amount in paid_with]),
        tax=loose.total([each.money("vatAmount.value") for each in lines]),
        tax_included=True if lines else None,
        refunded=node.money("amountRefunded.value") or None,
    )


def _of(lines: list[Node], kind: str) -> list[tuple[Node, Decimal]]:
    """The lines of that kind that have an amount, each with it."""
    read = [(each, each.money("totalAmount.value")) for each in lines if _kind(each) == kind]
    return [(each, amount) for each, amount in read if amount is not None]


def _kind(line: Node) -> str:
    """A gift card that adds to the total is sold, one that takes off is what was paid with."""
    kind = line.text("type") or "physical"
    sold = kind == "gift_card" and (line.money("totalAmount.value") or 0) > 0
    return "gift card that is sold" if sold else kind


def _payments(node: Node) -> tuple[PaymentPart, ...]:
    """The payment that worked, of all that an order's customer tried; else the newest."""
    tried = node.each("_embedded.payments")
    worked = [each for each in tried if each.text("status") in _WORKED] or tried
    part = worked[0] if worked else node
    method = part.text("method") or node.text("method")
    reference = None if part.text("resource") == "order" else part.key("id")
    if not method:
        return ()
    return (
        PaymentPart(
            method=_METHODS.get(method) or methods.method(method),
            title=_card(part) or _TITLES.get(method),
            reference=reference,
        ),
    )


def _card(payment: Node) -> str | None:
    brand, last = payment.text("details.cardLabel"), payment.text("details.cardNumber")
    return f"{brand} •••• {last[-4:]}" if brand and last else None


def refund(node: Node) -> Refund | None:
    """A refund that is on its way or done; None for one that may still be stopped, or was. Its
    description is shown to the customer by Mollie too."""
    if node.text("status") in _NOT_BACK:
        return None
    return Refund(
        id=node.needed_key("id"),
        amount=node.needed_money("amount.value"),
        at=node.moment("createdAt"),
        reason=node.text("description"),
    )


def parcel(node: Node) -> Parcel:
    """A shipment of the Orders API."""
    return Parcel(
        id=node.needed_key("id"),
        carrier=node.text("tracking.carrier"),
        tracking_number=node.text("tracking.code"),
        tracking_url=node.url("tracking.url"),
        lines=tuple(
            ParcelLine(line_id=line, quantity=each.quantity("quantity"))
            for each in node.each("lines")
            if (line := each.key("id"))
        ),
    )
