"""One Medusa order, of version 1 or 2 (https://docs.medusajs.com/resources/references/order/models).

Version 2 calls the product `title` and the variant `subtitle`; version 1 calls them `title` and
`description`. A fulfilment is a parcel once it was shipped. Metadata is the shop's own, not shown.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from twofifty.adapters.medusa.money import (
    Amounts,
    amounts_of,
    payment_of,
    read_totals,
    refunds_of,
    with_tax,
)
from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Fulfillment,
    Line,
    Order,
    Parcel,
    ParcelLine,
    PaymentPart,
    Refund,
    Shipping,
    State,
)

_FULFILLMENT: dict[str, Fulfillment] = {
    "not_fulfilled": "unfulfilled",
    "requires_action": "unfulfilled",
    "partially_fulfilled": "partial",
    "fulfilled": "fulfilled",
    "partially_shipped": "partial",
    "shipped": "fulfilled",
    "partially_delivered": "partial",
    "delivered": "fulfilled",
    "partially_returned": "fulfilled",
    "returned": "returned",
}
_PLACES = ("billing_address", "shipping_address")
_NAME = "first_name+last_name"
_QUANTITY = "quantity.value|quantity.numeric_|quantity|detail.quantity"
_ADDRESS = {
    "name": _NAME,
    "company": "company",
    "line1": "address_1",
    "line2": "address_2",
    "city": "city",
    "region": "province",
    "postal_code": "postal_code",
    "country": "country_code",
    "phone": "phone",
}


def read_order(node: Node, stated: Stated) -> Order:
    """The order. Raises Unreadable."""
    amounts = amounts_of(node, stated.options)
    totals = read_totals(node, amounts)
    updated = node.moment("updated_at")
    cancelled = node.text("status") == "canceled"
    shipping = _address(node, "shipping_address")
    return Order(
        source=stated.name,
        id=node.needed_key("id"),
        number=node.text("custom_display_id|display_id"),
        revision=loose.milliseconds(updated),
        placed_at=node.moment("created_at"),
        updated_at=updated,
        state=State(
            payment=payment_of(node, totals, older=amounts.minor),
            fulfillment=node.word("fulfillment_status", _FULFILLMENT),
            cancelled_at=node.moment("canceled_at") or (updated if cancelled else None),
            draft=node.text("status") == "draft" or node.true("is_draft_order"),
        ),
        locale=node.locale("locale") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=amounts.currency,
        customer=_customer(node),
        shipping_address=shipping,
        billing_address=_address(node, "billing_address"),
        lines=tuple(_lines(node, amounts)),
        totals=totals,
        discounts=tuple(_discounts(node, totals.discount, amounts)),
        shipping=tuple(_shipping(node, amounts)),
        payments=tuple(_payments(node, amounts)),
        refunds=tuple(_refunds(node, amounts)),
        parcels=tuple(part for each in node.each("fulfillments") for part in _parcels(each)),
    )


def _customer(node: Node) -> Customer:
    names = (node.at(place).text(_NAME) for place in ("customer", *_PLACES))
    return Customer(
        id=node.text("customer_id|customer.id"),
        name=next(filter(None, names), None),
        email=node.text("email|customer.email"),
        phone=node.text("customer.phone|shipping_address.phone|billing_address.phone"),
    )


def _address(node: Node, path: str) -> Address | None:
    """Countries are written in lower case."""
    found = node.address(path, _ADDRESS)
    if found is None or found.country is None:
        return found
    return msgspec.structs.replace(found, country=found.country.upper())


def _lines(node: Node, amounts: Amounts) -> Iterator[Line]:
    gross = not amounts.minor and with_tax(node)
    for at, item in enumerate(node.each("items")):
        quantity, price = (
            item.quantity(_QUANTITY),
            amounts.shown(item, "unit_price"),
        )
        discount, total = _costs(item, amounts, gross=gross)
        if total is None and price is not None:
            total = price * quantity - (discount or 0)
        yield Line(
            id=item.key("id") or str(at + 1),
            title=item.text("product_title|title|variant.product.title") or str(at + 1),
            quantity=quantity,
            product_id=item.text("product_id|variant.product_id"),
            sku=item.text("variant_sku|variant.sku"),
            variant=item.text("variant_title|variant.title|subtitle"),
            unit_price=price,
            discount=discount,
            tax=amounts.shown(item, "tax_total"),
            total=total,
            image_url=item.url("thumbnail"),
            digital=item.stated("requires_shipping") is False,
            gift_card=item.true("is_giftcard"),
        )


def _costs(item: Node, amounts: Amounts, *, gross: bool) -> tuple[Decimal | None, Decimal | None]:
    """What was taken off a line, and what it comes to: with tax where its price is."""
    off = amounts.of(item, "discount_total")
    if gross or item.true("includes_tax"):
        return amounts.rounded(off) or None, amounts.shown(item, "total")
    within = None if amounts.minor else amounts.of(item, "discount_tax_total")
    off = loose.total([off, -within if within else None])
    before = amounts.of(item, "subtotal")
    total = None if before is None else before - (off or 0)
    return amounts.rounded(off) or None, amounts.rounded(total)


def _discounts(node: Node, total: Decimal | None, amounts: Amounts) -> Iterator[Discount]:
    """By its code: from the adjustments of version 2, or the only one of version 1."""
    taken: dict[str, list[Decimal | None]] = {}
    owners = [*node.each("items"), *node.each("shipping_methods")]
    for each in (one for owner in owners for one in owner.each("adjustments")):
        if code := each.text("code"):
            taken.setdefault(code, []).append(amounts.of(each, "amount"))
    for code, listed in taken.items():
        if amount := amounts.rounded(loose.total(listed)):
            yield Discount(amount=amount, code=code)
    named = node.each("discounts")
    if not taken and len(named) == 1 and total:
        title = named[0].text("rule.description")
        yield Discount(amount=total, code=named[0].text("code"), title=title)


def _shipping(node: Node, amounts: Amounts) -> Iterator[Shipping]:
    net = amounts.minor or not with_tax(node)
    for each in node.each("shipping_methods"):
        if title := each.text("name|shipping_option.name"):
            amount = amounts.shown(each, "subtotal|price|amount" if net else "total|amount")
            yield Shipping(title=title, amount=amount)


def _payments(node: Node, amounts: Amounts) -> Iterator[PaymentPart]:
    collected = [one for each in node.each("payment_collections") for one in each.each("payments")]
    for each in [*node.each("payments"), *collected]:
        if each.moment("canceled_at") is None:
            yield PaymentPart(
                method=methods.method(_provider(each.text("provider_id") or "other")),
                amount=amounts.shown(each, "amount"),
                reference=each.key("id"),
            )


def _provider(name: str) -> str:
    """`pp_stripe_stripe` is Stripe's, `pp_system_default` is paid by hand."""
    plain = name.removeprefix("pp_").partition("_")[0] if name.startswith("pp_") else name
    return "manual" if plain == "system" else plain


