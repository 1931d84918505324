"""Spree's Admin API v3 (https://spreecommerce.org/docs/api-reference/admin-api, Spree 5.5), and its
Platform API v2 (Spree 4.2 and later) with `api = "v2"`.

`api_url` is the shop's, as `https://shop.example.com`. v3: `api_key` is a secret key with the
scopes `read_orders` and `write_webhooks`. v2: `api_key` and `api_secret` are those of an OAuth
application.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from twofifty.intake import loose, strict
from twofifty.intake.node import Node
from twofifty.intake.shop import (
    Access,
    Ask,
    Dialogue,
    Page,
    Registered,
    Reply,
    bearer,
    path,
    stamp,
)

_EXPAND = "items,fulfillments,payments,payments.payment_method,billing_address,shipping_address"
_INCLUDE = (
    "user,line_items.variant,payments.payment_method,shipments.selected_shipping_rate,"
    "bill_address.country,ship_address.country,order_promotions"
)
_PER_PAGE = "25"
_ENDPOINTS = ("webhook_endpoints",)
_SECOND = timedelta(seconds=1)


class SpreeShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = (
        "order.completed",
        "order.updated",
        "order.canceled",
        "order.paid",
        "order.shipped",
    )

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        way, detail = _way(access)
        reply = yield from _asked(access, path(*way, "orders", order_id or "none", **detail))
        return None if reply.status == 404 else reply.body

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor is a time of change and a page's number from there on: each page begins anew
        where the one before ended, as an order that changes meanwhile moves to the end and
        numbered pages would skip what moves up. Some orders come twice."""
        way, detail = _way(access)
        begin = cursor if " " in cursor else f"{stamp(since)} 1"
        start, _, number = begin.partition(" ")
        page = {"page": number, "sort": "updated_at", **detail}
        if _is_v2(access):
            page |= {"filter[updated_at_gteq]": start, "per_page": _PER_PAGE}
        else:
            page |= {"q[updated_at_gteq]": start, "limit": _PER_PAGE}
        reply = yield from _asked(access, path(*way, "orders", **page))
        found = Node(strict.tree(reply.body))
        if "data" not in found:
            raise loose.Unreadable(None, "a listing of orders must be there")
        pages = found.count("meta.total_pages|meta.pages") or 0
        listed = found.each("data")
        documents = (reply.body,) if listed else ()
        if not listed or int(number) >= pages:
            return Page(documents)
        newest = listed[-1].moment("updated_at|attributes.updated_at")
        return Page(documents, _following(start, int(number) + 1, newest))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        way, _ = _way(access)
        where = path(*way, *(("webhooks", "subscribers") if _is_v2(access) else _ENDPOINTS))
        reply = yield from _asked(access, where)
        return tuple(
            Registered(
                each.needed_key("id"),
                topic,
                each.text("attributes.url|url") or "",
                each.stated("attributes.active|active") is not False,
            )
            for each in Node(strict.tree(reply.body)).each("data")
            for topic in each.texts("attributes.subscriptions|subscriptions")
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """One endpoint for all topics; Spree makes its secret and shows it once."""
        hook = {"url": url, "subscriptions": topics, "active": True}
        way, _ = _way(access)
        if _is_v2(access):
            where = path(*way, "webhooks", "subscribers")
            body = msgspec.json.encode({"subscriber": hook})
        else:
            where, body = path(*way, *_ENDPOINTS), msgspec.json.encode(hook)
        reply = yield from _asked(access, where, body)
        made = Node(strict.tree(reply.body)).text("secret_key|data.attributes.secret_key")
        return (made,) if made else ()


def _is_v2(access: Access) -> bool:
    return access.options.get("api") == "v2"


def _way(access: Access) -> tuple[tuple[str, ...], dict[str, str]]:
    """Where the API is, and how an order is asked for with all that belongs to it."""
    if _is_v2(access):
        return ("api", "v2", "platform"), {"include": _INCLUDE}
    return ("api", "v3", "admin"), {"expand": _EXPAND}


def _following(start: str, number: int, newest: datetime | None) -> str:
    """Where the next page begins: a second before the newest change of this one, else (all of it
    changed at once) at the next number."""
    later = stamp(newest - _SECOND) if newest else ""
    return f"{later} 1" if later > start else f"{start} {number}"


def _asked(access: Access, where: str, body: bytes = b"") -> Dialogue[Reply]:
    headers = {"x-spree-api-key": access.key}
    if _is_v2(access):
        token = yield from _token(access)
        headers = bearer(token)
    headers |= {"content-type": "application/json"}
    return (yield Ask(where, "POST" if body else "GET", headers, body))


def _token(access: Access) -> Dialogue[str]:
    grant = {"grant_type": "client_credentials", "scope": "admin"}
    form = urlencode({**grant, "client_id": access.key, "client_secret": access.secret}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = yield Ask(path("spree_oauth", "token"), "POST", headers, form, keep="token")
    return Node(strict.tree(reply.body)).needed_key("access_token")
