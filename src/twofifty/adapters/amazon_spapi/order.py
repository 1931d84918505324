"""One order of the Orders API, version 2026-01-01 (those of v0 are renamed first: `v0.py`).

The e-mail address is Amazon's relay for this buyer and this order. Amazon takes the money when it
ships, so an order that waits to be shipped is authorized. Refunds are not in it; `shop.py` can lay
the Finances API's `financialEvents` beside it.
"""

from collections.abc import Iterator
from decimal import Decimal

from twofifty.adapters.amazon_spapi.money import Figures, Parts, figures, of_line, parts
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
    Refund,
    Shipping,
    State,
    Tax,
    Totals,
    Window,
)

CANCELLED = ("CANCELLED", "CANCELED")
_PAYMENT: dict[str, Payment] = {
    "pending_availability": "pending",
    "pending": "pending",
    "unshipped": "authorized",
    "partially_shipped": "authorized",
    "shipped": "paid",
    "invoice_unconfirmed": "paid",
    "cancelled": "voided",
    "canceled": "voided",
}
_FULFILLMENT: dict[str, Fulfillment] = {
    "pending_availability": "unfulfilled",
    "pending": "unfulfilled",
    "unshipped": "unfulfilled",
    "partially_shipped": "partial",
    "shipped": "fulfilled",
    "invoice_unconfirmed": "fulfilled",
}
_STATUS = "fulfillment.fulfillmentStatus"
_ADDRESS = {
    "name": "name",
    "company": "companyName",
    "line1": "addressLine1",
    "line2": "addressLine2+addressLine3",
    "city": "city",
    "region": "stateOrRegion|districtOrCounty|municipality",
    "postal_code": "postalCode",
    "country": "countryCode",
    "phone": "phone",
}
_OWN = {
    "marketplace": "salesChannel.marketplaceName|salesChannel.marketplaceId",
    "fulfilled_by": "fulfillment.fulfilledBy",
    "ship_from": "fulfillment.shipByWindow.earliestDateTime",
    "ship_until": "fulfillment.shipByWindow.latestDateTime",
    "replaces": "associatedOrders.0.orderId",
    "purchase_order": "buyer.buyerPurchaseOrderNumber",
    "tax_collected_by": "orderItems.0.tax.taxCollections.0.responsibleParty",
}
_REFUNDED = "financialEvents.RefundEventList"


def read_order(node: Node, stated: Stated) -> Order:
    """The order. Raises Unreadable."""
    updated = node.moment("lastUpdatedTime")
    each_parts = [parts(each.at("proceeds")) for each in node.each("orderItems")]
    sums, refunds = figures(node, each_parts), _refunds(node)
    total = node.needed_money("proceeds.grandTotal.amount")
    return Order(
        source=stated.name,
        id=node.needed_key("orderId"),
        number=node.text("orderId"),
        revision=loose.milliseconds(updated),
        placed_at=node.moment("createdTime"),
        updated_at=updated,
        state=_state(node, _returned(refunds, total)),
        locale=stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=node.currency("proceeds.grandTotal.currencyCode"),
        customer=_customer(node, stated),
        shipping_address=node.address("recipient.deliveryAddress", _ADDRESS),
        lines=tuple(map(_line, node.each("orderItems"), each_parts)),
        totals=_totals(sums, total, refunds),
        discounts=(Discount(amount=sums.discount),) if sums.discount else (),
        taxes=(Tax(amount=sums.tax),) if sums.tax else (),
        fees=tuple(Fee(title=title, amount=amount) for title, amount in sums.fees.items()),
        shipping=_shipping(node, sums),
        payments=tuple(_payments(node)),
        refunds=refunds,
        parcels=tuple(map(_parcel, node.each("packages"))),
        attributes=_attributes(node, sums),
    )


def _state(node: Node, returned: Payment | None) -> State:
    cancelled = node.text(_STATUS) in CANCELLED
    return State(
        payment=returned or node.word(_STATUS, _PAYMENT),
        fulfillment=node.word(_STATUS, _FULFILLMENT),
        cancelled_at=node.moment("lastUpdatedTime") if cancelled else None,
    )


def _customer(node: Node, stated: Stated) -> Customer:
    return Customer(
        name=node.text("buyer.buyerName"),
        email=node.text("buyer.buyerEmail"),
        phone=node.text("recipient.deliveryAddress.phone"),
    )


