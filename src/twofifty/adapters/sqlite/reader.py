"""Reading beside the writer: connections of its own, on threads of its own."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from twofifty.adapters.relational.ports import Database
from twofifty.adapters.sqlite.database import connect, translated

T = TypeVar("T")


class FileReader:
    """`relational.ports.Reader` on SQLite: away from the event loop, never waiting for writers."""

    at_once = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._threads = ThreadPoolExecutor(2, "store-reader")
        self._opened: list[sqlite3.Connection] = []
        self._pulse = self._connected()
        # It is asked on the event loop's thread, which must not wait for anybody.
        self._pulse.execute("PRAGMA busy_timeout=0")

    async def run(self, query: Callable[[Database], T]) -> T:
        """See `relational.ports.Reader`: on a thread's own connection."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._on, query)

    def _connected(self) -> sqlite3.Connection:
        """Another connection that cannot write; closed with all others."""
        connection = connect(self._path)
        connection.execute("PRAGMA query_only=ON")
        self._opened.append(connection)
        return connection

    def version(self) -> int:
        """See `relational.ports.Reader`."""
        with translated():
            return int(self._pulse.execute("PRAGMA data_version").fetchone()[0])

    async def close(self) -> None:
        """Ends the threads and closes what they read with."""
        self._threads.shutdown()
        for connection in self._opened:
            connection.close()

    def _on(self, query: Callable[[Database], T]) -> T:
        if not hasattr(self._local, "db"):
            self._local.db = self._connected()
        with translated():
            return query(self._local.db)
