"""The figures of commercetools' order: amounts, totals, discounts, and what was paid.

An amount is `{"centAmount", "currencyCode", "fractionDigits"}`; one of `highPrecision` counts
`preciseAmount` in `fractionDigits` instead, its `centAmount` is rounded. `totalPrice` contains
taxes only where `taxRate.includedInPrice` says so; `taxedPrice.totalGross` always does, and is what
the customer pays. Discounts on lines and on shipping are already inside their prices.
"""

from collections.abc import Iterator
from decimal import Decimal

from twofifty.intake import currency, loose
from twofifty.intake.node import Node
from twofifty.order.model import Payment, Refund, Totals

# "Credit owed": the order is made on a credit basis, accepted and not paid.
_PAYMENT: dict[str, Payment] = {
    "balancedue": "pending",
    "pending": "pending",
    "failed": "failed",
    "creditowed": "authorized",
    "paid": "paid",
}
_MOST_DIGITS = 20
_ZERO = Decimal(0)


def amount(node: Node, path: str) -> Decimal | None:
    """An amount, exactly; None where there is none. Raises Unreadable."""
    place = node.at(path)
    digits, precise = place.count("fractionDigits"), place.money("preciseAmount")
    if digits is not None and digits > _MOST_DIGITS:
        raise loose.Unreadable(digits, f"an amount has at most {_MOST_DIGITS} digits")
    if precise is not None and digits is not None:
        return precise.scaleb(-digits)
    cents = place.money("centAmount")
    if cents is None:
        return None
    own = currency.places(place.currency("currencyCode"))
    return cents.scaleb(-(own if digits is None or precise is not None else digits))


def totals(order: Node, refunds: tuple[Refund, ...]) -> Totals:
    """The order's totals. Raises Unreadable."""
    total = amount(order, "taxedPrice.totalGross|totalPrice")
    if total is None:
        raise loose.Unreadable(order.raw("totalPrice"), "totalPrice must be there")
    lines = [*order.each("lineItems"), *order.each("customLineItems")]
    goods = [each for line in lines if (each := line_total(line)) is not None]
    taken = [line_discount(line) for line in lines]
    whole = amount(order, "discountOnTotalPrice.discountedAmount")
    included, tax = _tax(order, total)
    return Totals(
        total=total,
        subtotal=loose.total([*goods, *taken]),
        discount=loose.total([*taken, whole]),
        shipping=loose.total([shipping_price(each) for each in shipments(order)]),
        tax=tax,
        tax_included=included,
        paid=_moved(order, "Charge") if transactions(order) else None,
        refunded=loose.total([each.amount for each in refunds]),
    )


def line_total(line: Node) -> Decimal | None:
    """A line after its own discounts."""
    total, price = amount(line, "totalPrice"), unit_price(line)
    if total is not None or price is None:
        return total
    return price * line.quantity("quantity") - (line_discount(line) or 0)


def unit_price(line: Node) -> Decimal | None:
    """The price of one: that of the product's own discount where it has one."""
    return amount(line, "price.discounted.value|price.value|money")


def line_discount(line: Node) -> Decimal | None:
    """What cart discounts took off a line; `discountedPricePerQuantity` splits it."""
    return loose.total([each for _, each in _portions(line)])


def line_tax(line: Node) -> Decimal | None:
    """The tax of a line, or of the order; older ones state only both totals."""
    tax = amount(line, "taxedPrice.totalTax")
    gross, net = amount(line, "taxedPrice.totalGross"), amount(line, "taxedPrice.totalNet")
    return gross - net if tax is None and gross is not None and net is not None else tax


def shipments(order: Node) -> list[Node]:
    """Every `shippingInfo`: the one, or those of shipping mode `Multiple`."""
    several = [each.at("shippingInfo") for each in order.each("shipping")]
    return [each for each in (order.at("shippingInfo"), *several) if each]


def shipping_price(info: Node) -> Decimal | None:
    """After its own discounts."""
    return amount(info, "discountedPrice.value|price")


