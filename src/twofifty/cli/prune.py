"""`twofifty prune`: forgets the content of what is long over, into an archive if one is named."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
import zstandard
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from twofifty.app.stores import Store
from twofifty.cli.look import with_store
from twofifty.cli.stated import stated
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError
from twofifty.flow.prune import Pruned, Pruner, lines
from twofifty.track.prune import Content, Step

_WORDS: dict[Content, str] = {
    "events": "bodies of arrivals",
    "messages": "mails' bytes",
    "reports": "bodies of reports",
}


def prune_verb(
    days: Annotated[int, typer.Option(min=1, help="What is older than that goes.")],
    archive: Annotated[
        Path | None, typer.Option(help="A folder: what goes is kept there first.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Forget the content of old arrivals, mails and reports; what happened stays known.

    Runs beside a service. Keys, orders, moves and news stay: nothing is ever told twice.
    """

    async def ask(store: Store) -> int:
        keep = None if archive is None or dry_run else Archive(archive)
        pruner = Pruner(store.attic, SystemClock())
        found: dict[Content, Pruned] = {}
        with _progress() as progress:
            task = progress.add_task("looking", total=None)
            async for one in pruner.prune(timedelta(days=days), keep, dry=dry_run):
                found[one.content] = one
                progress.update(task, description=f"{_WORDS[one.content]}: {one.rows:,}")
        for one in found.values():
            verb = "would go" if dry_run else "gone"
            typer.echo(f"{one.rows:>12,} {_WORDS[one.content]} {verb}, {one.size / 1e6:,.1f} MB")
        if keep is not None and keep.file is not None:
            typer.echo(f"kept in {keep.file}")
        return 0

    sys.exit(with_store(stated(), ask))


class Archive:
    """`flow.prune.Keep` into one file of a run: lines of JSON, a zstd frame (RFC 8878) a step, on
    disk before anything goes. `zstdcat` reads it."""

    def __init__(self, folder: Path) -> None:
        """Raises SettingsError where nothing can be kept there."""
        self._folder = folder
        self.file: Path | None = None
        with _kept_in(folder):
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()

    def __call__(self, content: Content, step: Step) -> None:
        if self.file is None:
            self.file = self._folder / f"twofifty-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.jsonl.zst"
        with _kept_in(self._folder), self.file.open("ab") as out:
            out.write(zstandard.ZstdCompressor(level=9).compress(lines(content, step)))
            out.flush()
            os.fsync(out.fileno())


@contextlib.contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        told = f"--archive {folder}: {fault.strerror}; name a folder with room that can be written"
        raise SettingsError(f"{told}. What was not kept is still in the store") from None


def _progress() -> Progress:
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), console=Console(stderr=True))
