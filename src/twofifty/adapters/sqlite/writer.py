"""Natural group commit: whatever waits at the same moment shares one transaction and one fsync.

A lone piece of work starts at once. Statements run on the event loop's thread and only waiting
(for the file lock, for the fsync) happens on another one: a thread that runs statements beside a
busy loop would wait for the interpreter lock at each of them (up to 5 ms each time).

Processes that share the file take turns by a kernel file lock: fair, without SQLite's sleeping
busy handler, and given back by the kernel when a process is killed.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from twofifty.adapters.relational.ports import Bulk, Database, Pages
from twofifty.adapters.sqlite.database import begun_anew, connect, long_log_of, shrunk, translated
from twofifty.adapters.sqlite.pages import FilePages
from twofifty.adapters.sqlite.turn import Presence, Turn
from twofifty.errors import StoreBroken, StoreError, StoreFull

SHRINK_EVERY = 1.0
BEGIN_ANEW_EVERY = 1.0
"""Seconds between two tries, each of which may hold up the writing for a moment; none where the log
is twice as long as is enough."""

I = TypeVar("I")  # noqa: E741
T = TypeVar("T")
Work = Callable[[Database], T]


class _Waiting(NamedTuple):
    """An item, the bulk that it is for, and who waits for its result."""

    bulk: Bulk[Any, Any]
    item: Any
    future: "asyncio.Future[Any]"


class FileWriter:
    """`relational.ports.Writer` on SQLite: the one writer of this process. `broken` is called when
    a write did not reach the disk: from then on the process must not be trusted with another one
    (StoreBroken). `long_log`: bytes of the log from which on it is begun anew at any cost
    (else `database.long_log_of`)."""

    def __init__(
        self,
        path: Path,
        *,
        most: int = 128,
        broken: Callable[[], None] = lambda: None,
        long_log: int | None = None,
    ) -> None:
        self._presence = Presence(path)
        self._connection = connect(path)
        self._pages = FilePages(self._connection)
        self._turn = Turn(path)
        self._most = most
        self._broken = broken
        self._waiting: list[_Waiting] = []
        self._draining: asyncio.Task[None] | None = None
        self._closed = False
        self._shrink_at = self._anew_at = 0.0
        self._log, self._long_log = Path(f"{path.resolve()}-wal"), long_log or long_log_of(path)
        self._thread = ThreadPoolExecutor(1, "store-writer")
        self.commits = 0

    async def run(self, work: Work[T], *touches: Hashable) -> T:
        """See `relational.ports.Writer`. A file has one writer, so everything runs alone."""
        return await self.run_bulk(_one_by_one, work)

    async def run_bulk(self, bulk: Bulk[I, T], item: I, *touches: Hashable) -> T:
        """See `relational.ports.Writer`. Who stops waiting does not stop the work."""
        if self._closed:
            raise StoreError("the store is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(bulk, item, future))
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        return await future

    async def close(self) -> None:
        """Finishes what waits, then closes."""
        while self._draining is not None:
            await asyncio.wait([self._draining])
        self._closed = True
        self._thread.shutdown()
        self._connection.close()
        self._turn.close()
        self._presence.close()

    async def _drain(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._together(batch)
                await self._bounded_log()
        finally:
            self._draining = None

    async def _together(self, batch: list[_Waiting]) -> None:
        groups = _grouped(batch)
        try:
            results = await self._transaction(groups)
        except Exception as fault:  # noqa: BLE001
            # One piece spoils the batch, whatever it raised: each is tried alone.
            await self._alone(batch, fault)
        else:
            for group, found in zip(groups, results, strict=True):
                for waiting, result in zip(group, found, strict=True):
                    _resolve(waiting.future, result)

    async def _alone(self, batch: list[_Waiting], fault: Exception) -> None:
        if isinstance(fault, StoreBroken):
            self._broken()
        if len(batch) == 1 or isinstance(fault, StoreFull | StoreBroken):
            for waiting in batch:
                _fail(waiting.future, fault)
            return
        for waiting in batch:
            await self._together([waiting])

    async def _transaction(self, groups: list[list[_Waiting]]) -> list[Sequence[Any]]:
        loop = asyncio.get_running_loop()
        if not self._turn.take_now():
            await loop.run_in_executor(self._thread, self._turn.take)
        try:
            return await self._committed(groups, loop)
        except StoreFull:
            if not await self._made_room(loop):
                raise
            return await self._committed(groups, loop)
        finally:
            self._turn.give()

    async def _bounded_log(self) -> None:
        """Has the log begun anew once it is long."""
        loop, size = asyncio.get_running_loop(), self._log_size()
        rests = loop.time() < self._anew_at and size <= 2 * self._long_log
        if size <= self._long_log or rests:
            return
        if not self._turn.take_now():
            return  # somebody else writes already; after the next commit then
        self._anew_at = loop.time() + BEGIN_ANEW_EVERY
        try:
            await loop.run_in_executor(self._thread, begun_anew, self._connection)
        except StoreBroken:
            self._broken()
        finally:
            self._turn.give()

    def _log_size(self) -> int:
        """Bytes; 0 where there is none."""
        try:
            return self._log.stat().st_size
        except OSError:
            return 0

    async def _made_room(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether cutting the log off gave a full disk some room; tried once a second at most."""
        if loop.time() < self._shrink_at:
            return False
        self._shrink_at = loop.time() + SHRINK_EVERY
        return await loop.run_in_executor(self._thread, shrunk, self._connection)

    async def _committed(
        self, groups: list[list[_Waiting]], loop: asyncio.AbstractEventLoop
    ) -> list[Sequence[Any]]:
        with translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                results = [_worked(group, self._pages) for group in groups]
                await loop.run_in_executor(self._thread, self._commit)
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        self.commits += 1
        return results

    def _commit(self) -> None:
        """The turn ends with the fsync: the loop, which has other work, hears of it later."""
        self._connection.execute("COMMIT")
        self._turn.give()


def _one_by_one(db: Database, works: Sequence[Work[Any]]) -> list[Any]:
    return [work(db) for work in works]


def _grouped(batch: list[_Waiting]) -> list[list[_Waiting]]:
    """Items of one bulk together, each where the first of them stood."""
    groups: dict[Bulk[Any, Any], list[_Waiting]] = {}
    for waiting in batch:
        groups.setdefault(waiting.bulk, []).append(waiting)
    return list(groups.values())


def _worked(group: list[_Waiting], pages: Pages) -> Sequence[Any]:
    return group[0].bulk(pages, [waiting.item for waiting in group])


def _resolve(future: "asyncio.Future[Any]", result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Any]", fault: Exception) -> None:
    if not future.done():
        future.set_exception(fault)
