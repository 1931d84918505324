"""The lines of a WooCommerce order: without tax, after their discounts, parts with a parent."""

from decimal import Decimal

from twofifty.adapters.woocommerce.words import words
from twofifty.intake import loose
from twofifty.order.model import Line

# A container says its own key, a part the key of its container: in hidden meta of the plugins
# Product Bundles and Composite Products.
_OWN_KEYS = ("_bundle_cart_key", "_composite_cart_key")
_PARENT_KEYS = ("_bundled_by", "_composite_parent")
_PARENT_IDS = ("bundled_by", "composite_parent")
_PLACES = -6


def lines(order: dict[str, object]) -> tuple[Line, ...]:
    """Every line. Raises Unreadable."""
    stated = loose.items(order.get("line_items"))
    containers = {key: str(item.get("id")) for item in stated for key in _hidden(item, _OWN_KEYS)}
    return tuple(_line(item, at, containers) for at, item in enumerate(stated))


def _line(item: dict[str, object], at: int, containers: dict[str, str]) -> Line:
    name = words(item.get("name")) or loose.text(item.get("sku")) or str(at + 1)
    quantity = loose.quantity(item.get("quantity"))
    before, after = loose.amount(item.get("subtotal")), loose.amount(item.get("total"))
    discount = None if before is None or after is None else before - after or None
    return Line(
        id=loose.key(item.get("id")) or str(at + 1),
        title=name,
        quantity=quantity,
        product_id=_number(item.get("product_id")),
        sku=loose.text(item.get("sku")),
        unit_price=_unit_price(item, quantity, before if discount else None),
        discount=discount,
        tax=loose.amount(item.get("total_tax")),
        total=after,
        image_url=loose.url(loose.mapping(item.get("image")).get("src")),
        parent_id=_parent(item, containers),
        attributes=_attributes(item, name),
    )


def _unit_price(
    item: dict[str, object], quantity: Decimal, before: Decimal | None
) -> Decimal | None:
    """`price` as stated; it is after discount, so for a discounted line the share of the subtotal
    where that comes out even."""
    if before is None:
        return loose.amount(item.get("price"))
    share = before / quantity if quantity else None
    if share is None or share * quantity != before:
        return None
    exponent = share.as_tuple().exponent
    return Decimal(f"{share:f}") if isinstance(exponent, int) and exponent >= _PLACES else None


def _parent(item: dict[str, object], containers: dict[str, str]) -> str | None:
    found = next(
        (containers[key] for key in _hidden(item, _PARENT_KEYS) if key in containers), None
    )
    direct = (_number(item.get(name)) for name in _PARENT_IDS)
    return found or next(filter(None, direct), None)


def _hidden(item: dict[str, object], names: tuple[str, ...]) -> list[str]:
    return [
        value
        for meta in loose.items(item.get("meta_data"))
        if meta.get("key") in names and isinstance(value := meta.get("value"), str)
    ]


def _attributes(item: dict[str, object], name: str) -> dict[str, str]:
    """What the customer chose, as the shop shows it; without what is meant for machines and what
    the name says already."""
    shown: dict[str, str] = {}
    for meta in loose.items(item.get("meta_data") or item.get("meta")):
        key = loose.text(meta.get("key")) or "_"
        label = words(meta.get("display_key") or meta.get("label")) or _label(key)
        value = words(meta.get("display_value") or meta.get("value"))
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


def _number(value: object) -> str | None:
    """An id; WordPress says 0 for none."""
    found = loose.text(value)
    return None if found == "0" else found
