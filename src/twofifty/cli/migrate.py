"""`twofifty migrate`: the newest schema, and an embedded store moved to a server."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from twofifty.app import moving
from twofifty.app.place import named
from twofifty.cli.stated import stated
from twofifty.settings import Settings


def migrate_verb(
    origin: Annotated[
        str | None,
        typer.Option("--from", help="An embedded store to move here: its file, or sqlite:///FILE."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is to be done; 1 if there is anything.")
    ] = False,
) -> None:
    """Bring the store to the newest schema, beside a running service.

    With --from, an embedded SQLite store is moved into the PostgreSQL database of DATABASE_URL: all
    rows in one transaction, read back and compared by hash. Stop its service first.
    """
    settings = stated()
    if check:
        steps = moving.pending(settings)
        typer.echo("\n".join(steps) or "nothing to do")
        sys.exit(1 if steps else 0)
    if origin is None:
        typer.echo("\n".join(moving.migrate(settings)) or "nothing to do")
        return
    _move(settings, origin)


def _move(settings: Settings, origin: str) -> None:
    bars: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def told(table: str, done: int, total: int) -> None:
            if table not in bars:
                bars[table] = progress.add_task(table)
            progress.update(bars[table], completed=done, total=total)

        moved = moving.move(settings, origin, told)
    for one in moved:
        if one.rows:
            typer.echo(f"{one.rows:>12,} {one.table:<18} {one.digest[:16]}")
    typer.echo(f"{origin} lives on in {named(settings.database_url)}; every hash is the same")
