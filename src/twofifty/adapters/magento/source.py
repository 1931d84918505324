"""Magento 2 and Adobe Commerce (https://developer.adobe.com/commerce/webapi/rest/).

Magento itself sends no webhooks. Orders come as Adobe I/O Events (`data.value` of a CloudEvent),
from Adobe Commerce webhooks, from webhook modules with a template (a bare order or one in an
envelope), from the REST API (one or a list; Magento 1's too), or from GraphQL. An order without its
rows, an invoice (which may be for a part) and a tracking number point to the order; credit memos
and shipments amend it. Carts, quotes, purchase orders and returns are no orders.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import ClassVar
from urllib.parse import parse_qs

import msgspec

from twofifty.adapters.magento.graphql import as_rest, number_of
from twofifty.adapters.magento.legacy import as_second
from twofifty.adapters.magento.order import read_order
from twofifty.adapters.magento.parts import parcels, read_refund
from twofifty.adapters.magento.signed import AdobeEvents, AdobeWebhook
from twofifty.intake import signature
from twofifty.intake.node import Node
from twofifty.intake.platform import Platform, no_order
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.order.events import Amendment, EventType, Ignored, News, OrderEvent, Pointer

_TYPES: tuple[tuple[str, EventType], ...] = (
    ("cancel", "order.cancelled"),
    ("creditmemo", "order.refunded"),
    ("refund", "order.refunded"),
    ("shipment", "shipment.created"),
    ("place", "order.placed"),
    ("invoice_pay", "payment.paid"),
    ("submit", "order.placed"),
)
_ENVELOPES = (
    "data value event events body payload result object subject entity order orders orderV2 items "
    "order_data created updated invoice creditmemo creditMemo shipment customer customerOrders "
    "guestOrder guestOrderByToken placeOrder cancelOrder confirmCancelOrder "
    "requestGuestOrderCancel placeNegotiableQuoteOrder placeNegotiableQuoteOrderV2 "
    "setPaymentMethodAndPlaceOrder"
).split()
_MOST_LEVELS = 7
_ORDER = "grand_total total_due order_currency_code status_histories customer_email state".split()
_GRAPHQL = "shipments credit_memos invoices payment_methods items status".split()
_CART = "quote_currency_code orig_order_id negotiable_quote quote_id is_active".split()
_NO_ORDER = "attachments date_requested".split()
# The things of an order whose parent is the order itself, and not a shipment or a credit memo.
_ITS_OWN = ("status_history", "order_address", "order_payment")
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_REFUND = "adjustment adjustment_positive adjustment_negative creditmemo_status".split()
_SHIPMENT = "tracks packages shipment_status total_weight".split()
_CHECKOUT = (
    "quote_id quote_currency_code cart cartItem payment_methods paymentMethod addressInformation "
    "carrier_code negotiable_quote product_links"
)
_MARKS = (
    ("a cart or a checkout, not an order yet", _CHECKOUT),
    ("a comment", "attachments is_visible_on_front"),
    ("a request to return goods", "return returns rma_id date_requested"),
    ("a purchase order, which is none of the shop's yet", "purchase_orders purchase_order"),
    ("a company or its credit", "company_id credit_limit"),
    ("a place to pick up", "pickup_location_code"),
    ("a customer or an address", "group_id customer firstname address addresses"),
    ("a product", "type_id attribute_set_id"),
    ("the terms of the shop", "checkoutAgreements"),
)


class Magento(Platform):
    """A Source: see `intake.ports`."""

    signature = signature.Any(
        signature.Token("authorization", prefix="Bearer "),
        signature.Basic(),
        AdobeEvents(),
        AdobeWebhook(),
        signature.Token("x-webhook-token", query="token"),
    )
    options: ClassVar[Mapping[str, str]] = {
        "client_id": "the client id that Adobe I/O Events sends to; needed where they sign",
        "prices": "gross: show prices with tax, where the order has both; else without",
        "scope": "other scopes of Adobe IMS than those of Commerce's REST API",
        "username": "the user name of basic authentication",
    }
    topic_header = "x-adobe-event-code"
    event_header = "x-adobe-event-id"

    def greeted(self, hook: Hook, trust: Trust) -> bytes | None:
        """See `Greeting.greeted`. Adobe I/O Events wants its `challenge` back: a plain token, so
        that nobody can have anything else said here."""
        asked = parse_qs(hook.url.partition("?")[2]).get("challenge", [""])[0]
        return asked.encode() if _CHALLENGE.fullmatch(asked) else None

    def news(self, node: Node, topic: str, stated: Stated) -> tuple[News, ...] | Ignored:
        if not isinstance(node.value, dict | list):
            return Ignored("no order in it: the API's answer to a command")
        found = list(_found(_Place(node, topic, Node(None)), _MOST_LEVELS))
        if not found:
            reason = no_order(node, topic.removeprefix("com.adobe.commerce."), "observer.sales_ord")
            return _what(node) or reason
        news = [one for place in found if (one := _news(place, stated))]
        return tuple(news) or Ignored("a document that was cancelled or moved no money")


class _Place(msgspec.Struct, frozen=True):
    """An object that tells of an order, the topic nearest above it, and the customer above it."""

    node: Node
    topic: str
    owner: Node


def _found(place: _Place, levels: int) -> Iterator[_Place]:
    """Every object that tells of an order, through whatever wraps it."""
    whole = place.node.at("order")
    if _is_usable(whole) and not _has(place.node, *_REFUND, *_SHIPMENT):
        yield _Place(whole, place.topic, place.owner)
    elif _tells(place.node, place.topic):
        yield place
    elif levels and "grand_total" not in place.node:
        for inner in _inside(place):
            yield from _found(inner, levels - 1)


def _inside(place: _Place) -> Iterator[_Place]:
    """What a list, or an envelope, has in it."""
    node = place.node
    if isinstance(node.value, list):
        yield from (_Place(each, place.topic, place.owner) for each in node.each())
        return
    if isinstance(node.value, dict) and all(name.isdigit() for name in node.value):
        yield from (_Place(each, place.topic, place.owner) for each in node.each())
        return
    said = node.text("type|event_code|event_name|topic|event") or ""
    topic = said if "." in said or "_" in said else place.topic
    for name in filter(node.__contains__, _ENVELOPES):
        inner = node.at(name)
        yield _Place(inner, topic, inner if name == "customer" else place.owner)


def _has(node: Node, *names: str) -> bool:
    return any(name in node for name in names)


def _is_cart(node: Node) -> bool:
    return _has(node, *_CART) and not _has(node, "increment_id", "order_currency_code")


def _tells(node: Node, topic: str) -> bool:
    if not isinstance(node.value, dict) or _is_cart(node) or _has(node, *_NO_ORDER):
        return False
    if _has(node, "increment_id", "entity_id", "order_id"):
        return _has(node, "order_id", *_ORDER) or _is_promised(node, topic)
    if _has(node, "order_date", "order_number") or node.raw("total.grand_total"):
        return True
    return _is_part_of_graphql(node) or ("created_at" in node and _is_promised(node, topic))


def _is_promised(node: Node, topic: str) -> bool:
    """Whether the event is one of orders; what has a parent is a part, seldom of the order."""
    its_own = any(name in topic for name in _ITS_OWN)
    return "sales_order" in topic and (its_own or not node.raw("parent_id"))


def _is_part_of_graphql(node: Node) -> bool:
    """An order of which only some parts were asked for: it has a number, or its id in base64."""
    return _has(node, *_GRAPHQL) and ("number" in node or number_of(node, "id") != node.key("id"))


def _news(place: _Place, stated: Stated) -> News | None:
    """The news of one object. Raises Unreadable."""
    node = as_second(place.node)
    if _is_usable(node) and any("qty_ordered" in each for each in node.each("items")):
        return OrderEvent(type=_type(place), order=read_order(node, stated))
    if _has(node, "order_id") and not _has(node, "status_histories", "total_due", "order_number"):
        return _part(place, stated)
    if _has(node, "increment_id", "entity_id", "created_at"):
        return _thin(place, stated)
    if node.text("total.grand_total.value") and node.text("items.0.quantity_ordered"):
        order = read_order(as_rest(node, place.owner), stated)
        return OrderEvent(type=_type(place), order=order)
    order_id = number_of(node, "id") or f"#{node.needed_key('number|order_number')}"
    return Pointer(type=_type(place), source=stated.name, order_id=order_id)


def _thin(place: _Place, stated: Stated) -> Pointer:
    """An order without its rows. `#` before an id says that it is an order's number."""
    node = place.node
    own = "entity_id|order_id|id" if "increment_id" in node else "parent_id|entity_id|id"
    return Pointer(
        type=_type(place),
        source=stated.name,
        order_id=node.key(own) or f"#{node.needed_key('increment_id')}",
        order=read_order(node, stated) if _is_usable(node) else None,
    )


