"""The pages about templates: all versions, a version's mails, and what a person may publish."""

from typing import Final
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from twofifty import telemetry
from twofifty.compose.context.error import TemplateError
from twofifty.compose.pack import Pack
from twofifty.compose.publish.theming import restated
from twofifty.compose.shelf import EVERYWHERE
from twofifty.compose.theme import FILE
from twofifty.errors import Unpublishable
from twofifty.flow.published import Wish
from twofifty.web.api.templates import promoted, rolled_back, wired
from twofifty.web.console.access import form_of
from twofifty.web.console.mails import Look as Frame
from twofifty.web.console.mails import framed
from twofifty.web.console.shown import shown
from twofifty.web.console.version import DONE, Seen, asked, found, version_page
from twofifty.web.page import HEADERS
from twofifty.web.problem import Trouble, trouble
from twofifty.web.visit import Visit

_HISTORY: Final = 50


async def versions(visit: Visit) -> Response:
    """`GET /console/templates`."""
    return await _versions(visit, visit.query(Seen))


async def _versions(visit: Visit, seen: Seen, status: int = 200, refusal: str = "") -> Response:
    publisher = wired(visit).publisher
    return shown(
        visit,
        "templates.html",
        status,
        versions=await publisher.versions(),
        standing=await publisher.standing(EVERYWHERE),
        history=(await publisher.history())[:_HISTORY],
        notice=DONE.get(seen.done or "", ""),
        refusal=refusal,
    )


async def mail(visit: Visit) -> Response:
    """`GET /console/templates/{version}/mail`: for the sandboxed frames only."""
    seen = visit.query(Seen)
    kept = await found(visit, visit.path("version"))
    desktop = wired(visit).desktop
    try:
        order = await desktop.order(seen.order)
        letter = desktop.letter(order, seen.look())
        made = desktop.composed(Pack(kept.whole, kept.version), letter)
    except (TemplateError, Unpublishable) as fault:
        raise trouble("unusable", str(fault)) from None
    return framed(made.mime, Frame(dark=seen.dark))


async def prove(visit: Visit) -> Response:
    """`POST /console/templates/{version}/send`: the mail that is looked at, to an address."""
    fields = await form_of(visit)
    kept = await found(visit, visit.path("version"))
    seen = asked(fields)
    desktop = wired(visit).desktop
    try:
        order = await desktop.order(seen.order)
        letter = desktop.letter(order, seen.look())
        pack = Pack(kept.whole, kept.version)
        await wired(visit).proofs.send(pack, letter, fields.get("to", "").strip())
    except (TemplateError, Unpublishable) as fault:
        return await version_page(visit, seen, 409, str(fault))
    telemetry.log().info(
        "a mail was sent to look at", action="templates.sent", version=kept.version, by=visit.actor
    )
    query = seen.query(done="sent")
    return RedirectResponse(f"/console/templates/{quote(kept.version)}?{query}", 303, HEADERS)


async def promote(visit: Visit) -> Response:
    """`POST /console/templates/{version}/promote`, `share` of a hundred."""
    fields = await form_of(visit)
    name = visit.path("version")
    share = int(fields["share"]) if fields.get("share", "").isdecimal() else 100
    wish = Wish(
        actor=visit.actor,
        share=share,
        note=fields.get("note", ""),
        force=fields.get("force") == "1",
    )
    try:
        said = await promoted(visit, name, wish)
    except Trouble as fault:
        return await version_page(visit, Seen(tab="check"), 409, fault.document.detail)
    return _to(f"/{quote(said.version)}", "canary" if said.action == "canary" else "promoted")


async def roll_back(visit: Visit) -> Response:
    """`POST /console/templates/rollback`."""
    fields = await form_of(visit)
    wish = Wish(actor=visit.actor, note=fields.get("note", ""))
    try:
        await rolled_back(visit, wish)
    except Trouble as fault:
        return await _versions(visit, Seen(), 409, fault.document.detail)
    return _to("", "rolled-back")


async def theme(visit: Visit) -> Response:
    """`POST /console/templates/{version}/theme`: this version with another theme, as a new one."""
    fields = await form_of(visit)
    kept = await found(visit, visit.path("version"))
    text = restated(kept.own.get(FILE, ""), fields)
    try:
        done = await wired(visit).publisher.commit({**kept.own, FILE: text}, fields.get("note", ""))
    except TemplateError as error:
        return await version_page(visit, Seen(tab="theme"), 422, str(error))
    return _to(
        f"/{quote(done.version)}", "committed", "check" if done.judgement.problems else "mail"
    )


def _to(path: str, done: str, tab: str = "mail") -> Response:
    query = urlencode({"tab": tab, "done": done}) if path else urlencode({"done": done})
    return RedirectResponse(f"/console/templates{path}?{query}", 303, HEADERS)
