"""commercetools' Order as the canonical one (https://docs.commercetools.com/api/projects/orders),
of the HTTP API, of GraphQL and inside messages.

Names are localized: the order's own language is taken, then the configured one, then the first. A
product's attributes and custom fields are the shop's own and not shown. A delivery is a parcel
where it has none of its own and something was shipped. Digital goods and gift cards are not marked.
"""

from collections.abc import Iterator
from decimal import Decimal

from twofifty.adapters.commercetools import money
from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.intake.words import words
from twofifty.order.model import (
    Customer,
    Discount,
    Fulfillment,
    Line,
    Order,
    Parcel,
    ParcelLine,
    PaymentPart,
    Shipping,
    State,
    Tax,
    Window,
)

FULFILLMENT: dict[str, Fulfillment] = {
    "shipped": "fulfilled",
    "delivered": "fulfilled",
    "partial": "partial",
    "partiallyshipped": "partial",
    "ready": "unfulfilled",
    "pending": "unfulfilled",
    "delayed": "unfulfilled",
    "backorder": "unfulfilled",
}
_LEFT = ("Shipped", "Delivered", "Partial")
_ADDRESS = {
    "name": "firstName+lastName",
    "company": "company+department",
    "line1": "streetName+streetNumber|pOBox|additionalStreetInfo",
    "line2": "additionalStreetInfo+building+apartment|additionalAddressInfo",
    "city": "city",
    "region": "state|region",
    "postal_code": "postalCode",
    "country": "country",
    "phone": "phone|mobile",
}
_SHIPPING_ADDRESS = "shippingAddress|shipping.0.shippingAddress|itemShippingAddresses.0"


def read_order(order: Node, stated: Stated) -> Order:
    """One order. Raises Unreadable."""
    updated = order.moment("lastModifiedAt|createdAt")
    locale = order.locale("locale") or stated.locale or None
    back = tuple(money.refunds(order))
    return Order(
        source=stated.name,
        id=order.needed_key("id"),
        number=order.text("orderNumber"),
        revision=order.count("version"),
        placed_at=order.moment("completedAt|createdAt"),
        updated_at=updated,
        state=State(
            payment=money.payment(order),
            fulfillment=_fulfillment(order),
            cancelled_at=updated if order.text("orderState") == "Cancelled" else None,
        ),
        locale=locale,
        time_zone=stated.time_zone or None,
        currency=order.currency("totalPrice.currencyCode"),
        customer=_customer(order),
        shipping_address=order.address(_SHIPPING_ADDRESS, _ADDRESS),
        billing_address=order.address("billingAddress", _ADDRESS),
        lines=tuple(_line(each, at, locale) for at, each in enumerate(_items(order))),
        totals=money.totals(order, back),
        discounts=tuple(_discounts(order, locale)),
        taxes=tuple(_taxes(order)),
        shipping=tuple(_shipping(order)),
        payments=tuple(_payment(each, locale) for each in money.payments(order)),
        refunds=back,
        parcels=tuple(_parcels(order)),
        attributes=dict(_attributes(order)),
    )


def localized(node: Node, path: str, locale: str | None) -> str | None:
    """A name in a language; GraphQL gives it as it was asked for, or all of them as a list."""
    if text := words(node.raw(path)):
        return text
    names = {name.lower(): words(each.value) for name, each in node.pairs(path)}
    for each in node.each(f"{path}AllLocales"):
        names[(each.text("locale") or "").lower()] = words(each.raw("value"))
    wanted = (locale or "").lower()
    near = [names.get(wanted), names.get(wanted.partition("-")[0]), *names.values()]
    return next((name for name in near if name), None)


def _items(order: Node) -> list[Node]:
    return [*order.each("lineItems"), *order.each("customLineItems")]


def _line(item: Node, at: int, locale: str | None) -> Line:
    sku = item.text("variant.sku")
    return Line(
        id=item.key("id") or str(at + 1),
        title=localized(item, "name", locale) or sku or item.text("slug") or str(at + 1),
        quantity=item.quantity("quantity"),
        product_id=item.text("productId"),
        sku=sku,
        unit_price=money.unit_price(item),
        discount=money.line_discount(item),
        tax=money.line_tax(item),
        total=money.line_total(item),
        image_url=item.url("variant.images.0.url"),
    )


