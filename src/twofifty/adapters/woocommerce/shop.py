"""WooCommerce's REST API, version 3 (https://developer.woocommerce.com/docs/apis/rest-api/v3/).

`url` is the shop's own address, `key` and `secret` are a consumer key and its secret (read; to
register webhooks: read and write). WooCommerce takes them by basic authentication over HTTPS only.
"""

from datetime import datetime, timedelta
from typing import Literal

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
    basic,
    document,
    path,
    stamp,
)

_API = ("wp-json", "wc", "v3")
_PER_PAGE = 50  # an order with the meta data of its plugins has seldom over 30 KiB
_LONGEST = 6_000  # characters of a URL that servers take, about
_SECOND = timedelta(seconds=1)
_MAILS = ("email_customer_processing_order", "email_customer_on_hold_order")


class WooCommerceShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = ("order.created", "order.updated")
    signs_with: Literal["ours"] = "ours"
    own_mails_at = "WooCommerce, Settings, Emails: Processing order and Order on-hold"

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """With its fulfilments beside it, where the shop has switched those on (else 404)."""
        reply = yield _ask(access, path(*_API, "orders", order_id))
        if reply.status == 404:
            return None
        more = yield _ask(access, path(*_API, "orders", order_id, "fulfillments"))
        sent = strict.reply(more.body) if more.status != 404 else []
        if not sent or not isinstance(sent, list):
            return reply.body
        return document({"order": strict.reply(reply.body), "fulfillments": sent})

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor is when the last order of the page before changed, and which of that second were
        seen: an order that changes meanwhile moves to the end, and numbered pages would skip what
        moves up in its place."""
        start, _, seen = cursor.partition(" ") if cursor else (stamp(since), "", "")
        after = stamp((loose.moment(start) or since) - _SECOND)[:-1]
        where = {"modified_after": after, "dates_are_gmt": "true", "exclude": seen}
        how = {"orderby": "modified", "order": "asc", "per_page": str(_PER_PAGE)}
        reply = yield _ask(access, path(*_API, "orders", **where, **how))
        orders = _listed(reply)
        documents = tuple(document(each.value) for each in orders)
        if len(orders) < _PER_PAGE:
            return Page(documents)
        if len(seen) > _LONGEST or set(seen.split(",")) & {each.key("id") for each in orders}:
            raise loose.Unreadable(
                None, "the list does not move on; does a cache answer for the shop?"
            )
        times = [f"{each.text('date_modified_gmt') or start.rstrip('Z')}Z" for each in orders]
        ids = [
            each.needed_key("id")
            for each, when in zip(orders, times, strict=True)
            if when == times[-1]
        ]
        known = [seen] if seen and start == times[-1] else []
        return Page(documents, f"{times[-1]} {','.join(known + ids)}")

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """WooCommerce disables a webhook after more than five failures in a row."""
        reply = yield _ask(access, path(*_API, "webhooks", status="all", per_page="100"))
        return tuple(
            Registered(
                id=each.needed_key("id"),
                topic=each.text("topic") or "",
                url=each.text("delivery_url") or "",
                active=each.text("status") == "active",
            )
            for each in _listed(reply)
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """A webhook for each topic, signed with `secret`."""
        for topic in topics:
            webhook = {"name": f"twofifty {topic}", "topic": topic, "delivery_url": url}
            body = msgspec.json.encode({**webhook, "secret": secret, "status": "active"})
            yield _ask(access, path(*_API, "webhooks"), body)
        return (secret,)

    def own_confirmation(self, access: Access) -> Dialogue[bool | None]:
        """Two mails are one: the second is for orders that are not paid yet."""
        stated = []
        for mail in _MAILS:
            reply = yield _ask(access, path(*_API, "settings", mail, "enabled"))
            if reply.status != 404:
                stated.append(Node(strict.reply(reply.body)).true("value"))
        return any(stated) if stated else None


def _ask(access: Access, where: str, body: bytes = b"") -> Ask:
    headers = {**basic(access.key, access.secret), "content-type": "application/json"}
    return Ask(where, "POST" if body else "GET", headers, body)


def _listed(reply: Reply) -> list[Node]:
    """The items of a listing; Unreadable where there is none (404: no WooCommerce there)."""
    found = strict.reply(reply.body)
    if not isinstance(found, list):
        raise loose.Unreadable(None, "a list must be there; is this the address of the shop?")
    return Node(found).each()
