"""The pages about sources and about the conservation audit."""

from starlette.responses import Response

from twofifty.web.console.shown import shown
from twofifty.web.visit import Visit


async def sources(visit: Visit) -> Response:
    """`GET /console/sources`."""
    return shown(visit, "sources.html", sources=visit.services.sources())


async def audit(visit: Visit) -> Response:
    """`GET /console/audit`."""
    return shown(visit, "audit.html", balance=await visit.services.audits.balance())
