"""`twofifty events try`: what became of mails, out of a provider's requests as they came."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from twofifty.adapters import feeds
from twofifty.errors import BadInput
from twofifty.flow.feeds import Reporter
from twofifty.track.feedback import Feedback

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Requests' bodies.")]


def events_try(
    provider: Annotated[
        str, typer.Argument(metavar="PROVIDER", help="ses, sendgrid, postmark, mailgun, ...")
    ],
    files: Files,
) -> None:
    """Show what a mail provider's requests tell of mails; signatures are not looked at."""
    sys.exit(tried(feeds.reporter(provider), files))


def tried(reporter: Reporter, files: Iterable[Path]) -> int:
    """Prints the news in each file, one JSON object a line; 0 where every file was understood, or
    properly ignored."""
    understood = True
    for file in files:
        said = _try(reporter, file)
        understood &= "error" not in said
        sys.stdout.write(msgspec.json.encode({"file": str(file), **said}).decode() + "\n")
    return 0 if understood else 1


def _try(reporter: Reporter, file: Path) -> dict[str, Any]:
    try:
        news = reporter.read(_unwrapped(file.read_bytes()), {})
    except OSError as fault:
        return {"error": fault.strerror or "cannot be read"}
    except BadInput as bad:
        return {"error": bad.title, "status": bad.status, "problems": bad.problems}
    told = [_told(each) for each in news]
    return {"events": told} if told else {"events": [], "ignored": "it tells nothing of any mail"}


def _told(news: Feedback) -> dict[str, Any]:
    """The four that every event has, and what else it has."""
    shown = {**msgspec.structs.asdict(news), "message_id": _bracketed(news.message_id)}
    found: dict[str, Any] = msgspec.to_builtins({"at": news.at, **shown})
    return {
        name: value
        for name, value in found.items()
        if value not in (None, "", False) or name in ("type", "recipient", "message_id", "at")
    }


def _bracketed(message_id: str | None) -> str | None:
    """A Message-ID as mails write it (RFC 5322 3.6.4); a provider's own id as it is."""
    return f"<{message_id}>" if message_id and "@" in message_id else message_id


def _unwrapped(body: bytes) -> bytes:
    """A recording's payload: recordings keep what was expected beside it."""
    try:
        held = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body
    recorded = "payload" in held and any(name.startswith("expected") for name in held)
    return bytes(held["payload"]) if recorded else body
