"""The whole store in memory: for tests, and to see what a store has to do."""

from collections.abc import Callable

from twofifty.adapters.memory.archive import MemoryArchive
from twofifty.adapters.memory.brakes import MemoryBrakes
from twofifty.adapters.memory.desk import MemoryDesk
from twofifty.adapters.memory.dispatch import MemoryDispatch
from twofifty.adapters.memory.errands import MemoryErrands
from twofifty.adapters.memory.ledger import MemoryLedger
from twofifty.adapters.memory.origin import MemoryOrigins
from twofifty.adapters.memory.outbox import MemoryOutbox
from twofifty.adapters.memory.reach import MemoryReach
from twofifty.adapters.memory.reports import MemoryReports
from twofifty.adapters.memory.rows import Rows
from twofifty.adapters.memory.shelf import MemoryShelf
from twofifty.adapters.memory.suppressions import MemorySuppressions, MemoryTasks
from twofifty.adapters.memory.upkeep import Upkeep
from twofifty.clock import Clock
from twofifty.intake.standing import Plan, no_plan


class MemoryStore:
    """The ports over `rows`. `plan` decides for orders that the ledger itself changed; `announced`
    is called after an action that put work there."""

    def __init__(
        self,
        clock: Clock,
        *,
        plan: Plan = no_plan,
        rows: Rows | None = None,
        announced: Callable[[], None] = lambda: None,
    ) -> None:
        self.rows = rows if rows is not None else Rows()
        upkeep = Upkeep(self.rows)
        self.audit = upkeep.audit
        self.books = upkeep.books
        self.duties = upkeep.duties
        self.ledger = MemoryLedger(self.rows, plan)
        self.errands = MemoryErrands(self.rows, clock)
        self.outbox = MemoryOutbox(self.rows, clock)
        self.dispatch = MemoryDispatch(self.rows, self.outbox, clock)
        self.archive = MemoryArchive(self.rows)
        self.origins = MemoryOrigins(self.rows)
        self.shelf = MemoryShelf(self.rows)
        self.desk = MemoryDesk(self.rows, clock, announced)
        self.reports = MemoryReports(self.rows, clock)
        self.suppressions = MemorySuppressions(self.rows, clock)
        self.tasks = MemoryTasks(self.rows, clock)
        self.brakes = MemoryBrakes(self.rows, clock)
        self.reach = MemoryReach(self.rows, clock, announced)

    async def close(self) -> None:
        """Nothing waits here."""
