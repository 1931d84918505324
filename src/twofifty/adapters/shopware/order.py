"""Shopware's order as the canonical one (https://shopware.stoplight.io/docs/admin-api, "Order").

Amounts are numbers in the order's currency; `taxStatus` says whether they are `gross`, `net` or
`tax-free`. Promotions and credits are lines of less than nothing: discounts here; one on shipping
is a delivery of less than nothing, and already inside `shippingCosts`. A line that is a part of
another (`parentId`, or nested in `children`) is contained in that one's price. Changes to payments
and deliveries do not change the order's own `updatedAt`: the newest of them all is taken. What is
not loaded is null.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote

from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.intake.words import words
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
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

PAYMENT: dict[str, Payment] = {
    "open": "pending",
    "unconfirmed": "pending",
    "in_progress": "pending",
    "reminded": "pending",
    "authorized": "authorized",
    "paid": "paid",
    "paid_partially": "partially_paid",
    "refunded": "refunded",
    "refunded_partially": "partially_refunded",
    "cancelled": "voided",
    "failed": "failed",
}
FULFILLMENT: dict[str, Fulfillment] = {
    "open": "unfulfilled",
    "shipped": "fulfilled",
    "shipped_partially": "partial",
    "delivered": "fulfilled",
    "delivered_partially": "partial",
    "returned": "returned",
    "returned_partially": "fulfilled",
}
# Shopware's own handlers; the others are told by their names.
_METHODS = {
    "cashpayment": "cash_on_delivery",
    "prepayment": "bank_transfer",
    "invoicepayment": "invoice",
    "debitpayment": "bank_transfer",
}
_HANDLER = "handlerIdentifier|formattedHandlerIdentifier|technicalName"
_TAKEN_OFF = ("promotion", "credit", "discount")
_ADDRESS = {
    "name": "firstName+lastName",
    "company": "company+department",
    "line1": "street",
    "line2": "additionalAddressLine1+additionalAddressLine2",
    "city": "city",
    "region": "countryState.name|countryState.shortCode",
    "postal_code": "zipcode",
    "country": "country.iso|country.name",
    "phone": "phoneNumber",
}
# Partly loaded lines may tell it only with their price.
QUANTITY = "quantity|price.quantity"
_FINEST = Decimal("1e-9")
_STATE = "stateMachineState.technicalName"


def read_order(order: Node, stated: Stated) -> Order:
    """One order. Raises Unreadable."""
    updated = _updated(order)
    back = tuple(_refunds(order))
    return Order(
        source=stated.name,
        id=order.needed_key("id"),
        number=order.text("orderNumber"),
        revision=loose.milliseconds(updated),
        placed_at=order.moment("orderDateTime|createdAt"),
        updated_at=updated,
        state=State(
            payment=_payment(order),
            fulfillment=_fulfillment(order),
            cancelled_at=updated if order.text(_STATE) == "cancelled" else None,
        ),
        locale=order.locale("language.locale.code") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=order.currency("currency.isoCode|currency.shortName"),
        customer=_customer(order),
        shipping_address=_shipping_address(order),
        billing_address=_billing(order).address("", _ADDRESS),
        lines=tuple(_line(each, at) for at, each in enumerate(_goods(order))),
        totals=_totals(order, back),
        discounts=tuple(_discounts(order)),
        taxes=tuple(_taxes(order)),
        shipping=tuple(_shipping(order)),
        payments=tuple(_part(each) for each in _transactions(order)),
        refunds=back,
        parcels=tuple(_parcels(order)),
        note=words(order.raw("customerComment")),
    )


def _updated(order: Node) -> datetime | None:
    parts = [*_deliveries(order), *order.each("transactions"), *order.each("lineItems")]
    times = [each.moment("updatedAt|createdAt") for each in [order, *parts]]
    return max((each for each in times if each is not None), default=None)


def _money(node: Node, path: str) -> Decimal | None:
    """An amount. Shopware calculates in binary fractions: 19.990000000000002 is 19.99."""
    found = node.money(path)
    if found is None or found == found.quantize(_FINEST):
        return found
    return Decimal(f"{found.quantize(_FINEST):f}".rstrip("0"))


def _items(order: Node) -> list[Node]:
    """Every line item once, those that are nested too, by their positions."""
    found: dict[str, Node] = {}
    waiting = order.each("lineItems")
    while waiting:
        each = waiting.pop(0)
        key = each.key("id") or str(len(found))
        if key not in found:
            found[key] = each
            waiting += each.each("children")
    return sorted(found.values(), key=lambda each: each.count("position") or 0)


def _is_taken_off(item: Node) -> bool:
    total = _line_total(item)
    return item.text("type") in _TAKEN_OFF and total is not None and total <= 0


def _goods(order: Node) -> list[Node]:
    return [each for each in _items(order) if not _is_taken_off(each)]


def _line_total(item: Node) -> Decimal | None:
    total, price = _money(item, "price.totalPrice|totalPrice"), _unit_price(item)
    return price * item.quantity(QUANTITY) if total is None and price is not None else total


def _unit_price(item: Node) -> Decimal | None:
    return _money(item, "price.unitPrice|unitPrice")


def _line(item: Node, at: int) -> Line:
    options = [each.text("option") for each in item.each("payload.options")]
    states = item.texts("states")
    kind = item.text("payload.productType")
    return Line(
        id=item.key("id") or str(at + 1),
        title=words(item.raw("label|description|payload.productNumber")) or str(at + 1),
        quantity=item.quantity(QUANTITY),
        product_id=item.text("productId"),
        sku=item.text("payload.productNumber"),
        variant=", ".join(each for each in options if each) or None,
        unit_price=_unit_price(item),
        tax=_tax(item.at("price")),
        total=_line_total(item),
        image_url=item.url("cover.url"),
        digital="is-download" in states or kind == "digital" or bool(item.each("downloads")),
        parent_id=item.text("parentId"),
    )


def _tax(price: Node) -> Decimal | None:
    return loose.total([_money(each, "tax") for each in price.each("calculatedTaxes")])


def _totals(order: Node, back: tuple[Refund, ...]) -> Totals:
    """The rounding of the sum (to 0.05, for example) is the total without `rawTotal`."""
    total = _money(order, "price.totalPrice|amountTotal")
    if total is None:
        raise loose.Unreadable(order.raw("price"), "price.totalPrice must be there")
    status = order.text("taxStatus|price.taxStatus")
    roots = [each for each in _goods(order) if not _is_inside(each, order)]
    return Totals(
        total=total,
        subtotal=loose.total([_line_total(each) for each in roots]),
        discount=loose.total([each.amount for each in _discounts(order)]),
        shipping=_money(order, "shippingCosts.totalPrice|shippingTotal"),
        tax=_whole_tax(order, total),
        tax_included=None if status is None else status == "gross",
        rounding=_rounding(order, total),
        paid=loose.total([_money(each, "amount.totalPrice") for each in _paid(order)]),
        refunded=loose.total([each.amount for each in back]),
    )


def _whole_tax(order: Node, total: Decimal) -> Decimal | None:
    tax, net = _tax(order.at("price")), _money(order, "price.netPrice|amountNet")
    return total - net if tax is None and net is not None else tax


def _rounding(order: Node, total: Decimal) -> Decimal | None:
    raw = _money(order, "price.rawTotal")
    return total - raw if raw and raw != total else None


def _paid(order: Node) -> list[Node]:
    return [each for each in _transactions(order) if each.text(_STATE) == "paid"]


def _is_inside(item: Node, order: Node) -> bool:
    parent = item.text("parentId")
    return parent is not None and any(each.text("id") == parent for each in _items(order))


def _discounts(order: Node) -> Iterator[Discount]:
    for each in _items(order):
        if _is_taken_off(each) and (took := _line_total(each)):
            yield Discount(
                amount=-took, code=each.text("payload.code"), title=words(each.raw("label"))
            )


def _taxes(order: Node) -> Iterator[Tax]:
    for each in order.each("price.calculatedTaxes"):
        if (amount := _money(each, "tax")) and (rate := _money(each, "taxRate")) is not None:
            yield Tax(amount=amount, title=each.text("label"), rate=rate / 100)


def _customer(order: Node) -> Customer:
    person = order.at("orderCustomer")
    return Customer(
        id=person.text("customerId|customerNumber"),
        name=person.text("firstName+lastName|company"),
        email=person.text("email"),
        phone=_billing(order).text("phoneNumber"),
        orders_count=person.count("customer.orderCount") or None,
    )


def _billing(order: Node) -> Node:
    wanted = order.text("billingAddressId")
    named = [each for each in order.each("addresses") if wanted and each.text("id") == wanted]
    return order.at("billingAddress") or next(iter(named), Node(None))


def _deliveries(order: Node) -> list[Node]:
    """Those that go to the customer: a discount on shipping is one of less than nothing."""
    every = order.each("deliveries")
    return [each for each in every if (_money(each, "shippingCosts.totalPrice") or 0) >= 0]


def _shipping_address(order: Node) -> Address | None:
    primary = order.text("primaryOrderDeliveryId")
    ways = sorted(_deliveries(order), key=lambda each: each.text("id") != primary)
    found = [each.address("shippingOrderAddress", _ADDRESS) for each in ways]
    return next((each for each in found if each is not None), None)


def _shipping(order: Node) -> Iterator[Shipping]:
    ways = _deliveries(order)
    whole = _money(order, "shippingCosts.totalPrice|shippingTotal")
    for each in ways:
        own = _money(each, "shippingCosts.totalPrice")
        first, last = each.text("shippingDateEarliest"), each.text("shippingDateLatest")
        name = each.raw("shippingMethod.translated.name|shippingMethod.name")
        yield Shipping(
            title=words(name) or "Shipping",
            amount=whole if len(ways) == 1 else own,
            estimate=Window(earliest=first, latest=last) if first or last else None,
        )


def _transactions(order: Node) -> list[Node]:
    """Attempts to pay, oldest first; those that came to nothing only where all did."""
    every = sorted(order.each("transactions"), key=lambda each: each.text("createdAt") or "")
    return [each for each in every if each.text(_STATE) not in ("cancelled", "failed")] or every[
        -1:
    ]


def _payment(order: Node) -> Payment | None:
    last = _transactions(order)[-1:]
    return last[0].word(_STATE, PAYMENT) if last else None


def _part(transaction: Node) -> PaymentPart:
    found = transaction.at("paymentMethod")
    name = words(found.raw("translated.name|name|distinguishableName"))
    handler = (found.text(_HANDLER) or "").lower().replace("_", "")
    own = next((word for end, word in _METHODS.items() if handler.endswith(end)), None)
    names = [each for each in (name, found.text("shortName")) if each]
    told = [methods.method(each) for each in names]
    known = next((word for word in told if word not in names), next(iter(names), ""))
    return PaymentPart(
        method=own or known,
        title=name,
        amount=_money(transaction, "amount.totalPrice"),
        status=transaction.text(_STATE),
        reference=transaction.key("id"),
    )


def _refunds(order: Node) -> Iterator[Refund]:
    for transaction in order.each("transactions"):
        for capture in transaction.each("captures"):
            for each in capture.each("refunds"):
                amount = _money(each, "amount.totalPrice")
                if amount and each.text(_STATE) == "completed":
                    yield Refund(
                        id=each.needed_key("id"),
                        amount=amount,
                        at=each.moment("updatedAt|createdAt"),
                        reason=words(each.raw("reason")),
                    )


def _fulfillment(order: Node) -> Fulfillment | None:
    states = [each.word(_STATE, FULFILLMENT) for each in _deliveries(order)]
    told = {each for each in states if each is not None}
    if len(told) < 2:
        return next(iter(told), None)
    return "fulfilled" if told <= {"fulfilled", "returned"} else "partial"


def _parcels(order: Node) -> Iterator[Parcel]:
    """A parcel a tracking code; where there is none, a delivery that was shipped."""
    for each in _deliveries(order):
        codes = each.texts("trackingCodes")
        left = each.word(_STATE, FULFILLMENT) not in (None, "unfulfilled")
        for at, code in enumerate(codes or ([None] if left else [])):
            yield _parcel(each, at, code, alone=len(codes) < 2)


def _parcel(delivery: Node, at: int, code: str | None, *, alone: bool) -> Parcel:
    own = delivery.key("id") or delivery.text("orderId") or "1"
    method, state = delivery.at("shippingMethod"), delivery.text(_STATE)
    whole = alone and state != "shipped_partially"
    pattern = method.text("translated.trackingUrl|trackingUrl") or ""
    return Parcel(
        id=f"{own}:{code}"[: loose.MAX_KEY] if at else own,
        carrier=words(method.raw("translated.name|name")),
        tracking_number=code,
        tracking_url=loose.url(pattern.replace("%s", quote(code, safe=""))) if code else None,
        lines=tuple(
            ParcelLine(line_id=line, quantity=each.quantity("quantity"))
            for each in (delivery.each("positions") if whole else [])
            if (line := each.text("orderLineItemId"))
        ),
        status=state,
    )
