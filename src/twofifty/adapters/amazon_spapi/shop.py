"""The Selling Partner API: orders (2026-01-01, or v0 where `orders_api` says so), and refunds.

https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api. `api_url` is the
region's (https://sellingpartnerapi-eu.amazon.com, -fe for the Far East), `api_key` the refresh
token of the seller's authorization, `api_secret` the application's client secret. v0 tells who a
buyer is only to a restricted data token. Notifications go to a queue, not to a URL, so that no
webhook can be registered here.
"""

from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

import msgspec

from twofifty.intake import strict
from twofifty.intake.node import Node
from twofifty.intake.shop import Access, Ask, Dialogue, Page, Registered, document, path, stamp

API = "https://sellingpartnerapi-na.amazon.com"
TOKENS = "https://api.amazon.com/auth/o2/token"
_RESTRICTED = ("tokens", "2021-03-01", "restrictedDataToken")
_DATA = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES"
_CURRENT = ("orders", "2026-01-01", "orders")
_V0 = ("orders", "v0", "orders")
_PAGE = "50"
# In v0 each order takes a request or more for its items, and a question may take fifty.
_PAGE_V0 = "20"
_MOST_ITEM_PAGES = 20
_GENTLE = {"user-agent": "twofifty/1 (Language=Python)", "accept": "application/json"}


class AmazonShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = ()
    signs_with: Literal["ours"] = "ours"
    own_mails_at = "no place at Amazon, which always sends it; here by confirm = false"

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """With what was refunded of it, where that is to be asked for too."""
        token = yield from _token(access)
        found = yield from _order(access, token, order_id)
        if not found:
            return None
        fields: dict[str, object] = {name: each.value for name, each in found.pairs("")}
        if access.options.get("refunds") == "finances":
            way = path("finances", "v0", "orders", order_id, "financialEvents")
            events = yield from _got(access, token, way)
            fields["financialEvents"] = events.raw("payload.FinancialEvents")
        return document({"order": fields})

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A page by the time of change; with a cursor everything else stays as it was."""
        token = yield from _token(access)
        if _is_v0(access):
            return (yield from _changed_v0(access, token, since, cursor))
        asked = {
            "lastUpdatedAfter": stamp(since),
            "marketplaceIds": _marketplaces(access),
            "maxResultsPerPage": _PAGE,
            "includedData": _DATA,
            "paginationToken": cursor,
        }
        found = yield from _got(access, token, path(*_CURRENT, **asked))
        documents = tuple(document({"order": each.value}) for each in found.each("orders"))
        return Page(documents, found.text("pagination.nextToken"))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """None: see above."""
        yield from ()
        return ()

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """Nothing to register."""
        yield from ()
        return (secret,)

    def own_confirmation(self, access: Access) -> Dialogue[bool | None]:
        """Always."""
        yield from ()
        return True


def _is_v0(access: Access) -> bool:
    return access.options.get("orders_api") == "v0"


def _marketplaces(access: Access) -> str:
    return ",".join(access.options.get("marketplaces", "").replace(",", " ").split())


def _order(access: Access, token: str, order_id: str) -> Dialogue[Node]:
    """The order; nothing where there is none."""
    if not _is_v0(access):
        found = yield from _got(access, token, path(*_CURRENT, order_id, includedData=_DATA))
        return found.at("order")
    token = yield from _restricted(access, token)
    found = yield from _got(access, token, path(*_V0, order_id))
    return (yield from _with_items(access, token, found.at("payload"))) if found else found


def _changed_v0(access: Access, token: str, since: datetime, cursor: str) -> Dialogue[Page]:
    token = yield from _restricted(access, token)
    asked = {
        "LastUpdatedAfter": "" if cursor else stamp(since),
        "MarketplaceIds": _marketplaces(access),
        "MaxResultsPerPage": _PAGE_V0,
        "NextToken": cursor,
    }
    found = yield from _got(access, token, path(*_V0, **asked))
    documents: tuple[bytes, ...] = ()
    for each in found.each("payload.Orders"):
        documents += (document((yield from _with_items(access, token, each)).value),)
    return Page(documents, found.text("payload.NextToken"))


def _with_items(access: Access, token: str, order: Node) -> Dialogue[Node]:
    """The order with its items in it. Raises Unreadable."""
    order_id, following = order.needed_key("AmazonOrderId"), ""
    items: list[object] = []
    for _ in range(_MOST_ITEM_PAGES):
        way = path(*_V0, order_id, "orderItems", NextToken=following)
        found = yield from _got(access, token, way)
        items += [each.value for each in found.each("payload.OrderItems")]
        following = found.text("payload.NextToken") or ""
        if not following:
            break
    return Node({name: each.value for name, each in order.pairs("")} | {"OrderItems": items})


def _got(access: Access, token: str, where: str) -> Dialogue[Node]:
    """A document; nothing where there is none."""
    headers = {**_GENTLE, "x-amz-access-token": token}
    reply = yield Ask((access.url or API) + where, "GET", headers)
    return Node(None if reply.status == 404 else strict.tree(reply.body))


def _token(access: Access) -> Dialogue[str]:
    """Login with Amazon: an hour's token for the refresh token."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": access.key,
        "client_id": access.options.get("client_id", ""),
        "client_secret": access.secret,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = yield Ask(TOKENS, "POST", headers, urlencode(form).encode(), keep="amazon")
    return Node(strict.tree(reply.body)).needed_key("access_token")


def _restricted(access: Access, token: str) -> Dialogue[str]:
    """A token that may also read whom orders of v0 are for, and what they chose."""
    listed = path(*_V0)
    wanted = [
        {"method": "GET", "path": way, "dataElements": elements}
        for way, elements in (
            (listed, ["buyerInfo", "shippingAddress"]),
            (f"{listed}/{{orderId}}", ["buyerInfo", "shippingAddress"]),
            (f"{listed}/{{orderId}}/orderItems", ["buyerInfo"]),
        )
    ]
    headers = {**_GENTLE, "x-amz-access-token": token, "content-type": "application/json"}
    body = msgspec.json.encode({"restrictedResources": wanted})
    where = (access.url or API) + path(*_RESTRICTED)
    reply = yield Ask(where, "POST", headers, body, keep="amazon-restricted")
    return Node(strict.tree(reply.body)).needed_key("restrictedDataToken")
