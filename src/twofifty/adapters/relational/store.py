"""The whole store of one process: one engine, one codec, a part for every port."""

from collections.abc import Callable

from twofifty.adapters.relational.archive import SqlArchive
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.contents import SqlContents
from twofifty.adapters.relational.desk import SqlDesk
from twofifty.adapters.relational.dispatch import SqlDispatch
from twofifty.adapters.relational.errands import SqlErrands
from twofifty.adapters.relational.ledger import SqlLedger
from twofifty.adapters.relational.origin import SqlOrigins
from twofifty.adapters.relational.outbox import SqlOutbox
from twofifty.adapters.relational.ports import Database, Engine
from twofifty.adapters.relational.shelf import SqlShelf
from twofifty.adapters.relational.tracked import Tracked
from twofifty.adapters.relational.upkeep import Upkeep
from twofifty.clock import Clock
from twofifty.intake.standing import Plan, no_plan


class SqlStore:
    """The store that `engine` keeps.

    `plan` encodes, digests and decides for an order that the ledger itself changed; only a store
    that takes nothing in can do without. `announced` is called after an action that put work on
    disk.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        plan: Plan = no_plan,
        announced: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        writer, reader = engine.writer, engine.reader
        codec = Codec(engine.dictionaries)
        upkeep = Upkeep(writer, reader, codec)
        self.attic = upkeep.attic
        self.audit = upkeep.audit
        self.books = upkeep.books
        self.duties = upkeep.duties
        self.ledger = SqlLedger(writer, codec, plan)
        self.errands = SqlErrands(writer, clock)
        self.outbox = SqlOutbox((writer, reader), codec, clock)
        self.dispatch = SqlDispatch(writer, self.outbox, clock)
        self.contents = SqlContents(writer, codec, self.outbox, clock)
        self.archive = SqlArchive(reader, codec)
        self.origins = SqlOrigins(reader, codec)
        self.shelf = SqlShelf(writer, reader, codec)
        self.desk = SqlDesk(writer, self.archive, clock, announced)
        tracked = Tracked((writer, reader), codec, clock, announced)
        self.reports = tracked.reports
        self.suppressions = tracked.suppressions
        self.tasks = tracked.tasks
        self.brakes = tracked.brakes
        self.reach = tracked.reach

    async def probe(self) -> None:
        """Writes a row to disk and back. Raises StoreError where nothing can be written now."""
        await self._engine.writer.run(_probe)

    async def close(self) -> None:
        """Finishes what waits, then closes the database."""
        await self._engine.writer.close()
        await self._engine.reader.close()


def _probe(db: Database) -> None:
    db.execute(
        "INSERT INTO meta (key, value) VALUES ('probe', '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT)"
    )
