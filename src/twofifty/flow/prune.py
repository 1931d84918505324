"""Forgetting what is long over, a few rows at a time, beside the work."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import StoreError
from twofifty.track.prune import CONTENTS, Attic, Content, Step

STEP = 50
"""Rows of a step: some milliseconds of a transaction, for which intake waits."""
PAUSE_SECONDS = 0.02
EVERY_SECONDS = 3_600.0

Keep = Callable[[Content, Step], None]
"""Keeps what goes, on disk, before it does."""


class Pruned(msgspec.Struct, frozen=True):
    """How much went so far of one content; `size`: bytes on disk."""

    content: Content
    rows: int = 0
    size: int = 0


class Pruner:
    """Empties what is older than an age."""

    def __init__(self, attic: Attic, clock: Clock) -> None:
        self._attic = attic
        self._clock = clock

    async def prune(
        self, age: timedelta, keep: Keep | None = None, *, dry: bool = False
    ) -> AsyncIterator[Pruned]:
        """Empties, and says after each step how much went. `dry`: only counts. Raises StoreError,
        and OSError where `keep` does; what is said to be gone is kept then."""
        before = self._clock.seconds() - age.total_seconds()
        for content in CONTENTS:
            so_far, after = Pruned(content), None
            while True:
                step = await self._attic.look(content, before, after, STEP)
                if not dry and step.row != after:
                    if keep is not None and step.old:
                        await asyncio.to_thread(keep, content, step)
                    await self._attic.empty(content, step)
                so_far = _with(so_far, step)
                yield so_far
                if step.done:
                    break
                after = step.row
                await asyncio.sleep(0 if dry else PAUSE_SECONDS)

    async def run(self, age: timedelta) -> None:
        """Every hour, until cancelled."""
        while True:
            total = 0
            try:
                found = {one.content: one async for one in self.prune(age)}
                total = sum(one.rows for one in found.values())
            except StoreError as fault:
                telemetry.log().error("could not prune", action="prune.store", fault=repr(fault))
            if total:
                telemetry.log().info("old content was pruned", action="prune.done", rows=total)
            await asyncio.sleep(EVERY_SECONDS)


def _with(so_far: Pruned, step: Step) -> Pruned:
    size = sum(one.size for one in step.old)
    return Pruned(so_far.content, so_far.rows + len(step.old), so_far.size + size)


def lines(content: Content, step: Step) -> bytes:
    """A step as an archive keeps it: a line of JSON each, `body` as base64."""
    out = io.BytesIO()
    for one in step.old:
        known = {name: getattr(one, name) for name in ("id", "at", "source", "what", "order_id")}
        out.write(msgspec.json.encode({"content": content, **known, "body": one.body}) + b"\n")
    return out.getvalue()
