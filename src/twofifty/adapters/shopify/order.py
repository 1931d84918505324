"""One Shopify order (Admin REST, Order resource) as a canonical order."""

from decimal import Decimal

from twofifty.adapters.shopify import money, payment
from twofifty.adapters.shopify.money import Figures
from twofifty.intake import loose
from twofifty.intake.ports import Stated
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Line,
    Links,
    Order,
    Parcel,
    Shipping,
    State,
    Stock,
    Tax,
)

_ALLOCATED = Stock(status="allocated")
_NO_VARIANT = "Default Title"


def read_order(order: dict[str, object], stated: Stated) -> Order:
    """The canonical order. Raises Unreadable.

    `confirmed` is no word about the order's being placed: it says whether inventory has been
    reserved (Admin GraphQL, Order.confirmed), so it becomes stock, not `state.draft`.
    """
    of = money.figures(order)
    shipping = money.postage(order, of)
    updated = loose.moment(order.get("updated_at"))
    placed = order.get("processed_at") or order.get("created_at")
    return Order(
        source=stated.name,
        id=_id(order),
        number=loose.text(order.get("name")) or loose.text(order.get("order_number")),
        revision=loose.milliseconds(updated),
        placed_at=loose.moment(placed),
        updated_at=updated,
        state=_state(order),
        test=order.get("test") in (True, "true"),
        locale=loose.locale(order.get("customer_locale")) or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=of.currency,
        customer=_customer(order),
        shipping_address=_address(order.get("shipping_address")),
        billing_address=_address(order.get("billing_address")),
        lines=_lines(order, of),
        totals=money.totals(order, of, shipping),
        discounts=() if of.edited else tuple(_discounts(order, of)),
        taxes=() if of.edited else tuple(_taxes(order, of)),
        shipping=tuple(_shipping(order, of)),
        payments=payment.payments(order),
        parcels=tuple(_parcels(order)),
        links=Links(status=loose.url(order.get("order_status_url"))),
        note=loose.text(order.get("note")),
        attributes=_shown(order.get("note_attributes")),
    )


def _id(order: dict[str, object]) -> str:
    found = loose.key(order.get("id"))
    if found is None:
        raise loose.Unreadable(order.get("id"), "an order has an id")
    return found


def _state(order: dict[str, object]) -> State:
    return State(
        payment=payment.payment_state(order),
        fulfillment=payment.fulfillment_state(order),
        cancelled_at=loose.moment(order.get("cancelled_at")),
    )


def _customer(order: dict[str, object]) -> Customer:
    person = loose.mapping(order.get("customer"))
    addressed = loose.mapping(order.get("billing_address") or order.get("shipping_address"))
    count = person.get("orders_count")
    return Customer(
        id=loose.text(person.get("id")),
        name=_name(person) or _name(addressed),
        email=_first(order, ("email", "contact_email")) or loose.text(person.get("email")),
        phone=loose.text(order.get("phone")) or loose.text(person.get("phone")),
        orders_count=count if type(count) is int and count >= 0 else None,
        consent=_consent(order, person),
    )


def _consent(order: dict[str, object], person: dict[str, object]) -> dict[str, bool]:
    said = loose.mapping(person.get("email_marketing_consent")).get("state")
    if isinstance(said, str):
        return {"marketing": said == "subscribed"}
    plain = order.get("buyer_accepts_marketing", person.get("accepts_marketing"))
    return {"marketing": plain} if isinstance(plain, bool) else {}


def _address(value: object) -> Address | None:
    stated = loose.mapping(value)
    found = Address(
        name=_name(stated),
        company=loose.text(stated.get("company")),
        line1=loose.text(stated.get("address1")),
        line2=loose.text(stated.get("address2")),
        city=loose.text(stated.get("city")),
        region=_first(stated, ("province_code", "province")),
        postal_code=loose.text(stated.get("zip")),
        country=_first(stated, ("country_code", "country")),
        phone=loose.text(stated.get("phone")),
    )
    return None if found == Address() else found


def _name(person: dict[str, object]) -> str | None:
    if name := loose.text(person.get("name")):
        return name
    names = (loose.text(person.get(part)) for part in ("first_name", "last_name"))
    return " ".join(filter(None, names)) or None


def _first(owner: dict[str, object], names: tuple[str, ...]) -> str | None:
    return next((found for name in names if (found := loose.text(owner.get(name)))), None)


