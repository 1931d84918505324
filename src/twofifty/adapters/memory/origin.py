"""Where messages come from, in memory."""

from twofifty.adapters.memory.rows import EventRow, MessageRow, OrderRow, Rows
from twofifty.track.moments import Arrived, instant
from twofifty.track.origin import Cause, Origin


class MemoryOrigins:
    """`track.ports.Origins` in memory."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def origin(self, message_id: str) -> Origin | None:
        """See `track.ports.Origins`."""
        row = self._rows.messages.get(message_id)
        if row is None:
            return None
        order, made = row.order.planned.order, row.frozen
        return Origin(
            message_id=row.id,
            kind=row.kind,
            recipient=row.recipient,
            created_at=instant(row.created_at),
            source=order.source,
            order_id=order.id,
            notice=self._rows.notice_of(row),
            facts=row.facts,
            states=_states(row.order),
            order=row.said,
            cause=_cause(row),
            template=made.template if made else None,
            degraded=made.degraded if made else "",
            raw=made.raw if made else None,
            inputs=made.inputs if made and made.inputs else None,
        )


def _states(row: OrderRow) -> tuple[bytes, ...]:
    """Every state of an order that was told or said, each once."""
    came = [
        planned.encoded
        for event, _ in row.entries
        for planned in event.arrival.planned
        if planned.order.id == row.planned.order.id
    ]
    told = [one.said for one in row.messages if one.said is not None]
    return tuple(dict.fromkeys([*came, *told, row.planned.encoded]))


def _cause(row: MessageRow) -> Cause | None:
    """The arrival at which the message was made: the newest one that was there by then."""
    there = [entry for entry in row.order.entries if entry[1].at <= row.created_at]
    return _told(*there[-1]) if there else None


def _told(event: EventRow, arrived: Arrived) -> Cause:
    at = instant(event.arrival.received_at.timestamp())
    decided = (arrived.plan, arrived.code, arrived.reason)
    return Cause(arrived.event_id, event.arrival.topic, at, event.outcome, *decided)
