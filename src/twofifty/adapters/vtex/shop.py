"""VTEX's Orders API: orders by id and by day, and the one hook that an application key may have.

https://developers.vtex.com/docs/api-reference/orders-api. `api_url` is the account's, as
`https://myaccount.vtexcommercestable.com.br`; `api_key` and `api_secret` an application key and its
token. Orders are listed by when they were placed, not by when they changed: the listing looks two
weeks back, and leaves out those that have not changed since.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from twofifty.intake import loose, strict
from twofifty.intake.node import Node
from twofifty.intake.shop import Access, Ask, Dialogue, Page, Registered, path

_ORDERS = ("api", "oms", "pvt", "orders")
_HOOK = ("api", "orders", "hook", "config")
_BACK = timedelta(days=14)
# Each order takes a request more, and a question may take fifty. VTEX lists thirty pages at most.
_PAGE = 40
_LAST_PAGE = 30
_STATES = (
    "payment-pending",
    "payment-approved",
    "ready-for-handling",
    "handling",
    "invoiced",
    "canceled",
)


class VtexShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = ("orders",)
    signs_with: Literal["ours"] = "ours"

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        reply = yield _ask(access, path(*_ORDERS, order_id))
        return None if reply.status == 404 else reply.body

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A page by when orders were placed. The cursor is a moment and a page after it: after
        thirty pages the last order's moment begins a new list."""
        start, _, page = (cursor or f"{_moment(since - _BACK)} 1").partition(" ")
        asked = {
            "f_creationDate": f"creationDate:[{start} TO 2200-01-01T00:00:00.000Z]",
            "orderBy": "creationDate,asc",
            "page": page,
            "per_page": str(_PAGE),
        }
        reply = yield _ask(access, path(*_ORDERS, **asked))
        found = Node(strict.tree(reply.body))
        listed = found.each("list")
        documents: tuple[bytes, ...] = ()
        for each in listed:
            changed = each.moment("lastChange", UTC)
            if changed is None or changed >= since:
                whole = yield from self.order(access, each.needed_key("orderId"))
                documents += (whole,) if whole else ()
        return Page(documents, _next(found, listed, start, page))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """The one hook of this application key."""
        reply = yield _ask(access, path(*_HOOK))
        if reply.status == 404:
            return ()
        url = Node(strict.tree(reply.body)).text("hook.url")
        return (Registered("hook", "orders", url),) if url else ()

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """Makes it, with the secret in a header. VTEX sends a trial at once, and replaces the hook
        that this application key had."""
        said = {
            "filter": {"type": "FromWorkflow", "status": _STATES},
            "hook": {"url": url, "headers": {"x-webhook-token": secret}},
        }
        yield _ask(access, path(*_HOOK), msgspec.json.encode(said))
        return (secret,)


def _next(found: Node, listed: list[Node], start: str, page: str) -> str | None:
    """Where the listing goes on. Raises Unreadable."""
    at = int(page) if page.isdecimal() else 1
    if not listed or at >= (found.count("paging.pages") or 0):
        return None
    if at < _LAST_PAGE:
        return f"{start} {at + 1}"
    last = listed[-1].moment("creationDate", UTC)
    if last is None:
        raise loose.Unreadable(listed[-1].value, "an order's creationDate must be there")
    return f"{_moment(last)} 1"


def _moment(moment: datetime) -> str:
    at = moment.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1_000:03}Z"


def _ask(access: Access, where: str, body: bytes = b"") -> Ask:
    headers = {
        "x-vtex-api-appkey": access.key,
        "x-vtex-api-apptoken": access.secret,
        "accept": "application/json",
        "content-type": "application/json",
    }
    return Ask(where, "POST" if body else "GET", headers, body)
