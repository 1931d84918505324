"""VTEX's amounts: hundredths, in every currency (https://developers.vtex.com/docs/guides/
orderform-fields: monetary values have cents as their units), also in those without cents."""

from decimal import Decimal

import msgspec

from twofifty.intake.node import Node

_KNOWN = ("items", "discounts", "shipping", "tax")


class Figures(msgspec.Struct, frozen=True):
    """The order's `totals`, by their ids. `others` are further ones by name: what an order cost
    more or less after it was changed (`Change`), or what the shop adds itself."""

    goods: Decimal | None = None
    discount: Decimal | None = None
    shipping: Decimal | None = None
    tax: Decimal | None = None
    others: tuple[tuple[str, Decimal], ...] = ()


def cents(node: Node, path: str) -> Decimal | None:
    """An amount. Raises Unreadable."""
    found = node.money(path)
    return None if found is None else found.scaleb(-2)


def figures(node: Node) -> Figures:
    """The order's figures. Raises Unreadable."""
    listed = [
        (each.text("id|name") or "", each.text("name|id") or "", cents(each, "value"))
        for each in node.each("totals")
    ]
    known = {name.lower(): amount for name, _, amount in listed}
    discount = known.get("discounts")
    return Figures(
        goods=known.get("items"),
        discount=None if discount is None else -discount,
        shipping=known.get("shipping"),
        tax=known.get("tax") or None,
        others=tuple(
            (title, amount)
            for name, title, amount in listed
            if amount and name.lower() not in _KNOWN
        ),
    )
