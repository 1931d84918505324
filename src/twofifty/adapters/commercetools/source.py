"""commercetools' notifications (https://docs.commercetools.com/api/projects/subscriptions) and
documents.

`OrderCreated` and `OrderImported` carry the order. What an order's other messages tell absolutely
(its payment and shipment state, that it was cancelled, a parcel) amends it; every other one of an
order, a change, a payload that was too large, and the events of Checkout point to it. A payment's
message names no order: a refund amends the order of the payment, everything else points to that
(`payment:ID`). An order whose payments are named and not told points to itself, with what it has.

A call of an API extension comes before the order is kept, so it is none yet. An edit tells itself
when it is applied. Orders that were deleted were not cancelled. The origin of an import is not
told: its own date keeps what is old from being confirmed.
"""

from collections.abc import Callable
from typing import ClassVar

from msgspec.structs import replace

from twofifty.adapters.commercetools import money
from twofifty.adapters.commercetools.order import FULFILLMENT, parcels, read_order
from twofifty.intake import signature
from twofifty.intake.carried import ENVELOPES, unfolded
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.wrapping import opened
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Parcel

_PAYMENT_EVENTS: dict[str, EventType] = {
    "Paid": "payment.paid",
    "CreditOwed": "payment.authorized",
    "Failed": "payment.failed",
}
_SHIPMENT_EVENTS: dict[str, EventType] = {
    "Shipped": "shipment.created",
    "Partial": "shipment.created",
    "Delivered": "shipment.delivered",
    "Delayed": "shipment.delayed",
}
_TRANSACTIONS: dict[str, EventType] = {
    "Charge": "payment.paid",
    "Authorization": "payment.authorized",
    "Refund": "order.refunded",
}
_CHECKOUT: dict[str, EventType] = {
    "CheckoutPaymentAuthorized": "payment.authorized",
    "CheckoutPaymentCharged": "payment.paid",
    "CheckoutPaymentRefunded": "order.refunded",
    "CheckoutPaymentAuthorizationCancelled": "order.updated",
}
_WHOLE = ("OrderCreated", "OrderImported")
# GraphQL answers below the name of what was asked for.
_ENVELOPES = (
    *ENVELOPES,
    *("order", "orders", "me", "inStore", "asAssociate", "createOrderFromCart", "updateOrder"),
    *("createMyOrderFromCart", "createOrderFromQuote", "importOrder"),
)
_ITSELF = (
    "notificationType|resource.typeId|resourceType|orderState|typeId|totalPrice|payment|action"
)
_SHAPES = {
    "cartState": "a cart",
    "stagedActions|stagedAction": "an edit of an order, which tells itself when it is applied",
    "actions|action": "a change that is asked for, not an order",
    "amountPlanned": "a payment, which names no order",
    "quoteState|quoteRequestState|stagedQuoteState|quote": "a quote",
    "destination|queueUrl|connectionString|messages|uri|projectId": "a subscription",
    "cartPredicate": "a discount",
    "paymentInterface": "a way of paying that was kept",
    "payloadType": "a payload that was left out, without what it is of",
    "totalPrice|customLineItems": "an order to be imported, which has no id yet",
    "cart|payment": "what an event of Checkout carries, without the event",
    "validationUrl": "Event Grid asks for a confirmation: open the validationUrl once",
    "SubscribeURL": "Amazon SNS asks for a confirmation: open the SubscribeURL in it once",
}


class Commercetools(Platform):
    """A Source: see `intake.ports`."""

    signature = signature.Any(
        signature.Token("x-webhook-token", query="token"),
        signature.Basic(),
        signature.SnsSigned(),
    )
    options: ClassVar = {
        "auth_url": "where tokens are made; told by api_url where it is https://api.REGION...",
        "topic_arn": "the SNS topic, where messages come through one",
        "username": "the user name of basic authentication",
    }
    event_header = "x-amz-sns-message-id"

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        found = opened(unfolded(node.value, _is_itself), _ENVELOPES, _is_itself)
        read = [_read(each, stated) for each in found]
        if news := tuple(each for each in read if not isinstance(each, Ignored | None)):
            return news
        silent = [each for each in read if isinstance(each, Ignored)]
        return silent[0] if silent else no_order(node, topic, "Order")


def _is_itself(node: Node) -> bool:
    """A message carries `order` or `data` as its own; so does an order its address's `message`."""
    return bool(node.raw(_ITSELF))


def _read(node: Node, stated: Stated) -> News | Ignored | None:
    """The news of one notification or document. Raises Unreadable."""
    if node.text("notificationType") == "Event" or "resourceType" in node:
        return _checked_out(node, stated)
    kind = node.text("resource.typeId")
    if "notificationType" in node or (kind and node.raw("sequenceNumber|type") is not None):
        return _notified(node, kind, stated)
    if _is_order(node):
        return _documented(node, "order.updated", stated)
    return _referring(node, kind, stated) if kind else _other(node)


def _referring(node: Node, kind: str, stated: Stated) -> News | Ignored | None:
    """A document about a resource that is no notification."""
    if "action" in node:
        return Ignored("a call of an API extension, before anything is kept; use a subscription")
    if node.text("result.type") == "Applied" and kind == "order":
        return _pointer("order.updated", node.needed_key("resource.id"), stated)
    return _other(node)


def _other(node: Node) -> Ignored | None:
    return next((Ignored(what) for path, what in _SHAPES.items() if node.raw(path)), None)


