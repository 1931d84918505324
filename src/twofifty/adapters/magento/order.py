"""One Magento order (REST: SalesDataOrderInterface; events and modules send the same fields).

Amounts are in the order's currency; `base_*` are the shop's and are not read. Times are UTC without
saying so. Figures are without tax, as Magento states them; where a discount was taken off prices
with tax (`discount_tax_compensation_amount`), only the figures with tax add up, so those are read.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from twofifty.adapters.magento.lines import lines
from twofifty.adapters.magento.parts import parcels, read_refund
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
    Order,
    Payment,
    PaymentPart,
    Shipping,
    State,
    Tax,
    Totals,
)

_PAYMENT: dict[str, Payment] = {
    "new": "pending",
    "pending": "pending",
    "pending_payment": "pending",
    "payment_review": "pending",
    "complete": "paid",
    "closed": "refunded",
    "canceled": "voided",
}
_EXTRA = "extension_attributes"
_ASSIGNED = f"{_EXTRA}.shipping_assignments.0.shipping"
_SHIPPING_ADDRESS = f"{_ASSIGNED}.address|shipping_address"
ADDRESS = {
    "name": "firstname+middlename+lastname",
    "company": "company",
    "line1": "street.0",
    "line2": "street.1+street.2+street.3",
    "city": "city",
    "region": "region|region.region|region_code",
    "postal_code": "postcode",
    "country": "country_id|country_code",
    "phone": "telephone",
}
_MOST_NOTES = 2
_WRAPPING = ("gw_price", "gw_items_price", "gw_card_price")
_CREDIT = ("gift_cards_amount", "customer_balance_amount", "reward_currency_amount")


def read_order(node: Node, stated: Stated) -> Order:
    """One order; an order edited in the admin is a new one that names the first. Raises
    Unreadable."""
    updated = node.moment("updated_at", UTC)
    gross = _gross(node, stated.options)
    return Order(
        source=stated.name,
        id=node.needed_key("entity_id|order_id|id|increment_id"),
        number=node.text("increment_id|real_order_id"),
        revision=loose.milliseconds(updated),
        placed_at=node.moment("created_at", UTC),
        updated_at=updated,
        state=State(
            payment=_payment(node),
            fulfillment=_fulfillment(node),
            cancelled_at=_cancelled_at(node),
        ),
        locale=stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=node.currency("order_currency_code"),
        customer=_customer(node),
        shipping_address=_shipping_address(node),
        billing_address=_address(node.at("billing_address")) or _listed(node, "billing"),
        lines=lines(node, gross=gross),
        totals=_totals(node, gross=gross),
        discounts=tuple(_discounts(node)),
        taxes=tuple(_taxes(node)),
        fees=tuple(_fees(node)),
        shipping=_shipping(node, gross=gross),
        payments=_payments(node),
        refunds=tuple(found for each in node.each("creditmemos") if (found := read_refund(each))),
        parcels=tuple(part for each in node.each("shipments") for part in parcels(each)),
        note=words(node.raw("customer_note")),
    )


def _gross(node: Node, options: Mapping[str, str]) -> bool:
    """Whether the figures with tax are read: where only those add up, or the shop says so."""
    if node.money("subtotal_incl_tax") is None:
        return False
    kept = ("discount_tax_compensation_amount", "shipping_discount_tax_compensation_amount")
    return options.get("prices") == "gross" or any(node.money(name) for name in kept)


def _totals(node: Node, *, gross: bool) -> Totals:
    discount = node.money("discount_amount")
    return Totals(
        total=node.needed_money("grand_total"),
        subtotal=node.money("subtotal_incl_tax" if gross else "subtotal"),
        discount=None if discount is None else abs(discount),
        shipping=node.money("shipping_incl_tax" if gross else "shipping_amount"),
        fees=loose.total([each.amount for each in _fees(node)]),
        tax=node.money("tax_amount"),
        tax_included=gross,
        gift_card=loose.total([_credit(node, name) for name in _CREDIT]),
        paid=node.money("total_paid"),
        due=node.money("total_due"),
        refunded=node.money("total_refunded"),
    )


def _credit(node: Node, name: str) -> Decimal | None:
    """What gift cards, store credit and reward points paid of the order, where they did."""
    return node.money(f"{_EXTRA}.{name}|{name}") or None


def _fees(node: Node) -> list[Fee]:
    """Gift wrapping, and the fixed product tax (such as for electronic waste) where the shop keeps
    it out of the subtotal."""
    wrapping = loose.total([node.money(f"{_EXTRA}.{name}|{name}") for name in _WRAPPING])
    fixed = node.total("items", "weee_tax_applied_row_amount")
    rows = [each for each in node.each("items") if not each.raw("parent_item_id")]
    apart = loose.total([each.money("row_total") for each in rows]) == node.money("subtotal")
    listed = (("Gift wrapping", wrapping), ("Fixed product tax", fixed if apart else None))
    return [Fee(title=title, amount=amount) for title, amount in listed if amount]


def _payment(node: Node) -> Payment | None:
    """From what was paid, else from the state; one in process with money due is not paid yet, and
    one that is free has nothing to be paid."""
    total, paid, refunded = (
        node.money(name) or Decimal(0) for name in ("grand_total", "total_paid", "total_refunded")
    )
    if refunded:
        return "refunded" if refunded >= (paid or total) else "partially_refunded"
    known = node.word("state|status", _PAYMENT)
    if paid and known not in ("voided", "refunded"):
        return "paid" if paid >= total else "partially_paid"
    if known == "pending" and node.money("grand_total") == 0:
        return "paid"
    return known if known else _unstated(node)


def _unstated(node: Node) -> Payment | None:
    """What is due, where the state says nothing of the payment."""
    if node.money("payment.amount_authorized"):
        return "authorized"
    due = node.money("total_due")
    if due is None:
        return None
    return "pending" if due else "paid"


def _fulfillment(node: Node) -> Fulfillment | None:
    """From how many of each thing were shipped, where the lines say it."""
    if node.word("state|status", {"complete": True}):
        return "fulfilled"
    rows = _shippable(node)
    sent = [count for each in rows if (count := each.money("qty_shipped")) is not None]
    if not any(sent):
        return "unfulfilled" if sent else None
    return "partial" if any(map(_open, rows)) else "fulfilled"


def _shippable(node: Node) -> list[Node]:
    """The rows of goods, without the parts of bundles."""
    rows = [each for each in node.each("items") if not each.raw("parent_item_id")]
    return [each for each in rows if not each.true("is_virtual")]


def _open(item: Node) -> bool:
    done = [item.money(name) for name in ("qty_shipped", "qty_canceled", "qty_refunded")]
    return (item.money("qty_ordered") or Decimal(0)) > (loose.total(done) or Decimal(0))


def _cancelled_at(node: Node) -> datetime | None:
    """When the history says that it was cancelled, else when it last changed."""
    if not node.word("state|status", {"canceled": True, "cancelled": True}):
        return None
    said = [
        each.moment("created_at", UTC)
        for each in node.each("status_histories")
        if each.text("status") == "canceled"
    ]
    known = [moment for moment in said if moment]
    return min(known) if known else node.moment("updated_at|created_at", UTC)


def _customer(node: Node) -> Customer:
    return Customer(
        id=node.text("customer_id"),
        name=words(node.text("customer_firstname+customer_middlename+customer_lastname"))
        or words(node.text("billing_address.firstname+billing_address.lastname")),
        email=node.text("customer_email|billing_address.email|addresses.0.email"),
        phone=node.text("billing_address.telephone|addresses.0.telephone"),
    )


def _shipping_address(node: Node) -> Address | None:
    return _address(node.at(_SHIPPING_ADDRESS)) or _listed(node, "shipping")


def _listed(node: Node, kind: str) -> Address | None:
    """The address of that kind where a list holds both, as events write it."""
    for each in node.each("addresses"):
        if each.text("address_type") == kind:
            return _address(each)
    return None


def _address(place: Node) -> Address | None:
    """The lines of the street are a list, or as in the database one text."""
    street = place.raw("street")
    if isinstance(street, str):
        fields = {name: each.value for name, each in place.pairs("")}
        place = Node({**fields, "street": [line for line in street.splitlines() if line]})
    return place.address("", ADDRESS)


def _discounts(node: Node) -> list[Discount]:
    amount = node.money("discount_amount")
    title = words(node.raw("discount_description|coupon_rule_name"))
    if not amount:
        return []
    return [Discount(amount=abs(amount), code=node.text("coupon_code"), title=title)]


def _taxes(node: Node) -> list[Tax]:
    return [
        Tax(amount=amount, title=words(each.raw("title|code")), rate=_fraction(each))
        for each in node.each(f"{_EXTRA}.applied_taxes")
        if (amount := each.money("amount")) is not None
    ]


def _fraction(tax: Node) -> Decimal | None:
    percent = tax.money("percent|rate")
    return None if percent is None else percent.scaleb(-2)


def _shipping(node: Node, *, gross: bool) -> tuple[Shipping, ...]:
    """The one method; a title such as `Flat Rate - Fixed`."""
    title = words(node.raw("shipping_description"))
    amount = node.money("shipping_incl_tax" if gross else "shipping_amount")
    return (Shipping(title=title, amount=amount),) if title else ()


def _payments(node: Node) -> tuple[PaymentPart, ...]:
    """The one method. Its title has a name, or is the first of what the method noted, where that
    is so little that it is no gateway's protocol."""
    payment = node.at("payment|payment.0")
    name = payment.text("method")
    noted = {
        each.text("key"): each.text("value")
        for each in node.each(f"{_EXTRA}.payment_additional_information")
    }
    title = noted.get("method_title") or payment.text(
        "additional_information.method_title|method_title"
    )
    if not name:
        return ()
    written = payment.texts("additional_information")
    return (
        PaymentPart(
            method=methods.method(name),
            title=words(title or (written[0] if 0 < len(written) <= _MOST_NOTES else None)),
            amount=payment.money("amount_ordered"),
            reference=payment.key("last_trans_id|cc_trans_id"),
        ),
    )