def _is_usable(node: Node) -> bool:
    """Whether it says how much; the API's `fields` may leave out anything."""
    return bool(node.text("grand_total") and node.text("order_currency_code"))


def _part(place: _Place, stated: Stated) -> News | None:
    node = place.node
    order_id = node.needed_key("order_id")
    if _has(node, *_REFUND) or "creditmemo" in place.topic:
        refund = read_refund(node)
        news = Amendment(type="order.refunded", source=stated.name, order_id=order_id)
        return _of(news, node, refunds=(refund,)) if refund else None
    if "grand_total" not in node and _has(node, *_SHIPMENT):
        news = Amendment(type="shipment.created", source=stated.name, order_id=order_id)
        return _of(news, node, parcels=parcels(node))
    paid = "grand_total" in node and node.text("state") == "2"
    kind = "payment.paid" if paid else _type(place)
    return Pointer(type=kind, source=stated.name, order_id=order_id)


def _of(news: Amendment, node: Node, **parts: object) -> Amendment:
    at = node.moment("updated_at|created_at", UTC)
    return msgspec.structs.replace(news, at=at, **parts)


def _type(place: _Place) -> EventType:
    topic = place.topic.lower()
    return next((kind for word, kind in _TYPES if word in topic), "order.updated")


def _what(node: Node) -> Ignored | None:
    """What a document is by a name that only its kind has."""
    names = set(_names(node, 4))
    reasons = (reason for reason, marks in _MARKS if names & set(marks.split()))
    return next((Ignored(f"no order in it: {reason}") for reason in reasons), None)


def _names(node: Node, levels: int) -> Iterator[str]:
    inner = node.each() if isinstance(node.value, list) else []
    for name, each in node.pairs("") if isinstance(node.value, dict) else ():
        yield name
        inner.append(each)
    for each in inner[:20] if levels else ():
        yield from _names(each, levels - 1)
