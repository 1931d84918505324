"""Pages from templates. Every value is escaped; no page may run a script that is not ours."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from twofifty.web import words
from twofifty.web.problem import Trouble

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

# `same-origin`, for under `no-referrer` browsers send `Origin: null` with forms.
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

HTML = "text/html; charset=utf-8"

_TEMPLATES = Path(__file__).parent / "console" / "templates"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(words.FILTERS)
    return made


_ENVIRONMENT = _environment()


def page(template: str, status: int = 200, **values: object) -> Response:
    """One page."""
    return Response(rendered(template, **values), status, HEADERS, HTML)


def rendered(template: str, **values: object) -> bytes:
    """A template's text, UTF-8."""
    return _ENVIRONMENT.get_template(template).render(values).encode()


def error_page(trouble: Trouble) -> bytes:
    """An error for people; where only a login is missing, the login."""
    if trouble.document.status == 401:
        return rendered("login.html", fault="", hint="")
    return rendered("error.html", problem=trouble.document)
