"""Intake into memory."""

import msgspec

from twofifty.adapters.memory.errands import point_again, point_to
from twofifty.adapters.memory.orders import Applied, Orders, note
from twofifty.adapters.memory.rows import EventRow, OrderRow, Rows
from twofifty.intake.ports import Arrival, Receipt
from twofifty.intake.standing import Plan, readable_now


class MemoryLedger:
    """`intake.ports.Ledger` in memory."""

    def __init__(self, rows: Rows, plan: Plan) -> None:
        self._rows = rows
        self._orders = Orders(rows, plan)

    async def accept(self, arrival: Arrival) -> Receipt:
        """See `intake.ports.Ledger.accept`."""
        if arrival.position:
            self._rows.positions[arrival.source] = arrival.position
        seen = self._rows.keys.get((arrival.source, arrival.key))
        if seen is None:
            return self._applied(self._keep(arrival, arrival.key))
        if seen.arrival.digest != arrival.digest:
            return self._conflict(arrival)
        if not arrival.again:
            _repeated(seen, arrival)
        last = _last_reading(seen)
        if readable_now(arrival, last.outcome):
            return self._read_after_all(last, arrival, f"{arrival.key}#again:{last.number}")
        for pointer in arrival.pointers:
            # The same few words may be news again: an id is all that some shops ever say.
            point_again(self._rows, arrival, pointer)
        return _receipt(last, duplicate=True)

    def _conflict(self, arrival: Arrival) -> Receipt:
        reason = "this key came before with other content"
        key = f"{arrival.key}#{arrival.digest.hex()}"
        seen = self._rows.keys.get((arrival.source, key))
        if seen is None:
            event = self._keep(arrival, key)
            event.outcome, event.reason = "conflict", reason
        else:
            event = _repeated(seen, arrival)
        receipt = _receipt(event, duplicate=seen is not None)
        return msgspec.structs.replace(receipt, conflict=reason)

    def _keep(self, arrival: Arrival, key: str) -> EventRow:
        outcome = "rejected" if arrival.rejected else "ignored"
        reason = arrival.rejected or arrival.ignored
        event = EventRow(len(self._rows.events) + 1, key, arrival, outcome, reason)
        self._rows.events.append(event)
        self._rows.keys[arrival.source, key] = event
        return event

    def _read_after_all(self, before: EventRow, arrival: Arrival, key: str) -> Receipt:
        before.again = self._keep(arrival, key)
        receipt = self._applied(before.again)
        if before.again.order is not None:
            at = before.arrival.received_at.timestamp()
            note(before, before.again.order, (at, before.outcome, before.reason))
        return receipt

    def _applied(self, event: EventRow) -> Receipt:
        arrival = event.arrival
        done = [self._orders.apply(event, planned) for planned in arrival.planned]
        for news in arrival.amendments:
            done += self._orders.amend(event, news)
        done += [point_to(self._rows, event, pointer) for pointer in arrival.pointers]
        if not done:
            return _receipt(event, duplicate=False)
        order, found = _telling(done)
        event.outcome, event.reason = found.outcome, found.reason
        event.order = order or next((one for one, _ in done if one is not None), None)
        receipt = _receipt(event, duplicate=False)
        if found.outcome == "conflict":
            return msgspec.structs.replace(receipt, conflict=found.reason)
        return receipt


def _telling(done: list[Applied]) -> Applied:
    """What an arrival of several news came to: that something waits, else that something is new."""
    for outcome in ("waiting", "applied"):
        for one in done:
            if one[1].outcome == outcome:
                return one
    return done[0]


def _last_reading(event: EventRow) -> EventRow:
    while event.again is not None:
        event = event.again
    return event


def _repeated(event: EventRow, arrival: Arrival) -> EventRow:
    event.repeats += 1
    event.repeated_at = arrival.received_at.timestamp()
    return event


def _receipt(event: EventRow, *, duplicate: bool) -> Receipt:
    order: OrderRow | None = event.order
    live = [] if order is None else order.messages
    return Receipt(
        event_id=f"e_{event.number}",
        duplicate=duplicate,
        order_id=order.planned.order.id if order else None,
        messages=tuple(one.id for one in live if one.status not in ("superseded", "cancelled")),
        outcome=event.outcome,
    )
