"""Stock from a SQLite file, opened so that nothing can be written."""

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from twofifty.adapters.stock_table.threads import ThreadedReader
from twofifty.errors import SettingsError, ShopBusy, ShopError

_PREFIX: Final = "sqlite:///"
_STEPS: Final = 1_000
_LATER: Final = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_INTERRUPT", "SQLITE_CANTOPEN")


class _Session:
    """Implements `stock_table.threads.Blocking`."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._until = 0.0
        self._connection: sqlite3.Connection | None = None

    def named(
        self, question: str, values: Sequence[str], /
    ) -> tuple[list[str], list[tuple[object, ...]]]:
        self._until = time.monotonic() + self._seconds
        try:
            cursor = self._open().execute(question, tuple(values))
            return [column[0] for column in cursor.description or ()], cursor.fetchall()
        except sqlite3.Error as fault:
            later = getattr(fault, "sqlite_errorname", "").startswith(_LATER)
            raise (ShopBusy if later else ShopError)(f"SQLite: {fault}") from None

    def cut(self) -> None:
        self._until = 0.0

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(
                f"{self._path.resolve().as_uri()}?mode=ro",
                uri=True,
                timeout=self._seconds,
                check_same_thread=False,
                isolation_level=None,
            )
            self._connection.execute("PRAGMA query_only = 1")
            self._connection.set_progress_handler(self._is_late, _STEPS)
        return self._connection

    def _is_late(self) -> bool:
        return time.monotonic() > self._until


def reader(url: str, seconds: float) -> ThreadedReader:
    """A reader of the file at `url`. Raises SettingsError."""
    path = url.removeprefix(_PREFIX)
    if path == url or not path:
        raise SettingsError("write sqlite:///PATH")
    return ThreadedReader("?", lambda: _Session(Path(path), seconds))
