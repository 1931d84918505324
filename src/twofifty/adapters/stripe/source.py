"""Stripe's webhook events and API objects (https://docs.stripe.com/api/events/types).

A shop's orders are its completed Checkout Sessions, Payment Links included. The same sale also
brings a PaymentIntent, charges and often an invoice: these tell how the order's payment stands and
never are orders themselves, or customers would be told twice. A shop without Checkout says
`orders_from = "payment_intent"` or `"invoice"`; then only those are orders.

A session in an event has no line items: it points to the API and carries what it has (before
2020 not even a total). An event is known by its content, not by its id: `pending_webhooks` in it
may change from one try to the next, which must not look like two contents of one event, and the
Dashboard's test events share an id.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar

from twofifty.adapters.stripe.checkout import read_session
from twofifty.adapters.stripe.invoice import read_invoice
from twofifty.adapters.stripe.legacy import legacy_news
from twofifty.adapters.stripe.payment import charge_news, intent_news, refund_news
from twofifty.adapters.stripe.told import TYPES, Told
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.signature import Stamped
from twofifty.order.events import Ignored, News, OrderEvent, Pointer
from twofifty.order.model import Order

_OBJECTS = {
    "checkout": "checkout.session",
    "payment_intent": "payment_intent",
    "invoice": "invoice",
}
_PAYMENTS = ("payment_intent", "charge", "payments")


class Stripe(Platform):
    """A Source: see `intake.ports`."""

    signature = Stamped(header="stripe-signature")
    options: ClassVar[Mapping[str, str]] = {
        "orders_from": "which objects are orders: checkout (default), payment_intent or invoice",
        "number": "the field with the order's number: client_reference_id, or metadata.NAME",
        "account": "the connected account (acct_...) that a platform asks for",
    }

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        if "detail-type" in node:
            node = node.at("detail")
        if "related_object" in node:
            return _thin(node, Told(stated, (node.text("type") or "").removeprefix("v1.")))
        if isinstance(node.value, list) or node.text("object") in ("list", "search_result"):
            return self._of_all(node.each("" if isinstance(node.value, list) else "data"), stated)
        if not isinstance(node.raw("data.object"), dict):
            return _read(node, topic, Told(stated, topic))
        told = Told(stated, node.text("type") or topic, node.seconds("created"))
        return _read(node.at("data.object"), topic, told)

    def _of_all(self, nodes: list[Node], stated: Stated) -> tuple[News, ...] | Ignored:
        read = [self.news(each, "", stated) for each in nodes]
        news = tuple(each for one in read if not isinstance(one, Ignored) for each in one)
        silent = [one for one in read if isinstance(one, Ignored)]
        return news or (silent[0] if silent else Ignored("an empty list"))


def _read(node: Node, topic: str, told: Told) -> tuple[News, ...] | Ignored:
    kind = node.text("object")
    if kind in _READERS:
        return _READERS[kind](node, told)
    if kind is None:
        return no_order(node, topic, "checkout.session.")
    return Ignored(f"{kind.replace('_', ' ').replace('.', ' ')[:60]}: no order in it")


def _thin(event: Node, told: Told) -> tuple[News, ...] | Ignored:
    """An event that only names its object."""
    kind, named = event.text("related_object.type") or "", event.key("related_object.id")
    if named is None or kind != _OBJECTS.get(told.orders_from):
        return Ignored(f"{kind[:60] or 'an event'}: no order in it")
    return (Pointer(type=told.kind, source=told.stated.name, order_id=named),)


def _session_news(node: Node, told: Told) -> tuple[News, ...] | Ignored:
    if told.orders_from != "checkout":
        return Ignored(f"a checkout session: {_elsewhere(told)}")
    if node.text("mode") == "setup":
        return Ignored("a checkout session that only stores a payment method: nothing was ordered")
    finished = told.type in TYPES or node.text("payment_status") == "paid"
    status = node.text("status") or ("complete" if finished else "open")
    if status != "complete":
        return Ignored(f"a checkout session that is {status[:20]}: nothing was ordered yet")
    if node.raw("amount_total") is None and node.raw("currency") is None:
        return (Pointer(type=told.kind, source=told.stated.name, order_id=node.needed_key("id")),)
    return _news(node, told, read_session(node, told), whole=bool(node.raw("line_items.data")))


def _invoice_news(node: Node, told: Told) -> tuple[News, ...] | Ignored:
    if told.orders_from != "invoice":
        return Ignored(f"an invoice: {_elsewhere(told)}")
    if node.text("status") == "draft" or not node.raw("id"):
        return Ignored("an invoice that is a draft or a preview: nothing is owed yet")
    paid_so = any(name in node for name in _PAYMENTS)
    whole = paid_so and bool(node.raw("lines.data"))
    return _news(node, told, read_invoice(node, told), whole=whole)


def _elsewhere(told: Told) -> str:
    return f"this source reads its orders from {told.orders_from[:40]} (orders_from)"


def _news(node: Node, told: Told, order: Order, *, whole: bool) -> tuple[News, ...]:
    """An order that lacks lines, or how it was paid, is better asked for."""
    if whole and not node.true("line_items.has_more") and not node.true("lines.has_more"):
        return (OrderEvent(type=told.kind, order=order),)
    return (Pointer(type=told.kind, source=order.source, order_id=order.id, order=order),)


_READERS: dict[str, Callable[[Node, Told], tuple[News, ...] | Ignored]] = {
    "checkout.session": _session_news,
    "payment_intent": intent_news,
    "charge": charge_news,
    "refund": refund_news,
    "invoice": _invoice_news,
    "order": legacy_news,
}
