"""From a request to the order that it may see, or to the page that says why not."""

from collections.abc import Iterator
from math import ceil

import msgspec
from starlette.responses import Response

from twofifty.compose.tongue import Tongue
from twofifty.compose.view_page import Front
from twofifty.errors import StoreError
from twofifty.order import wire
from twofifty.order.model import Order
from twofifty.track.model import OrderView
from twofifty.track.token import Access, Expired, Unknown, read
from twofifty.web.orderpage.drawn import drawn, own_name
from twofifty.web.orderpage.offer import Case
from twofifty.web.orderpage.pages import neighbourhood
from twofifty.web.visit import Visit

_LONGEST_TAG = 35
_MOST_TAGS = 5


class Opened(msgspec.Struct, frozen=True):
    """An order that may be seen. `token`: the key to it, which is all of its page's address."""

    token: str
    case: Case
    front: Front


async def opened(visit: Visit) -> Opened | Response:
    """What the token in the path opens, or the page that is answered instead.

    404 for a token that is not ours and for an order that is gone, 410 for one whose time is over,
    429 for who comes too often, 503 where the store does not answer.
    """
    pages = visit.services.pages
    client = visit.request.client
    if rest := pages.visits.take(neighbourhood(client.host if client else "")):
        return busy(visit, rest)
    token = visit.path("token")
    key = read(pages.secrets, token, visit.services.clock.now())
    if isinstance(key, Unknown):
        return unknown(visit)
    try:
        found = await _found(visit, key)
    except StoreError:
        return away(visit)
    front = pages.front(key.source)
    if found is None:
        return unknown(visit)
    view, order = found
    if isinstance(key, Expired):
        return _said(visit, 410, "page_expired", (front, spoken(visit, front, order.locale)))
    return Opened(token, Case(order, view, spoken(visit, front, order.locale)), front)


def unknown(visit: Visit) -> Response:
    """404: it says nothing about any order."""
    front = visit.services.pages.front("")
    asked = next(iter(_preferred(visit, front)), None)
    tongue = asked or front.tongues.speak(None)
    return _said(visit, 404, "page_unknown", (front, tongue))


def busy(visit: Visit, seconds: float) -> Response:
    """429: come again in so many seconds."""
    return _plainly(visit, 429, _BUSY, ceil(seconds))


def away(visit: Visit) -> Response:
    """503: the store does not answer."""
    return _plainly(visit, 503, _AWAY, 5)


def forbidden(visit: Visit) -> Response:
    """403: another site sent the form."""
    return _plainly(visit, 403, _FOREIGN, 0)


def spoken(visit: Visit, front: Front, locale: str | None) -> Tongue:
    """The language that the address asks for, else the order's."""
    wanted = visit.request.query_params.get("lang", "")
    return _matching(front, wanted) or front.tongues.speak(locale)


def others(visit: Visit, front: Front, case: Case) -> tuple[Tongue, ...]:
    """Languages that this visitor may rather read: the order's own, the browser's, English."""
    found = (
        front.tongues.speak(case.order.locale),
        *_preferred(visit, front),
        front.tongues.speak("en"),
    )
    shown: dict[str, Tongue] = {}
    for tongue in found:
        shown.setdefault(own_name(tongue.tag), tongue)
    shown.pop(own_name(case.tongue.tag), None)
    return tuple(shown.values())[:4]


async def _found(visit: Visit, key: Access | Expired) -> tuple[OrderView, Order] | None:
    """The order itself: an archive also finds orders by their number, which might be another's."""
    found = await visit.services.archive.order(key.source, key.order_id)
    if found is None or (found[0].source, found[0].id) != (key.source, key.order_id):
        return None
    return found[0], wire.decode(found[1])


def _preferred(visit: Visit, front: Front) -> Iterator[Tongue]:
    """The languages of the address and of the browser that we speak, the most wanted first."""
    stated = visit.request.headers.get("accept-language", "").split(",")[:_MOST_TAGS]
    tags = [visit.request.query_params.get("lang", ""), *stated]
    for tag in tags:
        tongue = _matching(front, tag.partition(";")[0].strip())
        if tongue is not None:
            yield tongue


def _matching(front: Front, wanted: str) -> Tongue | None:
    """The tongue of a tag; None for a tag that we do not speak."""
    if not wanted.isascii() or not 2 <= len(wanted) <= _LONGEST_TAG:
        return None
    tongue = front.tongues.speak(wanted)
    return tongue if _language(tongue.tag) == _language(wanted) else None


def _language(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()


# Errors that no catalog has words for.
_BUSY = ("Too many requests", "Please try again in a moment.")
_AWAY = ("Your order cannot be shown right now", "Please try again in a few minutes.")
_FOREIGN = ("Not allowed", "This form was sent from another site.")


def _said(visit: Visit, status: int, name: str, how: tuple[Front, Tongue]) -> Response:
    texts = how[1].texts
    said = {"title": texts[name], "help": texts[f"{name}_help"]}
    return drawn("said.html", status, how[0], how[1], **said)


def _plainly(visit: Visit, status: int, said: tuple[str, str], seconds: int) -> Response:
    front = visit.services.pages.front("")
    tongue = front.tongues.speak("en")
    response = drawn("said.html", status, front, tongue, title=said[0], help=said[1])
    if seconds:
        response.headers["retry-after"] = str(seconds)
    return response
