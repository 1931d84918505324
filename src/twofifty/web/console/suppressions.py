"""The page about addresses that are not written to."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, get_args
from urllib.parse import urlencode

import msgspec
from starlette.responses import RedirectResponse, Response

from twofifty.track.model import Page, Scope
from twofifty.web.api import suppressions as api
from twofifty.web.api.shapes import Cursor, Limit, Words
from twofifty.web.console.access import form_of
from twofifty.web.console.shown import older, shown
from twofifty.web.page import HEADERS
from twofifty.web.problem import Trouble
from twofifty.web.visit import Visit

_SCOPES: Final[Mapping[str, Scope]] = {word: word for word in get_args(Scope)}
_HERE: Final = "/console/suppressions"
_DONE: Final = {
    "added": "Nothing of the kind goes to {} any more.",
    "lifted": "{} is written to again.",
    "nothing": "{} was not on the list any more.",
}


class Asked(msgspec.Struct, frozen=True):
    """`GET /console/suppressions`. `done` names the action that led here, `to` its address."""

    address: Words | None = None
    limit: Limit = 50
    before: Annotated[Cursor | None, msgspec.Meta(description="the cursor")] = None
    done: Literal["added", "lifted", "nothing"] | None = None
    to: Words | None = None


async def page(visit: Visit) -> Response:
    """`GET /console/suppressions`."""
    return await _page(visit, visit.query(Asked))


async def _page(visit: Visit, asked: Asked, status: int = 200, refusal: str = "") -> Response:
    listing = await api.wired(visit).suppressions.listing(
        Page(asked.limit, asked.before), (asked.address or "").strip() or None
    )
    return shown(
        visit,
        "suppressions.html",
        status,
        suppressions=listing.items,
        asked=asked,
        older=older(visit, listing.next),
        notice=_DONE.get(asked.done or "", "").format(asked.to or "It"),
        refusal=refusal,
    )


async def add(visit: Visit) -> Response:
    """`POST /console/suppressions`."""
    fields = await form_of(visit)
    address, scope = fields.get("address", ""), _SCOPES.get(fields.get("scope", ""), "all")
    try:
        found = api.checked(visit, address, scope, fields.get("reason", ""))
    except Trouble as fault:
        return await _page(visit, Asked(), 422, fault.document.detail)
    await api.wired(visit).suppressions.add([found])
    return _back("added", found.address)


async def lift(visit: Visit) -> Response:
    """`POST /console/suppressions/lift`: one of an address's suppressions, or all of them."""
    fields = await form_of(visit)
    address, scope = fields.get("address", ""), _SCOPES.get(fields.get("scope", ""))
    lifted = await api.wired(visit).suppressions.lift(address, visit.actor, scope)
    return _back("lifted" if lifted else "nothing", address)


async def export(visit: Visit) -> Response:
    """`GET /console/suppressions/export`: as the API does."""
    return await api.export(visit)


def _back(done: str, address: str) -> Response:
    query = urlencode({"done": done, "to": address[:254]})
    return RedirectResponse(f"{_HERE}?{query}", 303, HEADERS)
