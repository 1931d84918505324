"""Every verb of the command line. Exit codes: 0 done, 1 failed, 2 usage."""

import os
import sys
from typing import Annotated

import msgspec
import typer

from twofifty import __version__
from twofifty.cli import demo as demonstration
from twofifty.cli import look, reconcile, serve
from twofifty.cli.groups import GROUPS
from twofifty.cli.migrate import migrate_verb
from twofifty.cli.prune import prune_verb
from twofifty.cli.rehearse import rehearse_verb
from twofifty.cli.source_verbs import source_app
from twofifty.cli.stated import stated
from twofifty.cli.templates_render import render_verb
from twofifty.cli.templates_verbs import templates_app
from twofifty.errors import SettingsError, TwofiftyError
from twofifty.order import wire

app = typer.Typer(
    name="twofifty",
    help="Order events in, confirmations that surely arrive out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
schema_app = typer.Typer(help="Published schemas.", no_args_is_help=True)
app.add_typer(schema_app, name="schema")
templates_app.command("render")(render_verb)
for name, group in {"source": source_app, "templates": templates_app, **GROUPS}.items():
    app.add_typer(group, name=name)

Port = Annotated[
    int | None, typer.Option(min=0, max=65_535, help="Bind port instead of TWOFIFTY_PORT.")
]
Workers = Annotated[int | None, typer.Option(min=0, max=64, help="Delivery processes.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def twofifty(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    """Order events in, confirmations that surely arrive out."""


@app.command("serve")
def serve_verb(
    role: Annotated[str, typer.Option(help="api, worker or all")] = "all",
    workers: Workers = None,
    port: Port = None,
) -> None:
    """Serve: API, console and delivery, until Ctrl-C."""
    if role not in ("api", "worker", "all"):
        raise typer.BadParameter("must be api, worker or all", param_hint="--role")
    if workers is not None and role == "worker":
        told = "a worker on its own is one process; start as many as you like"
        raise typer.BadParameter(told, param_hint="--workers")
    sys.exit(serve.run(stated(port=port, workers=workers), role=role))


@app.command("demo")
def demo_verb(port: Port = None, workers: Workers = None) -> None:
    """Serve, post one sample order, and show where its confirmation can be seen."""
    sys.exit(demonstration.run(stated(port=port, workers=workers)))


@app.command("send")
def send_verb(
    file: Annotated[str, typer.Argument(help="One canonical order or event; - for standard input")],
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the outcome.")] = 60.0,
) -> None:
    """Send one order event to the running service and wait for what becomes of its message."""
    sys.exit(look.send(stated(), file, timeout))


@app.command("order")
def order_verb(
    order_id: Annotated[str, typer.Argument(metavar="ID", help="id or number")],
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show an order: what is owed, its messages, all that happened."""
    sys.exit(look.order(stated(), order_id, source, as_json=as_json))


@app.command("messages")
def messages_verb(
    order: Annotated[str | None, typer.Option(help="An order's id or number.")] = None,
    recipient: Annotated[str | None, typer.Option(help="An address.")] = None,
    status: Annotated[str | None, typer.Option(help="queued, sent, held, ...")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List messages, the newest first."""
    settings = stated()
    query = look.message_query(order, recipient, status, limit)
    sys.exit(look.messages(settings, query, as_json=as_json))


@app.command("show")
def show_verb(
    message_id: str,
    raw: Annotated[bool, typer.Option("--raw", help="The exact bytes.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Compose it again: identical, or the difference.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a message and its history, its exact bytes, or whether it can be made again."""
    if again:
        sys.exit(look.again(stated(), message_id, as_json=as_json))
    sys.exit(look.show(stated(), message_id, raw=raw, as_json=as_json))


@app.command("why")
def why_verb(message_id: str, as_json: AsJson = False) -> None:
    """Say why somebody got a message: the chain of causes, from the arrival to each attempt."""
    sys.exit(look.why(stated(), message_id, as_json=as_json))


@app.command("resend")
def resend_verb(
    message_id: str,
    to: Annotated[str | None, typer.Option(help="Another address.")] = None,
) -> None:
    """Send a message's order again, composed as it stands now."""
    sys.exit(look.resend(stated(), message_id, to))


@app.command("reconcile")
def reconcile_verb(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Its name in the settings.")],
    since: Annotated[str | None, typer.Option(help="From this date or time on.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare a source with its shop's own list of orders, and take in what never came."""
    sys.exit(reconcile.run(stated(), source, since, dry_run=dry_run, as_json=as_json))


@app.command("doctor")
def doctor_verb(as_json: AsJson = False) -> None:
    """Look at everything that delivery needs: settings, store, SMTP, sources. 1 if any fails."""
    from twofifty.cli import doctor

    sys.exit(doctor.run(stated(), as_json=as_json))


@schema_app.command("order")
def schema_order() -> None:
    """The JSON Schema of the canonical order."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(wire.schema())).decode() + "\n")


@app.command("version")
def version_verb() -> None:
    """The version."""
    typer.echo(__version__)


app.command("rehearse")(rehearse_verb)
app.command("prune")(prune_verb)
app.command("migrate")(migrate_verb)


def main() -> None:
    """The entry point: our own errors become one line, 2 for a bad setting, 1 for the rest. Files
    that are made hold customers' data: only their owner may read them."""
    os.umask(0o077)
    try:
        app()
    except SettingsError as fault:
        typer.echo(f"twofifty: {fault}", err=True)
        sys.exit(2)
    except (TwofiftyError, OSError) as fault:
        typer.echo(f"twofifty: {fault}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
