"""`templates lint --links`: whether what the mails lead to is there."""

from collections.abc import Iterator
from typing import Final

import httpx2
import msgspec
from rich.console import Console
from rich.progress import Progress

from twofifty.compose.lint import Finding, check_links
from twofifty.compose.pack import KINDS, Pack, builtin
from twofifty.flow.preview import Look
from twofifty.flow.templates import Templates

_SECONDS: Final = 10.0
_SAMPLE: Final = "full"


class Asking(msgspec.Struct, frozen=True):
    """How links are asked. `private`: also addresses inside of one's own network."""

    private: bool = False


async def dead_links(templates: Templates, own: Pack, asking: Asking) -> tuple[Finding, ...]:
    """A finding for each link and picture of a pack's sample mails that does not answer, once for
    each address. Raises `TemplateError` and whatever else a pack's fault raises."""
    whole = own.over(builtin())
    order = await templates.desktop.order(_SAMPLE)
    found: dict[str, Finding] = {}
    known: dict[str, str] = {}
    looks = tuple(_looks(whole))
    async with httpx2.AsyncClient(timeout=_SECONDS, follow_redirects=False) as client:
        with _progress() as progress:
            task = progress.add_task("asking links", total=len(looks))
            for look in looks:
                mail = templates.desktop.composed(whole, templates.desktop.letter(order, look))
                name = f"the {look.kind} made of {look.layout}"
                for dead in await check_links(
                    mail.html, client, name=name, private=asking.private, known=known
                ):
                    found.setdefault(dead.message, dead)
                progress.advance(task)
    return tuple(found.values())


def _progress() -> Progress:
    """Shown to a person only."""
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _looks(whole: Pack) -> Iterator[Look]:
    """Every mail that a pack makes, in every layout."""
    made = {(part.kind, part.layout) for part in whole.parts() if part.format != "subject"}
    for kind in KINDS:
        yield from (Look(kind=kind, layout=layout) for of, layout in sorted(made) if of == kind)
