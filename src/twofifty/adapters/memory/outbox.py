"""The queue in memory: leases, the dot journal, settling."""

from collections.abc import Sequence

from twofifty.adapters.memory.heard import folded
from twofifty.adapters.memory.hearing import apply_block, hear, hear_what_waits
from twofifty.adapters.memory.rows import JobRow, MessageRow, Rows, record
from twofifty.adapters.memory.story import before
from twofifty.adapters.memory.suppress import begin_task, blocked
from twofifty.adapters.memory.sweep import sweep
from twofifty.clock import Clock
from twofifty.deliver.ports import Frozen, Leased, Reclaimed, Verdict
from twofifty.deliver.refusal import is_of_a_dead_address, is_unwanted
from twofifty.deliver.verdict import may_be_overtaken, overtaken, uncounted
from twofifty.notice.reach import MAIL
from twofifty.track.blocking import HARD, hard, left_for_good
from twofifty.track.moments import Moved

HOUR = 3_600.0

Seen = dict[tuple[str, str], int]
"""How much went to which channel and address within an hour, with what the same lease took."""


class MemoryOutbox:
    """`deliver.ports.Outbox` in memory."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock

    async def lease(self, owner: str, limit: int, until: float) -> Sequence[Leased]:
        """See `deliver.ports.Outbox`."""
        now = self._clock.seconds()
        self._rows.workers[owner] = until
        if self._rows.brake.state.stopped:
            return []
        hear_what_waits(self._rows, now)
        due = [job for job in self._waiting() if job.run_at <= now]
        busy = any(job.owner == owner and job.crashes for job in self._rows.jobs.values())
        suspects = [] if busy else [job for job in due if job.crashes][:1]
        taken = (suspects + [job for job in due if not job.crashes])[:limit]
        return self.take(owner, taken)

    def take(self, owner: str, jobs: Sequence[JobRow]) -> list[Leased]:
        """Leases these."""
        now, seen = self._clock.seconds(), Seen()
        return [self._leased(job, owner, now, seen) for job in jobs]

    def _leased(self, job: JobRow, owner: str, now: float, seen: Seen) -> Leased:
        place, others = job.message.place(), self._rows.messages.values()
        to = (place.channel, place.address)
        if to not in seen:
            seen[to] = sum(_left_or_leaves(one, to, now - HOUR) for one in others)
        before = (seen[to], blocked(self._rows, job.message, now))
        seen[to] += 1
        return _leased(job, owner, now, before)

    async def beat(self, owner: str, until: float) -> None:
        """See `deliver.ports.Outbox`."""
        self._rows.workers[owner] = until

    async def dot(self, owner: str, item: Leased, frozen: Frozen) -> bool:
        """See `deliver.ports.Outbox`."""
        job = self._held(owner, item)
        if job is None:
            return False
        message, now = job.message, self._clock.seconds()
        if self._rows.brake.state.stopped:
            self._take_stopped(job, owner, now)
            return False
        if message.frozen is None and message.said != message.order.planned.encoded:
            changed = ("facts_changed", "the order changed meanwhile")
            self._rows.move(message, "queued", changed, now)
            return False
        message.status, message.attempt, message.updated_at = "sending", item.attempt, now
        message.dot_at, message.dot_owner, message.dots = now, owner, message.dots + 1
        message.route = frozen.route or None
        message.frozen = message.frozen or frozen
        return True

    async def settle(
        self, owner: str, item: Leased, verdict: Verdict, frozen: Frozen | None
    ) -> bool:
        """See `deliver.ports.Outbox`."""
        message = self._message(item)
        if self._held(owner, item) is None and not _late_proof(message, owner, item, verdict):
            return False
        message.frozen = message.frozen or frozen
        if may_be_overtaken(verdict, item) and _overtaking(message):
            verdict = overtaken(verdict)
        _settled(message, verdict, self._clock.seconds())
        self._record(message, item, verdict)
        self._schedule(message, verdict)
        self._learn(message, verdict, self._clock.seconds())
        return True

    def _learn(self, message: MessageRow, verdict: Verdict, now: float) -> None:
        """What the outcome says of the address, and what was said of the message meanwhile."""
        if is_of_a_dead_address(verdict):
            apply_block(self._rows, message.place(), hard(now, verdict.reason), now)
        elif message.channel != MAIL and is_unwanted(verdict):
            left = left_for_good(now, verdict.reason)
            apply_block(self._rows, message.place(), left, now)
        elif (verdict.status, verdict.code) == ("suppressed", HARD):
            begin_task(self._rows, message, now)
        hear(self._rows, message, now)

    def _take_stopped(self, job: JobRow, owner: str, now: float) -> None:
        """Takes back what would leave while mail is stopped, as if it had not been taken."""
        message, attempt = job.message, job.attempt
        if _dotted(message, owner) and message.attempt == attempt:
            return
        job.owner, job.attempt = None, attempt - 1
        if not job.doubt:
            message.status, message.updated_at = "queued", now
            said = ("stopped", "all mail was stopped before it left", None, None, attempt)
            record(message, Moved(now, "queued", *said, message.id))

    async def hand_back(self, owner: str, items: Sequence[Leased]) -> None:
        """See `deliver.ports.Outbox`."""
        now = self._clock.seconds()
        for item in items:
            job = self._rows.jobs.get(item.seq)
            if job is None or job.owner != owner or _dotted(job.message, owner):
                continue
            job.owner, job.attempt = None, job.attempt - 1
            if not item.doubt:
                message = job.message
                message.status, message.updated_at = "queued", now
                said = ("handed_back", "", None, None, item.attempt)
                record(message, Moved(now, "queued", *said, message.id))
        self._rows.workers.pop(owner, None)

    async def acquit(self, owner: str, guilty: int) -> None:
        """See `deliver.ports.Outbox`."""
        now = self._clock.seconds()
        for job in self._rows.jobs.values():
            message = job.message
            if job.owner != owner or message.seq == guilty or _dotted(message, owner):
                continue
            attempt, job.owner, job.attempt = job.attempt, None, job.attempt - 1
            if not job.doubt:
                message.status, message.updated_at = "queued", now
                said = ("lease_expired", "", None, None, attempt)
                record(message, Moved(now, "queued", *said, message.id))

    async def owners(self) -> Sequence[str]:
        """See `deliver.ports.Outbox`."""
        return sorted({job.owner for job in self._rows.jobs.values() if job.owner is not None})

    async def sweep(self, now: float, settle: float) -> Reclaimed:
        """See `deliver.ports.Outbox`."""
        return sweep(self._rows, now, settle)

    async def next_due(self) -> float | None:
        """See `deliver.ports.Outbox`."""
        if self._rows.brake.state.stopped:
            return None
        return min((job.run_at for job in self._waiting()), default=None)

    def _waiting(self) -> list[JobRow]:
        free = [job for job in self._rows.jobs.values() if job.owner is None]
        return sorted(free, key=lambda job: job.run_at)

    def _message(self, item: Leased) -> MessageRow:
        return self._rows.messages[item.message_id]

    def _held(self, owner: str, item: Leased) -> JobRow | None:
        job = self._rows.jobs.get(item.seq)
        mine = job is not None and (job.owner, job.attempt) == (owner, item.attempt)
        return job if mine else None

    def _record(self, message: MessageRow, item: Leased, verdict: Verdict) -> None:
        reply = verdict.reply
        text = reply.text if reply else verdict.reason
        code, enhanced = (reply.code, reply.enhanced) if reply else (None, None)
        said = (verdict.code, text, code, enhanced, item.attempt)
        record(message, Moved(self._clock.seconds(), verdict.status, *said, message.id))

    def _schedule(self, message: MessageRow, verdict: Verdict) -> None:
        job = self._rows.jobs.pop(message.seq, None)
        if job is None or verdict.run_at is None:
            return
        job.run_at, job.owner, job.doubt, job.crashes = verdict.run_at, None, verdict.doubt, 0
        job.attempt -= uncounted(verdict)
        self._rows.jobs[message.seq] = job


def _dotted(message: MessageRow, owner: str) -> bool:
    return message.dot_at is not None and message.dot_owner == owner


def _late_proof(message: MessageRow, owner: str, item: Leased, verdict: Verdict) -> bool:
    mine = (message.dot_owner, message.attempt) == (owner, item.attempt)
    return mine and message.status == "in_doubt" and verdict.status == "sent"


def _overtaking(message: MessageRow) -> bool:
    later = [one for one in message.order.mails if one.seq > message.seq]
    over = ("superseded", "cancelled", "failed", "suppressed")
    return any(one.kind == "cancellation" and one.status not in over for one in later)


def _settled(message: MessageRow, verdict: Verdict, now: float) -> None:
    sent = verdict.status == "sent"
    message.status, message.updated_at = verdict.status, now
    message.code, message.reason = (None, None) if sent else (verdict.code, verdict.reason)
    message.doubts += verdict.code == "no_reply"
    if sent:
        message.sent_at = message.sent_at or now
        message.taken_as = verdict.reply.text if verdict.reply else message.taken_as
    if verdict.status in ("sent", "in_doubt"):
        message.route = verdict.route or message.route
    if verdict.status in ("deferred", "queued"):
        message.dot_at = None


def _left_or_leaves(message: MessageRow, to: tuple[str, str], since: float) -> bool:
    if (message.channel, folded(message.recipient)) != to:
        return False
    return message.status == "sending" if message.dot_at is None else message.dot_at > since


def _leased(job: JobRow, owner: str, now: float, before_now: tuple[int, str]) -> Leased:
    recent, blocking = before_now
    job.owner, job.attempt, job.published_until = owner, job.attempt + 1, None
    message = job.message
    if not job.doubt:
        message.status, message.code, message.reason = "sending", None, None
        message.attempt, message.updated_at = job.attempt, now
        message.dot_at = message.dot_owner = None
        said = ("leased", "", None, None, job.attempt)
        record(message, Moved(now, "sending", *said, message.id))
    planned, root = message.order.planned, message.root()
    if message.frozen is None:
        message.said = planned.encoded
    return Leased(
        seq=message.seq,
        message_id=message.id,
        attempt=job.attempt,
        kind=message.kind,
        recipient=message.recipient,
        source=planned.order.source,
        order=planned.encoded,
        queued_at=job.since,
        root=root.id,
        raw=message.frozen.raw if message.frozen else None,
        rfc_id=message.frozen.rfc_id if message.frozen else None,
        doubt=job.doubt,
        doubts=message.doubts,
        facts=message.facts,
        before=None if message.kind == "confirmation" else before(message),
        root_subject=root.frozen.subject if root is not message and root.frozen else None,
        channel=message.channel,
        blocked=blocking,
        recent=recent,
        approved=message.by_hand,
        doubt_route=(message.route or "") if job.doubt else "",
        dot_at=message.dot_at if job.doubt else None,
    )
