"""Whether customers were reached, in memory."""

from collections.abc import Callable, Sequence

from twofifty.adapters.memory.reached import mark, reached
from twofifty.adapters.memory.rows import Draft, MessageRow, Rows, record
from twofifty.clock import Clock
from twofifty.notice.lifecycle import WITHDRAWN
from twofifty.notice.model import Status
from twofifty.notice.reach import (
    LATE,
    LOST,
    MAIL,
    Evidence,
    ReachRule,
    Unreached,
    is_doubtful,
    is_replaced,
    reached_by,
    why,
)
from twofifty.track.blocking import UNWANTED
from twofifty.track.moments import Moved

OLDEST = 7 * 86_400.0
_PATIENT: frozenset[Status] = frozenset({"held", "scheduled", "in_doubt", *WITHDRAWN})


class MemoryReach:
    """`track.ports.Reach` in memory. `announced` is called after each escalation."""

    def __init__(self, rows: Rows, clock: Clock, announced: Callable[[], None]) -> None:
        self._rows = rows
        self._clock = clock
        self._announced = announced

    async def unreached(
        self, rules: Sequence[ReachRule], now: float, limit: int
    ) -> Sequence[Unreached]:
        """See `track.ports.Reach`."""
        found = [one for rule in rules for one in self._of(rule, now)]
        return found[:limit]

    def _of(self, rule: ReachRule, now: float) -> list[Unreached]:
        asked = [
            row
            for row in self._rows.messages.values()
            if row.kind == rule.kind and row.reach is None and row.created_at > now - OLDEST
        ]
        for row in asked:
            by = _by(row, rule.evidence)
            if row.channel != MAIL and by is not None:
                reached(self._rows, row, by, now)
        due = self._due(now - rule.after.total_seconds())
        return [
            _unreached(row, rule, cause)
            for row in asked
            if row.reach is None and (cause := _cause(row, rule, self._since(row) <= due))
        ]

    def _due(self, due: float) -> float:
        """After a brake was released all mail has its time again."""
        log = self._rows.brake.log
        released = max((at for at, action, _, _ in log if action == "release"), default=0.0)
        return due if released <= due else 0.0

    def _since(self, row: MessageRow) -> float:
        job = self._rows.jobs.get(row.seq)
        return max(row.created_at, job.since if job else row.sent_at or 0.0)

    async def escalate(
        self, one: Unreached, channel: str, recipient: str, run_at: float
    ) -> str | None:
        """See `track.ports.Reach`."""
        row, now = self._rows.messages[one.message_id], self._clock.seconds()
        status: Status = "scheduled" if run_at > now else "queued"
        draft = Draft(row.order, row.kind, recipient, status, facts=row.facts, channel=channel)
        draft.run_at = max(run_at, now)
        tried = channel in {each.channel for each in row.siblings()}
        known = draft.key().digest() in self._rows.copies
        over = _by(row, one.evidence) is not None or row.status in WITHDRAWN
        if tried or known or over or _doubtful(row):
            return None
        if row.reach in (None, "escalated"):
            row.reach = "escalated"
        made = self._rows.create(draft, ("escalated", why(one, row.channel)), now)
        self._announced()
        return made.id

    async def give_up(self, one: Unreached, reason: str) -> None:
        """See `track.ports.Reach`."""
        row, now = self._rows.messages[one.message_id], self._clock.seconds()
        if _by(row, one.evidence) is None and not _doubtful(row):
            mark(row.siblings(), "given_up")
            said = ("unreached", reason, None, None, None)
            record(row, Moved(now, row.status, *said, row.id))


def _by(row: MessageRow, evidence: Evidence) -> str | None:
    return reached_by([each.sibling() for each in row.siblings()], evidence)


def _doubtful(row: MessageRow) -> bool:
    return is_doubtful([each.sibling() for each in row.siblings()])


def _cause(row: MessageRow, rule: ReachRule, late: bool) -> str | None:
    """Why it is time for another channel; None: it is not."""
    told = [each.sibling() for each in row.siblings()]
    if reached_by(told, rule.evidence) or is_replaced(row.seq, told):
        return None
    if is_doubtful(told):
        return None
    if row.status in LOST:
        unwanted = row.status == "suppressed" and row.code in UNWANTED
        return None if unwanted and row.channel == MAIL else row.status
    return LATE if late and row.status not in _PATIENT else None


def _unreached(row: MessageRow, rule: ReachRule, cause: str) -> Unreached:
    order = row.order.planned
    return Unreached(
        seq=row.seq,
        message_id=row.id,
        kind=row.kind,
        facts=row.facts,
        source=order.order.source,
        order_id=order.order.id,
        created_at=row.created_at,
        cause=cause,
        tried=tuple(dict.fromkeys(each.channel for each in row.siblings())),
        order=order.encoded,
        evidence=rule.evidence,
    )
