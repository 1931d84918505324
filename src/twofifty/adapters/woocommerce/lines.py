"""The lines of a WooCommerce order: without tax, after their discounts, parts with a parent."""

from decimal import Decimal

from twofifty.intake.node import Node
from twofifty.intake.words import words
from twofifty.order.model import Line

# A container says its own key, a part the key of its container: in hidden meta of the plugins
# Product Bundles and Composite Products.
_OWN_KEY = "_bundle_cart_key|_composite_cart_key"
_PARENT_KEY = "_bundled_by|_composite_parent"
_PARENT_IDS = ("bundled_by", "composite_parent")
_PLACES = -6


def meta(owner: Node) -> Node:
    """Meta data, a list of keys and values, as an object."""
    return Node({each.text("key"): each.raw("value") for each in owner.each("meta_data")})


def lines(order: Node) -> tuple[Line, ...]:
    """Every line. Raises Unreadable."""
    stated = order.each("line_items")
    containers = {meta(item).text(_OWN_KEY): item.text("id") for item in stated}
    return tuple(_line(item, at, containers) for at, item in enumerate(stated))


def _line(item: Node, at: int, containers: dict[str | None, str | None]) -> Line:
    name = words(item.raw("name|sku")) or str(at + 1)
    before, after, product = item.money("subtotal"), item.money("total"), item.text("product_id")
    discount = None if before is None or after is None else before - after or None
    return Line(
        id=item.key("id") or str(at + 1),
        title=name,
        quantity=item.quantity("quantity"),
        product_id=None if product == "0" else product,
        sku=item.text("sku"),
        unit_price=_unit_price(item, before if discount else None),
        discount=discount,
        tax=item.money("total_tax"),
        total=after,
        image_url=item.url("image.src"),
        parent_id=_parent(item, containers),
        attributes=_attributes(item, name),
    )


def _unit_price(item: Node, before: Decimal | None) -> Decimal | None:
    """`price` as stated; it is after discount, so for a discounted line the share of the subtotal
    where that comes out even."""
    if before is None:
        return item.money("price")
    quantity = item.quantity("quantity")
    share = before / quantity if quantity else None
    if share is None or share * quantity != before:
        return None
    exponent = share.as_tuple().exponent
    return Decimal(f"{share:f}") if isinstance(exponent, int) and exponent >= _PLACES else None


def _parent(item: Node, containers: dict[str | None, str | None]) -> str | None:
    """The line whose part this one is; WordPress says 0 for none."""
    key = meta(item).text(_PARENT_KEY)
    told = [containers.get(key) if key else None, *(item.text(name) for name in _PARENT_IDS)]
    return next((found for found in told if found and found != "0"), None)


def _attributes(item: Node, name: str) -> dict[str, str]:
    """What the customer chose, as the shop shows it; without what is meant for machines and what
    the name says already."""
    shown: dict[str, str] = {}
    for each in item.each("meta_data|meta"):
        key = each.text("key") or "_"
        label = words(each.raw("display_key|label")) or _label(key)
        value = words(each.raw("display_value|value"))
        if label and value and not key.startswith("_") and not _in_name(value, name):
            shown[label] = value
    return shown


def _label(key: str) -> str:
    """A word for people from an attribute's key: `pa_shoe-size` is `Shoe size`."""
    bare = key.removeprefix("pa_")
    return bare if bare == key else bare.replace("-", " ").replace("_", " ").capitalize()


def _in_name(value: str, name: str) -> bool:
    folded = name.casefold()
    return f" {value.casefold()}," in folded or folded.endswith(f" {value.casefold()}")
