"""Whether customers were reached, and by what; what else tries.

Looking costs as much as there is to look at: what is lost, what is late, what other channels try.
What was taken, or arrived, is in none of the indexes that are walked.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.messages import Event, NewMessage, create, record
from twofifty.adapters.relational.ports import Database, Reader, Writer
from twofifty.adapters.relational.reached import mark, reached, siblings
from twofifty.clock import Clock
from twofifty.notice.lifecycle import WITHDRAWN
from twofifty.notice.model import Kind, NoticeKey, Status
from twofifty.notice.reach import (
    LATE,
    LOST,
    ReachRule,
    Unreached,
    is_doubtful,
    is_replaced,
    reached_by,
    why,
)

Q = sql.load("reach")

OLDEST = 7 * 86_400.0
"""Seconds after which nobody is told by another channel any more."""
_PATIENT: frozenset[Status] = frozenset({"held", "scheduled", "in_doubt"})
"""Not late: a person has them, or they wait on purpose; and no other channel follows a doubt."""


class _Candidate(msgspec.Struct, frozen=True):
    """A message that has perhaps not reached its customer."""

    seq: int
    id: str
    kind: Kind
    facts: str
    source: str
    order_id: str
    created_at: float
    status: Status
    order: bytes
    order_row: int
    channel: str
    since: float

    def cause(self, due: float) -> str | None:
        """Why it is time for another channel; None: it is not. `due`: what could leave before that
        is late."""
        if self.status in LOST:
            return self.status
        late = self.since <= due and self.status not in _PATIENT | WITHDRAWN
        return LATE if late else None


class _Look(msgspec.Struct, frozen=True):
    """What a rule makes of the present."""

    rule: ReachRule
    now: float
    limit: int

    @property
    def due(self) -> float:
        """What was made before is late."""
        return self.now - self.rule.after.total_seconds()


class SqlReach:
    """`track.ports.Reach` on SQL. `announced` is called after each escalation."""

    def __init__(
        self,
        ways: tuple[Writer, Reader],
        codec: Codec,
        clock: Clock,
        announced: Callable[[], None],
    ) -> None:
        self._writer, self._reader = ways
        self._codec = codec
        self._clock = clock
        self._announced = announced

    async def unreached(
        self, rules: Sequence[ReachRule], now: float, limit: int
    ) -> Sequence[Unreached]:
        """See `track.ports.Reach`."""
        found: list[Unreached] = []
        for rule in rules:
            found += await self._looked(_Look(rule, now, limit - len(found)))
        return found

    async def _looked(self, look: _Look) -> list[Unreached]:
        done = await self._reader.run(lambda db: _reached(db, look))
        if done:
            await self._writer.run(lambda db: _settle(db, done, look.now))
        return await self._reader.run(lambda db: self._found(db, look))

    async def escalate(
        self, one: Unreached, channel: str, recipient: str, run_at: float
    ) -> str | None:
        """See `track.ports.Reach`."""
        now = self._clock.seconds()
        made = await self._writer.run(
            lambda db: _escalate(db, one, (channel, recipient), (run_at, now))
        )
        if made is not None:
            self._announced()
        return made

    async def give_up(self, one: Unreached, reason: str) -> None:
        """See `track.ports.Reach`."""
        now = self._clock.seconds()
        await self._writer.run(lambda db: _give_up(db, one, reason, now))

    def _found(self, db: Database, look: _Look) -> list[Unreached]:
        found: list[Unreached] = []
        due = _due(db, look)
        for one in _candidates(db, look, due):
            if len(found) >= look.limit:
                break
            cause = one.cause(due)
            told = siblings(db, one.seq) if cause else []
            over = reached_by(told, look.rule.evidence) or is_replaced(one.seq, told)
            if cause is None or over or is_doubtful(told):
                continue
            tried = tuple(dict.fromkeys(each.channel for each in told))
            found.append(self._unreached(one, cause, tried, look.rule))
        return found

    def _unreached(
        self, one: _Candidate, cause: str, tried: tuple[str, ...], rule: ReachRule
    ) -> Unreached:
        return Unreached(
            seq=one.seq,
            message_id=one.id,
            kind=one.kind,
            facts=one.facts,
            source=one.source,
            order_id=one.order_id,
            created_at=one.created_at,
            cause=cause,
            tried=tried,
            order=self._codec.unpack(one.order),
            evidence=rule.evidence,
        )


def _due(db: Database, look: _Look) -> float:
    """What could leave before that is late. After a brake was released all mail has its time again:
    until that is over, nothing is late."""
    (released,) = db.execute(Q["released"]).fetchone()
    return look.due if (released or 0.0) <= look.due else 0.0


def _candidates(db: Database, look: _Look, due: float) -> Iterator[_Candidate]:
    queries = ["fallbacks", "lost", "unsent"]
    queries += ["unproven"] if look.rule.evidence == "delivered" else []
    row = {"kind": look.rule.kind, "oldest": look.now - OLDEST, "due": due}
    for query in queries:
        for found in db.execute(Q[query], row):
            yield _Candidate(*found)


def _reached(db: Database, look: _Look) -> list[tuple[int, Kind, str]]:
    """What other channels tried where one of them, or the mail after all, has reached the customer:
    the message, its kind, and by which."""
    row = {"kind": look.rule.kind, "oldest": look.now - OLDEST}
    found: list[tuple[int, Kind, str]] = []
    for one in db.execute(Q["fallbacks"], row):
        candidate = _Candidate(*one)
        by = reached_by(siblings(db, candidate.seq), look.rule.evidence)
        if by is not None:
            found.append((candidate.seq, candidate.kind, by))
    return found


def _settle(db: Database, done: Sequence[tuple[int, Kind, str]], now: float) -> None:
    for seq, kind, by in done:
        reached(db, seq, kind, by, now)


def _escalate(
    db: Database, one: Unreached, to: tuple[str, str], times: tuple[float, float]
) -> str | None:
    (channel, recipient), (run_at, now) = to, times
    told = siblings(db, one.seq)
    key = NoticeKey(
        one.source, one.order_id, one.kind, recipient.lower(), channel=channel, facts=one.facts
    )
    current = next(each for each in told if each.seq == one.seq)
    over = reached_by(told, one.evidence) or current.status in WITHDRAWN
    if over or is_doubtful(told) or _is_tried(db, key, {each.channel for each in told}):
        return None
    order_row, event = db.execute(Q["event"], {"seq": one.seq}).fetchone()
    db.execute(Q["mark"], {"seq": one.seq, "reach": "escalated", "by": None})
    new = NewMessage(
        key=key,
        recipient=recipient,
        order_row=order_row,
        status="scheduled" if run_at > now else "queued",
        cause="escalated",
        text=why(one, current.channel),
        event=event,
        run_at=max(run_at, now),
    )
    return create(db, new, now)


def _is_tried(db: Database, key: NoticeKey, channels: set[str]) -> bool:
    known = db.execute(Q["known"], {"digest": key.digest()}).fetchone()
    return key.channel in channels or known is not None


def _give_up(db: Database, one: Unreached, reason: str, now: float) -> None:
    told = siblings(db, one.seq)
    if reached_by(told, one.evidence) or is_doubtful(told):
        return
    mark(db, told, ("given_up", None))
    current = next(each for each in told if each.seq == one.seq)
    record(db, one.seq, Event(current.status, "unreached", reason), now)
