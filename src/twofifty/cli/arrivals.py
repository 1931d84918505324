"""`twofifty events ...`: arrivals that could not be used, and reading them once more."""

import asyncio
import sys
from collections.abc import AsyncIterator

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from twofifty.app.offline import Offline, offline
from twofifty.errors import BadInput, StoreError
from twofifty.intake.ports import Kept
from twofifty.settings import Settings

# An arrival may be 1 MiB large.
AT_ONCE = 20


def rejected(settings: Settings, source: str | None, *, as_json: bool) -> int:
    """Prints the arrivals that could not be used."""
    return asyncio.run(_listed(settings, source, as_json=as_json))


def retry(settings: Settings, source: str | None) -> int:
    """Reads every rejected arrival once more; 0 where all could be used now."""
    return asyncio.run(_retried(settings, source))


async def _listed(settings: Settings, source: str | None, *, as_json: bool) -> int:
    table = Table("event", "source", "topic", "received", "why")
    async with offline(settings) as opened:
        async for kept in _rejected(opened, source):
            if as_json:
                sys.stdout.write(msgspec.json.encode(_shown(kept)).decode() + "\n")
                continue
            received = f"{kept.received_at:%F %T}"
            table.add_row(kept.event_id, kept.source, kept.topic, received, kept.reason)
    if not as_json:
        Console().print(table if table.row_count else "nothing is rejected")
    return 0


async def _retried(settings: Settings, source: str | None) -> int:
    async with offline(settings) as opened:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            done, still = await read_again(opened, source, progress)
    sys.stdout.write(msgspec.json.encode({"used": done, "still_rejected": still}).decode() + "\n")
    return 1 if still else 0


async def read_again(opened: Offline, source: str | None, progress: Progress) -> tuple[int, int]:
    """How many of the rejected arrivals could be used now, and how many still cannot. Few of them
    are held at a time. What is rejected meanwhile is left for the next time, so that it ends.

    Raises StoreError."""
    waiting = 0
    async for _ in _rejected(opened, source):
        waiting += 1
    done, still = 0, 0
    task = progress.add_task("reading again", total=waiting)
    async for kept in _rejected(opened, source):
        if done + still == waiting:
            break
        used = await _again(opened, kept)
        done, still = done + used, still + (not used)
        progress.advance(task)
    return done, still


async def _again(opened: Offline, kept: Kept) -> bool:
    try:
        await opened.intake.again(kept)
    except BadInput as bad:
        places = "; ".join(f"{one.path}: {one.message}" for one in bad.problems[:3])
        sys.stderr.write(f"{kept.event_id}: {bad.title} ({places})\n")
        return False
    except StoreError:
        # That is of no single arrival: those behind it would fare no better.
        raise
    except Exception as fault:  # noqa: BLE001
        # Whatever it was, it is this arrival's: those behind it are read.
        sys.stderr.write(f"{kept.event_id}: it could not be read: {type(fault).__name__}\n")
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
