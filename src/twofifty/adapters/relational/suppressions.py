"""Suppressions and tasks as people and programs see them."""

from collections.abc import Sequence
from typing import Any

from twofifty import sql
from twofifty.adapters.relational.ports import Database, Reader, Writer
from twofifty.adapters.relational.suppress import Place, folded, is_outdated, suppress
from twofifty.clock import Clock
from twofifty.track.blocking import Block, in_force
from twofifty.track.model import Listing, Page, Scope, Suppression, TaskView
from twofifty.track.moments import instant

JUST_NOW = 1.0
Q = sql.load("suppress")
T = sql.load("tasks")
NEWEST = 2**62


class SqlSuppressions:
    """`track.ports.Suppressions` on SQL."""

    def __init__(self, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock

    async def listing(self, page: Page, address: str | None = None) -> Listing[Suppression]:
        """See `track.ports.Suppressions`."""
        now = self._clock.seconds()
        if address is not None:
            return await self._reader.run(lambda db: _of_address(db, address, now))
        return await self._reader.run(lambda db: _listing(db, page, now))

    async def add(self, suppressions: Sequence[Suppression]) -> int:
        """See `track.ports.Suppressions`."""
        now = self._clock.seconds()
        return await self._writer.run(lambda db: sum(_add(db, one, now) for one in suppressions))

    async def lift(self, address: str, actor: str, scope: Scope | None = None) -> int:
        """See `track.ports.Suppressions`."""
        row: dict[str, str | float | None] = {"address": folded(address), "actor": actor}
        row |= {"scope": scope, "now": self._clock.seconds()}
        return await self._writer.run(lambda db: db.execute(Q["lift"], row).rowcount)


def _add(db: Database, one: Suppression, now: float) -> bool:
    until = None if one.until is None else one.until.timestamp()
    if not in_force(until, now):
        return False
    block = Block(one.scope, one.cause, one.at.timestamp(), until, one.text, one.actor)
    place = Place(one.channel, folded(one.address))
    # What is wished at this moment is no old news, whatever was lifted a moment ago.
    old = now - block.at > JUST_NOW and is_outdated(db, place, block)
    return not old and suppress(db, place, block, now)


def _listing(db: Database, page: Page, now: float) -> Listing[Suppression]:
    row = {"now": now, "before": NEWEST if page.before is None else page.before}
    rows = db.execute(Q["listing"], row | {"limit": page.limit + 1}).fetchall()
    return Listing(tuple(_suppression(one) for one in rows[: page.limit]), _next(rows, page))


def _of_address(db: Database, address: str, now: float) -> Listing[Suppression]:
    rows = db.execute(Q["listing_of"], {"address": folded(address), "now": now}).fetchall()
    return Listing(tuple(_suppression(one) for one in sorted(rows, reverse=True)))


def _suppression(row: tuple[Any, ...]) -> Suppression:
    _, address, scope, cause, at, channel, until, text, actor = row
    return Suppression(
        address=address,
        scope=scope,
        cause=cause,
        at=instant(at),
        channel=channel,
        until=None if until is None else instant(until),
        text=text,
        actor=actor,
    )


def _next(rows: list[tuple[Any, ...]], page: Page) -> int | None:
    return int(rows[page.limit - 1][0]) if len(rows) > page.limit else None


class SqlTasks:
    """`track.ports.Tasks` on SQL."""

    def __init__(self, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock

    async def open(self, page: Page) -> Listing[TaskView]:
        """See `track.ports.Tasks`."""
        return await self._reader.run(lambda db: _tasks(db, page))

    async def finish(self, task_id: str, how: str, actor: str) -> bool:
        """See `track.ports.Tasks`."""
        number = task_id.removeprefix("t_")
        if not (number.isascii() and number.isdecimal() and len(number) < 19):
            return False
        row = {"id": int(number), "how": how, "actor": actor, "now": self._clock.seconds()}
        return await self._writer.run(lambda db: db.execute(T["finish"], row).rowcount == 1)


def _tasks(db: Database, page: Page) -> Listing[TaskView]:
    row = {"before": NEWEST if page.before is None else page.before, "limit": page.limit + 1}
    rows = db.execute(T["listing"], row).fetchall()
    return Listing(tuple(_task(one) for one in rows[: page.limit]), _next(rows, page))


def _task(row: tuple[Any, ...]) -> TaskView:
    identity, kind, at, source, order_id, message_id, address, number, suggestion = row
    return TaskView(
        id=f"t_{identity}",
        kind=kind,
        at=instant(at),
        source=source,
        order_id=order_id,
        message_id=message_id,
        address=address,
        order_number=number,
        suggestion=suggestion,
    )
