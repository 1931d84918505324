"""A process that follows a PostgreSQL log into a store: `python -m tests.acceptance.log_reader`.

Words: the database's URL, the slot's name, the store's path.
"""

import asyncio
import sys
from pathlib import Path

from tests.acceptance.rows_shop import TABLES
from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.postgresql_log.log import Place
from twofifty.adapters.postgresql_log.source import followed
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.clock import SystemClock
from twofifty.flow.follow import Followed, Follower
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Intake
from twofifty.intake.ports import Stated
from twofifty.intake.rows import mapping
from twofifty.notice.policy import Rules

SOURCE = "shop"
PAUSES = (0.05, 0.1, 0.2, 0.5)


def follower(what: Followed, store: SqliteStore) -> Follower:
    """A follower that takes in what it reads into `store`."""
    clock = SystemClock()
    planner = Planner(clock, Rules())
    intake = Intake({}, store.ledger, MemoryBroker(), clock, planner)
    return Follower(what, intake, store.books, clock, pauses=PAUSES)


async def main(url: str, name: str, path: str) -> None:
    """Follows until it is killed."""
    store = SqliteStore(Path(path), SystemClock(), sample=lambda: b"order")
    what = followed(Stated(SOURCE), Place(url, name, name), mapping(TABLES))
    await follower(what, store).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
