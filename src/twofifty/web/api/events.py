"""Arrivals at the door, as they were kept; the law over everything; what is asked of the door."""

from starlette.responses import Response

from twofifty.intake.ports import Hook
from twofifty.track.model import Page
from twofifty.web.api import replies
from twofifty.web.api.shapes import EventsQuery
from twofifty.web.visit import Visit


async def listing(visit: Visit) -> Response:
    """`GET /v1/events`."""
    asked = visit.query(EventsQuery)
    page = Page(asked.limit, asked.before)
    return replies.json(await visit.services.archive.events(asked.outcome, page))


async def raw(visit: Visit) -> Response:
    """`GET /v1/events/{id}/raw`: the body as it came, whatever it is."""
    content = await visit.services.archive.event_body(visit.path("id"))
    return replies.body(
        replies.found(content, "event, or its content was pruned"),
        "application/octet-stream",
        name="event.bin",
    )


async def conservation(visit: Visit) -> Response:
    """`GET /v1/conservation`."""
    return replies.json(await visit.services.archive.conservation())


async def greeted(visit: Visit) -> Response:
    """`GET /hooks/{source}`."""
    request = visit.request
    url = f"{visit.services.facts.base_url}{request.url.path}?{request.url.query}"
    answer = visit.services.intake.greeted(
        visit.path("source"), Hook(dict(request.headers), b"", url)
    )
    return replies.body(answer.body, answer.content_type, answer.status)
