"""What intake looks up, in memory."""

from collections.abc import Mapping, Sequence

from twofifty.adapters.memory.rows import EventRow, OrderRow, Rows
from twofifty.intake.ports import Kept, KnownOrder
from twofifty.notice.plan import latest
from twofifty.notice.policy import said


class MemoryBooks:
    """`intake.ports.Books` in memory."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def position(self, source: str) -> str:
        """See `intake.ports.Books`."""
        return self._rows.positions.get(source, "")

    async def keep_position(self, source: str, position: str) -> None:
        """See `intake.ports.Books`."""
        self._rows.positions[source] = position

    async def rejected(self, source: str | None, after: str, most: int) -> tuple[Kept, ...]:
        """See `intake.ports.Books`."""
        number = int(after.removeprefix("e_") or 0)
        rows = (row for row in self._rows.events[number:] if row.outcome == "rejected")
        found = [row for row in rows if row.again is None]
        asked = [row for row in found if source in (None, row.arrival.source)]
        return tuple(_kept(row) for row in asked[:most])

    async def known(self, source: str, order_ids: Sequence[str]) -> Mapping[str, KnownOrder]:
        """See `intake.ports.Books`."""
        rows = {one: self._rows.orders.get((source, one)) for one in order_ids}
        return {one: _known(row) for one, row in rows.items() if row is not None}


def _kept(row: EventRow) -> Kept:
    arrival = row.arrival
    return Kept(
        event_id=f"e_{row.number}",
        source=arrival.source,
        key=row.key,
        topic=arrival.topic,
        received_at=arrival.received_at,
        body=arrival.body,
        reason=row.reason or "",
    )


def _known(row: OrderRow) -> KnownOrder:
    order, plan = row.planned.order, said(row.planned.decision)
    confirmations = [one for one in row.mails if one.kind == "confirmation" and not one.resent]
    counting = latest([one.told() for one in confirmations])
    return KnownOrder(
        order_id=order.id,
        total=order.totals.total,
        currency=order.currency,
        updated_at=row.said_at,
        plan=plan[0],
        reason=plan[2],
        confirmation=None if counting is None else counting.status,
    )
