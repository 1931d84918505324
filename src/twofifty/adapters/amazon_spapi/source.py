"""Amazon's Selling Partner API (https://developer-docs.amazon.com/sp-api/docs/orders-api).

A notification (`ORDER_CHANGE`) tells an order's id, its state and counts, but no money: the Orders
API tells the order. Amazon delivers it to a queue of yours, so it comes here inside whatever
carried it on: records of SQS, events of EventBridge, messages of SNS. An order of the API, of
2026-01-01 or v0, is whole with its items; one of v0 alone points to itself with what it has. An
order without a total is one that Amazon has not authorized the payment of, which is told again; one
that was cancelled, for then Amazon takes the total away; or one of a listing that left it out.

Amazon's warehouses also ship orders of other shops, and Amazon buys from vendors: neither is an
order that a customer placed here. Every order has its confirmation from Amazon itself already.
"""

from collections.abc import Mapping
from typing import ClassVar

from twofifty.adapters.amazon_spapi import nonorders
from twofifty.adapters.amazon_spapi.carried import unwrapped
from twofifty.adapters.amazon_spapi.order import CANCELLED, read_order
from twofifty.adapters.amazon_spapi.v0 import as_current
from twofifty.intake import signature
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer

_POINTING = (
    "ORDER_CHANGE",
    "ORDER_STATUS_CHANGE",
    "MFN_ORDER_STATUS_CHANGE",
    "FBA_OUTBOUND_SHIPMENT_STATUS",
)
_TYPES: dict[str, EventType] = {
    "pending": "order.placed",
    "unshipped": "payment.authorized",
    "partiallyshipped": "shipment.created",
    "shipped": "shipment.created",
    "canceled": "order.cancelled",
}


class Amazon(Platform):
    """A Source: see `intake.ports`."""

    signature = signature.Any(
        signature.Token("x-webhook-token", query="token"),
        signature.Basic(),
        signature.SnsSigned(),
    )
    options: ClassVar[Mapping[str, str]] = {
        "client_id": "the application's LWA client id, which starts with amzn1.application",
        "marketplaces": "the ids of the marketplaces to list orders of, blanks between them",
        "orders_api": "2026-01-01 (default), or v0",
        "refunds": "finances: also ask the Finances API what was refunded",
        "topic_arn": "the SNS topic, where notifications come through one",
        "username": "the user name of basic authentication",
    }
    event_header = "x-amz-sns-message-id"

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        read = [_read(each, stated) for each in unwrapped(node)]
        if news := tuple(each for each in read if not isinstance(each, Ignored | None)):
            return news
        silent = [each for each in read if isinstance(each, Ignored)]
        return silent[0] if silent else no_order(node, topic, "ORDER_")


def _read(node: Node, stated: Stated) -> News | Ignored | None:
    """The news of one notification or one document of the API. Raises Unreadable."""
    if kind := node.text("NotificationType|notificationType"):
        return _notified(node.at("Payload|payload"), kind, stated)
    if "orderId" in node and ("orderItems" in node or "salesChannel" in node):
        return _documented(node, stated)
    if reason := nonorders.of_document(node):
        return Ignored(reason)
    return _documented(as_current(node), stated) if "AmazonOrderId" in node else None


def _notified(payload: Node, kind: str, stated: Stated) -> News | Ignored:
    what = next((each for _, each in payload.pairs("")), Node(None))
    if kind == "TRANSACTION_UPDATE" and what.text("TransactionType|transactionType") == "Refund":
        return _refunded(what, stated)
    if kind not in _POINTING:
        return Ignored(nonorders.of_notification(kind))
    return Pointer(
        type=what.word("Summary.OrderStatus|OrderStatus", _TYPES) or "order.updated",
        source=stated.name,
        order_id=what.needed_key("AmazonOrderId"),
    )


def _refunded(what: Node, stated: Stated) -> News | Ignored:
    for each in what.each("RelatedIdentifiers|relatedIdentifiers"):
        name = each.text("RelatedIdentifierName|relatedIdentifierName") or ""
        found = each.key("RelatedIdentifierValue|relatedIdentifierValue")
        if found and name.lower().replace("_", "") == "orderid":
            return Pointer(type="order.refunded", source=stated.name, order_id=found)
    return Ignored("a refund that names no order")


def _documented(node: Node, stated: Stated) -> News | Ignored:
    """An order of the API, in the form of 2026-01-01."""
    if (node.text("salesChannel.channelName") or "").upper() == "NON_AMAZON":
        return Ignored("an order of another shop, which Amazon only ships")
    order_id = node.needed_key("orderId")
    if node.raw("proceeds.grandTotal.amount") is None:
        return _without_a_total(node, order_id, stated)
    order = read_order(node, stated)
    kind: EventType = "order.cancelled" if order.state.cancelled_at else "order.updated"
    if order.lines:
        return OrderEvent(type=kind, order=order)
    return Pointer(type=kind, source=stated.name, order_id=order_id, order=order)


def _without_a_total(node: Node, order_id: str, stated: Stated) -> News | Ignored:
    status = (node.text("fulfillment.fulfillmentStatus") or "").upper()
    if status in CANCELLED:
        when = node.moment("lastUpdatedTime")
        return Amendment(
            type="order.cancelled",
            source=stated.name,
            order_id=order_id,
            at=when,
            payment="voided",
            cancelled_at=when,
        )
    left_out = "proceeds" not in node and not status.startswith("PENDING")
    if not status or left_out:
        return Pointer(type="order.updated", source=stated.name, order_id=order_id)
    return Ignored("an order without a total: not authorized yet, or sent for nothing")
