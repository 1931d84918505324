"""One Saleor order: of the GraphQL API (camel case), of the older JSON and of NOTIFY_USER (snake
case) (https://docs.saleor.io/api-reference/orders/objects/order).
"""

from collections.abc import Iterator
from decimal import Decimal

from twofifty.adapters.saleor.money import (
    CURRENCY,
    SHIPPING,
    is_active,
    payment_of,
    read_totals,
    refunded_of,
    side_of,
    spelled,
)
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
    Parcel,
    ParcelLine,
    Payment,
    PaymentPart,
    Refund,
    Shipping,
    State,
    Totals,
)

TITLE = (
    "translatedProductName|productName|translated_product_name|product_name|"
    "variant.product.name|variant.name"
)
_UNIT = "unitPrice.{0}.amount|unit_price_{0}_amount"
_BEFORE = "undiscountedUnitPrice.{0}.amount|undiscounted_unit_price_{0}_amount"
_ROW = "totalPrice.{0}.amount|total_price_{0}_amount|total_{0}_amount"
_EVENTS: dict[str, Payment] = {"order_fully_paid": "paid", "order_fully_refunded": "refunded"}
_FULFILLMENT: dict[str, Fulfillment] = {
    "unconfirmed": "unfulfilled",
    "unfulfilled": "unfulfilled",
    "partially_fulfilled": "partial",
    "fulfilled": "fulfilled",
    "partially_returned": "fulfilled",
    "returned": "returned",
}
_CANCELLED = ("canceled", "cancelled", "expired")
_ADDRESS = {
    "name": "firstName+lastName|first_name+last_name",
    "company": "companyName|company_name",
    "line1": "streetAddress1|street_address_1",
    "line2": "streetAddress2|street_address_2",
    "city": "city",
    "region": "countryArea|country_area",
    "postal_code": "postalCode|postal_code",
    "country": "country.code|country",
    "phone": "phone",
}
_BILLING, _SHIPPED = "billingAddress|billing_address", "shippingAddress|shipping_address"
_NAMES = "firstName+lastName|first_name+last_name"


def read_order(place: Node, event: str, stated: Stated) -> Order:
    """The order in `place.order`; beside it may stand the `fulfillment` and the `payment` that a
    webhook is about. Raises Unreadable."""
    node = place.at("order")
    updated = node.moment("updatedAt|updated_at|meta.issued_at")
    placed = node.moment("created|created_at")
    lines = tuple(_line(each, at, side_of(node)) for at, each in enumerate(node.each("lines")))
    totals = read_totals(node, lines, refunded_of(place))
    return Order(
        source=stated.name,
        id=node.needed_key("id"),
        number=node.text("number"),
        revision=loose.milliseconds(updated),
        placed_at=placed,
        updated_at=updated,
        state=_state(place, event, totals, stated),
        locale=_locale(node) or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=node.currency(CURRENCY),
        customer=Customer(
            id=node.text("user.id"),
            name=node.at("user").text(_NAMES)
            or node.at(_BILLING).text(_NAMES)
            or node.at(_SHIPPED).text(_NAMES),
            email=node.text("userEmail|user_email|email|user.email"),
            phone=node.at(_BILLING).text("phone") or node.at(_SHIPPED).text("phone"),
        ),
        shipping_address=node.address(_SHIPPED, _ADDRESS),
        billing_address=node.address(_BILLING, _ADDRESS),
        lines=lines,
        totals=totals,
        discounts=tuple(_discounts(node)),
        shipping=_shipping(node),
        payments=tuple(_payments(node)),
        refunds=tuple(_refunds(node)),
        parcels=parcels(place),
        links=Links(status=node.url("order_details_url")),
        note=node.text("customerNote|customer_note"),
    )


def _locale(node: Node) -> str | None:
    """`PT_BR` is `pt-BR`."""
    found = node.locale("languageCode|languageCodeEnum|language_code")
    if found is None:
        return None
    language, *rest = found.split("-")
    parts = (each.upper() if len(each) == 2 else each.title() for each in rest)
    return "-".join([language.lower(), *parts])


def _state(place: Node, event: str, totals: Totals, stated: Stated) -> State:
    node = place.at("order")
    status = spelled(node, "status")
    waits = stated.options.get("unconfirmed") != "placed"
    ended = status in _CANCELLED or event in ("order_cancelled", "order_canceled", "order_expired")
    changed = node.moment("updatedAt|updated_at|meta.issued_at|created|created_at")
    return State(
        payment=payment_of(place, totals) or _EVENTS.get(event),
        fulfillment=_FULFILLMENT.get(status),
        cancelled_at=changed if ended else None,
        draft=status == "draft" or (status == "unconfirmed" and waits),
    )


