"""Paddle Billing's notifications and API documents (https://developer.paddle.com).

An order is a transaction that was billed or paid. While it is `draft` or `ready` it is an open
checkout, whose currency still changes: events of it are no news. A notification names the customer
by id only, so it points to the API, where the customer is included. A refund is an adjustment that
Paddle has approved; credits change what is owed later, and chargebacks are disputes.

Amounts are strings of minor units. Prices, subtotals and discounts are without tax, whatever the
customer saw. Everything that Paddle sells is digital.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from twofifty.intake import currency, loose, methods
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import Stamped
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Line,
    Links,
    Order,
    Payment,
    PaymentPart,
    Refund,
    State,
    Tax,
    Totals,
)

_TYPES: dict[str, EventType] = {
    "transaction.billed": "order.placed",
    "transaction.paid": "payment.paid",
    "transaction.completed": "payment.paid",
    "transaction.canceled": "order.cancelled",
    "transaction.past_due": "payment.failed",
    "transaction.payment_failed": "payment.failed",
}
_PAYMENT: dict[str, Payment] = {
    "billed": "pending",
    "paid": "paid",
    "completed": "paid",
    "canceled": "voided",
}
_OPEN = ("draft", "ready")
_WENT_WRONG = ("error", "canceled", "dropped", "unknown", "created")
_METHODS = {"offline": "manual", "wire_transfer": "bank_transfer"}
# What an id begins with, where it is no transaction.
_NAMES = {
    "add": "an address",
    "biz": "a business",
    "ctm": "a customer",
    "dsc": "a discount",
    "pay": "a payout",
    "pri": "a price",
    "pro": "a product",
    "sub": "a subscription",
}
_ADDRESS = {
    "line1": "first_line",
    "line2": "second_line",
    "city": "city",
    "region": "region",
    "postal_code": "postal_code",
    "country": "country_code",
}
_FORM = re.compile(rb"(?:[\w.%-]+=[^&]*&)*alert_(?:id|name)=")
_YES = ("yes", "true", "1")


class Paddle(Platform):
    """A Source: see `intake.ports`."""

    signature = Stamped(
        header="paddle-signature",
        time="ts",
        signature="h1",
        separator=";",
        joined="{t}:{body}",
        tolerance=5,
    )
    options: ClassVar[Mapping[str, str]] = {
        "sandbox": "yes: this is a sandbox account; all of its orders are tests",
        "renewals": "no: renewals of subscriptions are not confirmed (default yes)",
    }

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        """See `Source.read`."""
        if _FORM.match(body[:10_000]):
            return Ignored("an alert of Paddle Classic, which is not read: use Paddle Billing")
        return super().read(topic, body, stated)

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        answer = "data" in node and "event_type" not in node
        inner = Node(loose.mapping(node.value)["data"]) if answer else node
        if not isinstance(inner.value, list):
            return _told(inner, topic, stated)
        read = [_told(each, topic, stated) for each in inner.each()]
        news = tuple(each for one in read if not isinstance(one, Ignored) for each in one)
        silent = [one for one in read if isinstance(one, Ignored)]
        return news or (silent[0] if silent else Ignored("an empty list"))


def _told(node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
    """What an event says, one that is kept in a notification, or an entity of the API."""
    event = node if "event_type" in node else node.at("payload")
    if "event_type" not in event:
        return _news(node, topic, stated, told=False)
    return _news(event.at("data"), event.text("event_type") or topic, stated, told=True)


def _news(node: Node, topic: str, stated: Stated, *, told: bool) -> tuple[News, ...] | Ignored:
    if "details" in node:
        return _transaction_news(node, topic, stated, told=told)
    if "action" in node and "transaction_id" in node:
        return _refund_news(node, stated)
    kind = (node.key("id") or "txn").partition("_")[0]
    if kind != "txn":
        return Ignored(f"{_NAMES.get(kind) or topic or kind}: no order in it")
    return no_order(node, topic, "transaction.")


def _transaction_news(
    node: Node, topic: str, stated: Stated, *, told: bool
) -> tuple[News, ...] | Ignored:
    if not node.raw("id"):
        return Ignored("a preview of a transaction: nothing was ordered")
    origin = node.text("origin")
    if origin == "subscription_payment_method_change":
        return Ignored("a change of the payment method: nothing was sold")
    if origin == "subscription_recurring" and stated.options.get("renewals") == "no":
        return Ignored("a renewal of a subscription (renewals = no)")
    if node.text("status") in _OPEN and told:
        return Ignored(f"a checkout that is {node.text('status')}: nothing was ordered yet")
    kind, order = _TYPES.get(topic, "order.updated"), read_order(node, stated)
    if node.raw("customer") or order.state.draft or not order.customer.id:
        return (OrderEvent(type=kind, order=order),)
    return (Pointer(type=kind, source=stated.name, order_id=order.id, order=order),)


def _refund_news(node: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    """Whether all of the transaction went back, its `type` says since December 2024."""
    refund = _refund(node, node.currency("currency_code|totals.currency_code"))
    if refund is None:
        action, status = node.text("action") or "", node.text("status") or ""
        return Ignored(f"an adjustment ({action[:30]}, {status[:30]}): no money went back")
    whole: dict[str, Payment] = {"full": "refunded", "partial": "partially_refunded"}
    return (
        Amendment(
            type="order.refunded",
            source=stated.name,
            order_id=node.needed_key("transaction_id"),
            at=node.moment("updated_at|created_at"),
            payment=node.word("type", whole),
            refunds=(refund,),
        ),
    )


def read_order(node: Node, stated: Stated) -> Order:
    """One transaction, with what is included of its customer. Raises Unreadable."""
    code = node.currency("currency_code|details.totals.currency_code")
    updated, status = node.moment("updated_at|created_at"), node.text("status")
    adjusted = [_refund(each, code) for each in node.each("adjustments")]
    refunds = tuple(each for each in adjusted if each is not None)
    prices = {each.text("price.id"): each.at("price") for each in node.each("items")}
    return Order(
        source=stated.name,
        id=node.needed_key("id"),
        number=node.text("invoice_number"),
        revision=loose.milliseconds(updated),
        placed_at=node.moment("billed_at|created_at"),
        updated_at=updated,
        state=State(
            payment=_payment(node, code, refunds),
            cancelled_at=updated if status == "canceled" else None,
            draft=status in _OPEN,
        ),
        test=stated.options.get("sandbox", "").lower() in _YES,
        locale=node.locale("customer.locale") or stated.locale or None,
        time_zone=stated.time_zone or None,
        currency=code,
        customer=_customer(node),
        billing_address=_address(node),
        lines=tuple(
            _line(each, at, prices.get(each.text("price_id"), Node(None)), code)
            for at, each in enumerate(node.each("details.line_items"))
        ),
        totals=_totals(node.at("details.totals"), code, refunds),
        discounts=_discounts(node, code),
        taxes=tuple(
            Tax(amount=amount, rate=each.money("tax_rate"))
            for each in node.each("details.tax_rates_used")
            if (amount := each.minor("totals.tax", code))
        ),
        payments=_payments(node, code),
        refunds=refunds,
        links=Links(status=node.url("checkout.url") if status == "billed" else None),
    )


def _payment(node: Node, code: str, refunds: tuple[Refund, ...]) -> Payment | None:
    """An invoice that is past due is still to be paid; a renewal that is was declined."""
    if node.text("status") == "past_due":
        return "pending" if node.text("collection_mode") == "manual" else "failed"
    known = node.word("status", _PAYMENT)
    if known != "paid" or not refunds:
        return known
    total = node.minor("details.totals.grand_total|details.totals.total", code)
    back = sum((each.amount for each in refunds), Decimal(0))
    return "refunded" if total is not None and back >= total else "partially_refunded"


def _totals(node: Node, code: str, refunds: tuple[Refund, ...]) -> Totals:
    """`total` is what was bought; `grand_total` what remains of it after credits, which pay for
    a part like money does, and `balance` what is still due."""
    return Totals(
        total=currency.from_minor(node.needed_money("total"), code),
        subtotal=node.minor("subtotal", code),
        discount=node.minor("discount", code),
        tax=node.minor("tax", code),
        tax_included=False,
        due=node.minor("balance", code),
        refunded=loose.total([each.amount for each in refunds]),
    )


def _customer(node: Node) -> Customer:
    consent = node.stated("customer.marketing_consent")
    return Customer(
        id=node.text("customer.id|customer_id"),
        name=node.text("customer.name"),
        email=node.text("customer.email"),
        consent={} if consent is None else {"marketing": consent},
    )


def _address(node: Node) -> Address | None:
    """Often only a country and a postal code, for the tax: that is no address."""
    named = {f: f"address.{where}" for f, where in _ADDRESS.items()}
    found = node.address("", {**named, "name": "customer.name", "company": "business.name"})
    return found if found is not None and (found.line1 or found.city) else None


def _line(item: Node, at: int, price: Node, code: str) -> Line:
    """A price's `name` is for customers, its `description` for the team. Units of a price that
    includes tax are rounded: the price of one is shown where it gives the line's amount."""
    quantity, subtotal = item.quantity("quantity"), item.minor("totals.subtotal", code)
    discount, unit = item.minor("totals.discount", code), item.minor("unit_totals.subtotal", code)
    return Line(
        id=item.key("id") or str(at + 1),
        title=item.text("product.name") or price.text("name") or str(at + 1),
        variant=price.text("name"),
        quantity=quantity,
        product_id=item.text("product.id"),
        unit_price=unit if unit is not None and unit * quantity == subtotal else None,
        discount=discount,
        tax=item.minor("totals.tax", code),
        total=None if subtotal is None else subtotal - (discount or 0),
        image_url=item.url("product.image_url"),
        digital=True,
    )


