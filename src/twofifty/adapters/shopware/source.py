"""Shopware 6's webhooks (https://developer.shopware.com/docs/guides/plugins/apps/lifecycle/webhook).

Events of an order (`checkout.order.placed`, `state_enter.order...`) carry it, with the associations
that the event loads; where lines, currency or total are missing, the state that was entered amends
the order, and every other event points to it. `order.written` and the like carry ids only. An order
that is being changed in the administration is a version of its own, and none until it is saved.
A request to a payment app carries the order too, which is the same one.

An app's webhooks are signed with its shop's secret; those that the Admin API registers without an
app are not signed at all, and carry the secret in their URL.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from twofifty.adapters.shopware.jsonapi import is_document, plain
from twofifty.adapters.shopware.order import FULFILLMENT, PAYMENT, QUANTITY, read_order
from twofifty.intake import loose, signature
from twofifty.intake.carried import ENVELOPES, unfolded
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Hook, Stated
from twofifty.intake.wrapping import opened
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer

LIVE = "0fa91ce3e96a4bc2be4bd9ce752c3425"
_TYPES: Mapping[str, EventType] = {
    "checkout.order.placed": "order.placed",
    "state_enter.order.state.cancelled": "order.cancelled",
    "state_enter.order_transaction.state.authorized": "payment.authorized",
    "state_enter.order_transaction.state.paid": "payment.paid",
    "state_enter.order_transaction.state.failed": "payment.failed",
    "state_enter.order_transaction.state.refunded": "order.refunded",
    "state_enter.order_transaction.state.refunded_partially": "order.refunded",
    "state_enter.order_delivery.state.shipped": "shipment.created",
    "state_enter.order_delivery.state.shipped_partially": "shipment.created",
    "state_enter.order_delivery.state.delivered": "shipment.delivered",
}
# What an attempt to pay came to says nothing of the others, nor does a delivery that did not leave.
_OF_ONE = ("open", "unconfirmed", "in_progress", "reminded", "cancelled", "failed")
# The parts of an order whose own id finds it.
PARTS = {
    "order_address": "addresses.id",
    "order_transaction": "transactions.id",
    "order_delivery": "deliveries.id",
    "order_line_item": "lineItems.id",
}
# Where an event that does not carry its order names it.
_NAMED = "orderId|orderTransaction.orderId|orderDelivery.orderId|0.orderId"
_PROMISED = ("checkout.order.", "state_enter.order")
# Listed by the Store API as `elements`; a request to an app carries its `order`.
_ENVELOPES = (*ENVELOPES, "orders", "elements", "order")
_SHAPES = {
    "orderNumber|orderDateTime": "an order without an id: a draft, or an answer without it",
    "customerNumber|lastName|street|addresses": "a customer, or an address",
    "shippingDateLatest|shippingOrderAddress|trackingCodes": "a delivery, without its order",
    "paymentMethodId|amount.totalPrice": "a payment, without its order",
    "unitPrice|productId": "a line of an order, without the order",
    "moduleTypes|conditions": "a rule",
    "ids": "a button of the administration",
}


class Shopware(Platform):
    """A Source: see `intake.ports`."""

    signature = signature.Any(signature.ShopwareSigned(), signature.Token(query="token"))

    def event_id(self, hook: Hook) -> str | None:
        """None: the content decides. `source.eventId` is the same on every try, but each has its
        own `timestamp`, and an id with other content would be a conflict. The same order, the same
        state or the same pointer twice changes nothing."""
        return None

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        found = opened(unfolded(node.value, _is_itself), _ENVELOPES, _is_itself)
        read = [_read(each, stated) for each in found]
        if news := tuple(one for each in read if isinstance(each, tuple) for one in each):
            return news
        silent = [each for each in read if isinstance(each, Ignored)]
        return silent[0] if silent else no_order(node, topic, "checkout.order.")


def _is_itself(node: Node) -> bool:
    """What is opened no further: a webhook, JSON:API, an order, or what an order is made of."""
    told = isinstance(node.raw("data.event"), str) or is_document(node)
    return told or _is_order(node) or _shape(node) is not None


def _shape(node: Node) -> Ignored | None:
    """What a document is that is no order."""
    shapes = _SHAPES.items()
    return next((Ignored(what) for path, what in shapes if node.raw(path) is not None), None)


def _read(node: Node, stated: Stated) -> tuple[News, ...] | Ignored | None:
    """The news of one webhook or document. Raises Unreadable."""
    if event := node.text("data.event"):
        return _told(node.at("data.payload"), event, stated, node.seconds("timestamp"))
    found = plain(node).each("data") if is_document(node) else [node]
    orders = [each for each in found if _is_order(each)]
    if orders:
        return _placed(orders, "order.updated", stated)
    return next((what for each in found if (what := _shape(each))), None)


def _is_order(node: Node) -> bool:
    marks = ("orderCustomer", "price", "lineItems", "orderDateTime", "salesChannelId")
    known = "orderNumber" in node and any(mark in node for mark in marks)
    return "id" in node and (known or node.text("apiAlias") == "order")


def _told(
    payload: Node, event: str, stated: Stated, at: datetime | None
) -> tuple[News, ...] | Ignored:
    if event.startswith("state_leave."):
        return Ignored("a state that was left; the one that was entered tells itself")
    if isinstance(payload.value, list) and "primaryKey" in payload.at("0"):
        return _written(payload.each(), event, stated)
    if not event.startswith(_PROMISED):
        return Ignored(f"{event[:80]}: no news of an order")
    order = payload.at("order") or payload.at("0") or payload
    if "id" not in order and (order_id := payload.key(_NAMED)):
        kind = _TYPES.get(event, "order.updated")
        return (Pointer(type=kind, source=stated.name, order_id=order_id),)
    if "id" not in order:
        return no_order(payload, event, event)
    if not _is_whole(order) and (amendment := _entered(order, event, stated, at)):
        return (amendment,)
    return _placed([order], _TYPES.get(event, "order.updated"), stated)


def _written(entries: list[Node], event: str, stated: Stated) -> tuple[News, ...] | Ignored:
    """Ids of what was written; one order once."""
    found: dict[str, EventType] = {}
    for each in entries:
        if order_id := _pointed(each, event):
            placed = each.text("operation") == "insert" and ":" not in order_id
            found[order_id] = "order.placed" if placed else found.get(order_id, "order.updated")
    if not found:
        return Ignored(f"{event[:80]}: nothing was written that an order is made of")
    return tuple(
        Pointer(type=kind, source=stated.name, order_id=order_id)
        for order_id, kind in found.items()
    )


def _pointed(entry: Node, event: str) -> str | None:
    """What finds the order that something was written of; None: there is none, or not yet."""
    key = entry.key("primaryKey.id") or entry.key("primaryKey")
    version = entry.text("versionId|primaryKey.versionId") or LIVE
    if entry.text("operation") == "delete" or key is None or version != LIVE:
        return None
    entity = entry.text("entity") or event.partition(".")[0]
    if entity == "order":
        return key
    return f"{entity}:{key}" if entity in PARTS else None


def _placed(orders: list[Node], kind: EventType, stated: Stated) -> tuple[News, ...] | Ignored:
    saved = [each for each in orders if (each.text("versionId") or LIVE) == LIVE]
    if not saved:
        return Ignored("a change of an order that is not saved yet")
    return tuple(_one(each, kind, stated) for each in saved)


def _is_whole(order: Node) -> bool:
    """Whether everything was loaded that a confirmation needs."""
    currency = order.raw("currency.isoCode|currency.shortName")
    total = order.raw("price.totalPrice|amountTotal")
    if currency is None or total is None or not _is_loaded(order, "lineItems"):
        return False
    return all(each.raw(QUANTITY) is not None for each in order.each("lineItems"))


def _is_loaded(order: Node, name: str) -> bool:
    """Null is what was not loaded; a list may be empty."""
    return loose.mapping(order.value).get(name) is not None


def _one(order: Node, kind: EventType, stated: Stated) -> News:
    order_id = order.needed_key("id")
    if not _is_whole(order):
        return Pointer(type=kind, source=stated.name, order_id=order_id)
    read = read_order(order, stated)
    if not _is_loaded(order, "transactions"):
        return Pointer(type=kind, source=stated.name, order_id=order_id, order=read)
    cancelled = read.state.cancelled_at is not None
    return OrderEvent(type="order.cancelled" if cancelled else kind, order=read)


def _entered(order: Node, event: str, stated: Stated, at: datetime | None) -> Amendment | None:
    """The state that an event is called after; None where that is not all."""
    entity, _, state = event.removeprefix("state_enter.").partition(".state.")
    amendment = Amendment(
        type=_TYPES.get(event, "order.updated"),
        source=stated.name,
        order_id=order.needed_key("id"),
        at=at,
    )
    if entity == "order" and state == "cancelled" and at:
        return replace(amendment, cancelled_at=at)
    if entity == "order_transaction" and state in PAYMENT and state not in _OF_ONE:
        return replace(amendment, payment=PAYMENT[state])
    if entity == "order_delivery" and state in FULFILLMENT and state not in _OF_ONE:
        return replace(amendment, fulfillment=FULFILLMENT[state])
    return None
