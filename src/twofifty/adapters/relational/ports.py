"""What an engine gives to the store: connections that execute, transactions, reading beside."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

I = TypeVar("I")  # noqa: E741
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


class Pages(Database, Protocol):
    """A Database that also takes rows by the page: many of one table at a time."""

    def ids(self, table: str, count: int) -> Sequence[int]:
        """`count` numbers for new rows of `table`, growing, which no other row has or will get.
        Fill them in before asking for more."""
        ...

    def fill(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Inserts `rows`, each with the values of `columns`, in their order. Nothing where there
        are none. A row that breaks a rule of the table spoils the transaction."""
        ...


Bulk = Callable[[Pages, Sequence[I]], Sequence[T]]
"""Work on many items in one go, with a result for each, in their order."""


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

    async def run_bulk(self, bulk: Bulk[I, T], item: I, *touches: Hashable) -> T:
        """As `run`, but items of an equal `bulk` that wait at the same moment are handed to it
        together, in the order in which they came, and it returns their results in that order. Where
        the transaction fails, each item is tried alone: one that spoils it fails alone."""
        ...

    async def close(self) -> None:
        """Finishes what waits, then closes."""
        ...


class Reader(Protocol):
    """Reading beside the writer, without waiting for it."""

    async def run(self, query: Callable[[Database], T]) -> T:
        """What `query` finds. Raises StoreError."""
        ...

    @property
    def at_once(self) -> bool:
        """Whether `version` differs as soon as somebody has committed, and not a little later."""
        ...

    def version(self) -> int:
        """A number that differs after anybody has committed; costs a few microseconds. Raises
        StoreError."""
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
