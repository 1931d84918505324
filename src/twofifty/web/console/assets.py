"""The console's own style sheet, script and icon."""

from pathlib import Path

from starlette.responses import Response

from twofifty.web.api.replies import found
from twofifty.web.visit import Visit

_MEDIA = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FOLDER = Path(__file__).parent / "static"
_FILES = {name: (_FOLDER / name).read_bytes() for name in _MEDIA}
_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}


async def asset(visit: Visit) -> Response:
    """`GET /console/static/{name}`."""
    name = visit.path("name")
    content = found(_FILES.get(name), "file")
    return Response(content, 200, _HEADERS, _MEDIA[name])
