"""PayPal's order as the canonical one: the Orders API v2, and the older v1 payment and v1 order.

https://developer.paypal.com/docs/api/orders/v2/. An order has up to ten purchase units (v1:
`transactions`), each with its amount, its items and the payments made for it; their sums are the
order's. Amounts are decimal strings; an item's `tax` is that of one piece. The shop's own number is
`invoice_id`, which the buyer sees as well. A created order that nobody approved is a draft.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from twofifty.adapters.paypal import payment
from twofifty.adapters.paypal.parcel import read_parcels
from twofifty.intake import currency, loose
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Fee,
    Line,
    Order,
    Shipping,
    State,
    Totals,
)

UNITS = "purchase_units|transactions"
ITEMS = "items|item_list.items"
_CURRENCY = "amount.currency_code|amount.currency"
_GOODS = "amount.breakdown.item_total.value|amount.details.subtotal"
_SHIPPING = "amount.breakdown.shipping.value|amount.details.shipping"
_TAX = "amount.breakdown.tax_total.value|amount.details.tax"
_DISCOUNTS = (
    "amount.breakdown.discount.value",
    "amount.breakdown.shipping_discount.value|amount.details.shipping_discount",
)
_FEES = {
    "Handling": "amount.breakdown.handling.value|amount.details.handling_fee",
    "Insurance": "amount.breakdown.insurance.value|amount.details.insurance",
    "Gift wrap": "amount.details.gift_wrap",
}
_ADDRESS = {
    "line1": "address_line_1|line1",
    "line2": "address_line_2|line2",
    "city": "admin_area_2|city",
    "region": "admin_area_1|state",
    "postal_code": "postal_code",
    "country": "country_code",
    "phone": "phone",
    "name": "recipient_name",
}
_SHIP_TO = "shipping.address|shipping_address|item_list.shipping_address"
_INFO = "payer.payer_info|payer_info"
_NAME = "name.given_name+name.surname|name.full_name|name"
_OPEN = ("created", "payer_action_required")


def read_order(node: Node, stated: Stated) -> Order:
    """One order. Raises Unreadable."""
    units = node.each(UNITS)
    made = [part for unit in units for part in payment.parts(unit)]
    total = _total(units, made)
    updated = node.moment("update_time|create_time")
    status = (node.text("status|state") or "").lower()
    return Order(
        source=stated.name,
        id=node.needed_key("id"),
        number=next(filter(None, (unit.text("invoice_id|invoice_number") for unit in units)), None),
        revision=loose.milliseconds(updated),
        placed_at=node.moment("create_time"),
        updated_at=updated,
        state=State(
            payment=payment.state(status, made, total),
            cancelled_at=updated if status == "voided" else None,
            draft=status in _OPEN and not node.text("payer.payer_id|payer.payer_info.payer_id"),
        ),
        test=_is_sandbox(node),
        locale=stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=_currency(units, made),
        customer=_customer(node, units),
        shipping_address=_first(_shipping_address(unit) for unit in units)
        or _postal(node.at(_INFO).address("shipping_address", _ADDRESS)),
        billing_address=_billing_address(node),
        lines=tuple(_lines(units)),
        totals=_totals(units, made, total),
        discounts=tuple(Discount(amount=each) for each in _discounts(units)),
        fees=tuple(_fees(units)),
        shipping=tuple(way for unit in units for way in _shipping(unit)),
        payments=payment.read_payments(node, made),
        refunds=payment.refunds(units),
        parcels=tuple(read_parcels(units)),
        attributes=_attributes(units),
    )


def _is_sandbox(node: Node) -> bool:
    """Whether the document's links lead to PayPal's sandbox."""
    return any(".sandbox.paypal.com" in (each.text("href") or "") for each in node.each("links"))


def _total(units: list[Node], made: list[payment.Part]) -> Decimal:
    """The units' amounts; a minimal reply has them only in the payments."""
    amounts = [unit.money(payment.AMOUNT) for unit in units]
    if all(amount is None for amount in amounts):
        amounts = [part.node.money(payment.AMOUNT) for part in made if part.state != "failed"]
    if not amounts or None in amounts:
        raise loose.Unreadable(None, "every purchase unit needs its amount")
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _currency(units: list[Node], made: list[payment.Part]) -> str:
    found = [place.raw(_CURRENCY) for place in (*units, *(part.node for part in made))]
    codes = [currency.code(each) for each in found if each is not None]
    if len(set(codes)) > 1:
        raise loose.Unreadable(found[-1], "an order has one currency")
    return currency.code(codes[0] if codes else None)