def discounts(order: Node) -> Iterator[tuple[Node, Decimal]]:
    """Each cart discount with what it took off the goods altogether."""
    lines = [*order.each("lineItems"), *order.each("customLineItems")]
    portions = [each for line in lines for each in _portions(line)]
    portions += _included(order.at("discountOnTotalPrice"), Decimal(1))
    names = {each.key("id") or "": each for each, _ in portions}
    for name, discount in names.items():
        yield (
            discount,
            sum((took for each, took in portions if (each.key("id") or "") == name), _ZERO),
        )


def _portions(line: Node) -> list[tuple[Node, Decimal]]:
    return [
        portion
        for each in line.each("discountedPricePerQuantity")
        for portion in _included(each.at("discountedPrice"), each.quantity("quantity"))
    ]


def _included(price: Node, quantity: Decimal) -> list[tuple[Node, Decimal]]:
    return [
        (each.at("discount"), took * quantity)
        for each in price.each("includedDiscounts")
        if (took := amount(each, "discountedAmount"))
    ]


def _tax(order: Node, total: Decimal) -> tuple[bool | None, Decimal | None]:
    """Whether prices contain their tax, and the tax that is meant: where some do and some do not,
    the part that is added."""
    tax, prices = line_tax(order), amount(order, "totalPrice")
    said = set(_included_in_prices(order))
    if len(said) == 1:
        return said.pop(), tax
    if prices is None or not tax:
        return None, tax
    return (False, total - prices) if prices != total else (True, tax)


def _included_in_prices(order: Node) -> Iterator[bool]:
    lines = [*order.each("lineItems"), *order.each("customLineItems")]
    for each in [*lines, *shipments(order)]:
        rates = [each.at("taxRate"), *(one.at("taxRate") for one in each.each("perMethodTaxRate"))]
        for rate in rates:
            if (said := rate.stated("includedInPrice")) is not None and rate.raw("amount"):
                yield said


def untold(order: Node) -> bool:
    """Whether only its payments would tell how it is paid, and they are named and not told."""
    named = [each for each in payments(order) if "transactions" not in each]
    return bool(named) and payment(order) is None


def payments(order: Node) -> list[Node]:
    """The order's payments: expanded ones whole, the others with their id alone."""
    listed = order.each("paymentInfo.payments|paymentInfo.paymentRefs")
    return [each.at("obj") or each for each in listed]


def transactions(order: Node) -> list[Node]:
    """What its payments did or tried, as far as they were expanded."""
    return [one for each in payments(order) for one in each.each("transactions")]


def _moved(order: Node, kind: str) -> Decimal:
    """How much went through in transactions of a type."""
    return sum((amount(each, "amount") or _ZERO for each in _done(order, kind)), _ZERO)


def _done(order: Node, kind: str) -> list[Node]:
    every = transactions(order)
    return [each for each in every if (each.text("type"), each.text("state")) == (kind, "Success")]


def refunds(order: Node) -> Iterator[Refund]:
    """Every refund of its payments that went through."""
    for each in _done(order, "Refund"):
        if found := refund(each):
            yield found


def refund(transaction: Node) -> Refund | None:
    """A transaction of type Refund that went through."""
    back = amount(transaction, "amount")
    if not back:
        return None
    when = transaction.moment("timestamp")
    return Refund(id=transaction.needed_key("id"), amount=back, at=when)


def stated(node: Node) -> Payment | None:
    """What `paymentState` says."""
    return node.word("paymentState", _PAYMENT)


def payment(order: Node) -> Payment | None:
    """By what the transactions moved; by `paymentState` where none moved anything; None where the
    order says neither."""
    said, charged = stated(order), _moved(order, "Charge")
    total = amount(order, "taxedPrice.totalGross|totalPrice") or _ZERO
    came = charged or (total if said == "paid" else _ZERO)
    if not came:
        return said if said == "paid" else _uncharged(order, said)
    if back := _moved(order, "Refund"):
        return "refunded" if back >= came else "partially_refunded"
    return "paid" if said == "paid" or came >= total else "partially_paid"


def _uncharged(order: Node, said: Payment | None) -> Payment | None:
    if _done(order, "CancelAuthorization"):
        return "voided"
    if _done(order, "Authorization") and said != "failed":
        return "authorized"
    return said or _attempted({each.text("state") for each in transactions(order)})


def _attempted(states: set[str | None]) -> Payment | None:
    if not states:
        return None
    return "failed" if states == {"Failure"} else "pending"
