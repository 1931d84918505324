"""`/o/{token}`: the page of one order, and what can be done on it.

    GET, HEAD  /o/{token}           looked at; nothing happens
    POST       /o/{token}/address   another e-mail address, where the confirmation did not arrive

Who has the token is the customer, so that a form needs no other proof; only a form that another
site sends is refused. Whether there is an order behind a token is never asked before the token is
known to be ours.
"""

from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from msgspec.structs import replace
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response

from twofifty.errors import StoreError
from twofifty.notice.correction import CUSTOMER
from twofifty.track.model import Refusal
from twofifty.web.orderpage import correction
from twofifty.web.orderpage.drawn import HEADERS
from twofifty.web.orderpage.offer import Offered
from twofifty.web.orderpage.opening import Opened, away, busy, forbidden, opened, others, unknown
from twofifty.web.orderpage.sheet import Around, sheet
from twofifty.web.problem import trouble
from twofifty.web.visit import Visit

OFFERED: Final[tuple[Offered, ...]] = (correction.offered,)
"""What a customer may do, in the order of the page."""

_FIELDS = 20


async def page(visit: Visit) -> Response:
    """`GET /o/{token}`."""
    found = await opened(visit)
    if isinstance(found, Response):
        return found
    offers = tuple(offer for offer in (one(found.case) for one in OFFERED) if offer is not None)
    done = visit.request.query_params.get("sent") == "1"
    thanks = correction.thanks(found.case) if done else ""
    around = replace(_around(visit, found, found.token), offers=offers, thanks=thanks)
    return sheet(found.case, found.front, around)


async def address(visit: Visit) -> Response:
    """`POST /o/{token}/address`: the confirmation goes to the address that is given."""
    if _foreign(visit.request.headers, visit.services.facts.base_url):
        return forbidden(visit)
    fields = await _form(visit)
    async with visit.services.pages.acting:
        found = await opened(visit)
        if isinstance(found, Response):
            return found
        return await _corrected(visit, found, correction.asked(found.case, fields))


async def _corrected(visit: Visit, found: Opened, given: str) -> Response:
    last = correction.missed(found.case)
    if last is None:
        return _back(visit, found, sent=False)
    if not correction.usable(given) or correction.is_the_failed_one(last.recipient, given):
        return _faulty(visit, found, given)
    whose = f"{found.case.view.source}\x00{found.case.view.id}"
    if rest := visit.services.pages.corrections.take(whose):
        return busy(visit, rest)
    try:
        done = await visit.services.desk.resend(last.id, given, CUSTOMER)
    except StoreError:
        return away(visit)
    if done is None:
        return unknown(visit)
    if isinstance(done, Refusal) and done.status == 422:
        return _faulty(visit, found, given)
    return _back(visit, found)


def _faulty(visit: Visit, found: Opened, given: str) -> Response:
    offer = correction.form(found.case, given, faulty=True)
    around = _around(visit, found, f"../{found.token}")
    return sheet(
        found.case, found.front, replace(around, offers=(offer,) if offer else (), status=422)
    )


def _around(visit: Visit, found: Opened, here: str) -> Around:
    return Around(here=here, asked=_asked(visit), others=others(visit, found.front, found.case))


def _back(visit: Visit, found: Opened, *, sent: bool = True) -> Response:
    """To the page itself, which reloads without sending the form again. `sent`: it says so."""
    lang = visit.request.query_params.get("lang")
    said = {"sent": "1"} if sent else {}
    words = urlencode({**said, **({"lang": lang} if lang else {})})
    return RedirectResponse(f"../{quote(found.token, safe='')}?{words}", 303, HEADERS)


def _asked(visit: Visit) -> str:
    """The language that the address asks for, to be asked for again by a form's answer."""
    lang = visit.request.query_params.get("lang")
    return "?" + urlencode({"lang": lang[:35]}) if lang else ""


async def _form(visit: Visit) -> dict[str, str]:
    """A form's fields. Raises Trouble 422 for what is none."""
    kind = visit.request.headers.get("content-type", "")
    if not kind.startswith("application/x-www-form-urlencoded"):
        raise trouble("unusable", "A form is sent as application/x-www-form-urlencoded.")
    try:
        body = (await visit.body()).decode()
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError:
        raise trouble("unusable", "The form cannot be read.") from None


def _foreign(headers: Headers, base_url: str) -> bool:
    """Whether another site sends the form, by `Sec-Fetch-Site`, else by `Origin`. Under our
    referrer policy browsers send the origin `null`."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin", "null")
    ours = (headers.get("host", ""), urlsplit(base_url).netloc)
    return origin != "null" and urlsplit(origin).netloc not in ours
