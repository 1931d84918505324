"""The durable queue on SQL: leases in batches, the dot journal, what becomes of each."""

from collections.abc import Sequence
from typing import Any

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.hearing import hear_what_waits
from twofifty.adapters.relational.messages import Event, record
from twofifty.adapters.relational.ports import Database, Writer
from twofifty.adapters.relational.settle import dot, hand_back, settle
from twofifty.adapters.relational.story import before
from twofifty.adapters.relational.suppress import Place, blocked, folded
from twofifty.adapters.relational.sweep import acquit, sweep
from twofifty.clock import Clock
from twofifty.deliver.ports import Frozen, Leased, Reclaimed, Verdict
from twofifty.notice.model import Kind
from twofifty.notice.owed import tells_all
from twofifty.notice.reach import MAIL

Q = sql.load("outbox")
S = sql.load("story")
HOUR = 3_600.0
_FROZEN = ("subject", "rfc_id", "template", "size", "raw", "inputs", "degraded")


Seen = dict[tuple[str, str], int]
"""How much went to which channel and address within an hour, with what the same lease took."""


class SqlOutbox:
    """`deliver.ports.Outbox` on SQL."""

    def __init__(self, writer: Writer, codec: Codec, clock: Clock) -> None:
        self._writer = writer
        self._codec = codec
        self._clock = clock

    async def lease(self, owner: str, limit: int, until: float) -> Sequence[Leased]:
        """See `deliver.ports.Outbox`."""
        now = self._clock.seconds()
        taken = await self._writer.run(
            lambda db: _lease(db, owner, limit, (now, until)), ("worker", owner)
        )
        return [self._leased(row) for row in taken]

    async def beat(self, owner: str, until: float) -> None:
        """See `deliver.ports.Outbox`."""
        row = {"owner": owner, "expires_at": until}
        await self._writer.run(lambda db: db.execute(Q["beat"], row), ("worker", owner))

    async def dot(self, owner: str, item: Leased, frozen: Frozen) -> bool:
        """See `deliver.ports.Outbox`."""
        row = {
            "message": item.seq,
            "owner": owner,
            "attempt": item.attempt,
            "at": self._clock.seconds(),
            "route": frozen.route or None,
            **self._frozen_row(frozen, item.raw is None),
        }
        return await self._writer.run(lambda db: dot(db, item, row), (item.source, item.order_id))

    async def settle(
        self, owner: str, item: Leased, verdict: Verdict, frozen: Frozen | None
    ) -> bool:
        """See `deliver.ports.Outbox`."""
        now = self._clock.seconds()
        row = {
            "message": item.seq,
            "status": verdict.status,
            "code": None if verdict.status == "sent" else verdict.code,
            "reason": None if verdict.status == "sent" else verdict.reason,
            "at": now,
            "sent_at": now if verdict.status == "sent" else None,
            "doubt": verdict.code == "no_reply",
            "route": verdict.route or None if verdict.status in ("sent", "in_doubt") else None,
            "taken_as": _taken_as(verdict),
            **self._frozen_row(frozen, item.raw is None),
        }
        return await self._writer.run(
            lambda db: settle(db, owner, item, verdict, row), *_touched(item, verdict)
        )

    async def hand_back(self, owner: str, items: Sequence[Leased]) -> None:
        """See `deliver.ports.Outbox`."""
        now = self._clock.seconds()
        await self._writer.run(lambda db: hand_back(db, owner, items, now))

    async def owners(self) -> Sequence[str]:
        """See `deliver.ports.Outbox`."""
        return await self._writer.run(
            lambda db: [str(row[0]) for row in db.execute(Q["owners"]).fetchall()]
        )

    async def acquit(self, owner: str, guilty: int) -> None:
        """See `deliver.ports.Outbox`."""
        now = self._clock.seconds()
        await self._writer.run(lambda db: acquit(db, owner, guilty, now))

    async def sweep(self, now: float, settle: float) -> Reclaimed:
        """See `deliver.ports.Outbox`."""
        return await self._writer.run(lambda db: sweep(db, now, settle))

    async def next_due(self) -> float | None:
        """See `deliver.ports.Outbox`."""
        return await self._writer.run(_next_due, ("due", ""))

    def _leased(self, row: tuple[Any, ...]) -> Leased:
        seq, attempt, doubt, identity, kind, recipient, queued_at, doubts, raw, rfc_id = row[:10]
        source, order_id, order, facts, channel, by_hand, *beside = row[10:]
        route, blocked, recent, dot_at, before, root, root_subject = beside
        return Leased(
            seq=seq,
            message_id=identity,
            attempt=attempt,
            kind=kind,
            recipient=recipient,
            source=source,
            order_id=order_id,
            order=self._codec.unpack(order),
            queued_at=queued_at,
            root=root,
            raw=None if raw is None else self._codec.unpack(raw),
            rfc_id=rfc_id,
            doubt=bool(doubt),
            doubts=doubts,
            facts=facts,
            before=None if before is None else self._codec.unpack(before),
            root_subject=root_subject,
            channel=channel,
            blocked=blocked,
            recent=recent,
            approved=bool(by_hand),
            doubt_route=(route or "") if doubt else "",
            dot_at=dot_at if doubt else None,
        )

    def _frozen_row(self, frozen: Frozen | None, fresh: bool) -> dict[str, Any]:
        if frozen is None:
            return dict.fromkeys(_FROZEN)
        return {
            "subject": frozen.subject,
            "rfc_id": frozen.rfc_id,
            "template": frozen.template,
            "size": len(frozen.raw),
            "raw": self._codec.pack(frozen.raw) if fresh else None,
            "inputs": self._codec.pack(frozen.inputs) if fresh and frozen.inputs else None,
            "degraded": frozen.degraded or None,
        }


