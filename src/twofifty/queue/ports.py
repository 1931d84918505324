"""What carries the news that there is work. The work itself is rows in the store."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Broker(Protocol):
    """Wakes workers. A lost or repeated call does no harm: the store is the truth."""

    def announce(self) -> None:
        """Says that work was put on disk. Never blocks, never raises."""
        ...

    async def wait(self, seconds: float) -> bool:
        """Returns True soon after an `announce`, False after `seconds` without one."""
        ...

    async def close(self) -> None:
        """Wakes whoever waits, for the last time."""
        ...


T = TypeVar("T")
Work = TypeVar("Work", contravariant=True)


class Leases(Protocol[T]):
    """Work in a store that can be leased. `owner` names one run of one worker; times are seconds
    since the epoch."""

    async def lease(self, owner: str, limit: int, until: float) -> Sequence[T]:
        """Takes up to `limit` due pieces of work; the lease lives until `until` or a later beat.
        May keep back what is due while `owner` still has another piece in flight."""
        ...

    async def beat(self, owner: str, until: float) -> None:
        """Keeps everything that `owner` has leased until `until`."""
        ...

    async def hand_back(self, owner: str, items: Sequence[T]) -> None:
        """Returns leases that had no effect outside yet; `owner` retires."""
        ...

    async def next_due(self) -> float | None:
        """When the next unleased piece of work is due."""
        ...


class Handler(Protocol[Work]):
    """Does the work. What is expected to go wrong is settled inside `handle`."""

    async def handle(self, item: Work) -> None:
        """One piece of work, to its end."""
        ...

    def failed(self, fault: BaseException) -> None:
        """`handle` raised, or the store refused; for the record. A piece that was not settled comes
        back when this worker ends."""
        ...
