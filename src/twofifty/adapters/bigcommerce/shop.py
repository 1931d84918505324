"""BigCommerce's APIs: orders (V2), refunds and webhooks (V3).

https://developer.bigcommerce.com/docs/rest-management. `api_url` is the store's, as
`https://api.bigcommerce.com/stores/STORE_HASH`; `api_key` the access token of an API account that
may read orders and transactions, and change webhooks.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from twofifty.adapters.bigcommerce.parts import moment
from twofifty.intake import strict
from twofifty.intake.node import Node
from twofifty.intake.shop import Access, Ask, Dialogue, Page, Registered, document, path, stamp

# An order takes up to five more requests, and a question may take fifty.
_PAGE = 8
_MOST = "250"
_REFUNDED = ("4", "14")
_SECOND = timedelta(seconds=1)


class BigCommerceShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = (
        "store/order/created",
        "store/order/updated",
        "store/order/refund/created",
        "store/shipment/created",
        "store/shipment/updated",
    )
    signs_with: Literal["ours"] = "ours"
    own_mails_at = "Marketing, Transactional emails, Order email"

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        found = yield from _asked(access, path("v2", "orders", order_id, include="fees"))
        if not found:
            return None
        return (yield from _whole(access, found))

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor is a time of change and a page's number from there on: each page begins anew
        where the one before ended, as an order that changes meanwhile moves to the end and
        numbered pages would skip what moves up. Some orders come twice."""
        begin = cursor if " " in cursor else f"{stamp(since)} 1"
        start, _, number = begin.partition(" ")
        asked = {
            "min_date_modified": start,
            "sort": "date_modified:asc",
            "page": number,
            "limit": str(_PAGE),
            "include": "fees",
        }
        found = (yield from _asked(access, path("v2", "orders", **asked))).each()
        documents: tuple[bytes, ...] = ()
        for each in found:
            documents += ((yield from _whole(access, each)),)
        if len(found) < _PAGE:
            return Page(documents)
        newest = moment(found[-1], "date_modified")
        return Page(documents, _following(start, int(number) + 1, newest))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        found = yield from _asked(access, path("v3", "hooks", limit=_MOST))
        return tuple(
            Registered(
                each.needed_key("id"),
                each.text("scope") or "",
                each.text("destination") or "",
                each.true("is_active"),
            )
            for each in found.each("data")
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """One webhook a topic, with the secret in a header of ours."""
        for topic in topics:
            said = {
                "scope": topic,
                "destination": url,
                "is_active": True,
                "headers": {"x-webhook-token": secret},
            }
            yield from _asked(access, path("v3", "hooks"), msgspec.json.encode(said))
        return (secret,)

    def own_confirmation(self, access: Access) -> Dialogue[bool | None]:
        """The store's own setting; a channel may have another."""
        found = yield from _asked(access, path("v3", "settings", "email-statuses"))
        return found.stated("data.invoice_email")


def _whole(access: Access, order: Node) -> Dialogue[bytes]:
    """The order with what it only has links to. Raises Unreadable."""
    number = order.needed_key("id")
    parts: dict[str, object] = {}
    wanted = {"products": "products", "shipping_addresses": "shipping_addresses"}
    if order.money("coupon_discount"):
        wanted["coupons"] = "coupons"
    if order.money("items_shipped"):
        wanted["shipments"] = "shipments"
    for name, place in wanted.items():
        found = yield from _asked(access, path("v2", "orders", number, place, limit=_MOST))
        parts[name] = [each.value for each in found.each()]
    if order.text("status_id") in _REFUNDED or order.money("refunded_amount"):
        way = path("v3", "orders", number, "payment_actions", "refunds")
        parts["refunds"] = [each.value for each in (yield from _asked(access, way)).each("data")]
    return document({name: each.value for name, each in order.pairs("")} | parts)


def _following(start: str, number: int, newest: datetime | None) -> str:
    """Where the next page begins: a second before the newest change of this one, else (all of it
    changed at once) at the next number."""
    later = stamp(newest - _SECOND) if newest else ""
    return f"{later} 1" if later > start else f"{start} {number}"


def _asked(access: Access, where: str, body: bytes = b"") -> Dialogue[Node]:
    """What is there; nothing for a 404, and for V2's empty answer (204) to an empty list."""
    headers = {
        "x-auth-token": access.key,
        "accept": "application/json",
        "content-type": "application/json",
    }
    reply = yield Ask(where, "POST" if body else "GET", headers, body)
    empty = reply.status in (204, 404)
    return Node(None if empty else strict.reply(reply.body))
