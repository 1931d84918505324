"""What keeps the store in memory in order."""

from twofifty.adapters.memory.audit import MemoryAudit
from twofifty.adapters.memory.books import MemoryBooks
from twofifty.adapters.memory.brakes import MemoryDuties
from twofifty.adapters.memory.rows import Rows


class Upkeep:
    """The ports of upkeep over `rows`."""

    def __init__(self, rows: Rows) -> None:
        self.audit = MemoryAudit(rows)
        self.books = MemoryBooks(rows)
        self.duties = MemoryDuties()
