"""One order of BigCommerce's V2 API, with what `shop.py` puts in it.

Every amount comes with tax and without, and one of the two sets is an estimate. The set that adds
up to the total is read, and where both do the one that `is_tax_inclusive_pricing` names. The
currency is the transactional one (`default_currency_code`): `currency_code` is only for showing.
"""

from decimal import Decimal

from twofifty.adapters.bigcommerce.parts import moment, parcel, read_refund
from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.intake.words import words
from twofifty.order.model import (
    Customer,
    Discount,
    Fee,
    Fulfillment,
    Line,
    Order,
    Payment,
    PaymentPart,
    Refund,
    Shipping,
    State,
    Totals,
)

_PAYMENT: dict[str, Payment] = {
    "authorized": "authorized",
    "capture pending": "authorized",
    "captured": "paid",
    "paid": "paid",
    "pending": "pending",
    "held for review": "pending",
    "void pending": "pending",
    "declined": "failed",
    "partially refunded": "partially_refunded",
    "refunded": "refunded",
    "void": "voided",
}
# https://developer.bigcommerce.com/docs/rest-management/orders/order-status: what each status says
# of the payment, where `payment_status` is empty, and of the goods.
_STATUS: dict[str, tuple[Payment | None, Fulfillment | None]] = {
    "0": (None, "unfulfilled"),  # incomplete
    "1": ("pending", "unfulfilled"),
    "2": ("paid", "fulfilled"),  # shipped
    "3": ("paid", "partial"),  # partially shipped
    "4": ("refunded", None),
    "5": ("voided", None),  # cancelled
    "6": ("failed", None),  # declined
    "7": ("pending", "unfulfilled"),  # awaiting payment
    "8": ("paid", "unfulfilled"),  # awaiting pickup
    "9": ("paid", "unfulfilled"),  # awaiting shipment
    "10": ("paid", "fulfilled"),  # completed
    "11": ("paid", "unfulfilled"),  # awaiting fulfilment
    "12": ("pending", "unfulfilled"),  # to be verified by hand
    "13": ("paid", None),  # disputed
    "14": ("partially_refunded", None),
}
_CANCELLED = "5"
_ADDRESS = {
    "name": "first_name+last_name",
    "company": "company",
    "line1": "street_1",
    "line2": "street_2",
    "city": "city",
    "region": "state",
    "postal_code": "zip",
    "country": "country_iso2|country",
    "phone": "phone",
}
_CREDITS = (("gift_card", "gift_certificate_amount"), ("wallet", "store_credit_amount"))
_ADDRESSES = "shipping_addresses.0|consignments.shipping.0|consignments.0.shipping.0"


def read_order(node: Node, stated: Stated) -> Order:
    """The order; its number is its id. Raises Unreadable."""
    status = node.text("status_id") or ""
    updated = moment(node, "date_modified")
    gross = _gross(node)
    return Order(
        source=stated.name,
        id=node.needed_key("id"),
        number=node.text("id"),
        revision=loose.milliseconds(updated),
        placed_at=moment(node, "date_created"),
        updated_at=updated,
        state=State(
            payment=node.word("payment_status", _PAYMENT) or _said(status)[0],
            fulfillment=_fulfillment(node, status),
            cancelled_at=updated if status == _CANCELLED else None,
            draft=status == "0",
        ),
        test=node.text("payment_method") == "Test Payment Gateway",
        locale=node.locale("customer_locale") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=node.currency("default_currency_code|currency_code"),
        customer=_customer(node),
        shipping_address=node.address(_ADDRESSES, _ADDRESS),
        billing_address=node.address("billing_address", _ADDRESS),
        lines=tuple(_line(each, at, _tax(gross)) for at, each in enumerate(_products(node))),
        totals=_totals(node, gross),
        discounts=tuple(_discounts(node)),
        fees=tuple(_fees(node, _tax(gross))),
        shipping=tuple(_shipping(node, _tax(gross))),
        payments=_payments(node),
        refunds=_refunds(node),
        parcels=tuple(parcel(each) for each in node.each("shipments")),
        note=words(node.raw("customer_message")),
    )


def _said(status: str) -> tuple[Payment | None, Fulfillment | None]:
    return _STATUS.get(status, (None, None))


def _tax(gross: bool) -> str:
    return "inc_tax" if gross else "ex_tax"


def _gross(node: Node) -> bool:
    """Whether the amounts with tax are read."""
    total, said = node.needed_money("total_inc_tax"), node.true("is_tax_inclusive_pricing")
    sums = {gross: _sum(node, gross) for gross in (True, False)}
    return said if sums[said] == total or sums[not said] != total else not said


def _sum(node: Node, gross: bool) -> Decimal:
    tax = _tax(gross)
    goods = [node.money(f"subtotal_{tax}"), node.money(f"shipping_cost_{tax}")]
    fees = [fee.amount for fee in _fees(node, tax)]
    taxes = None if gross else node.money("total_tax")
    added = loose.total([*goods, *fees, taxes]) or Decimal(0)
    return added - (_discounted(node) or Decimal(0))


def _discounted(node: Node) -> Decimal | None:
    return loose.total([node.money("discount_amount"), node.money("coupon_discount")])


