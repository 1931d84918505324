"""One Spree order, of the API v3 (`items`, `fulfillments`), v2 (see `jsonapi`) or older
(`line_items`, `shipments`, https://spreecommerce.org/docs/api-reference). The integration hub calls
the time of the order `placed_on`, writes states and countries as words, and knows no id.

A parcel is a shipment that was shipped. The states of checkout are those of a draft.
"""

from collections.abc import Iterator
from decimal import Decimal

from twofifty.adapters.spree.money import fees, payment_of, read_totals
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
    Refund,
    Shipping,
    State,
    Window,
)

_FULFILLMENT: dict[str, Fulfillment] = {
    "none": "unfulfilled",
    "pending": "unfulfilled",
    "ready": "unfulfilled",
    "backorder": "unfulfilled",
    "unfulfilled": "unfulfilled",
    "partial": "partial",
    "partially_fulfilled": "partial",
    "shipped": "fulfilled",
    "fulfilled": "fulfilled",
    "delivered": "fulfilled",
    "returned": "returned",
}
_STATE = "status|state"
_CHECKOUT = ("cart", "address", "delivery", "payment", "confirm", "draft", "open")
_SENT = ("shipped", "fulfilled", "delivered")
_METHOD = "delivery_method.name|selected_shipping_rate.name|shipping_method.name|shipping_method"
_NAME = "full_name|first_name+last_name|firstname+lastname"
_BILLING = "billing_address|bill_address"
_SHIPPED = "shipping_address|ship_address"
_ADDRESS = {
    "name": _NAME,
    "company": "company",
    "line1": "address1",
    "line2": "address2",
    "city": "city",
    "region": "state_text|state_name|state.name|state_code|state",
    "postal_code": "postal_code|zipcode",
    "country": "country_code|country_iso|country.iso|country|country_name",
    "phone": "phone",
}


def read_order(node: Node, stated: Stated) -> Order:
    """The order. Raises Unreadable."""
    updated = node.moment("updated_at")
    totals = read_totals(node)
    shipments = node.each("fulfillments|shipments")
    return Order(
        source=stated.name,
        id=node.needed_key("id|number"),
        number=node.text("number"),
        group=node.key("order_group_id"),
        revision=loose.milliseconds(updated),
        placed_at=node.moment("completed_at|placed_on|created_at"),
        updated_at=updated,
        state=State(
            payment=payment_of(node, totals),
            fulfillment=node.word("fulfillment_status|shipment_state", _FULFILLMENT),
            cancelled_at=node.moment("canceled_at|updated_at|completed_at")
            if _is_cancelled(node)
            else None,
            draft=_is_draft(node),
        ),
        locale=node.locale("locale") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=node.currency("currency"),
        customer=Customer(
            id=node.text("customer_id|user_id|user.id"),
            name=node.at(_BILLING).text(_NAME) or node.at(_SHIPPED).text(_NAME),
            email=node.text("email"),
            phone=node.at(_BILLING).text("phone") or node.at(_SHIPPED).text("phone"),
        ),
        shipping_address=node.address(_SHIPPED, _ADDRESS),
        billing_address=node.address(_BILLING, _ADDRESS),
        lines=tuple(
            _line(each, at)
            for at, each in enumerate(node.each("items|line_items"))
            if "quantity" in each
        ),
        totals=totals,
        discounts=tuple(_discounts(node)),
        fees=fees(node),
        shipping=tuple(_shipping(shipments)),
        payments=tuple(_payments(node)),
        refunds=tuple(_refunds(node)),
        parcels=tuple(read_parcel(each) for each in shipments if is_sent(each)),
        note=node.text("customer_note|special_instructions"),
    )


def _is_cancelled(node: Node) -> bool:
    """An order that was resumed keeps the time at which it was cancelled."""
    state = node.text(_STATE)
    return state == "canceled" if state else node.moment("canceled_at") is not None


