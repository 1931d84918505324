"""PaymentIntents, charges and refunds: news of an order's payment, or orders themselves.

https://docs.stripe.com/api/payment_intents/object, .../charges/object, .../refunds/object. Orders
are known by the PaymentIntent that they were paid with; charges tell it, and the invoice until
2025-03-31. A merchant notes parcels on the payment (`shipping.tracking_number`).
"""

import msgspec

from twofifty.adapters.stripe import lines, money
from twofifty.adapters.stripe.money import CHARGE, Tender
from twofifty.adapters.stripe.told import Told, address, stamped
from twofifty.intake.node import Node
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent
from twofifty.order.model import Customer, Order, Payment, State, Totals

_Said = tuple[EventType, Payment]
_INTENT: dict[str, _Said] = {
    "succeeded": ("payment.paid", "paid"),
    "requires_capture": ("payment.authorized", "authorized"),
    "processing": ("order.placed", "pending"),
    "canceled": ("order.cancelled", "voided"),
}
_DECLINED: _Said = ("payment.failed", "failed")
_UNFINISHED = Ignored("a payment that is not finished: no order")
_EMAIL = "receipt_email|customer.email|payment_method.billing_details.email"
_REFERENCES = ("payment_intent.id|payment_intent|id", "invoice.id|invoice")
_REFUNDED = ("payment_intent.id|payment_intent|charge.payment_intent|charge.id|charge",)


def intent_news(node: Node, told: Told) -> tuple[News, ...] | Ignored:
    """An order where the shop's orders are payments; else news for the order that was paid so.

    A declined card is no news: the checkout goes on, and the session tells how it ended."""
    own = told.orders_from == "payment_intent"
    failed = told.type == "payment_intent.payment_failed"
    said = _DECLINED if failed else node.word("status", _INTENT)
    if said is None or (not own and said[1] in ("failed", "pending")):
        return _UNFINISHED
    if own and said[1] in ("paid", "authorized", "pending"):
        return (OrderEvent(type=said[0], order=read_intent(node, told)),)
    cancelled = node.seconds("canceled_at") if said[1] == "voided" else None
    return (
        Amendment(
            type=said[0],
            source=told.stated.name,
            reference=node.needed_key("id"),
            at=told.at or cancelled,
            payment=said[1],
            cancelled_at=cancelled,
        ),
    )


def read_intent(node: Node, told: Told) -> Order:
    """One PaymentIntent as an order: it has a total, and lines only in `amount_details`."""
    paid, charge = money.tender(node), node.at(CHARGE)
    said = node.word("status", _INTENT)
    order = Order(
        source=told.stated.name,
        id=node.needed_key("id"),
        number=told.number(node),
        placed_at=charge.seconds("created") or node.seconds("created"),
        state=State(payment=money.given_back(charge) or (said[1] if said else None)),
        currency=paid.code,
        customer=Customer(
            id=node.text("customer.id|customer"),
            name=charge.text("billing_details.name") or node.text("shipping.name|customer.name"),
            email=node.text(_EMAIL) or charge.text("receipt_email|billing_details.email"),
            phone=charge.text("billing_details.phone") or node.text("shipping.phone"),
        ),
        shipping_address=address(node.at("shipping")),
        billing_address=address(charge.at("billing_details")),
        lines=lines.payment_lines(node, paid),
        totals=_totals(node, paid),
        payments=money.paid_by(node, node.key("id")),
        refunds=money.refunds(charge),
        parcels=money.parcels(node.at("shipping")),
        note=node.text("description"),
    )
    return stamped(order, node, told)


def _totals(node: Node, paid: Tender) -> Totals:
    return Totals(
        total=money.needed(paid.whole(node, "amount"), node, "amount"),
        discount=paid.part(node, "amount_details.discount_amount"),
        shipping=paid.part(node, "amount_details.shipping.amount"),
        tax=paid.part(node, "amount_details.tax.total_tax_amount"),
        tip=paid.part(node, "amount_details.tip.amount"),
        refunded=money.refunded(node.at(CHARGE)),
    )


def charge_news(node: Node, told: Told) -> tuple[News, ...] | Ignored:
    """How the order of this charge stands now: taken, only reserved, or given back."""
    if node.text("status") not in (None, "succeeded", "paid") or node.stated("paid") is False:
        return Ignored("a charge that did not succeed: no order")
    parcels = money.parcels(node.at("shipping"))
    kind, payment = _charged(node)
    news = Amendment(
        type="shipment.created" if parcels and told.type == "charge.updated" else kind,
        source=told.stated.name,
        at=told.at,
        payment=payment,
        refunded=money.refunded(node),
        refunds=money.refunds(node) if payment != "voided" else (),
        parcels=parcels,
    )
    return _addressed(news, node, _REFERENCES)


def _charged(node: Node) -> _Said:
    back = money.given_back(node)
    if back is not None:
        return ("order.cancelled" if back == "voided" else "order.refunded"), back
    taken = node.stated("captured") is not False
    return ("payment.paid", "paid") if taken else ("payment.authorized", "authorized")


def refund_news(node: Node, told: Told) -> tuple[News, ...] | Ignored:
    """One refund. Whether all of the order went back, only the charge tells."""
    back = money.refund(node)
    if back is None:
        return Ignored("a refund that failed or took nothing back: no money moved")
    news = Amendment(
        type="order.refunded", source=told.stated.name, at=told.at or back.at, refunds=(back,)
    )
    return _addressed(news, node, _REFUNDED)


def _addressed(news: Amendment, node: Node, paths: tuple[str, ...]) -> tuple[News, ...]:
    """The same news for each id by which the order may be known."""
    known = [node.needed_key("|".join(paths)), *(node.key(path) for path in paths)]
    return tuple(
        msgspec.structs.replace(news, reference=each) for each in dict.fromkeys(known) if each
    )