def _customer(order: Node) -> Customer:
    person = order.at(f"billingAddress|{_SHIPPING_ADDRESS}")
    return Customer(
        id=order.text("customerId|anonymousId"),
        name=person.text("firstName+lastName|company"),
        email=order.text("customerEmail|billingAddress.email|shippingAddress.email"),
        phone=person.text("phone|mobile"),
    )


def _discounts(order: Node, locale: str | None) -> Iterator[Discount]:
    """Names and codes are told where they were expanded."""
    codes = [each.at("discountCode.obj|discountCode") for each in order.each("discountCodes")]
    for discount, took in money.discounts(order):
        own = discount.key("id")
        code = next((each for each in codes if own in _of_code(each)), Node(None))
        title = localized(discount.at("obj") or discount, "name", locale)
        yield Discount(amount=took, code=code.text("code"), title=title)


def _of_code(code: Node) -> list[str | None]:
    """The cart discounts that a code switches on."""
    return [each.key("id") for each in code.each("cartDiscounts|cartDiscountRefs")]


def _taxes(order: Node) -> Iterator[Tax]:
    for each in order.each("taxedPrice.taxPortions"):
        if took := money.amount(each, "amount"):
            yield Tax(amount=took, title=each.text("name"), rate=each.money("rate"))


def _shipping(order: Node) -> Iterator[Shipping]:
    for info in money.shipments(order):
        title = info.text("shippingMethodName") or "Shipping"
        window = info.at("estimatedDelivery")
        known = Window(earliest=window.text("from"), latest=window.text("until|to"))
        price = money.shipping_price(info)
        yield Shipping(title=title, amount=price, estimate=known if window else None)


def _payment(found: Node, locale: str | None) -> PaymentPart:
    info = found.at("paymentMethodInfo")
    return PaymentPart(
        method=methods.method(info.text("method|paymentInterface") or ""),
        title=localized(info, "name", locale),
        amount=money.amount(found, "amountPlanned"),
        reference=found.key("id"),
    )


def _fulfillment(order: Node) -> Fulfillment | None:
    back, whole = _returned(order), _count(order.each("lineItems"))
    return "returned" if whole and back >= whole else order.word("shipmentState", FULFILLMENT)


def _returned(order: Node) -> Decimal:
    """How many came back; `Advised` ones are on their way."""
    items = [item for each in order.each("returnInfo") for item in each.each("items")]
    came = [each for each in items if each.text("shipmentState") not in (None, "Advised")]
    return _count([each for each in came if each.raw("lineItemId")])


def _count(items: list[Node]) -> Decimal:
    return sum((each.quantity("quantity") for each in items), Decimal(0))


def _parcels(order: Node) -> Iterator[Parcel]:
    left = order.text("shipmentState") in _LEFT
    for info in money.shipments(order):
        for delivery in info.each("deliveries"):
            yield from parcels(delivery, left=left)


def parcels(delivery: Node, *, left: bool) -> Iterator[Parcel]:
    """The parcels of a delivery; itself where it has none and something `left`."""
    own = delivery.each("parcels")
    for each in own or ([delivery] if left else []):
        if not each.true("trackingData.isReturn"):
            yield _parcel(each, delivery if len(own) < 2 else each)


def _parcel(each: Node, delivery: Node) -> Parcel:
    """A parcel; what is in it stands with it, or with its `delivery`."""
    items = each.each("items") or delivery.each("items")
    return Parcel(
        id=each.needed_key("id"),
        carrier=each.text("trackingData.carrier"),
        tracking_number=each.text("trackingData.trackingId"),
        lines=tuple(
            ParcelLine(line_id=line, quantity=item.quantity("quantity"))
            for item in items
            if (line := item.key("id"))
        ),
    )


def _attributes(order: Node) -> Iterator[tuple[str, str]]:
    for name, each in order.pairs("custom.fields"):
        if text := loose.text(each.value):
            yield name, text
    if number := order.text("purchaseOrderNumber"):
        yield "purchaseOrderNumber", number
