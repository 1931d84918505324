"""`GET /console/stream`: server-sent events that say only that something changed."""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from twofifty.web.visit import Visit

TICK = 0.5
"""Seconds between two looks at the counter, and so between two events at most."""

_BEAT = 30
_LIFE = 1_200
"""Ticks: a comment keeps proxies awake; after ten minutes the browser connects, and proves its
session, anew."""

_HEADERS = {
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
}


async def stream(visit: Visit) -> Response:
    """Endless, as far as the browser can tell."""
    if visit.request.method == "HEAD":
        return Response(None, 200, _HEADERS, "text/event-stream")
    return StreamingResponse(_events(visit), 200, _HEADERS, "text/event-stream")


async def _events(visit: Visit) -> AsyncIterator[bytes]:
    known = visit.services.changes()
    yield b"retry: 2000\n\n"
    for tick in range(1, _LIFE):
        await asyncio.sleep(TICK)
        if visit.services.stopping() or await visit.request.is_disconnected():
            return
        count = visit.services.changes()
        if count != known:
            known = count
            yield b"event: change\ndata: %d\n\n" % count
        elif tick % _BEAT == 0:
            yield b": still here\n\n"
