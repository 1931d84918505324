"""One WooCommerce order as a canonical order: of the REST API (v1 to v3) and of the legacy one.

https://developer.woocommerce.com/docs/apis/rest-api/v3/orders/. Amounts are without tax, whatever
`prices_include_tax` says of the catalogue. The currency is its code, for the symbol beside it may
be wrong. Times are those in UTC (`*_gmt`; legacy: `created_at`), else the local ones where the zone
is known.
"""

from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from msgspec.structs import asdict, replace

from twofifty.adapters.woocommerce.lines import lines, meta
from twofifty.adapters.woocommerce.parcels import tracked
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
    Links,
    Order,
    Payment,
    PaymentPart,
    Refund,
    Shipping,
    State,
    Tax,
    Totals,
)

# By status: payment where money has come in, payment where it has not. The last three are of
# Advanced Shipment Tracking.
_PAYMENT: dict[str, tuple[Payment, Payment]] = {
    "pending": ("paid", "pending"),
    "on-hold": ("paid", "pending"),
    "failed": ("failed", "failed"),
    "cancelled": ("voided", "voided"),
    "trash": ("voided", "voided"),
    "refunded": ("refunded", "refunded"),
    **dict.fromkeys(("processing", "completed"), ("paid", "paid")),
    **dict.fromkeys(("shipped", "partial-shipped", "delivered"), ("paid", "paid")),
}
_FULFILLMENT: dict[str, Fulfillment] = {
    **dict.fromkeys(("pending", "on-hold", "processing"), "unfulfilled"),
    **dict.fromkeys(("completed", "shipped", "delivered", "fulfilled"), "fulfilled"),
    **dict.fromkeys(("unfulfilled", "no_fulfillments"), "unfulfilled"),
    **dict.fromkeys(("partial-shipped", "partially_fulfilled"), "partial"),
}
_NOT_PLACED = ("auto-draft", "draft", "checkout-draft")
_OFF = ("cancelled", "trash")
# For these methods `processing` means accepted, not paid.
_UNPAID_AT_FIRST = ("cash_on_delivery", "bank_transfer", "cheque", "invoice")
_PAID = "date_paid_gmt|date_paid|payment_details.paid"
_METHOD = "payment_details.method_id|payment_method"
_MARKUP = {"&", "<"}
_ADDRESS = {
    "name": "first_name+last_name",
    "company": "company",
    "line1": "address_1",
    "line2": "address_2",
    "city": "city",
    "region": "state",
    "postal_code": "postcode",
    "country": "country",
    "phone": "phone",
}


def read_order(order: Node, stated: Stated) -> Order:
    """The canonical order. Raises Unreadable. WooCommerce says no language; plugins may."""
    zone = loose.time_zone(stated.time_zone)
    updated = _moment(order, "date_modified", "updated_at", zone)
    placed = _moment(order, "date_created", "created_at", zone)
    told = meta(order)
    return Order(
        source=stated.name,
        id=_id(order),
        number=order.text("number|order_number|id"),
        revision=loose.milliseconds(updated),
        placed_at=placed,
        updated_at=updated,
        state=_state(order, told, updated or placed),
        test=told.raw("_wcpay_mode") == "test",
        locale=told.locale("wpml_language|trp_language") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=order.currency("currency"),
        customer=_customer(order),
        shipping_address=_address(order, "shipping|shipping_address"),
        billing_address=_address(order, "billing|billing_address"),
        lines=lines(order),
        totals=_totals(order),
        discounts=tuple(
            Discount(amount=amount, code=words(each.raw("code")))
            for each in order.each("coupon_lines")
            if (amount := each.money("discount|amount"))
        ),
        taxes=tuple(
            Tax(amount=amount, title=words(each.raw("label|title")), rate=_rate(each))
            for each in order.each("tax_lines")
            if (amount := _tax(each)) is not None
        ),
        fees=tuple(
            Fee(title=words(each.raw("name|title")) or "", amount=amount)
            for each in order.each("fee_lines")
            if (amount := each.money("total")) is not None
        ),
        shipping=tuple(
            Shipping(title=title, amount=each.money("total"))
            for each in order.each("shipping_lines")
            if (title := words(each.raw("method_title")))
        ),
        payments=_payments(order),
        refunds=tuple(
            Refund(id=key, amount=abs(amount), reason=words(each.raw("reason|refund")))
            for each in order.each("refunds")
            if (key := each.key("id")) and (amount := each.money("total"))
        ),
        parcels=tracked(told.at("_wc_shipment_tracking_items")),
        links=Links(status=order.url("view_order_url")),
        note=order.text("customer_note|note"),
    )


