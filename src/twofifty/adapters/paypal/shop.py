"""PayPal's REST API: orders v2, trackers, and webhooks.

https://developer.paypal.com/api/rest/. PayPal lists no orders: its transactions of a time are
listed (Transaction Search, up to three hours late, at most 31 days at once), each leads to its
capture, and that to its order. `api_key` is the client id, `api_secret` its secret.
"""

from datetime import UTC, datetime, timedelta
from typing import TypeVar

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

API = "https://api-m.paypal.com"
_T = TypeVar("_T")
_WINDOW = timedelta(days=30)
# A page, its captures and their orders must stay within the requests of one dialogue.
_AT_ONCE = "6"
_MOST_TRACKERS = 12
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_JSON = {"content-type": "application/json"}


class PayPalShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = (
        "CHECKOUT.ORDER.APPROVED",
        "CHECKOUT.ORDER.COMPLETED",
        "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
        "PAYMENT.AUTHORIZATION.CREATED",
        "PAYMENT.AUTHORIZATION.VOIDED",
        "PAYMENT.CAPTURE.COMPLETED",
        "PAYMENT.CAPTURE.DECLINED",
        "PAYMENT.CAPTURE.DENIED",
        "PAYMENT.CAPTURE.PENDING",
        "PAYMENT.CAPTURE.REFUNDED",
    )

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        """With the carrier of each parcel, which only the tracking API tells."""
        headers = yield from _headers(access)
        return (yield from _whole(access, headers, order_id))

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        """A cursor is the start of a window of thirty days and a page of it."""
        headers = yield from _headers(access)
        start, _, page = (cursor or f"{stamp(since)} 1").partition(" ")
        begins = loose.moment(start) or since.astimezone(UTC)
        ends = begins + _WINDOW
        listed = path(
            *("v1", "reporting", "transactions"),
            start_date=stamp(begins),
            end_date=stamp(ends),
            fields="transaction_info",
            page_size=_AT_ONCE,
            page=page,
        )
        report = (yield from _get(access, headers, listed)) or Node({})
        orders: dict[str, bytes] = {}
        for order_id in (yield from _orders(access, headers, report)):
            whole = yield from _whole(access, headers, order_id)
            orders.update({order_id: whole} if whole else {})
        return Page(tuple(orders.values()), _next(report, begins, ends, page))

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        headers = yield from _headers(access)
        found = yield from _get(access, headers, path("v1", "notifications", "webhooks"))
        return tuple(
            Registered(each.needed_key("id"), topic, each.text("url") or "")
            for each in (found or Node({})).each("webhooks")
            for event in each.each("event_types")
            for topic in (self.topics if event.text("name") == "*" else [event.text("name")])
            if topic
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """PayPal signs with its own key, over the webhook's id: that is what has to be kept."""
        headers = yield from _headers(access)
        body = {"url": url, "event_types": [{"name": topic} for topic in topics]}
        made = Ask(
            (access.url or API) + path("v1", "notifications", "webhooks"),
            "POST",
            {**headers, **_JSON},
            msgspec.json.encode(body),
        )
        reply = yield made
        return (Node(strict.reply(reply.body)).needed_key("id"),)


def _headers(access: Access) -> Dialogue[dict[str, str]]:
    """An access token by client credentials."""
    headers = {**basic(access.key, access.secret), **_FORM}
    body = b"grant_type=client_credentials"
    where = (access.url or API) + "/v1/oauth2/token"
    reply = yield Ask(where, "POST", headers, body, keep="paypal")
    return bearer(Node(strict.reply(reply.body)).needed_key("access_token"))


def _get(access: Access, headers: dict[str, str], where: str) -> Dialogue[Node | None]:
    """A document; None where there is none."""
    reply = yield Ask((access.url or API) + where, "GET", headers)
    return None if reply.status == 404 else Node(strict.reply(reply.body))


def _whole(access: Access, headers: dict[str, str], order_id: str) -> Dialogue[bytes | None]:
    found = yield from _get(access, headers, path("v2", "checkout", "orders", order_id))
    if found is None:
        return None
    units = found.each("purchase_units")
    trackers = [tracker for unit in units for tracker in unit.each("shipping.trackers")]
    for tracker in trackers[:_MOST_TRACKERS]:
        yield from _with_carrier(access, headers, tracker)
    return document(found.value)


def _with_carrier(access: Access, headers: dict[str, str], tracker: Node) -> Dialogue[None]:
    """Lays the tracking API's fields into an order's tracker."""
    if identity := tracker.key("id"):
        told = yield from _get(access, headers, path("v1", "shipping", "trackers", identity))
        own = loose.mapping(tracker.value)
        own.update({**loose.mapping(told.value if told else None), **own})


def _orders(access: Access, headers: dict[str, str], report: Node) -> Dialogue[list[str]]:
    """The orders that a page of transactions belongs to, each once. What has no capture (a payout,
    a fee, a transfer) has no order."""
    found: dict[str, None] = {}
    captures: dict[str, None] = {}
    for each in report.each("transaction_details"):
        info = each.at("transaction_info")
        kind, reference = info.text("paypal_reference_id_type"), info.key("paypal_reference_id")
        if kind == "ODR" and reference:
            found[reference] = None
        elif capture := (reference if kind == "TXN" else info.key("transaction_id")):
            captures[capture] = None
    for capture in captures:
        told = yield from _get(access, headers, path("v2", "payments", "captures", capture))
        if told and (order_id := told.key("supplementary_data.related_ids.order_id")):
            found[order_id] = None
    return list(found)


def _next(report: Node, begins: datetime, ends: datetime, page: str) -> str | None:
    if (report.count("total_pages") or 0) > int(page):
        return f"{stamp(begins)} {int(page) + 1}"
    known = report.moment("last_refreshed_datetime")
    return f"{stamp(ends)} 1" if known and known > ends else None
