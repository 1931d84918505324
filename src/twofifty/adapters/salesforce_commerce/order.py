"""Salesforce B2C Commerce's order as the canonical one
(https://developer.salesforce.com/docs/commerce/commerce-api/references/orders), with SCAPI's names.

With `taxation` `net` every amount is without tax, with `gross` it contains it; `orderTotal` always
does. A line's `price` is that of its whole quantity, before its `priceAdjustments`; options have a
price of their own, parts of a bundle have none. What adjusts a price upwards is a fee. A gift
certificate is a line where it is bought and a way to pay where it is spent.

An order that is `created` is not placed yet: its payment has not been authorized. Once it is
placed and confirmed it is authorized, though it stays `not_paid` until the money is taken.
"""

from collections.abc import Iterator
from decimal import Decimal

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
    Parcel,
    ParcelLine,
    Payment,
    PaymentPart,
    Shipping,
    State,
    Tax,
    Totals,
)

_PAYMENT: dict[str, Payment] = {
    "paid": "paid",
    "part_paid": "partially_paid",
    "not_paid": "pending",
}
_FULFILLMENT: dict[str, Fulfillment] = {
    "not_shipped": "unfulfilled",
    "part_shipped": "partial",
    "shipped": "fulfilled",
}
_PLACED = ("new", "open", "completed")
_METHODS = {"gift_certificate": "gift_card", "bml": "pay_later", "dw_apple_pay": "wallet"}
_ADDRESS = {
    "name": "fullName|firstName+lastName",
    "company": "companyName",
    "line1": "address1",
    "line2": "address2+suite",
    "city": "city",
    "region": "stateCode",
    "postal_code": "postalCode",
    "country": "countryCode",
    "phone": "phone",
}


def read_order(order: Node, stated: Stated) -> Order:
    """One order. Raises Unreadable."""
    updated, status = order.moment("lastModified"), (order.text("status") or "").lower()
    at = updated or order.moment("creationDate")
    person = order.at("customerInfo")
    return Order(
        source=stated.name,
        id=order.needed_key("orderNo"),
        number=order.text("orderNo"),
        group=order.text("originalOrderNo"),
        revision=loose.milliseconds(updated),
        placed_at=order.moment("creationDate"),
        updated_at=at,
        state=State(
            payment=_payment(order, status),
            fulfillment=order.word("shippingStatus", _FULFILLMENT),
            cancelled_at=at if status == "cancelled" else None,
            draft=status == "created",
        ),
        locale=order.locale("customerLocale") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=order.currency("currency"),
        customer=Customer(
            id=person.text("customerId|customerNo"),
            name=words(order.text("customerName|customerInfo.customerName|billingAddress.fullName"))
            or order.text("billingAddress.firstName+billingAddress.lastName"),
            email=order.text("customerInfo.email|customerEmail"),
            phone=order.text("billingAddress.phone") or person.text("phone"),
        ),
        shipping_address=order.address("shipments.0.shippingAddress|shippingAddress", _ADDRESS),
        billing_address=order.address("billingAddress", _ADDRESS),
        lines=tuple(_lines(order)),
        totals=_totals(order),
        discounts=tuple(_discounts(order)),
        taxes=tuple(_taxes(order)),
        fees=tuple(_fees(order)),
        shipping=tuple(_shipping(order)),
        payments=tuple(_part(each) for each in order.each("paymentInstruments")),
        parcels=tuple(_parcels(order)),
    )


def _payment(order: Node, status: str) -> Payment | None:
    if status == "failed":
        return "failed"
    said = order.word("paymentStatus", _PAYMENT)
    confirmed = (order.text("confirmationStatus") or "").lower() == "confirmed"
    return "authorized" if said == "pending" and status in _PLACED and confirmed else said


def _items(order: Node) -> Iterator[tuple[Node, str, str | None]]:
    """Products with their options and parts: each with its id, and that of what it is in."""
    for at, each in enumerate(order.each("productItems")):
        own = each.key("itemId") or str(at + 1)
        yield each, own, None
        for name in ("optionItems", "bundledProductItems"):
            for place, part in enumerate(each.each(name)):
                if name != "optionItems" or part.money("price"):
                    yield part, part.key("itemId") or f"{own}.{name}.{place + 1}", own


def _lines(order: Node) -> Iterator[Line]:
    yield from (
        _line(item, own, parent, _price(order, item)) for item, own, parent in _items(order)
    )
    gifts = order.each("giftCertificateItems")
    yield from (_gift(each, f"gift.{at + 1}") for at, each in enumerate(gifts))


def _price(order: Node, item: Node) -> Decimal | None:
    """Of the whole quantity; orders of other channels state it without tax and with it."""
    gross = (order.text("taxation") or "").lower() == "gross"
    return item.money("price|grossPrice" if gross else "price|netPrice")


def _line(item: Node, own: str, parent: str | None, price: Decimal | None) -> Line:
    taken = _adjusted(item)
    return Line(
        id=own,
        title=words(item.raw("productName|itemText|productId")) or own,
        quantity=Decimal(1) if parent and "quantity" not in item else item.quantity("quantity"),
        product_id=item.text("productId"),
        sku=item.text("productId"),
        unit_price=item.money("basePrice"),
        discount=taken,
        tax=item.money("adjustedTax|tax"),
        total=None if price is None else price - (taken or 0),
        parent_id=parent,
        attributes=dict(_chosen(item)),
    )


