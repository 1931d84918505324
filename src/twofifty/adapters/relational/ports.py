"""What an engine gives to the store: connections that execute, transactions, reading beside."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Values = Mapping[str, Any]


class Cursor(Protocol):
    """The rows that a query found, or how many it changed."""

    @property
    def rowcount(self) -> int:
        """How many rows an INSERT, UPDATE or DELETE without RETURNING changed."""
        ...

    def fetchone(self) -> Any:
        """The next row as a tuple, None after the last."""
        ...

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """The rows that are left, one at a time."""
        ...


class Database(Protocol):
    """A connection inside a transaction. Queries are those of `twofifty.sql`, with `:name` where a
    value goes; an engine whose dialect differs says them in its own words."""

    def execute(self, query: str, values: Values = ..., /) -> Cursor:
        """Runs one query. Raises the engine's own errors, which its writer and reader translate."""
        ...

    def executemany(self, query: str, rows: Iterable[Values], /) -> Any:
        """Runs one query that returns nothing for each of `rows`."""
        ...


class Writer(Protocol):
    """Transactions on disk, as few as it can: what waits at the same moment shares one."""

    async def run(self, work: Callable[[Database], T], *touches: Hashable) -> T:
        """Runs `work` inside a transaction and returns its result once that is on disk.

        `touches` names the orders, as (source, source order id), that it reads or changes: work
        that names others may run at the same time. Work that names none runs alone, as if no
        other were there.

        Raises StoreFull, StoreBroken or StoreError, or whatever `work` raised; then nothing of it
        was kept. `work` may be run again after a conflict, so it changes nothing but the database.
        """
        ...

    async def close(self) -> None:
        """Finishes what waits, then closes."""
        ...


class Reader(Protocol):
    """Reading beside the writer, without waiting for it."""

    async def run(self, query: Callable[[Database], T]) -> T:
        """What `query` finds. Raises StoreError."""
        ...

    def version(self) -> int:
        """A number that differs after anybody has committed; costs a few microseconds."""
        ...

    async def close(self) -> None:
        """Ends the reading."""
        ...


class Engine(Protocol):
    """One database, opened. `dictionaries` are those of the codec, by their id."""

    @property
    def writer(self) -> Writer:
        """The one writer of this process."""
        ...

    @property
    def reader(self) -> Reader:
        """The readers of this process."""
        ...

    @property
    def dictionaries(self) -> Mapping[int, bytes]:
        """What blobs are compressed with."""
        ...
