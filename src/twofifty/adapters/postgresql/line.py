"""One connection at work: what lockstep asks becomes statements on it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from twofifty.adapters.postgresql.bulk import Bulk, bulk, handed_out
from twofifty.adapters.postgresql.dialect import Statement, translated
from twofifty.adapters.postgresql.lockstep import IDS, Asked, Found, Work, side_by_side
from twofifty.adapters.postgresql.numbers import Numbers
from twofifty.adapters.postgresql.wire import Connection, Prepared

SHARED = frozenset(
    {"events", "orders", "revisions", "order_references", "notices", "messages"}
    | {"message_events", "jobs", "workers"}
)
"""Tables whose rows belong to one order, or to one worker: who touches another one may write them
at the same time. What writes any other table must be alone."""
PLANS_SECONDS = 10.0
"""How old a plan may be: what was right for the tables of a young store, or of a quiet night, is
not so in a burst."""
CONTROL = {"BEGIN": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "COMMIT": "COMMIT"}
"""What a reader says that wants to see one moment."""
_NUL = "\x00"
_SHOWN_NUL = "\u2400"


class MustBeAlone(Exception):
    """A work that said what it touches has to change more than that."""


class Way(msgspec.Struct, frozen=True):
    """How a shared query is run: for one row of values, and for many where there is a way. `page`:
    how the columns of a page are filled."""

    statement: Statement
    one: str
    many: Bulk | None
    page: str


class Known:
    """What was learned of the database, for all connections of a process: the ways of the queries
    that were run so far, and the counters of tables."""

    def __init__(self) -> None:
        self.ways: dict[str, Way] = {}
        self.counters: dict[str, int] = {}


class How(msgspec.Struct, frozen=True):
    """How works are run. `alone`: nobody else writes; `clean`: texts are asked for and kept without
    the one character that PostgreSQL cannot keep; `snapshot`: in a transaction already; `looks`:
    in none, for nothing is changed."""

    alone: bool = False
    clean: bool = False
    snapshot: bool = False
    looks: bool = False

    def allows(self, table: str) -> bool:
        """Whether that table may be written; nothing at all is written where it is empty."""
        return self.alone or not table or (table in SHARED and not self.looks)


class Line:
    """A connection with its prepared statements. Raises asyncpg's errors and MustBeAlone."""

    def __init__(self, connection: Connection, known: Known) -> None:
        self.connection = connection
        self._ways = known.ways
        self._prepared: dict[str, Prepared] = {}
        self.numbers = Numbers(known.counters)
        self._planned_at = -PLANS_SECONDS

    async def begin(self, statement: str, now: float) -> None:
        """Begins a transaction; `now` in seconds of a clock that only grows."""
        if now - self._planned_at >= PLANS_SECONDS:
            self._planned_at = now
            await self.connection.execute("DISCARD PLANS")
        await self.connection.execute(statement)
        self.numbers.forget()

    async def answer(self, asked: Asked, how: How) -> Sequence[Found]:
        """What is found for each row of `asked`."""
        if words := CONTROL.get(asked.query):
            await self.connection.execute("SELECT" if how.snapshot else words)
            return [Found(())]
        if asked.query == IDS:
            return [Found(await self._ids(**row)) for row in asked.rows]
        way = self._ways.get(asked.query) or await self._way(asked.query)
        if not how.allows(way.statement.writes):
            raise MustBeAlone(way.statement.writes)
        if asked.columns:
            return await self._page(way, asked, how)
        rows = [_cleaned(row) for row in asked.rows] if how.clean else asked.rows
        if len(rows) == 1 or (way.many is None and (way.statement.names or way.statement.writes)):
            return [await self._one(way, row) for row in rows]
        if way.many is None:
            found = await self.fetch(way.one)
            return [Found(found, -1) for _ in rows]
        columns = [[row[name] for row in rows] for name in way.statement.names]
        found = await self.fetch(way.many.text, *columns)
        return handed_out(way.many, found, rows, counts=way.statement.counted)

    async def fetch(self, text: str, *values: Any) -> list[Any]:
        """The rows of a statement in PostgreSQL's own words."""
        prepared = self._prepared.get(text)
        if prepared is None:
            prepared = self._prepared[text] = await self.connection.prepare(text)
        return await prepared.fetch(*values)

    async def _ids(self, table: str, count: int) -> list[tuple[int]]:
        return await self.numbers.take(table, count, self.fetch)

    async def _way(self, query: str) -> Way:
        statement = translated(query)
        one = statement.numbered()
        prepared = self._prepared[one] = await self.connection.prepare(one)
        types = [kind.name for kind in prepared.get_parameters()]
        arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(types, 1))
        page = f"{statement.text.partition(' VALUES ')[0]} SELECT * FROM unnest({arrays})"  # noqa: S608
        way = self._ways[query] = Way(statement, one, bulk(statement, types), page)
        return way

    async def _one(self, way: Way, row: Mapping[str, Any]) -> Found:
        rows = await self.fetch(way.one, *[row[name] for name in way.statement.names])
        return Found(rows, len(rows) if way.statement.counted else -1)

    async def _page(self, way: Way, asked: Asked, how: How) -> Sequence[Found]:
        columns = asked.columns
        if how.clean:
            columns = [[_shown(value) for value in one] for one in columns]
        await self.fetch(way.page, *columns)
        return [Found((), None) for _ in asked.rows]


def _cleaned(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _shown(value) for name, value in row.items()}


def _shown(value: Any) -> Any:
    return value.replace(_NUL, _SHOWN_NUL) if isinstance(value, str) else value


async def driven(line: Line, lanes: Sequence[Sequence[Work]], how: How) -> list[Any]:
    """What the works of all lanes come to, on one connection. Raises Failed, MustBeAlone or
    asyncpg's errors; then all works are ended where they stand."""
    rounds = side_by_side(lanes)
    try:
        asked = next(rounds)
        while True:
            asked = rounds.send(await line.answer(asked, how))
    except StopIteration as done:
        results: list[Any] = done.value
        return results
    finally:
        rounds.close()
