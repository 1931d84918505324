"""`twofifty suppressions ...`: addresses that are not written to."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from twofifty.app.stores import Store
from twofifty.cli.look import plain, with_store
from twofifty.cli.stated import stated
from twofifty.cli.suppression_files import Importing, exported, imported
from twofifty.errors import SettingsError
from twofifty.track.exchange.hand import by_hand, wrong
from twofifty.track.model import Page, Scope, Suppression

suppressions_app = typer.Typer(help="Addresses that are not written to.", no_args_is_help=True)

ACTOR = "the command line"

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Of mail, or a phone number.")]
File = Annotated[str, typer.Argument(metavar="FILE", help="- for standard input or output")]
Scoped = Annotated[Scope, typer.Option(help="all mail, service: all but receipts, or marketing.")]
Why = Literal["hard_bounce", "soft_bounces", "complaint", "unsubscribed", "imported"]


@suppressions_app.command("list")
def list_verb(
    address: Annotated[str | None, typer.Option(help="Only this one, case aside.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what is in force, the newest first."""

    async def ask(store: Store) -> int:
        found = await store.suppressions.listing(Page(limit), address)
        if as_json:
            _print(found.items)
        elif found.items:
            Console(width=None if sys.stdout.isatty() else 250).print(_table(found.items))
        else:
            typer.echo(f"{address} is written to" if address else "every address is written to")
        return 0

    sys.exit(with_store(stated(), ask))


@suppressions_app.command("add")
def add_verb(
    address: Address,
    scope: Scoped = "all",
    reason: Annotated[str, typer.Option(help="Why; kept with it.")] = "",
) -> None:
    """Write to an address no more, until it is lifted."""
    if fault := wrong(address.strip()):
        raise SettingsError(f"{address}: {fault}")
    made = by_hand(address.strip(), scope, reason, (ACTOR, datetime.now(UTC)))

    async def ask(store: Store) -> int:
        await store.suppressions.add([made])
        _print((await store.suppressions.listing(Page(), made.address)).items)
        return 0

    sys.exit(with_store(stated(), ask))


@suppressions_app.command("lift")
def lift_verb(
    address: Address,
    scope: Annotated[Scope | None, typer.Option(help="Only what blocks just so much.")] = None,
) -> None:
    """Write to an address again; 1 where it was not on the list."""

    async def ask(store: Store) -> int:
        lifted = await store.suppressions.lift(address, ACTOR, scope)
        typer.echo(f"{address}: {lifted} lifted" if lifted else f"{address} is not on the list")
        return 0 if lifted else 1

    sys.exit(with_store(stated(), ask))


@suppressions_app.command("export")
def export_verb(
    file: File = "-",
    form: Annotated[
        Literal["csv", "jsonl"] | None,
        typer.Option("--format", help="Else by the file's name; CSV for standard output."),
    ] = None,
) -> None:
    """Write all that is in force to a file; `import` reads it back exactly."""
    lines = form == "jsonl" or (form is None and file.endswith((".jsonl", ".ndjson", ".json")))

    async def ask(store: Store) -> int:
        count = await exported(store.suppressions, file, as_lines=lines)
        typer.echo(f"{count} suppressions", err=True)
        return 0

    sys.exit(with_store(stated(), ask))


@suppressions_app.command("import")
def import_verb(
    file: File,
    cause: Annotated[
        Why | None, typer.Option(help="Of lines that do not say why they are there.")
    ] = None,
    scope: Annotated[
        Scope | None, typer.Option(help="What foreign lines block; else by their cause.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look at the file.")] = False,
) -> None:
    """Take in a list: ours, or the export of SendGrid, Mailgun, Postmark, SES, Mailchimp and the
    like, CSV or JSON. Every line that cannot be used is named; 1 if there is any."""
    content = sys.stdin.buffer.read() if file == "-" else _read(file)
    how = Importing(ACTOR, cause, scope, dry_run=dry_run)

    async def ask(store: Store) -> int:
        report = await imported(store.suppressions, content, how)
        typer.echo(msgspec.json.encode(report))
        return 1 if report.bad or not content.strip() else 0

    if not content.strip():
        typer.echo(f"{file}: there is nothing in it", err=True)
    sys.exit(with_store(stated(), ask))


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as fault:
        raise SettingsError(f"{file}: {fault.strerror}") from None


def _print(found: Sequence[Suppression]) -> None:
    for one in found:
        typer.echo(msgspec.json.encode(one))


def _table(found: Sequence[Suppression]) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("address", "blocks", "cause", "since", "until", "why"):
        table.add_column(name, no_wrap=name == "address")
    for one in found:
        until = f"{one.until:%F}" if one.until else ""
        said = (one.address, one.scope, one.cause, f"{one.at:%F}", until, one.text)
        table.add_row(*(plain(word) for word in said))
    return table
