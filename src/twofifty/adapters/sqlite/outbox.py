"""The durable queue on SQLite: leases in batches, the dot journal, settling, sweeping."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from twofifty import sql
from twofifty.adapters.sqlite.codec import Codec
from twofifty.adapters.sqlite.messages import Event, record
from twofifty.adapters.sqlite.writer import Writer
from twofifty.clock import Clock
from twofifty.deliver.ports import Frozen, Leased, Reclaimed, Verdict
from twofifty.notice.model import message_id_of

Q = sql.load("outbox")
M = sql.load("message")
CRASHES_ALLOWED = 2


class SqliteOutbox:
    """`deliver.ports.Outbox` on SQLite."""

    def __init__(self, writer: Writer, codec: Codec, clock: Clock) -> None:
        self._writer = writer
        self._codec = codec
        self._clock = clock

    async def lease(self, owner: str, limit: int, until: float) -> Sequence[Leased]:
        """See `deliver.ports.Outbox`."""
        now = self._clock.seconds()
        taken = await self._writer.run(lambda db: _lease(db, owner, limit, (now, until)))
        return [self._leased(row) for row in taken]

    async def beat(self, owner: str, until: float) -> None:
        """See `deliver.ports.Outbox`."""
        row = {"owner": owner, "expires_at": until}
        await self._writer.run(lambda db: db.execute(Q["beat"], row))

    async def dot(self, owner: str, item: Leased, frozen: Frozen) -> bool:
        """See `deliver.ports.Outbox`."""
        row = {
            "message": item.seq,
            "owner": owner,
            "attempt": item.attempt,
            "at": self._clock.seconds(),
            **self._frozen_row(frozen, item.raw is None),
        }
        return await self._writer.run(lambda db: db.execute(Q["dot"], row).rowcount == 1)

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
            **self._frozen_row(frozen, item.raw is None),
        }
        return await self._writer.run(lambda db: _settle(db, (owner, item, verdict), row))

    async def hand_back(self, owner: str, items: Sequence[Leased]) -> None:
        """See `deliver.ports.Outbox`."""
        now = self._clock.seconds()
        await self._writer.run(lambda db: _hand_back(db, owner, items, now))

    async def sweep(self, now: float, settle: float) -> Reclaimed:
        """See `deliver.ports.Outbox`."""
        return await self._writer.run(lambda db: _sweep(db, now, settle))

    async def next_due(self) -> float | None:
        """See `deliver.ports.Outbox`."""
        return await self._writer.run(_next_due)

    def _leased(self, row: tuple[Any, ...]) -> Leased:
        seq, attempt, doubt, identity, kind, recipient, queued_at, doubts, raw, rfc_id = row[:10]
        source, _order_id, order, digest = row[10:]
        return Leased(
            seq=seq,
            message_id=identity,
            attempt=attempt,
            kind=kind,
            recipient=recipient,
            source=source,
            order=self._codec.unpack(order),
            queued_at=queued_at,
            root=message_id_of(digest, 0),
            raw=None if raw is None else self._codec.unpack(raw),
            rfc_id=rfc_id,
            doubt=bool(doubt),
            doubts=doubts,
        )

    def _frozen_row(self, frozen: Frozen | None, fresh: bool) -> dict[str, Any]:
        if frozen is None:
            return dict.fromkeys(("subject", "rfc_id", "template", "size", "raw"))
        return {
            "subject": frozen.subject,
            "rfc_id": frozen.rfc_id,
            "template": frozen.template,
            "size": len(frozen.raw),
            "raw": self._codec.pack(frozen.raw) if fresh else None,
        }


def _lease(
    db: sqlite3.Connection, owner: str, limit: int, times: tuple[float, float]
) -> list[tuple[Any, ...]]:
    now, until = times
    db.execute(Q["beat"], {"owner": owner, "expires_at": until})
    wanted = {"owner": owner, "now": now, "limit": limit}
    taken = db.execute(Q["lease"], wanted).fetchall()
    if db.execute(Q["suspects_held"], {"owner": owner}).fetchone()[0] == 0:
        taken += db.execute(Q["lease_suspect"], {"owner": owner, "now": now}).fetchall()
    return [_start(db, row, now) for row in taken]


def _start(db: sqlite3.Connection, taken: tuple[int, int, int], now: float) -> tuple[Any, ...]:
    message, attempt, doubt = taken
    if not doubt:
        db.execute(Q["start_attempt"], {"message": message, "attempt": attempt, "at": now})
        record(db, message, Event("sending", "leased", attempt=attempt), now)
    row = db.execute(Q["leased"], {"message": message}).fetchone()
    return (message, attempt, doubt, *row)


def _settle(db: sqlite3.Connection, what: tuple[str, Leased, Verdict], row: dict[str, Any]) -> bool:
    owner, item, verdict = what
    status, dot_owner, attempt, holder = db.execute(Q["owned"], {"message": item.seq}).fetchone()
    holds = holder == owner and (item.doubt or attempt == item.attempt)
    late_proof = (
        verdict.status == "sent"
        and status == "in_doubt"
        and holder is None
        and (dot_owner, attempt) == (owner, item.attempt)
    )
    if not holds and not late_proof:
        return False
    db.execute(Q["settle_message"], row)
    reply = verdict.reply
    event = Event(
        verdict.status,
        verdict.code,
        reply.text if reply else verdict.reason,
        reply.code if reply else None,
        reply.enhanced if reply else None,
        item.attempt,
    )
    record(db, item.seq, event, row["at"])
    if verdict.run_at is None:
        db.execute(M["drop_job"], {"message": item.seq})
    else:
        due = {"message": item.seq, "run_at": verdict.run_at, "doubt": verdict.doubt}
        db.execute(Q["postpone_job"], due)
    return True


def _hand_back(db: sqlite3.Connection, owner: str, items: Sequence[Leased], now: float) -> None:
    for item in items:
        handed = db.execute(Q["hand_back"], {"message": item.seq, "owner": owner}).rowcount
        if handed and not item.doubt:
            _requeue(db, item.seq, Event("queued", "handed_back", attempt=item.attempt), now)
    db.execute(Q["retire"], {"owner": owner})


def _requeue(db: sqlite3.Connection, message: int, event: Event, now: float) -> None:
    row = {"seq": message, "status": event.status, "code": None, "reason": None, "at": now}
    db.execute(M["move_message"], row)
    record(db, message, event, now)


def _sweep(db: sqlite3.Connection, now: float, settle: float) -> Reclaimed:
    counted = {"queued": 0, "in_doubt": 0, "parked": 0}
    for row in db.execute(Q["expired"], {"now": now}).fetchall():
        counted[_reclaim(db, row, (now, settle))] += 1
    db.execute(Q["forget_workers"], {"before": now - 3_600})
    return Reclaimed(**counted)


def _reclaim(db: sqlite3.Connection, row: tuple[Any, ...], times: tuple[float, float]) -> str:
    message, owner, attempt, crashes, doubt, _status, dot_at, dot_owner = row
    now, settle = times
    if dot_at is not None and dot_owner == owner:
        text = "the worker ended between the final dot and the reply"
        return _doubt(db, message, (text, attempt), (now, dot_at + settle))
    job = {"message": message, "run_at": now, "doubt": doubt, "crashes": crashes + 1}
    if doubt:
        db.execute(Q["reclaim_job"], {**job, "crashes": crashes})
        return "in_doubt"
    if crashes >= CRASHES_ALLOWED:
        return _park(db, message, attempt, now)
    db.execute(Q["reclaim_job"], job)
    _requeue(db, message, Event("queued", "lease_expired", attempt=attempt), now)
    return "queued"


def _doubt(
    db: sqlite3.Connection, message: int, said: tuple[str, int], times: tuple[float, float]
) -> str:
    text, attempt = said
    now, due = times
    db.execute(Q["reclaim_job"], {"message": message, "run_at": due, "doubt": True, "crashes": 0})
    db.execute(
        Q["settle_message"],
        {
            "message": message,
            "status": "in_doubt",
            "code": "no_reply",
            "reason": text,
            "at": now,
            "sent_at": None,
            "doubt": 1,
            **dict.fromkeys(("subject", "rfc_id", "template", "size", "raw")),
        },
    )
    record(db, message, Event("in_doubt", "no_reply", text, attempt=attempt), now)
    return "in_doubt"


def _park(db: sqlite3.Connection, message: int, attempt: int, now: float) -> str:
    text = "three workers ended while they had this message; a person should look at it"
    row = {"seq": message, "status": "held", "code": "poison", "reason": text, "at": now}
    db.execute(M["move_message"], row)
    record(db, message, Event("held", "poison", text, attempt=attempt), now)
    db.execute(M["drop_job"], {"message": message})
    return "parked"


def _next_due(db: sqlite3.Connection) -> float | None:
    due = db.execute(Q["next_due"]).fetchone()[0]
    return None if due is None else float(due)
