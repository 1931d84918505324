"""From an outcome to how the attempt is settled. Pure.

outcome             status      looked at again
Accepted            sent        never
Refused             failed      never; where the route refused us (530: log in first) it says
                                nothing about the mail, and counts as Deferred
Deferred            deferred    after a growing delay, or the server's hint; failed after 48 h
Deferred, waiting   deferred    when there may be room: nothing was tried, so it is no attempt, the
                                delay does not grow and nothing is given up for it
Deferred, in doubt  in_doubt    the same: an earlier dot may have been taken; left after 48 h
InDoubt             in_doubt    when the doubt may have settled
Fenced              (none)      somebody else has it
"""

from typing import assert_never

import msgspec

from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Outcome, Refused
from twofifty.deliver.ports import Leased, Verdict
from twofifty.notice.model import Status
from twofifty.queue.retry import given_up, next_delay, pace_of

CRASHING_ATTEMPTS = 3
STORE_REST = 5.0
WAITING_REST = 5.0
LEAST_WAIT = 0.25
WAITING_SPREAD = 0.25
UNCOUNTED = frozenset({"rate", "resting"})
"""Codes of verdicts on attempts that were none."""


def verdict(outcome: Outcome, item: Leased, times: tuple[float, float], chance: float) -> Verdict:
    """`times` are (now, settle): the present and how long a doubt settles; `chance` in [0, 1).

    Raises ValueError for Fenced: there is nothing of ours to settle.
    """
    now, settle = times
    match outcome:
        case Accepted(reply, route):
            return Verdict("sent", "accepted", f"{route} took it", reply, route=route)
        case Refused(reason, phase, route, "route", reply):
            fault = Deferred(reason, phase, route, reply, connection=True)
            return _deferred(fault, item, now, chance)
        case Refused(reason, _, _, about, reply):
            return Verdict("failed", f"refused_{about}", reason, reply)
        case Deferred(waiting=True):
            return _waiting(outcome, item, now, chance)
        case Deferred():
            return _deferred(outcome, item, now, chance)
        case InDoubt(reason, route):
            return Verdict("in_doubt", "no_reply", reason, None, now + settle, True, route)
        case Fenced():
            raise ValueError("a fenced attempt has nothing to settle")
        case _:
            assert_never(outcome)


def _deferred(outcome: Deferred, item: Leased, now: float, chance: float) -> Verdict:
    code, enhanced = (outcome.reply.code, outcome.reply.enhanced) if outcome.reply else (None, None)
    pace = pace_of(code, enhanced)
    run_at = now + next_delay(item.attempt, chance, outcome.retry_after, pace)
    if given_up(item.queued_at, run_at, item.attempt):
        reason = f"given up after {item.attempt} attempts: {outcome.reason}"
        status: Status = "in_doubt" if item.doubt else "failed"
        return Verdict(status, "given_up", reason, outcome.reply)
    word = "no_route" if outcome.connection else "deferred"
    return _again(item, Verdict("deferred", word, outcome.reason, outcome.reply, run_at))


def _waiting(outcome: Deferred, item: Leased, now: float, chance: float) -> Verdict:
    """Put back in the queue; what waits together does not come back together."""
    rest = WAITING_REST if outcome.retry_after is None else outcome.retry_after
    run_at = now + max(rest, LEAST_WAIT) * (1 + WAITING_SPREAD * chance)
    word = "resting" if outcome.connection else "rate"
    return _again(item, Verdict("deferred", word, outcome.reason, run_at=run_at))


def wants_a_person(verdict: Verdict) -> bool:
    """Whether nothing happens to it any more by itself, although nobody wanted that."""
    return verdict.run_at is None and verdict.status in ("failed", "held", "in_doubt")


def uncounted(verdict: Verdict) -> bool:
    """Whether nothing was tried, so that the store gives the attempt back."""
    return verdict.code in UNCOUNTED


def _again(item: Leased, later: Verdict) -> Verdict:
    """What was in doubt stays so: this attempt took nothing, an earlier one may have been taken."""
    if not item.doubt:
        return later
    changes = {"status": "in_doubt", "doubt": True, "route": item.doubt_route}
    return msgspec.structs.replace(later, **changes)


def not_journalled(item: Leased, now: float) -> Verdict:
    """The store would not take the dot, so it did not leave: neither message nor route is at fault,
    and it counts as no crash."""
    reason = "the store could not journal the dot, so nothing was sent"
    return _again(item, Verdict("deferred", "store", reason, run_at=now + STORE_REST))


def kept_back(item: Leased, now: float) -> Verdict:
    """Its dot was journalled, was old by then, and may not leave any more, so it did not."""
    reason = "the dot was journalled too long before, so nothing was sent"
    return _again(item, Verdict("deferred", "late_dot", reason, run_at=now + STORE_REST))


def found(route: str = "the next hop") -> Verdict:
    """A doubt that ended well: the next hop was asked and has the message."""
    return Verdict("sent", "found", f"{route} was asked and has it")


def still_unknown(now: float, settle: float) -> Verdict:
    """A doubt that the next hop cannot settle yet."""
    reason = "the next hop was asked and does not know yet"
    return Verdict("in_doubt", "unknown", reason, run_at=now + settle, doubt=True)


def left_in_doubt(copies: int) -> Verdict:
    """A doubt that would take more copies than allowed: a person decides."""
    reason = f"{copies} copies went without a reply; sending another needs a person"
    return Verdict("in_doubt", "left", reason)


def crashed(item: Leased, fault: str, now: float) -> Verdict:
    """Our own fault before the dot: tried again up to the third attempt of all, then held (a doubt:
    left) for a person."""
    reason = f"could not be processed: {fault}"
    if item.attempt >= CRASHING_ATTEMPTS:
        return Verdict("in_doubt" if item.doubt else "held", "internal_error", reason)
    run_at = now + 5.0 * item.attempt
    return _again(item, Verdict("deferred", "internal_error", reason, None, run_at))


def overtaken(verdict: Verdict) -> Verdict:
    """A mail that was not taken, of an order whose cancellation is told meanwhile: it may not come
    after that."""
    reason = f"the cancellation overtook it ({verdict.reason})"[:500]
    return Verdict("held", "cancelled", reason, verdict.reply)


def may_be_overtaken(verdict: Verdict, item: Leased) -> bool:
    """Whether a mail waits for another attempt, and nothing of it can have arrived."""
    return verdict.status == "deferred" and not item.doubt and item.kind != "cancellation"
