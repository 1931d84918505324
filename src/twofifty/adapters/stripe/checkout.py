"""A completed Checkout Session (also of a Payment Link) as an order.

https://docs.stripe.com/api/checkout/sessions/object. `customer_email` is what the shop knew before,
`customer_details` what the customer typed. The address moved from `shipping` to `shipping_details`
(2022-08-01) to `collected_information` (2025-03-31).
"""

from decimal import Decimal

from twofifty.adapters.stripe import lines, money
from twofifty.adapters.stripe.money import CHARGE, Tender
from twofifty.adapters.stripe.told import PERSON, Told, address, stamped
from twofifty.intake.node import Node
from twofifty.order.model import (
    Customer,
    Discount,
    Order,
    Payment,
    Shipping,
    State,
    Tax,
    Totals,
)

_INTENT: dict[str, Payment] = {
    "succeeded": "paid",
    "requires_capture": "authorized",
    "processing": "pending",
    "requires_payment_method": "failed",
    "canceled": "voided",
}
_SHIPPED_TO = "collected_information.shipping_details|shipping_details|shipping"
_REFERENCE = (
    "payment_intent.id|payment_intent|payment.payment_intent.id|payment.payment_intent"
    "|invoice.payments.data.0.payment.payment_intent|invoice.payment_intent|invoice.id|invoice"
)
_CONSENT = {"opt_in": True, "opt_out": False}
_FAILED = "checkout.session.async_payment_failed"


def read_session(node: Node, told: Told) -> Order:
    """One session with whatever was expanded in it. Raises Unreadable."""
    paid, who = money.tender(node), node.at("customer_details|billing_details")
    consent = node.word("consent.promotions", _CONSENT)
    order = Order(
        source=told.stated.name,
        id=node.needed_key("id"),
        number=told.number(node),
        placed_at=node.seconds("created"),
        state=State(
            payment=_payment(node, told),
            cancelled_at=node.seconds("payment_intent.canceled_at"),
        ),
        locale=node.locale("locale"),
        currency=paid.code,
        customer=Customer(
            id=node.text("customer.id|customer"),
            name=who.text(PERSON["name"]),
            email=who.text("email") or node.text("customer_email|customer.email"),
            phone=who.text("phone"),
            consent={} if consent is None else {"marketing": consent},
        ),
        shipping_address=address(node.at(_SHIPPED_TO)),
        billing_address=address(who),
        lines=lines.session_lines(node, paid),
        totals=_totals(node, paid),
        discounts=_discounts(node, paid),
        taxes=_taxes(node, paid),
        shipping=_shipping(node, paid),
        payments=money.paid_by(node, node.key(_REFERENCE)),
        refunds=money.refunds(node.at(CHARGE)),
        parcels=money.parcels(node.at("payment_intent.shipping")),
        note=_answers(node),
    )
    return stamped(order, node, told)


def _payment(node: Node, told: Told) -> Payment | None:
    """`payment_status` decides, not the event's name; the expanded payment says more than that."""
    if node.text("payment_status") == "paid":
        return money.given_back(node.at(CHARGE)) or "paid"
    if told.type == _FAILED:
        return "failed"
    if node.text("payment_status") == "no_payment_required" and not node.money("amount_total"):
        return "paid"
    known = node.text("payment_status") in ("unpaid", "no_payment_required")
    return node.word("payment_intent.status", _INTENT) or ("pending" if known else None)


def _totals(node: Node, paid: Tender) -> Totals:
    total = money.needed(paid.whole(node, "amount_total"), node, "amount_total")
    subtotal = paid.part(node, "amount_subtotal")
    discount = paid.part(node, "total_details.amount_discount")
    shipping = paid.part(node, "total_details.amount_shipping|shipping_cost.amount_subtotal")
    tax = paid.part(node, "total_details.amount_tax")
    net = (subtotal, shipping, -discount if discount else None)
    return Totals(
        total=total,
        subtotal=subtotal,
        discount=discount,
        shipping=shipping,
        tax=tax,
        tax_included=money.tax_included(total, net, tax),
        refunded=money.refunded(node.at(CHARGE)),
    )


def _discounts(node: Node, paid: Tender) -> tuple[Discount, ...]:
    """Told only where `total_details.breakdown` is expanded; codes where `discounts` is, too."""
    codes = {
        each.text("promotion_code.id"): each.text("promotion_code.code")
        for each in node.each("discounts")
    }
    return tuple(
        Discount(
            amount=amount,
            code=codes.get(each.text("discount.promotion_code")),
            title=each.text("discount.coupon.name|discount.source.coupon.name"),
        )
        for each in node.each("total_details.breakdown.discounts")
        if (amount := paid.part(each, "amount"))
    )


def _taxes(node: Node, paid: Tender) -> tuple[Tax, ...]:
    return tuple(
        Tax(amount=amount, title=each.text("rate.display_name"), rate=_rate(each))
        for each in node.each("total_details.breakdown.taxes")
        if (amount := paid.part(each, "amount"))
    )


def _rate(tax: Node) -> Decimal | None:
    percentage = tax.money("rate.effective_percentage|rate.percentage")
    return None if percentage is None else percentage.scaleb(-2)


def _shipping(node: Node, paid: Tender) -> tuple[Shipping, ...]:
    """The way of shipping has a name only where its rate is expanded. Its estimate is in days from
    no stated day, so it is left out."""
    title = node.text("shipping_cost.shipping_rate.display_name")
    amount = paid.part(node, "shipping_cost.amount_subtotal")
    return (Shipping(title=title, amount=amount),) if title else ()


def _answers(node: Node) -> str | None:
    """What the customer typed or chose in the shop's own fields of the checkout."""
    said = [
        f"{label}: {answer}"
        for each in node.each("custom_fields")
        if (label := each.text("label.custom|key")) and (answer := _answer(each))
    ]
    return "\n".join(said) or None


def _answer(field: Node) -> str | None:
    chosen = field.text("dropdown.value")
    labels = {each.text("value"): each.text("label") for each in field.each("dropdown.options")}
    return labels.get(chosen) or chosen or field.text("text.value|numeric.value")
