"""Shopware's Admin API (https://shopware.stoplight.io/docs/admin-api): orders and webhooks.

`api_url` is the shop's own address; `api_key` and `api_secret` are an integration's access key and
its secret. A webhook that is registered here belongs to no app, so Shopware does not sign it: the
secret stands in its URL.
"""

from datetime import datetime
from typing import Literal
from urllib.parse import quote

import msgspec

from twofifty.adapters.shopware.source import PARTS
from twofifty.intake import strict
from twofifty.intake.node import Node
from twofifty.intake.shop import (
    Access,
    Ask,
    Dialogue,
    Page,
    Registered,
    bearer,
    document,
    path,
    stamp,
)

_MOST = 25
_JSON = {"accept": "application/json", "content-type": "application/json"}
_PLACE: dict[str, object] = {"associations": {"country": {}, "countryState": {}}}
_LOADED: dict[str, object] = {
    "currency": {},
    "language": {"associations": {"locale": {}}},
    "orderCustomer": {},
    "stateMachineState": {},
    "billingAddress": _PLACE,
    "lineItems": {"associations": {"cover": {}}},
    "deliveries": {
        "associations": {
            "shippingMethod": {},
            "shippingOrderAddress": _PLACE,
            "positions": {},
            "stateMachineState": {},
        }
    },
    "transactions": {
        "associations": {
            "paymentMethod": {},
            "stateMachineState": {},
            "captures": {"associations": {"refunds": {"associations": {"stateMachineState": {}}}}},
        }
    },
}
# A change of a payment or of a delivery does not change the order itself.
_CHANGED = (
    "createdAt",
    "updatedAt",
    "transactions.updatedAt",
    "deliveries.updatedAt",
    "transactions.captures.refunds.updatedAt",
)


class ShopwareShop:
    """A Shop: see `intake.shop`."""

    signs_with: Literal["ours"] = "ours"
    topics: tuple[str, ...] = (
        "checkout.order.placed",
        "order.written",
        "state_enter.order.state.cancelled",
        "state_enter.order_transaction.state.authorized",
        "state_enter.order_transaction.state.paid",
        "state_enter.order_transaction.state.paid_partially",
        "state_enter.order_transaction.state.refunded",
        "state_enter.order_transaction.state.refunded_partially",
        "state_enter.order_delivery.state.shipped",
        "state_enter.order_delivery.state.shipped_partially",
        "state_enter.order_delivery.state.returned",
    )

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """By its id, or by that of one of its parts: `order_address:ID`."""
        part, _, own = order_id.partition(":")
        field, value = (PARTS[part], own) if part in PARTS else ("id", order_id)
        asked = {"filter": [{"type": "equals", "field": field, "value": value}], "limit": 1}
        reply = yield from _asked(access, path("api", "search", "order"), _with(asked))
        found = Node(strict.reply(reply)).each("data") if reply else []
        return document(found[0].value) if found else None

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """In the order in which they were placed, so that pages stay what they are."""
        page = int(cursor) if cursor.isdigit() else 1
        newer = {"gte": stamp(since)}
        queries = [{"type": "range", "field": each, "parameters": newer} for each in _CHANGED]
        asked = {
            "filter": [{"type": "multi", "operator": "or", "queries": queries}],
            "sort": [{"field": "autoIncrement", "order": "ASC"}],
            "limit": _MOST,
            "page": page,
        }
        reply = yield from _asked(access, path("api", "search", "order"), _with(asked))
        found = Node(strict.reply(reply)).each("data") if reply else []
        more = str(page + 1) if len(found) == _MOST else None
        return Page(tuple(document(each.value) for each in found), more)

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        reply = yield from _asked(access, path("api", "search", "webhook"), {"limit": 500})
        return tuple(
            Registered(
                id=each.needed_key("id"),
                topic=each.text("eventName") or "",
                url=(each.text("url") or "").partition("?token=")[0],
                active=each.stated("active") is not False,
            )
            for each in Node(strict.reply(reply)).each("data")
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """One webhook a topic."""
        for topic in topics:
            wanted = {
                "name": f"twofifty {topic}",
                "eventName": topic,
                "url": f"{url}?token={quote(secret, safe='')}",
                "onlyLiveVersion": True,
            }
            yield from _asked(access, path("api", "webhook"), wanted)
        return (secret,)


def _with(asked: dict[str, object]) -> dict[str, object]:
    return {**asked, "associations": _LOADED}


def _asked(access: Access, where: str, body: object) -> Dialogue[bytes]:
    """The reply to a POST; empty where there is no such thing."""
    credentials = {
        "grant_type": "client_credentials",
        "client_id": access.key,
        "client_secret": access.secret,
    }
    token = yield Ask(
        path("api", "oauth", "token"), "POST", _JSON, msgspec.json.encode(credentials), "shopware"
    )
    headers = {**_JSON, **bearer(Node(strict.reply(token.body)).needed_key("access_token"))}
    reply = yield Ask(where, "POST", headers, msgspec.json.encode(body))
    return b"" if reply.status == 404 else reply.body
