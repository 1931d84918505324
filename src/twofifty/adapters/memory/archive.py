"""Looking at the in-memory store."""

from collections import Counter
from datetime import datetime

import msgspec

from twofifty.adapters.memory.paging import paged
from twofifty.adapters.memory.rows import EventRow, MessageRow, OrderRow, Rows
from twofifty.notice.policy import said
from twofifty.track.judgement import engagement
from twofifty.track.model import (
    Conservation,
    EventView,
    Listing,
    MessageQuery,
    MessageView,
    Moment,
    OrderQuery,
    OrderView,
    Page,
)
from twofifty.track.moments import Arrived, in_order, instant, of_move

_WORKING = frozenset({"queued", "scheduled", "sending", "deferred"})
_OVER = frozenset({"superseded", "cancelled", "failed", "suppressed"})


class MemoryArchive:
    """`track.ports.Archive` in memory."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def orders(self, query: OrderQuery) -> Listing[OrderView]:
        """See `track.ports.Archive`."""
        of_source = [row for row in self._rows.orders.values() if _of_source(row, query)]
        named = [row for row in of_source if _is_named(row, query)]
        asked = named or [row for row in of_source if _asked(row, query)]
        found = [(row.number, row) for row in asked]
        rows, after = paged(found, query.page)
        return Listing(tuple(self._view(row) for row in rows), after)

    async def order(self, source: str, order_id: str) -> tuple[OrderView, bytes] | None:
        """See `track.ports.Archive`."""
        row = self._order(source, order_id)
        if row is None:
            return None
        return self._view(row), row.planned.encoded

    def _view(self, row: OrderRow) -> OrderView:
        messages = tuple(message_view(self._rows, one) for one in reversed(row.messages))
        return _order_view(row, messages)

    async def timeline(self, source: str, order_id: str) -> tuple[Moment, ...] | None:
        """See `track.ports.Archive`."""
        row = self._order(source, order_id)
        if row is None:
            return None
        arrivals = [_with_repeats(event, arrived) for event, arrived in row.entries]
        return in_order(arrivals, [moved for one in row.messages for moved in one.history])

    async def messages(self, query: MessageQuery) -> Listing[MessageView]:
        """See `track.ports.Archive`."""
        rows = self._rows.messages.values()
        found, after = paged([(row.seq, row) for row in rows if _wanted(row, query)], query.page)
        return Listing(tuple(message_view(self._rows, row) for row in found), after)

    async def message(self, message_id: str) -> MessageView | None:
        """See `track.ports.Archive`."""
        row = self._rows.messages.get(message_id)
        return None if row is None else message_view(self._rows, row)

    async def of_job(self, job: int) -> MessageView | None:
        """See `track.ports.Archive`."""
        found = (row for row in self._rows.messages.values() if row.seq == job)
        return next((message_view(self._rows, row) for row in found), None)

    async def message_events(self, message_id: str) -> tuple[Moment, ...] | None:
        """See `track.ports.Archive`."""
        row = self._rows.messages.get(message_id)
        return None if row is None else tuple(of_move(moved) for moved in row.history)

    async def raw(self, message_id: str) -> bytes | None:
        """See `track.ports.Archive`."""
        row = self._rows.messages.get(message_id)
        return row.frozen.raw if row and row.frozen else None

    async def events(self, outcome: str | None, page: Page) -> Listing[EventView]:
        """See `track.ports.Archive`."""
        rows = [row for row in self._rows.events if outcome in (None, row.outcome)]
        found, after = paged([(row.number, row) for row in rows], page)
        return Listing(tuple(_event_view(row) for row in found), after)

    async def event_body(self, event_id: str) -> bytes | None:
        """See `track.ports.Archive`."""
        found = (row for row in self._rows.events if f"e_{row.number}" == event_id)
        row = next(found, None)
        return None if row is None else row.arrival.body

    async def conservation(self) -> Conservation:
        """See `track.ports.Archive`."""
        orders = self._rows.orders.values()
        return Conservation(
            events=dict(Counter(row.outcome for row in self._rows.events)),
            orders=dict(Counter(said(row.planned.decision)[0] for row in orders)),
            messages=dict(Counter(row.status for row in self._rows.messages.values())),
            violations=tuple(self._violations()),
        )

    async def counts(self) -> Conservation:
        """See `track.ports.Archive`."""
        return await self.conservation()

    def _order(self, source: str, order_id: str) -> OrderRow | None:
        rows = (row for (named, _), row in self._rows.orders.items() if named == source)
        numbered = (row for row in rows if row.planned.order.number == order_id)
        return self._rows.orders.get((source, order_id)) or next(numbered, None)

    def _violations(self) -> list[str]:
        orders = ("/".join(key) + law for key, row in self._rows.orders.items() for law in _of(row))
        return [*orders, *(law for row in self._rows.messages.values() for law in self._law(row))]

    def _law(self, row: MessageRow) -> list[str]:
        works = row.seq in self._rows.jobs
        if row.status == "in_doubt" or works == (row.status in _WORKING):
            return []
        return [f"message {row.id} is {row.status} and has {'a' if works else 'no'} job"]


def _of(row: OrderRow) -> list[str]:
    found = []
    if not row.mails and said(row.planned.decision)[2] is None:
        found.append(": neither a message nor a stated reason")
    if len([one for one in _confirming(row) if one.status not in _OVER]) > 1:
        found.append(": two live messages that nobody asked for")
    return found


def _confirming(row: OrderRow) -> list[MessageRow]:
    return [one for one in row.mails if one.kind == "confirmation" and not one.resent]


def message_view(rows: Rows, row: MessageRow) -> MessageView:
    """A message as people and programs see it."""
    job, order, frozen = rows.jobs.get(row.seq), row.order.planned.order, row.frozen
    return MessageView(
        id=row.id,
        kind=row.kind,
        status=row.status,
        channel=row.channel,
        recipient=row.recipient,
        source=order.source,
        order_id=order.id,
        created_at=instant(row.created_at),
        updated_at=instant(row.updated_at),
        order_number=order.number,
        subject=frozen.subject if frozen else None,
        code=row.code,
        reason=row.reason,
        attempts=row.attempt,
        next_attempt_at=instant(job.run_at) if job else None,
        sent_at=None if row.sent_at is None else instant(row.sent_at),
        message_id=frozen.rfc_id if frozen else None,
        template=frozen.template if frozen else None,
        size=len(frozen.raw) if frozen else None,
        route=row.route,
        reached_by=_reached_by(row),
        engagement=_engagement(rows, row),
    )


def _reached_by(row: MessageRow) -> str | None:
    if row.reach == "reached":
        return row.reached_by
    return row.channel if row.status == "delivered" else None


def _engagement(rows: Rows, row: MessageRow) -> dict[str, datetime]:
    first = engagement(one.heard for one in rows.feedback.of(row.seq))
    return {what: instant(at) for what, at in first.items()}


def _order_view(row: OrderRow, messages: tuple[MessageView, ...]) -> OrderView:
    order, planned = row.planned.order, row.planned
    plan, code, reason = said(planned.decision)
    return OrderView(
        source=order.source,
        id=order.id,
        currency=order.currency,
        total=str(order.totals.total),
        received_at=instant(row.received_at),
        updated_at=instant(row.updated_at),
        plan=plan,
        number=order.number,
        customer=order.customer.name,
        email=order.customer.email,
        placed_at=order.placed_at,
        payment=order.state.payment,
        code=code,
        reason=reason,
        difference=None if planned.difference == "0" else planned.difference,
        messages=messages,
    )


def _event_view(row: EventRow) -> EventView:
    return EventView(
        id=f"e_{row.number}",
        source=row.arrival.source,
        topic=row.arrival.topic,
        outcome=row.outcome,
        received_at=row.arrival.received_at,
        repeats=row.repeats,
        reason=row.reason,
        order_id=row.order.planned.order.id if row.order else None,
        again=f"e_{row.again.number}" if row.again else None,
    )


def _with_repeats(event: EventRow, arrived: Arrived) -> Arrived:
    again = {"repeats": event.repeats, "repeated_at": event.repeated_at}
    return msgspec.structs.replace(arrived, **again)


def _of_source(row: OrderRow, query: OrderQuery) -> bool:
    return query.source in (None, "", row.planned.order.source)


def _is_named(row: OrderRow, query: OrderQuery) -> bool:
    order, text = row.planned.order, query.text
    if not text:
        return False
    address = (order.customer.email or "").lower()
    return text.lower() == address or order.number == f"#{text}" or text in (order.id, order.number)


def _asked(row: OrderRow, query: OrderQuery) -> bool:
    order, text = row.planned.order, (query.text or "").lower()
    parts = (order.number, order.customer.email, order.customer.name)
    return any(text in (part or "").lower() for part in parts)


def _wanted(row: MessageRow, query: MessageQuery) -> bool:
    order = row.order.planned.order
    recipient = query.recipient.lower() if query.recipient else None
    return (
        query.order in (None, "", order.id, order.number)
        and recipient in (None, row.recipient.lower())
        and query.status in (None, row.status)
        and query.kind in (None, row.kind)
        and query.channel in (None, row.channel)
        and query.code in (None, row.code)
    )
