"""What follows a confirmation, in memory."""

import msgspec

from twofifty.adapters.memory.rows import Draft, MessageRow, OrderRow, Rows
from twofifty.intake.ports import Planned
from twofifty.notice.correction import corrected, is_told_to_another
from twofifty.notice.owed import (
    Drop,
    Open,
    Put,
    Said,
    Story,
    Terms,
    left_already,
    owed,
    steps,
    tells_all,
)
from twofifty.notice.reach import MAIL
from twofifty.notice.story import known, pending, waits
from twofifty.order import wire
from twofifty.order.model import Order


def follow_up(rows: Rows, order: OrderRow, planned: Planned, at: float) -> None:
    """Makes, puts off and withdraws what is owed beside the confirmation."""
    if not planned.terms.kinds or not any(_has_left(one) or waits(one) for one in order.mails):
        return
    story = _story(order, (planned.order.customer.email or "").lower())
    story = msgspec.structs.replace(story, then=_then(order, planned.terms))
    for step in steps(owed(planned.order, story, planned.terms), story, planned.terms):
        _carry_out(rows, order, step, at)


def before(message: MessageRow) -> bytes | None:
    """The order as the customer was told of it before the message's notice."""
    message = _mail(message)
    first = min(one.seq for one in message.order.messages if _same_notice(one, message))
    whole = tells_all(message.kind, message.facts)
    for one in reversed([one for one in message.order.mails if one.seq < first]):
        if (
            not is_told_to_another(one, message.recipient)
            and one.may_be_read()
            and one.said
            and (not whole or tells_all(one.kind, one.facts))
        ):
            return one.said
    return None


def _mail(message: MessageRow) -> MessageRow:
    """Of what tells the same by another channel the mail that it stands beside."""
    mails = [one for one in message.siblings() if one.channel == MAIL]
    return message if message.channel == MAIL or not mails else mails[0]


def _same_notice(one: MessageRow, other: MessageRow) -> bool:
    """Whether two messages are of the same notice."""
    return (one.kind, one.facts, one.recipient.lower()) == (
        other.kind,
        other.facts,
        other.recipient.lower(),
    )


def _has_left(message: MessageRow) -> bool:
    return message.said is not None and left_already(message.status, dotted=message.dotted)


def _story(order: OrderRow, email: str) -> Story:
    rows = order.mails
    mended = corrected(rows, email)
    email = (mended or email).lower()
    mine = [one for one in rows if _has_left(one) and not is_told_to_another(one, email)]
    return Story(
        said=tuple(Said(one.id, one.kind, one.facts, wire.decode(one.said or b"")) for one in mine),
        pending=pending(rows),
        known=known(rows, email),
        corrected=mended,
    )


def _then(order: OrderRow, terms: Terms) -> Order | None:
    """See `Story.then`."""
    if terms.oldest is None:
        return None
    bodies = [body for _, body in order.states]
    old = [at for at, (since, _) in enumerate(order.states) if since < terms.oldest.timestamp()]
    said = [one.said for one in order.mails if one.said and _has_left(one)]
    told = max((at for at, body in enumerate(bodies) if body in said), default=-1)
    return wire.decode(bodies[old[-1]]) if old and old[-1] > told else None


def _carry_out(rows: Rows, order: OrderRow, step: Open | Put | Drop, at: float) -> None:
    match step:
        case Open(due, run_at, by_hand):
            draft = Draft(order, due.kind, due.recipient, step.status, due.code)
            draft.reason, draft.by_hand, draft.facts = due.reason, by_hand, due.facts
            draft.run_at = run_at.timestamp()
            rows.create(draft, (due.code or "planned", due.reason or "the order has news"), at)
        case Drop(message_id, reason):
            rows.move(rows.messages[message_id], "superseded", ("facts_changed", reason), at)
        case Put(message_id, run_at):
            _put(rows, rows.messages[message_id], run_at.timestamp(), at)


def _put(rows: Rows, message: MessageRow, run_at: float, at: float) -> None:
    """A worker that is at it right now finds its lease gone, and sends nothing."""
    if message.status in ("sending", "held"):
        rows.move(message, "queued", ("facts_changed", "the order changed meanwhile"), at)
    job = rows.jobs.get(message.seq)
    if job is not None and job.owner is None:
        job.run_at = run_at
