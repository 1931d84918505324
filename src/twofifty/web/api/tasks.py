"""What a person should look at, and what the world says of a message."""

from typing import Annotated

import msgspec
from starlette.responses import Response

from twofifty.track.model import Listing, Page
from twofifty.web.api import replies
from twofifty.web.api.shapes import Cursor, Limit, Words
from twofifty.web.api.suppressions import decoded, wired
from twofifty.web.visit import Visit


class TasksQuery(msgspec.Struct, frozen=True):
    """`GET /v1/tasks`."""

    limit: Limit = 50
    before: Annotated[Cursor | None, msgspec.Meta(description="`next` of the page before")] = None


class Finish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`how`: what was done about it."""

    how: Words = ""


class Finished(msgspec.Struct, frozen=True):
    """A task that is closed now."""

    id: str
    how: str


async def listing(visit: Visit) -> Response:
    """`GET /v1/tasks`."""
    asked = visit.query(TasksQuery)
    return replies.json(await wired(visit).tasks.open(Page(asked.limit, asked.before)))


async def done(visit: Visit) -> Response:
    """`POST /v1/tasks/{id}/done`."""
    asked = await decoded(visit, Finish)
    return replies.json(await finished(visit, asked.how))


async def finished(visit: Visit, how: str) -> Finished:
    """Closes the task of the path. Raises Trouble 404."""
    task_id, said = visit.path("id"), how.strip() or "done"
    closed = await wired(visit).tasks.finish(task_id, said, visit.actor)
    replies.found(closed or None, "open task")
    return Finished(task_id, said)


async def feedback(visit: Visit) -> Response:
    """`GET /v1/messages/{id}/feedback`."""
    news = await wired(visit).reports.of(visit.path("id"))
    return replies.json(Listing(tuple(replies.found(news, "message"))))
