"""Looking at mails before anybody gets them: previews, pictures and test sends."""

import sys
from pathlib import Path

import msgspec

from twofifty.app.camera import camera
from twofifty.cli.templates_subject import Subject, Verb, composed, own_pack
from twofifty.compose.composed import Composed
from twofifty.compose.pack import Pack, builtin
from twofifty.errors import Unpublishable
from twofifty.flow.published import LIVE
from twofifty.flow.replay import Replay
from twofifty.flow.templates import Templates
from twofifty.web.console.letter import preview


class Frame(msgspec.Struct, frozen=True):
    """How it is looked at."""

    width: int = 640
    dark: bool = False


def previewed(what: str, subject: Subject, frame: Frame, out: Path | None) -> Verb:
    """Writes a mail to a file in the way that its name says; its text where there is none."""

    async def verb(templates: Templates) -> int:
        mail = await composed(templates, what, subject)
        if out is None:
            sys.stdout.write(f"Subject: {mail.subject}\n\n{mail.text}")
        else:
            _put(out, await _written(mail, frame, out.suffix))
            sys.stdout.write(f"{out}: {mail.template}, {len(mail.html.encode()):,} bytes of HTML\n")
        return 0

    return verb


def replayed(version: str, last: int, pictures: Path | None, *, as_json: bool) -> Verb:
    """Tries a version on real orders and says what would differ; 1 where it should not go live."""

    async def verb(templates: Templates) -> int:
        whole = (await own_pack(templates, version)).over(builtin())
        live = (await own_pack(templates, LIVE)).over(builtin())
        replay = await templates.rehearsal.replay(whole, live, last)
        if as_json:
            sys.stdout.write(msgspec.json.encode(replay).decode() + "\n")
        else:
            _say(replay)
        if pictures is not None:
            await _pictured(templates, (whole, live), pictures)
        return 1 if replay.objections() else 0

    return verb


async def _pictured(templates: Templates, packs: tuple[Pack, Pack], folder: Path) -> None:
    taking = camera()
    try:
        taken = await templates.rehearsal.pictures(*packs, taking)
    finally:
        await taking.close()
    _made(folder)
    for name, picture in taken:
        _put(folder / f"{name}.png", picture)
        sys.stdout.write(f"{folder / name}.png\n")


def _say(replay: Replay) -> None:
    tried = f"{replay.mails} mails of {replay.orders} orders"
    same = f"{replay.same} without a difference"
    sys.stdout.write(f"{replay.version} against {replay.against}: {tried}, {same}\n")
    for group in replay.groups:
        examples = ", ".join(group.examples)
        sys.stdout.write(f"{group.code}: {group.text}: {group.count} mails ({examples})\n")


async def _written(mail: Composed, frame: Frame, suffix: str) -> bytes:
    match suffix.lower():
        case ".eml":
            return mail.mime
        case ".txt":
            return mail.text.encode()
        case ".html" | ".htm":
            return preview(mail.html, dark=frame.dark)
        case ".png":
            taking = camera()
            try:
                return await taking.picture(mail.html, frame.width, dark=frame.dark)
            finally:
                await taking.close()
    raise Unpublishable(f"--out: {suffix or 'no suffix'}: must end with .html, .txt, .eml or .png")


def _made(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


def _put(out: Path, content: bytes) -> None:
    out.write_bytes(content)
