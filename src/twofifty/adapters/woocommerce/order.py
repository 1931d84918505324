"""One WooCommerce order (REST API, Orders) as a canonical order."""

from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from twofifty.adapters.woocommerce import payment
from twofifty.adapters.woocommerce.lines import lines
from twofifty.adapters.woocommerce.words import words
from twofifty.intake import loose
from twofifty.intake.ports import Stated
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Fee,
    Links,
    Order,
    Shipping,
    Tax,
    Totals,
)


def read_order(order: dict[str, object], stated: Stated) -> Order:
    """The canonical order. Raises Unreadable.

    WooCommerce says no language, so `locale` is the configured one; the currency is its code, for
    the symbol beside it may be wrong.
    """
    zone = loose.time_zone(stated.time_zone)
    updated = _moment(order, "date_modified", zone)
    placed = _moment(order, "date_created", zone)
    return Order(
        source=stated.name,
        id=_id(order),
        number=loose.text(order.get("number")) or loose.text(order.get("id")),
        revision=loose.milliseconds(updated),
        placed_at=placed,
        updated_at=updated,
        state=payment.state(order, updated or placed),
        locale=stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=_currency(order.get("currency")),
        customer=_customer(order),
        shipping_address=_address(order.get("shipping")),
        billing_address=_address(order.get("billing")),
        lines=lines(order),
        totals=_totals(order),
        discounts=tuple(_discounts(order)),
        taxes=tuple(_taxes(order)),
        fees=tuple(_fees(order)),
        shipping=tuple(_shipping(order)),
        payments=payment.payments(order),
        links=Links(status=loose.url(order.get("view_order_url"))),
        note=loose.text(order.get("customer_note")),
    )


def _id(order: dict[str, object]) -> str:
    found = loose.key(order.get("id"))
    if found in (None, "0"):
        raise loose.Unreadable(order.get("id"), "an order has an id")
    return str(found)


def _currency(code: object) -> str:
    if isinstance(code, str) and len(code) == 3 and code.isascii() and code.isalpha():
        return code.upper()
    raise loose.Unreadable(code, "currency is an ISO 4217 code such as EUR, and must be there")


def _moment(order: dict[str, object], name: str, zone: tzinfo | None) -> datetime | None:
    """The time in UTC that is called `*_gmt`; else the local one where the zone is known."""
    found = loose.moment(order.get(f"{name}_gmt"), UTC)
    return loose.moment(order.get(name), zone) if found is None else found


def _customer(order: dict[str, object]) -> Customer:
    """Who is billed; a guest has the id 0, which is none."""
    billing = loose.mapping(order.get("billing"))
    number = loose.text(order.get("customer_id"))
    return Customer(
        id=None if number == "0" else number,
        name=_name(billing) or _name(loose.mapping(order.get("shipping"))),
        email=loose.text(billing.get("email")),
        phone=loose.text(billing.get("phone")),
    )


def _address(value: object) -> Address | None:
    """An address; one whose every field is empty is none."""
    stated = loose.mapping(value)
    found = Address(
        name=_name(stated),
        company=words(stated.get("company")),
        line1=words(stated.get("address_1")),
        line2=words(stated.get("address_2")),
        city=words(stated.get("city")),
        region=words(stated.get("state")),
        postal_code=words(stated.get("postcode")),
        country=loose.text(stated.get("country")),
        phone=loose.text(stated.get("phone")),
    )
    return None if found == Address() else found


def _name(person: dict[str, object]) -> str | None:
    names = (words(person.get(part)) for part in ("first_name", "last_name"))
    return " ".join(filter(None, names)) or None


def _totals(order: dict[str, object]) -> Totals:
    """The source's own totals; lines, fees, discounts and shipping are without tax, whatever
    `prices_include_tax` says of the catalogue. Gift cards and refunds are sums of what is listed,
    the subtotal too where the order states none."""
    total = loose.amount(order.get("total"))
    if total is None:
        raise loose.Unreadable(order.get("total"), "the total is missing")
    return Totals(
        total=total,
        subtotal=_subtotal(order),
        discount=loose.amount(order.get("discount_total")),
        shipping=loose.amount(order.get("shipping_total")),
        fees=_sum(order, "fee_lines", "total"),
        tax=loose.amount(order.get("total_tax")),
        tax_included=False,
        gift_card=_sum(order, "gift_cards", "amount"),
        refunded=_refunded(order),
    )


def _subtotal(order: dict[str, object]) -> Decimal | None:
    stated = loose.amount(order.get("subtotal"))
    return _sum(order, "line_items", "subtotal") if stated is None else stated


def _sum(order: dict[str, object], listed: str, name: str) -> Decimal | None:
    return loose.total([loose.amount(each.get(name)) for each in loose.items(order.get(listed))])


def _refunded(order: dict[str, object]) -> Decimal | None:
    """Refunds are listed as negative totals."""
    found = _sum(order, "refunds", "total")
    return None if found is None else abs(found)


def _discounts(order: dict[str, object]) -> list[Discount]:
    return [
        Discount(amount=amount, code=words(each.get("code")))
        for each in loose.items(order.get("coupon_lines"))
        if (amount := _either(each, "discount", "amount"))
    ]


def _taxes(order: dict[str, object]) -> list[Tax]:
    return [
        Tax(amount=amount, title=words(each.get("label") or each.get("title")), rate=_rate(each))
        for each in loose.items(order.get("tax_lines"))
        if (amount := _tax(each)) is not None
    ]


def _tax(line: dict[str, object]) -> Decimal | None:
    on_both = [loose.amount(line.get(name)) for name in ("tax_total", "shipping_tax_total")]
    found = loose.total(on_both)
    return loose.amount(line.get("total")) if found is None else found


def _rate(line: dict[str, object]) -> Decimal | None:
    percent = loose.amount(line.get("rate_percent"))
    return None if percent is None else percent.scaleb(-2)


def _fees(order: dict[str, object]) -> list[Fee]:
    return [
        Fee(title=words(each.get("name") or each.get("title")) or "", amount=amount)
        for each in loose.items(order.get("fee_lines"))
        if (amount := loose.amount(each.get("total"))) is not None
    ]


def _shipping(order: dict[str, object]) -> list[Shipping]:
    return [
        Shipping(title=title, amount=loose.amount(each.get("total")))
        for each in loose.items(order.get("shipping_lines"))
        if (title := words(each.get("method_title")))
    ]


def _either(owner: dict[str, object], name: str, older: str) -> Decimal | None:
    found = loose.amount(owner.get(name))
    return loose.amount(owner.get(older)) if found is None else found
