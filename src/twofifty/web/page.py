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

# What turns the direction of text (UAX 9): shown by its number, for it makes a name or an address
# look like another one.
_TURNS = {
    code: f"[U+{code:04X}]"
    for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def _plainly(value: object) -> object:
    """Text with what would turn its direction spelled out. What a template made of values was
    spelled when it was."""
    if isinstance(value, str) and not value.isascii():
        spelled = value.translate(_TURNS)
        return type(value)(spelled) if spelled != value else value
    return value


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_plainly,
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