def _touched(item: Leased, verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """The order whose message is settled; nothing where the outcome says something of its address,
    to which messages of other orders go."""
    usual = verdict.status in ("sent", "deferred", "in_doubt", "queued")
    return ((item.source, item.order_id),) if usual else ()


def _taken_as(verdict: Verdict) -> str | None:
    """What the next hop said when it took the mail."""
    return verdict.reply.text if verdict.status == "sent" and verdict.reply else None


def _lease(
    db: Database, owner: str, limit: int, times: tuple[float, float]
) -> list[tuple[Any, ...]]:
    now, until = times
    db.execute(Q["beat"], {"owner": owner, "expires_at": until})
    if db.execute(Q["stopped"]).fetchone():
        return []
    hear_what_waits(db, now)
    taken = _suspect(db, owner, now)
    wanted = {"owner": owner, "now": now, "limit": limit - len(taken)}
    taken += db.execute(Q["lease"], wanted).fetchall()
    seen: Seen = {}
    return [_start(db, row, now, seen) for row in taken]


def _suspect(db: Database, owner: str, now: float) -> list[tuple[int, int, int]]:
    """What a dying worker had: one at a time, so that a poisonous one is soon alone with it."""
    if db.execute(Q["suspects_held"], {"owner": owner}).fetchone()[0]:
        return []
    return db.execute(Q["lease_suspect"], {"owner": owner, "now": now}).fetchall()


def _start(db: Database, taken: tuple[int, int, int], now: float, seen: Seen) -> tuple[Any, ...]:
    message, attempt, doubt = taken
    if not doubt:
        db.execute(Q["start_attempt"], {"message": message, "attempt": attempt, "at": now})
        record(db, message, Event("sending", "leased", attempt=attempt), now)
    *row, order_row, notice, facts, root, channel, by_hand, route, marked, dot_at = db.execute(
        Q["leased"], {"message": message}
    ).fetchone()
    identity, kind, recipient = row[:3]
    place = Place(channel, folded(recipient))
    said = (
        None
        if kind == "confirmation"
        else _told(
            db, kind, facts, _mail(db, channel, (order_row, notice, recipient), (kind, facts))
        )
    )
    thread = (identity, None) if root is None else db.execute(Q["root"], {"seq": root}).fetchone()
    asked = {"recipient": recipient, "channel": channel, "since": now - HOUR, "message": message}
    recent = _recent(db, asked, seen)
    blocking = blocked(db, place, kind, now) if marked else ""
    beside = (facts, channel, by_hand, route, blocking, recent, dot_at)
    return (message, attempt, doubt, *row, *beside, said, *thread)


def _recent(db: Database, asked: dict[str, Any], seen: Seen) -> int:
    """How much left for an address or is about to; `asked` as the query `recent` wants it. Counted
    once in a lease, however much of it goes there: who is flooded would slow all others down."""
    to = (asked["channel"], folded(asked["recipient"]))
    if to not in seen:
        seen[to] = int(db.execute(Q["recent"], asked).fetchone()[0])
    seen[to] += 1
    return seen[to] - 1


def _mail(
    db: Database, channel: str, ids: tuple[int, int, str], what: tuple[Kind, str]
) -> tuple[int, int, str]:
    """Of what tells the same by another channel the mail that it stands beside: its order's row,
    its notice's, and its address."""
    if channel == MAIL:
        return ids
    order_row, *_ = ids
    kind, facts = what
    asked = {"order_id": order_row, "kind": kind, "facts": facts}
    found = db.execute(S["mail_beside"], asked).fetchone()
    return ids if found is None else (order_row, *found)


def _told(db: Database, kind: Kind, facts: str, ids: tuple[int, int, str]) -> bytes | None:
    """The order as the customer was told of it before this notice."""
    revision = before(db, ids, tells_all(kind, facts))
    if revision is None:
        return None
    (body,) = db.execute(S["revision_body"], {"id": revision}).fetchone()
    return bytes(body)


def _next_due(db: Database) -> float | None:
    due = db.execute(Q["next_due"]).fetchone()[0]
    return None if due is None else float(due)
