"""Medusa's Admin API: version 2 (https://docs.medusajs.com/api/admin) and 1.

`api_url` is the shop's server, as `https://shop.example.com`; `api_key` a secret API key (version
2) or a user's API token (version 1, with `version = "1"`). Medusa keeps no webhooks: what tells us
of orders is the shop's own subscriber.
"""

from datetime import datetime, timedelta

from twofifty.intake import loose, strict
from twofifty.intake.node import Node
from twofifty.intake.shop import (
    Access,
    Ask,
    Dialogue,
    Page,
    Registered,
    basic,
    document,
    path,
    stamp,
)

_PER_PAGE = 20
_SECOND = timedelta(seconds=1)
_FIELDS = (
    "+email,+currency_code,+payment_status,+fulfillment_status,+canceled_at,+is_draft_order,"
    "+customer_id,+subtotal,+tax_total,+discount_total,+discount_tax_total,+item_total,"
    "+item_subtotal,+original_item_total,+shipping_total,+shipping_subtotal,"
    "+original_shipping_total,*items,*items.adjustments,*shipping_methods,"
    "*shipping_methods.adjustments,*shipping_address,*billing_address,*customer,*fulfillments,"
    "*fulfillments.labels,*fulfillments.items,*payment_collections.payments,"
    "*payment_collections.payments.refunds"
)
_EXPAND = (
    "customer,billing_address,shipping_address,region,discounts,discounts.rule,gift_cards,items,"
    "items.variant,shipping_methods,shipping_methods.shipping_option,payments,refunds,"
    "fulfillments,fulfillments.items,fulfillments.tracking_links"
)


class MedusaShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = ()

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """The order of that id, or the one that a payment (`pay_...`) is of."""
        if order_id.startswith("pay_"):
            order_id = yield from _paid_with(access, order_id)
        detail = {"expand": _EXPAND} if _is_older(access) else {"fields": _FIELDS}
        reply = yield _ask(access, path("admin", "orders", order_id or "none", **detail))
        return None if reply.status == 404 else reply.body

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor is a time of change and an offset from there on. Version 1 lists ids, of which
        each is asked for, by the time of creation: its offset from `since` hides none. Version 2
        sorts by change: each page begins anew where the one before ended, as an order that changes
        meanwhile moves to the end and an offset would skip what moves up."""
        begin = cursor if " " in cursor else f"{stamp(since)} 0"
        start, _, offset = begin.partition(" ")
        page = {"limit": str(_PER_PAGE), "offset": offset}
        if _is_older(access):
            window = {"updated_at[gte]": start, "fields": "id", "expand": "customer"}
        else:
            window = {"updated_at[$gte]": start, "order": "updated_at", "fields": _FIELDS}
        reply = yield _ask(access, path("admin", "orders", **page, **window))
        found = Node(strict.tree(reply.body))
        if "orders" not in found:
            raise loose.Unreadable(None, "a listing of orders must be there")
        listed = found.each("orders")
        following = int(offset) + len(listed)
        more = bool(listed) and following < (found.count("count") or 0)
        overlap = 0 if _is_older(access) else len(listed) // 2
        documents = [document({"order": each.value}) for each in listed]
        newest = listed[-1].moment("updated_at") if listed else None
        if _is_older(access):
            newest = None
            documents = yield from self._whole(access, listed)
        return Page(
            tuple(documents), _following(start, following - overlap, newest) if more else None
        )

    def _whole(self, access: Access, listed: list[Node]) -> Dialogue[list[bytes]]:
        documents = []
        for each in listed:
            found = yield from self.order(access, each.needed_key("id"))
            documents += [found] if found is not None else []
        return documents

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """None: Medusa has subscribers in its own code."""
        yield from ()
        return ()

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """Nothing to register."""
        yield from ()
        return (secret,)


def _paid_with(access: Access, payment_id: str) -> Dialogue[str]:
    fields = {} if _is_older(access) else {"fields": "id,payment_collection.order.id"}
    reply = yield _ask(access, path("admin", "payments", payment_id, **fields))
    found = Node(strict.tree(reply.body)) if reply.status != 404 else Node(None)
    return found.text("payment.payment_collection.order.id|payment.order_id") or ""


def _is_older(access: Access) -> bool:
    return access.options.get("version") == "1"


def _ask(access: Access, where: str) -> Ask:
    """Version 1 takes the token in a header of its own."""
    key = {"x-medusa-access-token": access.key} if _is_older(access) else basic(access.key, "")
    return Ask(where, "GET", key)


def _following(start: str, number: int, newest: datetime | None) -> str:
    """Where the next page begins: a second before the newest change of this one, else (all of it
    changed at once) at an offset whose page overlaps this one."""
    later = stamp(newest - _SECOND) if newest else ""
    return f"{later} 0" if later > start else f"{start} {number}"
