"""The figures of an Amazon order: every item says what it is made of, the order its total.

An item's `breakdowns` are ITEM, SHIPPING, GIFT_WRAP, COD_FEE, OTHER, TAX and DISCOUNT; the last two
say in turn of which part they are. Whether prices have the tax in them Amazon does not say. It is
what its total shows; where that shows nothing, prices are without tax in the United States and
Canada only. A tax that is in neither was collected by Amazon on top, and is not in the total.
"""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from twofifty.intake.node import Node

_ZERO = Decimal(0)
_WITHOUT_TAX = ("ATVPDKIKX0DER", "A2EUQ1WTGCTBG2")
_OWN = ("ITEM", "SHIPPING", "TAX", "DISCOUNT", "DELIVERY_TIP")
_FEES = {"GIFT_WRAP": "Gift wrap", "COD_FEE": "Cash on delivery fee", "OTHER": "Other"}
Parts = dict[str, Decimal]


class Figures(msgspec.Struct, frozen=True):
    """What the order's total is made of; `withheld`: a tax that is not in it."""

    goods: Decimal | None = None
    discount: Decimal | None = None
    shipping: Decimal | None = None
    fees: dict[str, Decimal] = {}
    tip: Decimal | None = None
    tax: Decimal | None = None
    tax_included: bool | None = None
    withheld: Decimal | None = None


def parts(proceeds: Node) -> Parts:
    """The amounts of each kind (`SHIPPING`) and of each of its kinds (`TAX.SHIPPING`). A discount
    is positive. Raises Unreadable."""
    found: Parts = {}
    for each in proceeds.each("breakdowns"):
        kind = each.text("type") or "OTHER"
        inside = [(part.text("subtype"), part) for part in each.each("detailedBreakdowns")]
        details = {
            f"{kind}.{name}": amount
            for name, part in inside
            if (amount := part.money("value.amount")) is not None
        }
        amount = each.money("subtotal.amount")
        if amount is None and details:
            amount = _net(details)
        stated = details | ({kind: amount} if amount is not None else {})
        if kind == "DISCOUNT":
            stated = {name: abs(value) for name, value in stated.items()}
        found = added((found, stated))
    return found


def added(each: Iterable[Parts]) -> Parts:
    """Their sum, kind by kind."""
    found: Parts = {}
    for one in each:
        for name, amount in one.items():
            found[name] = found.get(name, _ZERO) + amount
    return found


def of_line(item: Parts) -> tuple[Decimal | None, Decimal | None]:
    """A line's own discount (None: none), and its total after that."""
    discount, goods = _of_goods(item), item.get("ITEM")
    return discount or None, None if goods is None else goods - discount


def figures(node: Node, items: list[Parts]) -> Figures:
    """The order's figures: its items', and what it states beyond these. Raises Unreadable."""
    whole, own = added(items), parts(node.at("proceeds"))
    whole |= {name: amount for name, amount in own.items() if name not in whole}
    if not whole:
        return Figures()
    kinds = [name for name in whole if "." not in name and name not in _OWN]
    shipping, fees = whole.get("SHIPPING"), {name: _after(whole, name) for name in kinds}
    plain = Figures(
        goods=whole.get("ITEM"),
        discount=_of_goods(whole) or None,
        shipping=None if shipping is None else _after(whole, "SHIPPING"),
        fees={_FEES.get(name, _words(name)): amount for name, amount in fees.items() if amount},
        tip=whole.get("DELIVERY_TIP") or None,
    )
    return _taxed(plain, node, whole)


def _taxed(plain: Figures, node: Node, whole: Parts) -> Figures:
    """With the tax, where it was stated and not zero (in Europe zero means that it is not told)."""
    total, tax = node.needed_money("proceeds.grandTotal.amount"), whole.get("TAX")
    if not tax:
        return plain
    stated = (plain.goods, plain.shipping, plain.tip, *plain.fees.values())
    before = sum((each for each in stated if each), _ZERO) - (plain.discount or _ZERO)
    for one in (tax, tax + _of_discounts(whole)):
        if total == before + one:
            return msgspec.structs.replace(plain, tax=one, tax_included=False)
    on_top = node.text("salesChannel.marketplaceId") in _WITHOUT_TAX
    if on_top and total == before:
        return msgspec.structs.replace(plain, withheld=tax)
    return msgspec.structs.replace(plain, tax=tax, tax_included=not on_top)


def _net(details: Parts) -> Decimal:
    """A tax by its parts: that on discounts was not paid."""
    return sum(details.values(), _ZERO) - 2 * _of_discounts(details)


def _of_discounts(details: Parts) -> Decimal:
    names = ("TAX.DISCOUNT", "TAX.SHIPPING_DISCOUNT")
    return sum((details.get(name, _ZERO) for name in names), _ZERO)


def _after(whole: Parts, kind: str) -> Decimal:
    return whole.get(kind, _ZERO) - whole.get(f"DISCOUNT.{kind}", _ZERO)


def _of_goods(whole: Parts) -> Decimal:
    """What was taken off the goods: the whole discount but for what was off other parts."""
    others = [
        amount
        for name, amount in whole.items()
        if name.startswith("DISCOUNT.") and name != "DISCOUNT.ITEM"
    ]
    return whole.get("DISCOUNT", _ZERO) - sum(others, _ZERO)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
