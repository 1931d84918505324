"""Addresses that are not written to: list, add, lift, export, import."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

import msgspec
from starlette.responses import Response, StreamingResponse

from twofifty.errors import Problem
from twofifty.track.exchange.all_of import all_of
from twofifty.track.exchange.hand import by_hand, wrong
from twofifty.track.exchange.reading import Taking, read
from twofifty.track.exchange.record import Fault
from twofifty.track.exchange.writing import as_csv, head
from twofifty.track.model import Page, Scope, Suppression
from twofifty.web.api import replies
from twofifty.web.api.shapes import Cursor, Limit, Words
from twofifty.web.care import Care
from twofifty.web.problem import trouble
from twofifty.web.visit import Q, Visit

_CSV: Final = "text/csv; charset=utf-8"
_MOST_PROBLEMS: Final = 100


def _meaning(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class SuppressionsQuery(msgspec.Struct, frozen=True):
    """`GET /v1/suppressions`."""

    address: Annotated[Words | None, _meaning("the whole address, case aside")] = None
    limit: Limit = 50
    before: Annotated[Cursor | None, _meaning("`next` of the page before")] = None


class LiftQuery(msgspec.Struct, frozen=True):
    """`DELETE /v1/suppressions`."""

    address: Annotated[Words, _meaning("the whole address, case aside")] = ""
    scope: Annotated[Scope | None, _meaning("only what blocks just so much")] = None


class Suppress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`address`: of mail, or a phone number in E.164."""

    address: str
    scope: Scope = "all"
    reason: Words = ""


class Lifted(msgspec.Struct, frozen=True):
    """How many suppressions of the address were ended."""

    lifted: int


class Imported(msgspec.Struct, frozen=True):
    """`taken`: lines that could be used; `new`: of those, what was not known; `problems`: up to a
    hundred lines that could not, and how to mend them; `bad`: how many they are."""

    taken: int
    new: int
    bad: int
    problems: tuple[Problem, ...] = ()


def wired(visit: Visit) -> Care:
    """What is done with addresses. Raises Trouble 404 where this face has nothing of the kind."""
    return replies.found(visit.services.care, "list of addresses here")


async def listing(visit: Visit) -> Response:
    """`GET /v1/suppressions`."""
    asked = visit.query(SuppressionsQuery)
    page = Page(asked.limit, asked.before)
    return replies.json(await wired(visit).suppressions.listing(page, asked.address))


async def add(visit: Visit) -> Response:
    """`POST /v1/suppressions`: 200 with what is in force for the address."""
    asked = await decoded(visit, Suppress)
    found = checked(visit, asked.address, asked.scope, asked.reason)
    suppressions = wired(visit).suppressions
    await suppressions.add([found])
    return replies.json(await suppressions.listing(Page(), found.address))


def checked(visit: Visit, address: str, scope: Scope, reason: str) -> Suppression:
    """What a person suppresses. Raises Trouble 422 where that can be no address."""
    if fault := wrong(address.strip()):
        raise trouble("unusable", fault, (Problem("address", fault),))
    who = (visit.actor, visit.services.clock.now())
    return by_hand(address.strip(), scope, reason.strip(), who)


async def lift(visit: Visit) -> Response:
    """`DELETE /v1/suppressions`."""
    asked = visit.query(LiftQuery)
    if not asked.address:
        fault = "say which address is written to again"
        raise trouble("bad-parameter", fault, (Problem("query.address", fault),))
    lifted = await wired(visit).suppressions.lift(asked.address, visit.actor, asked.scope)
    return replies.json(Lifted(lifted))


async def export(visit: Visit) -> Response:
    """`GET /v1/suppressions/export`: all of them, as they are read from the store."""
    headers = {
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-disposition": 'attachment; filename="suppressions.csv"',
    }
    return StreamingResponse(_lines(wired(visit)), 200, headers, _CSV)


async def _lines(care: Care) -> AsyncIterator[str]:
    yield head()
    async for some in all_of(care.suppressions):
        yield as_csv(some)


async def take_in(visit: Visit) -> Response:
    """`POST /v1/suppressions/import`: ours, or the export of a provider."""
    care = wired(visit)
    taking = Taking(visit.services.clock.now(), visit.actor)
    lines = list(read(await visit.body(), taking))
    good = [one for one in lines if isinstance(one, Suppression)]
    bad = [one for one in lines if isinstance(one, Fault)]
    new = await care.suppressions.add(good)
    problems = (Problem(f"line {one.line}", f"{one.wrong}; {one.mend}") for one in bad)
    return replies.json(Imported(len(good), new, len(bad), tuple(problems)[:_MOST_PROBLEMS]))


async def decoded(visit: Visit, kind: type[Q]) -> Q:
    """A JSON body; an empty one says nothing. Raises Trouble 400 and 422."""
    body = await visit.body()
    try:
        return msgspec.json.decode(body if body.strip() else b"{}", type=kind)
    except msgspec.ValidationError as fault:
        raise trouble("unusable", str(fault)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise trouble("bad-json", str(fault)) from None
