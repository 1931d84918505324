"""`twofifty templates ...`: templates of one's own, published without fear."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from twofifty.cli import templates, templates_seen, templates_sent
from twofifty.cli.stated import stated
from twofifty.cli.templates_links import Asking
from twofifty.cli.templates_seen import Frame
from twofifty.cli.templates_store import run
from twofifty.cli.templates_subject import Subject
from twofifty.flow.published import Wish

templates_app = typer.Typer(
    help="Templates: begin, check, look, publish, take back.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]
What = Annotated[str, typer.Argument(metavar="FOLDER|VERSION", help="also: live, builtin")]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER")]
Note = Annotated[str, typer.Option(help="What is new, for the record.")]
Source = Annotated[str, typer.Option(help="Only for this source; else for all.")]
Order = Annotated[str, typer.Option(help="An order's id or number, or SOURCE/ID.")]
Sample = Annotated[str, typer.Option(help="full, small, bare, long or yen.")]
KindOption = Annotated[str, typer.Option(help="confirmation, update, shipment, ...")]
Locale = Annotated[str, typer.Option(help="Another language than the order's: de-AT.")]
Layout = Annotated[str, typer.Option(help="full or compact.")]


@templates_app.command("init")
def init_verb(folder: Folder) -> None:
    """Begin templates of one's own in a new folder."""
    sys.exit(templates.initialised(folder))


@templates_app.command("list")
def list_verb(
    history: Annotated[bool, typer.Option("--history", help="Who published what, when.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the versions and where they are used, or all that was ever published."""
    verb = templates.history if history else templates.listed
    sys.exit(run(stated(), verb(as_json=as_json)))


@templates_app.command("lint")
def lint_verb(
    what: What = ".",
    hints: Annotated[
        bool, typer.Option("--hints", help="Also what is only worth knowing.")
    ] = False,
    links: Annotated[
        bool, typer.Option("--links", help="Also ask whether its links and pictures answer.")
    ] = False,
    private: Annotated[
        bool, typer.Option("--private", help="With --links: also inside of one's own network.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say everything that is wrong with templates and their mails. 1 for any error."""
    if private and not links:
        raise typer.BadParameter("needs --links", param_hint="--private")
    asking = Asking(private=private) if links else None
    verb = templates.linted(what, asking, as_json=as_json, hints=hints)
    sys.exit(run(stated(), verb))


@templates_app.command("commit")
def commit_verb(folder: Folder, note: Note = "", as_json: AsJson = False) -> None:
    """Keep a folder as a version. The same files are the same version."""
    sys.exit(run(stated(), templates.committed(folder, note, as_json=as_json)))


@templates_app.command("promote")
def promote_verb(
    version: Annotated[str, typer.Argument(metavar="VERSION")],
    source: Source = "",
    share: Annotated[int, typer.Option(min=1, max=100, help="Of a hundred mails.")] = 100,
    note: Note = "",
    force: Annotated[bool, typer.Option("--force", help="Also what is judged unfit.")] = False,
    as_json: AsJson = False,
) -> None:
    """Use a version from now on, for all mails or for a share of them."""
    wish = Wish(actor=templates.who(), scope=source, share=share, note=note, force=force)
    sys.exit(run(stated(), templates.promoted(version, wish, as_json=as_json)))


@templates_app.command("rollback")
def rollback_verb(source: Source = "", note: Note = "", as_json: AsJson = False) -> None:
    """End a canary; where there is none, go back to the version before."""
    wish = Wish(actor=templates.who(), scope=source, note=note)
    sys.exit(run(stated(), templates.rolled_back(wish, as_json=as_json)))


@templates_app.command("diff")
def diff_verb(one: What, other: What) -> None:
    """Show what differs between two versions or folders."""
    sys.exit(run(stated(), templates.compared(one, other)))


@templates_app.command("show")
def show_verb(
    version: What,
    file: Annotated[str, typer.Argument(metavar="[FILE]")] = "",
    as_json: AsJson = False,
) -> None:
    """List a version's files, or show one of them."""
    sys.exit(run(stated(), templates.shown(version, file, as_json=as_json)))


@templates_app.command("preview")
def preview_verb(
    what: What = "live",
    order: Order = "",
    sample: Sample = "full",
    kind: KindOption = "confirmation",
    locale: Locale = "",
    layout: Layout = "",
    width: Annotated[int, typer.Option(min=200, max=2000, help="Pixels, of a picture.")] = 640,
    dark: Annotated[
        bool, typer.Option("--dark", help="As a reader with dark mode sees it.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="FILE.html, .txt, .eml or .png; else the text.")
    ] = None,
) -> None:
    """Make a mail as somebody would get it, and send it to nobody."""
    subject = Subject(order or sample, kind, locale, layout)
    verb = templates_seen.previewed(what, subject, Frame(width, dark), out)
    sys.exit(run(stated(), verb))


@templates_app.command("replay")
def replay_verb(
    version: What,
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many orders.")] = 200,
    pictures: Annotated[
        Path | None, typer.Option(help="A folder for pictures side by side.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try a version on the last real orders and say what would differ from what is live."""
    verb = templates_seen.replayed(version, last, pictures, as_json=as_json)
    sys.exit(run(stated(), verb))


@templates_app.command("send")
def send_verb(
    version: What,
    to: Annotated[str, typer.Option(help="Where it goes.")],
    order: Order = "",
    sample: Sample = "full",
    kind: KindOption = "confirmation",
    locale: Locale = "",
) -> None:
    """Send a mail as somebody would get it to an address of one's own."""
    subject = Subject(order or sample, kind, locale)
    sys.exit(run(stated(), templates_sent.sent(version, subject, to)))
