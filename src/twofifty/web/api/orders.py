"""Orders: list, one, its timeline."""

import msgspec
from starlette.responses import Response

from twofifty.order.wire import schema
from twofifty.track.model import Listing, OrderQuery, Page
from twofifty.web.api import replies
from twofifty.web.api.shapes import OrdersQuery
from twofifty.web.visit import Visit


async def listing(visit: Visit) -> Response:
    """`GET /v1/orders`."""
    asked = visit.query(OrdersQuery)
    query = OrderQuery(asked.q, asked.source, Page(asked.limit, asked.before))
    return replies.json(await visit.services.archive.orders(query))


async def one(visit: Visit) -> Response:
    """`GET /v1/orders/{source}/{id}`: the view's fields, and the stored bytes as `order`."""
    found = await visit.services.archive.order(visit.path("source"), visit.path("id"))
    view, canonical = replies.found(found, "order")
    answer = msgspec.json.encode(view)[:-1] + b',"order":' + canonical + b"}"
    return replies.body(answer, "application/json")


async def timeline(visit: Visit) -> Response:
    """`GET /v1/orders/{source}/{id}/timeline`."""
    moments = await visit.services.archive.timeline(visit.path("source"), visit.path("id"))
    return replies.json(Listing(replies.found(moments, "order")))


async def order_schema(visit: Visit) -> Response:
    """`GET /v1/schema/order.json`."""
    return replies.body(_SCHEMA, "application/schema+json")


_SCHEMA = msgspec.json.encode(schema())
