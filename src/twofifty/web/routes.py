"""THE table of the API: routing and `/openapi.json` are both made from it, so they agree."""

from functools import lru_cache

import msgspec
from starlette.responses import Response

from twofifty.order.model import Order
from twofifty.track.model import (
    Conservation,
    EventView,
    Listing,
    MessageView,
    Moment,
    OrderView,
)
from twofifty.web.api import events, messages, orders, replies, system
from twofifty.web.api.shapes import (
    Accepted,
    Alive,
    Balance,
    EventsQuery,
    Hooked,
    MessagesQuery,
    OrderDetail,
    OrdersQuery,
    Posted,
    Ready,
    Resend,
    SourceState,
)
from twofifty.web.openapi import openapi
from twofifty.web.operation import Operation, Said
from twofifty.web.page import HEADERS, HTML, rendered
from twofifty.web.routes_pages import LEAVING, PAGES
from twofifty.web.routes_reach import FEEDBACK, HEARD, REACH
from twofifty.web.routes_templates import MADE, TEMPLATES
from twofifty.web.services import Facts
from twofifty.web.visit import Visit


async def _document(visit: Visit) -> Response:
    return replies.body(_described(visit.services.facts)[0], "application/json")


async def _docs(visit: Visit) -> Response:
    return Response(_described(visit.services.facts)[1], 200, HEADERS, HTML)


@lru_cache(maxsize=4)
def _described(facts: Facts) -> tuple[bytes, bytes]:
    """The document and its page; both take milliseconds to make and never change."""
    document = openapi(OPERATIONS, facts.base_url, facts.version)
    return msgspec.json.encode(document), rendered("docs.html", api=document)


_IDEMPOTENT = {"Idempotency-Key": "1 to 200 printable characters; the same key never acts twice"}
_TAKEN = (400, 408, 409, 413, 415, 422, 503)
_ONE_ORDER = "/v1/orders/{source}/{id}"
_ONE_MESSAGE = "/v1/messages/{id}"
_MESSAGE = Said("the message as it stands now", MessageView)
_HISTORY = Said("what happened, oldest first; `next` is always null", Listing[Moment])

_INTAKE = (
    Operation(
        "POST", "/v1/orders", "postOrder", "Take an order in", None, "intake",
        takes=Said("the current truth of one order, `twofifty.order/1`", Order),
        says={202: Said("on disk", Accepted)}, headers=_IDEMPOTENT, errors=_TAKEN,
        detail="Post it again whenever it changes; `revision` says which is newer.",
    ),
    Operation(
        "POST", "/v1/events", "postEvent", "Take an event in", None, "intake",
        takes=Said("what happened, with the order's truth after it", Posted),
        says={202: Said("on disk", Accepted)}, headers=_IDEMPOTENT, errors=_TAKEN,
    ),
    Operation(
        "POST", "/hooks/{source}", "postHook", "Take a shop's webhook in", None, "intake",
        auth="signature",
        takes=Said("the payload as the shop sends it, signed as the shop does", dict),
        says={200: Said("on disk, or known already", Hooked)}, errors=(401, 404, *_TAKEN),
        detail="Verified over the raw bytes. 422: understood but unusable, kept and listed.",
    ),
    Operation(
        "GET", "/hooks/{source}", "getHook", "Answer a platform's challenge", events.greeted,
        "intake", auth="none",
        says={200: Said("what the platform wants to read", None, "text/plain")}, errors=(404,),
        detail="Some platforms ask before they send; for every other this is 404.",
    ),
)  # fmt: skip

_ORDERS = (
    Operation(
        "GET", "/v1/orders", "listOrders", "Search orders", orders.listing, "orders",
        query=OrdersQuery, says={200: Said("the last changed first", Listing[OrderView])},
    ),
    Operation(
        "GET", _ONE_ORDER, "getOrder", "One order", orders.one, "orders",
        says={200: Said("the order, what is owed for it, and its messages", OrderDetail)},
        errors=(404,), detail="`id` is the order's id, else its number (write `#` as `%23`).",
    ),
    Operation(
        "GET", _ONE_ORDER + "/timeline", "getTimeline", "All that happened to an order",
        orders.timeline, "orders", says={200: _HISTORY}, errors=(404,),
    ),
    Operation(
        "GET", "/v1/schema/order.json", "getOrderSchema", "JSON Schema of the canonical order",
        orders.order_schema, "orders", auth="none",
        says={200: Said("JSON Schema 2020-12", dict, "application/schema+json")},
    ),
)  # fmt: skip

