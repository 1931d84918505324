"""The page about one version: a preview, what is wrong with it, what differs, its theme."""

import difflib
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
from twofifty.flow.published import LIVE
from twofifty.notice.model import Kind
from twofifty.web.api.templates import wired
from twofifty.web.console.shown import shown
from twofifty.web.problem import trouble
from twofifty.web.visit import Visit

KINDS: Final = tuple(kind for kind in get_args(Kind) if kind != "reengagement")
DONE: Final = {
    "promoted": "It is used from now on.",
    "canary": "A share of the mails gets it from now on.",
    "rolled-back": "What was before is used again.",
    "committed": "Kept as a version. Nobody gets it until it is published.",
}


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


async def version(visit: Visit) -> Response:
    """`GET /console/templates/{version}`."""
    return await version_page(visit, visit.query(Seen))


async def version_page(visit: Visit, seen: Seen, status: int = 200, refusal: str = "") -> Response:
    """The page, perhaps with why something was refused."""
    kept = await found(visit, visit.path("version"))
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
        notice=DONE.get(seen.done or "", ""),
        refusal=refusal,
    )


async def found(visit: Visit, name: str) -> KeptPack:
    """A version by the beginning of its name. Raises Trouble 404."""
    try:
        return await wired(visit).publisher.found(name)
    except Unpublishable as fault:
        raise trouble("not-found", str(fault)) from None


async def _difference(visit: Visit, kept: KeptPack) -> tuple[str, ...]:
    """What this version has otherwise than the live one."""
    live = await found(visit, LIVE)
    lines: list[str] = []
    for name in sorted({*live.whole, *kept.whole}):
        one, other = live.whole.get(name, ""), kept.whole.get(name, "")
        if one != other:
            lines += difflib.unified_diff(
                one.splitlines(), other.splitlines(), f"live/{name}", f"this/{name}", lineterm=""
            )
    return tuple(lines)
