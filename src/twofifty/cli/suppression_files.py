"""Suppressions to a file and back, with what a person sees meanwhile."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from rich.console import Console
from rich.progress import Progress

from twofifty.errors import StartError
from twofifty.track.exchange.all_of import all_of
from twofifty.track.exchange.reading import Taking, read
from twofifty.track.exchange.record import Fault
from twofifty.track.exchange.writing import as_csv, as_json_lines, head
from twofifty.track.model import Scope, Suppression
from twofifty.track.ports import Suppressions

_AT_ONCE: Final = 1_000


class Importing(msgspec.Struct, frozen=True):
    """How a file is taken: see `Taking`."""

    actor: str
    cause: str | None = None
    scope: Scope | None = None
    dry_run: bool = False


class Report(msgspec.Struct, frozen=True):
    """What came of a file. `taken`: lines that could be used; `new`: of those, what was not known
    (of a dry run nothing is); `bad`: lines that could not."""

    taken: int
    new: int
    bad: int
    by_cause: dict[str, int]
    by_scope: dict[str, int]


async def exported(suppressions: Suppressions, file: str, *, as_lines: bool) -> int:
    """Writes all that is in force; how many. Raises StartError where the file cannot be written."""
    count = 0
    with _opened(file) as out:
        out.write(b"" if as_lines else head().encode())
        async for some in all_of(suppressions):
            out.write((as_json_lines(some) if as_lines else as_csv(some)).encode())
            count += len(some)
    return count


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with Path(file).open("wb") as out:
            yield out
    except OSError as fault:
        raise StartError(f"{file}: {fault.strerror}") from None


async def imported(suppressions: Suppressions, content: bytes, how: Importing) -> Report:
    """Takes in what can be used, and says of every other line on standard error why not."""
    taking = Taking(datetime.now(UTC), how.actor, how.cause, how.scope)
    causes: Counter[str] = Counter()
    scopes: Counter[str] = Counter()
    new, bad = 0, 0
    waiting: list[Suppression] = []
    lines = content.count(b"\n") + 1
    quiet = not sys.stderr.isatty()
    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task = progress.add_task("reading", total=lines)
        for one in read(content, taking):
            progress.advance(task)
            if isinstance(one, Fault):
                bad += 1
                sys.stderr.write(f"{one}\n")
                continue
            causes[one.cause] += 1
            scopes[one.scope] += 1
            waiting.append(one)
            if len(waiting) == _AT_ONCE:
                new += await _added(suppressions, waiting, how)
                waiting = []
        new += await _added(suppressions, waiting, how)
    return Report(causes.total(), new, bad, dict(causes), dict(scopes))


async def _added(suppressions: Suppressions, waiting: list[Suppression], how: Importing) -> int:
    return 0 if how.dry_run or not waiting else await suppressions.add(waiting)
