"""Taking back in memory what workers had whose leases ended."""

from collections import Counter
from typing import Literal

from twofifty.adapters.memory.hearing import hear_what_waits
from twofifty.adapters.memory.rows import JobRow, Rows, record
from twofifty.deliver.ports import Reclaimed
from twofifty.notice.model import Status
from twofifty.track.moments import Moved

CRASHES_ALLOWED = 2

Found = Literal["queued", "in_doubt", "parked"]


def sweep(rows: Rows, now: float, settle: float) -> Reclaimed:
    """See `deliver.ports.Outbox.sweep`."""
    alive = {owner for owner, until in rows.workers.items() if until > now}
    lost = [job for job in rows.jobs.values() if job.owner is not None and job.owner not in alive]
    counted = Counter(_reclaim(rows, job, now, settle) for job in lost)
    hear_what_waits(rows, now)
    return Reclaimed(counted["queued"], counted["in_doubt"], counted["parked"])


def _reclaim(rows: Rows, job: JobRow, now: float, settle: float) -> Found:
    message = job.message
    mine = (message.dot_owner, message.attempt) == (job.owner, job.attempt)
    job.owner = None
    if mine and message.dot_at is not None:
        job.run_at, job.doubt, job.crashes = message.dot_at + settle, True, 0
        message.doubts += 1
        _move(job, "in_doubt", ("no_reply", "the worker ended between the dot and the reply"), now)
        return "in_doubt"
    if job.crashes >= CRASHES_ALLOWED:
        del rows.jobs[message.seq]
        text = "three workers ended while they had this message; a person should look at it"
        _move(job, "in_doubt" if job.doubt else "held", ("poison", text), now)
        return "parked"
    job.run_at, job.crashes = now, job.crashes + 1
    if job.doubt:
        return "in_doubt"
    _move(job, "queued", ("lease_expired", ""), now)
    return "queued"


def _move(job: JobRow, to: Status, said: tuple[str, str], now: float) -> None:
    message = job.message
    message.status, message.updated_at = to, now
    message.code, message.reason = (None, None) if to == "queued" else said
    record(message, Moved(now, to, *said, None, None, job.attempt, message.id))