def _is_draft(node: Node) -> bool:
    return node.moment("completed_at|placed_on") is None and node.text(_STATE) in (None, *_CHECKOUT)


def _line(item: Node, at: int) -> Line:
    quantity, price = item.quantity("quantity"), item.money("price")
    discount = abs(item.money("discount_total|promo_total") or Decimal(0)) or None
    row = None if price is None else price * quantity - (discount or 0)
    total = item.money("discounted_amount")
    return Line(
        id=item.key("id") or str(at + 1),
        title=words(item.raw("name|variant.name")) or str(at + 1),
        quantity=quantity,
        product_id=item.text("product_id|variant.product_id|variant.product.id"),
        sku=item.text("sku|variant.sku"),
        variant=words(item.raw("options_text|variant.options_text")),
        unit_price=price,
        discount=discount,
        tax=item.money("additional_tax_total") or item.money("included_tax_total"),
        total=row if total is None else total,
        image_url=item.url("thumbnail_url|variant.images.0.product_url"),
        digital=bool(item.each("digital_links")),
    )


def _discounts(node: Node) -> Iterator[Discount]:
    """Promotions of v3, those of v2, or what an older order's adjustments take off."""
    listed = node.each("discounts|order_promotions|promotions|adjustments")
    for each in listed:
        amount = each.money("amount|promo_total|value")
        if amount and (amount < 0 or "adjustments" not in node):
            title = words(each.raw("name|label|promotion.name"))
            yield Discount(amount=abs(amount), code=each.text("code|promotion.code"), title=title)


def _shipping(shipments: list[Node]) -> Iterator[Shipping]:
    for each in shipments:
        title, cancelled = words(each.raw(_METHOD)), each.text(_STATE) == "canceled"
        if title and not cancelled:
            due = each.text("estimated_delivery_at")
            yield Shipping(
                title=title,
                amount=each.money("cost"),
                carrier=each.text("tracking_carrier_name|delivery_rates.0.carrier"),
                estimate=Window(latest=due) if due else None,
            )


def _payments(node: Node) -> Iterator[PaymentPart]:
    for each in node.each("payments"):
        if each.text("status|state") in ("failed", "invalid", "void") or "amount" not in each:
            continue
        title = each.text("payment_method.name|payment_method_name|payment_method")
        yield PaymentPart(
            method=methods.method(title or each.text("source_type") or "other"),
            title=title,
            amount=each.money("amount"),
            status=each.text("status|state"),
            reference=each.key("id"),
        )
    if card := node.money("gift_card_total"):
        yield PaymentPart(method="gift_card", amount=card)


def _refunds(node: Node) -> Iterator[Refund]:
    owners = [node, *node.each("payments")]
    for each in (one for owner in owners for one in owner.each("refunds")):
        amount, number = each.money("amount"), each.key("id")
        if amount and number:
            reason = each.text("reason.name|refund_reason.name|reason")
            yield Refund(id=number, amount=amount, at=each.moment("created_at"), reason=reason)


def is_sent(each: Node) -> bool:
    """Whether a shipment has left."""
    state = each.text(_STATE)
    when = each.moment("fulfilled_at|shipped_at|delivered_at")
    return state in _SENT or (when is not None and state != "canceled")


def read_parcel(each: Node) -> Parcel:
    """A shipment that has left. Raises Unreadable."""
    there = each.text(_STATE) == "delivered" or each.moment("delivered_at") is not None
    return Parcel(
        id=each.needed_key("id|number"),
        carrier=each.text("tracking_carrier_name|tracking_carrier"),
        tracking_number=each.text("tracking"),
        tracking_url=each.url("tracking_url"),
        lines=tuple(
            ParcelLine(line_id=line_id, quantity=item.quantity("quantity"))
            for item in each.each("items|manifest")
            if (line_id := item.text("item_id|line_item_id")) and "quantity" in item
        ),
        status="delivered" if there else None,
    )
