"""The API's operations on templates, and on what past mails were made of."""

from twofifty.compose.ports import Publication
from twofifty.flow.published import Committed, Shown
from twofifty.flow.reprint import Again
from twofifty.flow.why import Link
from twofifty.track.model import Listing
from twofifty.web.api import templates
from twofifty.web.api.shapes import Commit, Promote, Rollback
from twofifty.web.operation import Operation, Said

_WRITTEN = (400, 408, 409, 413, 415, 422, 503)

MADE = (
    Operation(
        "GET", "/v1/messages/{id}/again", "composeAgain", "Compose a past mail again",
        templates.again, "messages", says={200: Said("whether it is identical", Again)},
        errors=(404,), detail="Made of what it was made of; nothing is sent.",
    ),
    Operation(
        "GET", "/v1/messages/{id}/why", "explainMessage", "Why somebody got a message",
        templates.why, "messages",
        says={200: Said("its causes, the first one first; `next` is always null", Listing[Link])},
        errors=(404,),
    ),
)  # fmt: skip

TEMPLATES = (
    Operation(
        "GET", "/v1/templates", "listTemplates", "Versions of the templates", templates.listing,
        "templates",
        says={200: Said("newest first, and where each is used; `next` is null", Listing[Shown])},
    ),
    Operation(
        "GET", "/v1/templates/history", "listPublications", "What was published when",
        templates.history, "templates",
        says={200: Said("the newest first; `next` is always null", Listing[Publication])},
    ),
    Operation(
        "POST", "/v1/templates", "commitTemplates", "Keep templates as a version",
        templates.commit, "templates", takes=Said("the whole pack", Commit),
        says={200: Said("the version, and what is wrong with it", Committed)},
        errors=(400, 408, 413, 415, 422, 503), detail="The same files are the same version.",
    ),
    Operation(
        "POST", "/v1/templates/{version}/promote", "promoteTemplates",
        "Use a version from now on", templates.promote, "templates",
        takes=Said("empty, or for what part of the mails", Promote),
        says={200: Said("done; workers use it within two seconds", Publication)}, errors=_WRITTEN,
    ),
    Operation(
        "POST", "/v1/templates/rollback", "rollBackTemplates",
        "End a canary, or go back to the version before", templates.roll_back, "templates",
        takes=Said("empty, or for which source", Rollback),
        says={200: Said("done", Publication)}, errors=_WRITTEN,
    ),
)  # fmt: skip
