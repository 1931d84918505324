"""Looking at the store."""

from collections.abc import Sequence
from typing import Any, Final

from twofifty import sql
from twofifty.adapters.relational.audit import audit
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.counts import Counts
from twofifty.adapters.relational.ports import Database, Reader
from twofifty.adapters.relational.rows import arrived, event_view, message_view, moved, order_view
from twofifty.track.model import (
    Conservation,
    EventView,
    Listing,
    MessageQuery,
    MessageView,
    Moment,
    OrderQuery,
    OrderView,
    Page,
)
from twofifty.track.moments import in_order, of_move

Q = sql.load("archive")
Filters = list[tuple[str, dict[str, Any]]]

WINDOW = 10_000
"""So many rows a page looks through where no index says which ones are wanted: however long the
history is, it takes no longer. `next` is where to look on."""
_FEW: Final = frozenset(
    {"queued", "scheduled", "held", "sending", "deferred", "in_doubt", "failed"}
)
"""Statuses that pass, or that a person looks after."""
_MOST_CALLED: Final = 1_000


class SqlArchive:
    """`track.ports.Archive` on SQL."""

    def __init__(self, reader: Reader, codec: Codec) -> None:
        self.reader = reader
        self._codec = codec
        self._counts = Counts(reader)

    async def close(self) -> None:
        """Ends the reading."""
        await self.reader.close()

    async def orders(self, query: OrderQuery) -> Listing[OrderView]:
        """See `track.ports.Archive`."""
        return await self.reader.run(lambda db: _orders(db, query))

    async def order(self, source: str, order_id: str) -> tuple[OrderView, bytes] | None:
        """See `track.ports.Archive`."""
        return await self.reader.run(lambda db: self._order(db, source, order_id))

    async def timeline(self, source: str, order_id: str) -> tuple[Moment, ...] | None:
        """See `track.ports.Archive`."""
        return await self.reader.run(lambda db: _timeline(db, source, order_id))

    async def messages(self, query: MessageQuery) -> Listing[MessageView]:
        """See `track.ports.Archive`."""
        return await self.reader.run(lambda db: _asked(db, query))

    async def message(self, message_id: str) -> MessageView | None:
        """See `track.ports.Archive`."""
        return await self._only(("m.id = :id", {"id": message_id}))

    async def of_job(self, job: int) -> MessageView | None:
        """See `track.ports.Archive`."""
        return await self._only(("m.seq = :seq", {"seq": job}))

    async def _only(self, which: tuple[str, dict[str, Any]]) -> MessageView | None:
        found = await self.reader.run(lambda db: _messages(db, [which], Page(limit=1)))
        return found.items[0] if found.items else None

    async def message_events(self, message_id: str) -> tuple[Moment, ...] | None:
        """See `track.ports.Archive`."""
        return await self.reader.run(lambda db: _message_events(db, message_id))

    async def raw(self, message_id: str) -> bytes | None:
        """See `track.ports.Archive`."""
        return await self.reader.run(lambda db: self._blob(db, "message_raw", message_id))

    async def events(self, outcome: str | None, page: Page) -> Listing[EventView]:
        """See `track.ports.Archive`."""
        return await self.reader.run(lambda db: _events(db, outcome, page))

    async def event_body(self, event_id: str) -> bytes | None:
        """See `track.ports.Archive`."""
        number = event_id.removeprefix("e_")
        if not (number.isascii() and number.isdecimal() and len(number) < 19):
            return None
        return await self.reader.run(lambda db: self._blob(db, "event_body", int(number)))

    async def conservation(self) -> Conservation:
        """See `track.ports.Archive`."""
        return await self.reader.run(audit)

    async def counts(self) -> Conservation:
        """See `track.ports.Archive`."""
        return await self._counts.newest()

    async def doubts(self) -> dict[str, int]:
        """Public message id to how often its final dot went without a reply."""
        return await self.reader.run(lambda db: dict(db.execute(Q["doubts"]).fetchall()))

    def version(self) -> int:
        """A number that differs after anybody has committed; costs a few microseconds."""
        return self.reader.version()

    def _order(self, db: Database, source: str, order_id: str) -> tuple[OrderView, bytes] | None:
        row = _order_row(db, source, order_id)
        if row is None:
            return None
        columns = db.execute(f"{Q['order_columns']} WHERE o.id = :id", {"id": row}).fetchone()
        (body,) = db.execute(Q["order_body"], {"id": row}).fetchone()
        messages = _messages(db, [("m.order_id = :row", {"row": row})], Page(limit=200))
        return order_view(columns, messages.items), self._codec.unpack(body)

    def _blob(self, db: Database, query: str, identity: str | int) -> bytes | None:
        row = db.execute(Q[query], {"id": identity}).fetchone()
        return None if row is None or not row[0] else self._codec.unpack(row[0])


