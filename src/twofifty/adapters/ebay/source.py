"""eBay's notifications and orders (https://developer.ebay.com/api-docs/sell/fulfillment/overview.html).

A notification of the Notification API (`ORDER_CONFIRMATION`) tells an order's id: the Fulfillment
API tells the order. The Trading API's XML is read too, an order of GetOrders whole and a platform
notification in SOAP by the order that it names. Offers, listings, messages, returns and disputes
are no orders, and neither is a buyer whose account is gone.

Platform notifications sign the time but not the content, so they are trusted by a token in the URL.
"""

from typing import ClassVar

from twofifty.adapters.ebay import challenge, trading, tree
from twofifty.adapters.ebay.order import read_order
from twofifty.intake import loose, signature
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.xml_tree import looks_like_xml
from twofifty.order.events import EventType, Ignored, News, OrderEvent, Pointer

_TYPES: dict[str, EventType] = {
    "order_confirmation": "order.placed",
    "item_marked_shipped": "shipment.created",
    "fixedpricetransaction": "order.placed",
    "auctioncheckoutcomplete": "order.placed",
    "itemmarkedpaid": "payment.paid",
    "itemmarkedshipped": "shipment.created",
}
_TOLD = "order.orderId|orderId|orderLineItem.orderId|lineItem.orderId"
_OTHERS = {
    "MARKETPLACE_ACCOUNT_DELETION": "an eBay user closed the account: erase what is kept of them",
    "AUTHORIZATION_REVOCATION": "the seller took the authorization back: make a new one",
}
_MARKS = (
    ("parcels of an order that is not named", "fulfillments fulfillmentId"),
    ("a dispute about a payment", "paymentDisputeId paymentDisputeSummaries"),
    ("a request to cancel an order", "cancelId cancelDetail cancellations"),
    ("a request to return goods", "returnId returns inquiryId caseId"),
    ("a listing or an offer", "inventoryItems offerId offers listingId itemSummaries"),
    ("money of the seller's", "transactions payouts payoutId"),
    ("an error of the API", "errors Errors"),
)


class Ebay(Platform):
    """A Source: see `intake.ports`."""

    signature = signature.Any(
        signature.EbayKey(), signature.Token("x-webhook-token", query="token")
    )
    options: ClassVar = {
        "client_id": "the application's App ID",
        "sandbox": "true: eBay's sandbox, whose orders are tests",
        "verification_token": "what eBay checks a notification URL with",
    }

    def greeted(self, hook: Hook, trust: Trust) -> bytes | None:
        """See `Greeting.greeted`."""
        return challenge.greeting(hook, trust)

    def event_id(self, hook: Hook) -> str | None:
        """None: the content decides. The `notificationId` is the same on every try, but the number
        of tries stands in the body too, and an id with other content would be a conflict. What
        points to an order only has it fetched once more."""
        return None

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        """See `Source.read`. What starts like XML is XML."""
        if not looks_like_xml(body):
            return super().read(topic, body, stated)
        document = tree.tree(body)
        return loose.usable(document, lambda: _from_trading(Node(document), stated))

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        if "notification" in node:
            return _notified(node, stated)
        if tree.is_of_trading(node):
            return _from_trading(Node(tree.of_json(node.value)), stated)
        orders = [each for each in _listed(node) if "orderId" in each and _tells(each)]
        if not orders:
            marks = (what for what, names in _MARKS if any(name in node for name in names.split()))
            return next((Ignored(what) for what in marks), no_order(node, topic, "ORDER_"))
        return tuple(_told(each, stated) for each in orders)


def _listed(node: Node) -> list[Node]:
    """Orders of a list, or one, bare or in an envelope."""
    if isinstance(node.value, list):
        return node.each()
    if isinstance(node.raw("orders"), list):
        return node.each("orders")
    inside = node.at("order|data|body|result")
    return _listed(inside) if inside and "orderId" not in node else [node]


def _tells(node: Node) -> bool:
    return any(name in node for name in ("lineItems", "pricingSummary", "orderPaymentStatus"))


def _notified(node: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    topic, data = node.text("metadata.topic") or "", node.at("notification.data")
    kind = _TYPES.get(topic.lower())
    if kind is None and data.raw(_TOLD) is None:
        known = _OTHERS.get(topic)
        return Ignored(known or f"{topic.lower()[:60] or 'a notification'}: no news of an order")
    order_id = data.needed_key(_TOLD)
    return (Pointer(type=kind or "order.updated", source=stated.name, order_id=order_id),)


def _told(node: Node, stated: Stated) -> News:
    """A whole order; one without its figures points to itself."""
    if node.raw("pricingSummary.total") is None:
        order_id = node.needed_key("orderId")
        return Pointer(type="order.updated", source=stated.name, order_id=order_id)
    order = read_order(node, stated)
    kind: EventType = "order.cancelled" if order.state.cancelled_at else "order.updated"
    if order.lines:
        return OrderEvent(type=kind, order=order)
    return Pointer(type=kind, source=stated.name, order_id=order.id, order=order)


def _from_trading(node: Node, stated: Stated) -> tuple[News, ...] | Ignored:
    """The news in a document of the Trading API, in SOAP or without."""
    if "OrderID" in node:
        return (_told(trading.as_fulfillment(node), stated),)
    inside = node.at("Envelope.Body") or node
    answer = next((each for name, each in inside.pairs("") if name != "Header"), Node(None))
    for place in (answer, inside):
        if orders := place.each("OrderArray.Order") or place.each("Order"):
            return tuple(_told(trading.as_fulfillment(each), stated) for each in orders)
        if "OrderArray" in place:
            return Ignored("an empty list")
    said = answer.text("NotificationEventName") or "a document"
    kind = _TYPES.get(said.lower(), "order.updated")
    bought = answer.each("TransactionArray.Transaction")
    ids = dict.fromkeys(filter(None, map(_containing, bought)))
    pointers = (Pointer(type=kind, source=stated.name, order_id=found) for found in ids)
    return tuple(pointers) or Ignored(f"{said}: no news of an order")


def _containing(bought: Node) -> str | None:
    """The order that a line was bought in."""
    return trading.order_id(bought.at("ContainingOrder")) or bought.key(
        "ExtendedOrderID|OrderLineItemID"
    )
