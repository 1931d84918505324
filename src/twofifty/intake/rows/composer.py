"""Orders from what a transaction touched: what the log did not tell is read from the tables, a
query a table for many orders at once. The order's own row is as the log says, for its status at
that commit decides; of a large transaction, whose parts tell it halfway, it is the table's.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from twofifty import telemetry
from twofifty.errors import BadInput, Problem
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
_DAY = timedelta(days=1)
# A commit is stamped before others can see it (it waits for a standby, or for the disk): what a
# page says may be older than the clock. Its rows are taken for this much older, so that a change
# that it could not see yet is never the older one.
_UNSEEN = timedelta(seconds=5)
# So many orders are composed before whatever else waits for the event loop has its turn.
_BREATH = 50
_CURSOR = msgspec.json.Decoder(tuple[int, tuple[str, ...]])
# The same rows are the same bytes, whether the log or a table told them, and in which order.
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
        touches = list(self._recent(rows, (f"snapshot:{begin}", now - _UNSEEN), counted))
        news = await self._told(touches, counted)
        return news, str(rows[-1][page.by[0]]) if len(rows) == most else ""

    async def changed(self, since: datetime, cursor: str, most: int) -> tuple[News, str]:
        """The next `most` orders that changed since then (placed, where they hold no time of a
        change; any, where they hold neither), as they stand now, and the cursor of the rest (''
        at the end). Up to a day more than was asked for: columns without an offset are in a zone.
        """
        now = await self._tables.now()
        rows, following = await self._since(since, cursor, most)
        counted: Counter[str] = Counter()
        touches = [self._as_it_stands(row, ("list", now - _UNSEEN)) for row in rows]
        return await self._told(touches, counted), following

    async def _since(self, since: datetime, cursor: str, most: int) -> tuple[list[Row], str]:
        """The rows of `changed`, and the cursor of the rest."""
        begin, after = _CURSOR.decode(cursor) if cursor else (0, ())
        rows: list[Row] = []
        for turn in range(begin, len(self._times()) + 1):
            page = self._by_time(turn, since)
            page = msgspec.structs.replace(page, after=after, most=most - len(rows))
            rows += await self._tables.page(page)
            if len(rows) == most:
                return rows, _cursor(turn, [str(rows[-1][column]) for column in page.by])
            after = ()
        return rows, ""

    def _by_time(self, turn: int, since: datetime) -> Page:
        """The orders of one turn: first those that hold the first of the times, by it; then those
        that hold none there but the next one; at last those that hold none at all. One question
        for all of them would find no index."""
        times = self._times()
        when = times[turn : turn + 1]
        return Page(
            self._mapping.order.table,
            self._columns(),
            when + self._keys(),
            since=f"{since - _DAY:%Y-%m-%d %H:%M:%S}" if when else "",
            empty=times[:turn],
        )

    def _times(self) -> tuple[str, ...]:
        """The columns that say when an order changed, the best one first."""
        order = self._mapping.order
        found = (order.one_column("updated_at"), order.one_column("placed_at"))
        return tuple(dict.fromkeys(filter(None, found)))

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
            (each.position, each.piece, each.order_id): each
            for each in found
            if isinstance(each, Touched)
        }
        for stray, order_id in owners:
            made = Touched(order_id, stray.position, stray.at, {}, {}, piece=stray.piece)
            touches.setdefault((stray.position, stray.piece, order_id), made).split = True
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
        return News(await self._each_composed(touches), dict(+counted))

    async def _each_composed(self, touches: Sequence[Touched]) -> tuple[Composed, ...]:
        made: list[Composed] = []
        for at in range(0, len(touches), _BREATH):
            made += [self._composed(touch) for touch in touches[at : at + _BREATH]]
            await asyncio.sleep(0)
        return tuple(made)

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
        piece = f"/{touch.piece}" if touch.piece else ""
        key = f"id:{touch.position}{piece}:{touch.order_id}"
        topic: EventType = "order.placed" if touch.inserted else "order.updated"
        body = _ENCODER.encode(rows)
        try:
            event = composed(self._mapping, rows, self._stated, topic)
        except BadInput as bad:
            return Composed(key, topic, body, refused=bad)
        except Exception as fault:  # noqa: BLE001
            # Whatever one row makes fail must not hold up the log: it is kept, with the place.
            return Composed(key, topic, body, refused=_failed(fault))
        return Composed(key, event.type, body, event)


def _failed(fault: Exception) -> BadInput:
    """A fault of ours as the reason of a refusal: the place alone, for words may be data."""
    problem = Problem("rows", f"{type(fault).__name__} at {telemetry.where(fault)}")
    return BadInput(422, "the adapter failed", (problem,))


def _cursor(turn: int, after: list[str]) -> str:
    return msgspec.json.encode((turn, after)).decode()


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
