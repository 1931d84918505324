"""Looking at mails before anybody gets them: previews, pictures and test sends."""

import sys
from pathlib import Path
from typing import Final, get_args

import msgspec

from twofifty.app.camera import camera
from twofifty.app.delivery import Leaving, route
from twofifty.app.service import MAILBOX_PORT
from twofifty.cli.templates import Verb, own_pack
from twofifty.compose.composer import Composed
from twofifty.compose.pack import Pack, builtin
from twofifty.deliver.outcome import Accepted
from twofifty.deliver.ports import Envelope
from twofifty.errors import Unpublishable
from twofifty.flow.preview import ID, Look
from twofifty.flow.publish import LIVE
from twofifty.flow.replay import Replay
from twofifty.flow.templates import Templates
from twofifty.notice.model import Kind
from twofifty.notice.recipient import unusable
from twofifty.settings import Settings
from twofifty.web.console.letter import preview

_KINDS: Final = tuple(kind for kind in get_args(Kind) if kind != "reengagement")


class Subject(msgspec.Struct, frozen=True):
    """What a mail is about: an order's id or a sample's name, and which mail of it."""

    order: str
    kind: str = "confirmation"
    locale: str = ""
    layout: str = ""


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


def sent(settings: Settings, version: str, subject: Subject, to: str) -> Verb:
    """Sends a mail by the configured route, without leaving a trace in the store."""

    async def verb(templates: Templates) -> int:
        if fault := unusable(to):
            raise Unpublishable(f"--to: {fault}")
        mail = await composed(templates, version, subject, to)
        url = settings.smtp_url or f"smtp://127.0.0.1:{MAILBOX_PORT}?tls=none"
        channel = route(Leaving(url), settings).channel
        sender = templates.desktop.press("").sender.address
        try:
            outcome = await channel.send(Envelope(ID, sender, to, mail.mime), _always)
        finally:
            await channel.close()
        if isinstance(outcome, Accepted):
            sys.stdout.write(
                f"{outcome.route} took it: {outcome.reply.code} {outcome.reply.text}\n"
            )
            return 0
        raise Unpublishable(f"it was not taken: {getattr(outcome, 'reason', outcome)}")

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


async def composed(
    templates: Templates, what: str, subject: Subject, to: str = "customer@example.com"
) -> Composed:
    """The mail as that folder's or version's templates alone make it. Raises `TemplateError`,
    Unpublishable."""
    if subject.kind not in _KINDS:
        raise Unpublishable(f"--kind {subject.kind}: must be one of {', '.join(_KINDS)}")
    kind = msgspec.convert(subject.kind, Kind)
    whole = (await own_pack(templates, what)).over(builtin())
    order = await templates.desktop.order(subject.order)
    look = Look(kind=kind, locale=subject.locale, layout=subject.layout)
    return templates.desktop.composed(whole, templates.desktop.letter(order, look), to)


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


async def _always() -> bool:
    return True
