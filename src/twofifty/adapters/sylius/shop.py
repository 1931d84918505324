"""Sylius' Admin API v2 (https://docs.sylius.com/sylius-2/api), Sylius 1.8 and later.

`api_url` is the shop's, as `https://shop.example.com`; `api_key` the e-mail address and
`api_secret` the password of an administrator who may read orders and customers. Orders can be
listed by the time of their checkout only, so changes of older ones are told by the listener alone.
Sylius keeps no webhooks.
"""

from datetime import datetime, timedelta

import msgspec

from twofifty.adapters.sylius.document import last
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
    document,
    path,
    stamp,
)

_WAY = ("api", "v2", "admin")
# Each order takes four requests, in an old Sylius with two logins each that may not be kept.
_PER_PAGE = "8"
_PAID_LATER = timedelta(days=3)
_LOGINS = (("administrators", "token"), ("authentication-token",))


class SyliusShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = ()

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """With its customer, its payments and its shipments."""
        reply = yield from _asked(access, "orders", order_id or "none")
        if reply.status == 404:
            return None
        found = strict.tree(reply.body)
        if not isinstance(found, dict):
            raise loose.Unreadable(None, "an order must be there")
        for name in ("payments", "shipments"):
            listed = yield from _members(access, "orders", order_id, name)
            found |= {name: listed} if listed else {}
        customer = last(Node(found).text("customer.@id|customer"))
        if customer:
            person = yield from _asked(access, "customers", customer)
            found |= {"customer": strict.tree(person.body)} if person.status != 404 else {}
        return document({"order": found})

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """The cursor is a page's number."""
        page = {
            "checkoutCompletedAt[after]": stamp(since - _PAID_LATER),
            "page": cursor or "1",
            "itemsPerPage": _PER_PAGE,
            "order[number]": "asc",
        }
        reply = yield from _asked(access, "orders", **page)
        found = Node(strict.tree(reply.body))
        if found.raw("@type|hydra:totalItems|totalItems") is None:
            raise loose.Unreadable(None, "a collection of orders must be there")
        listed = found.each("hydra:member|member")
        documents = []
        for each in listed:
            whole = yield from self.order(access, each.needed_key("tokenValue"))
            documents += [whole] if whole is not None else []
        whole_count = found.count("hydra:totalItems") or found.count("totalItems") or 0
        more = bool(listed) and int(page["page"]) * int(_PER_PAGE) < whole_count
        return Page(tuple(documents), str(int(page["page"]) + 1) if more else None)

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """None: Sylius has listeners in the shop's own code."""
        yield from ()
        return ()

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """Nothing to register."""
        yield from ()
        return (secret,)


def _members(access: Access, *parts: str) -> Dialogue[list[object]]:
    reply = yield from _asked(access, *parts)
    found = Node(strict.tree(reply.body)) if reply.status != 404 else Node(None)
    return [each.value for each in found.each("hydra:member|member")]


def _asked(access: Access, *parts: str, **parameters: str) -> Dialogue[Reply]:
    token = yield from _token(access)
    headers = {**bearer(token), "accept": "application/ld+json"}
    return (yield Ask(path(*_WAY, *parts, **parameters), "GET", headers))


def _token(access: Access) -> Dialogue[str]:
    """Sylius 1.x before 1.14 has it at another place."""
    body = msgspec.json.encode({"email": access.key, "password": access.secret})
    headers = {"content-type": "application/json", "accept": "application/json"}
    for login in _LOGINS:
        reply = yield Ask(path(*_WAY, *login), "POST", headers, body, keep=" ".join(login))
        if reply.status != 404:
            return Node(strict.tree(reply.body)).needed_key("token")
    raise loose.Unreadable(None, "the API must have a place to log in at")
