"""The durable queue on SQL: leases in batches, the dot journal, what becomes of each."""

from collections.abc import Sequence
from typing import Any

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.lease import Beside, Taken, Wanted, lease
from twofifty.adapters.relational.ports import Database, Pages, Reader, Writer
from twofifty.adapters.relational.settle import Dotted, Settled, dots, hand_back, settles
from twofifty.adapters.relational.sweep import acquit, sweep
from twofifty.clock import Clock
from twofifty.deliver.ports import Frozen, Leased, Reclaimed, Verdict
from twofifty.queue.answer import KeptAnswer

Q = sql.load("outbox")
_FROZEN = ("subject", "rfc_id", "template", "size", "raw", "inputs", "degraded")


class SqlOutbox:
    """`deliver.ports.Outbox` on SQL."""

    def __init__(self, ends: tuple[Writer, Reader], codec: Codec, clock: Clock) -> None:
        self._writer, self._reader = ends
        self._codec = codec
        self._clock = clock
        # Whoever was woken by a commit elsewhere must not be told what was so before.
        asked = self._asked_next_due
        known = KeptAnswer(asked, self._reader.version)
        self._next_due = known.get if self._reader.at_once else asked

    async def lease(self, owner: str, limit: int, until: float) -> Sequence[Leased]:
        """See `deliver.ports.Outbox`."""
        wanted = Wanted(owner, limit, self._clock.seconds(), until)
        taken = await self._writer.run_bulk(_leases, wanted, ("worker", owner))
        return [self.leased(one, beside) for one, beside in taken]

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
        return await self._writer.run_bulk(dots, Dotted(item, row), (item.source, item.order_id))

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
        settled = Settled(owner, item, verdict, row, fresh=frozen is not None)
        return await self._writer.run_bulk(settles, settled, *_touched(item, verdict))

    async def hand_back(self, owner: str, items: Sequence[Leased]) -> None:
        """See `deliver.ports.Outbox`."""
        now = self._clock.seconds()
        await self._writer.run(lambda db: hand_back(db, owner, items, now))

    async def owners(self) -> Sequence[str]:
        """See `deliver.ports.Outbox`."""
        return await self._reader.run(
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
        return await self._next_due()

    async def _asked_next_due(self) -> float | None:
        return await self._writer.run(_next_due, ("due", ""))

    def leased(self, one: Taken, beside: Beside) -> Leased:
        """A leased row as workers know it."""
        unpack = self._codec.unpack
        return Leased(
            seq=one.message,
            message_id=one.id,
            attempt=one.attempt,
            kind=one.kind,
            recipient=one.recipient,
            source=one.source,
            order_id=one.order_id,
            order=unpack(one.order),
            queued_at=one.since,
            root=beside.root,
            raw=None if one.raw is None else unpack(one.raw),
            rfc_id=one.rfc_id,
            doubt=bool(one.doubt),
            doubts=one.doubts,
            facts=one.facts,
            before=None if beside.before is None else unpack(beside.before),
            root_subject=beside.root_subject,
            channel=one.channel,
            blocked=beside.blocked,
            recent=beside.recent,
            approved=bool(one.by_hand),
            doubt_route=(one.route or "") if one.doubt else "",
            dot_at=one.dot_at if one.doubt else None,
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


def _leases(db: Pages, wanted: Sequence[Wanted]) -> list[list[tuple[Taken, Beside]]]:
    return [lease(db, one) for one in wanted]


def _next_due(db: Database) -> float | None:
    due = db.execute(Q["next_due"]).fetchone()[0]
    return None if due is None else float(due)
