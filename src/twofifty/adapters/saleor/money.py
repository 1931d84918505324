"""What a Saleor order costs, and how it stands with the money.

Amounts are decimals, net and gross of each price; `displayGrossPrices` says which one the customer
saw. Discounts are within the lines' prices, also those of the whole order; in older versions they
are off the total alone. A gift card has lowered the total and nothing says by how much: it is what
goods and shipping exceed the total by, where an order names gift cards.
"""

from decimal import Decimal

from twofifty.intake import currency, loose
from twofifty.intake.node import Node
from twofifty.order.model import Line, Payment, Totals

_GROSS_TOTAL = "total.gross.amount|total_gross_amount"
_NET_TOTAL = "total.net.amount|total_net_amount"
_TAX = "total.tax.amount|tax_amount"
_SUBTOTAL = "subtotal.{0}.amount|subtotal_{0}_amount"
SHIPPING = "shippingPrice.{0}.amount|shipping_price_{0}_amount"
CURRENCY = (
    "total.currency|total.gross.currency|currency|channel.currencyCode|channel.currency_code|"
    "lines.0.currency|transactions.0.chargedAmount.currency"
)
_REFUNDED: dict[str, Payment] = {
    "partially_refunded": "partially_refunded",
    "fully_refunded": "refunded",
}
_CHARGED: dict[str, Payment] = {
    "full": "paid",
    "overcharged": "paid",
    "partial": "partially_paid",
}
_UNCHARGED: dict[str, Payment] = {"none": "pending"}
_AUTHORIZED: dict[str, Payment] = {"full": "authorized"}
_PAYMENT: dict[str, Payment] = {
    "fully_charged": "paid",
    "partially_charged": "partially_paid",
    "not_charged": "pending",
    "pending": "pending",
    "refused": "failed",
    "cancelled": "voided",
}


def currency_of(node: Node) -> str | None:
    """The order's currency; None where it names none. Raises Unreadable."""
    found = node.raw(CURRENCY)
    return None if found is None else currency.code(found)


def side_of(node: Node) -> str:
    """Which prices the customer saw."""
    hidden = node.stated("displayGrossPrices|display_gross_prices") is False
    unseen = hidden or node.raw(_GROSS_TOTAL) is None
    return "net" if unseen and node.raw(_NET_TOTAL) is not None else "gross"


def total_of(node: Node) -> Decimal | None:
    """What the order comes to: stated, or net and tax together where a query asks for these."""
    stated, net, tax = (node.money(path) for path in (_GROSS_TOTAL, _NET_TOTAL, _TAX))
    return net + tax if stated is None and net is not None and tax is not None else stated


def spelled(node: Node, path: str) -> str:
    """`PARTIALLY_FULFILLED`, `partially fulfilled` and `fully-charged` in one spelling."""
    return (node.text(path) or "").lower().replace(" ", "_").replace("-", "_")


def read_totals(node: Node, lines: tuple[Line, ...], refunded: Decimal | None) -> Totals:
    """The order's own figures; the goods before their discounts where every line says both."""
    side, tax = side_of(node), _tax(node)
    total = total_of(node) or node.needed_money(_GROSS_TOTAL)
    shipping = node.money(SHIPPING.format(side))
    goods, within = _goods(node, lines)
    over = _over(total, (goods, shipping, tax if side == "net" else None))
    apart = node.total("discounts", "amount.amount|amount_value") or None
    off = over if over == apart else None
    return Totals(
        total=total,
        subtotal=loose.total([goods, within]),
        discount=loose.total([within, off]),
        shipping=shipping,
        tax=tax,
        tax_included=side == "gross",
        gift_card=over if off is None and node.each("giftCards") else None,
        paid=node.money("totalCharged.amount|totalCaptured.amount")
        or node.total("payments", "capturedAmount.amount|captured_amount"),
        refunded=refunded,
    )


def _tax(node: Node) -> Decimal | None:
    """As stated, or what the total's gross is above its net."""
    stated, gross, net = (node.money(path) for path in (_TAX, _GROSS_TOTAL, _NET_TOTAL))
    return gross - net if stated is None and gross is not None and net is not None else stated


def _goods(node: Node, lines: tuple[Line, ...]) -> tuple[Decimal | None, Decimal | None]:
    """The goods after their discounts, and these discounts where all lines are told."""
    goods = loose.total([each.total for each in lines])
    stated = node.money(_SUBTOTAL.format(side_of(node)))
    after = goods if stated is None else stated
    return after, loose.total([each.discount for each in lines]) if after == goods else None


def _over(total: Decimal, parts: tuple[Decimal | None, ...]) -> Decimal | None:
    """What the parts exceed the total by, where they do and the goods are known."""
    whole = loose.total(list(parts)) if parts[0] is not None else None
    return whole - total if whole is not None and whole > total else None


def refunded_of(place: Node) -> Decimal | None:
    """All that went back: stated, or of the transactions; or what the webhook itself is about."""
    node = place.at("order")
    stated = (
        node.money("totalRefunded.amount"),
        node.total("transactions", "refundedAmount.amount"),
        node.total("fulfillments", "totalRefundedAmount.amount|total_refund_amount"),
        place.money("amount"),
    )
    return next((each for each in stated if each), None)


def payment_of(place: Node, totals: Totals) -> Payment | None:
    """What went back decides, then what was charged, then what was authorized."""
    if totals.refunded:
        return "refunded" if totals.refunded >= totals.total else "partially_refunded"
    node, said = place.at("order"), _said(place)
    charged = spelled(node, "chargeStatus")
    return (
        _REFUNDED.get(said)
        or _CHARGED.get(charged)
        or _AUTHORIZED.get(spelled(node, "authorizeStatus"))
        or _PAYMENT.get(said)
        or _UNCHARGED.get(charged)
    )


def _said(place: Node) -> str:
    """The word for the payment: of the webhook, of the order, of its active payment."""
    node = place.at("order")
    active = next((each for each in node.each("payments") if is_active(each)), Node(None))
    return (
        spelled(place, "payment.charge_status")
        or spelled(node, "paymentStatus")
        or spelled(active, "chargeStatus|charge_status")
        or ("fully_charged" if node.true("isPaid") else "")
    )


def is_active(payment: Node) -> bool:
    """Whether a payment counts: a failed attempt stays listed and is inactive."""
    return payment.stated("isActive|is_active") is not False
