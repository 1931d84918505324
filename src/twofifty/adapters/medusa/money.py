"""What a Medusa order costs.

Version 1 writes minor units; how many make one is Medusa's own table, where it differs from ISO
4217. Version 2 writes units, unrounded (`10.989`): a figure is rounded to what the currency has,
and what the rounded parts then lack is the order's rounding. In version 2 `subtotal` has shipping
in it, so the items' own is read; where all prices are with tax, the figures with tax are.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from twofifty.intake import currency, loose
from twofifty.intake.node import Node
from twofifty.order.model import Payment, Totals

# https://github.com/medusajs/medusa/blob/v1.20.0/packages/medusa/src/utils/currencies.ts
_PLACES = dict.fromkeys(
    "AFN ALL AMD COP CRC HUF IDR IQD IRR LBP MGA MMK MNT MUR PKR RSD SOS SYP TZS UZS YER ZMK ZWL"
    "".split(),
    0,
)
_OF_VERSION_1 = (
    "refundable_amount",
    "refunded_total",
    "gift_card_transactions",
    "gift_cards",
    "swaps",
    "claims",
    "discounts",
    "tax_rate",
    "cart_id",
)
_OF_VERSION_2 = ("summary", "version", "payment_collections", "item_total", "item_subtotal")
_PAYMENT: dict[str, Payment] = {
    "not_paid": "pending",
    "awaiting": "pending",
    "requires_action": "pending",
    "partially_authorized": "pending",
    "authorized": "authorized",
    "partially_captured": "partially_paid",
    "captured": "paid",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "canceled": "voided",
}
_NET_GOODS = "item_subtotal"
_BIG_NUMBER = "value|numeric|numeric_|raw_.value|bignumber_"
TOTAL = "total|summary.current_order_total"
CURRENCY = "currency_code|region.currency_code"
_CENT = Decimal("0.01")
_NOISE = Decimal("0.000001")


class Amounts(NamedTuple):
    """How a document writes its amounts."""

    currency: str
    minor: bool

    def of(self, node: Node, path: str) -> Decimal | None:
        """The amount there; a server's BigNumber stands in an object. Raises Unreadable."""
        held = node.at(path)
        is_big = isinstance(held.value, dict)
        found = held.needed_money(_BIG_NUMBER) if is_big else node.money(path)
        if found is None or not self.minor:
            return found
        return currency.from_minor(found, self.currency, _PLACES)

    def rounded(self, amount: Decimal | None) -> Decimal | None:
        """An amount without more digits than its currency has, but for two."""
        finest = min(_CENT, Decimal(1).scaleb(-currency.places(self.currency)))
        if amount is None or amount == amount.quantize(finest, ROUND_HALF_UP):
            return amount
        return amount.quantize(finest, ROUND_HALF_UP)

    def shown(self, node: Node, path: str) -> Decimal | None:
        """The amount there, rounded. Raises Unreadable."""
        return self.rounded(self.of(node, path))


def amounts_of(node: Node, options: Mapping[str, str]) -> Amounts:
    """How the order writes its amounts: as the source's option says, or its own fields."""
    version = options.get("version")
    newer = any(name in node for name in _OF_VERSION_2)
    older = node.text("object") == "order" or any(name in node for name in _OF_VERSION_1)
    minor = version == "1" if version else older and not newer
    return Amounts(node.currency(CURRENCY), minor)


def read_totals(node: Node, amounts: Amounts) -> Totals:
    """The order's own figures. Raises Unreadable."""
    exact = _exact(node, amounts)
    shown = {name: amounts.rounded(amount) for name, amount in exact.items()}
    included = not amounts.minor and with_tax(node)
    adds_up = exact["subtotal"] is not None and abs(_left(exact, included)) < _NOISE
    return Totals(
        total=node.needed_money(TOTAL) if shown["total"] is None else shown["total"],
        subtotal=shown["subtotal"],
        discount=shown["discount"],
        shipping=shown["shipping"],
        tax=shown["tax"],
        tax_included=included,
        gift_card=shown["gift_card"] or None,
        rounding=_left(shown, included) or None if adds_up else None,
        paid=amounts.shown(node, "summary.paid_total|paid_total"),
        refunded=_refunded(node, amounts),
    )


def _exact(node: Node, amounts: Amounts) -> dict[str, Decimal | None]:
    """The figures as they are written; a discount of net prices without its tax."""
    names = _names(node, amounts)
    found = {name: amounts.of(node, path) for name, path in names.items()}
    within = amounts.of(node, "discount_tax_total") if names["subtotal"] == _NET_GOODS else None
    return found | {"discount": loose.total([found["discount"], -within if within else None])}


def _names(node: Node, amounts: Amounts) -> dict[str, str]:
    """Where the figures stand."""
    goods, shipping = _NET_GOODS, "shipping_subtotal|shipping_total"
    if amounts.minor:
        goods, shipping = "subtotal", "shipping_total"
    elif with_tax(node):
        goods, shipping = "original_item_total", "original_shipping_total|shipping_total"
    return {
        "total": TOTAL,
        "subtotal": goods,
        "discount": "discount_total",
        "shipping": shipping,
        "tax": "tax_total",
        "gift_card": "credit_line_total|gift_card_total",
    }


def _left(figures: Mapping[str, Decimal | None], included: bool) -> Decimal:
    """The total without its parts."""
    signs = {"total": 1, "subtotal": -1, "discount": 1, "shipping": -1, "gift_card": 1}
    signs |= {} if included else {"tax": -1}
    each = ((figures[name] or Decimal(0)) * sign for name, sign in signs.items())
    return sum(each, Decimal(0))


def with_tax(node: Node) -> bool:
    """Whether all prices of an order of version 2 are with tax."""
    items = node.each("items")
    inclusive = bool(items) and all(each.true("is_tax_inclusive") for each in items)
    return inclusive and "original_item_total" in node


def _refunded(node: Node, amounts: Amounts) -> Decimal | None:
    stated = amounts.shown(node, "summary.refunded_total|refunded_total")
    single = [amounts.shown(each, "amount") for each in refunds_of(node)]
    return (loose.total(single) if stated is None else stated) or None


def refunds_of(node: Node) -> list[Node]:
    """What went back: of the order (version 1) or of its payments (version 2)."""
    paid = [one for each in node.each("payment_collections") for one in each.each("payments")]
    return [*node.each("refunds"), *(back for one in paid for back in one.each("refunds"))]


def payment_of(node: Node, totals: Totals, *, older: bool) -> Payment | None:
    """From the order's own word; where it has none, from what was paid. In version 1 a payment is
    `awaiting` its capture."""
    said = node.word("payment_status", _PAYMENT)
    if older and node.text("payment_status") == "awaiting":
        return "authorized"
    if said is not None or totals.paid is None:
        return said
    if totals.refunded:
        return "refunded" if totals.refunded >= totals.total else "partially_refunded"
    return "paid" if totals.paid >= totals.total else "partially_paid" if totals.paid else "pending"
