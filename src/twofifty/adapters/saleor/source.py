"""Saleor's webhooks and API (https://docs.saleor.io/developer/extending/webhooks/overview).

What a webhook carries is what its subscription asks for, in GraphQL; without one it is Saleor's own
JSON in snake case, and NOTIFY_USER brings what a mail needs. An order with its goods is read;
one that lacks them points to the API. A shipment beside an order's bare id amends it. Checkouts,
requests to payment apps and answers to staff's own mutations that name no order are left alone.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import ClassVar

from twofifty.adapters.saleor.money import currency_of, total_of
from twofifty.adapters.saleor.order import TITLE, parcels, read_order
from twofifty.intake import loose
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Hook, Stated
from twofifty.intake.signature import Any, Hashed, JwsDetached
from twofifty.intake.wrapping import opened
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer

_TYPES: dict[str, EventType] = {
    "order_created": "order.placed",
    "order_confirmation": "order.placed",
    "order_bulk_created": "order.placed",
    "order_paid": "payment.paid",
    "order_fully_paid": "payment.paid",
    "order_payment_confirmation": "payment.paid",
    "order_cancelled": "order.cancelled",
    "order_canceled": "order.cancelled",
    "order_expired": "order.cancelled",
    "order_refunded": "order.refunded",
    "order_fully_refunded": "order.refunded",
    "order_refund_confirmation": "order.refunded",
    "order_fulfilled": "shipment.created",
    "order_fulfillment_confirmation": "shipment.created",
    "order_fulfillment_update": "shipment.created",
    "fulfillment_created": "shipment.created",
    "fulfillment_approved": "shipment.created",
    "fulfillment_tracking_number_updated": "shipment.created",
}
_NO_ORDERS = {
    "checkout": "a checkout that is not an order yet",
    "draft_order_deleted": "a draft that was deleted",
    "invoice": "an invoice, whose order tells itself",
    "account": "a customer",
    "customer": "a customer",
    "product": "a product",
    "gift_card": "a gift card",
    "voucher": "a discount code",
    "sale": "a promotion",
    "promotion": "a promotion",
    "payment": "a payment, whose order tells itself",
    "transaction": "a payment, whose order tells itself",
    "order_calculate": "a question to a tax app",
    "order_filter": "a question to a shipping app",
}
_SHAPES = {
    "invoice": _NO_ORDERS["invoice"],
    "checkout|checkoutId|availablePaymentGateways|gatewayConfigs": _NO_ORDERS["checkout"],
    "giftCard": "a gift card",
    "voucher": "a discount code",
    "input|errorPolicy": "a request to Saleor, not its answer",
    "transaction|transactionEvent|pspReference|payment_id|action": _NO_ORDERS["payment"],
    "product|productVariant": "a product",
    "user": "a customer",
}
# What queues and recorders put around it.
_CARRIERS = ("body", "json", "request", "response", "result", "detail", "message")
_RECIPIENT = ("userEmail", "user_email", "email", "user")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Saleor(Platform):
    """A Source: see `intake.ports`."""

    signature = Any(JwsDetached(), Hashed(header="saleor-signature", form="hex"))
    topic_header = "saleor-event"
    options: ClassVar = {
        "unconfirmed": '"wait" (the default): an order that staff must confirm is none before; '
        '"placed": it is one at once',
    }

    def topic(self, hook: Hook) -> str:
        """Saleor before 3.0 and until 4.0 says it in `X-Saleor-Event`, too."""
        return super().topic(hook) or hook.headers.get("x-saleor-event", "").strip()[:100]

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        read = [_read(each, topic, stated) for each in opened(node.value, _CARRIERS)]
        ignored = next((each for each in read if isinstance(each, Ignored)), None)
        told = tuple(news for each in read if not isinstance(each, Ignored) for news in each)
        return told or ignored or no_order(node, _event(topic), "order_")


def _read(node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
    found, said = _opened(node)
    event = _event(said or topic)
    places = [Node(each) for each in _places(found)]
    if reason := _reason(found, event, bool(places)):
        return Ignored(reason)
    told = tuple(news for each in places for news in _told(each, event, stated))
    if places and not told:
        return Ignored("an order without its id: the query must ask for it")
    return told or no_order(node, event, "order_")


def _event(name: str) -> str:
    """`OrderFullyPaid`, `orderFullyPaid` and `ORDER_FULLY_PAID` as `order_fully_paid`."""
    return _CAPITAL.sub("_", name).lower()


def _opened(node: Node) -> tuple[Node, str]:
    """What stands within the envelope, and the event that it names."""
    event = node.text("notify_event|event.__typename|__typename") or ""
    named = (node.at(name) for name in ("payload", "data", "event"))
    found = next((each for each in named if isinstance(each.value, dict | list)), node)
    inner = loose.mapping(found.value)
    if found is not node and len(inner) == 1 and not any(_places(found)):
        (event,) = inner
        found = found.at(event)
    return found, event


def _places(found: Node) -> Iterator[dict[str, object]]:
    """Orders, each with what stands beside it (`fulfillment`, `payment`, `amount`)."""
    if isinstance(found.value, list):
        for each in found.each():
            yield from _places(each)
        return
    if found.text("type") not in (None, "Order", "Fulfillment"):
        return
    if found.raw("order") is not None or _has_goods(found):
        inside = loose.mapping(found.value)
        yield inside if "order" in found else {"order": inside}
    elif isinstance(found.raw("fulfillment.order"), dict):
        yield {"order": found.raw("fulfillment.order"), "fulfillment": found.raw("fulfillment")}
    for each in found.each("orders.edges|orders|results|edges"):
        listed = each.at("node") if "node" in each else each
        yield from _places(listed) if "order" in listed else [{"order": listed.value}]


def _has_goods(node: Node) -> bool:
    """Whether it is an order itself: of the older JSON, of the API, or the mere id of one."""
    goods = total_of(node) is not None and "lines" in node
    return goods or _kind(node) == "Order"


def _kind(node: Node) -> str:
    """What a global id is of: `T3JkZXI6MQ==` is `Order:1`."""
    try:
        plain = base64.b64decode(node.text("id") or "", validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return plain.partition(":")[0] if ":" in plain else ""


def _reason(found: Node, event: str, any_order: bool) -> str | None:
    first = next(iter(found.each()), found) if isinstance(found.value, list) else found
    named = _named(event) or _named(_event(first.text("type") or _kind(first)))
    if named and not (any_order and event.startswith("checkout_complete")):
        return named
    if any_order and found.raw("action|input|invoice") is None:
        return None
    return next((what for path, what in _SHAPES.items() if found.raw(path) is not None), None)


def _named(word: str) -> str | None:
    return next((what for begins, what in _NO_ORDERS.items() if word.startswith(begins)), None)


def _told(place: Node, event: str, stated: Stated) -> Iterator[News]:
    order = place.at("order")
    order_id = order.key("id")
    if order_id is None:
        return
    kind = _TYPES.get(event, "order.updated")
    readable = total_of(order) is not None and currency_of(order) is not None
    sent = parcels(place)
    if readable and _is_whole(order) and event != "order_refund_confirmation":
        yield OrderEvent(type=kind, order=read_order(place, event, stated))
    elif sent and not readable:
        yield Amendment(
            type="shipment.created",
            source=stated.name,
            order_id=order_id,
            at=place.moment("fulfillment.created"),
            parcels=sent,
        )
    else:
        known = read_order(place, event, stated) if readable else None
        yield Pointer(type=kind, source=stated.name, order_id=order_id, order=known)


def _is_whole(order: Node) -> bool:
    """Whether it has all that a mail needs: goods with names, and who it is for."""
    lines = order.each("lines")
    named = all(each.text(TITLE) for each in lines)
    return bool(lines) and named and any(name in order for name in _RECIPIENT)
