"""Orders from what a transaction touched: what the log did not tell is read from the tables, a
query a table for many orders at once. The order's own row is as the log says, for its status at
that commit decides.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from twofifty.errors import BadInput
from twofifty.intake.log import Committed, Row
from twofifty.intake.ports import Stated
from twofifty.intake.rows import gather
from twofifty.intake.rows.compose import OrderRows, composed
from twofifty.intake.rows.mapping import RowMapping
from twofifty.intake.rows.ports import Page, Tables
from twofifty.intake.rows.reading import Reader
from twofifty.intake.rows.touched import Stray, Touched, touched, whole
from twofifty.order.events import EventType, OrderEvent

Known = Callable[[Sequence[str]], Awaitable[Collection[str]]]
# The same rows are the same bytes, whether the log or a table told them, and in which order.
_DAY = timedelta(days=1)
_ENCODER = msgspec.json.Encoder(order="deterministic")


class Composed(msgspec.Struct, frozen=True):
    """One order of one transaction. `key` is the same whenever that transaction is read again.
    `refused` says what cannot be used; then there is no `event`. `body`: its rows, as JSON that
    `RowSource` reads."""

    key: str
    topic: EventType
    body: bytes
    event: OrderEvent | None = None
    refused: BadInput | None = None


class News(msgspec.Struct, frozen=True):
    """What some transactions brought. `counted` is what brought no order, by its reason: `waiting`
    (not completed yet), `without_lines`, `deleted`, `unattributed` (a row whose order the log does
    not name any more), `old`."""

    orders: tuple[Composed, ...]
    counted: dict[str, int]


class Composer:
    """Composes the orders of one source. `known` says which orders were told before: those are
    told again whatever their status is."""

    def __init__(self, mapping: RowMapping, tables: Tables, stated: Stated, known: Known) -> None:
        self._mapping = mapping
        self._tables = tables
        self._stated = stated
        self._known = known

    @property
    def dated(self) -> bool:
        """Whether the mapping says when an order changed; else it is when it was read."""
        return bool(self._mapping.order.one_column("updated_at"))

    async def news(self, committed: Sequence[Committed]) -> News:
        """What these transactions say, in commit order."""
        counted: Counter[str] = Counter()
        touches = await self._attributed(touched(self._mapping, committed), counted)
        return await self._told(touches, counted)

    async def page(self, begin: str, after: str, most: int) -> tuple[News, str]:
        """The next `most` orders of the order table by its key, as they stand now, and the key of
        the last one ('' at the end). `begin`: the position that the snapshot goes with."""
        now = await self._tables.now()
        order = self._mapping.order
        page = Page(order.table, self._columns(), self._keys(), (after,) if after else (), most)
        rows = await self._tables.page(page)
        counted: Counter[str] = Counter()
        touches = list(self._recent(rows, (f"snapshot:{begin}", now), counted))
        news = await self._told(touches, counted)
        return news, str(rows[-1][page.by[0]]) if len(rows) == most else ""

    async def changed(self, since: datetime, cursor: str, most: int) -> tuple[News, str]:
        """The next `most` orders that changed since then (placed, where the mapping has no column
        for changes; any, where it has neither), as they stand now, and the cursor of the rest (''
        at the end). Up to a day more than was asked for: columns without an offset are in a zone.
        """
        now = await self._tables.now()
        order = self._mapping.order
        when = order.one_column("updated_at") or order.one_column("placed_at")
        page = Page(
            order.table,
            self._columns(),
            ((when,) if when else ()) + self._keys(),
            tuple(msgspec.json.decode(cursor, type=tuple[str, ...])) if cursor else (),
            most,
            f"{since - _DAY:%Y-%m-%d %H:%M:%S}" if when else "",
        )
        rows = await self._tables.page(page)
        counted: Counter[str] = Counter()
        touches = [self._as_it_stands(row, ("list", now)) for row in rows]
        news = await self._told(touches, counted)
        if len(rows) < most:
            return news, ""
        return news, msgspec.json.encode([str(rows[-1][column]) for column in page.by]).decode()

    def _columns(self) -> tuple[str, ...]:
        return tuple(sorted(self._mapping.needs[self._mapping.order.table]))

    def _keys(self) -> tuple[str, ...]:
        return (self._mapping.order.one_column("id"),)

    def _as_it_stands(self, row: Row, taken: tuple[str, datetime]) -> Touched:
        position, now = taken
        return Touched(str(row[self._keys()[0]]), position, now, dict(row), {})

    def _recent(
        self, rows: Iterable[Row], taken: tuple[str, datetime], counted: Counter[str]
    ) -> Iterable[Touched]:
        """Rows of a snapshot, but not those of orders that were placed long ago."""
        oldest = taken[1] - timedelta(days=self._mapping.snapshot_days)
        for row in rows:
            at = Reader(self._mapping.order, row)
            placed = at.moment("placed_at", gather.zone(self._mapping, self._stated))
            if placed is not None and placed < oldest:
                counted["old"] += 1
                continue
            yield self._as_it_stands(row, taken)

    async def _attributed(
        self, found: list[Touched | Stray], counted: Counter[str]
    ) -> list[Touched]:
        """Every touched order, those of stray rows looked up by the rows' own ids."""
        strays = [each for each in found if isinstance(each, Stray)]
        owners = await gather.owners(self._tables, strays)
        counted["unattributed"] += len(strays) - len(owners)
        touches = {
            (each.position, each.order_id): each for each in found if isinstance(each, Touched)
        }
        for stray, order_id in owners:
            made = Touched(order_id, stray.position, stray.at, {}, {}, split=True)
            touches.setdefault((stray.position, order_id), made).split = True
        return list(touches.values())

    async def _told(self, touches: list[Touched], counted: Counter[str]) -> News:
        touches = _without(touches, counted, "deleted", lambda touch: touch.deleted)
        await gather.complete_rows(self._mapping, self._tables, touches)
        touches = _without(touches, counted, "deleted", lambda touch: not touch.row)
        reached = await self._reached(touches)
        waits = [touch for touch in touches if id(touch) not in reached]
        counted["waiting"] += len(waits)
        touches = [touch for touch in touches if id(touch) in reached]
        lonely = [touch for touch in touches if not whole(self._mapping, touch)]
        await gather.read_children(self._mapping, self._tables, lonely)
        await gather.read_shared(self._mapping, self._tables, touches)
        touches = _without(touches, counted, "without_lines", self._is_without_lines)
        return News(tuple(self._composed(touch) for touch in touches), dict(+counted))

    async def _reached(self, touches: list[Touched]) -> set[int]:
        """Those orders that are completed, or were when they were told before."""
        completed: set[str] = set()
        reached: list[Touched] = []
        others: list[Touched] = []
        for touch in touches:
            if self._is_completed(touch):
                completed.add(touch.order_id)
                reached.append(touch)
            elif touch.order_id in completed:
                reached.append(touch)
            else:
                others.append(touch)
        ids = sorted({touch.order_id for touch in others})
        known = await self._known(ids) if ids else ()
        reached += [touch for touch in others if touch.order_id in known]
        return {id(touch) for touch in reached}

    def _is_completed(self, touch: Touched) -> bool:
        order = self._mapping.order
        if "status" not in order.facts:
            return True
        return self._mapping.words.is_completed(Reader(order, touch.row).text("status"))

    def _is_without_lines(self, touch: Touched) -> bool:
        line = self._mapping.parts["line"]
        return not line.optional and not touch.children.get("line")

    def _in_order(self, name: str, rows: list[Row]) -> tuple[Row, ...]:
        """Rows by their id, or else their key."""
        part = self._mapping.parts[name]
        column = part.one_column("id") or part.key
        if not column or len(rows) < 2:
            return tuple(rows)
        return tuple(sorted(rows, key=lambda row: _place(row.get(column))))

    def _composed(self, touch: Touched) -> Composed:
        parts = {name: self._in_order(name, rows) for name, rows in touch.children.items()}
        rows = OrderRows(touch.at, touch.row, parts)
        key = f"id:{touch.position}:{touch.order_id}"
        topic: EventType = "order.placed" if touch.inserted else "order.updated"
        body = _ENCODER.encode(rows)
        try:
            event = composed(self._mapping, rows, self._stated, topic)
        except BadInput as bad:
            return Composed(key, topic, body, refused=bad)
        return Composed(key, event.type, body, event)


def _place(value: object) -> tuple[int, str]:
    """Sorts numbers as numbers, whether they are written or not."""
    word = str(value)
    return len(word), word


def _without(
    touches: list[Touched], counted: Counter[str], reason: str, leave: Callable[[Touched], bool]
) -> list[Touched]:
    """Those that are not left out; how many are is counted."""
    kept = [touch for touch in touches if not leave(touch)]
    counted[reason] += len(touches) - len(kept)
    return kept
