"""What a verb of `templates` is about: a pack, and a mail made of it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, get_args

import msgspec

from twofifty.compose.composed import Composed
from twofifty.compose.letter import Letter
from twofifty.compose.pack import Pack, builtin, pack
from twofifty.compose.publish.folder import read_folder
from twofifty.errors import Unpublishable
from twofifty.flow.preview import Look
from twofifty.flow.published import BUILTIN
from twofifty.flow.templates import Templates
from twofifty.notice.model import Kind

Verb = Callable[[Templates], Awaitable[int]]

_KINDS: Final = tuple(kind for kind in get_args(Kind) if kind != "reengagement")


class Subject(msgspec.Struct, frozen=True):
    """What a mail is about: an order's id or a sample's name, and which mail of it."""

    order: str
    kind: str = "confirmation"
    locale: str = ""
    layout: str = ""


async def own_pack(templates: Templates, what: str) -> Pack:
    """The shop's own files of a folder, or of a version by its name. Raises `TemplateError`,
    Unpublishable."""
    if what == BUILTIN:
        return pack({})
    folder = _folder(what)
    if folder is not None:
        return read_folder(folder)
    kept = await templates.publisher.found(what)
    return pack(kept.own)


def _folder(what: str) -> Path | None:
    """The folder that is meant; None where it is a version that is."""
    return Path(what) if Path(what).is_dir() else None


async def composed(templates: Templates, what: str, subject: Subject) -> Composed:
    """The mail as that folder's or version's templates alone make it. Raises `TemplateError`,
    Unpublishable."""
    whole = (await own_pack(templates, what)).over(builtin())
    return templates.desktop.composed(whole, await letter_about(templates, subject))


async def letter_about(templates: Templates, subject: Subject) -> Letter:
    """What a mail says. Raises Unpublishable."""
    if subject.kind not in _KINDS:
        raise Unpublishable(f"--kind {subject.kind}: must be one of {', '.join(_KINDS)}")
    kind = msgspec.convert(subject.kind, Kind)
    order = await templates.desktop.order(subject.order)
    look = Look(kind=kind, locale=subject.locale, layout=subject.layout)
    return templates.desktop.letter(order, look)
