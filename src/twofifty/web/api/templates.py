"""Templates: versions, what is published, and what past mails were made of."""

import msgspec
from starlette.responses import Response

from twofifty.compose.context.error import TemplateError, TemplateProblem
from twofifty.compose.ports import Publication
from twofifty.errors import Problem, Unpublishable
from twofifty.flow.published import Wish
from twofifty.flow.templates import Templates
from twofifty.track.model import Listing
from twofifty.web.api import replies
from twofifty.web.api.shapes import Commit, Promote, Rollback
from twofifty.web.problem import Trouble, trouble
from twofifty.web.visit import Q, Visit


def wired(visit: Visit) -> Templates:
    """What is done with templates. Raises Trouble 404 where this face has none."""
    return replies.found(visit.services.templates, "templates")


async def listing(visit: Visit) -> Response:
    """`GET /v1/templates`."""
    return replies.json(Listing(await wired(visit).publisher.versions()))


async def history(visit: Visit) -> Response:
    """`GET /v1/templates/history`."""
    return replies.json(Listing(await wired(visit).publisher.history()))


async def commit(visit: Visit) -> Response:
    """`POST /v1/templates`."""
    asked = await _asked(visit, Commit)
    try:
        done = await wired(visit).publisher.commit(asked.files, asked.note)
    except TemplateError as error:
        raise unusable(error) from None
    return replies.json(done)


async def promote(visit: Visit) -> Response:
    """`POST /v1/templates/{version}/promote`."""
    asked = await _asked(visit, Promote)
    wish = Wish(
        actor=visit.actor,
        scope=asked.source,
        share=asked.share,
        note=asked.note,
        force=asked.force,
    )
    return replies.json(await promoted(visit, visit.path("version"), wish))


async def promoted(visit: Visit, version: str, wish: Wish) -> Publication:
    """Promotes. Raises Trouble 409 with the reason."""
    try:
        return await wired(visit).publisher.promote(version, wish)
    except Unpublishable as fault:
        raise trouble("conflict", str(fault)) from None


async def roll_back(visit: Visit) -> Response:
    """`POST /v1/templates/rollback`."""
    asked = await _asked(visit, Rollback)
    wish = Wish(actor=visit.actor, scope=asked.source, note=asked.note)
    return replies.json(await rolled_back(visit, wish))


async def rolled_back(visit: Visit, wish: Wish) -> Publication:
    """Rolls back. Raises Trouble 409 with the reason."""
    try:
        return await wired(visit).publisher.roll_back(wish)
    except Unpublishable as fault:
        raise trouble("conflict", str(fault)) from None


async def again(visit: Visit) -> Response:
    """`GET /v1/messages/{id}/again`."""
    found = await wired(visit).archivist.again(visit.path("id"))
    return replies.json(replies.found(found, "message"))


async def why(visit: Visit) -> Response:
    """`GET /v1/messages/{id}/why`."""
    found = await wired(visit).historian.why(visit.path("id"))
    return replies.json(Listing(replies.found(found, "message")))


def unusable(error: TemplateError) -> Trouble:
    """The problem document of templates that are none."""
    return trouble("unusable", error.message, tuple(_field(each) for each in error.problems))


def _field(problem: TemplateProblem) -> Problem:
    place = problem.place
    return Problem(f"files.{place.template}:{place.line}:{place.column}", problem.message)


async def _asked(visit: Visit, kind: type[Q]) -> Q:
    body = await visit.body() or b"{}"
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as fault:
        raise trouble("unusable", str(fault)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise trouble("bad-json", str(fault)) from None
