"""`twofifty events ...`: arrivals that could not be used, and reading them once more."""

import asyncio
import sys
from collections.abc import AsyncIterator

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from twofifty.app.offline import Offline, offline
from twofifty.errors import BadInput
from twofifty.intake.ports import Kept
from twofifty.settings import Settings

AT_ONCE = 100


def rejected(settings: Settings, source: str | None, *, as_json: bool) -> int:
    """Prints the arrivals that could not be used."""

    async def ask() -> list[Kept]:
        async with offline(settings) as opened:
            return [kept async for kept in _rejected(opened, source)]

    found = asyncio.run(ask())
    if as_json:
        for kept in found:
            sys.stdout.write(msgspec.json.encode(_shown(kept)).decode() + "\n")
        return 0
    table = Table("event", "source", "topic", "received", "why")
    for kept in found:
        table.add_row(
            kept.event_id, kept.source, kept.topic, f"{kept.received_at:%F %T}", kept.reason
        )
    Console().print(table if found else "nothing is rejected")
    return 0


def retry(settings: Settings, source: str | None) -> int:
    """Reads every rejected arrival once more; 0 where all could be used now."""
    return asyncio.run(_retried(settings, source))


async def _retried(settings: Settings, source: str | None) -> int:
    done, still = 0, 0
    async with offline(settings) as opened:
        waiting = [kept async for kept in _rejected(opened, source)]
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("reading again", total=len(waiting))
            for kept in waiting:
                used = await _again(opened, kept)
                done, still = done + used, still + (not used)
                progress.advance(task)
    sys.stdout.write(msgspec.json.encode({"used": done, "still_rejected": still}).decode() + "\n")
    return 1 if still else 0


async def _again(opened: Offline, kept: Kept) -> bool:
    try:
        await opened.intake.again(kept)
    except BadInput as bad:
        places = "; ".join(f"{one.path}: {one.message}" for one in bad.problems[:3])
        sys.stderr.write(f"{kept.event_id}: {bad.title} ({places})\n")
        return False
    return True


async def _rejected(opened: Offline, source: str | None) -> AsyncIterator[Kept]:
    after = ""
    while found := await opened.store.books.rejected(source, after, AT_ONCE):
        for kept in found:
            yield kept
        after = found[-1].event_id


def _shown(kept: Kept) -> dict[str, object]:
    return {
        "event_id": kept.event_id,
        "source": kept.source,
        "topic": kept.topic,
        "received_at": kept.received_at,
        "reason": kept.reason,
        "bytes": len(kept.body),
    }
