"""The pages about templates: versions, previews, what differs, and what a person may publish."""

import difflib
from typing import Final, Literal, get_args
from urllib.parse import quote, urlencode

import msgspec
from starlette.responses import RedirectResponse, Response

from twofifty.compose.context.error import TemplateError
from twofifty.compose.pack import Pack, pack
from twofifty.compose.ports import KeptPack
from twofifty.compose.publish.occasions import samples
from twofifty.compose.publish.theming import COLOURS, SCHEMES, restated, stated
from twofifty.compose.shelf import EVERYWHERE
from twofifty.compose.texts import languages
from twofifty.compose.theme import FILE
from twofifty.errors import Unpublishable
from twofifty.flow.preview import Look
from twofifty.flow.publish import LIVE, Wish
from twofifty.notice.model import Kind
from twofifty.web.api.templates import promoted, rolled_back, wired
from twofifty.web.console.access import form_of
from twofifty.web.console.mails import Look as Frame
from twofifty.web.console.mails import framed
from twofifty.web.console.shown import shown
from twofifty.web.page import HEADERS
from twofifty.web.problem import Trouble, trouble
from twofifty.web.visit import Visit

KINDS: Final = tuple(kind for kind in get_args(Kind) if kind != "reengagement")
_DONE: Final = {
    "promoted": "It is used from now on.",
    "canary": "A share of the mails gets it from now on.",
    "rolled-back": "What was before is used again.",
    "committed": "Kept as a version. Nobody gets it until it is published.",
}
_HISTORY: Final = 50


class Seen(msgspec.Struct, frozen=True):
    """How a version is looked at. `order`: a sample's name, or an order's id."""

    tab: Literal["mail", "check", "difference", "theme"] = "mail"
    kind: Kind = "confirmation"
    locale: str = ""
    order: str = "full"
    layout: str = ""
    dark: Literal["0", "1"] = "0"
    done: Literal["promoted", "canary", "rolled-back", "committed"] | None = None

    def query(self, **changes: str) -> str:
        """This look with changes, as a query string."""
        kept = {name: getattr(self, name) for name in _KEPT} | changes
        return urlencode({name: value for name, value in kept.items() if value})


_KEPT: Final = ("tab", "kind", "locale", "order", "layout", "dark")


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
        notice=_DONE.get(seen.done or "", ""),
        refusal=refusal,
    )


async def version(visit: Visit) -> Response:
    """`GET /console/templates/{version}`."""
    return await _version(visit, visit.query(Seen))


async def _version(visit: Visit, seen: Seen, status: int = 200, refusal: str = "") -> Response:
    kept = await _found(visit, visit.path("version"))
    publisher = wired(visit).publisher
    checked = await publisher.judged(pack(kept.own)) if seen.tab == "check" else None
    return shown(
        visit,
        "version.html",
        status,
        kept=kept,
        seen=seen,
        standing=await publisher.standing(EVERYWHERE),
        judgement=checked,
        difference=await _difference(visit, kept) if seen.tab == "difference" else (),
        theme=stated(kept.own.get(FILE, "")),
        schemes=SCHEMES,
        colours=COLOURS,
        kinds=KINDS,
        locales=("", *(name.replace("_", "-") for name in languages()), "en-XA", "ar-XB"),
        samples=tuple(samples()),
        notice=_DONE.get(seen.done or "", ""),
        refusal=refusal,
    )


async def mail(visit: Visit) -> Response:
    """`GET /console/templates/{version}/mail`: for the sandboxed frames only."""
    seen = visit.query(Seen)
    kept = await _found(visit, visit.path("version"))
    desktop = wired(visit).desktop
    try:
        order = await desktop.order(seen.order)
        look = Look(kind=seen.kind, locale=seen.locale[:40], layout=seen.layout[:40])
        made = desktop.composed(Pack(kept.whole, kept.version), desktop.letter(order, look))
    except (TemplateError, Unpublishable) as fault:
        raise trouble("unusable", str(fault)) from None
    return framed(made.mime, Frame(dark=seen.dark))


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
        return await _version(visit, Seen(tab="check"), 409, fault.document.detail)
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
    kept = await _found(visit, visit.path("version"))
    text = restated(kept.own.get(FILE, ""), fields)
    try:
        done = await wired(visit).publisher.commit({**kept.own, FILE: text}, fields.get("note", ""))
    except TemplateError as error:
        return await _version(visit, Seen(tab="theme"), 422, str(error))
    return _to(
        f"/{quote(done.version)}", "committed", "check" if done.judgement.problems else "mail"
    )


async def _found(visit: Visit, name: str) -> KeptPack:
    try:
        return await wired(visit).publisher.found(name)
    except Unpublishable as fault:
        raise trouble("not-found", str(fault)) from None


async def _difference(visit: Visit, kept: KeptPack) -> tuple[str, ...]:
    """What this version has otherwise than the live one."""
    live = await _found(visit, LIVE)
    lines: list[str] = []
    for name in sorted({*live.whole, *kept.whole}):
        one, other = live.whole.get(name, ""), kept.whole.get(name, "")
        if one != other:
            lines += difflib.unified_diff(
                one.splitlines(), other.splitlines(), f"live/{name}", f"this/{name}", lineterm=""
            )
    return tuple(lines)


def _to(path: str, done: str, tab: str = "mail") -> Response:
    query = urlencode({"tab": tab, "done": done}) if path else urlencode({"done": done})
    return RedirectResponse(f"/console/templates{path}?{query}", 303, HEADERS)
