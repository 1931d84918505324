"""Suppressions and tasks as people and programs see them, in memory."""

from collections.abc import Sequence

from twofifty.adapters.memory.heard import Place, SuppressionRow, TaskRow, folded
from twofifty.adapters.memory.paging import paged
from twofifty.adapters.memory.rows import Rows
from twofifty.adapters.memory.suppress import is_outdated, suppress
from twofifty.clock import Clock
from twofifty.track.blocking import Block, in_force
from twofifty.track.model import Listing, Page, Scope, Suppression, TaskView
from twofifty.track.moments import instant

JUST_NOW = 1.0


class MemorySuppressions:
    """`track.ports.Suppressions` in memory."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock

    async def listing(self, page: Page, address: str | None = None) -> Listing[Suppression]:
        """See `track.ports.Suppressions`."""
        standing = self._standing()
        if address is not None:
            found = [row for row in reversed(standing) if row.address == folded(address)]
            return Listing(tuple(map(_suppression, found)))
        rows, after = paged([(row.number, row) for row in standing], page)
        return Listing(tuple(map(_suppression, rows)), after)

    async def add(self, suppressions: Sequence[Suppression]) -> int:
        """See `track.ports.Suppressions`."""
        return sum(self._add(one) for one in suppressions)

    async def lift(self, address: str, actor: str, scope: Scope | None = None) -> int:
        """See `track.ports.Suppressions`."""
        found = [row for row in self._standing() if row.address == folded(address)]
        lifted = [row for row in found if scope in (None, row.block.scope)]
        for row in lifted:
            row.lifted_at, row.lifted_by = self._clock.seconds(), actor
        return len(lifted)

    def _standing(self) -> list[SuppressionRow]:
        now, kept = self._clock.seconds(), self._rows.feedback.suppressions
        return [row for row in kept if row.lifted_at is None and in_force(row.block.until, now)]

    def _add(self, one: Suppression) -> bool:
        until, now = None if one.until is None else one.until.timestamp(), self._clock.seconds()
        if not in_force(until, now):
            return False
        block = Block(one.scope, one.cause, one.at.timestamp(), until, one.text, one.actor)
        place = Place(one.channel, folded(one.address))
        # What is wished at this moment is no old news, whatever was lifted a moment ago.
        old = now - block.at > JUST_NOW and is_outdated(self._rows, place, block)
        return not old and suppress(self._rows, place, block, now)


def _suppression(row: SuppressionRow) -> Suppression:
    block = row.block
    return Suppression(
        address=row.address,
        scope=block.scope,
        cause=block.cause,
        at=instant(block.at),
        channel=row.channel,
        until=None if block.until is None else instant(block.until),
        text=block.text,
        actor=block.actor,
    )


class MemoryTasks:
    """`track.ports.Tasks` in memory."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock

    async def open(self, page: Page) -> Listing[TaskView]:
        """See `track.ports.Tasks`."""
        tasks = [one for one in self._rows.feedback.tasks if one.done_at is None]
        rows, after = paged([(one.number, one) for one in tasks], page)
        return Listing(tuple(map(_task, rows)), after)

    async def finish(self, task_id: str, how: str, actor: str) -> bool:
        """See `track.ports.Tasks`."""
        for task in self._rows.feedback.tasks:
            if f"t_{task.number}" == task_id and task.done_at is None:
                task.done_at, task.how, task.actor = self._clock.seconds(), how, actor
                return True
        return False


def _task(row: TaskRow) -> TaskView:
    return TaskView(
        id=f"t_{row.number}",
        kind="address",
        at=instant(row.at),
        source=row.source,
        order_id=row.order_id,
        message_id=row.message_id,
        address=row.address,
        order_number=row.order_number,
        suggestion=row.suggestion,
    )
