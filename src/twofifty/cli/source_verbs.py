"""`twofifty source ...`: one's own payloads, signatures and shops."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from twofifty.adapters import registry
from twofifty.app.configuration import Configuration
from twofifty.app.doors import source_of, stated_of
from twofifty.app.logs import log_of, logs
from twofifty.cli import connect, connected, sources
from twofifty.errors import SettingsError
from twofifty.intake.ports import Source, Stated
from twofifty.settings import Settings, load

source_app = typer.Typer(help="Sources: where orders come from.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Payloads as they came.")]


@source_app.command("try")
def try_verb(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="shopify, stripe, ... or a NAME")],
    files: Files,
    topic: Annotated[str, typer.Option(help="What the platform calls it: orders/create.")] = "",
) -> None:
    """Show what a source makes of payloads: orders, events, or why they are ignored."""
    settings = load(os.environ, Path.cwd())
    known, stated = _meant(kind, settings)
    sys.exit(sources.tried(known, files, stated, topic))


@source_app.command("verify")
def verify_verb(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A source of the settings.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The body, byte for byte.")],
    signature: Annotated[str, typer.Option(help="What stood in the signature's header.")] = "",
    header: Annotated[
        list[str] | None, typer.Option(help="Another header: 'Name: value'; may be repeated.")
    ] = None,
    url: Annotated[str, typer.Option(help="The URL that it was sent to.")] = "",
    at: Annotated[str, typer.Option(help="When it came, as 2026-01-31T09:30:00Z.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say why a webhook's signature is right, or which part of it is at fault."""
    settings = load(os.environ, Path.cwd())
    given = sources.Given(signature, tuple(header or ()), url, at)
    sys.exit(sources.verified(settings, name, file, given, as_json=as_json))


@source_app.command("sql")
def sql_verb(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A change log of the settings.")],
) -> None:
    """Print the SQL that a database's administrator runs so that its log can be read."""
    stated = logs(load(os.environ, Path.cwd())).get(name)
    if stated is None:
        raise SettingsError(f"there is no source {name!r} that is read from a database's log")
    typer.echo(log_of(name, stated).sql(name, stated.api_url, stated.options))


@source_app.command("add")
def add_verb(
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help="shopify, stripe, ...")] = None,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="What to call it.")] = None,
    secret: Annotated[str | None, typer.Option(help="What its webhooks are signed with.")] = None,
    api_url: Annotated[str | None, typer.Option(help="Where its API is.")] = None,
    api_key: Annotated[str | None, typer.Option(help="Key, token or client id.")] = None,
    api_secret: Annotated[str | None, typer.Option(help="The API's secret.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="Where an order says none.")] = None,
    locale: Annotated[str | None, typer.Option(help="Where an order says none.")] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="KEY=VALUE of the kind's own; may be repeated.")
    ] = None,
    webhooks: Annotated[bool, typer.Option(help="Register them where the shop takes any.")] = True,
    replace: Annotated[bool, typer.Option("--replace", help="Write its table anew.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Connect a shop: asks, tests, registers its webhooks, and writes twofifty.toml."""
    given = connect.Given(
        kind=kind,
        name=name,
        secret=secret,
        api_url=api_url,
        api_key=api_key,
        api_secret=api_secret,
        time_zone=time_zone,
        locale=locale,
        options=tuple(option or ()),
        replace=replace,
        webhooks=webhooks,
        yes=yes,
    )
    sys.exit(connect.add(given, Configuration(os.environ, Path.cwd())))


@source_app.command("list")
def list_verb(as_json: AsJson = False) -> None:
    """List the sources: where their webhooks go, and when each was heard of last."""
    sys.exit(connected.listed(load(os.environ, Path.cwd()), as_json=as_json))


@source_app.command("connect")
def connect_verb(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Register the webhooks that a source misses."""
    sys.exit(connect.connect_source(name, Configuration(os.environ, Path.cwd())))


@source_app.command("check")
def check_verb(
    name: Annotated[str | None, typer.Argument(metavar="NAME")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every source.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say whether a source is connected, a line for each thing: exit 1 where any is wrong."""
    if (name is None) != every:
        raise typer.BadParameter("say which, or --all", param_hint="NAME")
    sys.exit(connected.checked(load(os.environ, Path.cwd()), name, as_json=as_json))


def _meant(name: str, settings: Settings) -> tuple[Source, Stated]:
    """A configured source by its name, or a kind with nothing configured."""
    if name in settings.sources:
        configured = settings.sources[name]
        return source_of(name, configured), stated_of(name, configured)
    return registry.source(name), Stated(name)
