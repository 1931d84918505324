"""`twofifty tasks ...`: what a person should look at."""

import sys
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from twofifty.app.stores import Store
from twofifty.cli.look import plain, with_store
from twofifty.cli.stated import stated
from twofifty.track.model import Page, TaskView

tasks_app = typer.Typer(help="What a person should look at.", no_args_is_help=True)

ACTOR = "the command line"


@tasks_app.command("list")
def list_verb(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List open tasks, the newest first."""

    async def ask(store: Store) -> int:
        found = (await store.tasks.open(Page(limit))).items
        if as_json:
            for one in found:
                typer.echo(msgspec.json.encode(one))
        else:
            out = Console(width=None if sys.stdout.isatty() else 250)
            out.print(_table(found) if found else "nothing to do")
        return 0

    sys.exit(with_store(stated(), ask))


@tasks_app.command("done")
def done_verb(
    task_id: Annotated[str, typer.Argument(metavar="ID", help="As `tasks list` shows it.")],
    how: Annotated[str, typer.Option(help="What was done; kept with it.")] = "done",
) -> None:
    """Close a task. `resend MESSAGE --to ADDRESS` closes it too."""

    async def ask(store: Store) -> int:
        closed = await store.tasks.finish(task_id, how, ACTOR)
        typer.echo(f"{task_id}: closed" if closed else f"there is no open task {task_id}")
        return 0 if closed else 1

    sys.exit(with_store(stated(), ask))


def _table(found: Sequence[TaskView]) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("id", "order", "address", "perhaps", "message", "since"):
        table.add_column(name, no_wrap=name in ("id", "message", "address"))
    for one in found:
        order = one.order_number or one.order_id
        said = (one.id, order, one.address, one.suggestion or "", one.message_id, f"{one.at:%F %T}")
        table.add_row(*(plain(word) for word in said))
    return table
