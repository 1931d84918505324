"""One Shopify order, of REST or in its shape, as a canonical order.

https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

from decimal import Decimal

from twofifty.adapters.shopify import money
from twofifty.adapters.shopify.money import Figures
from twofifty.adapters.shopify.parts import parcels, refund
from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.order.model import (
    Customer,
    Discount,
    Fulfillment,
    Line,
    Links,
    Order,
    Payment,
    PaymentPart,
    Shipping,
    State,
    Stock,
    Tax,
)

# An authorisation that expired will not bring money any more.
_PAYMENT: dict[str, Payment] = {
    "pending": "pending",
    "authorized": "authorized",
    "partially_paid": "partially_paid",
    "paid": "paid",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "voided": "voided",
    "expired": "failed",
}
_FULFILLMENT: dict[str, Fulfillment] = {
    **dict.fromkeys(("unfulfilled", "open", "in_progress", "on_hold", "scheduled"), "unfulfilled"),
    **dict.fromkeys(("pending", "pending_fulfillment", "request_declined"), "unfulfilled"),
    **dict.fromkeys(("partial", "partially_fulfilled"), "partial"),
    "fulfilled": "fulfilled",
    "restocked": "returned",
}
_ADDRESS = {
    "name": "name|first_name+last_name",
    "company": "company",
    "line1": "address1",
    "line2": "address2",
    "city": "city",
    "region": "province_code|province",
    "postal_code": "zip",
    "country": "country_code|country_code_v2|country",
    "phone": "phone",
}
_ALLOCATED = Stock(status="allocated")
_NO_VARIANT = "Default Title"


def read_order(order: Node, stated: Stated) -> Order:
    """The canonical order. Raises Unreadable.

    `confirmed` is no word about the order's being placed: it says whether inventory has been
    reserved (Admin GraphQL, Order.confirmed), so it becomes stock, not `state.draft`.
    """
    of = money.figures(order)
    updated = order.moment("updated_at")
    return Order(
        source=stated.name,
        id=order.needed_key("id|legacy_resource_id"),
        number=order.text("name|order_number"),
        revision=loose.milliseconds(updated),
        placed_at=order.moment("processed_at|created_at"),
        updated_at=updated,
        state=_state(order),
        test=order.true("test"),
        locale=order.locale("customer_locale") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=of.currency,
        customer=_customer(order),
        shipping_address=order.address("shipping_address", _ADDRESS),
        billing_address=order.address("billing_address", _ADDRESS),
        lines=_lines(order, of),
        totals=money.totals(order, of),
        discounts=() if of.edited else _discounts(order, of),
        taxes=() if of.edited else _taxes(order, of),
        shipping=tuple(
            Shipping(title=title, amount=way.after)
            for way in money.ways(order, of)
            if (title := way.line.text("title|code"))
        ),
        payments=_payments(order),
        refunds=tuple(
            made
            for at, each in enumerate(order.each("refunds"))
            if (made := refund(each, each.key("id") or str(at + 1), of))
        ),
        parcels=tuple(
            parcel
            for at, each in enumerate(order.each("fulfillments"))
            for parcel in parcels(each, each.key("id") or str(at + 1))
        ),
        links=Links(status=order.url("order_status_url|status_page_url")),
        note=order.text("note"),
        attributes=_shown(order, "note_attributes|custom_attributes"),
    )


def _state(order: Node) -> State:
    """A null `fulfillment_status` means that nothing has left."""
    fulfilled = order.word("fulfillment_status|display_fulfillment_status", _FULFILLMENT)
    nothing_left = "fulfillment_status" in order and order.raw("fulfillment_status") is None
    return State(
        payment=order.word(money.STATUS, _PAYMENT),
        fulfillment="unfulfilled" if nothing_left else fulfilled,
        cancelled_at=order.moment("cancelled_at"),
    )


def _customer(order: Node) -> Customer:
    person = order.at("customer")
    addressed = order.at("billing_address|shipping_address")
    count = person.text("orders_count|number_of_orders") or ""
    return Customer(
        id=person.text("id"),
        name=person.text("name|first_name+last_name|display_name")
        or addressed.text("name|first_name+last_name"),
        email=order.text("email|contact_email")
        or person.text("email|default_email_address.email_address"),
        phone=order.text("phone") or person.text("phone|default_phone_number.phone_number"),
        orders_count=int(count) if count.isascii() and count.isdigit() else None,
        consent=_consent(order, person),
    )


def _consent(order: Node, person: Node) -> dict[str, bool]:
    consent = person.at("email_marketing_consent|default_email_address")
    if said := consent.text("state|marketing_state"):
        return {"marketing": said.lower() == "subscribed"}
    plain = order.stated("buyer_accepts_marketing")
    plain = person.stated("accepts_marketing") if plain is None else plain
    return {} if plain is None else {"marketing": plain}


def _lines(order: Node, of: Figures) -> tuple[Line, ...]:
    """What was ordered; of an edited order what is left of it. A tip is a line in Shopify and a
    total here."""
    stock = _ALLOCATED if order.true("confirmed") else None
    lines = [
        _line(item, at, (of, stock))
        for at, item in enumerate(order.each("line_items"))
        if not item.raw("tip")
    ]
    return tuple(line for line in lines if line.quantity or not of.edited)


def _line(item: Node, at: int, how: tuple[Figures, Stock | None]) -> Line:
    of, stock = how
    quantity = item.quantity("current_quantity|quantity" if of.edited else "quantity")
    price = of.of(item, "price|original_unit_price")
    discount = of.taken(item) or of.of(item, "total_discount") or None
    variant = item.text("variant_title|variant.title")
    digital = item.stated("requires_shipping") is False
    return Line(
        id=item.key("id") or str(at + 1),
        title=item.text("title|name|sku") or str(at + 1),
        quantity=quantity,
        product_id=item.text("product_id|product.id"),
        sku=item.text("sku|variant.sku"),
        variant=None if variant == _NO_VARIANT else variant,
        unit_price=price,
        discount=discount,
        tax=loose.total([of.of(tax, "price") for tax in item.each("tax_lines")]),
        total=of.of(item, "discounted_total")
        if price is None
        else price * quantity - (discount or Decimal(0)),
        image_url=item.url("image.url"),
        digital=digital,
        gift_card=item.true("gift_card|is_gift_card"),
        stock=None if digital else stock,
        attributes=_shown(item, "properties|custom_attributes"),
    )


def _shown(owner: Node, path: str) -> dict[str, str]:
    """What the customer chose: `{"name", "value"}` pairs (GraphQL: `key`) or an object, without the
    names that start with an underscore, which are for machines."""
    if isinstance(owner.raw(path), dict):
        pairs = [(loose.text(name), value.text("")) for name, value in owner.pairs(path)]
    else:
        pairs = [(each.text("name|key"), each.text("value")) for each in owner.each(path)]
    return {name: value for name, value in pairs if name and value and not name.startswith("_")}


def _discounts(order: Node, of: Figures) -> tuple[Discount, ...]:
    """Each discount on goods with what it came to over all lines; in old orders, by its code."""
    applied = order.each("discount_applications")
    shares: dict[int, tuple[Decimal, Node]] = {}
    lines = order.each("line_items")
    for share in [one for line in lines for one in line.each("discount_allocations")]:
        at = share.count("discount_application_index|discount_application.index")
        amount = of.of(share, "amount|allocated_amount")
        if at is not None and amount is not None:
            named = applied[at] if at < len(applied) else share.at("discount_application")
            shares[at] = (shares[at][0] + amount if at in shares else amount, named)
    if not shares:
        return _codes(order, of)
    return tuple(
        Discount(amount=amount, code=named.text("code"), title=named.text("title|description"))
        for _, (amount, named) in sorted(shares.items(), key=lambda each: each[0])
    )


def _codes(order: Node, of: Figures) -> tuple[Discount, ...]:
    return tuple(
        Discount(amount=amount, code=each.text("code"))
        for each in order.each("discount_codes")
        if each.text("type") != "shipping" and (amount := of.of(each, "amount"))
    )


def _taxes(order: Node, of: Figures) -> tuple[Tax, ...]:
    return tuple(
        Tax(amount=amount, title=each.text("title"), rate=each.money("rate"))
        for each in order.each("tax_lines")
        if (amount := of.of(each, "price")) is not None
    )


def _payments(order: Node) -> tuple[PaymentPart, ...]:
    """The gateways that the order names, and its payment terms (an invoice to be paid later)."""
    gateways = order.texts("payment_gateway_names") or [order.text("gateway") or ""]
    parts = [part for gateway in gateways for part in methods.payment(gateway)]
    card = order.text("payment_details.credit_card_company")
    if terms := order.at("payment_terms"):
        parts.append(PaymentPart(method="invoice", title=terms.text("payment_terms_name")))
    return tuple(
        PaymentPart(method="card", title=card) if part.method == "card" else part for part in parts
    )