def _gift(each: Node, own: str) -> Line:
    amount, name = each.money("amount"), words(each.raw("recipientName"))
    return Line(
        id=each.key("giftCertificateItemId") or own,
        title=words(each.raw("itemText|lineitemText")) or "Gift certificate",
        quantity=Decimal(1),
        unit_price=amount,
        total=amount,
        digital=True,
        gift_card=True,
        attributes={"To": name} if name else {},
    )


def _chosen(item: Node) -> Iterator[tuple[str, str]]:
    """Options without a price, and the message of a gift."""
    for each in item.each("optionItems"):
        if not each.money("price") and (text := words(each.raw("itemText"))):
            yield each.text("optionId") or "Option", text
    if message := words(item.raw("giftMessage")):
        yield "Gift message", message


def _adjusted(item: Node) -> Decimal | None:
    """How much price adjustments took off."""
    found = [each.money("price") for each in item.each("priceAdjustments")]
    return loose.total([-each for each in found if each and each < 0])


def _adjustments(order: Node) -> list[Node]:
    """Of the goods and of the whole order; those of shipping are inside its total."""
    of_items = [each for item, _, _ in _items(order) for each in item.each("priceAdjustments")]
    return [*of_items, *order.each("orderPriceAdjustments")]


def _totals(order: Node) -> Totals:
    goods = [_price(order, item) for item, _, parent in _items(order) if _counts(item, parent)]
    gifts = [each.money("amount") for each in order.each("giftCertificateItems")]
    taxation = (order.text("taxation") or "").lower()
    known, shipped = loose.total([*goods, *gifts]), order.money("shippingTotal")
    return Totals(
        total=order.needed_money("orderTotal"),
        subtotal=order.money("productSubTotal|productTotal") if known is None else known,
        discount=loose.total([each.amount for each in _discounts(order)]),
        shipping=order.total("shipments", "shippingTotal") if shipped is None else shipped,
        fees=loose.total([each.amount for each in _fees(order)]),
        tax=order.money("taxTotal"),
        tax_included=taxation == "gross" if taxation in ("gross", "net") else None,
    )


def _counts(item: Node, parent: str | None) -> bool:
    """An option's price is not in its product's; a part of a bundle has none of its own."""
    return parent is None or "optionId" in item or "optionValueId" in item


def _discounts(order: Node) -> Iterator[Discount]:
    """Each promotion once, though it may adjust several lines."""
    taken: dict[tuple[str | None, str | None], Decimal] = {}
    for each in _adjustments(order):
        name = (words(each.raw("itemText|promotionId")), each.text("couponCode"))
        if (amount := each.money("price")) and amount < 0:
            taken[name] = taken.get(name, Decimal(0)) - amount
    for (title, code), amount in taken.items():
        yield Discount(amount=amount, code=code, title=title)


def _fees(order: Node) -> Iterator[Fee]:
    for each in _adjustments(order):
        amount = each.money("price")
        if amount and amount > 0:
            yield Fee(title=words(each.raw("itemText|promotionId")) or "Fee", amount=amount)


def _taxes(order: Node) -> Iterator[Tax]:
    for each in order.each("groupedTaxItems"):
        if amount := each.money("taxValue"):
            yield Tax(amount=amount, rate=each.money("taxRate"))


def _shipping(order: Node) -> Iterator[Shipping]:
    for each in order.each("shipments"):
        if title := words(each.raw("shippingMethod.name|shippingMethod.id|shippingMethod")):
            yield Shipping(title=title, amount=each.money("shippingTotal"))


def _part(each: Node) -> PaymentPart:
    named, card = each.text("paymentMethodId") or "", each.at("paymentCard")
    digits = card.text("numberLastDigits") or (card.text("maskedNumber") or "")[-4:]
    shown = " ".join(filter(None, (card.text("cardType"), digits)))
    return PaymentPart(
        method=_METHODS.get(named.lower()) or methods.method(named),
        title=shown or None,
        amount=each.money("amount|paymentTransaction.amount") or None,
        reference=each.key("paymentInstrumentId"),
    )


def _parcels(order: Node) -> Iterator[Parcel]:
    """A parcel a tracking number (several stand in one text, with commas between); where there is
    none, a shipment that was shipped."""
    for at, each in enumerate(order.each("shipments")):
        own, numbers = each.key("shipmentId") or str(at + 1), _numbers(each)
        inside = _inside(order, each.text("shipmentId")) if len(numbers) == 1 else ()
        for place, number in enumerate(numbers):
            yield Parcel(
                id=f"{own}:{number}"[: loose.MAX_KEY] if place else own,
                tracking_number=number,
                lines=inside,
                status=(each.text("shippingStatus") or "").lower() or None,
            )


def _numbers(shipment: Node) -> list[str | None]:
    told = (shipment.text("trackingNumber") or "").replace(";", ",").split(",")
    numbers: list[str | None] = [number.strip() for number in told if number.strip()]
    left = (shipment.text("shippingStatus") or "").lower() == "shipped"
    return numbers or ([None] if left else [])


def _inside(order: Node, shipment: str | None) -> tuple[ParcelLine, ...]:
    return tuple(
        ParcelLine(line_id=own, quantity=item.quantity("quantity"))
        for item, own, parent in _items(order)
        if parent is None and item.text("shipmentId") == shipment
    )
