"""The lines of a VTEX order: items, the services bought with them, and the parts of kits."""

from collections.abc import Iterator
from decimal import Decimal

from twofifty.adapters.vtex.money import cents
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.words import words
from twofifty.order.model import Line

# Tags of a price that are of the line itself; those of shipping are in the order's totals.
_OFF = ("discount@price", "discount@marketplace", "discount@manualprice", "discount@change")
_TAX = "tax@price"


def line_ids(node: Node) -> list[str]:
    """The id of each item, by its index, which is how parcels and shipping name it."""
    return [each.key("uniqueId") or str(at + 1) for at, each in enumerate(node.each("items"))]


def lines(node: Node) -> tuple[Line, ...]:
    """Every item, and below it its services (with a price) and its parts (without one). Raises
    Unreadable."""
    ids = line_ids(node)
    found: list[Line] = []
    for each, line_id in zip(node.each("items"), ids, strict=True):
        found.append(_line(each, line_id, _parent(each, ids)))
        found += _inside(each, line_id)
    return tuple(found)


def _line(item: Node, line_id: str, parent: str | None) -> Line:
    quantity = item.quantity("quantity")
    price, selling = cents(item, "price"), cents(item, "sellingPrice|price")
    total = cents(item, "priceDefinition.total")
    if total is None and selling is not None:
        total = selling * quantity
    return Line(
        id=line_id,
        title=words(item.raw("name|refId|id")) or line_id,
        quantity=quantity,
        product_id=item.text("productId"),
        sku=item.text("refId|sellerSku|id"),
        unit_price=price,
        discount=_tagged(item, _OFF),
        tax=cents(item, "tax") or _taxed(item),
        total=total,
        image_url=item.url("imageUrl"),
        parent_id=parent,
        attributes=dict(_chosen(item)),
    )


def _parent(item: Node, ids: list[str]) -> str | None:
    at = item.count("parentItemIndex")
    return ids[at] if at is not None and at < len(ids) else None


def _inside(item: Node, line_id: str) -> Iterator[Line]:
    """Services, such as wrapping or a guarantee, and what a kit is made of."""
    for name in ("bundleItems", "components"):
        for at, each in enumerate(item.each(name)):
            price = cents(each, "price") if name == "bundleItems" else None
            quantity = each.quantity("quantity") if each.raw("quantity") else Decimal(1)
            yield Line(
                id=f"{line_id}-{each.key('uniqueId|id') or at + 1}"[:200],
                title=words(each.raw("name|id")) or line_id,
                quantity=quantity,
                unit_price=price,
                total=None if price is None else price * quantity,
                parent_id=line_id,
            )


def _tagged(item: Node, kinds: tuple[str, ...]) -> Decimal | None:
    """What tags of these kinds take off the line, as a positive amount."""
    tags = [
        cents(each, "value")
        for each in item.each("priceTags")
        if (each.text("name") or "").lower().startswith(kinds)
    ]
    found = loose.total(tags)
    return -found if found else None


def _taxed(item: Node) -> Decimal | None:
    found = _tagged(item, (_TAX,))
    return -found if found else None


def _chosen(item: Node) -> Iterator[tuple[str, str]]:
    """What the customer wrote into attachments; VTEX's own names begin with `vtex.`."""
    for each in [*item.each("attachments"), item.at("itemAttachment")]:
        for name, value in each.pairs("content"):
            said = words(value.value)
            if said and not name.startswith(("vtex.", "_")):
                yield name, said
