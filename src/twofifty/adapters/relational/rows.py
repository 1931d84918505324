"""Rows as the views that people and programs see."""

from collections.abc import Mapping
from typing import Any

from twofifty.track.model import EventView, MessageView, OrderView
from twofifty.track.moments import Arrived, Moved, instant

Row = tuple[Any, ...]


def order_view(row: Row, messages: tuple[MessageView, ...]) -> OrderView:
    """A row of `order_columns`."""
    _, source, identity, currency, total, received, updated, plan = row[:8]
    number, customer, email, placed, payment, code, reason, difference = row[8:]
    return OrderView(
        source=source,
        id=identity,
        currency=currency,
        total=total,
        received_at=instant(received),
        updated_at=instant(updated),
        plan=plan,
        number=number,
        customer=customer,
        email=email,
        placed_at=None if placed is None else instant(placed),
        payment=payment,
        code=code,
        reason=reason,
        difference=difference,
        messages=messages,
    )


def message_view(row: Row, engagement: Mapping[str, float]) -> MessageView:
    """A row of `message_columns`; `engagement`: when it was first looked at, and how."""
    _, identity, kind, status, channel, recipient, source, order_id, created, updated = row[:10]
    number, subject, code, reason, attempts, run_at, sent_at, rfc_id, *rest = row[10:]
    template, size, route, reached_by = rest
    return MessageView(
        id=identity,
        kind=kind,
        status=status,
        channel=channel,
        recipient=recipient,
        source=source,
        order_id=order_id,
        created_at=instant(created),
        updated_at=instant(updated),
        order_number=number,
        subject=subject,
        code=code,
        reason=reason,
        attempts=attempts,
        next_attempt_at=None if run_at is None else instant(run_at),
        sent_at=None if sent_at is None else instant(sent_at),
        message_id=rfc_id,
        template=template,
        size=size,
        route=route,
        reached_by=reached_by,
        engagement={what: instant(at) for what, at in engagement.items()},
    )


def arrived(row: Row) -> Arrived:
    """A row of `order_revisions`."""
    at, outcome, topic, plan, code, reason, event, repeats, repeated_at = row
    return Arrived(at, outcome, topic, plan, code, reason, f"e_{event}", repeats, repeated_at)


def moved(row: Row) -> Moved:
    """A row of `message_events`."""
    return Moved(*row)


def event_view(row: Row) -> EventView:
    """A row of `events`."""
    identity, source, topic, outcome, received_at, repeats, reason, order_id, again = row
    return EventView(
        id=f"e_{identity}",
        source=source,
        topic=topic,
        outcome=outcome,
        received_at=instant(received_at),
        repeats=repeats,
        reason=reason,
        order_id=order_id,
        again=None if again is None else f"e_{again}",
    )
