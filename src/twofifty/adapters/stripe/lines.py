"""Lines of a Checkout Session, of an invoice, and of a PaymentIntent's `amount_details`."""

from decimal import Decimal

from twofifty.adapters.stripe.money import PLACES, Tender
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.order.model import Line


def session_lines(node: Node, paid: Tender) -> tuple[Line, ...]:
    """The `line_items`, or the `display_items` of API versions before 2020-08-27."""
    items = node.each("line_items.data|display_items")
    return tuple(_session_line(each, at, paid) for at, each in enumerate(items))


def _session_line(item: Node, at: int, paid: Tender) -> Line:
    """`amount_subtotal` is before discounts and (added) taxes. A price's nickname is hidden from
    customers, says Stripe."""
    quantity, discount = _quantity(item), paid.part(item, "amount_discount")
    before = paid.part(item, "amount_subtotal")
    return Line(
        id=item.key("id") or str(at + 1),
        title=item.text("description|price.product.name|custom.name|id") or str(at + 1),
        quantity=quantity,
        product_id=item.text("price.product.id|price.product"),
        unit_price=_unit_price(item, paid, (quantity, before)),
        discount=discount,
        tax=paid.part(item, "amount_tax"),
        total=_less(before, discount),
        image_url=item.url("price.product.images.0|custom.images.0"),
        url=item.url("price.product.url"),
        digital=item.stated("price.product.shippable") is False,
    )


def invoice_lines(node: Node, paid: Tender) -> tuple[Line, ...]:
    """An invoice's `lines`; `amount` is before discounts and (added) taxes."""
    items = node.each("lines.data")
    return tuple(_invoice_line(each, at, paid) for at, each in enumerate(items))


def _invoice_line(item: Node, at: int, paid: Tender) -> Line:
    quantity, amount = _quantity(item), paid.part(item, "amount")
    discount = summed(item, "discount_amounts", paid)
    return Line(
        id=item.key("id") or str(at + 1),
        title=item.text("description|price.product.name|plan.name|id") or str(at + 1),
        quantity=quantity,
        product_id=item.text(
            "pricing.price_details.product|price.product.id|price.product|plan.product"
        ),
        unit_price=_unit_price(item, paid, (quantity, amount)),
        discount=discount,
        tax=summed(item, "taxes|tax_amounts", paid),
        total=_less(amount, discount),
    )


def payment_lines(node: Node, paid: Tender) -> tuple[Line, ...]:
    """The `amount_details.line_items` that a PaymentIntent may have for card networks."""
    items = node.each("amount_details.line_items.data|amount_details.line_items")
    return tuple(_payment_line(each, at, paid) for at, each in enumerate(items))


def _payment_line(item: Node, at: int, paid: Tender) -> Line:
    quantity, price = _quantity(item), paid.part(item, "unit_cost")
    discount = paid.part(item, "discount_amount")
    return Line(
        id=item.key("id") or str(at + 1),
        title=item.text("product_name|product_code|id") or str(at + 1),
        quantity=quantity,
        sku=item.text("product_code"),
        unit_price=price,
        discount=discount,
        tax=paid.part(item, "tax.total_tax_amount"),
        total=_less(None if price is None else price * quantity, discount),
    )


def summed(item: Node, path: str, paid: Tender) -> Decimal | None:
    """The sum of a list's amounts; None where there are none."""
    return loose.total([paid.part(each, "amount") for each in item.each(path)])


def _quantity(item: Node) -> Decimal:
    """Lines of metered usage and of plain amounts say no quantity: it is one of that."""
    stated = item.raw("quantity|quantity_decimal")
    return Decimal(1) if stated is None else loose.quantity(stated)


def _unit_price(item: Node, paid: Tender, line: tuple[Decimal, Decimal | None]) -> Decimal | None:
    """The price of one, where it gives the line's amount. It does not with tiers, packs and parts
    of a month, nor where the price is of another currency."""
    quantity, amount = line
    where = "pricing.unit_amount_decimal|price.unit_amount_decimal|price.unit_amount|plan.amount"
    price = None if paid.foreign else item.minor(where, paid.code, PLACES)
    return price if price is not None and price * quantity == amount else None


def _less(amount: Decimal | None, discount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount - (discount or 0)