def _where(filters: Filters) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    for _, given in filters:
        values.update(given)
    clause = " AND ".join(condition for condition, _ in filters)
    return (f" WHERE {clause}" if clause else ""), values


def _page(filters: Filters, column: str, page: Page) -> tuple[str, dict[str, Any]]:
    cursor: Filters = (
        [] if page.before is None else [(f"{column} < :before", {"before": page.before})]
    )
    where, values = _where([*filters, *cursor])
    return f"{where} ORDER BY {column} DESC LIMIT :limit", {**values, "limit": page.limit + 1}


def _window(db: Database, newest: str, page: Page) -> int:
    """The number below which a page does not look."""
    (largest,) = db.execute(Q[newest]).fetchone()
    return max((page.before or (largest or 0) + 1) - WINDOW, 1)


def _next(rows: list[tuple[Any, ...]], page: Page, floor: int = 1) -> int | None:
    """The cursor of the next page. `floor`: where this one stopped looking; 1 is the end."""
    if len(rows) > page.limit:
        return int(rows[page.limit - 1][0])
    return floor if floor > 1 else None


def _orders(db: Database, query: OrderQuery) -> Listing[OrderView]:
    filters: Filters = []
    floor, page = 1, query.page
    if query.source:
        filters.append(("o.source = :source", {"source": query.source}))
    if query.text and (named := _named(db, query.text, query.source)):
        younger = (one for one in named if page.before is None or one < page.before)
        filters = [_among("o.id", sorted(younger, reverse=True)[: page.limit + 1])]
    elif query.text:
        floor = _window(db, "newest_order", page)
        filters.append((_TEXT_MATCH, {"part": _part(query.text)}))
        filters.append(("o.id >= :floor", {"floor": floor}))
    tail, values = _page(filters, "o.id", page)
    rows = db.execute(Q["order_columns"] + tail, values).fetchall()
    shown = rows[: page.limit]
    messages = _messages_of(db, [row[0] for row in shown])
    items = tuple(order_view(row, tuple(messages.get(row[0], ()))) for row in shown)
    return Listing(items, _next(rows, page, floor))


def _named(db: Database, text: str, source: str | None) -> set[int]:
    """The orders whose id, number (its `#` may be left out) or address `text` is."""
    found = [
        *db.execute(Q["orders_called"], {"text": text}).fetchall(),
        *db.execute(Q["orders_called"], {"text": f"#{text}"}).fetchall(),
        *db.execute(Q["orders_of_address"], {"text": text}).fetchall(),
    ]
    return {int(row) for row, shop in found if source in (None, "", shop)}


def _among(column: str, numbers: Sequence[int]) -> tuple[str, dict[str, Any]]:
    marks = ", ".join(f":one_{place}" for place in range(len(numbers))) or "NULL"
    return f"{column} IN ({marks})", {f"one_{place}": one for place, one in enumerate(numbers)}


