"""Marking inside a transaction that a customer was reached, and what need not leave any more."""

from collections.abc import Sequence

from twofifty import sql
from twofifty.adapters.relational.messages import Event, move
from twofifty.adapters.relational.ports import Database
from twofifty.notice.model import Kind
from twofifty.notice.reach import Sibling, needless

Q = sql.load("reach")


def siblings(db: Database, seq: int) -> list[Sibling]:
    """All messages that say the same as one of them, itself among them, the oldest first."""
    return [Sibling(*row) for row in db.execute(Q["told"], {"seq": seq}).fetchall()]


def reached(db: Database, seq: int, kind: Kind, by: str, now: float) -> None:
    """The customer was reached by a channel: the others need not try."""
    told = siblings(db, seq)
    mark(db, told, ("reached", by))
    for identity in needless(told, by, kind):
        reason = f"the customer was reached by {by}"
        move(db, identity, Event("superseded", "reached", reason), now)


def mark(db: Database, told: Sequence[Sibling], how: tuple[str, str | None]) -> None:
    """Writes how the reaching of a customer stands; `how`: in one word, and by which channel."""
    reach, by = how
    for one in told:
        db.execute(Q["mark"], {"seq": one.seq, "reach": reach, "by": by})
