"""Orders to be asked for at their shops: one errand each, however many pointers came."""

from datetime import datetime
from typing import Any

from twofifty import sql
from twofifty.adapters.relational.amendments import end_wait, note
from twofifty.adapters.relational.ports import Database, Writer
from twofifty.adapters.relational.state import Applied, Entry, state_of
from twofifty.clock import Clock
from twofifty.intake.ports import Errand
from twofifty.intake.standing import TO_BE_FETCHED
from twofifty.order.events import Pointer
from twofifty.track.moments import instant

Q = sql.load("errands")
LEASE = 120.0


class SqlErrands:
    """`intake.ports.Errands` on SQL."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def due(self, now: datetime, most: int, source: str = "") -> tuple[Errand, ...]:
        """See `intake.ports.Errands`."""
        return await self._writer.run(lambda db: _due(db, now.timestamp(), most, source))

    async def sources(self) -> tuple[str, ...]:
        """See `intake.ports.Errands`."""
        return await self._writer.run(
            lambda db: tuple(str(row[0]) for row in db.execute(Q["sources"]).fetchall())
        )

    async def done(self, errand: Errand) -> None:
        """See `intake.ports.Errands`."""
        now = self._clock.seconds()
        await self._writer.run(lambda db: _done(db, errand, now))

    async def later(self, errand: Errand, at: datetime, reason: str) -> None:
        """See `intake.ports.Errands`."""
        await self._writer.run(lambda db: _later(db, errand, at.timestamp(), reason))

    async def failed(self, errand: Errand, reason: str) -> None:
        """See `intake.ports.Errands`."""
        now = self._clock.seconds()
        await self._writer.run(lambda db: _failed(db, errand, (now, reason)))


def point_to(db: Database, entry: Entry, pointer: Pointer) -> Applied:
    """An order is to be asked for, at once unless somebody is asking right now."""
    row = {
        "source": pointer.source,
        "source_order_id": pointer.order_id,
        "type": pointer.type,
        "at": entry.at,
    }
    (errand,) = db.execute(Q["point"], row).fetchone()
    db.execute(Q["insert_pointer"], {"errand": errand, "event_id": entry.event, "at": entry.at})
    state = state_of(db, pointer.source, pointer.order_id)
    return Applied(None if state is None else state.row, TO_BE_FETCHED)


def _due(db: Database, now: float, most: int, source: str) -> tuple[Errand, ...]:
    wanted = {"now": now, "until": now + LEASE, "most": most, "source": source}
    if db.execute(Q["anything_due"], wanted).fetchone() is None:
        return ()
    taken = [_errand(row) for row in db.execute(Q["take"], wanted).fetchall()]
    for errand in taken:
        db.execute(Q["take_pointers"], {"id": errand.id})
    return tuple(sorted(taken, key=lambda errand: (errand.since, errand.id)))


def _errand(row: tuple[Any, ...]) -> Errand:
    identity, source, order_id, kind, since, attempt = row
    return Errand(identity, source, order_id, kind, instant(since), attempt)


def _done(db: Database, errand: Errand, now: float) -> None:
    if not _held(db, errand):
        return
    order_row = _order_row(db, errand)
    for event in _answered(db, errand):
        if order_row is not None:
            note(db, event, order_row, (now, "applied", "the shop was asked for the order"))
        end_wait(db, event, order_row)


def _later(db: Database, errand: Errand, at: float, reason: str) -> None:
    row = {"id": errand.id, "attempt": errand.attempt, "run_at": at, "reason": reason}
    if db.execute(Q["put_off"], row).rowcount:
        db.execute(Q["explain"], {"id": errand.id, "reason": reason})


def _failed(db: Database, errand: Errand, what: tuple[float, str]) -> None:
    if not _held(db, errand):
        return
    now, reason = what
    order_row = _order_row(db, errand)
    for event in _answered(db, errand):
        if order_row is not None:
            note(db, event, order_row, (now, "rejected", reason))
        db.execute(Q["give_up"], {"id": event, "reason": reason, "order_id": order_row})


def _held(db: Database, errand: Errand) -> bool:
    """Whether it is still this one's: not where its two minutes were over and another took it."""
    row = {"id": errand.id, "attempt": errand.attempt}
    return db.execute(Q["held"], row).fetchone() is not None


def _answered(db: Database, errand: Errand) -> list[int]:
    """The events whose question has its answer. A pointer that came later asks anew."""
    row = {"id": errand.id}
    events = [int(event) for (event,) in db.execute(Q["answered"], row).fetchall()]
    (left,) = db.execute(Q["left"], row).fetchone()
    if left is None:
        db.execute(Q["drop"], row)
    else:
        db.execute(Q["renew"], {"id": errand.id, "at": left})
    return events


def _order_row(db: Database, errand: Errand) -> int | None:
    state = state_of(db, errand.source, errand.order_id)
    return None if state is None else state.row
