"""Stock from PostgreSQL: a few connections that cannot write."""

from collections.abc import Sequence
from typing import Final

from psycopg import sql as composed

from twofifty.adapters.postgresql_log.session import Session, check_url
from twofifty.adapters.stock_table.reader import Rows
from twofifty.errors import SettingsError

_MOST_IDLE: Final = 4


class PostgresqlReader:
    """Implements `stock_table.reader.Reader`. `seconds`: the server ends a statement then."""

    mark = "%s"

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._milliseconds = max(1, round(seconds * 1000))
        self._idle: list[Session] = []
        self._limited: set[Session] = set()

    async def rows(self, sql: str, values: Sequence[str]) -> Rows:
        """See `Reader.rows`."""
        session = self._idle.pop() if self._idle else Session(self._url)
        try:
            if session not in self._limited:
                await self._limit(session)
            columns, found = await session.named(composed.SQL(sql), values)
        except BaseException:
            # Also where it is cancelled: nobody knows what the connection waits for then. A server
            # that ended one has ended the others too.
            self._idle.append(session)
            await self.close()
            raise
        self._idle.append(session)
        if len(self._idle) > _MOST_IDLE:
            await self._closed(self._idle.pop())
        return Rows(columns, found)

    async def close(self) -> None:
        """See `Reader.close`."""
        while self._idle:
            await self._closed(self._idle.pop())

    async def _closed(self, session: Session) -> None:
        self._limited.discard(session)
        await session.close()

    async def _limit(self, session: Session) -> None:
        await session.ask("SET default_transaction_read_only = on")
        await session.ask(composed.SQL(f"SET statement_timeout = {self._milliseconds}"))
        self._limited.add(session)


def reader(url: str, seconds: float) -> PostgresqlReader:
    """A reader of the database at `url`. Raises SettingsError."""
    try:
        check_url(url)
    except SettingsError:
        raise SettingsError("write postgresql://user:password@db.example.com/shop") from None
    return PostgresqlReader(url, seconds)
