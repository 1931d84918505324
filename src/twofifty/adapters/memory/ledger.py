"""Intake into memory."""

import msgspec

from twofifty.adapters.memory.rows import Draft, EventRow, OrderRow, Rows
from twofifty.intake.ports import Arrival, Planned, Receipt
from twofifty.intake.standing import Known, Standing, readable_now, standing
from twofifty.notice.plan import Change, Create, Move, Replace, change, latest
from twofifty.notice.policy import said
from twofifty.track.moments import Arrived


class MemoryLedger:
    """`intake.ports.Ledger` in memory."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def accept(self, arrival: Arrival) -> Receipt:
        """See `intake.ports.Ledger.accept`."""
        seen = self._rows.keys.get((arrival.source, arrival.key))
        if seen is None:
            return self._applied(self._keep(arrival, arrival.key))
        if seen.arrival.digest != arrival.digest:
            return self._conflict(arrival)
        _repeated(seen, arrival)
        if readable_now(arrival, seen.outcome):
            return self._applied(self._keep(arrival, f"{arrival.key}#again:{seen.repeats}"))
        return _receipt(seen, duplicate=True)

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
        event = EventRow(len(self._rows.events) + 1, arrival, outcome, reason)
        self._rows.events.append(event)
        self._rows.keys[arrival.source, key] = event
        return event

    def _applied(self, event: EventRow) -> Receipt:
        done = [self._apply(event, planned) for planned in event.arrival.planned]
        if not done:
            return _receipt(event, duplicate=False)
        order, found = next((one for one in done if one[1].outcome == "applied"), done[0])
        event.outcome, event.reason, event.order = found.outcome, found.reason, order
        receipt = _receipt(event, duplicate=False)
        if found.outcome == "conflict":
            return msgspec.structs.replace(receipt, conflict=found.reason)
        return receipt

    def _apply(self, event: EventRow, planned: Planned) -> tuple[OrderRow, Standing]:
        at = event.arrival.received_at.timestamp()
        order, revision = planned.order, planned.order.revision
        row = self._rows.orders.get((order.source, order.id))
        known = _known(row) if row else None
        found = standing(planned, known, strict=event.arrival.strict)
        if row is None:
            row = OrderRow(len(self._rows.orders) + 1, planned, revision, at, at)
            self._rows.orders[order.source, order.id] = row
        if found.outcome in ("applied", "unchanged") and revision is not None:
            row.revision = revision
        row.entries.append((event, _entry(event, planned, found)))
        if found.outcome == "applied":
            row.planned, row.updated_at = planned, at
            told = latest([one.told() for one in row.messages if one.kind == "confirmation"])
            self._carry_out(row, change(told, planned.decision), at)
        return row, found

    def _carry_out(self, order: OrderRow, wanted: Change, at: float) -> None:
        match wanted:
            case Replace(superseded, create):
                self._carry_out(order, superseded, at)
                self._carry_out(order, create, at)
            case Move(message_id, status, code, reason):
                message = self._rows.messages[message_id]
                self._rows.move(message, status, (code or "planned", reason or ""), at)
            case Create(recipient, status, code, reason, by_hand):
                draft = Draft(order, "confirmation", recipient, status, code, reason, by_hand)
                why = (code or "planned", reason or "the order is confirmable")
                self._rows.create(draft, why, at)


def _known(row: OrderRow) -> Known:
    return Known(row.revision, row.planned.facts, row.planned.order.state.payment)


def _repeated(event: EventRow, arrival: Arrival) -> EventRow:
    event.repeats += 1
    event.repeated_at = arrival.received_at.timestamp()
    return event


def _entry(event: EventRow, planned: Planned, found: Standing) -> Arrived:
    plan, code, reason = said(planned.decision)
    arrival = event.arrival
    return Arrived(
        at=arrival.received_at.timestamp(),
        outcome=found.outcome,
        topic=arrival.topic,
        plan=plan,
        code=code,
        reason=found.reason or reason,
        event_id=f"e_{event.number}",
    )


def _receipt(event: EventRow, *, duplicate: bool) -> Receipt:
    order = event.order
    live = [] if order is None else order.messages
    return Receipt(
        event_id=f"e_{event.number}",
        duplicate=duplicate,
        order_id=order.planned.order.id if order else None,
        messages=tuple(one.id for one in live if one.status not in ("superseded", "cancelled")),
        outcome=event.outcome,
    )
