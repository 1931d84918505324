"""An order of Stripe's own Orders API, which is closed; its documents are still kept and sent.

Versions before 2022 have `items`, of which goods, discounts, shipping and taxes are each a kind; an
item's `amount` is that of all its pieces. The second version has the parts of a Checkout Session.
"""

import msgspec

from twofifty.adapters.stripe import money
from twofifty.adapters.stripe.checkout import read_session
from twofifty.adapters.stripe.money import Tender
from twofifty.adapters.stripe.told import Told, address, stamped
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.order.events import Ignored, News, OrderEvent
from twofifty.order.model import (
    Customer,
    Discount,
    Line,
    Money,
    Order,
    Payment,
    Shipping,
    State,
    Totals,
)

_PAYMENT: dict[str, Payment] = {
    "created": "pending",
    "submitted": "pending",
    "processing": "pending",
    "paid": "paid",
    "fulfilled": "paid",
    "complete": "paid",
    "returned": "refunded",
    "canceled": "voided",
}
_NO_GOODS = ("discount", "shipping", "tax")


def legacy_news(node: Node, told: Told) -> tuple[News, ...] | Ignored:
    """One order with all that it has: nobody can be asked for more."""
    if node.text("status") == "open":
        return Ignored("an order that is open: nothing was ordered yet")
    order = _with_items(node, told) if "items" in node else _with_lines(node, told)
    return (OrderEvent(type=told.kind, order=order),)


def _with_lines(node: Node, told: Told) -> Order:
    order = read_session(node, told)
    cancelled = order.updated_at if node.text("status") == "canceled" else None
    state = State(payment=node.word("status", _PAYMENT), cancelled_at=cancelled)
    return msgspec.structs.replace(order, state=state)


def _with_items(node: Node, told: Told) -> Order:
    paid, status = money.tender(node), node.text("status")
    goods = [each for each in node.each("items") if each.text("type") not in _NO_GOODS]
    order = Order(
        source=told.stated.name,
        id=node.needed_key("id"),
        number=told.number(node),
        placed_at=node.seconds("created"),
        state=State(
            payment=node.word("status", _PAYMENT),
            fulfillment="fulfilled" if status == "fulfilled" else None,
            cancelled_at=node.seconds("status_transitions.canceled"),
        ),
        currency=paid.code,
        customer=Customer(
            id=node.text("customer.id|customer"),
            name=node.text("shipping.name"),
            email=node.text("email|customer.email"),
            phone=node.text("shipping.phone"),
        ),
        shipping_address=address(node.at("shipping")),
        lines=tuple(_line(each, at, paid) for at, each in enumerate(goods)),
        totals=_totals(node, paid),
        discounts=tuple(
            Discount(amount=-amount, title=each.text("description"))
            for each, amount in _of(node, "discount", paid)
        ),
        shipping=tuple(
            Shipping(title=title, amount=amount)
            for each, amount in _of(node, "shipping", paid)
            if (title := each.text("description"))
        ),
        payments=money.paid_by(node, node.key("charge.id|charge")),
        parcels=money.parcels(node.at("shipping")),
    )
    return stamped(order, node, told)


def _line(item: Node, at: int, paid: Tender) -> Line:
    stated, amount = item.raw("quantity"), paid.part(item, "amount")
    quantity = loose.quantity(1 if stated is None else stated)
    sku = item.text("parent.id|parent")
    return Line(
        id=str(at + 1),
        title=item.text("description") or sku or str(at + 1),
        quantity=quantity,
        sku=sku,
        unit_price=amount if quantity == 1 else None,
        total=amount,
    )


def _totals(node: Node, paid: Tender) -> Totals:
    cut = loose.total([-amount for _, amount in _of(node, "discount", paid)])
    return Totals(
        total=money.needed(paid.whole(node, "amount"), node, "amount"),
        discount=cut,
        shipping=loose.total([amount for _, amount in _of(node, "shipping", paid)]),
        tax=loose.total([amount for _, amount in _of(node, "tax", paid)]),
        refunded=paid.part(node, "amount_returned") or None,
    )


def _of(node: Node, kind: str, paid: Tender) -> list[tuple[Node, Money]]:
    """The items of that kind, each with its amount."""
    found = [(each, paid.part(each, "amount")) for each in node.each("items")]
    return [
        (each, amount) for each, amount in found if amount is not None and each.text("type") == kind
    ]
