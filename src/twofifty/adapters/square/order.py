"""Square's order as the canonical one (https://developer.squareup.com/reference/square/objects/Order).

Amounts are integers in the smallest unit of their currency, quantities strings. A line's
`gross_sales_money` is before discounts; its `total_money` has discounts of the line and of the
order and added taxes in it. An inclusive tax is within the gross in Europe and Australia and taken
out of it in the United States, Canada and Japan: the line's own figures say which. Shipping is a
service charge of that name. An order knows its customer by id: the shop's dialogue lays `customer`,
`payments` and `refunds` beside it, and so may who sends one.
"""

from collections.abc import Iterator

import msgspec

from twofifty.adapters.square import money
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
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
    PaymentPart,
    Shipping,
    State,
    Tax,
    Window,
)

_METHODS = {
    "square_gift_card": "gift_card",
    "third_party_card": "card",
    "buy_now_pay_later": "pay_later",
    "bank_account": "bank_transfer",
    "square_account": "wallet",
}
_DETAILS = "shipment_details|delivery_details|pickup_details|digital_details|in_store_details"
_ADDRESS = {
    "name": "first_name+last_name",
    "company": "organization",
    "line1": "address_line_1",
    "line2": "address_line_2+address_line_3",
    "city": "locality",
    "region": "administrative_district_level_1",
    "postal_code": "postal_code",
    "country": "country",
}
_GONE = ("CANCELED", "FAILED")
_NAMELESS = {"CUSTOM_AMOUNT": "Custom amount", "GIFT_CARD": "Gift card"}
_WAYS = {"PICKUP": "Pickup", "DELIVERY": "Delivery", "IN_STORE": "In store"}


def read_order(node: Node, stated: Stated) -> Order:
    """One order, under `order`, with what stands beside it. Raises Unreadable."""
    order = node.at("order")
    code = order.currency("total_money.currency")
    updated, state = order.moment("updated_at|created_at"), order.text("state")
    version = order.count("version")
    back = money.refunds([*order.each("refunds"), *node.each("refunds")])
    return Order(
        source=stated.name,
        id=order.needed_key("id"),
        number=order.text("reference_id|ticket_name"),
        revision=loose.milliseconds(updated) if version is None else version,
        placed_at=order.moment("created_at"),
        updated_at=updated,
        state=State(
            payment=money.payment(order, code, back),
            fulfillment=_fulfillment(order),
            cancelled_at=order.moment("closed_at|updated_at") if state == "CANCELED" else None,
            draft=state == "DRAFT",
        ),
        test=any(_is_sandbox(each) for each in node.each("payments")),
        locale=stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=code,
        customer=_customer(node),
        shipping_address=_shipping_address(node),
        billing_address=node.address("payments.0.billing_address", _ADDRESS),
        lines=tuple(_line(each, at, code) for at, each in enumerate(order.each("line_items"))),
        totals=money.totals(order, code, back),
        discounts=tuple(_discounts(order, code)),
        taxes=tuple(_taxes(order, code)),
        fees=tuple(Fee(title=title, amount=amount) for title, amount in money.charges(order, code)),
        shipping=tuple(_shipping(order, code)),
        payments=tuple(_tender(each, code) for each in order.each("tenders")),
        refunds=back,
        parcels=tuple(_parcels(order)),
        attributes={
            name: text for name, each in order.pairs("metadata") if (text := each.text(""))
        },
    )


def _is_sandbox(payment: Node) -> bool:
    return "squareupsandbox" in (payment.text("receipt_url") or "")


def _line(line: Node, at: int, code: str) -> Line:
    gross, discount = money.gross(line, code), line.minor("total_discount_money.amount", code)
    chosen = [line.text("variation_name"), *(each.text("name") for each in line.each("modifiers"))]
    note, kind = line.text("note"), line.text("item_type")
    return Line(
        id=line.key("uid") or str(at + 1),
        title=line.text("name|variation_name") or _NAMELESS.get(kind or "") or str(at + 1),
        quantity=line.quantity("quantity"),
        product_id=line.text("catalog_object_id"),
        variant=", ".join(each for each in chosen if each) or None,
        unit_price=money.shown_price(line, code),
        discount=discount,
        tax=line.minor("total_tax_money.amount", code),
        total=None if gross is None else gross - (discount or 0),
        digital=kind == "GIFT_CARD",
        gift_card=kind == "GIFT_CARD",
        attributes={"Note": note} if note else {},
    )


