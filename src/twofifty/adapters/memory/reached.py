"""What need not leave any more beside a mail, in memory."""

from twofifty.adapters.memory.rows import MessageRow, OrderRow, Rows
from twofifty.notice.lifecycle import WITHDRAWN, is_unsent
from twofifty.notice.reach import MAIL, is_moot, needless


def reached(rows: Rows, message: MessageRow, by: str, now: float) -> None:
    """The customer was reached by a channel: the others need not try."""
    told = message.siblings()
    mark(told, "reached", by)
    for identity in needless([one.sibling() for one in told], by, message.kind):
        reason = f"the customer was reached by {by}"
        rows.move(rows.messages[identity], "superseded", ("reached", reason), now)


def mark(told: list[MessageRow], reach: str, by: str | None = None) -> None:
    """Writes how the reaching of a customer stands."""
    for one in told:
        if one.reach in (None, "escalated"):
            one.reach, one.reached_by = reach, by or one.reached_by


def tidy(rows: Rows, order: OrderRow, owed: bool, at: float) -> None:
    """Withdraws what has not left beside mails that were withdrawn, or of what is so no more;
    `owed`: the order's confirmation still is."""
    cancelled = order.planned.order.state.cancelled_at is not None
    for one in order.messages:
        if one.channel == MAIL or not is_unsent(one.status, dotted=one.dotted):
            continue
        if is_moot(one.kind, mailed=_mailed(one), owed=owed, cancelled=cancelled):
            said = ("facts_changed", "what it would have told is so no more")
            rows.move(one, "superseded", said, at)


def _mailed(message: MessageRow) -> bool:
    mails = [one for one in message.siblings() if one.channel == MAIL]
    return any(one.status not in WITHDRAWN for one in mails)
