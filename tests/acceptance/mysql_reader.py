"""A process that follows a MySQL log into a store: `python -m tests.acceptance.mysql_reader`.

Words: the database's URL, the reader's server id, the store's path.
"""

import asyncio
import sys
from pathlib import Path

from tests.acceptance.log_reader import SOURCE, follower
from tests.acceptance.rows_shop import TABLES
from twofifty.adapters.mysql_log import source
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.clock import SystemClock
from twofifty.flow.follow import Followed
from twofifty.intake.ports import Stated


def following(url: str, server_id: int) -> Followed:
    """A log and its tables, of one database."""
    where = source.place(SOURCE, url, {"server_id": server_id})
    return source.followed(Stated(SOURCE), where, source.mapped({"tables": TABLES}, where))


async def main(url: str, server_id: str, path: str) -> None:
    """Follows until it is killed."""
    store = SqliteStore(Path(path), SystemClock(), sample=lambda: b"order")
    await follower(following(url, int(server_id)), store).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
