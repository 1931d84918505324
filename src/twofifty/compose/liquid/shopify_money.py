"""An order's sums, discounts, taxes, ways of shipping and payments under Shopify's names."""

import re
from decimal import Decimal

from twofifty.compose.clean import line
from twofifty.compose.liquid.numbers import cents
from twofifty.compose.reader import Reader
from twofifty.compose.view_payment import payment_title, unpaid
from twofifty.order.model import Discount, Order, PaymentPart, Refund, Shipping, Tax, Totals

Names = dict[str, object]
_CARD = re.compile(r"(?P<company>[^\d•*xX(]{2,40}?)[\s(•*xX.]*(?P<last>\d{4})\)?\s*")
_FAILED = frozenset({"failed", "failure", "voided", "cancelled", "canceled", "declined"})
_WAITING = frozenset({"pending", "open", "created", "requires_action"})


def sums(order: Order) -> Names:
    """The order's totals. Shopify's `subtotal_price` is after discounts, ours is before them."""
    totals = order.totals
    before = totals.subtotal
    after = None if before is None else before - _or_zero(totals.discount)
    return {
        **dict.fromkeys(("subtotal_price", "subtotal"), cents(after)),
        **dict.fromkeys(("line_items_subtotal_price", "total_line_items_price"), cents(before)),
        **dict.fromkeys(("total_price", "total"), cents(totals.total)),
        **dict.fromkeys(("tax_price", "total_tax", "tax_total"), cents(_taxes(order))),
        **dict.fromkeys(("total_tip", "total_tip_received"), cents(_or_zero(totals.tip))),
        **dict.fromkeys(("total_discounts", "discounts_amount"), cents(_discount(order))),
        "taxes_included": totals.tax_included,
        "discounts_savings": cents(-_discount(order)),
        "shipping_price": cents(_or_zero(totals.shipping)),
        "total_duties": cents(totals.duties or None),
        "total_outstanding": cents(_or_zero(totals.due)),
        "total_refunded_amount": cents(_or_zero(totals.refunded)),
        "net_payment": cents(_settled(totals)),
        "rounding_adjustment": cents(totals.rounding or None),
        "gift_card_amount": cents(totals.gift_card or None),
    }


def applications(order: Order) -> list[Names]:
    """`discount_applications`: those of the whole order, as the order names them."""
    return [_application(each) for each in order.discounts]


def taxes(order: Order) -> list[Names]:
    """`tax_lines`."""
    return [_tax(each) for each in order.taxes]


def ways(order: Order) -> list[Names]:
    """`shipping_methods`."""
    return [_way(each) for each in order.shipping]


def transactions(order: Order, reader: Reader) -> list[Names]:
    """Payments as sales, then refunds. One payment without an amount is of the whole total."""
    alone = len(order.payments) == 1
    sales = [
        _sale(each, cents(_paid(each, order, alone)), order, reader) for each in order.payments
    ]
    gateway = sales[0] if sales else None
    return [*sales, *(_refund(each, gateway) for each in order.refunds)]


def refund_amount(refund: Refund | None, order: Order) -> object:
    """The `amount` of a refund mail."""
    return cents(refund.amount if refund is not None else order.totals.refunded)


def _or_zero(amount: Decimal | None) -> Decimal:
    return amount or Decimal(0)


def _settled(totals: Totals) -> Decimal | None:
    return None if totals.paid is None else totals.paid - _or_zero(totals.refunded)


def _taxes(order: Order) -> Decimal:
    stated = order.totals.tax
    return stated if stated is not None else sum((t.amount for t in order.taxes), Decimal(0))


def _discount(order: Order) -> Decimal:
    stated = order.totals.discount
    return stated if stated is not None else sum((d.amount for d in order.discounts), Decimal(0))


def _application(discount: Discount) -> Names:
    title = line(discount.code or discount.title or "", 80) or None
    return {
        "title": title,
        "code": line(discount.code, 80) if discount.code else None,
        "type": "discount_code" if discount.code else "automatic",
        "target_selection": "all",
        "target_type": "line_item",
        "value": cents(discount.amount),
        "value_type": "fixed_amount",
        "amount": cents(discount.amount),
        "savings": cents(-discount.amount),
        "total_allocated_amount": cents(discount.amount),
    }


def _tax(tax: Tax) -> Names:
    return {
        "title": line(tax.title or "", 80),
        "price": cents(tax.amount),
        "rate": tax.rate,
        "rate_percentage": None if tax.rate is None else tax.rate * 100,
    }


def _way(shipping: Shipping) -> Names:
    price = cents(shipping.amount)
    title = line(shipping.title, 160)
    return {
        "title": title,
        "handle": title,
        "id": None,
        "price": price,
        "original_price": price,
        "price_with_discounts": price,
        "carrier": line(shipping.carrier or "", 80) or None,
        "phone_number": None,
        "tax_lines": [],
        "discount_allocations": [],
    }


def _paid(part: PaymentPart, order: Order, alone: bool) -> Decimal | None:
    return order.totals.total if part.amount is None and alone else part.amount


def _sale(part: PaymentPart, amount: object, order: Order, reader: Reader) -> Names:
    title = payment_title(part, reader)
    card = _CARD.fullmatch(line(part.title or "", 120)) if part.method == "card" else None
    names = _transaction("sale", _status(part, order), amount, title)
    names["gateway"] = line(part.method, 80)
    if part.method == "gift_card":
        # Shopify's templates know a gift card by this very word, whatever the language.
        names["gateway_display_name"] = "Gift card"
    if card is not None:
        details = names["payment_details"]
        if isinstance(details, dict):
            details["credit_card_company"] = card["company"].strip()
            details["credit_card_last_four_digits"] = card["last"]
    return names


def _refund(refund: Refund, sale: Names | None) -> Names:
    gateway = sale["gateway_display_name"] if sale else None
    names = _transaction("refund", "success", cents(refund.amount), gateway)
    return names if sale is None else {**names, "payment_details": sale["payment_details"]}


def _transaction(kind: str, status: str, amount: object, gateway: object) -> Names:
    return {
        "id": None,
        "kind": kind,
        "status": status,
        "status_label": status.capitalize(),
        "amount": amount,
        "name": gateway,
        "gateway": gateway,
        "gateway_display_name": gateway,
        "created_at": None,
        "receipt": None,
        "payment_details": {
            "credit_card_company": None,
            "credit_card_last_four_digits": None,
            "credit_card_number": None,
            "gift_card": {"last_four_characters": None, "balance": None},
        },
    }


def _status(part: PaymentPart, order: Order) -> str:
    said = (part.status or "").lower()
    if said in _FAILED:
        return "failure"
    if said in _WAITING or (not said and unpaid(order)):
        return "pending"
    return "success"
