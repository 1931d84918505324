"""PayPal's webhooks and REST documents (https://developer.paypal.com/api/rest/webhooks/).

An order is placed when the buyer approves it (`CHECKOUT.ORDER.APPROVED`) and paid when a capture is
completed. That webhook often leaves out the items: then it points to the order. Captures,
authorizations and refunds are amendments of the order that they name. An invoice, a subscription's
payment and a payout confirm nothing; nor does a capture by itself, for the shop that took the order
would be confirmed twice. An app that subscribes to no `CHECKOUT.ORDER` webhook sets
`orders_from = "captures"`: a completed capture then points to its order.

A reversal is a dispute's, not the shop's refund. Instant Payment Notifications (forms, not JSON)
are not signed and not read.
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from twofifty.adapters.paypal import payment
from twofifty.adapters.paypal.order import ITEMS, UNITS, read_order
from twofifty.adapters.paypal.parcel import read_parcel
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import PayPalCertificate
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Payment

_TYPES: dict[str, EventType] = {
    "CHECKOUT.ORDER.APPROVED": "order.placed",
    "CHECKOUT.ORDER.VOIDED": "order.cancelled",
    "CHECKOUT.ORDER.DECLINED": "payment.failed",
}
_PAYMENTS: dict[Payment | None, EventType] = {
    "paid": "payment.paid",
    "authorized": "payment.authorized",
    "failed": "payment.failed",
    "voided": "payment.failed",
    "refunded": "order.refunded",
    "partially_refunded": "order.refunded",
}
_NO_ORDERS = {
    "CUSTOMER.DISPUTE": "a dispute",
    "PAYMENT.CAPTURE.REVERSED": "a reversal, which is a dispute's",
    "PAYMENT.SALE.REVERSED": "a reversal, which is a dispute's",
    "BILLING": "a subscription, a plan or a billing agreement",
    "PAYMENT.PAYOUT": "a payout",
    "PAYMENT.REFERENCED-PAYOUT": "a payout",
    "PAYMENT.ORDER": "an order of the Payments API v1, which its payments tell of",
    "INVOICING": "an invoice",
    "CATALOG": "a product",
    "VAULT": "a saved payment method",
    "CUSTOMER": "a managed account",
    "MERCHANT": "a merchant's account",
    "IDENTITY": "an account's authorization",
}
_SHAPES = {
    "dispute_id": "a dispute",
    "plan_id": "a subscription",
    "billing_agreement_id": "a subscription's payment",
    "batch_header": "a payout",
    "invoicer": "an invoice",
    "merchant_info": "an invoice",
    "transaction_details": "a report of transactions",
    "access_token": "an access token",
    "op": "a request to change something",
}
_MARKS = {
    "seller_payable_breakdown": "refund",
    "sale_id": "refund",
    "final_capture": "capture",
    "seller_receivable_breakdown": "capture",
    "expiration_time": "authorization",
    "valid_until": "authorization",
    "payment_mode": "sale",
}
_LINK = re.compile(r"/(capture|refund|authorization|sale|checkout/order)s?/([0-9A-Za-z]{1,100})")
_FORM = re.compile(rb"(?:[\w.%-]+=[^&]*&)*(?:txn_id|txn_type|payment_status|ipn_track_id)=")
_ORDER_ID = "supplementary_data.related_ids.order_id|order_id|parent_payment"


class PayPal(Platform):
    """A Source: see `intake.ports`."""

    signature = PayPalCertificate()
    options: ClassVar = {
        "webhook_id": "the webhook's id at PayPal, which is part of what PayPal signs",
        "orders_from": '"orders" (the default), or "captures": a completed capture points to its '
        "order, for apps without CHECKOUT.ORDER webhooks",
    }

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        """See `Source.read`."""
        if _FORM.match(body[:10_000]):
            return Ignored("an Instant Payment Notification: not signed; use webhooks instead")
        return super().read(topic, body, stated)

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        listed = node.at("payments" if "payments" in node else "events")
        documents = listed.each() or (node.each() if isinstance(node.value, list) else [node])
        told = [_told(each, topic, stated) for each in documents]
        if news := [one for each in told if not isinstance(each, Ignored) for one in each]:
            return tuple(news)
        reasons = [each for each in told if isinstance(each, Ignored)]
        return reasons[0] if reasons else no_order(node, topic, "CHECKOUT.ORDER")


def _told(event: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
    """What one webhook, or one document of the API, says."""
    kind = (event.text("event_type") or topic).upper()
    node = event.at("resource") if "resource" in event else event
    for begins, what in _NO_ORDERS.items():
        if kind.startswith(begins):
            return Ignored(what)
    for name, what in _SHAPES.items():
        if node.raw(name) is not None:
            return Ignored(what)
    if kind == "CHECKOUT.PAYMENT-APPROVAL.REVERSED":
        return (_reversed(node, event, stated),)
    if node.each(UNITS) or kind.startswith("CHECKOUT.ORDER"):
        return _order(node, kind, stated)
    return _part(node, event, stated)


def _order(node: Node, kind: str, stated: Stated) -> tuple[News, ...] | Ignored:
    if "id" not in node and "status" not in node and not kind:
        return Ignored("a request to PayPal: an order that is not placed yet")
    type_ = _TYPES.get(kind, "order.updated")
    units = node.each(UNITS)
    if not units:
        return (Pointer(type=type_, source=stated.name, order_id=node.needed_key("id")),)
    order = read_order(node, stated)
    whole = all(unit.raw(payment.AMOUNT) for unit in units)
    if whole and (not kind or all(unit.raw(ITEMS) for unit in units)):
        return (OrderEvent(type=type_, order=order),)
    return (Pointer(type=type_, source=stated.name, order_id=order.id, order=order),)


def _part(node: Node, event: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    """A payment, a refund or a tracker."""
    kind = _kind(node, event)
    if kind == "refund":
        return _refund(node, event, stated)
    if kind in payment.STATES:
        return _payment(kind, node, event, stated)
    if kind == "checkout/order":
        return _minimal(node, stated)
    trackers = node.each("trackers") or [node]
    if all("transaction_id" in each for each in trackers):
        return tuple(_shipment(each, stated) for each in trackers)
    if "payment_source" in node or "amount" in node:
        return Ignored("a request to PayPal")
    return no_order(node, "", "?")


def _kind(node: Node, event: Node) -> str:
    """What a document is: as its event says, as the link to itself, or as its own fields."""
    if said := event.text("resource_type") or (_linked(node, "self") or ("",))[0]:
        return said
    return next((kind for name, kind in _MARKS.items() if name in node and "id" in node), "")


def _minimal(node: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    """A reply that leaves out all but an order's id and status."""
    if node.text("status") in ("CREATED", "PAYER_ACTION_REQUIRED"):
        return Ignored("an order that its buyer has not approved")
    return (Pointer(type="order.updated", source=stated.name, order_id=node.needed_key("id")),)