def _is_order(node: Node) -> bool:
    """Of the API, or of GraphQL, which tells what it was asked for. A draft has no date yet."""
    if node.raw("id") is None or "cartState" in node:
        return False
    named = "Order" in (node.text("type"), node.text("__typename"))
    kept = "orderState" in node and node.raw("createdAt|lastModifiedAt|lineItems") is not None
    return named or kept or "totalPrice" in node


def _notified(node: Node, kind: str | None, stated: Stated) -> News | Ignored:
    what = node.text("type|notificationType") or ""
    if kind == "payment":
        return _paid(node, what, stated)
    if kind != "order":
        return Ignored(f"{what[:60]}: no news of an order")
    if what in _WHOLE and "order" in node:
        return _documented(node.at("order"), "order.placed", stated)
    if what in ("OrderDeleted", "ResourceDeleted"):
        return Ignored("an order was deleted, which does not cancel it")
    amendment = _amendment(node, what, stated)
    if amendment is not None:
        return amendment
    placed = what in (*_WHOLE, "ResourceCreated")
    return _pointer("order.placed" if placed else "order.updated", _order_id(node), stated)


def _documented(order: Node, kind: EventType, stated: Stated) -> News:
    """An order; what GraphQL was not asked for is told by the API."""
    if not _is_readable(order):
        return _pointer(kind, order.needed_key("id"), stated)
    read = read_order(order, stated)
    if read.state.cancelled_at:
        return OrderEvent(type="order.cancelled", order=read)
    if money.untold(order) or "lineItems" not in order:
        return Pointer(type=kind, source=stated.name, order_id=read.id, order=read)
    return OrderEvent(type=kind, order=read)


def _is_readable(order: Node) -> bool:
    """Whether it tells its total, and how many there are of its lines."""
    lines = [*order.each("lineItems"), *order.each("customLineItems")]
    price = order.raw("totalPrice.currencyCode"), order.raw("totalPrice.centAmount")
    return None not in price and all("quantity" in each for each in lines)


def _amendment(node: Node, what: str, stated: Stated) -> Amendment | None:
    """What a message tells absolutely; None where only the order does."""
    tells = _TELLS.get(what)
    changes = tells(node) if tells else {}
    if not changes:
        return None
    at = node.moment("createdAt|lastModifiedAt")
    blank = Amendment(type="order.updated", source=stated.name, order_id=_order_id(node), at=at)
    return replace(blank, **changes)


def _cancelled(node: Node) -> dict[str, object]:
    at = node.moment("createdAt|lastModifiedAt")
    cancelled = node.text("orderState") == "Cancelled" and at
    return {"type": "order.cancelled", "cancelled_at": at} if cancelled else {}


def _payment_state(node: Node) -> dict[str, object]:
    kind = _PAYMENT_EVENTS.get(node.text("paymentState") or "", "order.updated")
    found = money.stated(node)
    return {"type": kind, "payment": found} if found else {}


def _shipment_state(node: Node) -> dict[str, object]:
    kind = _SHIPMENT_EVENTS.get(node.text("shipmentState") or "", "order.updated")
    found = node.word("shipmentState", FULFILLMENT)
    return {"type": kind, "fulfillment": found} if found else {}


def _shipment(node: Node) -> dict[str, object]:
    found = _sent(node)
    return {"type": "shipment.created", "parcels": found} if found else {}


_TELLS: dict[str, Callable[[Node], dict[str, object]]] = {
    "OrderStateChanged": _cancelled,
    "OrderPaymentStateChanged": _payment_state,
    "OrderShipmentStateChanged": _shipment_state,
    "DeliveryAdded": _shipment,
    "ParcelAddedToDelivery": _shipment,
}


def _sent(node: Node) -> tuple[Parcel, ...]:
    delivery = node.at("delivery")
    if "parcel" in node:
        whole = Node({"parcels": [node.raw("parcel")], "items": delivery.raw("items")})
        return tuple(parcels(whole, left=False))
    return tuple(parcels(delivery, left=False))


def _paid(node: Node, what: str, stated: Stated) -> News | Ignored:
    """A payment's message. A refund is told whole; what else moved is told by the order."""
    transaction = node.at("transaction")
    state = transaction.text("state") or node.text("state")
    if not what.startswith("PaymentTransaction") or state is None:
        return Ignored(f"{what[:60]}: nothing was paid or given back")
    if state != "Success":
        return Ignored(f"{what[:60]}: {state.lower()[:20]}, so nothing moved")
    payment_id = node.needed_key("resource.id|paymentId")
    refund = money.refund(transaction) if transaction.text("type") == "Refund" else None
    if refund is None:
        kind = _TRANSACTIONS.get(transaction.text("type") or "", "order.updated")
        return _pointer(kind, f"payment:{payment_id}", stated)
    return Amendment(
        type="order.refunded",
        source=stated.name,
        reference=payment_id,
        at=refund.at or node.moment("createdAt"),
        refunds=(refund,),
    )


def _checked_out(node: Node, stated: Stated) -> News | Ignored:
    """An event of Checkout; one of a payment that has no order yet is none."""
    what = node.text("type") or "an event"
    order_id = node.key("data.order.id")
    if what in _CHECKOUT and order_id:
        return _pointer(_CHECKOUT[what], order_id, stated)
    return Ignored(f"{what[:60]}: no news of an order")


def _order_id(node: Node) -> str:
    return node.needed_key("resource.id|orderId")


def _pointer(kind: EventType, order_id: str, stated: Stated) -> Pointer:
    return Pointer(type=kind, source=stated.name, order_id=order_id)
