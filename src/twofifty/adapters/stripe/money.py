"""What was paid, in whose currency, and the few figures that Stripe's objects share.

Amounts are integers in minor units, with Stripe's own exceptions from ISO 4217
(https://docs.stripe.com/currencies, "Zero-decimal currencies" and "Special cases").

With Adaptive Pricing the customer pays in another currency than the shop's: `presentment_details`
tells the total of it and nothing else. The customer's order is then in that currency, and the parts
are not stated; money of the shop's currency is never shown beside it.
"""

from decimal import Decimal

import msgspec

from twofifty.intake import currency, loose, methods
from twofifty.intake.node import Node
from twofifty.order.model import Parcel, Payment, PaymentPart, Refund

PLACES = {"MGA": 0, "ISK": 2, "UGX": 2}
CHARGE = "payment_intent.latest_charge|latest_charge|payment_intent.charges.data.0|charges.data.0"
_METHODS = {"customer_balance": "bank_transfer"}
_NOT_BACK = ("failed", "canceled")
_NEVER_TAKEN = "expired_uncaptured_charge"


class Tender(msgspec.Struct, frozen=True):
    """The currency that the customer paid in. `foreign`: the parts are stated in another one."""

    code: str
    foreign: bool = False

    def part(self, node: Node, path: str) -> Decimal | None:
        """A part of what was paid; None where it is not stated in this currency."""
        return None if self.foreign else node.minor(path, self.code, PLACES)

    def whole(self, node: Node, path: str) -> Decimal | None:
        """The whole that `node` is about."""
        where = "presentment_details.presentment_amount" if self.foreign else path
        return node.minor(where, self.code, PLACES)


def tender(node: Node) -> Tender:
    """How `node` was paid. Raises Unreadable where it states no currency."""
    own = node.currency("currency")
    shown = (node.text("presentment_details.presentment_currency") or "").upper()
    foreign = len(shown) == 3 and shown.isascii() and shown.isalpha() and shown != own
    return Tender(shown, foreign=True) if foreign else Tender(own)


def needed(amount: Decimal | None, node: Node, path: str) -> Decimal:
    """Raises Unreadable where the amount is missing."""
    if amount is None:
        raise loose.Unreadable(node.raw(path), f"{path} must be there")
    return amount


def tax_included(
    total: Decimal, net: tuple[Decimal | None, ...], tax: Decimal | None
) -> bool | None:
    """Whether Stripe's total is that of its parts without the tax, or with it on top; None where it
    is neither, or where there is no tax. Stripe states it of rates only, and seldom sends those."""
    without = sum((each for each in net if each is not None), Decimal(0))
    if not tax or total not in (without, without + tax):
        return None
    return total == without


def given_back(charge: Node) -> Payment | None:
    """How much of a charge went back; None: nothing. What was never taken is only released."""
    if charge.stated("captured") is False and charge.true("refunded"):
        return "voided"
    if charge.true("refunded"):
        return "refunded"
    return "partially_refunded" if _back(charge) else None


def _back(charge: Node) -> Decimal:
    """What went back, in minor units. Of a charge that was captured in part, Stripe counts the rest
    as refunded too, which was never taken."""
    whole, taken = charge.money("amount"), charge.money("amount_captured")
    rest = whole - taken if whole is not None and taken else Decimal(0)
    back = charge.money("amount_refunded") or Decimal(0)
    return back - rest if back >= rest else back


def refunded(charge: Node) -> Decimal | None:
    """All that went back of a charge so far; None where nothing did, or not in its currency."""
    back = given_back(charge)
    if back in (None, "voided"):
        return None
    paid = tender(charge)
    if paid.foreign:
        return paid.whole(charge, "amount") if back == "refunded" else None
    return currency.from_minor(_back(charge), paid.code, PLACES)


def refunds(charge: Node) -> tuple[Refund, ...]:
    """The single refunds of a charge, where they are sent with it; before 2014 they had no ids."""
    if given_back(charge) is None:
        return ()
    read = [refund(each) for each in charge.each("refunds.data|refunds") if each.raw("id")]
    return tuple(each for each in read if each is not None)


def refund(node: Node) -> Refund | None:
    """One refund; None where no money goes back. Its `reason` is for the shop: `fraudulent`."""
    if node.text("status") in _NOT_BACK or node.text("reason") == _NEVER_TAKEN:
        return None
    amount = needed(tender(node).whole(node, "amount"), node, "amount")
    return Refund(id=node.needed_key("id"), amount=amount, at=node.seconds("created"))


def paid_by(node: Node, reference: str | None) -> tuple[PaymentPart, ...]:
    """How an order is paid: as its charge says, else by the only method that was offered."""
    charge = node.at(CHARGE)
    offered = node.texts("payment_method_types|payment_settings.payment_method_types")
    kind = charge.text("payment_method_details.type") or (offered[0] if len(offered) == 1 else None)
    if not kind:
        return (PaymentPart(method="Stripe", reference=reference),) if reference else ()
    method = _METHODS.get(kind) or methods.method(kind)
    title = _card(charge) if kind == "card" else kind.replace("_", " ").capitalize()
    return (PaymentPart(method=method, title=title, reference=reference),)


def _card(charge: Node) -> str | None:
    brand = charge.text("payment_method_details.card.brand")
    last = charge.text("payment_method_details.card.last4")
    return f"{brand.replace('_', ' ').title()} •••• {last}" if brand and last else None


def parcels(shipping: Node) -> tuple[Parcel, ...]:
    """Parcels as merchants note them: several numbers stand in one field, between commas."""
    numbers = (shipping.text("tracking_number") or "").split(",")
    return tuple(
        Parcel(id=number[:200], carrier=shipping.text("carrier"), tracking_number=number)
        for number in dict.fromkeys(each.strip() for each in numbers)
        if number
    )