def _payment(kind: str, node: Node, event: Node, stated: Stated) -> tuple[News, ...]:
    state = node.word("status|state", payment.STATES[kind])
    above = _linked(node, "up")
    order_id = node.key(_ORDER_ID) or (above[1] if above and above[0] == "checkout/order" else None)
    if state == "paid" and order_id and stated.options.get("orders_from") == "captures":
        return (Pointer(type="payment.paid", source=stated.name, order_id=order_id),)
    authorized = above[1] if above and above[0] == "authorization" else None
    # Nothing is said of what else of the authorization will be captured.
    unsaid = state == "paid" and node.stated("final_capture") is False
    return (
        Amendment(
            type=_PAYMENTS.get(state, "order.updated"),
            source=stated.name,
            order_id=order_id,
            reference=node.key("supplementary_data.related_ids.authorization_id")
            or authorized
            or node.needed_key("id"),
            at=_at(node, event),
            payment=None if unsaid else state,
        ),
    )


def _refund(node: Node, event: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    refund, above = payment.read_refund(node), _linked(node, "up")
    if refund is None:
        return Ignored("a refund that is not completed, or whose amount is not told")
    captured = node.key("supplementary_data.related_ids.capture_id|capture_id|sale_id")
    return (
        Amendment(
            type="order.refunded",
            source=stated.name,
            order_id=node.key(_ORDER_ID),
            reference=captured
            or (above[1] if above else None)
            or node.needed_key("parent_payment"),
            at=_at(node, event),
            refunded=_all_refunded(node),
            refunds=(refund,),
        ),
    )


def _all_refunded(node: Node) -> Decimal | None:
    found = node.money(
        "seller_payable_breakdown.total_refunded_amount.value|total_refunded_amount.value"
    )
    return None if found is None else abs(found)


def _reversed(node: Node, event: Node, stated: Stated) -> News:
    """PayPal took the buyer's approval back before anything was captured."""
    return Amendment(
        type="payment.failed",
        source=stated.name,
        order_id=node.needed_key("order_id|id"),
        at=_at(node, event),
        payment="voided",
    )


def _shipment(tracker: Node, stated: Stated) -> News:
    parcel = read_parcel(tracker, [])
    return Amendment(
        type="shipment.delivered" if tracker.text("status") == "DELIVERED" else "shipment.created",
        source=stated.name,
        reference=tracker.needed_key("transaction_id"),
        at=tracker.moment("last_updated_time"),
        parcels=(parcel,) if parcel else (),
    )


def _at(node: Node, event: Node) -> datetime | None:
    return node.moment("update_time|create_time") or event.moment("create_time")


def _linked(node: Node, relation: str) -> tuple[str, str] | None:
    """Kind and id of what a link leads to."""
    for each in node.each("links"):
        if each.text("rel") == relation and (found := _LINK.search(each.text("href") or "")):
            return found[1], found[2]
    return None