def _totals(node: Node, gross: bool) -> Totals:
    """Gift certificates and store credit pay a part of the total and do not lower it."""
    tax, back = _tax(gross), loose.total([one.amount for one in _refunds(node)])
    return Totals(
        total=node.needed_money("total_inc_tax"),
        subtotal=node.money(f"subtotal_{tax}"),
        discount=_discounted(node),
        shipping=node.money(f"shipping_cost_{tax}"),
        fees=loose.total([fee.amount for fee in _fees(node, tax)]),
        tax=node.money("total_tax"),
        tax_included=gross,
        refunded=node.money("refunded_amount") or back,
    )


def _refunds(node: Node) -> tuple[Refund, ...]:
    return tuple(found for each in node.each("refunds") if (found := read_refund(each)))


def _fees(node: Node, tax: str) -> list[Fee]:
    """Handling, gift wrapping, and the fees that the shop made (`include=fees`)."""
    known = (("Handling", "handling_cost"), ("Gift wrapping", "wrapping_cost"))
    listed = [(title, node.money(f"{name}_{tax}")) for title, name in known]
    for each in node.each("fees"):
        title = words(each.raw("display_name_customer|type|source")) or "Fee"
        listed.append((title, each.money(f"cost_{tax}|cost_{tax.replace('ex', 'exc')}")))
    return [Fee(title=title, amount=amount) for title, amount in listed if amount]


def _fulfillment(node: Node, status: str) -> Fulfillment | None:
    said = _said(status)[1]
    sent, all_items = node.count("items_shipped"), node.count("items_total")
    if said is not None or not all_items or sent is None:
        return said
    return "fulfilled" if sent >= all_items else "partial" if sent else "unfulfilled"


def _customer(node: Node) -> Customer:
    """Who is billed; a guest has the id 0."""
    opted = node.stated("is_email_opt_in")
    return Customer(
        id=_unless_0(node.text("customer_id")),
        name=words(node.text("billing_address.first_name+billing_address.last_name")),
        email=node.text("billing_address.email|shipping_addresses.0.email"),
        phone=node.text("billing_address.phone"),
        consent={} if opted is None else {"marketing": opted},
    )


def _products(node: Node) -> list[Node]:
    """The products where they are in it (a link to them has none); else, in the consignments that
    they go with (`include=consignments.line_items`)."""
    sent = node.at("consignments.0|consignments")
    groups = ("shipping", "pickups", "downloads", "email.gift_certificates")
    found = [
        each for name in groups for group in sent.each(name) for each in group.each("line_items")
    ]
    return node.each("products") or [each for each in found if "quantity" in each]


def _line(item: Node, at: int, tax: str) -> Line:
    """One product. The options are what the customer chose; a part of a bundle costs nothing."""
    taken = loose.total([each.money("amount") for each in item.each("applied_discounts")]) or None
    total = item.money(f"total_{tax}")
    kind = item.text("type") or ""
    listed = [*item.each("product_options"), *item.each("configurable_fields")]
    return Line(
        id=item.key("id") or str(at + 1),
        title=words(item.raw("name_customer|name|sku")) or str(at + 1),
        quantity=item.quantity("quantity"),
        product_id=_unless_0(item.text("product_id")),
        sku=item.text("sku"),
        unit_price=item.money(f"price_{tax}"),
        discount=taken,
        tax=item.money("total_tax"),
        total=None if total is None else total - (taken or 0),
        image_url=item.url("image_url"),
        url=item.url("url"),
        digital=kind in ("digital", "giftcertificate"),
        gift_card=kind == "giftcertificate" or bool(item.text("gift_certificate_id")),
        parent_id=_unless_0(item.key("parent_order_product_id")),
        attributes=dict(filter(None, map(_chosen, listed))),
    )


def _unless_0(number: str | None) -> str | None:
    return None if number == "0" else number


def _chosen(option: Node) -> tuple[str, str] | None:
    name = words(option.raw("display_name_customer|display_name|name"))
    value = words(option.raw("display_value_customer|display_value|value"))
    return (name, value) if name and value else None


def _discounts(node: Node) -> list[Discount]:
    found = [
        Discount(amount=amount, code=each.text("code"))
        for each in node.each("coupons")
        if (amount := each.money("discount|amount"))
    ]
    if not found and (coupon := node.money("coupon_discount")):
        found.append(Discount(amount=coupon))
    if other := node.money("discount_amount"):
        found.append(Discount(amount=other))
    return found


def _shipping(node: Node, tax: str) -> list[Shipping]:
    """One for every address that something goes to."""
    listed = (
        node.each("shipping_addresses") if isinstance(node.raw("shipping_addresses"), list) else []
    )
    groups = listed or node.each("consignments.shipping|consignments.0.shipping")
    return [
        Shipping(title=title, amount=each.money(f"cost_{tax}"))
        for each in groups
        if (title := words(each.raw("shipping_method")))
    ]


def _payments(node: Node) -> tuple[PaymentPart, ...]:
    """How it was paid, and what a gift certificate or store credit paid of it."""
    found = [
        PaymentPart(method=method, amount=amount, status="paid")
        for method, name in _CREDITS
        if (amount := node.money(name))
    ]
    name, reference = node.text("payment_method"), node.key("payment_provider_id")
    if name:
        method, title = methods.method(name), words(name)
        found.insert(0, PaymentPart(method=method, title=title, reference=reference))
    return tuple(found)