def _discounts(node: Node, code: str) -> tuple[Discount, ...]:
    """A discount's description is the shop's own note."""
    amount = node.minor("details.totals.discount", code)
    return (Discount(amount=amount, code=node.text("discount.code")),) if amount else ()


def _payments(node: Node, code: str) -> tuple[PaymentPart, ...]:
    """The payment that worked, of all that were tried; an invoice is paid as it says."""
    tried = node.each("payments")
    for each in tried:
        kind = each.text("method_details.type")
        if kind and each.text("status") not in _WENT_WRONG:
            brand, last = (each.text(f"method_details.card.{name}") for name in ("type", "last4"))
            card = f"{brand.title()} •••• {last}" if brand and last else None
            return (
                PaymentPart(
                    method=_METHODS.get(kind) or methods.method(kind),
                    title=card or kind.replace("_", " ").capitalize(),
                    amount=each.minor("amount", code),
                    reference=each.key("payment_attempt_id"),
                ),
            )
    return methods.payment("invoice") if node.text("collection_mode") == "manual" else ()


def _refund(adjustment: Node, code: str) -> Refund | None:
    """A refund that Paddle has approved, else None."""
    if adjustment.text("action") != "refund" or adjustment.text("status") != "approved":
        return None
    return Refund(
        id=adjustment.needed_key("id"),
        amount=currency.from_minor(adjustment.needed_money("totals.total"), code),
        at=adjustment.moment("updated_at|created_at"),
    )
