"""Reading beside the writer: connections of its own, on threads of its own."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from twofifty.adapters.sqlite.database import connect, translated

T = TypeVar("T")


class Reader:
    """Runs queries away from the event loop. Never waits for writers."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._threads = ThreadPoolExecutor(2, "store-reader")
        self._opened: list[sqlite3.Connection] = []

    async def run(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """What `query` finds on a thread's own connection. Raises StoreError."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._on, query)

    def connected(self) -> sqlite3.Connection:
        """Another connection that cannot write; closed with all others."""
        connection = connect(self._path)
        connection.execute("PRAGMA query_only=ON")
        self._opened.append(connection)
        return connection

    async def close(self) -> None:
        """Ends the threads and closes what they read with."""
        self._threads.shutdown()
        for connection in self._opened:
            connection.close()

    def _on(self, query: Callable[[sqlite3.Connection], T]) -> T:
        if not hasattr(self._local, "db"):
            self._local.db = self.connected()
        with translated():
            return query(self._local.db)
