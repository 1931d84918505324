"""The amounts of a Shopify order, all of them in one currency: the customer's.

Where the `*_set` objects say that the customer paid in another currency than the shop's, every
figure is the `presentment_money` of its set, and a figure without a set is absent; otherwise
figures are the plain ones. An order that was edited (not refunded) is told by its `current_*`
figures, for they are what the customer owes; a refunded one keeps what was agreed, and `refunded`.
Rounding of cash is no part of the total (Admin API, CashRoundingAdjustment).
"""

from decimal import Decimal
from functools import lru_cache

import msgspec

from twofifty.intake import currency, loose
from twofifty.intake.node import Node
from twofifty.order.model import Totals

STATUS = "financial_status|display_financial_status"
_TOTAL = "total_price|current_total_price"
_AGREED = ("refunded", "partially_refunded", "voided")
_OWED = ("pending", "partially_paid")
_SHOWN = "total_price_set.presentment_money.currency_code"
_PRESENTED = "presentment_currency|presentment_currency_code"
_SHOP = (
    "currency|currency_code|total_price_set.shop_money.currency_code"
    f"|{_SHOWN}|line_items.0.price_set.shop_money.currency_code"
)


class Figures(msgspec.Struct, frozen=True):
    """Reads amounts by name. `shown`: they are in a currency that is not the shop's. `edited`: the
    `current_*` figures count."""

    currency: str
    shown: bool
    edited: bool

    def of(self, owner: Node, names: str) -> Decimal | None:
        """The amount of the first of `names` (`price|original_price`) that is there."""
        return owner.money(_path(names, self.shown))

    def taken(self, owner: Node) -> Decimal | None:
        """The discounts that Shopify laid on a line; they are the truth, not `total_discount`."""
        shares = owner.each("discount_allocations")
        return loose.total([self.of(share, "amount|allocated_amount") for share in shares])


@lru_cache(maxsize=256)
def _path(names: str, shown: bool) -> str:
    """Where REST and GraphQL have an amount: bare, or in a set."""
    if shown:
        return "|".join(f"{name}_set.presentment_money.amount" for name in names.split("|"))
    forms = ("{0}", "{0}_set.shop_money.amount", "{0}_set.presentment_money.amount")
    return "|".join(form.format(name) for name in names.split("|") for form in forms)


def is_told(order: Node) -> bool:
    """Whether the order's total is there, whatever it is."""
    return order.raw(_path(_TOTAL, False)) is not None


def figures(order: Node) -> Figures:
    """In which currency the order is told. Raises Unreadable where none is stated."""
    shop, shown = order.currency(_SHOP), order.raw(_SHOWN)
    if shown not in (None, shop) and order.raw(_PRESENTED) in (None, shown):
        return Figures(currency.code(shown), shown=True, edited=_edited(order))
    return Figures(shop, shown=False, edited=_edited(order))


def _edited(order: Node) -> bool:
    """Whether the customer now gets or owes something else than what was first agreed, and not
    because money went back or the order was called off."""
    if (order.text(STATUS) or "").lower() in _AGREED or order.moment("cancelled_at"):
        return False
    now, first = (
        order.money(_path(name, False)) for name in ("current_total_price", "total_price")
    )
    if now is not None and first is not None and now != first:
        return True
    lines = order.each("line_items")
    return any(line.raw("current_quantity") not in (None, line.raw("quantity")) for line in lines)


class Way(msgspec.Struct, frozen=True):
    """One way of shipping: what it costs before and after its own discounts."""

    line: Node
    before: Decimal | None
    after: Decimal | None


def ways(order: Node, of: Figures) -> list[Way]:
    """The ways of shipping that were not taken out again. GraphQL has the first one alone too."""
    lines = order.each("shipping_lines") or list(filter(None, [order.at("shipping_line")]))
    return [_way(line, of) for line in lines if not line.true("is_removed")]


def _way(line: Node, of: Figures) -> Way:
    before, taken = of.of(line, "price|original_price"), of.taken(line)
    if taken and before is not None:
        return Way(line, before, before - taken)
    after = of.of(line, "discounted_price")
    return Way(line, before, before if after is None else after)


def totals(order: Node, of: Figures) -> Totals:
    """The source's own totals. Raises Unreadable without a total. The tip is stated in the shop's
    currency only, its line in both."""
    now, first = ("current_", "current_") if of.edited else ("", "original_")
    total = of.of(order, f"{now}total_price|{_TOTAL}")
    if total is None:
        raise loose.Unreadable(order.raw("total_price"), "total_price must be there")
    shipping, tips = ways(order, of), [one for one in order.each("line_items") if one.raw("tip")]
    tip, posted = of.of(order, "total_tip_received"), loose.total([way.after for way in shipping])
    return Totals(
        total=total,
        subtotal=of.of(order, "current_subtotal_price" if of.edited else "total_line_items_price"),
        discount=None if of.edited else _discount(of.of(order, "total_discounts"), shipping),
        shipping=of.of(order, "total_shipping_price|current_shipping_price")
        if posted is None
        else posted,
        fees=of.of(order, f"{first}total_additional_fees"),
        tax=of.of(order, f"{now}total_tax"),
        tax_included=order.stated("taxes_included"),
        duties=None if order.true("duties_included") else of.of(order, f"{first}total_duties"),
        tip=loose.total([of.of(one, "price") for one in tips]) if tip is None else tip,
        due=of.of(order, "total_outstanding") if _is_owed(order) else None,
        refunded=loose.total([went_back(each, of) for each in order.each("refunds")]),
    )


def _is_owed(order: Node) -> bool:
    return (order.text(STATUS) or "").lower() in _OWED


def _discount(stated: Decimal | None, shipping: list[Way]) -> Decimal | None:
    """`total_discounts` without what it took off shipping, which is shown after it already."""
    before = loose.total([way.before for way in shipping]) or Decimal(0)
    taken = before - (loose.total([way.after for way in shipping]) or Decimal(0))
    return stated if stated is None or stated < taken else stated - taken


def went_back(refund: Node, of: Figures | None) -> Decimal | None:
    """The money of one refund: its successful transactions, in the order's currency where that is
    known (`of`)."""
    stated = None if of is None else of.of(refund, "total_refunded")
    if stated is not None:
        return stated
    moved = [each for each in refund.each("transactions") if _moved(each, of)]
    return loose.total([each.money("amount|amount_set.presentment_money.amount") for each in moved])


def _moved(transaction: Node, of: Figures | None) -> bool:
    return (
        (transaction.text("kind") or "refund").lower() == "refund"
        and (transaction.text("status") or "success").lower() == "success"
        and (of is None or transaction.text("currency") in (None, of.currency))
    )
