"""What a Sylius order costs: `total = itemsTotal + shippingTotal`.

Every amount is an integer in hundredths, whatever the currency (MoneyFormatter divides by 100);
one with a decimal point, as exports have it, is none. The
items' total has promotions and added taxes in it, the shipping's total its own. The tax that was
added to goods is what their total exceeds their discounted price by; what is left of
`taxExcludedTotal` was added to the shipping. Sylius knows neither fees nor gift cards.
"""

from decimal import Decimal

from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.order.model import Discount, Line, Totals

_NOTHING = Decimal(0)
TOTAL = "total|totals.total"
_PROMOTIONS = ("order_promotion", "order_item_promotion", "order_unit_promotion")


def hundredths(node: Node, path: str) -> Decimal | None:
    """An amount. Raises Unreadable."""
    found = node.money(path)
    return found if found is None or found.as_tuple().exponent else found.scaleb(-2)


def read_totals(node: Node, lines: tuple[Line, ...]) -> Totals:
    """The order's own figures; the goods before all discounts. Raises Unreadable."""
    if charges := _charges(node):
        return _older(node, charges)
    before, off = _before(lines), _reductions(node, lines)
    goods = hundredths(node, "itemsTotal|totals.items")
    exact = goods if goods is not None and before is not None else None
    # What the goods come to is less than what is left of them where a line's own promotion is in
    # no sum of the order's, and more where taxes were added.
    extra = _NOTHING if exact is None else exact - (before or _NOTHING) + off
    shipping, tax, included = _shipping_and_tax(node, max(extra, _NOTHING))
    return Totals(
        total=_total(node),
        subtotal=before,
        discount=off + max(-extra, _NOTHING) or None,
        shipping=shipping,
        tax=tax,
        tax_included=included,
        refunded=_back(node),
    )


def _total(node: Node) -> Decimal:
    found = hundredths(node, TOTAL)
    return node.needed_money(TOTAL) if found is None else found


def _charges(node: Node) -> dict[str, Decimal]:
    """What was added to the goods or taken off them in Sylius 0.x, which had labels for types."""
    found: dict[str, Decimal] = {}
    for each in node.each("adjustments"):
        label = each.text("label")
        if label and "type" not in each:
            found[label] = found.get(label, _NOTHING) + (hundredths(each, "amount") or _NOTHING)
    return found


def _older(node: Node, charges: dict[str, Decimal]) -> Totals:
    """The figures of Sylius 0.x, whose goods have nothing else in them. Raises Unreadable."""
    tax = charges.get("tax")
    return Totals(
        total=_total(node),
        subtotal=hundredths(node, "itemsTotal"),
        discount=-charges.get("promotion", _NOTHING) or None,
        shipping=charges.get("shipping"),
        tax=tax,
        tax_included=not tax,
        refunded=_back(node),
    )


def _shipping_and_tax(node: Node, of_goods: Decimal) -> tuple[Decimal | None, Decimal | None, bool]:
    """The shipping without the tax that was added to it, all taxes, and whether the prices have
    these in them. `of_goods`: the tax that was added to the goods."""
    shipping = hundredths(node, "shippingTotal|totals.shipping|adjustmentsTotal")
    if shipping is None:
        shipping = loose.total([hundredths(each, "amount") for each in node.each("adjustments")])
    added = hundredths(node, "taxExcludedTotal") or of_goods
    if not added:
        return shipping, hundredths(node, "taxIncludedTotal|taxTotal|totals.taxes"), True
    rest = added - of_goods
    if shipping is None or not _NOTHING <= rest <= shipping:
        return shipping, of_goods, False
    return shipping - rest, added, False


def _reductions(node: Node, lines: tuple[Line, ...]) -> Decimal:
    """What promotions of single units and of the order took off, positive."""
    before, stated = _before(lines), hundredths(node, "itemsSubtotal")
    units = before - stated if before is not None and stated is not None else _NOTHING
    return max(units, _NOTHING) + _promotions(node)


def _before(lines: tuple[Line, ...]) -> Decimal | None:
    """The goods at their prices; None where a price is not told."""
    rows = [each.unit_price and each.unit_price * each.quantity for each in lines]
    return None if None in rows else loose.total([_NOTHING, *rows])


def adjustments(node: Node) -> list[Node]:
    """Every adjustment of an order, its lines and their units, where they are told."""
    items = node.each("items")
    owners = [node, *items, *(unit for item in items for unit in item.each("units"))]
    return [each for owner in owners for each in owner.each("adjustments")]


def _promotions(node: Node) -> Decimal:
    """What promotions of the order took off, positive."""
    stated = hundredths(node, "orderPromotionTotal|totals.promotion")
    if stated is None:
        taken = [each for each in adjustments(node) if each.text("type") in _PROMOTIONS]
        stated = loose.total([hundredths(each, "amount") for each in taken])
    return abs(stated or _NOTHING)


def discounts(node: Node) -> tuple[Discount, ...]:
    """By their names, where the adjustments are told; else the coupon's code with the sum."""
    named: dict[str, Decimal] = {}
    for each in adjustments(node):
        amount, label = hundredths(each, "amount"), each.text("label")
        if amount and label and each.text("type") in _PROMOTIONS:
            named[label] = named.get(label, _NOTHING) - amount
    coupon, whole = node.text("promotionCoupon.code|promotionCouponCode"), _promotions(node)
    if not named and coupon and whole:
        return (Discount(amount=whole, code=coupon),)
    return tuple(Discount(amount=abs(amount), title=label) for label, amount in named.items())


def _back(node: Node) -> Decimal | None:
    """What refunded payments came to."""
    gone = [each for each in node.each("payments") if each.text("state") == "refunded"]
    return loose.total([hundredths(each, "amount") for each in gone])
