"""`twofifty bounce ...`: one's own bounces, complaints and automatic answers."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from twofifty.track.bounce.mbox import mails
from twofifty.track.bounce.read import read
from twofifty.track.bounce.report import Recipient, Report

LARGEST = 256 << 20

bounce_app = typer.Typer(help="Bounces: mails that came back.", no_args_is_help=True)

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Mails as they came, or mailboxes (.mbox).")
]
Line = dict[str, object]
MAILBOXES = (".mbox", ".mbx", ".mailbox")


@bounce_app.command("try")
def try_verb(files: Files) -> None:
    """Show what mails that came back say: one JSON object a line.

    "class" is hard (the address will not work), soft (it may later), message (about the mail, or
    about us), complaint, auto_reply, delivered, or none (an ordinary mail). "recipients" are whom
    it is about; "status" (RFC 3463), "code", "reason" and "diagnostic" are of the first of them
    that the class is of. A file that ends in .mbox is a mailbox: a line for each mail in it, with
    its "index" from 1.

    Exit 0: every file was understood or properly ignored. 1: one could not be read.
    """
    sys.exit(tried(files))


def tried(files: Iterable[Path]) -> int:
    """Prints what each file says; 0 where every one was understood or properly ignored."""
    understood = True
    for file in files:
        for said in _try(file):
            understood &= "error" not in said
            line = msgspec.json.encode({"file": str(file), **said}) + b"\n"
            sys.stdout.write(line.decode())
    return 0 if understood else 1


def _try(file: Path) -> Iterator[Line]:
    try:
        if file.exists() and not (file.is_file() or file.is_dir()):
            yield {"error": "is no file"}
            return
        if file.is_file() and file.stat().st_size > LARGEST:
            yield {"error": f"has more than {LARGEST >> 20} MB"}
            return
        raw = file.read_bytes()
    except OSError as fault:
        yield {"error": fault.strerror or "cannot be read"}
        return
    if not raw.strip():
        yield {"error": "is empty"}
        return
    if file.suffix.lower() not in MAILBOXES:
        yield said(read(raw))
        return
    for index, mail in enumerate(mails(raw), 1):
        yield {"index": index, **said(read(mail))}


def said(report: Report) -> Line:
    """A report as JSON."""
    first = next((one for one in report.recipients if one.cls == report.cls), Recipient("", "none"))
    return {
        "class": report.cls,
        "recipients": [one.address for one in report.recipients],
        "status": first.status,
        "code": first.code,
        "reason": first.reason or report.feedback_type or "",
        "action": first.action,
        "diagnostic": first.diagnostic,
        "message_id": report.original.message_id,
        "own_id": report.original.own_id,
    }
