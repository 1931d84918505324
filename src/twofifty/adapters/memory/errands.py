"""Orders to be asked for, in memory."""

from datetime import datetime, timedelta

from twofifty.adapters.memory.orders import Applied, end_wait, note
from twofifty.adapters.memory.rows import ErrandRow, EventRow, OrderRow, Rows
from twofifty.clock import Clock
from twofifty.intake.ports import Arrival, Errand
from twofifty.intake.standing import TO_BE_FETCHED
from twofifty.order.events import Pointer
from twofifty.track.moments import instant

LEASE = timedelta(minutes=2)


class MemoryErrands:
    """`intake.ports.Errands` in memory."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock

    async def sources(self) -> tuple[str, ...]:
        """See `intake.ports.Errands`."""
        return tuple({row.source for row in self._rows.errands.values()})

    async def due(self, now: datetime, most: int, source: str = "") -> tuple[Errand, ...]:
        """See `intake.ports.Errands`."""
        asked = [row for row in self._rows.errands.values() if source in ("", row.source)]
        rows = [row for row in asked if row.run_at <= now.timestamp()]
        taken = sorted(rows, key=lambda row: row.run_at)[:most]
        for row in taken:
            row.run_at, row.taken, row.attempt = (now + LEASE).timestamp(), True, row.attempt + 1
            row.asked, row.pointers = [*row.asked, *row.pointers], []
        return tuple(_errand(row) for row in sorted(taken, key=lambda row: (row.since, row.number)))

    async def done(self, errand: Errand) -> None:
        """See `intake.ports.Errands`."""
        order = self._rows.orders.get((errand.source, errand.order_id))
        for event in self._answered(errand):
            self._note(event, order, ("applied", "the shop was asked for the order"))
            end_wait(self._rows, event, order)

    async def later(self, errand: Errand, at: datetime, reason: str) -> None:
        """See `intake.ports.Errands`."""
        row = self._held(errand)
        if row is None:
            return
        row.run_at, row.taken = at.timestamp(), False
        for event in (*row.asked, *row.pointers):
            event.reason = reason if event.outcome == "waiting" else event.reason

    async def failed(self, errand: Errand, reason: str) -> None:
        """See `intake.ports.Errands`."""
        order = self._rows.orders.get((errand.source, errand.order_id))
        for event in self._answered(errand):
            if event.outcome == "waiting":
                event.outcome, event.reason, event.order = "rejected", reason, event.order or order
            self._note(event, order, ("rejected", reason))

    def _held(self, errand: Errand) -> ErrandRow | None:
        row = self._rows.errands.get((errand.source, errand.order_id))
        mine = row and row.taken and (row.number, row.attempt) == (errand.id, errand.attempt)
        return row if mine else None

    def _answered(self, errand: Errand) -> list[EventRow]:
        row = self._held(errand)
        if row is None:
            return []
        asked, row.asked = row.asked, []
        if row.pointers or row.repeated_at is not None:
            came = [event.arrival.received_at.timestamp() for event in row.pointers]
            row.since = row.run_at = min([*came, row.repeated_at or came[0]])
            row.taken, row.attempt, row.repeated_at = False, 0, None
        else:
            del self._rows.errands[errand.source, errand.order_id]
        return asked

    def _note(self, event: EventRow, order: OrderRow | None, what: tuple[str, str]) -> None:
        if order is not None:
            note(event, order, (self._clock.seconds(), *what))


def point_to(rows: Rows, event: EventRow, pointer: Pointer) -> Applied:
    """An order is to be asked for, at once unless somebody is asking right now."""
    at, key = event.arrival.received_at.timestamp(), (pointer.source, pointer.order_id)
    row = rows.errands.get(key)
    if row is None:
        rows.errands_made += 1
        row = ErrandRow(rows.errands_made, *key, pointer.type, at, at)
        rows.errands[key] = row
    row.type = pointer.type
    row.run_at = row.run_at if row.taken else min(row.run_at, at)
    if event not in row.pointers:
        row.pointers.append(event)
    return rows.orders.get(key), TO_BE_FETCHED


def point_again(rows: Rows, arrival: Arrival, pointer: Pointer) -> None:
    """The same pointer came once more: the order is to be asked for once more."""
    at, key = arrival.received_at.timestamp(), (pointer.source, pointer.order_id)
    row = rows.errands.get(key)
    if row is None:
        rows.errands_made += 1
        rows.errands[key] = ErrandRow(rows.errands_made, *key, pointer.type, at, at)
    elif row.taken:
        row.repeated_at = at
    else:
        row.run_at = min(row.run_at, at)


def _errand(row: ErrandRow) -> Errand:
    known = (row.number, row.source, row.order_id)
    return Errand(*known, row.type, instant(row.since), row.attempt)
