"""Do the figures of an order add up? Nothing is corrected here, only said."""

from decimal import Decimal

from twofifty.order.model import Order

ZERO = Decimal(0)


def expected_total(order: Order) -> Decimal | None:
    """The total that the stated parts give, or None where the goods are not stated at all."""
    totals = order.totals
    goods = totals.subtotal if totals.subtotal is not None else _lines_before_discount(order)
    if goods is None:
        return None
    added = _sum(totals.shipping, totals.fees, totals.duties, totals.tip, totals.rounding)
    taken = _sum(totals.discount, totals.gift_card)
    tax = ZERO if totals.tax_included else (totals.tax or ZERO)
    return goods + added + tax - taken


def difference(order: Order) -> Decimal:
    """Stated total minus expected total; zero where it adds up or cannot be checked."""
    expected = expected_total(order)
    return ZERO if expected is None else order.totals.total - expected


def _lines_before_discount(order: Order) -> Decimal | None:
    if not order.lines or any(line.total is None for line in order.lines):
        return None
    goods = _sum(*(line.total for line in order.lines))
    stated_once = order.totals.discount is not None
    return goods + _sum(*(line.discount for line in order.lines)) if stated_once else goods


def _sum(*amounts: Decimal | None) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), ZERO)
