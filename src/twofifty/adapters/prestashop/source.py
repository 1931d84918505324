"""PrestaShop's webservice (https://devdocs.prestashop-project.org/9/webservice/) and hook modules.

A document is XML or JSON: one resource, a list of them, one of CloudSync's collections, or what
`shop.py` makes of an order and all that it only has numbers for (its customer, currency, addresses,
state). PrestaShop itself sends no webhooks; a module that does may send any of these, what a hook
is given, or an order's number. An order with its currency and its customer is whole; one without
them points to itself. A tracking number and a credit slip amend their order; a row, a payment, an
invoice and a change of state point to it.
"""

from collections.abc import Mapping
from typing import ClassVar

from twofifty.adapters.prestashop import tree
from twofifty.adapters.prestashop.order import (
    is_whole,
    moment,
    read_order,
    read_parcel,
    read_refund,
)
from twofifty.intake import loose, signature
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Stated
from twofifty.intake.xml_tree import looks_like_xml
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer

_TYPES: tuple[tuple[str, EventType], ...] = (
    ("validateorder", "order.placed"),
    ("neworder", "order.placed"),
    ("order.created", "order.placed"),
    ("cancel", "order.cancelled"),
    ("orderslip", "order.refunded"),
    ("refund", "order.refunded"),
    ("paymentconfirmation", "payment.paid"),
    ("tracking", "shipment.created"),
    ("shipped", "shipment.created"),
)
_PARTS = (
    "order_detail",
    "order_history",
    "order_invoice",
    "order_payment",
    "order_cart_rule",
    "order_carrier",
    "order_slip",
)
_MARKS = ("total_paid", "total_paid_tax_incl", "reference", "id_cart", "id_order", "current_state")
_OTHERS = {
    **dict.fromkeys(_PARTS, "an empty list"),
    "customer": "a customer",
    "product": "a product",
    "cart": "a cart, not an order yet",
    "address": "an address",
    "order_state": "a state that orders may have",
    "carrier": "a carrier",
    "message": "a message",
    "errors": "an error of the webservice",
}
_COLLECTIONS = {"orders": "order", "order_status_history": "order_history"} | {
    f"{name}s": name for name in _PARTS
}
_ENVELOPES = "prestashop|data|payload|body|params"
_NUMBERED = {"id", "attrs", "@attributes", "value"}
_REFERENCE = "order_reference|reference"


