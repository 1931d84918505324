"""Mails that travel with their tickets, on SQL: seen, composed, and frozen before they leave."""

from collections.abc import Sequence
from typing import Any

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.history import of_all
from twofifty.adapters.relational.lease import Beside, Taken, beside
from twofifty.adapters.relational.outbox import SqlOutbox
from twofifty.adapters.relational.ports import Database, Writer
from twofifty.clock import Clock
from twofifty.deliver.ports import Frozen, Leased

Q = sql.load("contents")
O = sql.load("outbox")  # noqa: E741


class SqlContents:
    """`flow.enclose.Contents` on SQL."""

    def __init__(self, writer: Writer, codec: Codec, outbox: SqlOutbox, clock: Clock) -> None:
        self._writer = writer
        self._codec = codec
        self._outbox = outbox
        self._clock = clock

    async def waiting(self, jobs: Sequence[int]) -> Sequence[Leased]:
        """See `flow.enclose.Contents`."""
        now = self._clock.seconds()
        found = await self._writer.run(lambda db: _waiting(db, jobs, now))
        return [self._outbox.leased(one, other) for one, other in found]

    async def freeze(self, made: Sequence[tuple[int, Frozen]]) -> Sequence[int]:
        """See `flow.enclose.Contents`."""
        rows = [self._row(job, frozen) for job, frozen in made]
        return await self._writer.run(lambda db: _frozen(db, rows))

    def packed(self, raw: bytes) -> bytes:
        """See `flow.enclose.Contents`."""
        return self._codec.pack(raw)

    def _row(self, job: int, frozen: Frozen) -> dict[str, Any]:
        return {
            "message": job,
            "raw": self._codec.pack(frozen.raw),
            "subject": frozen.subject,
            "rfc_id": frozen.rfc_id,
            "template": frozen.template,
            "size": len(frozen.raw),
            "inputs": self._codec.pack(frozen.inputs) if frozen.inputs else None,
            "degraded": frozen.degraded or None,
        }


def _waiting(db: Database, jobs: Sequence[int], now: float) -> list[tuple[Taken, Beside]]:
    db.execute(Q["seen"], of_all(jobs))
    free = {row[0]: row for row in db.execute(Q["waiting"], of_all(jobs))}
    rows = db.execute(O["leased"], of_all(free)).fetchall()
    taken = [Taken(*free[row[0]], *row[1:]) for row in rows]
    return [(one, beside(db, one, 0, now)) for one in taken]


def _frozen(db: Database, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Those of which nobody changed anything meanwhile."""
    return [row["message"] for row in rows if db.execute(Q["freeze"], row).rowcount == 1]
