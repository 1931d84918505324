"""Squarespace's webhooks and orders (https://developers.squarespace.com/commerce-apis).

A webhook (`order.create`, `order.update`) tells the order's id; the Orders API tells the order. An
order is created by a finished checkout, so it is paid unless its `paymentState` says otherwise.
Amounts are `{"value", "currency"}` with decimal strings.
"""

from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import Hashed
from twofifty.intake.wrapping import opened
from twofifty.order.events import EventType, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import (
    Customer,
    Discount,
    Fulfillment,
    Line,
    Order,
    Parcel,
    Payment,
    Shipping,
    State,
    Totals,
)

_TYPES: dict[str, EventType] = {"order.create": "order.placed", "order.update": "order.updated"}
_PAYMENT: dict[str, Payment] = {
    "paid": "paid",
    "pending": "pending",
    "unpaid": "pending",
    "failed": "failed",
    "refunded": "refunded",
    "partially_refunded": "partially_refunded",
}
_FULFILLMENT: dict[str, Fulfillment] = {"pending": "unfulfilled", "fulfilled": "fulfilled"}
_ADDRESS = {
    "name": "firstName+lastName",
    "line1": "address1",
    "line2": "address2",
    "city": "city",
    "region": "state",
    "postal_code": "postalCode",
    "country": "countryCode",
    "phone": "phone",
}
# What lists, relays and recordings put around an order (the API itself: `result`).
_ENVELOPES = ("result", "results", "data", "order", "orders", "body", "json", "payload")
_DIGITAL = ("digital", "service", "gift_card", "pass")


class Squarespace(Platform):
    """A Source: see `intake.ports`."""

    signature = Hashed(header="squarespace-signature", form="hex", secret_form="hex")

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        topic = node.text("topic") or topic
        if topic == "extension.uninstall":
            return Ignored("the extension was uninstalled: no more webhooks will come")
        kind = _TYPES.get(topic, "order.updated")
        if order_id := node.key("data.orderId"):
            return (Pointer(type=kind, source=stated.name, order_id=order_id),)
        found = [each for each in opened(node.value, _ENVELOPES) if "lineItems" in each]
        if not found:
            return no_order(node, topic, "order.")
        named = [each for each in found if topic or each.raw("id") is not None]
        if not named:
            return Ignored("no order in it: order without an id")
        return tuple(_news(each, kind, stated) for each in named)


def _news(node: Node, kind: EventType, stated: Stated) -> News:
    """An order without its total is one in part: there is more to ask."""
    if node.raw("grandTotal.value") is not None:
        return OrderEvent(type=kind, order=read_order(node, stated))
    return Pointer(type=kind, source=stated.name, order_id=node.needed_key("id"))


def read_order(node: Node, stated: Stated) -> Order:
    """One order of the Orders API. Raises Unreadable."""
    updated = node.moment("modifiedOn")
    cancelled = node.text("fulfillmentStatus") == "CANCELED"
    return Order(
        source=stated.name,
        id=node.needed_key("id"),
        number=node.text("orderNumber"),
        revision=loose.milliseconds(updated),
        placed_at=node.moment("createdOn"),
        updated_at=updated,
        state=State(
            payment=_payment(node),
            fulfillment=node.word("fulfillmentStatus", _FULFILLMENT),
            cancelled_at=updated if cancelled else None,
        ),
        test=node.true("testmode"),
        locale=stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=node.currency("grandTotal.currency"),
        customer=Customer(
            id=node.text("customerId"),
            name=node.text("billingAddress.firstName+billingAddress.lastName"),
            email=node.text("customerEmail"),
            phone=node.text("billingAddress.phone|shippingAddress.phone"),
        ),
        shipping_address=node.address("shippingAddress", _ADDRESS),
        billing_address=node.address("billingAddress", _ADDRESS),
        lines=tuple(_line(each, at) for at, each in enumerate(node.each("lineItems"))),
        totals=Totals(
            total=node.needed_money("grandTotal.value"),
            subtotal=node.money("subtotal.value"),
            discount=node.money("discountTotal.value"),
            shipping=node.money("shippingTotal.value"),
            tax=node.money("taxTotal.value"),
            tax_included=node.text("priceTaxInterpretation") == "INCLUSIVE",
            refunded=node.money("refundedTotal.value") or None,
        ),
        discounts=tuple(
            Discount(amount=amount, code=each.text("promoCode"), title=each.text("description"))
            for each in node.each("discountLines")
            if (amount := each.money("amount.value"))
        ),
        shipping=tuple(
            Shipping(title=title, amount=each.money("amount.value"))
            for each in node.each("shippingLines")
            if (title := each.text("method"))
        ),
        payments=methods.payment(node.text("paymentMethod")),
        parcels=tuple(_parcel(each, at) for at, each in enumerate(node.each("fulfillments"))),
    )


def _payment(node: Node) -> Payment:
    refunded, total = node.money("refundedTotal.value"), node.money("grandTotal.value")
    if refunded and total:
        return "refunded" if refunded >= total else "partially_refunded"
    return node.word("paymentState", _PAYMENT) or "paid"


def _line(item: Node, at: int) -> Line:
    quantity, price = item.quantity("quantity"), item.money("unitPricePaid.value")
    kind = (item.text("lineItemType") or "").lower()
    options = {each.text("optionName"): each.text("value") for each in item.each("variantOptions")}
    chosen = {each.text("label"): each.text("value") for each in item.each("customizations")}
    return Line(
        id=item.key("id") or str(at + 1),
        title=item.text("productName|sku") or str(at + 1),
        quantity=quantity,
        product_id=item.text("productId"),
        sku=item.text("sku"),
        variant=", ".join(value for value in options.values() if value) or None,
        unit_price=price,
        total=None if price is None else price * quantity,
        image_url=item.url("imageUrl"),
        digital=kind.startswith(_DIGITAL),
        gift_card=kind.startswith("gift_card"),
        attributes={name: value for name, value in chosen.items() if name and value},
    )


def _parcel(each: Node, at: int) -> Parcel:
    return Parcel(
        id=each.key("trackingNumber") or str(at + 1),
        carrier=each.text("carrierName"),
        tracking_number=each.text("trackingNumber"),
        tracking_url=each.url("trackingUrl"),
    )
