"""One order of eBay's Fulfillment API (those of the Trading API are renamed first: `trading.py`).

https://developer.ebay.com/api-docs/sell/fulfillment/types/sel:Order. The e-mail address is eBay's
relay for this buyer. A payment's amount is what the seller gets of it and its reference is not its
own, so neither is read. `shop.py` lays the order's parcels beside it as `fulfillments`.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from twofifty.adapters.ebay.money import Figures, amount, collected, currency, figures, taxes
from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.intake.words import words
from twofifty.order.model import (
    Address,
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

_PAYMENT: dict[str, Payment] = {
    "pending": "pending",
    "paid": "paid",
    "failed": "failed",
    "partially_refunded": "partially_refunded",
    "fully_refunded": "refunded",
}
_FULFILLMENT: dict[str, Fulfillment] = {
    "not_started": "unfulfilled",
    "in_progress": "partial",
    "fulfilled": "fulfilled",
}
_START = "fulfillmentStartInstructions.0"
_SHIP_TO = f"{_START}.shippingStep.shipTo"
_REGISTERED = "buyer.buyerRegistrationAddress"
_EMAILS = (f"{_REGISTERED}.email", f"{_SHIP_TO}.email", "buyer.email", "buyer.taxAddress.email")
_ADDRESS = {
    "name": "fullName",
    "company": "companyName",
    "line1": "contactAddress.addressLine1|addressLine1",
    "line2": "contactAddress.addressLine2|addressLine2",
    "city": "contactAddress.city|city",
    "region": "contactAddress.stateOrProvince|stateOrProvince",
    "postal_code": "contactAddress.postalCode|postalCode",
    "country": "contactAddress.countryCode|countryCode",
    "phone": "primaryPhone.phoneNumber",
}
_OWN = {
    "legacy_order_id": "legacyOrderId",
    "sales_record": "salesRecordReference",
    "marketplace": "lineItems.0.purchaseMarketplaceId|lineItems.0.listingMarketplaceId",
    "ship_by": "lineItems.0.lineItemFulfillmentInstructions.shipByDate",
}
_UNTOLD = ("EBAY", "NONE")


def read_order(node: Node, stated: Stated) -> Order:
    """The order. Raises Unreadable."""
    code = currency(node)
    sums, updated = figures(node, code), node.moment("lastModifiedDate")
    refunds = _refunds(node, code)
    return Order(
        source=stated.name,
        id=node.needed_key("orderId"),
        number=node.text("orderId"),
        revision=loose.milliseconds(updated),
        placed_at=node.moment("creationDate"),
        updated_at=updated,
        state=State(
            payment=node.word("orderPaymentStatus", _PAYMENT),
            fulfillment=node.word("orderFulfillmentStatus", _FULFILLMENT),
            cancelled_at=_cancelled_at(node),
        ),
        test=stated.options.get("sandbox") == "true",
        locale=stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=code,
        customer=_customer(node, stated),
        shipping_address=_shipping_address(node),
        billing_address=node.address(_REGISTERED, _ADDRESS),
        lines=tuple(_line(each, at, code) for at, each in enumerate(node.each("lineItems"))),
        totals=_totals(sums, refunds),
        discounts=tuple(_discounts(sums)),
        taxes=(Tax(amount=sums.tax),) if sums.tax else (),
        fees=tuple(_fees(sums)),
        shipping=_shipping(node, sums),
        payments=tuple(_payments(node)),
        refunds=refunds,
        parcels=tuple(_parcel(each, at) for at, each in enumerate(node.each("fulfillments"))),
        note=words(node.raw("buyerCheckoutNotes")),
        attributes=_attributes(node, sums),
    )


def _cancelled_at(node: Node) -> datetime | None:
    if node.text("cancelStatus.cancelState") not in ("CANCELED", "CANCELLED"):
        return None
    return node.moment("cancelStatus.cancelledDate|lastModifiedDate")


def _customer(node: Node, stated: Stated) -> Customer:
    """Where eBay has no address to tell it writes `Invalid Request` instead."""
    said = [node.text(path) or "" for path in _EMAILS]
    email = next((each for each in said if "@" in each), None)
    return Customer(
        id=node.text("buyer.username"),
        name=node.text(f"{_REGISTERED}.fullName|{_SHIP_TO}.fullName"),
        email=email,
        phone=node.text(f"{_SHIP_TO}.primaryPhone.phoneNumber"),
    )


def _shipping_address(node: Node) -> Address | None:
    """The buyer's; not that of eBay's centre which the parcel goes to first."""
    if node.raw("program.authenticityVerification"):
        return None
    final = f"{_START}.finalDestinationAddress"
    return node.address(final if node.raw(final) else _SHIP_TO, _ADDRESS)


def _line(item: Node, at: int, code: str) -> Line:
    """A line. Its cost is for all of its quantity."""
    quantity, cost = item.quantity("quantity"), amount(item, "lineItemCost", code)
    after = amount(item, "discountedLineItemCost", code)
    price = amount(item, "unitPrice", code)
    tax = loose.total([taxes(item, code), collected(item, code)])
    chosen = [each.text("value") for each in item.each("variationAspects")]
    return Line(
        id=item.key("lineItemId") or str(at + 1),
        title=words(item.raw("title|sku|legacyItemId")) or "",
        quantity=quantity,
        product_id=item.text("legacyItemId"),
        sku=item.text("sku"),
        variant=", ".join(filter(None, chosen)) or None,
        unit_price=cost if price is None and quantity == 1 else price,
        discount=_taken(cost, after),
        tax=tax or None,
        total=cost if after is None else after,
        digital="giftDetails" in item,
        gift_card="giftDetails" in item,
    )


def _taken(cost: Decimal | None, after: Decimal | None) -> Decimal | None:
    """What was taken off a line, where it says what it cost before and after."""
    return None if cost is None or after is None else (cost - after) or None


def _totals(sums: Figures, refunds: tuple[Refund, ...]) -> Totals:
    return Totals(
        total=sums.total,
        subtotal=sums.goods,
        discount=loose.total([each.amount for each in _discounts(sums)]),
        shipping=sums.shipping,
        fees=loose.total([each.amount for each in _fees(sums)]),
        duties=sums.duties,
        tax=sums.tax,
        tax_included=False if sums.tax else None,
        refunded=loose.total([each.amount for each in refunds]),
    )


def _discounts(sums: Figures) -> Iterator[Discount]:
    """Also what the seller took off afterwards."""
    if sums.discount:
        yield Discount(amount=sums.discount)
    if sums.adjustment and sums.adjustment < 0:
        yield Discount(amount=-sums.adjustment)


def _fees(sums: Figures) -> Iterator[Fee]:
    if sums.fee:
        yield Fee(title="Fees", amount=sums.fee)
    if sums.adjustment and sums.adjustment > 0:
        yield Fee(title="Adjustment", amount=sums.adjustment)


def _shipping(node: Node, sums: Figures) -> tuple[Shipping, ...]:
    title = node.text(f"{_START}.shippingStep.shippingServiceCode")
    if title is None:
        return ()
    start = node.at(_START)
    ends = [
        found.isoformat() if (found := start.moment(name)) else None
        for name in ("minEstimatedDeliveryDate", "maxEstimatedDeliveryDate")
    ]
    return (
        Shipping(
            title=title,
            amount=sums.shipping,
            carrier=node.text(f"{_START}.shippingStep.shippingCarrierCode"),
            estimate=Window(earliest=ends[0], latest=ends[1]) if any(ends) else None,
        ),
    )


def _payments(node: Node) -> Iterator[PaymentPart]:
    """How it was paid; what eBay collected itself it does not say."""
    for each in node.each("paymentSummary.payments"):
        name = each.text("paymentMethod")
        if name and name.upper() not in _UNTOLD:
            status = each.text("paymentStatus")
            yield PaymentPart(
                method=methods.method(name), status=status.lower() if status else None
            )


def _refunds(node: Node, code: str) -> tuple[Refund, ...]:
    """What went back to the buyer: the order's refunds are what the seller paid of it, those of its
    lines what they cost, so the larger is nearer."""
    of_order = tuple(_refunded(node.each("paymentSummary.refunds"), code))
    per_line = [each.each("refunds") for each in node.each("lineItems")]
    of_lines = tuple(_refunded([each for some in per_line for each in some], code))
    return max(of_order, of_lines, key=_sum)


def _sum(refunds: tuple[Refund, ...]) -> Decimal:
    return sum((each.amount for each in refunds), Decimal(0))


def _refunded(listed: list[Node], code: str) -> Iterator[Refund]:
    """An id where eBay gives one, else the day and the amount."""
    for each in listed:
        back = amount(each, "amount", code)
        if back and (each.text("refundStatus") or "REFUNDED") == "REFUNDED":
            day = each.text("refundDate") or "?"
            identity = each.key("refundId|refundReferenceId") or f"{day} {back}"
            yield Refund(id=identity, amount=abs(back), at=each.moment("refundDate"))


def _parcel(each: Node, at: int) -> Parcel:
    return Parcel(
        id=each.key("fulfillmentId|shipmentTrackingNumber") or str(at + 1),
        carrier=each.text("shippingCarrierCode"),
        tracking_number=each.text("shipmentTrackingNumber"),
        lines=tuple(
            ParcelLine(line_id=line_id, quantity=one.quantity("quantity"))
            for one in each.each("lineItems")
            if (line_id := one.text("lineItemId")) and one.raw("quantity")
        ),
    )


def _attributes(node: Node, sums: Figures) -> dict[str, str]:
    found = {name: node.text(path) for name, path in _OWN.items()}
    found["tax_withheld"] = None if sums.withheld is None else str(sums.withheld)
    return {name: value for name, value in found.items() if value}