def _lines(order: dict[str, object], of: Figures) -> tuple[Line, ...]:
    """What was ordered; of an edited order what is left of it. A tip is a line in Shopify and a
    total here."""
    stock = _ALLOCATED if order.get("confirmed") is True else None
    lines = [
        _line(item, at, (of, stock))
        for at, item in enumerate(loose.items(order.get("line_items")))
        if not item.get("tip")
    ]
    return tuple(line for line in lines if line.quantity or not of.edited)


def _line(item: dict[str, object], at: int, how: tuple[Figures, Stock | None]) -> Line:
    of, stock = how
    count = item.get("current_quantity") if of.edited else None
    quantity = loose.quantity(item.get("quantity") if count is None else count)
    price = of.of(item, "price")
    discount = money.allocations(item, of) or of.of(item, "total_discount") or None
    variant = loose.text(item.get("variant_title"))
    digital = item.get("requires_shipping") is False
    return Line(
        id=loose.key(item.get("id")) or str(at + 1),
        title=_first(item, ("title", "name", "sku")) or str(at + 1),
        quantity=quantity,
        product_id=loose.text(item.get("product_id")),
        sku=loose.text(item.get("sku")),
        variant=None if variant == _NO_VARIANT else variant,
        unit_price=price,
        discount=discount,
        tax=loose.total([of.of(tax, "price") for tax in loose.items(item.get("tax_lines"))]),
        total=None if price is None else price * quantity - (discount or Decimal(0)),
        digital=digital,
        gift_card=item.get("gift_card") is True,
        stock=None if digital else stock,
        attributes=_shown(item.get("properties")),
    )


def _shown(properties: object) -> dict[str, str]:
    """What the customer chose: `{"name", "value"}` pairs or an object, without the names that
    start with an underscore, which are for machines."""
    if isinstance(properties, dict):
        pairs = list(properties.items())
    else:
        pairs = [(each.get("name"), each.get("value")) for each in loose.items(properties)]
    named = ((loose.text(name), loose.text(value)) for name, value in pairs)
    return {name: value for name, value in named if name and value and not name.startswith("_")}


def _discounts(order: dict[str, object], of: Figures) -> list[Discount]:
    """Each discount on goods with what it came to over all lines; in old orders, by its code."""
    shares: dict[int, Decimal] = {}
    for line in loose.items(order.get("line_items")):
        for share in loose.items(line.get("discount_allocations")):
            at, amount = share.get("discount_application_index"), of.of(share, "amount")
            if type(at) is int and amount is not None:
                shares[at] = shares.get(at, Decimal(0)) + amount
    if not shares:
        return _codes(order, of)
    applied = loose.items(order.get("discount_applications"))
    named = ((applied[at] if 0 <= at < len(applied) else {}, shares[at]) for at in sorted(shares))
    return [
        Discount(
            amount=amount,
            code=loose.text(each.get("code")),
            title=_first(each, ("title", "description")),
        )
        for each, amount in named
    ]


def _codes(order: dict[str, object], of: Figures) -> list[Discount]:
    codes = loose.items(order.get("discount_codes"))
    return [
        Discount(amount=amount, code=loose.text(each.get("code")))
        for each in codes
        if each.get("type") != "shipping" and (amount := of.of(each, "amount"))
    ]


def _taxes(order: dict[str, object], of: Figures) -> list[Tax]:
    return [
        Tax(amount=amount, title=loose.text(each.get("title")), rate=loose.amount(each.get("rate")))
        for each in loose.items(order.get("tax_lines"))
        if (amount := of.of(each, "price")) is not None
    ]


def _shipping(order: dict[str, object], of: Figures) -> list[Shipping]:
    return [
        Shipping(title=title, amount=money.shipping_amount(line, of))
        for line in money.shipping_lines(order)
        if (title := _first(line, ("title", "code")))
    ]


def _parcels(order: dict[str, object]) -> list[Parcel]:
    return [
        Parcel(
            id=loose.key(each.get("id")) or str(at + 1),
            carrier=loose.text(each.get("tracking_company")),
            tracking_number=loose.text(each.get("tracking_number")),
            tracking_url=loose.url(each.get("tracking_url")),
            status=_first(each, ("shipment_status", "status")),
        )
        for at, each in enumerate(loose.items(order.get("fulfillments")))
    ]
