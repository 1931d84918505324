"""Adyen's standard webhooks (https://docs.adyen.com/development-resources/webhooks/webhook-types).

Adyen knows payments, not orders: by default every webhook amends the order whose id, in the same
source, is the payment's `merchantReference`, sent by the shop itself (`POST /v1/orders`). With
`orders_from = "payments"` an authorised payment is an order of its own, of an amount and without
lines: for shops that tell nobody else of their orders and take no partial payments.

A batch has several items. Amounts are in minor units by Adyen's own table, which is not ISO 4217's.
Booleans are strings. A modification (capture, refund) names the payment in `originalReference`.
Disputes, payouts, tokens, reports and the newer platform webhooks are ignored.
"""

import re
from collections.abc import Iterator
from typing import ClassVar, TypedDict

from twofifty.adapters.adyen.order import amount, extra, read_order
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import AdyenJoined, Any, Hashed
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent
from twofifty.order.model import (
    Payment,
    Refund,
)

# What an event says of the payment where it succeeded. Of the rest only an order in parts that was
# closed unpaid says something: a refused attempt leaves the order open, and a later one may be
# authorised, whose webhook may come first.
_PAYMENTS: dict[str, Payment] = {
    "AUTHORISATION": "authorized",
    "PENDING": "pending",
    "CAPTURE": "paid",
    "CAPTURE_FAILED": "failed",
    "CANCELLATION": "voided",
    "TECHNICAL_CANCEL": "voided",
    "EXPIRE": "voided",
    "MANUAL_REVIEW_REJECT": "voided",
    "ORDER_CLOSED": "authorized",
}
_FAILED: dict[str, Payment] = {"ORDER_CLOSED": "voided"}
_ACTIONS = {"cancel": "CANCELLATION", "refund": "REFUND"}
_TYPES: dict[Payment, EventType] = {
    "authorized": "payment.authorized",
    "paid": "payment.paid",
    "failed": "payment.failed",
    "voided": "payment.failed",
}
_REFUNDS = ("REFUND", "REFUND_WITH_DATA")
_ORDERS = ("AUTHORISATION", "ORDER_CLOSED")
_RESULTS: dict[str, Payment] = {
    "authorised": "authorized",
    "pending": "pending",
    "received": "pending",
}
_NO_ORDERS = (
    ("CHARGEBACK", "a dispute"),
    ("DISPUTE", "a dispute"),
    ("ARBITRATION", "a dispute"),
    ("ISSUER", "a dispute"),
    ("INFORMATION", "a dispute"),
    ("NOTIFICATION_OF_FRAUD", "a dispute"),
    ("PAYOUT", "a payout"),
    ("PAIDOUT", "a payout"),
    ("REPORT", "a report"),
    ("RECURRING", "a saved payment method"),
    ("REFUND", "a refund that is postponed, failed or withdrawn"),
    ("AUTORESCUE", "a payment that is tried again"),
    ("AUTHORISATION_ADJUSTMENT", "an authorised amount that changed"),
    ("MANUAL_REVIEW", "a review of risk"),
    ("AUTHORISATION", "an attempt to pay that was refused: the order waits"),
    ("OFFER_CLOSED", "an offer to pay that ran out: the order waits"),
    ("ORDER_OPENED", "a partial payment: the order is not paid yet"),
)
_SHAPES = {
    "SaleToPOIRequest|SaleToPOIResponse": "a terminal's message",
    "errorCode|errorType": "an error that Adyen answered",
    "orderData|balance": "a partial payment's order or balance, which is not paid yet",
    "paymentSession|sessionData|returnUrl|expiresAt": "a session: nothing is paid yet",
    "type+data|data.id": "a webhook of Adyen's platform, not of a payment",
    "status": "a request that Adyen received",
    "resultCode": "an answer that names no order",
}
_FORM = re.compile(rb"(?:[\w.%-]+=[^&]*&)*eventCode=[A-Z_]+")


class Adyen(Platform):
    """A Source: see `intake.ports`."""

    signature = Any(AdyenJoined(), Hashed(header="hmacsignature", secret_form="hex"))
    options: ClassVar = {
        "orders_from": '"nothing" (the default): payments amend orders that the shop sends; or '
        '"payments": an authorised payment is an order'
    }

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        """See `Source.read`."""
        if _FORM.match(body[:10_000]):
            return Ignored("a webhook as a form; choose JSON as its method in the Customer Area")
        return super().read(topic, body, stated)

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        told = [_told(item, node, stated) for item in _items(node)]
        if news := tuple(each for each in told if not isinstance(each, Ignored)):
            return news
        reasons = [each for each in told if isinstance(each, Ignored)]
        reasons += [Ignored(what) for path, what in _SHAPES.items() if node.raw(path) is not None]
        return reasons[0] if reasons else no_order(node, topic, "AUTHORISATION")


def _items(node: Node) -> Iterator[Node]:
    """The items of a webhook; one that stands alone; an answer of `/payments` as one."""
    if "notificationItems" in node:
        listed = node.each("notificationItems")
        yield from (each.at("NotificationRequestItem") or each for each in listed)
    elif "eventCode" in node or "NotificationRequestItem" in node:
        yield node.at("NotificationRequestItem") or node
    elif "merchantReference" in node and "resultCode" in node:
        yield node


def _told(item: Node, whole: Node, stated: Stated) -> News | Ignored:
    code, succeeded = (item.text("eventCode") or "").upper(), item.true("success")
    if code == "CANCEL_OR_REFUND":
        code = _ACTIONS.get(extra(item).text("modification_action") or "", code)
    state = (_PAYMENTS if succeeded else _FAILED).get(code)
    if not code:
        state = item.word("resultCode", _RESULTS)
    if succeeded and code in _REFUNDS:
        return _refund(item, stated)
    if state is None:
        return Ignored(_reason(code, succeeded=succeeded))
    if code == "AUTHORISATION" and not amount(item):
        return Ignored("a card that was verified: there is nothing to pay")
    if succeeded and code in _ORDERS and stated.options.get("orders_from") == "payments":
        return OrderEvent(type="order.placed", order=read_order(item, whole, stated))
    return Amendment(
        type=_TYPES.get(state, "order.updated"),
        source=stated.name,
        **_named(item),
        at=item.moment("eventDate"),
        payment=state,
    )


def _reason(code: str, *, succeeded: bool) -> str:
    found = next((what for word, what in _NO_ORDERS if word in code), None)
    if found or not code:
        return found or "a payment that was not authorised"
    return f"{code}, which says nothing of an order" if succeeded else f"{code} that failed"


class _Names(TypedDict):
    order_id: str | None
    reference: str | None


def _named(item: Node) -> _Names:
    """How the order is found: its own id, and the first payment's. A modification may have a
    reference of its own in the place of the order's. Raises Unreadable where there is neither."""
    reference = item.key("originalReference|pspReference")
    order_id = item.key("merchantReference")
    if not (order_id or reference):
        raise loose.Unreadable(None, "merchantReference or pspReference must be there")
    return {"order_id": order_id, "reference": reference}


def _refund(item: Node, stated: Stated) -> News:
    at = item.moment("eventDate")
    refund = Refund(id=item.needed_key("pspReference"), amount=amount(item), at=at)
    names = _named(item)
    return Amendment(type="order.refunded", source=stated.name, **names, at=at, refunds=(refund,))
