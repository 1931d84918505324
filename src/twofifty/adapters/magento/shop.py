"""Magento's REST API (https://developer.adobe.com/commerce/webapi/rest/), below `Access.url`.

`api_url` is the store's, as `https://shop.example.com/rest/default/V1`; `api_key` an integration's
access token as bearer, which Magento takes where `oauth/consumer/enable_integration_as_bearer` is
on. On Adobe Commerce as a Cloud Service `api_key` and `api_secret` are a client of Adobe IMS. An
order's shipments and credit memos are lists of their own, asked for by the orders' ids.
"""

from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlencode

from twofifty.intake import strict
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
)

_PAGE = 10
_MOST_PARTS = 500
_IMS = "https://ims-na1.adobelogin.com/ims/token/v3"
_SCOPE = (
    "openid,AdobeID,email,profile,additional_info.roles,"
    "additional_info.projectedProductContext,commerce.accs"
)
_PARTS = ("shipments", "creditmemos")


class MagentoShop:
    """A Shop: see `intake.shop`. Magento registers no webhooks by its API."""

    topics: tuple[str, ...] = ()
    signs_with: Literal["ours"] = "ours"

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """The order and its parts; `#` before an id says that it is an order's number."""
        if order_id.startswith("#"):
            criteria = _criteria("increment_id", "eq", order_id[1:])
            reply = yield from _asked(access, path("orders") + criteria)
            found = Node(strict.reply(reply.body)).each("items")
        else:
            reply = yield from _asked(access, path("orders", order_id))
            found = [] if reply.status == 404 else [Node(strict.reply(reply.body))]
        if not found:
            return None
        whole = yield from _whole(access, found[:1])
        return whole[0]

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor is when the last order of the page before changed, and its id: an order that
        changes meanwhile moves to the end, and numbered pages would skip what moves up."""
        known = cursor if " " in cursor else f"{since.astimezone(UTC):%Y-%m-%d %H:%M:%S} 0"
        start, _, last = known.rpartition(" ")
        reply = yield from _asked(access, path("orders") + _after(start, last))
        node = Node(strict.reply(reply.body))
        found = node.each("items")
        documents = yield from _whole(access, found)
        if not found or len(found) >= (node.count("total_count") or 0):
            return Page(tuple(documents))
        end = found[-1]
        return Page(
            tuple(documents), f"{end.needed_key('updated_at')} {end.needed_key('entity_id')}"
        )

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """None: webhooks are a module's, and configured there."""
        yield from ()
        return ()

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """Nothing to register."""
        yield from ()
        return (secret,)


def _whole(access: Access, orders: list[Node]) -> Dialogue[list[bytes]]:
    """Each order with its shipments and credit memos in it. Raises Unreadable."""
    ids = ",".join(each.needed_key("entity_id") for each in orders)
    parts: dict[tuple[str, str | None], list[object]] = {}
    for name in _PARTS if ids else ():
        reply = yield from _asked(access, path(name) + _criteria("order_id", "in", ids))
        for each in Node(strict.reply(reply.body)).each("items"):
            parts.setdefault((name, each.key("order_id")), []).append(each.value)
    return [_joined(each, parts) for each in orders]


def _joined(order: Node, parts: dict[tuple[str, str | None], list[object]]) -> bytes:
    number = order.key("entity_id")
    own: dict[str, object] = {name: parts.get((name, number), []) for name in _PARTS}
    return document({name: each.value for name, each in order.pairs("")} | own)


def _asked(access: Access, where: str) -> Dialogue[Reply]:
    token = access.key
    if access.secret:
        form = {
            "grant_type": "client_credentials",
            "client_id": access.key,
            "client_secret": access.secret,
            "scope": access.options.get("scope") or _SCOPE,
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        reply = yield Ask(_IMS, "POST", headers, urlencode(form).encode(), keep="magento")
        token = Node(strict.reply(reply.body)).text("access_token") or ""
    return (yield Ask(where, headers={**bearer(token), "accept": "application/json"}))


def _criteria(field: str, condition: str, value: str) -> str:
    """Magento's search criteria: one filter, in the order of `field`."""
    said = _filter((0, 0), field, condition, value) | _sorted(field)
    return f"?{urlencode(said | _paged(_MOST_PARTS))}"


def _after(start: str, last: str) -> str:
    """The orders that changed after `start`, and those of that second with an id above `last`:
    a filter of one group is enough, and every group must be met."""
    said = (
        _filter((0, 0), "updated_at", "gteq", start)
        | _filter((1, 0), "updated_at", "gt", start)
        | _filter((1, 1), "entity_id", "gt", last)
    )
    return f"?{urlencode(said | _sorted('updated_at', 'entity_id') | _paged(_PAGE))}"


def _filter(place: tuple[int, int], field: str, condition: str, value: str) -> dict[str, str]:
    group, number = place
    where = f"searchCriteria[filter_groups][{group}][filters][{number}]"
    said = {"field": field, "condition_type": condition, "value": value}
    return {f"{where}[{name}]": word for name, word in said.items()}


def _sorted(*fields: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for number, field in enumerate(fields):
        where = f"searchCriteria[sortOrders][{number}]"
        said |= {f"{where}[field]": field, f"{where}[direction]": "ASC"}
    return said


def _paged(size: int) -> dict[str, str]:
    return {"searchCriteria[pageSize]": str(size), "searchCriteria[currentPage]": "1"}
