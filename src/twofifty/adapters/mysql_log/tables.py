"""The shop's tables as they stand now, asked for by key and in pages: `intake.rows.Tables`."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

from twofifty.adapters.mysql_log import server as servers
from twofifty.adapters.mysql_log.charset import text_or_digits
from twofifty.adapters.mysql_log.session import Address, Session
from twofifty.errors import ShopError
from twofifty.intake.log import Row
from twofifty.intake.rows import Found, Page

_T = TypeVar("_T")
_INTEGERS = ("tinyint", "smallint", "mediumint", "int", "bigint")
_MOMENTS = ("datetime", "timestamp", "date")


class MysqlTables:
    """`intake.rows.Tables` over one connection, in a thread of its own."""

    def __init__(self, where: Address) -> None:
        self._session = Session(where)
        self._thread = ThreadPoolExecutor(1, "mysql-tables")
        self._kinds: dict[str, dict[str, str]] = {}

    async def rows(self, found: Found) -> list[Row]:
        """See `Tables.rows`."""
        return await self._in_thread(lambda: self._rows(found))

    async def page(self, page: Page) -> list[Row]:
        """See `Tables.page`."""
        return await self._in_thread(lambda: self._page(page))

    async def now(self) -> datetime:
        """See `Tables.now`. Whole seconds, for the log knows no smaller ones: a change of the same
        second that the log tells later must not look older than what a page says."""
        seconds = await self._in_thread(lambda: servers.seconds(self._session))
        return datetime.fromtimestamp(seconds, UTC)

    async def close(self) -> None:
        """Ends the connection."""
        await self._in_thread(self._session.close)
        self._thread.shutdown(wait=False)

    def _rows(self, found: Found) -> list[Row]:
        if not found.keys:
            return []
        mark, key = self._key(found.table, found.by)
        keys = _usable(map(key, found.keys))
        marks = ", ".join([mark] * len(keys))
        condition = f"WHERE {_name(found.by)} IN ({marks})"
        question = _select(found.columns, found.table, condition, f"LIMIT {found.most}")
        return self._asked(found.table, found.columns, question, keys) if keys else []

    def _page(self, page: Page) -> list[Row]:
        condition, values = self._condition(page)
        order = f"ORDER BY {_columns(page.by)} LIMIT {page.most}"
        question = _select(page.columns, page.table, condition, order)
        return self._asked(page.table, page.columns, question, values)

    def _condition(self, page: Page) -> tuple[str, list[object]]:
        """What a page's rows must be after, since when they must be, and what must be empty. The
        server finds no index for `(a, b) > (x, y)`, but one for
        `a >= x AND (a > x OR (a = x AND b > y))`."""
        told: list[str] = [f"{_name(name)} IS NULL" for name in page.empty]
        values: list[object] = []
        if page.after:
            words, values = self._after(page)
            told.append(words)
        if page.since:
            mark, key = self._key(page.table, page.by[0])
            told.append(f"{_name(page.by[0])} >= {mark}")
            values = [*values, key(page.since)]
        return (f"WHERE {' AND '.join(told)}" if told else ""), values

    def _after(self, page: Page) -> tuple[str, list[object]]:
        keys = [self._key(page.table, column) for column in page.by]
        marks = [mark for mark, _ in keys]
        held = [key(value) for (_, key), value in zip(keys, page.after, strict=True)]
        ways: list[str] = []
        values: list[object] = [held[0]]
        for last in range(len(page.by)):
            equal = [f"{_name(page.by[at])} = {marks[at]}" for at in range(last)]
            ways.append(" AND ".join((*equal, f"{_name(page.by[last])} > {marks[last]}")))
            values += held[: last + 1]
        either = " OR ".join(f"({way})" for way in ways)
        return f"{_name(page.by[0])} >= {marks[0]} AND ({either})", values

    def _key(self, table: str, column: str) -> tuple[str, Callable[[str], object]]:
        """How a key of that column stands in a question, and what its text becomes: an index is
        used, and no digit lost, only where it has the column's own type."""
        kind = self._kind(table, column)
        if kind in _INTEGERS:
            return "%s", _integer
        if kind == "binary":
            return "UNHEX(%s)", str
        return "%s", (_moment if kind in _MOMENTS else str)

    def _kind(self, table: str, column: str) -> str:
        if table not in self._kinds:
            self._kinds[table] = {
                one.name.lower(): one.kind for one in servers.described(self._session, table)
            }
        return self._kinds[table].get(column.lower(), "")

    def _asked(
        self, table: str, columns: Sequence[str], question: str, values: Sequence[object]
    ) -> list[Row]:
        try:
            rows = self._session.ask(question, values)
        except ShopError as fault:
            self._kinds.pop(table, None)
            if type(fault) is not ShopError:
                raise
            raise ShopError(f"{table}: {fault}") from None
        kinds = [self._kind(table, column) for column in columns]
        return [
            {
                column: _plain(value, kind)
                for column, value, kind in zip(columns, row, kinds, strict=True)
            }
            for row in rows
        ]

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _plain(value: object, kind: str) -> object:
    """Bytes in the form in which the log tells them."""
    if not isinstance(value, bytes):
        return value
    if kind == "bit":
        return int.from_bytes(value, "big")
    return value.hex() if kind == "binary" else text_or_digits(value)


def _usable(keys: Iterable[object]) -> list[object]:
    """Keys that the column can hold at all."""
    return [key for key in keys if key is not None]


def _integer(key: str) -> int | None:
    try:
        return int(key)
    except ValueError:
        return None


def _moment(value: str) -> str:
    """A time as the server reads it: without an offset, which for a TIMESTAMP is that of UTC."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return value
    utc = found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(" ")


def _select(columns: Iterable[str], table: str, *rest: str) -> str:
    """A question in which every name is quoted and every value a mark."""
    return " ".join(("SELECT", _columns(columns), "FROM", _table(table), *rest))


def _columns(names: Iterable[str]) -> str:
    return ", ".join(map(_name, names))


def _table(name: str) -> str:
    schema, _, table = name.partition(".")
    return f"{_name(schema)}.{_name(table)}"


def _name(name: str) -> str:
    """An identifier in its quotes; a percent sign would be a mark for a value."""
    return "`" + name.replace("`", "``").replace("%", "%%") + "`"
