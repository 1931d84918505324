"""The page about one version: a preview, what is wrong with it, what differs, its theme."""

import difflib
from collections.abc import Mapping
from typing import Final, Literal, get_args
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from twofifty.compose.pack import pack
from twofifty.compose.ports import KeptPack
from twofifty.compose.publish.occasions import samples
from twofifty.compose.publish.theming import COLOURS, SCHEMES, stated
from twofifty.compose.shelf import EVERYWHERE
from twofifty.compose.texts import languages
from twofifty.compose.theme import FILE
from twofifty.errors import Unpublishable
from twofifty.flow.preview import Look
from twofifty.flow.published import BUILTIN, LIVE
from twofifty.notice.model import Kind
from twofifty.web.api.templates import wired
from twofifty.web.console.shown import shown
from twofifty.web.problem import trouble
from twofifty.web.visit import Visit

KINDS: Final = tuple(kind for kind in get_args(Kind) if kind != "reengagement")
_MOST: Final = 100
DONE: Final = {
    "promoted": "It is used from now on.",
    "canary": "A share of the mails gets it from now on.",
    "rolled-back": "What was before is used again.",
    "sent": "Sent. Look into your mailbox.",
    "committed": "Kept as a version. Nobody gets it until it is published.",
}


class Seen(msgspec.Struct, frozen=True):
    """How a version is looked at. `order`: a sample's name, or an order's id. `against`: the
    version that it is compared with."""

    tab: Literal["mail", "check", "difference", "theme"] = "mail"
    kind: Kind = "confirmation"
    locale: str = ""
    order: str = "full"
    layout: str = ""
    dark: Literal["0", "1"] = "0"
    done: Literal["promoted", "canary", "rolled-back", "committed", "sent"] | None = None
    against: str = LIVE

    def look(self) -> Look:
        """The mail that is looked at."""
        return Look(kind=self.kind, locale=self.locale[:40], layout=self.layout[:40])

    def query(self, **changes: str) -> str:
        """This look with changes, as a query string."""
        kept = {name: getattr(self, name) for name in _KEPT} | changes
        return urlencode({name: value for name, value in kept.items() if value})


_KEPT: Final = ("tab", "kind", "locale", "order", "layout", "dark", "against")


def asked(fields: Mapping[str, str]) -> Seen:
    """How the page was looked at that a form was sent from; the usual way where it says nothing
    that there is."""
    try:
        return msgspec.convert({name: fields[name] for name in _KEPT if name in fields}, Seen)
    except msgspec.ValidationError:
        return Seen()


async def version(visit: Visit) -> Response:
    """`GET /console/templates/{version}`."""
    return await version_page(visit, visit.query(Seen))


async def version_page(visit: Visit, seen: Seen, status: int = 200, refusal: str = "") -> Response:
    """The page, perhaps with why something was refused."""
    kept = await found(visit, visit.path("version"))
    publisher = wired(visit).publisher
    differs = seen.tab == "difference"
    checked = await publisher.judged(pack(kept.own)) if seen.tab == "check" else None
    return shown(
        visit,
        "version.html",
        status,
        kept=kept,
        seen=seen,
        standing=await publisher.standing(EVERYWHERE),
        judgement=checked,
        difference=await _difference(visit, kept, seen.against) if differs else (),
        others=await _others(visit) if differs else (),
        theme=stated(kept.own.get(FILE, "")),
        schemes=SCHEMES,
        colours=COLOURS,
        kinds=KINDS,
        locales=("", *(name.replace("_", "-") for name in languages()), "en-XA", "ar-XB"),
        samples=tuple(samples()),
        notice=DONE.get(seen.done or "", ""),
        refusal=refusal,
    )


async def found(visit: Visit, name: str) -> KeptPack:
    """A version by the beginning of its name. Raises Trouble 404."""
    try:
        return await wired(visit).publisher.found(name)
    except Unpublishable as fault:
        raise trouble("not-found", str(fault)) from None


async def _others(visit: Visit) -> tuple[str, ...]:
    """What a version can be compared with, the newest first."""
    known = await wired(visit).publisher.versions()
    return (LIVE, BUILTIN, *(each.head.version for each in known[:_MOST]))


async def _difference(visit: Visit, kept: KeptPack, against: str) -> tuple[str, ...]:
    """What this version has otherwise than another."""
    other = await found(visit, against)
    lines: list[str] = []
    for name in sorted({*other.whole, *kept.whole}):
        before, after = other.whole.get(name, ""), kept.whole.get(name, "")
        if before != after:
            lines += difflib.unified_diff(
                before.splitlines(),
                after.splitlines(),
                f"{against}/{name}",
                f"this/{name}",
                lineterm="",
            )
    return tuple(lines)
