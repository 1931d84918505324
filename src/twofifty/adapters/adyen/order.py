"""An authorised payment of Adyen as an order: an amount, a reference, and the shopper's details.

The details are in `additionalData` where the webhook's additional settings ask for them
(https://docs.adyen.com/development-resources/webhooks/webhook-types/additional-settings).
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from twofifty.intake import loose, methods
from twofifty.intake.node import Node
from twofifty.intake.ports import Stated
from twofifty.order.model import Address, Customer, Order, PaymentPart, State, Totals

# Where Adyen's minor units are not those of ISO 4217 (docs.adyen.com, currency codes).
_PLACES = {"CLP": 2, "CVE": 0, "IDR": 0, "ISK": 2}
_ADDRESS = {
    "line1": "street+houseNumberOrName",
    "city": "city",
    "region": "stateOrProvince",
    "postal_code": "postalCode",
    "country": "country",
}
_NAME = re.compile(r"(first|last) name=([^,\]]*)")


def read_order(item: Node, whole: Node, stated: Stated) -> Order:
    """An authorised payment as an order: its amount, and whom it was told of. Raises Unreadable."""
    shopper = extra(item)
    at = item.moment("eventDate")
    return Order(
        source=stated.name,
        id=item.needed_key("merchantReference"),
        number=item.text("merchantReference"),
        placed_at=at,
        updated_at=at,
        revision=loose.milliseconds(at),
        state=State(payment="authorized"),
        test=whole.stated("live") is False,
        locale=shopper.locale("shopperLocale") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=item.currency("amount.currency"),
        customer=Customer(
            id=shopper.text("shopperReference"),
            name=_name(shopper),
            email=shopper.text("shopperEmail"),
            phone=shopper.text("shopperTelephone"),
        ),
        shipping_address=_address(shopper, "deliveryAddress"),
        billing_address=_address(shopper, "billingAddress"),
        lines=(),
        totals=Totals(total=amount(item)),
        payments=tuple(_payments(item, shopper)),
    )


def _payments(item: Node, shopper: Node) -> Iterator[PaymentPart]:
    """The payment; of an order in parts (`order-1-...`) each of them."""
    for number in range(1, 100):
        if reference := shopper.key(f"order-{number}-pspReference"):
            method = shopper.text(f"order-{number}-paymentMethod") or "card"
            yield PaymentPart(method=methods.method(method), reference=reference)
        else:
            break
    method = item.text("paymentMethod") or "card"
    reference = item.key("pspReference")
    yield PaymentPart(method=methods.method(method), status="authorised", reference=reference)


def extra(item: Node) -> Node:
    """Additional data: one flat object whose names have dots in them, here underscores."""
    return Node({name.replace(".", "_"): each.value for name, each in item.pairs("additionalData")})


def _name(shopper: Node) -> str | None:
    """Adyen writes `[first name=Alex, infix=null, last name=Example, gender=null]`."""
    written = shopper.text("shopperName") or ""
    parts = [word.strip() for _, word in _NAME.findall(written) if word.strip() != "null"]
    if parts:
        return " ".join(parts)
    plain = shopper.text("shopperName_firstName+shopperName_lastName|cardHolderName")
    return plain or (written if written and "=" not in written else None)


def _address(shopper: Node, name: str) -> Address | None:
    fields = {
        field: "+".join(f"{name}_{word}" for word in path.split("+"))
        for field, path in _ADDRESS.items()
    }
    return shopper.address("", fields)


def amount(item: Node) -> Decimal:
    """The item's amount in its currency. Raises Unreadable."""
    found = item.minor("amount.value", item.currency("amount.currency"), _PLACES)
    return item.needed_money("amount.value") if found is None else found
