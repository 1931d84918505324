"""The figures of Square's order: totals, taxes, charges, what was paid and what went back."""

from collections.abc import Iterator
from decimal import Decimal

from twofifty.intake import currency, loose
from twofifty.intake.node import Node
from twofifty.order.model import Payment, Refund, Totals

PAYMENT_STATES: dict[str, Payment] = {
    "approved": "authorized",
    "pending": "pending",
    "completed": "paid",
    "canceled": "voided",
    "failed": "failed",
}
_TENDER_STATES: dict[str, Payment] = {
    "authorized": "authorized",
    "voided": "voided",
    "failed": "failed",
    "pending": "pending",
}
_REFUNDED = ("APPROVED", "COMPLETED")
_CARRIED = ("shipping", "delivery", "postage")


def refunds(found: list[Node]) -> tuple[Refund, ...]:
    """The refunds among `found` that went through, each once."""
    read = [refund for each in found if (refund := read_refund(each))]
    return tuple({each.id: each for each in read}.values())


def read_refund(node: Node) -> Refund | None:
    """A refund that went through; None for one that did not, or not yet."""
    if node.text("status") not in _REFUNDED:
        return None
    code = node.currency("amount_money.currency")
    amount = node.minor("amount_money.amount", code) or node.needed_money("amount_money.amount")
    return Refund(
        id=node.needed_key("id"),
        amount=amount,
        at=node.moment("created_at"),
        reason=node.text("reason"),
    )


def totals(order: Node, code: str, back: tuple[Refund, ...]) -> Totals:
    """The order's totals; `back`: its refunds. Raises Unreadable."""
    fees, shipping = list(charges(order, code)), list(charges(order, code, carried=True))
    charged = None if fees or shipping else order.minor("total_service_charge_money.amount", code)
    included, tax = _tax(order, code)
    came = [each for each in _tenders(order) if _tender_state(each) is None]
    total = order.minor("total_money.amount", code)
    return Totals(
        total=order.needed_money("total_money.amount") if total is None else total,
        subtotal=loose.total([gross(each, code) for each in order.each("line_items")]),
        discount=order.minor("total_discount_money.amount", code),
        shipping=loose.total([amount for _, amount in shipping]),
        fees=loose.total([amount for _, amount in fees]) or charged or None,
        tax=tax,
        tax_included=included,
        tip=order.minor("total_tip_money.amount", code) or None,
        rounding=order.minor("rounding_adjustment.amount_money.amount", code) or None,
        paid=loose.total([_minor(each, "amount_money", code) for each in came]),
        due=order.minor("net_amount_due_money.amount", code),
        refunded=loose.total([each.amount for each in back]),
    )


def _minor(node: Node, name: str, code: str) -> Decimal:
    """An amount that counts as nothing where it is not there."""
    return node.minor(f"{name}.amount", code) or Decimal(0)


def _tax(order: Node, code: str) -> tuple[bool, Decimal | None]:
    """Whether the lines' gross contains their taxes, and the tax that is meant: where some taxes
    are added and others contained, those that are added."""
    whole = order.minor("total_tax_money.amount", code)
    lines = [line for line in order.each("line_items") if line.raw("gross_sales_money")]
    taxed = sum((_minor(line, "total_tax_money", code) for line in lines), Decimal(0))
    added = sum((_added(line, code) for line in lines), Decimal(0))
    types = {each.text("type") for each in order.each("taxes")}
    if not taxed:
        return types == {"INCLUSIVE"}, whole
    if added in (taxed, 0):
        return added == 0, whole
    additive = [each for each in order.each("taxes") if each.text("type") == "ADDITIVE"]
    return False, loose.total([each.minor("applied_money.amount", code) for each in additive])


def _added(line: Node, code: str) -> Decimal:
    """What a line's total has beyond its goods: the taxes that are not within its gross."""
    charged = _minor(line, "total_service_charge_money", code)
    goods = _minor(line, "gross_sales_money", code) - _minor(line, "total_discount_money", code)
    return _minor(line, "total_money", code) - charged - goods


def gross(line: Node, code: str) -> Decimal | None:
    """A line before discounts; older versions of the API leave it to be told from the price."""
    if line.raw("gross_sales_money.amount") is not None:
        return line.minor("gross_sales_money.amount", code)
    price = unit_price(line, code)
    return None if price is None else price * line.quantity("quantity")


def unit_price(line: Node, code: str) -> Decimal | None:
    """The price of one with its modifiers."""
    price = line.minor("base_price_money.amount", code)
    if price is None:
        return None
    return price + sum((_modifier(each, code) for each in line.each("modifiers")), Decimal(0))


def shown_price(line: Node, code: str) -> Decimal | None:
    """The price of one, where it gives the line's gross, but for rounding. In America a price may
    contain a tax that the gross does not."""
    price, whole = unit_price(line, code), gross(line, code)
    if price is None or whole is None:
        return price
    off = abs(price * line.quantity("quantity") - whole)
    return price if off < Decimal(1).scaleb(-currency.places(code)) else None


def _modifier(each: Node, code: str) -> Decimal:
    return _minor(each, "base_price_money", code) * (each.money("quantity") or 1)


def charges(order: Node, code: str, *, carried: bool = False) -> Iterator[tuple[str, Decimal]]:
    """Service charges, or those of them that are for shipping."""
    for each in order.each("service_charges"):
        name, amount = (
            each.text("name") or "",
            each.minor("applied_money.amount|amount_money.amount", code),
        )
        if amount and name.lower().startswith(_CARRIED) is carried:
            yield name or "Service charge", amount


def _tenders(order: Node) -> list[Node]:
    """The payments that were not in vain."""
    return [
        each for each in order.each("tenders") if _tender_state(each) not in ("failed", "voided")
    ]


def _tender_state(tender: Node) -> Payment | None:
    return tender.word("card_details.status|bank_account_details.status", _TENDER_STATES)


def payment(order: Node, code: str, back: tuple[Refund, ...]) -> Payment:
    """How the order stands: by its refunds, its tenders, and what is still due."""
    tenders, total = _tenders(order), _minor(order, "total_money", code)
    paid = sum((_minor(each, "amount_money", code) for each in tenders), Decimal(0))
    if back and paid:
        whole = sum((each.amount for each in back), Decimal(0)) >= paid
        return "refunded" if whole else "partially_refunded"
    if order.each("tenders") and not tenders:
        return _tender_state(order.at("tenders.0")) or "failed"
    if waiting := [state for each in tenders if (state := _tender_state(each))]:
        return waiting[0]
    due = order.minor("net_amount_due_money.amount", code)
    if due is None and order.each("returns"):
        total = _minor(order.at("net_amounts"), "total_money", code)
    rest = total - paid if due is None else due
    if rest <= 0:
        return "paid"
    return "partially_paid" if rest < total else "pending"