def _id(order: Node) -> str:
    found = order.needed_key("id")
    if found == "0":
        raise loose.Unreadable(order.raw("id"), "an order has an id")
    return found


def _moment(order: Node, name: str, legacy: str, zone: tzinfo | None) -> datetime | None:
    return order.moment(f"{name}_gmt|{legacy}", UTC) or order.moment(name, zone)


def _state(order: Node, told: Node, changed: datetime | None) -> State:
    """`changed`: when the order last did, which for a cancelled one is the nearest that is said to
    when it was cancelled. In the database a status has the prefix `wc-`."""
    status = (order.text("status") or "").removeprefix("wc-")
    return State(
        payment=_payment(order, status),
        fulfillment=_FULFILLMENT.get(told.text("_fulfillment_status") or status),
        cancelled_at=changed if status in _OFF else None,
        draft=status in _NOT_PLACED,
    )


def _payment(order: Node, status: str) -> Payment | None:
    has_come = bool(order.raw(_PAID))
    if status not in _PAYMENT:
        return "paid" if has_come and status not in _NOT_PLACED else None
    paid, unpaid = _PAYMENT[status]
    found = paid if has_come else unpaid
    later = methods.method(order.text(_METHOD) or "") in _UNPAID_AT_FIRST
    if found == "paid" and later and not has_come:
        return "pending"
    return "partially_refunded" if found == "paid" and order.raw("refunds") else found


def _payments(order: Node) -> tuple[PaymentPart, ...]:
    """The one gateway that an order names; its transaction is the payment's own id there."""
    title = words(order.raw("payment_details.method_title|payment_method_title"))
    reference = order.key("transaction_id")
    return tuple(
        replace(part, title=title, reference=reference)
        for part in methods.payment(order.text(_METHOD), title)
    )


def _customer(order: Node) -> Customer:
    """Who is billed; a guest has the id 0, which is none."""
    billing, number = order.at("billing|billing_address"), order.text("customer_id")
    shipping = order.at("shipping|shipping_address")
    name = billing.text("first_name+last_name") or shipping.text("first_name+last_name")
    return Customer(
        id=None if number == "0" else number,
        name=words(name),
        email=billing.text("email"),
        phone=billing.text("phone"),
    )


def _address(order: Node, path: str) -> Address | None:
    found = order.address(path, _ADDRESS)
    if found is None:
        return None
    marked = {
        name: value for name, value in asdict(found).items() if value and set(value) & _MARKUP
    }
    return replace(found, **{name: words(value) for name, value in marked.items()})


def _totals(order: Node) -> Totals:
    """The source's own totals. Gift cards and refunds are sums of what is listed, the subtotal too
    where the order states none; refunds are listed as negative totals."""
    refunded, subtotal = order.total("refunds", "total"), order.money("subtotal")
    return Totals(
        total=order.needed_money("total"),
        subtotal=order.total("line_items", "subtotal") if subtotal is None else subtotal,
        discount=order.money("discount_total|total_discount"),
        shipping=order.money("shipping_total|total_shipping"),
        fees=order.total("fee_lines", "total"),
        tax=order.money("total_tax"),
        tax_included=False,
        gift_card=order.total("gift_cards", "amount"),
        refunded=None if refunded is None else abs(refunded),
    )


def _tax(line: Node) -> Decimal | None:
    found = loose.total([line.money("tax_total"), line.money("shipping_tax_total")])
    return line.money("total") if found is None else found


def _rate(line: Node) -> Decimal | None:
    percent = line.money("rate_percent")
    return None if percent is None else percent.scaleb(-2)
