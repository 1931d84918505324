"""The whole store of one process: one file, one writer, readers of its own, one codec."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from twofifty.adapters.sqlite.archive import SqliteArchive
from twofifty.adapters.sqlite.audit import SqliteAudit
from twofifty.adapters.sqlite.books import SqliteBooks
from twofifty.adapters.sqlite.codec import Codec
from twofifty.adapters.sqlite.database import connect, prepare, translated
from twofifty.adapters.sqlite.desk import SqliteDesk
from twofifty.adapters.sqlite.errands import SqliteErrands
from twofifty.adapters.sqlite.ledger import SqliteLedger
from twofifty.adapters.sqlite.origin import SqliteOrigins
from twofifty.adapters.sqlite.outbox import SqliteOutbox
from twofifty.adapters.sqlite.shelf import SqliteShelf
from twofifty.adapters.sqlite.tracked import Tracked
from twofifty.adapters.sqlite.writer import Writer
from twofifty.clock import Clock
from twofifty.intake.standing import Plan, no_plan


class SqliteStore:
    """Opens (and, where it is missing, makes) the store at `path`.

    `sample`: bytes like those that will be kept; a new store trains its codec with them.
    `plan` encodes, digests and decides for an order that the ledger itself changed; only a store
    that takes nothing in can do without. `announced` is called after an action that put work on
    disk, `broken` when a write did not reach it. Raises StartError.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        plan: Plan = no_plan,
        sample: Callable[[], bytes] | None = None,
        announced: Callable[[], None] = lambda: None,
        broken: Callable[[], None] = lambda: None,
    ) -> None:
        prepare(path)
        self.path = path
        codec = Codec(_dictionaries(path, sample))
        self._writer = Writer(path, broken=broken)
        self.ledger = SqliteLedger(self._writer, codec, plan)
        self.errands = SqliteErrands(self._writer, clock)
        self.outbox = SqliteOutbox(self._writer, codec, clock)
        self.archive = SqliteArchive(path, codec)
        self.books = SqliteBooks(self._writer, self.archive.reader, codec)
        self.audit = SqliteAudit(self.archive.reader)
        self.origins = SqliteOrigins(self.archive.reader, codec)
        self.shelf = SqliteShelf(self._writer, self.archive.reader, codec)
        self.desk = SqliteDesk(self._writer, self.archive, clock, announced)
        tracked = Tracked((self._writer, self.archive.reader), codec, clock, announced)
        self.reports = tracked.reports
        self.suppressions = tracked.suppressions
        self.tasks = tracked.tasks
        self.brakes = tracked.brakes
        self.reach = tracked.reach

    async def probe(self) -> None:
        """Writes a row to disk and back. Raises StoreError where nothing can be written now."""
        await self._writer.run(_probe)

    async def close(self) -> None:
        """Finishes what waits, then closes the file."""
        await self._writer.close()
        await self.archive.close()


def _probe(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO meta (key, value) VALUES ('probe', '1')"
        " ON CONFLICT (key) DO UPDATE SET value = value + 1"
    )


def _dictionaries(path: Path, sample: Callable[[], bytes] | None) -> dict[int, bytes]:
    connection = connect(path)
    with translated():
        found = connection.execute("SELECT id, content FROM dictionaries").fetchall()
        if not found and sample is not None:
            connection.execute(
                "INSERT INTO dictionaries (id, content) VALUES (1, ?) ON CONFLICT DO NOTHING",
                (sample(),),
            )
            found = connection.execute("SELECT id, content FROM dictionaries").fetchall()
    connection.close()
    return dict(found)
