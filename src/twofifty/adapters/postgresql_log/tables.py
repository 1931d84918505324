"""The shop's tables as they stand now, asked for by key and in pages: `intake.rows.Tables`."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from psycopg import sql

from twofifty.adapters.postgresql_log.session import Session
from twofifty.errors import ShopError
from twofifty.intake.log import Row
from twofifty.intake.rows import Found, Page


class PostgresqlTables:
    """`intake.rows.Tables` over one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def rows(self, found: Found) -> list[Row]:
        """See `Tables.rows`. Keys go as text and take the column's own type."""
        question = sql.SQL("SELECT {} FROM {} WHERE {} = ANY(%s) LIMIT {}").format(
            _columns(found.columns),
            _table(found.table),
            sql.Identifier(found.by),
            sql.Literal(found.most),
        )
        return await self._asked(found.table, found.columns, question, (_array(found.keys),))

    async def page(self, page: Page) -> list[Row]:
        """See `Tables.page`."""
        by = _columns(page.by)
        conditions, values = _conditions(page)
        question = sql.SQL("SELECT {} FROM {} {} ORDER BY {} LIMIT {}").format(
            _columns(page.columns), _table(page.table), conditions, by, sql.Literal(page.most)
        )
        return await self._asked(page.table, page.columns, question, values)

    async def now(self) -> datetime:
        """See `Tables.now`."""
        said = await self._session.one(
            "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
        )
        return datetime.fromtimestamp(int(said) / 1_000_000, UTC)

    async def _asked(
        self,
        table: str,
        columns: Sequence[str],
        question: sql.Composed,
        values: Sequence[object],
    ) -> list[Row]:
        try:
            rows = await self._session.ask(question, values)
        except ShopError as fault:
            if type(fault) is not ShopError:
                raise
            raise ShopError(f"{table}: {fault}") from None
        return [dict(zip(columns, row, strict=True)) for row in rows]


def _conditions(page: Page) -> tuple[sql.Composable, tuple[str, ...]]:
    """What a page's rows must be after, since when they must be, and what must be empty."""
    told: list[sql.Composable] = [
        sql.SQL("{} IS NULL").format(sql.Identifier(name)) for name in page.empty
    ]
    values: tuple[str, ...] = ()
    if page.after:
        marks = sql.SQL(", ").join([sql.Placeholder()] * len(page.after))
        told.append(sql.SQL("({}) > ({})").format(_columns(page.by), marks))
        values = page.after
    if page.since:
        told.append(sql.SQL("{} >= %s").format(sql.Identifier(page.by[0])))
        values = (*values, page.since)
    if not told:
        return sql.SQL(""), ()
    return sql.SQL("WHERE {}").format(sql.SQL(" AND ").join(told)), values


def _columns(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def _table(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split(".", 1))


def _array(keys: Iterable[str]) -> str:
    """PostgreSQL's own writing of an array, whose type the column gives."""
    quoted = (key.replace("\\", "\\\\").replace('"', '\\"') for key in keys)
    return "{" + ",".join(f'"{key}"' for key in quoted) + "}"