def _refunds(node: Node, amounts: Amounts) -> Iterator[Refund]:
    for each in refunds_of(node):
        amount, number = amounts.shown(each, "amount"), each.key("id")
        if amount and number:
            reason = each.text("refund_reason.label|note|reason")
            yield Refund(id=number, amount=amount, at=each.moment("created_at"), reason=reason)


def _parcels(each: Node) -> Iterator[Parcel]:
    """One for each tracking number; the first has the things in it."""
    number, sent = each.key("id"), each.moment("shipped_at|delivered_at")
    if number is None or sent is None or each.moment("canceled_at") is not None:
        return
    for at, link in enumerate(_links(each)):
        yield Parcel(
            id=f"{number}-{at + 1}" if at else number,
            tracking_number=link.text("tracking_number"),
            tracking_url=link.url("tracking_url|url"),
            lines=() if at else tuple(_contents(each)),
            status="delivered" if each.moment("delivered_at") else None,
        )


def _links(each: Node) -> list[Node]:
    links = [*each.each("labels"), *each.each("tracking_links")]
    numbers = [Node({"tracking_number": word}) for word in each.texts("tracking_numbers")]
    return links or numbers or [Node(None)]


def _contents(each: Node) -> Iterator[ParcelLine]:
    for item in each.each("items"):
        if line_id := item.text("line_item_id|item_id"):
            yield ParcelLine(line_id=line_id, quantity=item.quantity(_QUANTITY))