def _line(item: Node, at: int, side: str) -> Line:
    quantity, total = item.quantity("quantity"), item.money(_ROW.format(side))
    price = _price(item, side)
    reduced = price != item.money(_UNIT.format(side)) and price is not None and total is not None
    needs_shipping = item.stated("isShippingRequired|is_shipping_required")
    return Line(
        id=item.key("id") or str(at + 1),
        title=item.text(TITLE) or str(at + 1),
        quantity=quantity,
        product_id=item.text("variant.product.id|product.id"),
        sku=item.text("productSku|product_sku|variant.sku"),
        variant=item.text("translatedVariantName|variantName|translated_variant_name|variant_name"),
        unit_price=price,
        discount=(price or 0) * quantity - (total or 0) if reduced else None,
        tax=item.money("totalPrice.tax.amount|total_tax_amount"),
        total=total,
        image_url=item.url(
            "thumbnail.url|variant.first_image.original.255x255|"
            "product.first_image.original.255x255"
        ),
        digital=item.true("is_digital") or needs_shipping is False,
        gift_card=item.text("variant.product.productType.kind") == "GIFT_CARD",
    )


def _price(item: Node, side: str) -> Decimal | None:
    """A unit's price before its discount, where it has one."""
    unit, before = item.money(_UNIT.format(side)), item.money(_BEFORE.format(side))
    return unit if before is None or (unit is not None and before <= unit) else before


def _discounts(node: Node) -> Iterator[Discount]:
    code = node.text("voucherCode|voucher_code|voucher.code")
    for each in node.each("discounts"):
        if amount := each.money("amount.amount|amount_value"):
            yield Discount(
                amount=amount,
                code=code if spelled(each, "type") == "voucher" else None,
                title=each.text("translatedName|translated_name|name|reason"),
            )


def _shipping(node: Node) -> tuple[Shipping, ...]:
    title = node.text(
        "shippingMethodName|shipping_method_name|deliveryMethod.name|shipping_method.name|"
        "collectionPointName|collection_point_name"
    )
    amount = node.money(SHIPPING.format(side_of(node)))
    return (Shipping(title=title, amount=amount),) if title else ()


def _payments(node: Node) -> Iterator[PaymentPart]:
    """Transactions, and the payments of shops that do not use them yet."""
    for each in node.each("transactions"):
        yield PaymentPart(
            method=methods.method(each.text("paymentMethodDetails.name|name|type") or "other"),
            title=each.text("paymentMethodDetails.name|name"),
            amount=each.money("chargedAmount.amount") or each.money("authorizedAmount.amount"),
            reference=each.key("pspReference"),
        )
    for each in filter(is_active, node.each("payments")):
        kind = each.text("paymentMethodType|payment_method_type|gateway")
        yield PaymentPart(
            method=methods.method(kind or "other"),
            title=each.text("creditCard.brand|cc_brand"),
            amount=each.money("total.amount|total"),
            reference=each.key("pspReference|psp_reference"),
        )


def _refunds(node: Node) -> Iterator[Refund]:
    events = (each for one in node.each("transactions") for each in one.each("events"))
    for each in events:
        amount, number = each.money("amount.amount"), each.key("id|pspReference")
        if each.text("type") == "REFUND_SUCCESS" and amount and number:
            yield Refund(
                id=number, amount=amount, at=each.moment("createdAt"), reason=each.text("message")
            )


def parcels(place: Node) -> tuple[Parcel, ...]:
    """What was sent: the order's shipments, and the one that a webhook is about."""
    beside = loose.mapping(place.raw("fulfillment"))
    listed = place.at("order").each("fulfillments")
    if beside:
        lines = [*place.each("physical_lines"), *place.each("digital_lines")]
        known = {"id": place.raw("physical_lines.0.id"), "lines": [each.value for each in lines]}
        listed.append(Node(known | beside))
    found = [each for each in listed if spelled(each, "status") in ("", "fulfilled")]
    named = "id|fulfillmentOrder|trackingNumber|tracking_number"
    numbered = {number: each for each in found if (number := each.key(named))}
    return tuple(_parcel(number, each) for number, each in numbered.items())


def _parcel(number: str, each: Node) -> Parcel:
    tracked = each.text("trackingNumber|tracking_number|tracking_code")
    return Parcel(
        id=number,
        tracking_number=None if loose.url(tracked) else tracked,
        tracking_url=loose.url(tracked),
        lines=tuple(
            ParcelLine(line_id=line_id, quantity=line.quantity("quantity"))
            for line in each.each("lines")
            if (line_id := line.text("orderLine.id|order_line.id"))
        ),
    )