class PrestaShop(Platform):
    """A Source: see `intake.ports`."""

    signature = signature.Any(
        signature.Hashed("x-webhook-signature", form="hex"),
        signature.Token("authorization", prefix="Bearer "),
        signature.Basic(),
        signature.Token("x-webhook-token", query="token"),
    )
    options: ClassVar[Mapping[str, str]] = {
        "currency": "for orders that only have their currency's number: EUR, or 1=EUR,2=USD",
        "username": "the user name of basic authentication",
    }

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        """See `Source.read`. What starts like XML is XML."""
        if not looks_like_xml(body):
            return super().read(topic, body, stated)
        document = tree.tree(body)
        return loose.usable(document, lambda: self.news(Node(document), topic, stated))

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        if isinstance(node.value, list) and node.value:
            return self._each(node, topic, stated)
        root = node.at(_ENVELOPES) or node
        said = node.text("hook|event|action|topic|type") or topic
        if orders := _orders(root):
            news = (_order(each, _type(said), stated) for each in orders)
            return tuple(filter(None, news)) or Ignored("no order in it: an empty form of one")
        if parts := _parts(root, stated):
            return parts
        if order_id := root.key("id_order|order_id|orderId"):
            return (Pointer(type=_type(said), source=stated.name, order_id=order_id),)
        nothing = no_order(root, said, "actionValidateOrder")
        what = next((word for name, word in _OTHERS.items() if _named(root, name)), None)
        return Ignored(f"no order in it: {what}") if what else nothing

    def _each(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        """The news of everything in a list."""
        told = [self.news(_collected(each), topic, stated) for each in node.each()]
        news = tuple(one for said in told if not isinstance(said, Ignored) for one in said)
        return news or next((said for said in told if isinstance(said, Ignored)), _NOTHING)


_NOTHING = Ignored("no order in it")


def _collected(item: Node) -> Node:
    """One of CloudSync's with the name that the webservice has for it; what was deleted is none."""
    if "collection" not in item:
        return item
    name = _COLLECTIONS.get(item.text("collection") or "")
    known = name and item.text("action") != "deleted"
    return Node({name: item.raw("properties")} if known else {})


def _parts(root: Node, stated: Stated) -> tuple[News, ...]:
    listed = [(name, each) for name in _PARTS for each in _each(root, name)]
    return tuple(one for name, each in listed if (one := _part(name, each, stated)))


def _orders(root: Node) -> list[Node]:
    """Every order, as an object that has it under `order` and what is known besides around it."""
    if _is_order(root):
        return [Node({"order": root.value})]
    one = root.raw("order|objOrder")
    listed = root.at("orders.order|orders")
    several = [listed] if "attrs" in listed else listed.each()
    found = [
        Node(_beside(root) | {"order": one}),
        *(Node({"order": each.value}) for each in several),
    ]
    return [each for each in found if _is_mine(each.at("order"))]


def _beside(root: Node) -> dict[str, object]:
    return {name: each.value for name, each in root.pairs("")}


def _is_mine(order: Node) -> bool:
    """Whether it is one of PrestaShop's, or no more than the number of one."""
    if not isinstance(order.value, dict):
        return isinstance(order.value, str | int) and bool(order)
    return any(name in order for name in _MARKS) or set(order.value) <= _NUMBERED


def _type(said: str) -> EventType:
    words = said.lower().replace("_", "")
    return next((kind for word, kind in _TYPES if word in words), "order.updated")


def _is_order(node: Node) -> bool:
    return "total_paid" in node or "total_paid_tax_incl" in node


def _order(node: Node, kind: EventType, stated: Stated) -> News | None:
    """`node` has an order under that name, and around it what is known besides. One without a
    number is a form for one (`?schema=blank`)."""
    path = "order.id|order.id_order|order.attrs.id|order.@attributes.id"
    number = node.key(path if isinstance(node.raw("order"), dict) else "order")
    reference = node.key("order.reference")
    if number is None and reference is None:
        return None
    order = read_order(node, stated) if number and _is_order(node.at("order")) else None
    if order is None:
        return Pointer(type=kind, source=stated.name, order_id=number or f"#{reference}")
    if is_whole(order):
        return OrderEvent(type=kind, order=order)
    return Pointer(type=kind, source=stated.name, order_id=order.id, order=order)


def _plural(name: str) -> str:
    return name[:-1] + "ies" if name.endswith("y") else name + "s"


def _named(node: Node, name: str) -> bool:
    return name in node or _plural(name) in node or f"{name}es" in node


def _each(node: Node, name: str) -> list[Node]:
    """The one of that name, or those in the list of its plural."""
    one = node.at(name)
    return [one] if isinstance(one.value, dict) else node.each(_plural(name))


def _part(name: str, node: Node, stated: Stated) -> News | None:
    """The news of one thing that belongs to an order. `#` before an id says that it is the order's
    reference. Raises Unreadable."""
    order_id = node.key("id_order")
    if order_id is None:
        reference = node.key(_REFERENCE)
        return _pointer(f"#{reference}", stated) if reference else None
    at = moment(node, "date_upd|date_add", stated)
    if name == "order_slip" and (refund := read_refund(node, stated)):
        return Amendment(
            type="order.refunded",
            source=stated.name,
            order_id=order_id,
            at=at,
            refunds=(refund,),
        )
    if name == "order_carrier" and node.text("tracking_number"):
        return Amendment(
            type="shipment.created",
            source=stated.name,
            order_id=order_id,
            parcels=(read_parcel(node, {}),),
        )
    return _pointer(order_id, stated)


def _pointer(order_id: str, stated: Stated) -> Pointer:
    return Pointer(type="order.updated", source=stated.name, order_id=order_id)
