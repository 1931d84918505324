"""The figures of an eBay order, in the currency that its buyer paid in.

An amount has the seller's currency (`value`, `currency`) and, where eBay converted it, the buyer's
(`convertedFromValue`, `convertedFromCurrency`). A tax that eBay collects and remits itself is in
the total only where the order was asked for with `TAX_BREAKDOWN`: the total shows it.
"""

from decimal import Decimal
from itertools import product

import msgspec

from twofifty.intake import loose
from twofifty.intake.node import Node

_ZERO = Decimal(0)
_PRICING = "pricingSummary"


class Figures(msgspec.Struct, frozen=True):
    """What the total is made of; `withheld`: a tax that eBay collects and that is not in it."""

    total: Decimal
    goods: Decimal | None = None
    discount: Decimal | None = None
    shipping: Decimal | None = None
    adjustment: Decimal | None = None
    fee: Decimal | None = None
    duties: Decimal | None = None
    tax: Decimal | None = None
    withheld: Decimal | None = None


def currency(node: Node) -> str:
    """What the order was paid in. Raises Unreadable."""
    total = f"{_PRICING}.total"
    return node.currency(f"{total}.convertedFromCurrency|{total}.currency")


def amount(node: Node, path: str, code: str) -> Decimal | None:
    """An amount in currency `code`; None where it is only told in another. Raises Unreadable."""
    place = node.at(path)
    if (place.text("convertedFromCurrency") or "").upper() == code:
        return place.money("convertedFromValue")
    return place.money("value") if (place.text("currency") or code).upper() == code else None


def taxes(node: Node, code: str) -> Decimal | None:
    """The taxes of a line that are the seller's to remit."""
    return loose.total([amount(each, "amount", code) for each in node.each("taxes")])


def collected(node: Node, code: str) -> Decimal | None:
    """The taxes of a line that eBay remits itself."""
    listed = node.each("ebayCollectAndRemitTaxes")
    return loose.total([amount(each, "amount", code) for each in listed])


def figures(node: Node, code: str) -> Figures:
    """The order's figures. Raises Unreadable."""
    total = amount(node, f"{_PRICING}.total", code)
    if total is None:
        total = node.needed_money(f"{_PRICING}.total.value")
    plain = Figures(
        total=total,
        goods=amount(node, f"{_PRICING}.priceSubtotal", code),
        discount=_off(node, ("priceDiscountSubtotal", "priceDiscount"), code),
        shipping=_shipping(node, code),
        adjustment=amount(node, f"{_PRICING}.adjustment", code) or None,
        fee=amount(node, f"{_PRICING}.fee", code) or None,
    )
    return _taxed(plain, node, code)


def _off(node: Node, names: tuple[str, ...], code: str) -> Decimal | None:
    """A discount, which eBay writes below zero, as a positive amount."""
    found = (amount(node, f"{_PRICING}.{name}", code) for name in names)
    return next((abs(each) for each in found if each), None)


def _shipping(node: Node, code: str) -> Decimal | None:
    cost = amount(node, f"{_PRICING}.deliveryCost", code)
    off = _off(node, ("deliveryDiscount",), code)
    return cost - off if cost is not None and off else cost


def _taxed(plain: Figures, node: Node, code: str) -> Figures:
    """With the tax that the total shows to be in it, and the import charges likewise."""
    lines = node.each("lineItems")
    own = amount(node, f"{_PRICING}.tax", code) or _sum([taxes(each, code) for each in lines])
    remitted = _sum([collected(each, code) for each in lines])
    charges = _sum([amount(each, "deliveryCost.importCharges", code) for each in lines])
    rest = plain.total - _before(plain)
    for duties, tax in product((_ZERO, charges), (own, remitted, own + remitted)):
        if rest == duties + tax:
            return _settled(plain, tax, duties, remitted)
    return msgspec.structs.replace(plain, tax=own or remitted or None)


def _sum(amounts: list[Decimal | None]) -> Decimal:
    return loose.total(amounts) or _ZERO


def _settled(plain: Figures, tax: Decimal, duties: Decimal, remitted: Decimal) -> Figures:
    return msgspec.structs.replace(
        plain,
        tax=tax or None,
        duties=duties or None,
        withheld=remitted if remitted and not tax else None,
    )


def _before(plain: Figures) -> Decimal:
    stated = (plain.goods, plain.shipping, plain.adjustment, plain.fee)
    return sum((each for each in stated if each), _ZERO) - (plain.discount or _ZERO)
