"""commercetools' HTTP API: orders with their payments (https://docs.commercetools.com/api).

`api_url` names region and project, `https://api.europe-west1.gcp.commercetools.com/my-project`; the
token comes from `auth.` in place of `api.`. `api_key` and `api_secret` are an API client's with the
scopes `view_orders`, `view_payments` and `view_cart_discounts`. Subscriptions deliver to queues and
not to URLs, so there are no webhooks to be registered.
"""

import re
from datetime import datetime
from urllib.parse import urlencode

from twofifty.intake import strict
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

_FORM = {"content-type": "application/x-www-form-urlencoded"}
_DISCOUNT = "discountedPricePerQuantity[*].discountedPrice.includedDiscounts[*].discount"
_EXPANDED = (
    ("expand", "paymentInfo.payments[*]"),
    ("expand", "discountCodes[*].discountCode"),
    ("expand", f"lineItems[*].{_DISCOUNT}"),
    ("expand", f"customLineItems[*].{_DISCOUNT}"),
    ("expand", "discountOnTotalPrice.includedDiscounts[*].discount"),
)
_OLDEST_FIRST = (("sort", "lastModifiedAt asc"), ("sort", "id asc"), ("withTotal", "false"))
_MOST = 50
_PAYMENT = "payment:"
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_CURSOR = re.compile(r"([0-9TZ:.+-]{10,40}) ([0-9A-Za-z-]{1,64})")


class CommercetoolsShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = ()

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """By its id, or by that of one of its payments: then a list, empty where the payment has no
        order yet, whose own message will tell it."""
        headers = yield from _headers(access)
        payment_id = order_id.removeprefix(_PAYMENT)
        if payment_id != order_id:
            if not _ID.fullmatch(payment_id):
                return None
            where = f'paymentInfo(payments(id="{payment_id}"))'
            reply = yield Ask(_listed(access, where), headers=headers)
            return reply.body
        url = f"{access.url.rstrip('/')}{path('orders', order_id)}?{urlencode(_EXPANDED)}"
        reply = yield Ask(url, headers=headers)
        return None if reply.status == 404 else reply.body

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor is the last change seen, and the id of its order. A payment's change does not
        change its order: it comes by message."""
        headers = yield from _headers(access)
        seen = _CURSOR.fullmatch(cursor)
        where = f'lastModifiedAt >= "{stamp(since)}"'
        if seen:
            when, last = seen.groups()
            where = f'lastModifiedAt > "{when}" or (lastModifiedAt = "{when}" and id > "{last}")'
        reply = yield Ask(_listed(access, where), headers=headers)
        found = Node(strict.reply(reply.body)).each("results")
        documents = tuple(document(each.value) for each in found)
        if len(found) < _MOST:
            return Page(documents)
        return Page(documents, found[-1].text("lastModifiedAt+id"))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        """None: subscriptions deliver to queues."""
        yield from ()
        return ()

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """Nothing: subscriptions deliver to queues."""
        yield from ()
        return ()


def _listed(access: Access, where: str) -> str:
    asked = (("where", where), *_OLDEST_FIRST, ("limit", str(_MOST)), *_EXPANDED)
    return f"{access.url.rstrip('/')}/orders?{urlencode(asked)}"


def _headers(access: Access) -> Dialogue[dict[str, str]]:
    """An access token by client credentials."""
    host = access.url.replace("://api.", "://auth.", 1).split("/")[:3]
    auth = access.options.get("auth_url", "").rstrip("/") or "/".join(host)
    headers = {**basic(access.key, access.secret), **_FORM}
    body = b"grant_type=client_credentials"
    reply = yield Ask(f"{auth}/oauth/token", "POST", headers, body, keep="commercetools")
    return bearer(Node(strict.reply(reply.body)).needed_key("access_token"))
