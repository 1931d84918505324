"""Where messages come from, read out of the store."""

from typing import Any

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.ports import Database, Reader
from twofifty.track.moments import instant
from twofifty.track.origin import Cause, Origin

Q = sql.load("origin")


class SqlOrigins:
    """`track.ports.Origins` on SQL."""

    def __init__(self, reader: Reader, codec: Codec) -> None:
        self._reader = reader
        self._codec = codec

    async def origin(self, message_id: str) -> Origin | None:
        """See `track.ports.Origins`."""
        return await self._reader.run(lambda db: self._origin(db, message_id))

    def _origin(self, db: Database, message_id: str) -> Origin | None:
        row = db.execute(Q["origin"], {"id": message_id}).fetchone()
        if row is None:
            return None
        identity, kind, recipient, created, template, degraded, raw, inputs, order_row = row[:9]
        digest, facts, source, order_id, *arrived = row[9:]
        states = db.execute(Q["states"], {"id": order_row}).fetchall()
        return Origin(
            message_id=identity,
            kind=kind,
            recipient=recipient,
            created_at=instant(created),
            source=source,
            order_id=order_id,
            notice=digest,
            facts=facts,
            states=tuple(self._codec.unpack(body) for (body,) in states),
            order=self._unpacked(arrived[4]),
            cause=_cause(arrived),
            template=template,
            degraded=degraded or "",
            raw=self._unpacked(raw),
            inputs=self._unpacked(inputs),
        )

    def _unpacked(self, blob: bytes | None) -> bytes | None:
        return self._codec.unpack(blob) if blob else None


def _cause(arrived: list[Any]) -> Cause | None:
    event, topic, at, outcome, _, _, plan, code, reason = arrived
    if event is None:
        return None
    return Cause(f"e_{event}", topic, instant(at), outcome, plan, code, reason)
