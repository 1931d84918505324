"""The lines of an order under Shopify's names."""

from collections.abc import Iterable
from decimal import Decimal

from twofifty.compose.attributes import chosen
from twofifty.compose.clean import line as one_line
from twofifty.compose.clean import url
from twofifty.compose.liquid.numbers import Number, cents, whole
from twofifty.compose.view_lines import shown_lines
from twofifty.order.model import Line, Order

Names = dict[str, object]
# What Shopify calls the variant of a product that has none; its templates do not show it.
NO_VARIANT = "Default Title"


class Picture(dict[str, object]):
    """An image: `{{ line.image }}` and `{{ line.image.src }}` are its address."""

    def __str__(self) -> str:
        return str(self["src"])


def lines(order: Order) -> list[Names]:
    """Every line of the order, the parts of a bundle after it. None is left out: a template of
    Shopify's has no words for lines that it does not show."""
    shown = shown_lines(order.lines, len(order.lines))
    return [shop_line(line, part) for line, part in shown]


def shop_line(line: Line, part: bool = False) -> Names:
    """One line. Its prices are the order's own; what it states neither way is worked out."""
    title = one_line(line.title) or one_line(line.sku or "", 80) or "–"
    variant = one_line(line.variant, 200) if line.variant else NO_VARIANT
    sku = one_line(line.sku, 80) if line.sku else None
    picture = picture_of(line, title)
    prices = _prices(line)
    return {
        "id": line.id,
        "key": line.id,
        "title": title,
        "name": title if variant == NO_VARIANT else f"{title} - {variant}",
        "quantity": whole(line.quantity),
        "current_quantity": whole(line.quantity),
        "refunded_quantity": 0,
        "sku": sku,
        "vendor": None,
        "grams": None,
        "image": picture,
        "url": url(line.url) if line.url else None,
        "product_id": line.product_id,
        "product": _product(line, title, picture),
        "variant": {"title": variant, "id": None, "sku": sku, "image": picture},
        "variant_title": None if variant == NO_VARIANT else variant,
        "variant_id": None,
        "properties": _properties(line),
        "gift_card": line.gift_card,
        "requires_shipping": not (line.digital or line.gift_card),
        "taxable": None,
        "tax_lines": [],
        "fulfillment_status": None,
        "fulfillable_quantity": None,
        "selling_plan_allocation": None,
        "unit_price_measurement": None,
        "unit_price": None,
        "nested_line_parent?": False,
        "nested_line_child?": part,
        "parent": line.parent_id,
        "bundle_components": [],
        "line_item_group": None,
        "message": None,
        **prices,
    }


def picture_of(line: Line, title: str) -> Picture | None:
    """The line's image with its words; None for none."""
    address = url(line.image_url) if line.image_url else None
    return Picture(src=address, alt=title, width=None, height=None) if address else None


def top_lines(shown: Iterable[Names]) -> list[Names]:
    """Lines that are no part of another."""
    return [each for each in shown if not each["nested_line_child?"]]


def _product(line: Line, title: str, picture: Picture | None) -> Names:
    return {
        "id": line.product_id,
        "title": title,
        "handle": None,
        "featured_image": picture,
        "images": [picture] if picture else [],
        "url": url(line.url) if line.url else None,
        "vendor": None,
        "type": None,
        "tags": [],
    }


def _properties(line: Line) -> list[tuple[str, str]]:
    """What the customer chose, as pairs: a loop over them has `p.first` and `p.last`."""
    pairs = (
        text.partition(": ") for text in (chosen(line.attributes, 20) if line.attributes else ())
    )
    return [(name, value) for name, _, value in pairs]


def _prices(line: Line) -> dict[str, Number | list[Names] | None]:
    """Shopify's prices: `original` before the line's own discount, `final` after it."""
    discount = line.discount or Decimal(0)
    total = line.total if line.total is not None else _product_of(line, discount)
    before = total + discount if total is not None else None
    unit = line.unit_price
    return {
        "price": cents(unit),
        "original_price": cents(unit),
        "final_price": cents(_each(total, line) if discount else unit),
        "line_price": cents(total),
        "original_line_price": cents(before),
        "final_line_price": cents(total),
        "total_discount": cents(discount),
        "line_level_total_discount": cents(discount),
        "discount_allocations": [],
        "discounts": [],
    }


def _product_of(line: Line, discount: Decimal) -> Decimal | None:
    return None if line.unit_price is None else line.unit_price * line.quantity - discount


def _each(total: Decimal | None, line: Line) -> Decimal | None:
    if total is None or not line.quantity:
        return line.unit_price
    return (total / line.quantity).quantize(Decimal("0.0001"))
