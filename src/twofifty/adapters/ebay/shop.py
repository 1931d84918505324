"""eBay's APIs: orders and their parcels (Fulfillment), notifications (Notification).

https://developer.ebay.com/develop/api. `api_key` is the refresh token of the seller's consent,
`api_secret` the application's Cert ID, its App ID the option `client_id`. An order is asked for
with `TAX_BREAKDOWN`: only then its total is what the buyer paid.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal
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
    basic,
    bearer,
    document,
    path,
)

API = "https://api.ebay.com"
SANDBOX = "https://api.sandbox.ebay.com"
_ORDERS = ("sell", "fulfillment", "v1", "order")
_NOTIFICATIONS = ("commerce", "notification", "v1")
_SCOPE = "https://api.ebay.com/oauth/api_scope"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_JSON = {"content-type": "application/json"}
# Each order may take a request more for its parcels, and a question may take fifty.
_PAGE = 20
_BREAKDOWN = "TAX_BREAKDOWN"
_SECOND = timedelta(seconds=1)


class EbayShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = ("ORDER_CONFIRMATION", "ITEM_MARKED_SHIPPED")
    signs_with: Literal["ours"] = "ours"
    own_mails_at = "no place at eBay, which always sends it; here by confirm = false"

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        token = yield from _seller(access)
        way = path(*_ORDERS, order_id, fieldGroups=_BREAKDOWN)
        found = yield from _got(access, token, way)
        return (yield from _whole(access, token, found)) if found else None

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A page is a time of change so short that one reply holds all of it: eBay promises no
        order of its list, and offsets would skip what moves up while it is read. A cursor is where
        that time begins, and how many of one second, which is never cut, were read."""
        token = yield from _seller(access)
        begin, _, offset = (cursor if " " in cursor else f"{_moment(since)} 0").partition(" ")
        start, before = loose.moment(begin) or since, int(offset)
        end = start + _SECOND if before else None
        found = yield from _between(access, token, (start, end), before)
        while _is_cut(found, before) and end != start + _SECOND:
            end = _halved(start, end, found)
            found = yield from _between(access, token, (start, end), before)
        documents: tuple[bytes, ...] = ()
        for each in found.each("orders"):
            documents += ((yield from _whole(access, token, each)),)
        if _is_cut(found, before):
            return Page(documents, f"{_moment(start)} {before + _PAGE}")
        return Page(documents, None if end is None else f"{_moment(end)} 0")

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """The subscriptions of the seller, each with the URL of its destination."""
        urls = yield from _destinations(access)
        token = yield from _seller(access)
        found = yield from _got(access, token, path(*_NOTIFICATIONS, "subscription", limit="100"))
        return tuple(
            Registered(
                each.needed_key("subscriptionId"),
                each.text("topicId") or "",
                urls.get(each.text("destinationId") or "", ""),
                each.text("status") == "ENABLED",
            )
            for each in found.each("subscriptions")
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """A destination, which eBay asks for a proof at once, and a subscription a topic."""
        urls = yield from _destinations(access)
        known = next((found for found, there in urls.items() if there == url), None)
        destination = known or (yield from _destination(access, url, secret))
        token = yield from _seller(access)
        for topic in topics:
            said = {
                "topicId": topic,
                "status": "ENABLED",
                "destinationId": destination,
                "payload": {
                    "format": "JSON",
                    "deliveryProtocol": "HTTPS",
                    "schemaVersion": "1.0",
                },
            }
            yield _post(access, token, path(*_NOTIFICATIONS, "subscription"), said)
        return (secret,)

    def own_confirmation(self, access: Access) -> Dialogue[bool | None]:
        """Always."""
        yield from ()
        return True

    def public_key(self, access: Access, url: str) -> Dialogue[bytes | None]:
        """The key that a notification was signed with: eBay gives it to applications only."""
        token = yield from _application(access)
        reply = yield Ask(url, headers=bearer(token))
        return None if reply.status == 404 else reply.body


def _base(access: Access) -> str:
    return access.url or (SANDBOX if access.options.get("sandbox") == "true" else API)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _between(
    access: Access, token: str, times: tuple[datetime, datetime | None], before: int
) -> Dialogue[Node]:
    """The orders that changed between two times, both within; None: up to now."""
    start, end = times
    asked = {
        "filter": f"lastmodifieddate:[{_moment(start)}..{_moment(end) if end else ''}]",
        "limit": str(_PAGE),
        "offset": str(before),
        "fieldGroups": _BREAKDOWN,
    }
    return (yield from _got(access, token, path(*_ORDERS, **asked)))


def _is_cut(found: Node, before: int) -> bool:
    """Whether more changed in that time than one reply holds."""
    listed = len(found.each("orders"))
    return listed >= _PAGE and before + listed < (found.count("total") or 0)


def _halved(start: datetime, end: datetime | None, found: Node) -> datetime:
    """An earlier end, in whole seconds: at least one after `start`."""
    times = [when for each in found.each("orders") if (when := each.moment("lastModifiedDate"))]
    length = (end or max(times, default=start)) - start
    return start + max(_SECOND, timedelta(seconds=int(length.total_seconds()) // 2))


def _whole(access: Access, token: str, order: Node) -> Dialogue[bytes]:
    """The order with its parcels, where it has some. Raises Unreadable."""
    fields: dict[str, object] = {name: each.value for name, each in order.pairs("")}
    if order.raw("fulfillmentHrefs"):
        way = path(*_ORDERS, order.needed_key("orderId"), "shipping_fulfillment")
        found = yield from _got(access, token, way)
        fields["fulfillments"] = [each.value for each in found.each("fulfillments")]
    return document(fields)


def _destinations(access: Access) -> Dialogue[dict[str, str]]:
    """Where the application's notifications may go: ids, and their URLs."""
    token = yield from _application(access)
    found = yield from _got(access, token, path(*_NOTIFICATIONS, "destination", limit="100"))
    return {
        each.needed_key("destinationId"): each.text("deliveryConfig.endpoint") or ""
        for each in found.each("destinations")
    }


def _destination(access: Access, url: str, secret: str) -> Dialogue[str]:
    """A new one. Its id is the end of where it is."""
    token = yield from _application(access)
    proof = access.options.get("verification_token") or secret
    said = {
        "name": "twofifty",
        "status": "ENABLED",
        "deliveryConfig": {"endpoint": url, "verificationToken": proof},
    }
    reply = yield _post(access, token, path(*_NOTIFICATIONS, "destination"), said)
    return reply.headers.get("location", "").rstrip("/").rpartition("/")[2]


def _post(access: Access, token: str, where: str, said: Mapping[str, object]) -> Ask:
    headers = {**bearer(token), **_JSON}
    return Ask(_base(access) + where, "POST", headers, msgspec.json.encode(said))


def _got(access: Access, token: str, where: str) -> Dialogue[Node]:
    """A document; nothing where there is none."""
    headers = {**bearer(token), "accept": "application/json"}
    reply = yield Ask(_base(access) + where, "GET", headers)
    return Node(None if reply.status == 404 else strict.tree(reply.body))


def _seller(access: Access) -> Dialogue[str]:
    """A token that acts for the seller, for two hours."""
    form = {"grant_type": "refresh_token", "refresh_token": access.key}
    return (yield from _token(access, form, "ebay"))


def _application(access: Access) -> Dialogue[str]:
    """A token that acts for the application alone."""
    form = {"grant_type": "client_credentials", "scope": _SCOPE}
    return (yield from _token(access, form, "ebay-application"))


def _token(access: Access, form: dict[str, str], keep: str) -> Dialogue[str]:
    headers = {**basic(access.options.get("client_id", ""), access.secret), **_FORM}
    where = f"{_base(access)}/identity/v1/oauth2/token"
    reply = yield Ask(where, "POST", headers, urlencode(form).encode(), keep=keep)
    return Node(strict.tree(reply.body)).needed_key("access_token")