_MESSAGES = (
    Operation(
        "GET", "/v1/messages", "listMessages", "Search messages", messages.listing, "messages",
        query=MessagesQuery, says={200: Said("the newest first", Listing[MessageView])},
    ),
    Operation(
        "GET", _ONE_MESSAGE, "getMessage", "One message", messages.one, "messages",
        says={200: _MESSAGE}, errors=(404,),
    ),
    Operation(
        "GET", _ONE_MESSAGE + "/raw", "getRaw", "The exact bytes of a message", messages.raw,
        "messages", says={200: Said("RFC 5322; JSON of what is no mail", None, "message/rfc822")},
        errors=(404,),
    ),
    Operation(
        "GET", _ONE_MESSAGE + "/events", "getMessageEvents", "Every move of a message",
        messages.events, "messages", says={200: _HISTORY}, errors=(404,),
    ),
    Operation(
        "POST", _ONE_MESSAGE + "/resend", "resendMessage", "Send another copy", messages.resend,
        "messages", takes=Said("empty, or where the copy goes", Resend),
        says={202: Said("the new message", MessageView)},
        errors=(400, 404, 408, 409, 413, 415, 422),
    ),
    Operation(
        "POST", _ONE_MESSAGE + "/cancel", "cancelMessage", "Withdraw a message that has not left",
        messages.cancel, "messages", says={200: _MESSAGE}, errors=(404, 409),
    ),
    Operation(
        "POST", _ONE_MESSAGE + "/approve", "approveMessage", "Release a held message",
        messages.approve, "messages", says={200: _MESSAGE}, errors=(404, 409),
    ),
    Operation(
        "POST", _ONE_MESSAGE + "/reject", "rejectMessage", "Withdraw a held message for good",
        messages.reject, "messages", says={200: _MESSAGE}, errors=(404, 409),
    ),
)  # fmt: skip

_EVENTS = (
    Operation(
        "GET", "/v1/events", "listEvents", "Arrivals at the door", events.listing, "events",
        query=EventsQuery, says={200: Said("the newest first", Listing[EventView])},
    ),
    Operation(
        "GET", "/v1/events/{id}/raw", "getEventBody", "The body of an arrival", events.raw,
        "events", says={200: Said("as it came", None, "application/octet-stream")}, errors=(404,),
    ),
    Operation(
        "GET", "/v1/conservation", "getConservation", "The conservation law, counted now",
        events.conservation, "events", says={200: Said("what was counted", Conservation)},
    ),
)  # fmt: skip

_SOURCES = (
    Operation(
        "GET", "/v1/sources", "listSources", "How every source does", system.sources, "sources",
        says={200: Said("in the order of the settings", Listing[SourceState])},
        detail="Counts are since this process began.",
    ),
    Operation(
        "GET", "/v1/audit", "getAudit", "The conservation audit", system.audit, "sources",
        says={200: Said("the balance, at most a few seconds old", Balance)},
    ),
)  # fmt: skip

_SYSTEM = (
    Operation(
        "GET", "/healthz", "getHealth", "Is the process alive?", system.alive, auth="none",
        says={200: Said("alive", Alive), 503: Said("to be restarted", Alive)},
    ),
    Operation(
        "GET", "/readyz", "getReadiness", "Can it take work?", system.ready, auth="none",
        says={200: Said("every check passes", Ready), 503: Said("a check fails", Ready)},
    ),
    Operation(
        "GET", "/metrics", "getMetrics", "Counters for Prometheus", system.metrics,
        auth="metrics", says={200: Said("text format 0.0.4", None, "text/plain")},
        detail="Without a key where the service listens on loopback only; no personal data.",
    ),
    Operation(
        "GET", "/openapi.json", "getOpenApi", "This document", _document,
        auth="none", says={200: Said("OpenAPI 3.1", dict)},
    ),
    Operation(
        "GET", "/docs", "getDocs", "This document for people", _docs, auth="none",
        says={200: Said("a page", None, "text/html")},
    ),
)  # fmt: skip

OPERATIONS: tuple[Operation, ...] = (
    *_INTAKE, *_ORDERS, *_MESSAGES, *_EVENTS, *FEEDBACK, *MADE, *HEARD, *REACH, *_SOURCES,
    *TEMPLATES, *PAGES, *LEAVING, *_SYSTEM,
)  # fmt: skip
