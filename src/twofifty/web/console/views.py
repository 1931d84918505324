"""The pages about orders and arrivals."""

import asyncio

import msgspec
from starlette.responses import RedirectResponse, Response

from twofifty.track.model import Conservation, MessageQuery, OrderQuery, OrderView, Page
from twofifty.web.api.replies import body, found
from twofifty.web.api.shapes import EventsQuery, OrdersQuery
from twofifty.web.console.access import session_of
from twofifty.web.console.alarms import alarms, brake_of
from twofifty.web.console.shown import older, shown
from twofifty.web.page import HEADERS, page
from twofifty.web.visit import Visit
from twofifty.web.words import GROUPS

_NEWEST = Page(8)


async def front(visit: Visit) -> Response:
    """`GET /`: the overview, or the login for who is not logged in."""
    if session_of(visit.services, visit.request) is None:
        return page("login.html", fault="", hint=visit.services.facts.key_hint)
    return await overview(visit)


async def overview(visit: Visit) -> Response:
    """Counts, the conservation law, and what is new."""
    archive = visit.services.archive
    law, orders, messages, brake = await asyncio.gather(
        archive.counts(),
        archive.orders(OrderQuery(page=_NEWEST)),
        archive.messages(MessageQuery(page=_NEWEST)),
        brake_of(visit),
    )
    return shown(
        visit,
        "overview.html",
        law=law,
        brake=brake,
        alarms=await alarms(visit, brake),
        tiles=tiles(law),
        orders=await _with_messages(visit, orders.items),
        messages=messages.items,
    )


class Tile(msgspec.Struct, frozen=True):
    """A group of statuses. `start` and `width` place it in the bar, in percent."""

    title: str
    tone: str
    count: int
    parts: tuple[tuple[str, int], ...]
    start: float
    width: float


def tiles(law: Conservation) -> tuple[Tile, ...]:
    """The groups of `words.GROUPS`, counted; together they are every message."""
    everything = sum(law.messages.values()) or 1
    made: list[Tile] = []
    start = 0.0
    for title, tone, statuses in GROUPS:
        parts = tuple((word, law.messages[word]) for word in statuses if law.messages.get(word))
        count = sum(number for _, number in parts)
        width = round(100 * count / everything, 3)
        made.append(Tile(title, tone, count, parts, start, width))
        start += width
    return tuple(made)


async def orders(visit: Visit) -> Response:
    """`GET /console/orders`."""
    asked = visit.query(OrdersQuery)
    query = OrderQuery(asked.q, asked.source, Page(asked.limit, asked.before))
    listing = await visit.services.archive.orders(query)
    return shown(
        visit,
        "orders.html",
        orders=await _with_messages(visit, listing.items),
        asked=asked,
        older=older(visit, listing.next),
    )


async def _with_messages(visit: Visit, views: tuple[OrderView, ...]) -> list[OrderView]:
    """Orders with their messages, for a list of an archive may come without."""
    return list(await asyncio.gather(*(_complete(visit, view) for view in views)))


async def _complete(visit: Visit, view: OrderView) -> OrderView:
    if view.messages or view.plan in ("wait", "absent"):
        return view
    found = await visit.services.archive.order(view.source, view.id)
    return found[0] if found else view


async def order(visit: Visit) -> Response:
    """`GET /console/orders/{source}/{id}`."""
    archive = visit.services.archive
    source, order_id = visit.path("source"), visit.path("id")
    view, canonical = found(await archive.order(source, order_id), "order")
    moments = await archive.timeline(source, order_id)
    pretty = msgspec.json.format(canonical, indent=2).decode()
    facts = msgspec.json.decode(canonical)
    return shown(
        visit, "order.html", order=view, facts=facts, moments=moments or (), canonical=pretty
    )


async def arrivals(visit: Visit) -> Response:
    """`GET /console/arrivals`."""
    asked = visit.query(EventsQuery)
    page_ = Page(asked.limit, asked.before)
    listing = await visit.services.archive.events(asked.outcome, page_)
    return shown(
        visit,
        "arrivals.html",
        arrivals=listing.items,
        asked=asked,
        older=older(visit, listing.next),
    )


async def arrival_body(visit: Visit) -> Response:
    """`GET /console/arrivals/{id}/raw`: as text, whatever it is."""
    content = found(await visit.services.archive.event_body(visit.path("id")), "event")
    return body(content, "text/plain; charset=utf-8")


async def to_front(visit: Visit) -> Response:
    """`GET /console`."""
    return RedirectResponse("/", 303, HEADERS)
