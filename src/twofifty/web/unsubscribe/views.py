"""`/u/{token}`, with the look of the order page.

    GET, HEAD  asks; programs follow links that nobody clicked, so nothing happens
    POST       done: by the page's button, or by a mail program for its user (RFC 8058)

A good link is answered the same however often it is used, and never with a redirect, which mail
programs do not follow.
"""

from typing import Final

from starlette.responses import Response

from twofifty.compose.view_page import Front, masked
from twofifty.errors import StoreError
from twofifty.notice.purpose import Purpose
from twofifty.track.unsubscribe import Leaving as Left
from twofifty.track.unsubscribe import read
from twofifty.web.orderpage.drawn import drawn
from twofifty.web.orderpage.opening import away, busy, unknown
from twofifty.web.orderpage.pages import neighbourhood
from twofifty.web.visit import Visit

# No catalog has words for this page.
_WHAT: Final[dict[Purpose, str]] = {
    "receipt": "news of parcels and deliveries",
    "service": "news of parcels and deliveries",
    "marketing": "offers and reminders",
}
_ASKED = ("Stop these e-mails?", "You will get no more {what} at this address:")
_DONE = ("Done", "There will be no more {what} at this address:")
_STILL = (
    "What tells of your own purchases and payments still comes: confirmations, changes, "
    "cancellations and refunds."
)


async def asked(visit: Visit) -> Response:
    """`GET /u/{token}`: whether the mails shall end."""
    pages = visit.services.pages
    client = visit.request.client
    if rest := pages.visits.take(neighbourhood(client.host if client else "")):
        return busy(visit, rest)
    who = _who(visit)
    if who is None:
        return unknown(visit)
    return await _shown(visit, who, done=False)


async def left(visit: Visit) -> Response:
    """`POST /u/{token}`: they end. Many people's clicks come from one mail provider's machines, so
    that the limit is the link's own."""
    leaving = visit.services.leaving
    who = _who(visit)
    if leaving is None or who is None:
        return await asked(visit)
    if rest := leaving.posts.take(visit.path("token")):
        return busy(visit, rest)
    try:
        await leaving.leave(who)
    except StoreError:
        return away(visit)
    return await _shown(visit, who, done=True)


def _who(visit: Visit) -> Left | None:
    leaving = visit.services.leaving
    return None if leaving is None else read(leaving.secrets, visit.path("token"))


async def _shown(visit: Visit, who: Left, *, done: bool) -> Response:
    front = await _front(visit, who.message_id)
    tongue = front.tongues.speak("en")
    words = _DONE if done else _ASKED
    told = {
        "title": words[0],
        "help": words[1].format(what=_WHAT[who.purpose]),
        "address": masked(who.address, tongue),
        "still": _STILL,
    }
    return drawn("leaving.html", 200, front, tongue, done=done, **told)


async def _front(visit: Visit, message_id: str) -> Front:
    """The look of the shop that sent the mail, where that is still known."""
    try:
        view = await visit.services.archive.message(message_id)
    except StoreError:
        view = None
    return visit.services.pages.front(view.source if view else "")
