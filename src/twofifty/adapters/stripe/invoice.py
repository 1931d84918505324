"""An invoice of Stripe Billing as an order, for shops that say so.

https://docs.stripe.com/api/invoices/object. Since 2025-03-31 an invoice does not tell how it was
paid unless `payments` is expanded, and its taxes are `total_taxes`.
"""

from decimal import Decimal

from twofifty.adapters.stripe import lines, money
from twofifty.adapters.stripe.money import Tender
from twofifty.adapters.stripe.told import PERSON, Told, address, stamped
from twofifty.intake.node import Node
from twofifty.order.model import Customer, Line, Links, Order, Payment, PaymentPart, State, Totals

_STATUS: dict[str, Payment] = {
    "open": "pending",
    "paid": "paid",
    "uncollectible": "failed",
    "void": "voided",
}
_REFERENCE = (
    "payment_intent.id|payment_intent|payments.data.0.payment.payment_intent.id"
    "|payments.data.0.payment.payment_intent|charge.id|charge|id"
)
_BILLED = {**{name: f"customer_{path}" for name, path in PERSON.items()}, "name": "customer_name"}


def read_invoice(node: Node, told: Told) -> Order:
    """One finalized invoice. Raises Unreadable."""
    paid = money.tender(node)
    billed = lines.invoice_lines(node, paid)
    order = Order(
        source=told.stated.name,
        id=node.needed_key("id"),
        number=told.number(node) or node.text("number"),
        placed_at=node.seconds("status_transitions.finalized_at|created|date"),
        state=State(
            payment=_payment(node),
            cancelled_at=node.seconds("status_transitions.voided_at"),
        ),
        currency=paid.code,
        customer=Customer(
            id=node.text("customer.id|customer"),
            name=node.text("customer_name"),
            email=node.text("customer_email|customer.email"),
            phone=node.text("customer_phone"),
        ),
        shipping_address=address(node.at("customer_shipping")),
        billing_address=address(node, _BILLED),
        lines=billed,
        totals=_totals(node, paid, billed),
        payments=_payments(node),
        links=Links(status=node.url("hosted_invoice_url")),
    )
    return stamped(order, node, told)


def _payment(node: Node) -> Payment | None:
    """Invoices from before 2018-11-08 have no status but `paid`. One that is open after an attempt
    to charge it was declined."""
    stated = node.word("status", _STATUS)
    if node.raw("status") is None:
        stated = "paid" if node.true("paid") else "pending"
    charged = node.text("collection_method|billing") != "send_invoice"
    declined = stated == "pending" and charged and node.true("attempted")
    return "failed" if declined else stated


def _payments(node: Node) -> tuple[PaymentPart, ...]:
    reference = node.key(_REFERENCE)
    if node.text("collection_method|billing") == "send_invoice":
        return (PaymentPart(method="invoice", reference=reference),)
    return money.paid_by(node, reference)


def _totals(node: Node, paid: Tender, billed: tuple[Line, ...]) -> Totals:
    """`subtotal` has the discounts of single lines in it already, `total_discount_amounts` counts
    them too: with such lines it is not the goods before all discounts, and is left out."""
    total = money.needed(paid.whole(node, "total"), node, "total")
    by_line = any(each.raw("discounts") for each in node.each("lines.data"))
    subtotal = None if by_line else paid.part(node, "subtotal")
    goods = [subtotal] if not by_line else [paid.part(e, "amount") for e in node.each("lines.data")]
    discount = lines.summed(node, "total_discount_amounts", paid)
    shipping = paid.part(node, "shipping_cost.amount_subtotal")
    tax = _tax(node, paid)
    net = (*goods, shipping, -discount if discount else None)
    return Totals(
        total=total,
        subtotal=subtotal,
        discount=discount,
        shipping=shipping,
        tax=tax,
        tax_included=money.tax_included(total, net, tax),
        paid=paid.part(node, "amount_paid"),
        due=paid.part(node, "amount_remaining"),
    )


def _tax(node: Node, paid: Tender) -> Decimal | None:
    stated = lines.summed(node, "total_taxes|total_tax_amounts", paid)
    return paid.part(node, "tax") if stated is None else stated
