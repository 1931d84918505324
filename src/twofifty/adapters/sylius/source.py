"""Sylius' orders (https://docs.sylius.com/sylius-2/the-book/orders; API v2 and v1).

Sylius sends no webhooks of its own: a listener in the shop posts `{"name": EVENT, "data": ...}`,
signed as the page on connecting it shows. `data` is an order as the API writes it, a payment or a
shipment that links to one, or only a token, by which the API is asked. An order whose customer is
a mere link points to the API, too. Carts are left alone.
"""

from collections.abc import Iterator

from twofifty.adapters.sylius.document import camel, last
from twofifty.adapters.sylius.money import TOTAL
from twofifty.adapters.sylius.order import CURRENCY, is_shipped, parcels, read_order
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import Any, Hashed, Token
from twofifty.intake.wrapping import opened
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer

_TYPES: dict[str, EventType] = {
    "order.completed": "order.placed",
    "order.created": "order.placed",
    "order.placed": "order.placed",
    "order.paid": "payment.paid",
    "order.cancelled": "order.cancelled",
    "order.shipped": "shipment.created",
    "order.refunded": "order.refunded",
    "payment.completed": "payment.paid",
    "payment.refunded": "order.refunded",
    "shipment.shipped": "shipment.created",
}
_TYPES_OF_PARTS = ("Payment", "Shipment", "OrderItem", "Adjustment", "Refund")
_KINDS = {
    "customers": "a customer",
    "products": "a product",
    "product-variants": "a product",
    "payments": "a payment that does not name its order",
    "shipments": "a shipment that does not name its order",
    "adjustments": "a charge or discount, whose order tells itself",
    "order-items": "a line of an order or a cart",
    "addresses": "an address",
    "payment-methods": "a way of paying",
    "shipping-methods": "a way of shipping",
    "promotions": "a promotion",
    "channels": "a channel",
}
_ENVELOPES = (
    *("data", "payload", "order", "orders", "hydra:member", "member", "_embedded", "items"),
    *("body", "json", "object", "request", "response", "result", "results", "detail", "message"),
)
_CART = "a cart that is not an order yet"


class Sylius(Platform):
    """A Source: see `intake.ports`."""

    signature = Any(
        Hashed(header="x-sylius-signature", form="hex", prefix="sha256=", prefix_optional=True),
        Token(header="authorization", prefix="Bearer "),
    )
    topic_header = "x-sylius-event"
    event_header = "x-sylius-event-id"

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        found = [
            (each, _event(carrier) or topic.removeprefix("sylius."))
            for carrier in opened(camel(node.value), _ENVELOPES, _is_carrier)
            for each in _found(carrier)
        ]
        told = [_told(each, event, stated) for each, event in found]
        if news := tuple(each for each in told if each and not isinstance(each, Ignored)):
            return news
        ignored = next((each for each in told if isinstance(each, Ignored)), None)
        event = next((event for _, event in found), topic)
        return ignored or no_order(node, event, "order.")


def _event(carrier: Node) -> str:
    """The event that an object is about; '' where it names none."""
    said = carrier.text("name|event|type") or ""
    return said.removeprefix("sylius.") if "." in said and " " not in said else ""


def _is_carrier(node: Node) -> bool:
    return bool(_event(node)) or _is_one(node)


def _found(carrier: Node) -> Iterator[Node]:
    """The resources of a document. A part of an order may hold the order that it is of."""
    is_part = _event(carrier).startswith(("payment.", "shipment."))
    words = tuple(word for word in _ENVELOPES if not (is_part and word == "order"))
    return opened(carrier.value, words, _is_one)


def _is_one(node: Node) -> bool:
    is_part = node.text("@type") in _TYPES_OF_PARTS
    return is_part or _is_order(node) or "tokenValue" in node


def _is_order(node: Node) -> bool:
    part = node.text("@type") in _TYPES_OF_PARTS
    return not part and node.raw(TOTAL) is not None and node.raw(CURRENCY) is not None


def _told(each: Node, event: str, stated: Stated) -> News | Ignored | None:
    kind = _TYPES.get(event, "order.updated")
    if _is_order(each):
        if _is_cart(each):
            return Ignored(_CART)
        order = read_order(each, stated)
        if _is_whole(each):
            return OrderEvent(type=kind, order=order)
        return Pointer(type=kind, source=stated.name, order_id=order.id, order=order)
    return _part(each, event, stated)


def _is_cart(each: Node) -> bool:
    """Whether it is not placed yet. Of Sylius 0.x only `completedAt` says that it is."""
    in_checkout = each.text("checkoutState") not in (None, "completed")
    return each.text("state") == "cart" or (in_checkout and each.raw("completedAt") is None)


def _is_whole(each: Node) -> bool:
    """Whether it has all that a mail needs: goods, and who it is for."""
    goods = "items" in each and all("quantity" in item for item in each.each("items"))
    people = (each.at("customer"), each, each.at("user"))
    return goods and any("email" in person for person in people)


def _part(each: Node, event: str, stated: Stated) -> News | Ignored | None:
    token = _token(each, event)
    if token is None or each.text("state") == "cart":
        reason = _CART if token else _reason(each)
        return Ignored(reason) if reason else None
    kind = _TYPES.get(event, "order.updated")
    if not (_is_shipment(each, event) and is_shipped(each)):
        return Pointer(type=kind, source=stated.name, order_id=token)
    return Amendment(
        type="shipment.created",
        source=stated.name,
        order_id=token,
        at=each.moment("updatedAt|shippedAt"),
        parcels=tuple(parcels(Node({"shipments": [each.value]}))),
    )


def _token(each: Node, event: str) -> str | None:
    """The token of the order that it is, or links to."""
    link = last(each.text("order.@id|order"))
    found = each.key("tokenValue|orderToken|orderTokenValue|order.tokenValue") or loose.key(link)
    if found or not (event.startswith("order.") or "/orders/" in (each.text("@id") or "")):
        return found
    return loose.key(last(each.text("@id"))) or each.key("id")


def _is_shipment(each: Node, event: str) -> bool:
    return each.text("@type") == "Shipment" or event.startswith("shipment.")


def _reason(each: Node) -> str | None:
    """What it is by its link, `/api/v2/admin/customers/1`."""
    words = (each.text("@id") or "").split("/")
    return next((_KINDS[word] for word in words if word in _KINDS), None)
