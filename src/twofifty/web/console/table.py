"""The table of the console's pages."""

from typing import NamedTuple

from twofifty.web.admission import anyone
from twofifty.web.console import (
    access,
    assets,
    brakes,
    broker,
    letters,
    mails,
    publishing,
    sources,
    stream,
    suppressions,
    tasks,
    version,
    views,
)
from twofifty.web.console.access import signed_in
from twofifty.web.switch import Admit
from twofifty.web.visit import Handler


class Page(NamedTuple):
    """One page, or what one of its forms posts to."""

    method: str
    path: str
    admit: Admit
    handler: Handler


_MESSAGE = "/console/messages/{id}"
_LETTER = "/console/mailbox/{id}"
_VERSION = "/console/templates/{version}"
_SUPPRESSIONS = "/console/suppressions"

PAGES: tuple[Page, ...] = (
    Page("GET", "/", anyone, views.front),
    Page("POST", "/login", anyone, access.log_in),
    Page("GET", "/login/{token}", anyone, access.log_in_once),
    Page("POST", "/logout", signed_in, access.log_out),
    Page("GET", "/console", anyone, views.to_front),
    Page("GET", "/console/static/{name}", anyone, assets.asset),
    Page("GET", "/console/stream", signed_in, stream.stream),
    Page("GET", "/console/orders", signed_in, views.orders),
    Page("GET", "/console/orders/{source}/{id}", signed_in, views.order),
    Page("GET", "/console/messages", signed_in, mails.messages),
    Page("GET", _MESSAGE, signed_in, mails.message),
    Page("GET", _MESSAGE + "/html", signed_in, mails.html),
    Page("GET", _MESSAGE + "/raw", signed_in, mails.raw),
    Page("POST", _MESSAGE + "/resend", signed_in, mails.resend),
    Page("POST", _MESSAGE + "/cancel", signed_in, mails.cancel),
    Page("POST", _MESSAGE + "/approve", signed_in, mails.approve),
    Page("POST", _MESSAGE + "/reject", signed_in, mails.reject),
    Page("GET", "/console/arrivals", signed_in, views.arrivals),
    Page("GET", "/console/arrivals/{id}/raw", signed_in, views.arrival_body),
    Page("GET", "/console/templates", signed_in, publishing.versions),
    Page("POST", "/console/templates/rollback", signed_in, publishing.roll_back),
    Page("GET", _VERSION, signed_in, version.version),
    Page("GET", _VERSION + "/mail", signed_in, publishing.mail),
    Page("POST", _VERSION + "/send", signed_in, publishing.prove),
    Page("POST", _VERSION + "/promote", signed_in, publishing.promote),
    Page("POST", _VERSION + "/theme", signed_in, publishing.theme),
    Page("GET", "/console/tasks", signed_in, tasks.page),
    Page("POST", "/console/tasks/{id}/done", signed_in, tasks.done),
    Page("GET", _SUPPRESSIONS, signed_in, suppressions.page),
    Page("POST", _SUPPRESSIONS, signed_in, suppressions.add),
    Page("POST", _SUPPRESSIONS + "/lift", signed_in, suppressions.lift),
    Page("GET", _SUPPRESSIONS + "/export", signed_in, suppressions.export),
    Page("GET", "/console/brake", signed_in, brakes.page),
    Page("POST", "/console/brake/stop", signed_in, brakes.stop),
    Page("POST", "/console/brake/go", signed_in, brakes.go),
    Page("GET", "/console/broker", signed_in, broker.page),
    Page("POST", "/console/broker/clear", signed_in, broker.clear),
    Page("GET", "/console/sources", signed_in, sources.sources),
    Page("GET", "/console/audit", signed_in, sources.audit),
    Page("GET", "/console/mailbox", signed_in, letters.letters),
    Page("GET", _LETTER, signed_in, letters.letter),
    Page("GET", _LETTER + "/html", signed_in, letters.html),
    Page("GET", _LETTER + "/raw", signed_in, letters.raw),
)
