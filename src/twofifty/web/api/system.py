"""How the service does, and its sources."""

from starlette.responses import Response

from twofifty.track.model import Listing
from twofifty.web.api import replies
from twofifty.web.api.shapes import Alive, Ready
from twofifty.web.visit import Visit

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


async def alive(visit: Visit) -> Response:
    """`GET /healthz`."""
    well = visit.services.health.alive()
    return replies.json(Alive("alive" if well else "failing"), 200 if well else 503)


async def ready(visit: Visit) -> Response:
    """`GET /readyz`."""
    well, checks = await visit.services.health.ready()
    return replies.json(Ready(well, checks), 200 if well else 503)


async def metrics(visit: Visit) -> Response:
    """`GET /metrics`."""
    return replies.body(visit.services.metrics.render(), _PROMETHEUS)


async def sources(visit: Visit) -> Response:
    """`GET /v1/sources`."""
    return replies.json(Listing(visit.services.sources()))


async def audit(visit: Visit) -> Response:
    """`GET /v1/audit`."""
    return replies.json(await visit.services.audits.balance())
