"""The page about the broker: how it is, and its dead letters."""

import asyncio
from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from starlette.responses import RedirectResponse, Response

from twofifty.errors import BrokerError
from twofifty.queue.carrier import Carrier, CarrierState, Handed
from twofifty.track.model import MessageView
from twofifty.web.console.access import form_of
from twofifty.web.console.shown import shown
from twofifty.web.page import HEADERS
from twofifty.web.problem import trouble
from twofifty.web.visit import Visit

_MOST: Final = 50
_LONGEST: Final = 200


class Done(msgspec.Struct, frozen=True):
    """`done`: the dead letters were deleted."""

    done: Literal["1"] | None = None


class Letter(msgspec.Struct, frozen=True):
    """A dead letter. `message`: what its job is about, None where that is not to be found; `said`:
    the beginning of what is no ticket of ours."""

    job: int
    message: MessageView | None
    said: str = ""


async def page(visit: Visit) -> Response:
    """`GET /console/broker`."""
    carrier = _carrier(visit)
    state = await carrier.state()
    dead, fault = await _dead(carrier, state)
    letters = await asyncio.gather(*(_letter(visit, one) for one in dead))
    notice = "The dead letters are deleted." if visit.query(Done).done else ""
    return shown(visit, "broker.html", state=state, letters=letters, fault=fault, notice=notice)


async def clear(visit: Visit) -> Response:
    """`POST /console/broker/clear`."""
    await form_of(visit)
    try:
        await _carrier(visit).clear_dead()
    except BrokerError as fault:
        raise trouble("broker", f"The dead letters could not be deleted: {fault}") from None
    return RedirectResponse("/console/broker?done=1", 303, HEADERS)


def _carrier(visit: Visit) -> Carrier:
    carrier = visit.services.carrier
    if carrier is None:
        raise trouble("not-found", "There is no broker: BROKER_URL is not set.")
    return carrier


async def _dead(carrier: Carrier, state: CarrierState) -> tuple[Sequence[Handed], str]:
    """The dead letters, or why they cannot be looked at."""
    if not state.connected or state.dead == 0:
        return (), ""
    try:
        return await carrier.dead(_MOST), ""
    except BrokerError as fault:
        return (), str(fault)


async def _letter(visit: Visit, handed: Handed) -> Letter:
    ticket = handed.ticket
    if not ticket.job:
        return Letter(0, None, ticket.content[:_LONGEST].decode("utf-8", "replace"))
    return Letter(ticket.job, await visit.services.archive.of_job(ticket.job))