def _sum(units: list[Node], path: str) -> Decimal | None:
    return loose.total([unit.money(path) for unit in units])


def _totals(units: list[Node], made: list[payment.Part], total: Decimal) -> Totals:
    return Totals(
        total=total,
        subtotal=_sum(units, _GOODS),
        discount=loose.total(list(_discounts(units))),
        shipping=_sum(units, _SHIPPING),
        fees=loose.total([fee.amount for fee in _fees(units)]),
        tax=_sum(units, _TAX),
        tax_included=False,
        paid=payment.paid(made),
        refunded=loose.total([refund.amount for refund in payment.refunds(units)]),
    )


def _discounts(units: list[Node]) -> Iterator[Decimal]:
    """Positive in v2; v1 writes the shipping discount below nought."""
    for path in _DISCOUNTS:
        if amount := _sum(units, path):
            yield abs(amount)


def _fees(units: list[Node]) -> Iterator[Fee]:
    for title, path in _FEES.items():
        if amount := _sum(units, path):
            yield Fee(title=title, amount=amount)


def _lines(units: list[Node]) -> Iterator[Line]:
    """Items have no ids: their places, which do not change once the buyer has approved."""
    for group, unit in enumerate(units):
        for at, item in enumerate(unit.each(ITEMS)):
            place = str(at + 1) if len(units) == 1 else f"{group + 1}.{at + 1}"
            yield _line(item, place)


def _line(item: Node, place: str) -> Line:
    quantity, price = item.quantity("quantity"), item.money("unit_amount.value|price")
    tax = item.money("tax.value|tax") if item.raw("tax.value") or "price" in item else None
    return Line(
        id=place,
        title=item.text("name|description|sku") or place,
        quantity=quantity,
        sku=item.text("sku"),
        unit_price=price,
        tax=None if tax is None else tax * quantity,
        total=None if price is None else price * quantity,
        image_url=item.url("image_url"),
        url=item.url("url"),
        digital=item.text("category") == "DIGITAL_GOODS",
    )


def _shipping(unit: Node) -> Iterator[Shipping]:
    for each in unit.each("shipping.options"):
        if each.true("selected") and (title := each.text("label")):
            yield Shipping(title=title, amount=each.money("amount.value"))
    if title := unit.text("shipping_method|item_list.shipping_method"):
        yield Shipping(title=title, amount=unit.money(_SHIPPING))


def _customer(node: Node, units: list[Node]) -> Customer:
    payer, info, source = node.at("payer"), node.at(_INFO), payment.source(node)[1]
    named = payer.text(_NAME) or info.text("first_name+last_name")
    shipping = (units or [Node(None)])[0].at("shipping")
    return Customer(
        id=payer.text("payer_id") or info.text("payer_id") or source.text("account_id"),
        name=named or source.text(_NAME),
        email=payer.text("email_address")
        or info.text("email")
        or source.text("email_address|email")
        or shipping.text("email_address"),
        phone=payer.text("phone.phone_number.national_number")
        or info.text("phone")
        or source.text("phone_number.national_number|phone.phone_number.national_number")
        or shipping.text("phone_number.national_number"),
    )


def _billing_address(node: Node) -> Address | None:
    source = payment.source(node)[1]
    return _postal(source.address("billing_address", _ADDRESS)) or _postal(
        node.address("payer.address|payer.payer_info.billing_address", _ADDRESS)
    )


def _shipping_address(unit: Node) -> Address | None:
    found = _postal(unit.address(_SHIP_TO, _ADDRESS))
    name = unit.text("shipping.name.full_name|shipping.name.given_name+shipping.name.surname")
    if found is None or name is None:
        return found
    return msgspec.structs.replace(found, name=name)


def _postal(address: Address | None) -> Address | None:
    """PayPal often tells the payer's country and nothing else, which is no address to show."""
    return address if address and (address.line1 or address.city) else None


def _first(addresses: Iterator[Address | None]) -> Address | None:
    return next((each for each in addresses if each is not None), None)


def _attributes(units: list[Node]) -> dict[str, str]:
    found = {
        "custom_id": [unit.text("custom_id|custom") for unit in units],
        "reference_id": [unit.text("reference_id") for unit in units],
    }
    told = {
        name: [word for word in words if word not in (None, "default")]
        for name, words in found.items()
    }
    return {
        name: ", ".join(word for word in words if word) for name, words in told.items() if words
    }
