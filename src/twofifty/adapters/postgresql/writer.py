"""Natural group commit on several connections: what waits when one is free shares a transaction.

A lone piece of work starts at once. What touches known orders runs side by side, also with other
processes on other machines; what touches who knows what runs alone (see `transaction`).
"""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from twofifty.adapters.postgresql.batch import Waiting
from twofifty.adapters.postgresql.faults import FAULTS, is_untranslatable, remedy, store_error
from twofifty.adapters.postgresql.line import How, Known, Line, MustBeAlone
from twofifty.adapters.postgresql.lockstep import Failed
from twofifty.adapters.postgresql.pool import Pool
from twofifty.adapters.postgresql.transaction import Transaction, status_of
from twofifty.adapters.postgresql.url import Target
from twofifty.adapters.relational.ports import Bulk, Database
from twofifty.errors import StoreError, StoreFull

I = TypeVar("I")  # noqa: E741
T = TypeVar("T")
Work = Callable[[Database], T]

MOST = 64
"""How many pieces share a transaction: each may need a lock of its own, of which a server has some
thousands (`max_locks_per_transaction` times `max_connections`)."""
WIDE = 64
"""How many have to wait before a further connection is taken for them."""
TRIES = 6
_REST = 0.01


class PooledWriter:
    """`relational.ports.Writer` on PostgreSQL. `changed` is called after each commit."""

    def __init__(
        self, target: Target, known: Known, *, changed: Callable[[], None] = lambda: None
    ) -> None:
        self._target = target
        self._pool = Pool(target, known, indexed=True)
        self._changed = changed
        self._shared: list[Waiting] = []
        self._apart: list[Waiting] = []
        self._alone: list[Waiting] = []
        self._busy: set[asyncio.Task[None]] = set()
        self._sharing = 0
        self._is_alone = False
        self._closed = False
        self.commits = 0

    async def run(self, work: Work[T], *touches: Hashable) -> T:
        """See `relational.ports.Writer`."""
        future: asyncio.Future[T] = self._future()
        return await self._waited(Waiting(None, work, touches, future), future)

    async def run_bulk(self, bulk: Bulk[I, T], item: I, *touches: Hashable) -> T:
        """See `relational.ports.Writer`."""
        future: asyncio.Future[T] = self._future()
        return await self._waited(Waiting(bulk, item, touches, future), future)

    async def close(self) -> None:
        """Finishes what waits, then closes."""
        while self._busy:
            await asyncio.wait(self._busy)
        self._closed = True
        await self._pool.close()

    def _future(self) -> "asyncio.Future[Any]":
        if self._closed:
            raise StoreError("the store is closed")
        return asyncio.get_running_loop().create_future()

    async def _waited(self, waiting: Waiting, future: "asyncio.Future[T]") -> T:
        if not waiting.touches:
            self._alone.append(waiting)
        elif waiting.is_apart():
            self._apart.append(waiting)
        else:
            self._shared.append(waiting)
        self._start()
        return await future

    def _start(self) -> None:
        """Begins what can begin: one that is alone, those apart, and as many of those that share as
        is worth it."""
        if self._alone and not self._is_alone and self._is_free():
            batch, self._alone = self._alone[:MOST], self._alone[MOST:]
            self._is_alone = True
            self._begin(batch, How(alone=True))
        while self._apart and self._is_free():
            one = self._apart.pop(0)
            self._begin([one], How(looks=one.looks()))
        while self._is_worth_it():
            batch, self._shared = self._shared[:MOST], self._shared[MOST:]
            self._sharing += 1
            self._begin(batch, How())

    def _is_free(self) -> bool:
        return len(self._busy) < self._target.pool

    def _is_worth_it(self) -> bool:
        if not self._shared or not self._is_free():
            return False
        return self._sharing == 0 or len(self._shared) >= WIDE

    def _begin(self, batch: list[Waiting], how: How) -> None:
        sharing = not how.alone and not batch[0].is_apart()
        task = asyncio.create_task(self._together(batch, how))
        self._busy.add(task)
        task.add_done_callback(lambda done: self._ended(done, how, sharing=sharing))

    def _ended(self, task: "asyncio.Task[None]", how: How, *, sharing: bool) -> None:
        self._busy.discard(task)
        self._sharing -= sharing
        self._is_alone = self._is_alone and not how.alone
        self._start()

    async def _together(self, batch: list[Waiting], how: How) -> None:
        try:
            await self._tried(batch, how)
        except MustBeAlone:
            await self._each(batch, How(alone=len(batch) == 1, clean=how.clean))
        except Exception as fault:  # noqa: BLE001
            # One piece spoils the batch, whatever it raised: each is tried alone.
            cause = _cause(fault)
            if len(batch) == 1 or isinstance(cause, StoreFull) or _is_away(fault):
                self._fail(batch, cause)
            else:
                await self._each(batch, how)

    async def _each(self, batch: list[Waiting], how: How) -> None:
        for waiting in batch:
            await self._together([waiting], how)

    def _fail(self, batch: list[Waiting], fault: Exception) -> None:
        for waiting in batch:
            waiting.fail(fault)

    async def _tried(self, batch: list[Waiting], how: How) -> None:
        """Runs a batch, again where another transaction or a lost connection came between. Raises
        StoreError, or what spoils it."""
        for last in (*[False] * (TRIES - 1), True):
            line = await self._taken()
            try:
                transaction = Transaction(line, self._took, session=self._target.prepare)
                wrote = await transaction.run(batch, how)
            except FAULTS as fault:
                self._pool.drop(line) if remedy(fault) == "reconnect" else self._pool.give(line)
                how = _after(fault, batch, how, last=last)
                await asyncio.sleep(_REST if remedy(fault) in ("again", "later") else 0)
            except BaseException:
                self._pool.give(line)
                raise
            else:
                self._pool.give(line)
                self.commits += 1
                if wrote:
                    self._changed()
                return

    async def _taken(self) -> Line:
        try:
            return await self._pool.take()
        except StoreError as fault:
            # Whoever waits would wait as long for the same answer.
            for waiting in (*self._shared, *self._apart, *self._alone):
                waiting.fail(fault)
            self._shared, self._apart, self._alone = [], [], []
            raise _Away(fault) from fault

    async def _took(self, transaction: str) -> bool | None:
        """Whether a commit whose answer was lost took place."""
        try:
            line = await self._pool.take()
        except StoreError:
            return None
        try:
            return await status_of(line, transaction)
        except FAULTS:
            return None
        finally:
            self._pool.drop(line)


class _Away(Exception):
    """There is no connection: what is the `__cause__`."""


def _cause(fault: Exception) -> Exception:
    if isinstance(fault, Failed | _Away) and isinstance(fault.__cause__, Exception):
        return fault.__cause__
    return store_error(fault) if isinstance(fault, FAULTS) else fault


def _is_away(fault: Exception) -> bool:
    if isinstance(fault, FAULTS):
        return remedy(fault) in ("reconnect", "later")
    return isinstance(fault, _Away)


def _after(fault: Exception, batch: list[Waiting], how: How, *, last: bool) -> How:
    """How the batch is tried again after a fault. Raises it where that would not help."""
    found = remedy(fault)
    if is_untranslatable(fault) and len(batch) == 1 and not how.clean:
        return How(how.alone, clean=True)
    if last or found in ("alone", "never") or (found == "again" and len(batch) > 1):
        raise fault
    return how
