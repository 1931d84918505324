"""What is old: rows in the order of their ids, which is about that of time, so that a step reads as
many rows as it is asked for however long the history is."""

from typing import Any

from twofifty import sql
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.ports import Database, Reader, Writer
from twofifty.track.prune import Content, Old, Step

Q = sql.load("prune")
_EMPTY: dict[Content, str] = {
    "events": "empty_event",
    "messages": "empty_message",
    "reports": "empty_report",
}


class SqlAttic:
    """`track.prune.Attic` on SQL."""

    def __init__(self, writer: Writer, reader: Reader, codec: Codec) -> None:
        self._writer = writer
        self._reader = reader
        self._codec = codec

    async def look(self, content: Content, before: float, after: int | None, most: int) -> Step:
        """See `track.prune.Attic`."""
        return await self._reader.run(lambda db: self._look(db, content, before, (after, most)))

    async def empty(self, content: Content, step: Step) -> None:
        """See `track.prune.Attic`."""
        await self._writer.run(lambda db: _empty(db, content, step), ("attic", content))

    def _look(
        self, db: Database, content: Content, before: float, where: tuple[int | None, int]
    ) -> Step:
        after, most = where
        start = _mark(db, content) if after is None else after
        rows = db.execute(Q[content], {"after": start, "most": most}).fetchall()
        older = [row for row in rows if row[1] < before]
        old = [self._old(row) for row in older if row[2] and row[3]]
        last = older[-1][0] if older else start
        return Step(old, last, done=len(older) < most)

    def _old(self, row: Any) -> Old:
        number, at, body, _, source, what, order_id, identity = row
        content = self._codec.unpack(body)
        return Old(number, identity, at, source, what, order_id or "", len(body), content)


def _empty(db: Database, content: Content, step: Step) -> None:
    rows = [{"id": one.row, "nothing": b""} for one in step.old]
    db.executemany(Q[_EMPTY[content]], rows)
    db.execute(Q["set_mark"], {"key": _key(content), "value": str(step.row)})


def _mark(db: Database, content: Content) -> int:
    """The row up to which everything was emptied that could be."""
    row = db.execute(Q["mark"], {"key": _key(content)}).fetchone()
    return 0 if row is None else int(row[0])


def _key(content: Content) -> str:
    return f"pruned:{content}"
