"""`POST /events/{provider}`: what a mail provider knows of our mails."""

import msgspec
from starlette.responses import Response

from twofifty.errors import BadInput
from twofifty.web.api import replies
from twofifty.web.hot import hook_of
from twofifty.web.problem import Trouble, document
from twofifty.web.visit import Visit

# Most providers log in by user and password, and some only once they are asked to.
_ASK = ("www-authenticate", 'Basic realm="twofifty"')


class Heard(msgspec.Struct, frozen=True):
    """How much of it was `kept` because it is new, and `known` already."""

    kept: int
    known: int


async def taken(visit: Visit) -> Response:
    """Answers once everything is on disk."""
    scope = visit.request.scope
    hook = hook_of(scope, await visit.body(), visit.services.facts.base_url)
    try:
        found = await visit.services.feedback.events(visit.path("provider"), hook)
    except BadInput as fault:
        if fault.status != 401:
            raise
        raise Trouble(document("unauthorized", fault.title), (_ASK,)) from None
    return replies.json(Heard(found.kept, found.known))
