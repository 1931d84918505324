"""One PrestaShop order, with what stands around it.

Every figure is with tax (`*_tax_incl`); the tax is what they differ by from those without. The
database keeps six decimals while the total is rounded, and what that leaves is the `rounding`.
Times are the shop's own, in the configured time zone.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from twofifty.adapters.prestashop.state import Standing, standing
from twofifty.intake import currency, loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.intake.words import words
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Fee,
    Line,
    Order,
    Parcel,
    PaymentPart,
    Refund,
    Shipping,
    State,
    Totals,
)

_CENT = Decimal("0.01")
_ADDRESS = {
    "name": "firstname+lastname",
    "company": "company",
    "line1": "address1",
    "line2": "address2",
    "city": "city",
    "region": "state.name|state",
    "postal_code": "postcode",
    "country": "country.iso_code|country_iso|country",
    "phone": "phone|phone_mobile",
}
_ROWS = (
    "order_details|products|order.products|order.product_list|order.associations.order_rows"
    "|order.order_rows"
)
_CHANGED = "date_upd|updated_at"
_CURRENCY = ("iso_code", "currency_iso_code", "currency_iso", "currency_code", "currency")


def read_order(node: Node, stated: Stated) -> Order | None:
    """The order under `order`, with what stands beside it; None where its currency is not known.
    Raises Unreadable."""
    order = node.at("order")
    code = _currency(node, stated)
    if code is None:
        return None
    updated = moment(order, _CHANGED, stated)
    now = standing(node)
    taxed = order.money("total_products") != order.money("total_products_wt")
    return Order(
        source=stated.name,
        id=order.needed_key("id|id_order"),
        number=order.text("reference"),
        revision=loose.milliseconds(updated or order.moment(_CHANGED, UTC)),
        placed_at=moment(order, "date_add|created_at", stated),
        updated_at=updated,
        state=State(
            payment=now.payment,
            fulfillment=now.fulfillment,
            cancelled_at=(updated or order.moment(_CHANGED, UTC)) if now.cancelled else None,
        ),
        locale=node.locale("language.locale|language.language_code|language.iso_code")
        or stated.locale
        or None,
        time_zone=stated.time_zone or None,
        currency=code,
        customer=_customer(node),
        shipping_address=_address(node, "delivery", "shipping"),
        billing_address=_address(node, "invoice", "billing"),
        lines=tuple(_line(each, at, taxed) for at, each in enumerate(_rows(node))),
        totals=_totals(node),
        discounts=tuple(_discounts(node)),
        fees=tuple(_fees(order)),
        shipping=_shipping(node),
        payments=_payments(node),
        refunds=tuple(
            found for each in node.each("order_slips") if (found := read_refund(each, stated))
        ),
        parcels=_parcels(node, now),
        note=_message(node),
    )


def is_whole(order: Order) -> bool:
    """Whether all is known that a mail needs."""
    return order.customer.email is not None and bool(order.lines)


def moment(node: Node, path: str, stated: Stated) -> datetime | None:
    """A time of the shop, in the configured zone; absent where that is not known."""
    return node.moment(path, loose.time_zone(stated.time_zone))


def _currency(node: Node, stated: Stated) -> str | None:
    """The code that is sent along, else what the settings say of its number."""
    places = [node.at("currencyObj|currency"), node.at("order.currency"), node.at("order"), node]
    said = [each.text(name) or "" for each in places for name in _CURRENCY]
    if written := next((word for word in said if word.isascii() and len(word) == 3), None):
        return currency.code(written)
    pairs = dict(_pair(each) for each in stated.options.get("currency", "").split(","))
    known = pairs.get(node.text("order.id_currency") or "") or pairs.get("")
    return currency.code(known) if known else None


def _pair(said: str) -> tuple[str, str]:
    number, _, code = said.strip().rpartition("=")
    return number.strip(), code.strip()


_NAME = "customer.firstname+customer.lastname"


def _customer(node: Node) -> Customer:
    opted = node.text("customer.newsletter")
    return Customer(
        id=node.text("customer.id|order.id_customer"),
        name=words(node.text(f"{_NAME}|order.{_NAME.replace('+', '+order.')}")),
        email=node.text("customer.email|order.customer.email|order.customer_email|email"),
        phone=node.text(
            "address_invoice.phone|address_invoice.phone_mobile|address_delivery.phone"
        ),
        consent={} if opted is None else {"marketing": opted == "1"},
    )


def _address(node: Node, name: str, other: str) -> Address | None:
    found = node.at(
        f"address_{name}|{name}_address|{other}_address|addresses.{name}|order.address_{name}"
    )
    return found.address("", _ADDRESS)


def _rows(node: Node) -> list[Node]:
    """The rows; who makes JSON of the XML leaves the name of a row below that of their list."""
    found = node.at(_ROWS)
    inner = found.at("order_row")
    return [inner] if isinstance(inner.value, dict) else (inner or found).each()


def _line(row: Node, at: int, taxed: bool) -> Line:
    """A row (`order_rows`), or all that is known of it (`order_details`); a product that is
    downloaded has a hash for that. `product_price` is without tax."""
    quantity = row.quantity("product_quantity|cart_quantity|quantity")
    price = row.money("unit_price_tax_incl|price_wt|product_price_wt")
    if price is None and not taxed:
        price = row.money("product_price")
    total = row.money("total_price_tax_incl|total_wt")
    return Line(
        id=row.key("id|id_order_detail") or str(at + 1),
        title=words(row.raw("product_name|name|product_reference")) or str(at + 1),
        quantity=quantity,
        product_id=row.text("product_id|id_product"),
        sku=row.text("product_reference|reference"),
        variant=words(row.raw("attributes_small")),
        unit_price=price,
        total=price * quantity if total is None and price is not None else total,
        digital=bool(row.text("download_hash")) or row.true("is_virtual"),
    )


def _totals(node: Node) -> Totals:
    order = node.at("order")
    total = order.needed_money("total_paid_tax_incl|total_paid")
    net = order.money("total_paid_tax_excl")
    subtotal, shipping, wrapping, discount = (
        order.money(name)
        for name in (
            "total_products_wt|total_products_tax_incl",
            "total_shipping_tax_incl|total_shipping",
            "total_wrapping_tax_incl|total_wrapping",
            "total_discounts_tax_incl|total_discounts",
        )
    )
    discount = None if discount is None else abs(discount)
    slips = [found.amount for each in node.each("order_slips") if (found := read_refund(each))]
    return Totals(
        total=total,
        subtotal=subtotal,
        discount=discount,
        shipping=shipping,
        fees=wrapping,
        tax=None if net is None else total - net,
        tax_included=True,
        rounding=_rounding(total, [subtotal, shipping, wrapping], discount),
        paid=order.money("total_paid_real"),
        refunded=loose.total([*slips]),
    )


def _rounding(
    total: Decimal, parts: list[Decimal | None], discount: Decimal | None
) -> Decimal | None:
    """What the shop's rounding of the total left of the parts' further decimals: under a cent."""
    if parts[0] is None:
        return None
    left = total - (loose.total(parts) or Decimal(0)) + (discount or Decimal(0))
    return left if left and abs(left) < _CENT else None


def _discounts(node: Node) -> list[Discount]:
    return [
        Discount(amount=amount, title=words(each.raw("name")), code=each.text("code"))
        for each in node.each("order_cart_rules")
        if (amount := each.money("value")) and not each.true("deleted")
    ]


def _fees(order: Node) -> list[Fee]:
    amount = order.money("total_wrapping_tax_incl|total_wrapping")
    return [Fee(title="Gift wrapping", amount=amount)] if amount else []


def _shipping(node: Node) -> tuple[Shipping, ...]:
    carrier = words(node.raw("carrier.name|order.carrier_name|carriers.0.name"))
    amount = node.money("order.total_shipping_tax_incl|order.total_shipping")
    return (Shipping(title=carrier, amount=amount, carrier=carrier),) if carrier else ()


def _payments(node: Node) -> tuple[PaymentPart, ...]:
    """What was paid, payment by payment; else the one method that the order names."""
    module = node.text("order.module|order.payment_module")
    title = words(node.raw("order.payment|order.payment_mode"))
    found = tuple(
        PaymentPart(
            method=_method(module, each.text("payment_method")),
            title=words(each.raw("payment_method")),
            amount=each.money("amount"),
            reference=each.key("transaction_id"),
        )
        for each in node.each("order_payments")
        if each.text("payment_method")
    )
    if found or not (module or title):
        return found
    return (PaymentPart(method=_method(module, title), title=title),)


_MODULES = {
    "ps_wirepayment": "bank_transfer",
    "ps_checkpayment": "cheque",
    "ps_cashondelivery": "cash_on_delivery",
    "ps_checkout": "card",
}


def _method(module: str | None, title: str | None) -> str:
    """By the module that takes the payment, which has one name in all languages."""
    if module in _MODULES:
        return _MODULES[module]
    known = methods.method(module or "")
    return known if known and known != module else methods.method(title or module or "")


def read_refund(slip: Node, stated: Stated | None = None) -> Refund | None:
    """A credit slip: the goods and the shipping that it gives back. Raises Unreadable."""
    parts = [slip.money("total_products_tax_incl"), slip.money("total_shipping_tax_incl")]
    amount = loose.total(parts) or slip.money("amount")
    if not amount:
        return None
    at = moment(slip, "date_add", stated) if stated else None
    return Refund(id=slip.needed_key("id"), amount=amount, at=at)


def _parcels(node: Node, now: Standing) -> tuple[Parcel, ...]:
    carriers = {each.text("id"): each for each in node.each("carriers")}
    listed = [each for each in node.each("order_carriers") if each.text("tracking_number")]
    status = "delivered" if now.delivered else None
    found = tuple(read_parcel(each, carriers, status) for each in listed)
    number = node.text("order.shipping_number")
    alone = (Parcel(id=number[:200], tracking_number=number, status=status),) if number else ()
    return found or alone


def read_parcel(
    sent: Node, carriers: Mapping[str | None, Node], status: str | None = None
) -> Parcel:
    """An `order_carrier`. In a carrier's URL `@` stands for the tracking number."""
    carrier = carriers.get(sent.text("id_carrier"), Node(None))
    number = sent.text("tracking_number") or ""
    return Parcel(
        id=sent.needed_key("id|id_order_carrier"),
        carrier=words(carrier.raw("name")),
        tracking_number=number or None,
        tracking_url=loose.url((carrier.text("url") or "").replace("@", number)),
        status=status,
    )


def _message(node: Node) -> str | None:
    """What the customer wrote; the order's own `note` is the merchant's."""
    return words(node.raw("order.message|message"))
