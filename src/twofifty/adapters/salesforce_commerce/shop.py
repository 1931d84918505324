"""Salesforce B2C Commerce's APIs: orders (there are no webhooks).

SCAPI (https://developer.salesforce.com/docs/commerce/commerce-api/references/orders): `api_url` is
`https://SHORTCODE.api.commercecloud.salesforce.com`. Its list knows when an order was created, not
when it changed: three days are looked back. OCAPI (option `api = "ocapi"`): `api_url` is the site's
host, and its search knows the change. `api_key` and `api_secret` are an API client's of the Account
Manager.
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
    basic,
    bearer,
    document,
    path,
    stamp,
)

TOKENS = "https://account.demandware.com/dwsso/oauth2/access_token"
OCAPI_VERSION = "v24_5"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_JSON = {"content-type": "application/json"}
_MOST = 50
_BACK = timedelta(days=3)
_SECOND = timedelta(seconds=1)


class SalesforceCommerceShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = ()

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        headers = yield from _headers(access)
        reply = yield Ask(_orders(access, order_id), headers=headers)
        return None if reply.status == 404 else reply.body

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor is a time and how many were read from there on. SCAPI lists by creation, from
        `since` on. OCAPI's search sorts by change: each page begins anew where the one before
        ended, as an order that changes meanwhile moves to the end and an offset would skip what
        moves up. Some orders come twice."""
        headers = yield from _headers(access)
        begin, _, offset = (cursor if " " in cursor else f"{stamp(since)} 0").partition(" ")
        start, asked = int(offset), _searched if _is_ocapi(access) else _listed
        reply = yield asked(access, loose.moment(begin) or since, start, headers)
        found = Node(strict.reply(reply.body)).each("hits|data")
        documents = tuple(document((each.at("data") or each).value) for each in found)
        if len(found) < _MOST:
            return Page(documents)
        if not _is_ocapi(access):
            return Page(documents, f"{begin} {start + _MOST}")
        newest = found[-1].moment("data.last_modified")
        return Page(documents, _following(begin, start + _MOST // 2, newest))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """None: there are no webhooks."""
        yield from ()
        return ()

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """Nothing: there are no webhooks."""
        yield from ()
        return ()


def _is_ocapi(access: Access) -> bool:
    return access.options.get("api", "").lower() == "ocapi"


def _orders(access: Access, *below: str, **asked: str) -> str:
    organization, site = access.options.get("organization", ""), access.options.get("site", "")
    if _is_ocapi(access):
        return path("s", site, "dw", "shop", OCAPI_VERSION, "orders", *below)
    base = ("checkout", "orders", "v1", "organizations", organization, "orders")
    return path(*base, *below, siteId=site, **asked)


def _listed(access: Access, since: datetime, start: int, headers: dict[str, str]) -> Ask:
    asked = {
        "creationDateFrom": stamp(since - _BACK),
        "limit": str(_MOST),
        "offset": str(start),
    }
    return Ask(_orders(access, **asked), headers=headers)


def _searched(access: Access, since: datetime, start: int, headers: dict[str, str]) -> Ask:
    changed = {"range_filter": {"field": "last_modified", "from": stamp(since)}}
    everything = {"query": {"match_all_query": {}}, "filter": changed}
    asked = {
        "query": {"filtered_query": everything},
        "select": "(**)",
        "sorts": [{"field": "last_modified", "sort_order": "asc"}],
        "start": start,
        "count": _MOST,
    }
    site = access.options.get("site", "")
    where = path("s", site, "dw", "shop", OCAPI_VERSION, "order_search")
    return Ask(where, "POST", {**headers, **_JSON}, msgspec.json.encode(asked))


def _following(start: str, number: int, newest: datetime | None) -> str:
    """Where the next page begins: a second before the newest change of this one, else (all of it
    changed at once) at an offset whose page overlaps this one."""
    later = stamp(newest - _SECOND) if newest else ""
    return f"{later} 0" if later > start else f"{start} {number}"


def _headers(access: Access) -> Dialogue[dict[str, str]]:
    """An access token by client credentials; SCAPI's is for one tenant."""
    tenant = access.options.get("organization", "").removeprefix("f_ecom_")
    asked = {"grant_type": "client_credentials"}
    if tenant:
        asked["scope"] = f"SALESFORCE_COMMERCE_API:{tenant} sfcc.orders"
    headers = {**basic(access.key, access.secret), **_FORM}
    reply = yield Ask(TOKENS, "POST", headers, urlencode(asked).encode(), keep="salesforce")
    return bearer(Node(strict.reply(reply.body)).needed_key("access_token"))
