"""Numbers for rows to be, from the tables' own counters: of one transaction for all tables at once,
whose rows usually come together."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

TOGETHER = ("events", "orders", "revisions", "notices", "messages")
_COUNTERS = """
SELECT CAST(pg_get_serial_sequence(attrelid::regclass::text, attname) AS regclass)::oid::bigint
FROM pg_attribute WHERE attrelid = to_regclass($1) AND attidentity <> ''"""
_TAKE = """
SELECT {taken} FROM generate_series(1, $1::bigint) ORDER BY 1"""

Fetch = Callable[..., Awaitable[list[Any]]]


class Numbers:
    """Those that a transaction has taken and not used yet. They grow: who holds an order's lock
    gives its rows higher numbers than whoever held it before."""

    def __init__(self, counters: dict[str, int]) -> None:
        self._counters = counters
        self._left: dict[str, list[int]] = {}

    def forget(self) -> None:
        """A transaction begins."""
        self._left.clear()

    async def take(self, table: str, count: int, fetch: Fetch) -> list[tuple[int]]:
        """`count` numbers of `table`, each as a row; `fetch` runs a statement."""
        left = self._left.get(table, [])
        if len(left) < count:
            await self._fill(table, count, fetch)
            left = self._left[table]
        self._left[table] = left[count:]
        return [(number,) for number in left[:count]]

    async def _fill(self, table: str, count: int, fetch: Fetch) -> None:
        fresh = table in TOGETHER and not self._left
        tables = TOGETHER if fresh else (table,)
        counters = [await self._counter(one, fetch) for one in tables]
        taken = ", ".join(f"nextval({counter}::oid::regclass)" for counter in counters)
        rows = await fetch(_TAKE.format(taken=taken), count)
        self._left |= _columns(tables, rows)

    async def _counter(self, table: str, fetch: Fetch) -> int:
        if table not in self._counters:
            ((found,),) = await fetch(_COUNTERS, table)
            self._counters[table] = int(found)
        return self._counters[table]


def _columns(tables: Sequence[str], rows: Sequence[Any]) -> dict[str, list[int]]:
    return {table: sorted(row[place] for row in rows) for place, table in enumerate(tables)}
