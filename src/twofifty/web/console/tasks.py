"""The page about what a person should look at: addresses that do not work."""

import asyncio
from typing import Final, Literal

import msgspec
from starlette.responses import RedirectResponse, Response

from twofifty.track.model import MessageView, Page, TaskView
from twofifty.web.api.suppressions import wired
from twofifty.web.api.tasks import TasksQuery, finished
from twofifty.web.console.access import form_of
from twofifty.web.console.shown import older, shown
from twofifty.web.page import HEADERS
from twofifty.web.visit import Visit

_DONE: Final = "The task is closed."


class Asked(TasksQuery, frozen=True):
    """`GET /console/tasks`. `done`: a task was closed."""

    done: Literal["1"] | None = None


class Shown(msgspec.Struct, frozen=True):
    """A task, and the message that it is about."""

    task: TaskView
    message: MessageView | None


async def page(visit: Visit) -> Response:
    """`GET /console/tasks`."""
    asked = visit.query(Asked)
    listing = await wired(visit).tasks.open(Page(asked.limit, asked.before))
    archive = visit.services.archive
    mails = await asyncio.gather(*(archive.message(one.message_id) for one in listing.items))
    return shown(
        visit,
        "tasks.html",
        tasks=[Shown(*pair) for pair in zip(listing.items, mails, strict=True)],
        asked=asked,
        older=older(visit, listing.next),
        notice=_DONE if asked.done else "",
    )


async def done(visit: Visit) -> Response:
    """`POST /console/tasks/{id}/done`."""
    fields = await form_of(visit)
    await finished(visit, fields.get("how", "")[:500])
    return RedirectResponse("/console/tasks?done=1", 303, HEADERS)
