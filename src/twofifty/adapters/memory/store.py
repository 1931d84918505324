"""The whole store in memory: for tests, and to see what a store has to do."""

from collections.abc import Callable

from twofifty.adapters.memory.archive import MemoryArchive
from twofifty.adapters.memory.desk import MemoryDesk
from twofifty.adapters.memory.ledger import MemoryLedger
from twofifty.adapters.memory.outbox import MemoryOutbox
from twofifty.adapters.memory.rows import Rows
from twofifty.clock import Clock


class MemoryStore:
    """The four ports over `rows`. `announced` is called after an action that put work there."""

    def __init__(
        self,
        clock: Clock,
        *,
        rows: Rows | None = None,
        announced: Callable[[], None] = lambda: None,
    ) -> None:
        self.rows = rows if rows is not None else Rows()
        self.ledger = MemoryLedger(self.rows)
        self.outbox = MemoryOutbox(self.rows, clock)
        self.archive = MemoryArchive(self.rows)
        self.desk = MemoryDesk(self.rows, clock, announced)

    async def close(self) -> None:
        """Nothing waits here."""
