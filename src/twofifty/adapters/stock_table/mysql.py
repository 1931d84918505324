"""Stock from MySQL or MariaDB: connections that cannot write, whose statements end in time."""

from collections.abc import Sequence
from typing import Final

from twofifty.adapters.mysql_log.server import server
from twofifty.adapters.mysql_log.session import Address, Session, address
from twofifty.adapters.stock_table.threads import ThreadedReader
from twofifty.errors import SettingsError, ShopError

_SILENCE: Final = 5.0


class _Session:
    """Implements `stock_table.threads.Blocking`."""

    def __init__(self, where: Address, seconds: float) -> None:
        self._session = Session(where, silence=_SILENCE)
        self._seconds = seconds
        self._limited = False

    def named(
        self, question: str, values: Sequence[str], /
    ) -> tuple[list[str], list[tuple[object, ...]]]:
        if not self._limited:
            self._limit()
        return self._session.named(question, values)

    def cut(self) -> None:
        self._session.cut()

    def close(self) -> None:
        self._session.close()

    def _limit(self) -> None:
        self._session.ask("SET SESSION TRANSACTION READ ONLY")
        if server(self._session).is_mariadb:
            self._session.ask("SET SESSION max_statement_time = %s", (self._seconds,))
        else:
            limit = max(1, round(self._seconds * 1000))
            self._session.ask("SET SESSION max_execution_time = %s", (limit,))
        self._limited = True


def reader(url: str, seconds: float) -> ThreadedReader:
    """A reader of the database at `url`. Raises SettingsError."""
    try:
        where = address(url)
    except ShopError:
        raise SettingsError("write mysql://user:password@db.example.com/shop") from None
    return ThreadedReader("%s", lambda: _Session(where, seconds))
