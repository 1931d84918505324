"""One transaction: locks first, then the works side by side, then a commit that is certain.

READ COMMITTED: each statement sees what was committed before it began, so that after the locks it
sees what their former holders did. A work that says which orders it touches shares the lock of
everything and takes one per order; a work that says nothing takes the lock of everything alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from twofifty.adapters.postgresql.batch import EVERYTHING, Unit, Waiting, keys, lanes, units
from twofifty.adapters.postgresql.faults import FAULTS, remedy
from twofifty.adapters.postgresql.line import How, Line, driven
from twofifty.adapters.postgresql.wire import SESSION, WRITING
from twofifty.errors import StoreError

_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
_SHARED = """
SELECT pg_current_xact_id()::text, pg_advisory_xact_lock_shared($1::bigint),
       (SELECT count(pg_advisory_xact_lock(k)) FROM unnest($2::bigint[]) AS k)"""
_ALONE = "SELECT pg_advisory_xact_lock($1::bigint)"
_WROTE = "SELECT pg_current_xact_id_if_assigned()::text"
"""What runs alone mostly finds nothing to do. Then it gets no id, and the log no record of it."""
_LOCAL = "".join(f"; SET LOCAL {name} = '{value}'" for name, value in (SESSION | WRITING).items())
"""What a pooler's connection has for a session, which is not ours."""
_STATUS = "SELECT pg_xact_status($1::text::xid8)"
_ASKED_AGAIN = 0.1
_LONG_ENOUGH = 100

Asking = Callable[[str], Awaitable[bool | None]]
"""Whether the transaction with that id took place; None: that cannot be found out."""


class Spoiled(Exception):
    """The transaction failed by what is in it, which is the `__cause__`."""


class Transaction:
    """Runs batches on one connection. `took` is asked where the answer to a commit was lost."""

    def __init__(self, line: Line, took: Asking, *, session: bool) -> None:
        self._line = line
        self._took = took
        self._begin = _BEGIN if session else _BEGIN + _LOCAL

    async def run(self, batch: Sequence[Waiting], how: How) -> bool:
        """Runs a batch and, once that is on disk, hands the results out. Whether anything may have
        been written. Raises Failed, MustBeAlone, asyncpg's errors or StoreError; then nothing was
        kept, or nobody knows."""
        line = self._line
        if how.looks:
            _hand_out(units(batch), await driven(line, [[one.work] for one in units(batch)], how))
            return False
        await line.begin(self._begin, asyncio.get_running_loop().time())
        try:
            transaction = await self._locked(batch, how)
            found = units(batch)
            paths = [found] if how.alone else lanes(found)
            works = [[unit.work for unit in path] for path in paths]
            results = await driven(line, works, how)
            if how.alone:
                transaction = (await line.fetch(_WROTE))[0][0]
        except BaseException:
            await self._rolled_back()
            raise
        await self._committed(transaction)
        _hand_out([unit for path in paths for unit in path], results)
        return transaction is not None

    async def _locked(self, batch: Sequence[Waiting], how: How) -> str | None:
        """The transaction's id, where it has one yet."""
        if how.alone:
            await self._line.fetch(_ALONE, EVERYTHING)
            return None
        rows = await self._line.fetch(_SHARED, EVERYTHING, keys(batch))
        return str(rows[0][0])

    async def _committed(self, transaction: str | None) -> None:
        try:
            said = await self._line.connection.execute("COMMIT")
        except FAULTS as fault:
            if remedy(fault) != "reconnect" or transaction is None:
                raise
            took = await self._took(transaction)
            if took is None:
                raise StoreError(
                    "the database was lost in a commit, which it may have kept"
                ) from fault
            if not took:
                raise
        else:
            if said != "COMMIT":
                raise StoreError("the database has rolled the transaction back")

    async def _rolled_back(self) -> None:
        try:
            await self._line.connection.execute("ROLLBACK")
        except FAULTS:
            # The connection is gone, and with it the transaction.
            self._line.connection.terminate()


def _hand_out(found: Sequence[Unit], results: Sequence[object]) -> None:
    for unit, result in zip(found, results, strict=True):
        unit.hand_out(result)


async def status_of(line: Line, transaction: str) -> bool | None:
    """Whether a transaction took place, once its server process has ended it."""
    for _ in range(_LONG_ENOUGH):
        said = await line.connection.fetchval(_STATUS, transaction)
        if said != "in progress":
            return None if said is None else bool(said == "committed")
        await asyncio.sleep(_ASKED_AGAIN)
    return None
