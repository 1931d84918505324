"""The end of an attempt inside a transaction: dotted and settled by whoever holds it, or handed
back."""

from collections.abc import Sequence
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.relational.hearing import hear, missed, refused
from twofifty.adapters.relational.messages import Event, record
from twofifty.adapters.relational.ports import Database
from twofifty.deliver.ports import Leased, Verdict
from twofifty.deliver.refusal import is_of_a_dead_address, is_unwanted
from twofifty.deliver.verdict import may_be_overtaken, overtaken, uncounted
from twofifty.notice.reach import MAIL
from twofifty.track.blocking import HARD, hard, left_for_good

Q = sql.load("outbox")
M = sql.load("message")
STOPPED = "all mail was stopped before it left"


class _Held(msgspec.Struct, frozen=True):
    """Who has a message: the last dot's owner and attempt, the job's owner and attempt. `heard`:
    there is news of it that waits."""

    status: str
    dot_owner: str | None
    dot_attempt: int
    owner: str | None
    attempt: int | None
    heard: int


def dot(db: Database, item: Leased, row: dict[str, Any]) -> bool:
    """Journals the final dot where the message is still its worker's, and what it tells is still
    so; `row` as the query `dot` wants it. What is not so any more is taken back, to be told anew:
    also a copy that a person asked for, which no change of the order withdraws. While mail is
    stopped everything is, as if it had not been taken."""
    if db.execute(Q["dot"], row).rowcount == 1:
        return True
    if db.execute(Q["take_outdated"], row).rowcount == 1:
        changed = Event(
            "queued", "facts_changed", "the order changed meanwhile", attempt=item.attempt
        )
        requeue(db, item.seq, changed, row["at"])
    elif db.execute(Q["take_stopped"], row).rowcount == 1 and not item.doubt:
        requeue(db, item.seq, Event("queued", "stopped", STOPPED, attempt=item.attempt), row["at"])
    return False


def settle(db: Database, owner: str, item: Leased, verdict: Verdict, row: dict[str, Any]) -> bool:
    """Writes the outcome where `owner` may; `row` as the query `settle_message` wants it."""
    held = _Held(*db.execute(Q["owned"], {"message": item.seq}).fetchone())
    if not _holds(held, owner, item) and not _late_proof(held, owner, item, verdict):
        return False
    if (
        may_be_overtaken(verdict, item)
        and db.execute(Q["overtaking"], {"seq": item.seq}).fetchone()
    ):
        verdict = overtaken(verdict)
        row = row | {"status": verdict.status, "code": verdict.code, "reason": verdict.reason}
    db.execute(Q["settle_message"], row)
    record(db, item.seq, _told(item, verdict), row["at"])
    _schedule(db, item.seq, verdict)
    _learn(db, item, verdict, row["at"])
    if held.heard:
        hear(db, item.seq, row["at"])
    return True


def _learn(db: Database, item: Leased, verdict: Verdict, now: float) -> None:
    """What the outcome says of the address."""
    message = item.seq
    if is_of_a_dead_address(verdict):
        refused(db, message, hard(now, verdict.reason), now)
    elif item.channel != MAIL and is_unwanted(verdict):
        refused(db, message, left_for_good(now, verdict.reason), now)
    elif (verdict.status, verdict.code) == ("suppressed", HARD):
        missed(db, message, now)


def _holds(held: _Held, owner: str, item: Leased) -> bool:
    return (held.owner, held.attempt) == (owner, item.attempt)


def _late_proof(held: _Held, owner: str, item: Leased, verdict: Verdict) -> bool:
    """The lease is gone, and the 250 for this very dot came after all: that ends the doubt, even
    where another worker has just begun to ask about it."""
    mine = (held.dot_owner, held.dot_attempt) == (owner, item.attempt)
    return mine and held.status == "in_doubt" and verdict.status == "sent"


def _told(item: Leased, verdict: Verdict) -> Event:
    reply = verdict.reply
    if reply is None:
        return Event(verdict.status, verdict.code, verdict.reason, attempt=item.attempt)
    return Event(verdict.status, verdict.code, reply.text, reply.code, reply.enhanced, item.attempt)


def _schedule(db: Database, message: int, verdict: Verdict) -> None:
    if verdict.run_at is None:
        db.execute(M["drop_job"], {"message": message})
        return
    due = {
        "message": message,
        "run_at": verdict.run_at,
        "doubt": verdict.doubt,
        "uncounted": uncounted(verdict),
    }
    db.execute(Q["postpone_job"], due)


def hand_back(db: Database, owner: str, items: Sequence[Leased], now: float) -> None:
    """Returns `items` as if never taken; `owner` retires."""
    for item in items:
        row = {"message": item.seq, "owner": owner}
        handed = db.execute(Q["hand_back"], row).rowcount
        if handed and not item.doubt:
            requeue(db, item.seq, Event("queued", "handed_back", attempt=item.attempt), now)
    db.execute(Q["retire"], {"owner": owner})


def requeue(db: Database, message: int, event: Event, now: float) -> None:
    """Writes the move of a message whose job waits already."""
    row = {"seq": message, "status": event.status, "code": None, "reason": None, "at": now}
    db.execute(M["move_message"], row)
    record(db, message, event, now)
