"""Orders a second from a PostgreSQL log: read, read and composed, and kept in the store with fsync.

    python -m bench.stages.postgresql_log [--orders 10000]

Each order is one transaction of five rows: the order, three lines, an address. They are all there
before the clock starts. The server is a fresh one on loopback, on this machine's own cores.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
import uvloop
from rich.console import Console

from tests.acceptance.log_reader import follower
from tests.acceptance.postgresql import PostgresqlServer
from tests.acceptance.rows_shop import SCHEMA, TABLES, put
from twofifty.adapters.postgresql_log.source import followed, place
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.clock import SystemClock
from twofifty.flow.follow import Followed
from twofifty.flow.reading import Reading
from twofifty.intake.ports import Stated
from twofifty.intake.rows import Composer, mapping

SHOP = "shop"


def main() -> None:
    """Makes a server and a shop, measures, and removes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    count = parser.parse_args().orders
    server = PostgresqlServer()
    try:
        uvloop.run(_measured(server.database(SHOP), count))
    finally:
        server.remove()


async def _measured(url: str, count: int) -> None:
    where, rows = place(SHOP, url), mapping(TABLES)
    with psycopg.connect(url) as connection:
        connection.execute(SCHEMA)
        connection.execute(
            f'CREATE PUBLICATION "{where.publication}" FOR TABLE orders, order_items, addresses'
        )
        connection.commit()
        what = followed(Stated(SHOP), where, rows)
        begin = await what.log.begin()
        for order in range(count):
            put(connection, order)
            connection.commit()
    _say("read", count, await _read(what, begin, count, compose=False))
    _say("read and composed", count, await _read(what, begin, count, compose=True))
    await what.log.close()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        _say("read and kept", count, await _kept(followed(Stated(SHOP), where, rows), path, count))


async def _read(what: Followed, begin: str, count: int, *, compose: bool) -> float:
    async def nobody(_: Sequence[str]) -> tuple[str, ...]:
        return ()

    composer = Composer(what.mapping, what.tables, what.stated, nobody)
    started, found = time.perf_counter(), 0
    async with Reading(what.log, begin) as reading:
        while found < count:
            batch = await reading.batch()
            found += sum(bool(each.changes) for each in batch)
            if compose:
                await composer.news(batch)
    return time.perf_counter() - started


async def _kept(what: Followed, path: Path, count: int) -> float:
    store = SqliteStore(path, SystemClock(), sample=lambda: b"order")
    await store.books.keep_position(SHOP, await what.log.begin())
    started = time.perf_counter()
    following = follower(what, store)
    running = asyncio.create_task(following.run())
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as looker:
        # The store is looked at from outside, as a person would.
        while looker.execute("SELECT count(*) FROM orders").fetchone()[0] < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    seconds = time.perf_counter() - started
    following.stop()
    await running
    await store.close()
    return seconds


def _say(name: str, count: int, seconds: float) -> None:
    Console().print(f"{name:20} {count / seconds:>8,.0f} orders/s")


if __name__ == "__main__":
    main()
