"""`twofifty events`: arrivals of shops, and what providers' reports would be read as."""

import sys
from typing import Annotated

import typer

from twofifty.cli import arrivals
from twofifty.cli.events_try import events_try
from twofifty.cli.stated import stated

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

events_app = typer.Typer(help="Arrivals, as they came.", no_args_is_help=True)
events_app.command("try")(events_try)


@events_app.command("list")
def events_list(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the arrivals that could not be used, and why."""
    sys.exit(arrivals.rejected(stated(), source, as_json=as_json))


@events_app.command("retry")
def events_retry(
    rejected: Annotated[
        bool, typer.Option("--rejected", help="Those that could not be used (the only ones).")
    ] = True,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
) -> None:
    """Read arrivals that could not be used once more, after a mended adapter or setting."""
    sys.exit(arrivals.retry(stated(), source))
