"""Databases whose drivers block: asked in threads, a connection each."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

from twofifty.adapters.stock_table.reader import Rows

THREADS: Final = 4


class Blocking(Protocol):
    """A connection for one thread; `cut` ends from another one whatever it waits for."""

    def named(
        self, question: str, values: Sequence[str], /
    ) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """The names of the answer's columns, and its rows. Raises ShopBusy, ShopError."""
        ...

    def cut(self) -> None:
        """Ends whatever it waits for."""
        ...

    def close(self) -> None:
        """Ends the connection. Safe to call twice."""
        ...


class ThreadedReader:
    """Implements `stock_table.reader.Reader`. Connections are opened when they are needed first."""

    def __init__(self, mark: str, opened: Callable[[], Blocking]) -> None:
        self.mark = mark
        self._opened = opened
        self._idle: list[Blocking] = []
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="stock")

    async def rows(self, sql: str, values: Sequence[str]) -> Rows:
        """See `Reader.rows`."""
        loop = asyncio.get_running_loop()
        session = self._idle.pop() if self._idle else self._opened()
        try:
            columns, found = await loop.run_in_executor(self._threads, session.named, sql, values)
        except asyncio.CancelledError:
            # Its thread ends with an error now, and forgets the connection.
            session.cut()
            raise
        except Exception:
            # A server that ended one connection has ended the others too.
            self._idle.append(session)
            self._forget()
            raise
        self._idle.append(session)
        return Rows(columns, found)

    async def close(self) -> None:
        """See `Reader.close`."""
        self._forget()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _forget(self) -> None:
        while self._idle:
            self._idle.pop().close()
