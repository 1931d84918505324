"""What intake looks up of what it wrote."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.ports import Database, Reader, Writer
from twofifty.intake.ports import Kept, KnownOrder
from twofifty.notice.plan import Told, latest
from twofifty.track.moments import instant

Q = sql.load("books")
W = sql.load("intake")


class SqlBooks:
    """`intake.ports.Books` on SQL."""

    def __init__(self, writer: Writer, reader: Reader, codec: Codec) -> None:
        self._writer = writer
        self._reader = reader
        self._codec = codec

    async def position(self, source: str) -> str:
        """See `intake.ports.Books`."""
        row = {"source": source}
        found = await self._reader.run(lambda db: db.execute(Q["position"], row).fetchone())
        return "" if found is None else str(found[0])

    async def keep_position(self, source: str, position: str) -> None:
        """See `intake.ports.Books`."""
        row = {"source": source, "position": position}
        await self._writer.run(lambda db: db.execute(W["keep_position"], row))

    async def rejected(self, source: str | None, after: str, most: int) -> tuple[Kept, ...]:
        """See `intake.ports.Books`."""
        wanted = {"source": source, "after": int(after.removeprefix("e_") or 0), "most": most}
        rows = await self._reader.run(lambda db: db.execute(Q["rejected"], wanted).fetchall())
        return tuple(self._kept(row) for row in rows)

    async def known(self, source: str, order_ids: Sequence[str]) -> Mapping[str, KnownOrder]:
        """See `intake.ports.Books`."""
        if not order_ids:
            return {}
        return await self._reader.run(lambda db: _known(db, source, order_ids))

    def _kept(self, row: tuple[Any, ...]) -> Kept:
        event, source, key, topic, received_at, body, reason = row
        return Kept(
            event_id=f"e_{event}",
            source=source,
            key=key,
            topic=topic,
            received_at=instant(received_at),
            body=self._codec.unpack(body),
            reason=reason,
        )


def _known(db: Database, source: str, order_ids: Sequence[str]) -> dict[str, KnownOrder]:
    wanted = {"source": source, "order_ids": msgspec.json.encode(order_ids).decode()}
    rows = db.execute(Q["known"], wanted).fetchall()
    statuses = _confirmations(db, [row[0] for row in rows])
    return {row[1]: _known_order(row, statuses.get(row[0])) for row in rows}


def _known_order(row: tuple[Any, ...], confirmation: str | None) -> KnownOrder:
    _, order_id, total, currency, said_at, plan, reason = row
    return KnownOrder(
        order_id=order_id,
        total=Decimal(total),
        currency=currency,
        updated_at=None if said_at is None else instant(said_at),
        plan=plan,
        reason=reason,
        confirmation=confirmation,
    )


def _confirmations(db: Database, order_rows: list[int]) -> dict[int, str]:
    """The status of each order's confirmation: of the one that left, else of the newest."""
    wanted = {"order_ids": msgspec.json.encode(order_rows).decode()}
    histories: dict[int, list[Told]] = {}
    for order_row, *told in db.execute(Q["confirmations"], wanted).fetchall():
        histories.setdefault(order_row, []).append(Told(*told))
    counting = {row: latest(history) for row, history in histories.items()}
    return {row: told.status for row, told in counting.items() if told is not None}
