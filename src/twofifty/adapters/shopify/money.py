"""The amounts of a Shopify order, all of them in one currency: the customer's.

Where the `*_set` objects say that the customer paid in another currency than the shop's, every
figure is the `presentment_money` of its set, and a figure without a set is absent; otherwise
figures are the plain ones. An order that was edited (not refunded) is told by its `current_*`
figures, for they are what the customer owes; a refunded one keeps what was agreed, and `refunded`.
"""

from decimal import Decimal

import msgspec

from twofifty.intake import loose
from twofifty.order.model import Totals

_MONEY_WENT_BACK = ("refunded", "partially_refunded", "voided")
_OWED = ("pending", "partially_paid")


class Figures(msgspec.Struct, frozen=True):
    """Reads amounts by name. `side` is the half of a set to read, `plain` whether the plain figure
    is in that currency too, `edited` whether the `current_*` figures count."""

    currency: str
    side: str
    plain: bool
    edited: bool

    def of(self, owner: dict[str, object], name: str) -> Decimal | None:
        """The amount called `name`, from `name` itself or from `name_set`."""
        if self.plain and (value := owner.get(name)) is not None:
            return loose.amount(value)
        pair = owner.get(f"{name}_set")
        if not isinstance(pair, dict):
            return None
        return loose.amount(loose.mapping(pair.get(self.side)).get("amount"))


def figures(order: dict[str, object]) -> Figures:
    """In which currency the order is told. Raises Unreadable where none is stated."""
    pair = loose.mapping(order.get("total_price_set"))
    shown = loose.mapping(pair.get("presentment_money")).get("currency_code")
    shop = order.get("currency") or loose.mapping(pair.get("shop_money")).get("currency_code")
    shop = shop or _currency_of_lines(order)
    if shown is not None and shown != shop:
        return Figures(_currency(shown), "presentment_money", plain=False, edited=_edited(order))
    return Figures(_currency(shop), "shop_money", plain=True, edited=_edited(order))


def _edited(order: dict[str, object]) -> bool:
    """Whether the customer now owes another total than the one first agreed, and not because
    money went back."""
    if order.get("financial_status") in _MONEY_WENT_BACK:
        return False
    now, first = (loose.amount(order.get(name)) for name in ("current_total_price", "total_price"))
    return now is not None and first is not None and now != first


def totals(order: dict[str, object], of: Figures, shipping: "Postage") -> Totals:
    """The source's own totals. Raises Unreadable without a total."""
    now = "current_" if of.edited else ""
    first = "current_" if of.edited else "original_"
    total = of.of(order, f"{now}total_price")
    if total is None:
        raise loose.Unreadable(order.get("total_price"), "total_price is missing")
    included = order.get("taxes_included")
    duties_inside = order.get("duties_included") is True
    return Totals(
        total=total,
        subtotal=of.of(order, "current_subtotal_price" if of.edited else "total_line_items_price"),
        discount=None if of.edited else _discount(of.of(order, "total_discounts"), shipping),
        shipping=shipping.amount,
        fees=of.of(order, f"{first}total_additional_fees"),
        tax=of.of(order, f"{now}total_tax"),
        tax_included=included if isinstance(included, bool) else None,
        duties=None if duties_inside else of.of(order, f"{first}total_duties"),
        tip=of.of(order, "total_tip_received"),
        due=of.of(order, "total_outstanding") if order.get("financial_status") in _OWED else None,
        refunded=_refunded(order, of),
    )


class Postage(msgspec.Struct, frozen=True):
    """Shipping after its own discounts, and how much those are."""

    amount: Decimal | None = None
    discount: Decimal = Decimal(0)


def postage(order: dict[str, object], of: Figures) -> Postage:
    """What the shipping lines come to; without lines, the stated total."""
    before = loose.total([of.of(line, "price") for line in shipping_lines(order)])
    after = loose.total([shipping_amount(line, of) for line in shipping_lines(order)])
    if before is None or after is None:
        return Postage(of.of(order, "total_shipping_price"))
    return Postage(after, before - after)


def shipping_lines(order: dict[str, object]) -> list[dict[str, object]]:
    """The ways of shipping that were not taken out again."""
    lines = loose.items(order.get("shipping_lines"))
    return [line for line in lines if line.get("is_removed") is not True]


def shipping_amount(line: dict[str, object], of: Figures) -> Decimal | None:
    """What one way of shipping costs after its own discounts."""
    price, allocated = of.of(line, "price"), allocations(line, of)
    if allocated and price is not None:
        return price - allocated
    after = of.of(line, "discounted_price")
    return price if after is None else after


def allocations(owner: dict[str, object], of: Figures) -> Decimal | None:
    """The discounts that Shopify laid on a line; they are the truth, not `total_discount`."""
    shares = loose.items(owner.get("discount_allocations"))
    return loose.total([of.of(share, "amount") for share in shares])


def _discount(stated: Decimal | None, shipping: Postage) -> Decimal | None:
    """`total_discounts` without what it took off shipping, which is shown after it already."""
    if stated is None or stated < shipping.discount:
        return stated
    return stated - shipping.discount


def _refunded(order: dict[str, object], of: Figures) -> Decimal | None:
    """What went back: the successful refund transactions in the order's currency."""
    moved = [
        loose.amount(each.get("amount"))
        for refund in loose.items(order.get("refunds"))
        for each in loose.items(refund.get("transactions"))
        if each.get("kind") == "refund"
        and each.get("status", "success") == "success"
        and each.get("currency", of.currency) == of.currency
    ]
    return loose.total(moved)


def _currency(code: object) -> str:
    if isinstance(code, str) and len(code) == 3 and code.isascii() and code.isalpha():
        return code.upper()
    raise loose.Unreadable(code, "currency is an ISO 4217 code such as EUR, and must be there")


def _currency_of_lines(order: dict[str, object]) -> object:
    for line in loose.items(order.get("line_items")):
        pair = loose.mapping(line.get("price_set"))
        return loose.mapping(pair.get("shop_money")).get("currency_code")
    return None
