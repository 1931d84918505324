"""`twofifty brake ...`: the kill switch, and whose store this is."""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from twofifty.app.brakes import fingerprint
from twofifty.app.stores import Store
from twofifty.cli.look import plain, with_store
from twofifty.cli.stated import stated
from twofifty.deliver.ports import BrakeState
from twofifty.track.model import MessageQuery, MessageView, Page
from twofifty.track.moments import instant

brake_app = typer.Typer(help="Stop all mail, and let it go on.", no_args_is_help=True)

ACTOR = "the command line"
COPIED = "copied_store"
SHOWN = 20
HEARD_SECONDS = 3.0
"""Until every worker has seen a claim: before that it would hold what is released again."""


@brake_app.command("stop")
def stop_verb(
    reason: Annotated[str, typer.Option(help="Why; everybody sees it.")] = "",
) -> None:
    """Stop all mail, of every process of this store, at once."""

    async def ask(store: Store) -> int:
        await store.brakes.stop(ACTOR, reason)
        typer.echo("all mail is stopped; orders still come in. `twofifty brake go` lets it go on")
        return 0

    sys.exit(with_store(stated(), ask))


@brake_app.command("go")
def go_verb() -> None:
    """Let mail go on; what waited leaves."""

    async def ask(store: Store) -> int:
        await store.brakes.release(ACTOR)
        typer.echo("mail leaves again")
        return 0

    sys.exit(with_store(stated(), ask))


@brake_app.command("status")
def status_verb() -> None:
    """Say whether mail leaves, and whose store this is; 1 where it does not leave."""
    settings = stated()
    here = fingerprint(settings)

    async def ask(store: Store) -> int:
        state = await store.brakes.state()
        copied = bool(settings.smtp_url) and state.instance not in ("", here)
        if state.stopped or not copied:
            typer.echo(_stopped(state))
        typer.echo(f"the store belongs to {_owner(state, here)}")
        if copied:
            typer.echo(f"it is a copy: no mail leaves, {len(await _held(store))} messages are held")
        return 1 if state.stopped or copied else 0

    sys.exit(with_store(settings, ask))


@brake_app.command("claim")
def claim_verb(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    release: Annotated[bool, typer.Option("--release", help="Send what is held, too.")] = False,
) -> None:
    """Make a copied store this installation's: from now on its mail leaves here. Shows first what
    it would have sent. With `--release` also for a store that was claimed before."""
    settings = stated()
    here = fingerprint(settings)

    async def ask(store: Store) -> int:
        state = await store.brakes.state()
        held = await _held(store)
        if state.instance == here:
            typer.echo("the store is this installation's already")
        else:
            _show(held)
            typer.echo(f"the store belongs to {_owner(state, here)}; this installation is {here}")
            _sure("Is the other one gone for good, so that mail may leave here?", yes=yes)
            await store.brakes.claim(here, ACTOR)
            typer.echo("claimed: new mail leaves here")
            await asyncio.sleep(HEARD_SECONDS if release and held else 0)
        return await _release(store, held, yes=yes) if release else _stays(held)

    sys.exit(with_store(settings, ask))


def _sure(question: str, *, yes: bool) -> None:
    """Raises typer.Abort where the answer is no."""
    if not yes:
        typer.confirm(question, abort=True)


def _stays(held: Sequence[MessageView]) -> int:
    if held:
        typer.echo(
            f"what is held stays held ({len(held)}): approve or reject it under Messages, or let"
            " all of it go with `twofifty brake claim --release`"
        )
    return 0


async def _release(store: Store, held: Sequence[MessageView], *, yes: bool) -> int:
    """Approves all that is held for being a copy's, the oldest first; 1 where some stood otherwise
    by then. What is in doubt is not touched."""
    _show(held)
    if not held:
        return 0
    began = min(one.updated_at for one in held)
    older = sum(one.created_at < began for one in held)
    typer.echo(
        f"{older} of them were made before this copy held its first: the other installation may"
        " have sent those"
    )
    _sure(f"Send {len(held)} messages to customers?", yes=yes)
    released = 0
    with typer.progressbar(list(reversed(held)), label="releasing") as each:
        for one in each:
            done = await store.desk.approve(one.id, ACTOR)
            released += isinstance(done, MessageView)
    typer.echo(f"released {released} of {len(held)}")
    return 0 if released == len(held) else 1


async def _held(store: Store) -> Sequence[MessageView]:
    """All that would have been sent, the newest first."""
    found: list[MessageView] = []
    page = Page(200)
    while True:
        query = MessageQuery(status="held", code=COPIED, page=page)
        listing = await store.archive.messages(query)
        found += listing.items
        if listing.next is None:
            return found
        page = Page(200, listing.next)


def _stopped(state: BrakeState) -> str:
    if not state.stopped:
        return "mail leaves"
    why = f": {state.reason}" if state.reason else ""
    return str(plain(f"all mail is stopped since {instant(state.at):%F %T} by {state.actor}{why}"))


def _owner(state: BrakeState, here: str) -> str:
    if not state.instance:
        return "nobody yet"
    return "this installation" if state.instance == here else state.instance


def _show(held: Sequence[MessageView]) -> None:
    """What it would have sent."""
    if not held:
        typer.echo("nothing is held for being a copy's")
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(_kinds(held)).most_common())
    typer.echo(f"it would have sent {len(held)} messages: {kinds}")
    table = Table(box=None, header_style="bold")
    for name in ("id", "order", "kind", "recipient"):
        table.add_column(name, no_wrap=name in ("id", "recipient"))
    for one in held[:SHOWN]:
        said = (one.id, one.order_number or one.order_id, one.kind, one.recipient)
        table.add_row(*(plain(word) for word in said))
    Console(width=None if sys.stdout.isatty() else 250).print(table)
    if len(held) > SHOWN:
        typer.echo(f"and {len(held) - SHOWN} more: twofifty messages --status held")


def _kinds(held: Sequence[MessageView]) -> list[str]:
    return [one.kind for one in held]
