"""Logging in and out, and the proof that a form is ours."""

import secrets
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from twofifty.web.console.session import (
    LIFETIME,
    Session,
    csrf_matches,
    csrf_token,
    opened,
    sealed,
)
from twofifty.web.page import HEADERS, page
from twofifty.web.problem import trouble
from twofifty.web.services import Services
from twofifty.web.visit import Visit

COOKIE = "twofifty_session"

_FIELDS = 20


def session_of(services: Services, request: Request) -> Session | None:
    """Who is logged in."""
    cookie = request.cookies.get(COOKIE, "")
    return opened(services.session_secret, cookie, services.clock.seconds())


def signed_in(services: Services, request: Request) -> str:
    """Admits a session. Raises Trouble 401, which a browser sees as the login page."""
    session = session_of(services, request)
    if session is None:
        raise trouble("unauthorized", "Log in at /.")
    return f"console:{session.name}"


def token_of(visit: Visit) -> str:
    """The CSRF token for the forms of this page."""
    session = session_of(visit.services, visit.request)
    return csrf_token(visit.services.session_secret, session) if session else ""


async def form_of(visit: Visit) -> dict[str, str]:
    """A form's fields, once origin and CSRF token are proven. Raises Trouble 403."""
    fields = await _own_form(visit)
    session = session_of(visit.services, visit.request)
    secret = visit.services.session_secret
    if session is None or not csrf_matches(secret, session, fields.get("csrf", "")):
        raise trouble("forbidden", "The form is too old. Load the page again.")
    return fields


async def log_in(visit: Visit) -> Response:
    """`POST /login` with the API key."""
    key = (await _own_form(visit)).get("key", "").strip()
    name = visit.services.keys.allows(key)
    if name is None:
        hint = visit.services.facts.key_hint
        return page("login.html", 401, fault="This key is not known here.", hint=hint)
    return _begin(visit, name, RedirectResponse("/", 303, HEADERS))


async def log_in_once(visit: Visit) -> Response:
    """`GET /login/{token}`: a link that works once. The way on is a page of ours and not a
    redirect, for a strict cookie is not sent along redirects from elsewhere."""
    if visit.request.method == "HEAD" or "sec-purpose" in visit.request.headers:
        return page("entered.html")
    if not visit.services.one_time.redeem(visit.path("token")):
        fault = "This link was used before, or is too old. The API key works always."
        return page("login.html", 401, fault=fault, hint=visit.services.facts.key_hint)
    return _begin(visit, "link", page("entered.html"))


async def log_out(visit: Visit) -> Response:
    """`POST /logout`."""
    await form_of(visit)
    response = RedirectResponse("/", 303, HEADERS)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


def _begin(visit: Visit, name: str, response: Response) -> Response:
    services = visit.services
    session = Session(name, services.clock.seconds() + LIFETIME, secrets.token_urlsafe(16))
    response.set_cookie(
        COOKIE,
        sealed(services.session_secret, session),
        max_age=LIFETIME,
        httponly=True,
        samesite="strict",
        secure=services.facts.base_url.startswith("https:"),
    )
    return response


async def _own_form(visit: Visit) -> dict[str, str]:
    if not _same_origin(visit):
        raise trouble("forbidden", "The form comes from another site.")
    kind = visit.request.headers.get("content-type", "")
    if not kind.startswith("application/x-www-form-urlencoded"):
        raise trouble("unusable", "A form is sent as application/x-www-form-urlencoded.")
    try:
        body = (await visit.body()).decode()
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError:
        raise trouble("unusable", "The form cannot be read.") from None


def _same_origin(visit: Visit) -> bool:
    """Judged by `Origin`, else by `Sec-Fetch-Site`; a client that sends neither is no browser."""
    headers = visit.request.headers
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("same-origin", "none")
    ours = (headers.get("host", ""), urlsplit(visit.services.facts.base_url).netloc)
    return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc in ours
