"""The end of an attempt inside a transaction: dotted and settled by whoever holds it, or handed
back.

Dots and settlements come in batches. What is usual in them is written a batch at a time: a dot of
whoever holds the message, a mail that was taken and of which nothing else was heard. Everything
else is written one by one, and gives the same rows as it would without the others.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.relational.hearing import hear, missed, refused
from twofifty.adapters.relational.history import of_all, record_all
from twofifty.adapters.relational.messages import Event, record
from twofifty.adapters.relational.ports import Database, Pages
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


class Dotted(msgspec.Struct, frozen=True):
    """A dot that is about to leave; `row` as the query `dot` wants it."""

    item: Leased
    row: dict[str, Any]


class Settled(msgspec.Struct, frozen=True):
    """An outcome that `owner` has; `row` as the query `settle_message` wants it; `fresh`: it brings
    bytes that no dot has frozen."""

    owner: str
    item: Leased
    verdict: Verdict
    row: dict[str, Any]
    fresh: bool

    def usual(self) -> bool:
        """Whether it was taken, at its first dot that nobody had to ask about."""
        return self.verdict.status == "sent" and not self.fresh


def dots(db: Pages, asked: Sequence[Dotted]) -> list[bool]:
    """Journals the final dots of messages that are still their workers', and tell what is still so.
    What is not so any more is taken back, to be told anew: also a copy that a person asked for,
    which no change of the order withdraws. While mail is stopped everything is, as if it had not
    been taken."""
    every = of_all(one.item.seq for one in asked)
    before = dict(db.execute(Q["dots_of"], every).fetchall())
    if len(before) < len(asked):  # the same message twice
        return [answer for one in asked for answer in dots(db, (one,))]
    for query, again in (("dot_first", False), ("dot", True)):
        rows = [one.row for one in asked if one.item.doubt == again]
        if rows:
            db.executemany(Q[query], rows)
    after = dict(db.execute(Q["dots_of"], every).fetchall())
    return [after[one.item.seq] > before[one.item.seq] or _taken_back(db, one) for one in asked]


def _taken_back(db: Database, one: Dotted) -> bool:
    """False; what was changed or stopped meanwhile waits again."""
    item, row = one.item, one.row
    if db.execute(Q["take_outdated"], row).rowcount == 1:
        changed = Event(
            "queued", "facts_changed", "the order changed meanwhile", attempt=item.attempt
        )
        requeue(db, item.seq, changed, row["at"])
    elif db.execute(Q["take_stopped"], row).rowcount == 1 and not item.doubt:
        requeue(db, item.seq, Event("queued", "stopped", STOPPED, attempt=item.attempt), row["at"])
    return False


def settles(db: Pages, asked: Sequence[Settled]) -> list[bool]:
    """Writes the outcomes, each where its owner may."""
    known = _known(db, asked)
    if len(known) < len(asked):  # the same message twice
        return [answer for one in asked for answer in settles(db, (one,))]
    usual = [one for one in asked if _is_usual(one, known[one.item.seq])]
    _sent(db, usual)
    done = {one.item.seq for one in usual}
    return [one.item.seq in done or _settle(db, one) for one in asked]


def _known(db: Database, asked: Iterable[Settled]) -> dict[int, _Held]:
    rows = db.execute(Q["owned"], of_all(one.item.seq for one in asked))
    return {row[0]: _Held(*row[1:]) for row in rows}


def _is_usual(one: Settled, held: _Held) -> bool:
    return one.usual() and not held.heard and _holds(held, one.owner, one.item)


def _sent(db: Pages, settled: Sequence[Settled]) -> None:
    """Mails that were taken, and nothing is left to do about."""
    if not settled:
        return
    db.executemany(Q["settle_sent"], [_sent_row(one) for one in settled])
    record_all(db, ((one.item.seq, one.row["at"], _told(one)) for one in settled))
    db.execute(Q["drop_jobs"], of_all(one.item.seq for one in settled))


def _sent_row(one: Settled) -> dict[str, Any]:
    return {name: one.row[name] for name in ("message", "at", "route", "taken_as")}


def _settle(db: Database, one: Settled) -> bool:
    """Writes one outcome where its owner may; what was written before it may have changed that."""
    item, row = one.item, one.row
    held = _known(db, (one,))[item.seq]
    if not _holds(held, one.owner, item) and not _late_proof(held, one):
        return False
    if (
        may_be_overtaken(one.verdict, item)
        and db.execute(Q["overtaking"], {"seq": item.seq}).fetchone()
    ):
        verdict = overtaken(one.verdict)
        row = row | {"status": verdict.status, "code": verdict.code, "reason": verdict.reason}
        one = msgspec.structs.replace(one, verdict=verdict)
    db.execute(Q["settle_message"], row)
    record(db, item.seq, _told(one), row["at"])
    _schedule(db, item.seq, one.verdict)
    _learn(db, item, one.verdict, row["at"])
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


def _late_proof(held: _Held, one: Settled) -> bool:
    """The lease is gone, and the 250 for this very dot came after all: that ends the doubt, even
    where another worker has just begun to ask about it."""
    mine = (held.dot_owner, held.dot_attempt) == (one.owner, one.item.attempt)
    return mine and held.status == "in_doubt" and one.verdict.status == "sent"


def _told(one: Settled) -> Event:
    verdict, attempt = one.verdict, one.item.attempt
    reply = verdict.reply
    if reply is None:
        return Event(verdict.status, verdict.code, verdict.reason, attempt=attempt)
    return Event(verdict.status, verdict.code, reply.text, reply.code, reply.enhanced, attempt)


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