def _discounts(order: Node, code: str) -> Iterator[Discount]:
    for each in order.each("discounts"):
        if amount := each.minor("applied_money.amount", code):
            yield Discount(amount=amount, title=each.text("name"))


def _taxes(order: Node, code: str) -> Iterator[Tax]:
    for each in order.each("taxes"):
        if amount := each.minor("applied_money.amount", code):
            rate = each.money("percentage")
            yield Tax(amount=amount, title=each.text("name"), rate=rate and rate / 100)


def _tender(tender: Node, code: str) -> PaymentPart:
    kind = (tender.text("type") or "other").lower()
    card = tender.at("card_details.card")
    return PaymentPart(
        method=_METHODS.get(kind, kind),
        title=card.text("card_brand+last_4"),
        amount=tender.minor("amount_money.amount", code),
        status=(tender.text("card_details.status") or "").lower() or None,
        reference=tender.key("payment_id|id"),
    )


def _customer(node: Node) -> Customer:
    order, known = node.at("order"), node.at("customer")
    recipient = (_recipients(order) or [Node(None)])[0]
    return Customer(
        id=order.text("customer_id") or known.text("id"),
        name=known.text("given_name+family_name|company_name") or recipient.text("display_name"),
        email=known.text("email_address")
        or recipient.text("email_address")
        or node.text("payments.0.buyer_email_address"),
        phone=known.text("phone_number") or recipient.text("phone_number"),
        consent={"marketing": False} if known.true("preferences.email_unsubscribed") else {},
    )


def _recipients(order: Node) -> list[Node]:
    found = [each.at(_DETAILS).at("recipient") for each in order.each("fulfillments")]
    return [each for each in found if each]


def _shipping_address(node: Node) -> Address | None:
    for each in _recipients(node.at("order")):
        if found := each.address("address", _ADDRESS):
            name = found.name or each.text("display_name")
            return msgspec.structs.replace(found, name=name)
    return node.address("payments.0.shipping_address", _ADDRESS)


def _shipping(order: Node, code: str) -> Iterator[Shipping]:
    """What is charged for shipping; else how each part of the order reaches the customer."""
    charged = list(money.charges(order, code, carried=True))
    yield from (Shipping(title=title, amount=amount) for title, amount in charged)
    for each in [] if charged else order.each("fulfillments"):
        details = each.at(_DETAILS)
        if title := details.text("shipping_type|carrier") or _WAYS.get(each.text("type") or ""):
            at = details.text("deliver_at|pickup_at")
            yield Shipping(title=title, estimate=Window(earliest=at) if at else None)


def _fulfillment(order: Node) -> Fulfillment | None:
    states = [each.text("state") for each in order.each("fulfillments")]
    going = [each for each in states if each not in _GONE]
    if not going:
        return None
    if all(each == "COMPLETED" for each in going):
        return "fulfilled"
    return "partial" if "COMPLETED" in going else "unfulfilled"


def _parcels(order: Node) -> Iterator[Parcel]:
    """Shipments that have left, or that have a number."""
    for at, each in enumerate(order.each("fulfillments")):
        details, state = each.at("shipment_details|delivery_details"), each.text("state")
        gone = state == "COMPLETED" or details.raw("tracking_number|shipped_at|tracking_url")
        if not details or state in _GONE or not gone:
            continue
        expected = details.text("deliver_at")
        yield Parcel(
            id=each.key("uid") or str(at + 1),
            carrier=details.text("carrier|courier_provider_name"),
            tracking_number=details.text("tracking_number"),
            tracking_url=details.url("tracking_url"),
            lines=tuple(
                ParcelLine(line_id=line, quantity=entry.quantity("quantity"))
                for entry in each.each("entries")
                if (line := entry.key("line_item_uid"))
            ),
            status=state.lower() if state else None,
            estimate=Window(earliest=expected) if expected else None,
        )
