"""What follows a confirmation, inside the transaction that changes the order."""

import msgspec

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.messages import Event, NewMessage, create, key_of, move
from twofifty.adapters.relational.ports import Database
from twofifty.adapters.relational.state import Where
from twofifty.intake.ports import Planned
from twofifty.notice.correction import corrected, is_told_to_another
from twofifty.notice.model import Kind, Status
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
from twofifty.notice.story import known, pending, waits
from twofifty.order import wire
from twofifty.order.model import Order

Q = sql.load("story")
M = sql.load("message")

# Of very long stories the first mail, the last of the whole and the latest are compared with.
_MOST = 20


class Row(msgspec.Struct, frozen=True):
    """A message of an order with its notice's facts."""

    id: str
    kind: Kind
    facts: str
    status: Status
    recipient: str
    dotted: int
    composed: int
    by_hand: int
    is_copy: int
    created_at: float
    revision: int | None
    code: str | None
    by_customer: int

    @property
    def resent(self) -> bool:
        """Whether a person asked for just this copy."""
        return bool(self.is_copy)

    @property
    def corrected(self) -> bool:
        """Whether the customer asked for it."""
        return bool(self.by_customer)

    def has_left(self) -> bool:
        """Whether it left or may have left, saying a known state of the order."""
        return self.revision is not None and left_already(self.status, dotted=bool(self.dotted))


def follow_up(db: Database, codec: Codec, planned: Planned, where: Where) -> None:
    """Makes, puts off and withdraws what is owed beside the confirmation."""
    if not planned.terms.kinds:
        return
    rows = [Row(*row) for row in db.execute(Q["story"], {"order_id": where.order_row})]
    if not any(row.has_left() or waits(row) for row in rows):
        return
    story = _story(db, codec, rows, (planned.order.customer.email or "").lower())
    story = msgspec.structs.replace(story, then=_then(db, codec, planned.terms, (where, rows)))
    due = owed(planned.order, story, planned.terms)
    for step in steps(due, story, planned.terms):
        _carry_out(db, step, planned, where)


def said_order(db: Database, codec: Codec, revision: int) -> Order:
    """The order as it stood at a revision."""
    (body,) = db.execute(Q["revision_body"], {"id": revision}).fetchone()
    return wire.decode(codec.unpack(body))


def before(db: Database, ids: tuple[int, int, str], whole: bool) -> int | None:
    """The revision that the customer was told of before a notice; `ids`: the order's row, the
    notice's, and the address. `whole`: by a mail that told the whole order."""
    order_row, notice, recipient = ids
    row = {"order_id": order_row, "notice_id": notice}
    said = db.execute(Q["said_before"], row).fetchall()
    for kind, facts, to, revision, is_copy in reversed(said):
        mine = not is_copy or to.lower() == recipient.lower()
        if mine and (not whole or tells_all(kind, facts)):
            return int(revision)
    return None


def _story(db: Database, codec: Codec, rows: list[Row], email: str) -> Story:
    mended = corrected(rows, email)
    email = (mended or email).lower()
    left = [row for row in rows if row.has_left() and not is_told_to_another(row, email)]
    kept = _telling(left)
    revisions = {row.revision for row in kept}
    orders = {revision: said_order(db, codec, revision or 0) for revision in revisions}
    return Story(
        said=tuple(Said(row.id, row.kind, row.facts, orders[row.revision]) for row in kept),
        pending=pending(rows),
        known=known(rows, email),
        corrected=mended,
    )


def _then(db: Database, codec: Codec, terms: Terms, of: tuple[Where, list[Row]]) -> Order | None:
    """See `Story.then`."""
    where, rows = of
    if terms.oldest is None:
        return None
    asked = {"order_id": where.order_row, "oldest": terms.oldest.timestamp()}
    (revision,) = db.execute(Q["then"], asked).fetchone()
    told = max((row.revision or 0 for row in rows if row.has_left()), default=0)
    return None if revision is None or revision <= told else said_order(db, codec, revision)


def _telling(left: list[Row]) -> list[Row]:
    older, latest = left[1 : 1 - _MOST], left[1 - _MOST :]
    if not older:
        return left
    whole = [row for row in older if tells_all(row.kind, row.facts)]
    return [left[0], *whole[-1:], *latest]


def _carry_out(db: Database, step: Open | Put | Drop, planned: Planned, where: Where) -> None:
    match step:
        case Open():
            create(db, _new_message(planned.order, step, where), where.at)
        case Drop(message_id, reason):
            move(db, message_id, Event("superseded", "facts_changed", reason), where.at)
        case Put(message_id, run_at):
            _put(db, message_id, run_at.timestamp(), where.at)


def _put(db: Database, message_id: str, run_at: float, at: float) -> None:
    """A worker that is at it right now finds its lease gone, and sends nothing."""
    _, status = db.execute(M["message_seq"], {"id": message_id}).fetchone()
    if status in ("sending", "held"):
        said = Event("queued", "facts_changed", "the order changed meanwhile")
        move(db, message_id, said, at, run_at)
    else:
        db.execute(Q["put_off"], {"id": message_id, "run_at": run_at})


def _new_message(order: Order, step: Open, where: Where) -> NewMessage:
    due = step.due
    return NewMessage(
        key=key_of(order, due.kind, due.recipient, due.facts),
        recipient=due.recipient,
        order_row=where.order_row,
        status=step.status,
        cause=due.code or "planned",
        text=due.reason or "the order has news",
        code=due.code,
        reason=due.reason,
        by_hand=step.by_hand,
        event=where.event,
        run_at=step.run_at.timestamp(),
    )
