"""What intake reads from a database's own change log (PostgreSQL's WAL, MySQL's binlog)."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Literal, Protocol

import msgspec

Row = Mapping[str, object]


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at, and what to do where it is not right."""

    name: str
    state: Literal["ok", "warn", "fail"]
    message: str


class RowChange(msgspec.Struct, frozen=True):
    """One row of a committed transaction. `table` is `schema.table`; columns that the log does not
    repeat (an unchanged TOAST value, a minimal row image) are missing from `after`."""

    table: str
    kind: Literal["insert", "update", "delete"]
    before: Row
    after: Row


class Committed(msgspec.Struct, frozen=True):
    """What one transaction (or nothing but idling) brought. Once everything of it is on disk,
    reading goes on after `position`.

    A large transaction comes in parts of the same `position`, so that it need not fit in memory:
    `part` counts them from 0, all but the last have `end` False, and the position is not kept
    before the last. `at`: when it was committed.
    """

    position: str
    at: datetime
    changes: tuple[RowChange, ...] = ()
    part: int = 0
    end: bool = True

    def is_whole(self) -> bool:
        """Whether it is the whole transaction."""
        return self.end and self.part == 0


class ChangeLog(Protocol):
    """A change log, read from a position.

    Raises LogLost where that position is gone, ShopBusy where the database cannot be read now (it
    is tried again), ShopError where it never can as it is set up.
    """

    async def begin(self) -> str:
        """Makes everything ready to read from now on (a replication slot, anew where it was lost),
        and says that position: what is committed later will be told by `follow`."""
        ...

    def follow(self, position: str) -> AsyncIterator[Committed]:
        """Every transaction committed after `position`, in commit order; none that was rolled
        back. Where nothing comes, a `Committed` without changes now and then."""
        ...

    async def acknowledge(self, position: str) -> None:
        """Everything up to `position` is on disk here; the database may forget it."""
        ...

    async def close(self) -> None:
        """Ends the connections."""
        ...
