"""Square's webhooks and documents (https://developer.squareup.com/reference/square/webhooks).

A webhook of an order tells its id; the Orders API tells the order. Payments and refunds amend the
order of the payment: a refund's own `order_id` is that of a second order, of the return, which is
never read as an order. Square makes an order for every payment, also at the till; those send no
order webhook and are left alone, unless `orders_from = "payments"` makes payments point to their
orders. Invoices, payment links and terminal checkouts are not orders: theirs tells itself.
"""

from typing import ClassVar

from twofifty.adapters.square.money import PAYMENT_STATES, read_refund
from twofifty.adapters.square.order import read_order
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import Hashed
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Payment

_TYPES: dict[str, EventType] = {
    "order.created": "order.placed",
    "order.fulfillment.updated": "shipment.created",
}
_PAYMENTS: dict[Payment | None, EventType] = {
    "paid": "payment.paid",
    "authorized": "payment.authorized",
    "voided": "payment.failed",
}
_ORDER_HOOKS = ("order_created", "order_updated", "order_fulfillment_updated")
_PARTS = ("payment", "refund")
_NO_ORDERS = {
    "order.custom_attribute": "a custom attribute of an order",
    "terminal.": "a terminal's, whose payment or refund tells itself",
    "invoice.": "an invoice, whose order and payment tell themselves",
    "gift_card.": "a gift card",
    "customer.": "a customer",
    "catalog.": "a product",
    "inventory.": "stock",
    "subscription.": "a subscription",
    "dispute.": "a dispute",
    "payout.": "a payout",
    "booking.": "a booking",
    "loyalty.": "a loyalty programme",
    "oauth.": "an authorization that was revoked",
}
_SHAPES = {
    "checkout|checkouts": "a checkout that is not an order yet",
    "payment_link|payment_links": "a payment link, which is not an order yet",
    "invoice|invoices": "an invoice, whose order and payment tell themselves",
    "gift_card|gift_cards|gift_card_activity|gift_card_activities": "a gift card",
    "custom_attribute|custom_attributes|custom_attribute_definition|custom_attribute_definitions": (
        "a custom attribute"
    ),
    "customer.id|customers": "a customer",
    "subscription|subscriptions": "a subscription",
    "entity_id": "a webhook of version 1, which is no longer sent",
}


class Square(Platform):
    """A Source: see `intake.ports`."""

    signature = Hashed(header="x-square-hmacsha256-signature", with_url="before")
    options: ClassVar = {
        "orders_from": '"orders" (the default), or "payments": a payment points to its order, so '
        "that sales at the till are read too",
    }

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        topic = node.text("type") or topic
        found = node.at("data.object") if "data" in node else node
        for name in _ORDER_HOOKS:
            if name in found:
                return (_pointer(found.at(name), topic, stated),)
        if entries := node.each("order_entries"):
            return tuple(_pointer(each, topic, stated) for each in entries)
        if reason := _reason(found, topic):
            return Ignored(reason)
        if orders := _orders(found, node):
            return _placed(orders, topic, stated)
        parts = [(kind, each) for kind in _PARTS for each in _listed(found, kind)]
        told = [_part(kind, each, stated) for kind, each in parts]
        if news := tuple(each for each in told if not isinstance(each, Ignored)):
            return news
        ignored = [each for each in told if isinstance(each, Ignored)]
        return ignored[0] if ignored else no_order(node, topic, "order.")


def _reason(found: Node, topic: str) -> str | None:
    for begins, what in _NO_ORDERS.items():
        if topic.startswith(begins):
            return what
    if "order" in found and "checkout" not in found:
        return None
    return next((what for path, what in _SHAPES.items() if found.raw(path) is not None), None)


def _listed(found: Node, kind: str) -> list[Node]:
    return [found.at(kind)] if found.raw(kind) is not None else found.each(f"{kind}s")


def _orders(found: Node, node: Node) -> list[Node]:
    """Orders, each with what the shop's dialogue laid beside it (`customer`, `payments`)."""
    if "order" in found:
        return [found]
    if "orders" in found:
        return [Node({"order": each.value}) for each in found.each("orders")]
    listed = node.each() if isinstance(node.value, list) else [node]
    bare = bool(listed) and all("line_items" in each or "total_money" in each for each in listed)
    whole = bare and all("payment_id" not in each and "source_type" not in each for each in listed)
    return [Node({"order": each.value}) for each in listed] if whole else []


def _placed(orders: list[Node], topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
    kept = [each for each in orders if not _is_return(each.at("order"))]
    if not kept:
        return Ignored("the order of a return, whose refund tells itself")
    kept = [each for each in kept if "id" in each.at("order")]
    if not kept:
        return Ignored("a calculation: there is no such order yet")
    kind = _TYPES.get(topic, "order.updated")
    return tuple(_told(each, kind, stated) for each in kept)


def _told(node: Node, kind: EventType, stated: Stated) -> News:
    """The order; an extract of one, which states no total, only says which to ask for."""
    if node.raw("order.total_money") is None:
        named = node.at("order").needed_key("id")
        return Pointer(type=kind, source=stated.name, order_id=named)
    return OrderEvent(type=kind, order=read_order(node, stated))


def _is_return(order: Node) -> bool:
    return bool(order.each("returns")) and not order.each("line_items")


def _pointer(node: Node, topic: str, stated: Stated) -> Pointer:
    kind = _TYPES.get(topic, "order.updated")
    if node.text("state") == "CANCELED":
        kind = "order.cancelled"
    return Pointer(type=kind, source=stated.name, order_id=node.needed_key("order_id"))


def _part(kind: str, node: Node, stated: Stated) -> News | Ignored:
    if "device_id" in node or "deadline_duration" in node:
        return Ignored(_NO_ORDERS["terminal."])
    return _payment(node, stated) if kind == "payment" else _refund(node, stated)


def _payment(node: Node, stated: Stated) -> News | Ignored:
    order_id = node.key("order_id")
    state = node.word("status", PAYMENT_STATES)
    if state == "failed":
        return Ignored("an attempt to pay that failed: the order waits")
    kind = _PAYMENTS.get(state, "order.updated")
    if order_id and stated.options.get("orders_from") == "payments":
        return Pointer(type=kind, source=stated.name, order_id=order_id)
    return Amendment(
        type=kind,
        source=stated.name,
        order_id=order_id,
        reference=node.needed_key("id"),
        at=node.moment("updated_at|created_at"),
        payment=_refunded(node) or state,
        refunded=node.minor("refunded_money.amount", node.currency("refunded_money.currency"))
        if node.raw("refunded_money.amount")
        else None,
    )


def _refunded(node: Node) -> Payment | None:
    """A payment stays completed when its money went back: its amounts tell."""
    back, whole = node.money("refunded_money.amount"), node.money("total_money.amount")
    if not back or whole is None:
        return None
    return "refunded" if back >= whole else "partially_refunded"


def _refund(node: Node, stated: Stated) -> News | Ignored:
    refund = read_refund(node)
    if refund is None:
        return Ignored(f"a refund that is {(node.text('status') or 'not completed').lower()}")
    if node.true("unlinked"):
        return Ignored("a refund of no payment: it belongs to no order")
    return Amendment(
        type="order.refunded",
        source=stated.name,
        reference=node.needed_key("payment_id|tender_id"),
        at=node.moment("updated_at|created_at"),
        refunds=(refund,),
    )
