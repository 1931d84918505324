"""What a Spree order costs: `total = item_total + shipment_total + adjustment_total`, whose
adjustments are added taxes, promotions (negative) and whatever staff added or took off.

Amounts are decimals in strings, of one digit or more. The total is before gift cards and store
credit: Spree counts them as payments. What was paid and is no longer in `payment_total` went back.
"""

from decimal import Decimal

from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.order.model import Fee, Payment, Totals

TOTAL, GOODS = "total|totals.order", "item_total|totals.item"
_SHIPPING = "delivery_total|shipment_total|ship_total|totals.shipping"
_PROMOTIONS = "discount_total|promo_total"
_PAYMENT: dict[str, Payment] = {
    "none": "pending",
    "pending": "pending",
    "processing": "pending",
    "checkout": "pending",
    "balance_due": "pending",
    "authorized": "authorized",
    "partially_paid": "partially_paid",
    "paid": "paid",
    "completed": "paid",
    "credit_owed": "paid",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "failed": "failed",
    "invalid": "failed",
    "void": "voided",
}
_PAID = ("completed", "paid", "captured")


def read_totals(node: Node) -> Totals:
    """The order's own figures. Raises Unreadable."""
    added, within = _added(node), node.money("included_tax_total")
    included = not added and (bool(within) or node.true("market.tax_inclusive"))
    other = _other(node)
    promotions = abs(node.money(_PROMOTIONS) or Decimal(0))
    return Totals(
        total=node.needed_money(TOTAL),
        subtotal=node.money(GOODS),
        discount=promotions + max(-other, Decimal(0)) or None,
        shipping=node.money(_SHIPPING),
        fees=loose.total([each.amount for each in fees(node)]),
        tax=within if included else added,
        tax_included=included,
        paid=_paid(node),
        due=node.money("amount_due|outstanding_balance"),
        refunded=refunded_of(node),
    )


def _added(node: Node) -> Decimal | None:
    """The taxes that were added; before 2.2 an order has no others."""
    older = "included_tax_total" not in node
    return node.money("additional_tax_total" + ("|tax_total|totals.tax" if older else ""))


def _other(node: Node) -> Decimal:
    """What staff added to the order, or took off it. Before 2.2 the shipping is an adjustment."""
    nothing = Decimal(0)
    stated, goods = node.money("adjustment_total|totals.adjustment"), node.money(GOODS)
    if stated is None:
        return nothing
    promotions = abs(node.money(_PROMOTIONS) or nothing)
    older = goods is not None and node.money(TOTAL) == goods + stated
    within = node.money(_SHIPPING) if older else None
    return stated - (_added(node) or nothing) - (within or nothing) + promotions


def fees(node: Node) -> tuple[Fee, ...]:
    """Charges beside goods and shipping: named fees, which may be adjustments, and the rest."""
    other, whole = _other(node), node.money("fee_total") or Decimal(0)
    named = [
        Fee(title=each.text("name|label|kind") or "Fee", amount=amount)
        for each in node.each("fees")
        if (amount := each.money("amount|total"))
    ]
    if whole and loose.total([each.amount for each in named]) != whole:
        named = [Fee(title="Fee", amount=whole)]
    rest = other - whole if whole and other >= whole else other
    return (*named, Fee(title="Adjustment", amount=rest)) if rest > 0 else tuple(named)


def _paid(node: Node) -> Decimal | None:
    """What all completed payments came to; where none is told, what the order says."""
    return _sum_of(node, _PAID) or node.money("payment_total|totals.payment")


def refunded_of(node: Node) -> Decimal | None:
    """All that went back: the stated refunds, or what is missing of what was paid."""
    listed = [*node.each("refunds"), *(r for p in node.each("payments") for r in p.each("refunds"))]
    single = loose.total([each.money("amount") for each in listed])
    left = node.money("payment_total")
    gone = Decimal(0) if left is None else _sum_of(node, _PAID) - left
    return single or (gone if gone > 0 else None)


def payment_of(node: Node, totals: Totals) -> Payment | None:
    """The order's own word, but for money that went back and for payments that are only authorized
    (`pending`): both leave a balance due in Spree."""
    said = node.word("payment_status|payment_state", _PAYMENT)
    if totals.refunded:
        whole = totals.paid or totals.total
        return "refunded" if totals.refunded >= whole else "partially_refunded"
    if said != "pending":
        return "paid" if said is None and node.true("covered_by_store_credit") else said
    if totals.paid:
        return "paid" if totals.paid >= totals.total else "partially_paid"
    return "authorized" if _sum_of(node, ("pending",)) >= totals.total else "pending"


def _sum_of(node: Node, states: tuple[str, ...]) -> Decimal:
    """What the payments in such a state come to."""
    found = [each for each in node.each("payments") if each.text("status|state") in states]
    return loose.total([each.money("amount") for each in found]) or Decimal(0)
