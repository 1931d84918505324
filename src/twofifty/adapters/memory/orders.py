"""Orders in memory: what the shop said of the whole, with the amendments laid over it."""

from collections.abc import Sequence

import msgspec

from twofifty.adapters.memory.reached import tidy
from twofifty.adapters.memory.rows import AmendmentRow, Draft, EventRow, OrderRow, Rows
from twofifty.adapters.memory.story import follow_up
from twofifty.intake.ports import Planned
from twofifty.intake.standing import (
    NO_ORDER_YET,
    Known,
    Plan,
    Standing,
    in_order,
    references,
    same,
    settled,
    stamped,
    standing,
)
from twofifty.notice.plan import Change, Create, Move, Replace, change, latest
from twofifty.notice.policy import Owe, said
from twofifty.order.amend import amended
from twofifty.order.events import Amendment
from twofifty.order.model import Order
from twofifty.track.moments import Arrived

Applied = tuple[OrderRow | None, Standing]
APPLIED = Standing("applied")


class Orders:
    """Writes orders. `plan` decides for those that the ledger itself changed."""

    def __init__(self, rows: Rows, plan: Plan) -> None:
        self._rows = rows
        self._plan = plan

    def apply(self, event: EventRow, planned: Planned) -> Applied:
        """What the shop says of a whole order."""
        order = planned.order
        row = self._rows.orders.get((order.source, order.id))
        return self._first(event, planned) if row is None else self._next(event, planned, row)

    def amend(self, event: EventRow, news: Amendment) -> list[Applied]:
        """What the shop says of a part of an order; of several, where they share a payment."""
        kept = AmendmentRow(event, stamped(news, event.arrival.received_at))
        self._rows.amendments.append(kept)
        found = [row for row in self._rows.orders.values() if _is_of(kept.news, row)]
        kept.waits = not found
        return [self._amend(event, row) for row in found] or [(None, NO_ORDER_YET)]

    def _first(self, event: EventRow, planned: Planned) -> Applied:
        at, order = event.arrival.received_at.timestamp(), planned.order
        number, revision = len(self._rows.orders) + 1, order.revision
        row = OrderRow(number, planned, planned, revision, order.updated_at, at, at)
        self._rows.orders[order.source, order.id] = row
        return self._news(event, planned, row)

    def _next(self, event: EventRow, planned: Planned, row: OrderRow) -> Applied:
        known = _known(row)
        order = settled(planned.order, known)
        planned = planned if order is planned.order else self._plan(order)
        found = standing(planned, known, strict=event.arrival.strict)
        if found.outcome == "applied":
            return self._news(event, planned, row)
        if found.outcome != "conflict" and self._relaid(event, planned, row, found):
            return row, APPLIED
        row.entries.append((event, _entry(event, found, planned)))
        return row, found

    def _relaid(self, event: EventRow, planned: Planned, row: OrderRow, found: Standing) -> bool:
        """Whether an order that is no news itself changed what lies over what was said before."""
        newly = references(planned.order) - row.references
        row.references |= newly
        if found.outcome == "unchanged":
            _renew(row, planned.order)
        elif not newly:
            return False
        return self._lay(event, row)

    def _news(self, event: EventRow, planned: Planned, row: OrderRow) -> Applied:
        order = planned.order
        row.said, row.said_at = planned, order.updated_at
        row.revision = row.revision if order.revision is None else order.revision
        row.references |= references(order)
        lying = self._lying(row)
        over = amended(order, in_order(one.news for one in lying))
        self._stand(event, row, planned if same(over, order) else self._plan(over))
        self._settle(event, row, lying)
        return row, APPLIED

    def _amend(self, event: EventRow, row: OrderRow) -> Applied:
        if self._lay(event, row):
            return row, APPLIED
        note(event, row, (event.arrival.received_at.timestamp(), "unchanged", None))
        return row, Standing("unchanged")

    def _lay(self, event: EventRow, row: OrderRow) -> bool:
        """Lays all amendments over what the shop said last; whether anything differs."""
        lying = self._lying(row)
        self._settle(event, row, lying)
        told = msgspec.structs.replace(
            row.said.order, revision=row.revision, updated_at=row.said_at
        )
        order = amended(told, in_order(one.news for one in lying))
        if same(order, row.planned.order):
            return False
        self._stand(event, row, self._plan(order))
        return True

    def _stand(self, event: EventRow, row: OrderRow, planned: Planned) -> None:
        at = event.arrival.received_at.timestamp()
        row.planned, row.updated_at = planned, at
        row.states.append((at, planned.encoded))
        row.entries.append((event, _entry(event, APPLIED, planned)))
        told = latest([one.told() for one in row.mails if one.kind == "confirmation"])
        self._carry_out(row, change(told, planned.decision), at)
        follow_up(self._rows, row, planned, at)
        tidy(self._rows, row, isinstance(planned.decision, Owe), at)

    def _lying(self, row: OrderRow) -> list[AmendmentRow]:
        return [one for one in self._rows.amendments if _is_of(one.news, row)]

    def _settle(self, event: EventRow, row: OrderRow, lying: Sequence[AmendmentRow]) -> None:
        at = event.arrival.received_at.timestamp()
        waiting = [one for one in lying if one.waits]
        for one in waiting:
            one.waits = False
        for waited in {one.event.number: one.event for one in waiting}.values():
            note(waited, row, (at, "applied", "it waited for this order"))
            end_wait(self._rows, waited, row)

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


def end_wait(rows: Rows, event: EventRow, order: OrderRow | None) -> None:
    """The arrival is applied, unless there is something else in it that waits."""
    if event.outcome == "waiting" and not rows.waits(event):
        event.outcome, event.reason, event.order = "applied", None, event.order or order


def note(event: EventRow, order: OrderRow, what: tuple[float, str, str | None]) -> None:
    """Enters an arrival that brought no body into the order's history; `what`: when it did what,
    and why."""
    at, outcome, reason = what
    arrived = Arrived(at, outcome, event.arrival.topic, None, None, reason, f"e_{event.number}")
    order.entries.append((event, arrived))


def _entry(event: EventRow, found: Standing, planned: Planned) -> Arrived:
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


def _known(row: OrderRow) -> Known:
    order = row.said.order
    return Known(
        row.revision,
        row.said.facts,
        order.state.payment,
        order.currency,
        order.locale,
        order.time_zone,
    )


def _renew(row: OrderRow, order: Order) -> None:
    """The shop said the same again: at this revision, and at the later of both times."""
    row.revision = row.revision if order.revision is None else order.revision
    moments = [one for one in (row.said_at, order.updated_at) if one is not None]
    row.said_at = max(moments, default=None)


def _is_of(news: Amendment, row: OrderRow) -> bool:
    order = row.said.order
    if news.source != order.source:
        return False
    return news.order_id == order.id or news.reference in row.references
