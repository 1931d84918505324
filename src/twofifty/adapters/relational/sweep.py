"""Taking back what dead workers had, inside a transaction.

without a dot          queued again, a suspect from now on; the third time held for a person
after the dot          in doubt, to be looked at once the doubt has settled
while asking           in doubt still; the third time left for a person

News of a message that waited until it was settled is heard now, however that came about.
"""

from collections import Counter
from typing import Literal

import msgspec

from twofifty import sql
from twofifty.adapters.relational.hearing import hear_what_waits
from twofifty.adapters.relational.messages import Event, record
from twofifty.adapters.relational.ports import Database
from twofifty.adapters.relational.settle import requeue
from twofifty.deliver.ports import Reclaimed

Q = sql.load("outbox")
M = sql.load("message")
CRASHES_ALLOWED = 2
RETIRED_AFTER = 3_600.0

Found = Literal["queued", "in_doubt", "parked"]


class _Lost(msgspec.Struct, frozen=True):
    """A job whose worker is gone, beside what its message knows of the last dot."""

    message: int
    owner: str
    attempt: int
    crashes: int
    doubt: int
    dot_at: float | None
    dot_owner: str | None
    dot_attempt: int

    def dotted(self) -> float | None:
        """When the lost attempt itself journalled its dot."""
        mine = (self.dot_owner, self.dot_attempt) == (self.owner, self.attempt)
        return self.dot_at if mine else None


def acquit(db: Database, owner: str, guilty: int, now: float) -> None:
    """See `deliver.ports.Outbox.acquit`."""
    held = db.execute(Q["held_by"], {"owner": owner, "guilty": guilty}).fetchall()
    for message, attempt, doubt in held:
        back = db.execute(Q["hand_back"], {"message": message, "owner": owner}).rowcount
        if back and not doubt:
            requeue(db, message, Event("queued", "lease_expired", attempt=attempt), now)


def sweep(db: Database, now: float, settle: float) -> Reclaimed:
    """See `deliver.ports.Outbox.sweep`."""
    rows = db.execute(Q["expired"], {"now": now}).fetchall()
    counted = Counter(_reclaim(db, _Lost(*row), now, settle) for row in rows)
    db.execute(Q["forget_workers"], {"before": now - RETIRED_AFTER})
    hear_what_waits(db, now)
    return Reclaimed(counted["queued"], counted["in_doubt"], counted["parked"])


def _reclaim(db: Database, lost: _Lost, now: float, settle: float) -> Found:
    dotted = lost.dotted()
    if dotted is not None:
        return _doubted(db, lost, now, dotted + settle)
    if lost.crashes >= CRASHES_ALLOWED:
        return _parked(db, lost, now)
    return _suspected(db, lost, now)


def _doubted(db: Database, lost: _Lost, now: float, due: float) -> Found:
    text = "the worker ended between the final dot and the reply"
    db.execute(Q["doubt_message"], {"message": lost.message, "reason": text, "at": now})
    record(db, lost.message, Event("in_doubt", "no_reply", text, attempt=lost.attempt), now)
    _give_up(db, lost, (due, True, 0))
    return "in_doubt"


def _parked(db: Database, lost: _Lost, now: float) -> Found:
    text = "three workers ended while they had this message; a person should look at it"
    event = Event("in_doubt" if lost.doubt else "held", "poison", text, attempt=lost.attempt)
    row = {"seq": lost.message, "status": event.status, "code": "poison", "reason": text, "at": now}
    db.execute(M["move_message"], row)
    record(db, lost.message, event, now)
    db.execute(M["drop_job"], {"message": lost.message})
    return "parked"


def _suspected(db: Database, lost: _Lost, now: float) -> Found:
    _give_up(db, lost, (now, bool(lost.doubt), lost.crashes + 1))
    if lost.doubt:
        return "in_doubt"
    requeue(db, lost.message, Event("queued", "lease_expired", attempt=lost.attempt), now)
    return "queued"


def _give_up(db: Database, lost: _Lost, how: tuple[float, bool, int]) -> None:
    due, doubt, crashes = how
    row = {"message": lost.message, "run_at": due, "doubt": doubt, "crashes": crashes}
    db.execute(Q["reclaim_job"], row)
