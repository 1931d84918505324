"""Sylius' orders (https://docs.sylius.com/sylius-2/the-book/orders; API v2 and v1).

Sylius sends no webhooks of its own: a listener in the shop posts `{"name": EVENT, "data": ...}`,
signed as the page on connecting it shows. `data` is an order as the API writes it, a payment or a
shipment that links to one, or only a token, by which the API is asked. An order whose customer is
a mere link points to the API, too. Carts are left alone.
"""

from twofifty.adapters.sylius.document import camel, last
from twofifty.adapters.sylius.order import is_shipped, parcels, read_order
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import Any, Hashed, Token
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
_ENVELOPE = ("data", "payload", "order")
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
        said = node.text("name|event|type") or ""
        event = (said if "." in said else topic).removeprefix("sylius.")
        found = _found(Node(camel(node.value)))
        told = [_told(each, event, stated) for each in found]
        if news := tuple(each for each in told if each and not isinstance(each, Ignored)):
            return news
        ignored = next((each for each in told if isinstance(each, Ignored)), None)
        return ignored or no_order(node, event, "order.")


def _found(node: Node) -> list[Node]:
    """The resources of a document: of a collection, in an envelope, or itself."""
    if isinstance(node.value, list):
        return node.each()
    held = (node.at(name) for name in _ENVELOPE if isinstance(node.raw(name), dict))
    inner = node if "@type" in node or "total" in node else next(held, node)
    members = inner.each("hydra:member|member|_embedded.items|orders")
    return members or [inner]


def _told(each: Node, event: str, stated: Stated) -> News | Ignored | None:
    kind = _TYPES.get(event, "order.updated")
    is_part = each.text("@type") in _TYPES_OF_PARTS
    if not is_part and "total" in each and each.raw("currencyCode") is not None:
        if _is_cart(each):
            return Ignored(_CART)
        order = read_order(each, stated)
        if _is_whole(each):
            return OrderEvent(type=kind, order=order)
        return Pointer(type=kind, source=stated.name, order_id=order.id, order=order)
    return _part(each, event, stated)


def _is_cart(each: Node) -> bool:
    return each.text("state") == "cart" or each.text("checkoutState") not in (None, "completed")


def _is_whole(each: Node) -> bool:
    """Whether it has all that a mail needs: goods, and who it is for."""
    goods = "items" in each and all("quantity" in item for item in each.each("items"))
    return goods and isinstance(each.raw("customer"), dict) and "email" in each.at("customer")


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
    found = each.key("tokenValue|order.tokenValue") or loose.key(link)
    if found or not (event.startswith("order.") or "/orders/" in (each.text("@id") or "")):
        return found
    return loose.key(last(each.text("@id"))) or each.key("id")


def _is_shipment(each: Node, event: str) -> bool:
    return each.text("@type") == "Shipment" or event.startswith("shipment.")


def _reason(each: Node) -> str | None:
    """What it is by its link, `/api/v2/admin/customers/1`."""
    words = (each.text("@id") or "").split("/")
    return next((_KINDS[word] for word in words if word in _KINDS), None)
