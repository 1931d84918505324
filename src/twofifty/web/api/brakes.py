"""The kill switch, and whose store this is."""

from datetime import datetime

import msgspec
from starlette.responses import Response

from twofifty.track.moments import instant
from twofifty.web.api import replies
from twofifty.web.api.shapes import Words
from twofifty.web.api.suppressions import decoded, wired
from twofifty.web.care import Care
from twofifty.web.visit import Visit


class Brake(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether mail leaves. `stopped`: none does, by whom, why and since when. `copied`: the store
    is another installation's, and what would leave is held."""

    stopped: bool
    copied: bool
    actor: str = ""
    reason: str = ""
    since: datetime | None = None


class Pull(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`stopped`: true stops all mail, false lets it go on."""

    stopped: bool
    reason: Words = ""


async def state(visit: Visit) -> Response:
    """`GET /v1/brakes`."""
    return replies.json(await brake(wired(visit)))


async def pull(visit: Visit) -> Response:
    """`POST /v1/brakes`."""
    asked = await decoded(visit, Pull)
    care = wired(visit)
    if asked.stopped:
        await care.brakes.stop(visit.actor, asked.reason.strip())
    else:
        await care.brakes.release(visit.actor)
    return replies.json(await brake(care))


async def brake(care: Care) -> Brake:
    """As it stands now."""
    found = await care.brakes.state()
    since = instant(found.at) if found.stopped else None
    return Brake(found.stopped, care.copied(found), found.actor, found.reason, since)
