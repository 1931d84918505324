"""The page of the kill switch: what it does, a reason, and the one button that does it."""

from typing import Final, Literal

import msgspec
from starlette.responses import RedirectResponse, Response

from twofifty.track.model import MessageQuery, Page
from twofifty.web.api.suppressions import wired
from twofifty.web.console.access import form_of
from twofifty.web.console.shown import shown
from twofifty.web.page import HEADERS
from twofifty.web.visit import Visit

_LONGEST: Final = 500
_DONE: Final = {"stop": "All mail is stopped.", "go": "Mail leaves again."}


class Done(msgspec.Struct, frozen=True):
    """`done` names the action that led here."""

    done: Literal["stop", "go"] | None = None


async def page(visit: Visit) -> Response:
    """`GET /console/brake`."""
    care = wired(visit)
    state = await care.brakes.state()
    waiting = (await visit.services.archive.counts()).messages
    held = await visit.services.archive.messages(
        MessageQuery(status="held", code="copied_store", page=Page(1))
    )
    done = visit.query(Done).done or ""
    return shown(
        visit,
        "brake.html",
        state=state,
        copied=care.copied(state),
        here=care.instance,
        would=bool(held.items),
        waiting=sum(waiting.get(word, 0) for word in ("queued", "scheduled", "deferred")),
        notice=_DONE.get(done, ""),
    )


async def stop(visit: Visit) -> Response:
    """`POST /console/brake/stop`."""
    reason = (await form_of(visit)).get("reason", "").strip()[:_LONGEST]
    await wired(visit).brakes.stop(visit.actor, reason)
    return RedirectResponse("/console/brake?done=stop", 303, HEADERS)


async def go(visit: Visit) -> Response:
    """`POST /console/brake/go`."""
    await form_of(visit)
    await wired(visit).brakes.release(visit.actor)
    return RedirectResponse("/console/brake?done=go", 303, HEADERS)