def _totals(sums: Figures, total: Decimal, refunds: tuple[Refund, ...]) -> Totals:
    return Totals(
        total=total,
        subtotal=sums.goods,
        discount=sums.discount,
        shipping=sums.shipping,
        fees=loose.total(list(sums.fees.values())),
        tax=sums.tax,
        tax_included=sums.tax_included,
        tip=sums.tip,
        refunded=loose.total([each.amount for each in refunds]),
    )


def _returned(refunds: tuple[Refund, ...], total: Decimal) -> Payment | None:
    back = loose.total([each.amount for each in refunds])
    if not back:
        return None
    return "refunded" if back >= total else "partially_refunded"


def _line(item: Node, figures: Parts) -> Line:
    """A line. Its total is for all of its quantity; v0 does not say what one costs."""
    discount, total = of_line(figures)
    return Line(
        id=item.needed_key("orderItemId"),
        title=words(item.raw("product.title|product.sellerSku|product.asin")) or "",
        quantity=item.quantity("quantityOrdered"),
        product_id=item.text("product.asin"),
        sku=item.text("product.sellerSku"),
        unit_price=item.money("product.price.unitPrice.amount"),
        discount=discount,
        tax=figures.get("TAX") or None,
        total=total,
    )


def _shipping(node: Node, sums: Figures) -> tuple[Shipping, ...]:
    """The service level, with the window that the buyer was promised."""
    level = node.text("fulfillment.fulfillmentServiceLevel")
    if level is None:
        return ()
    window = _window(node.at("fulfillment.deliverByWindow"))
    booked = {_window(each) for each in _booked(node)}
    return (
        Shipping(
            title=level.replace("_", " ").capitalize(),
            amount=sums.shipping,
            estimate=window or (booked.pop() if len(booked) == 1 else None),
        ),
    )


def _booked(node: Node) -> list[Node]:
    return [
        each.at("fulfillment.shipping.scheduledDeliveryWindow") for each in node.each("orderItems")
    ]


def _window(node: Node) -> Window | None:
    earliest, latest = node.moment("earliestDateTime"), node.moment("latestDateTime")
    if earliest is None and latest is None:
        return None
    ends = [each.isoformat() if each else None for each in (earliest, latest)]
    return Window(earliest=ends[0], latest=ends[1])


def _payments(node: Node) -> Iterator[PaymentPart]:
    """What was paid with; an amount in another currency than the order's is left out."""
    own = node.text("proceeds.grandTotal.currencyCode")
    for each in node.each("payment.paymentExecutions"):
        if name := each.text("paymentMethod"):
            same = each.text("paymentAmount.currencyCode") == own
            yield PaymentPart(
                method=methods.method(name),
                title=each.text("cardBrand"),
                amount=each.money("paymentAmount.amount") if same else None,
            )


def _parcel(each: Node) -> Parcel:
    status = each.text("packageStatus.detailedStatus|packageStatus.status")
    return Parcel(
        id=each.needed_key("packageReferenceId"),
        carrier=each.text("carrier"),
        tracking_number=each.text("trackingNumber"),
        lines=tuple(
            ParcelLine(line_id=line_id, quantity=one.quantity("quantity"))
            for one in each.each("packageItems")
            if (line_id := one.text("orderItemId"))
        ),
        status=status.lower() if status else None,
    )


def _refunds(node: Node) -> tuple[Refund, ...]:
    """What went back to the buyer: the charges that were adjusted, each item a refund."""
    return tuple(
        Refund(id=adjusted, amount=-amount, at=event.moment("PostedDate"))
        for event in node.each(_REFUNDED)
        for each in event.each("ShipmentItemAdjustmentList")
        if (adjusted := each.key("OrderAdjustmentItemId"))
        and (amount := _adjusted(each)) is not None
        and amount < 0
    )


def _adjusted(each: Node) -> Decimal | None:
    lists = {
        "ItemChargeAdjustmentList": "ChargeAmount.CurrencyAmount",
        "PromotionAdjustmentList": "PromotionAmount.CurrencyAmount",
    }
    return loose.total([each.total(where, amount) for where, amount in lists.items()])


def _attributes(node: Node, sums: Figures) -> dict[str, str]:
    found = {name: node.text(path) for name, path in _OWN.items()}
    found["tax_withheld"] = None if sums.withheld is None else str(sums.withheld)
    return {name: value for name, value in found.items() if value}