def _messages_of(db: Database, orders: list[int]) -> dict[int, list[MessageView]]:
    """The messages of several orders by the orders' rows, the newest first."""
    if not orders:
        return {}
    found: dict[int, list[MessageView]] = {}
    among, values = _among("m.order_id", orders)
    query = f"{Q['message_columns']} WHERE {among} ORDER BY m.seq DESC"
    for *row, order in db.execute(query, values).fetchall():
        found.setdefault(order, []).append(_view(db, tuple(row)))
    return found


_TEXT_MATCH = r"""(o.email LIKE :part ESCAPE '\'
 OR o.customer LIKE :part ESCAPE '\' OR o.number LIKE :part ESCAPE '\')"""


def _part(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def message_filters(query: MessageQuery) -> Filters:
    """What a query of messages asks for, but for the order, as clauses with their values."""
    filters: Filters = []
    for name in ("recipient", "kind", "channel", "code"):
        if value := getattr(query, name):
            filters.append((f"m.{name} = :{name}", {name: value}))
    if query.status:
        filters.append((_of_status(query), {"status": query.status}))
    return filters


def _of_status(query: MessageQuery) -> str:
    """What waits for a person has an index by code; the plus keeps the wider one away from it."""
    if not query.code or query.status not in ("failed", "held"):
        return "m.status = :status"
    return "+m.status = :status AND (m.status = 'failed' OR m.status = 'held')"


def _asked(db: Database, query: MessageQuery) -> Listing[MessageView]:
    filters, floor = message_filters(query), 1
    if query.order:
        called = db.execute(Q["orders_called"], {"text": query.order}).fetchall()
        newest = sorted((int(row) for row, _ in called), reverse=True)
        filters.append(_among("m.order_id", newest[:_MOST_CALLED]))
    elif looks_through(query):
        floor = _window(db, "newest_message", query.page)
        filters.append(("m.seq >= :floor", {"floor": floor}))
    return _messages(db, filters, query.page, floor)


def looks_through(query: MessageQuery) -> bool:
    """Whether no index says which messages are wanted, or only one of nearly all."""
    if query.recipient or query.status in _FEW:
        return False
    return bool(query.kind or query.channel or query.code)


def _messages(db: Database, filters: Filters, page: Page, floor: int = 1) -> Listing[MessageView]:
    tail, values = _page(filters, "m.seq", page)
    rows = db.execute(Q["message_columns"] + tail, values).fetchall()
    views = tuple(_view(db, row[:-1]) for row in rows[: page.limit])
    return Listing(views, _next(rows, page, floor))


def _view(db: Database, row: tuple[Any, ...]) -> MessageView:
    return message_view(row, dict(db.execute(Q["engagement"], {"seq": row[0]}).fetchall()))


def _message_events(db: Database, message_id: str) -> tuple[Moment, ...] | None:
    row = db.execute(Q["message_seq"], {"id": message_id}).fetchone()
    if row is None:
        return None
    rows = db.execute(Q["message_events"], {"seq": row[0]}).fetchall()
    return tuple(of_move(moved(one)) for one in rows)


def _timeline(db: Database, source: str, order_id: str) -> tuple[Moment, ...] | None:
    row = _order_row(db, source, order_id)
    if row is None:
        return None
    arrivals = db.execute(Q["order_revisions"], {"id": row}).fetchall()
    moves = db.execute(Q["order_message_events"], {"id": row}).fetchall()
    return in_order([arrived(one) for one in arrivals], [moved(one) for one in moves])


def _order_row(db: Database, source: str, order_id: str) -> int | None:
    row = db.execute(Q["order_row"], {"source": source, "order_id": order_id}).fetchone()
    return None if row is None else int(row[0])


def _events(db: Database, outcome: str | None, page: Page) -> Listing[EventView]:
    filters: Filters = [("e.outcome = :outcome", {"outcome": outcome})] if outcome else []
    tail, values = _page(filters, "e.id", page)
    rows = db.execute(Q["events"] + tail, values).fetchall()
    return Listing(tuple(event_view(row) for row in rows[: page.limit]), _next(rows, page))
