"""The lines of a Magento order: what was bought, and its parts with their parent."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from twofifty.intake.node import Node
from twofifty.intake.words import words
from twofifty.order.model import Line

_DIGITAL = ("virtual", "downloadable")
_PARENT = "parent_item_id|parent_item.item_id"
_CHOSEN = ("options", "attributes_info", "additional_options")


def lines(node: Node, *, gross: bool) -> tuple[Line, ...]:
    """Every row. A configurable product is two rows, the second of which says what was chosen; a
    bundle is a row and its parts, whose prices stand in the bundle's. Raises Unreadable."""
    rows = node.each("items")
    known = {key: each for each in rows if (key := each.key("item_id"))}
    children = {key: each for each in rows if (key := each.key(_PARENT))}
    return tuple(_line(each, at, (known, children), gross=gross) for at, each in enumerate(rows))


class _Amounts(NamedTuple):
    """What a row costs; nothing where its price stands in another's."""

    price: Decimal | None = None
    discount: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None


def _line(
    item: Node, at: int, related: tuple[Mapping[str, Node], Mapping[str, Node]], *, gross: bool
) -> Line:
    known, children = related
    number, parent = item.key("item_id") or str(at + 1), item.key(_PARENT)
    whole = known.get(parent or "", Node(None))
    cost = _Amounts() if whole.money("row_total") else _amounts(item, "_incl_tax" if gross else "")
    kind = (item.text("product_type") or "").lower()
    return Line(
        id=number,
        title=words(item.raw("name|sku")) or str(at + 1),
        quantity=item.quantity("qty_ordered|qty"),
        product_id=item.text("product_id"),
        sku=item.text("sku"),
        variant=_variant(item, children.get(number)),
        unit_price=cost.price,
        discount=cost.discount,
        tax=cost.tax,
        total=cost.total,
        digital=item.true("is_virtual") or kind.startswith(_DIGITAL),
        gift_card=kind.startswith("giftcard"),
        parent_id=parent,
        attributes=dict(_chosen(item)),
    )


def _amounts(item: Node, tax: str) -> _Amounts:
    """The row's total is after its discount here; in Magento it is before, except in some releases
    of 2.4, where it is the price by the quantity less the discount."""
    total, discount = item.money(f"row_total{tax}"), item.money("discount_amount") or None
    price, after = item.money(f"price{tax}"), total
    if total is not None and discount and total != _taken(item, price, discount):
        after = total - discount
    return _Amounts(price, discount, item.money("tax_amount"), after)


def _taken(item: Node, price: Decimal | None, discount: Decimal) -> Decimal | None:
    """What a row costs whose discount was taken already."""
    return None if price is None else price * item.quantity("qty_ordered|qty") - discount


def _variant(item: Node, child: Node | None) -> str | None:
    """What the name of the product chosen says beyond the configurable one's: `M-Orange`."""
    if child is None or item.text("product_type") != "configurable":
        return None
    name, whole = words(item.raw("name")) or "", words(child.raw("name")) or ""
    rest = whole.removeprefix(name).strip(" -")
    return rest if rest and rest != whole else None


def _chosen(item: Node) -> Iterator[tuple[str, str]]:
    """What the customer chose, where the labels are sent: REST has only numbers for them."""
    options = item.at("product_options")
    listed = (each for name in _CHOSEN for each in options.each(name))
    for each in listed:
        label, value = words(each.raw("label")), words(each.raw("print_value|value"))
        if label and value and not label.startswith("_"):
            yield label, value
