"""What was heard, lifted and stopped is on disk for ever."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import Bench, planner

ADDRESS = "buyer1001@example.com"


def rows_after(
    folder: Path, work: Callable[[Bench], Awaitable[None]], query: str
) -> list[tuple[object, ...]]:
    """What a store holds after some work on it."""
    path = folder / "store.db"

    async def run() -> None:
        clock = FrozenClock()
        bench = Bench(SqliteStore(path, clock, plan=planner(clock)), clock)
        await work(bench)
        await bench.store.close()

    asyncio.run(run())
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def test_what_came_together_is_kept_once_as_it_came(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        message = await bench.sent()
        news = [bench.news(message), bench.news(message, "opened")]
        await bench.take(*news, raw=b'[{"event": "delivered"}]')
        await bench.take(*news, raw=b"again")
        await bench.take(raw=b"nothing in it")

    rows = rows_after(tmp_path, work, "SELECT origin, body FROM feedback_bodies")
    ((origin, body),) = rows
    assert isinstance(body, bytes)
    assert (origin, Codec({}).unpack(body)) == ("postmark", b'[{"event": "delivered"}]')


def test_what_was_lifted_stays_on_record(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        message = await bench.sent()
        await bench.hear(message, "bounced", bounce="hard")
        bench.clock.advance(60)
        await bench.hear(message)
        bench.clock.advance(60)
        await bench.hear(message, "bounced", bounce="hard")
        await bench.store.suppressions.lift(ADDRESS, "kim")
        bench.clock.advance(60)
        await bench.hear(message, "bounced", bounce="hard")
        bench.clock.advance(31 * 86_400)
        await bench.hear(message, "bounced", bounce="hard")

    query = "SELECT lifted_by, ended FROM suppressions ORDER BY id"
    assert rows_after(tmp_path, work, query) == [
        (None, "delivered"),
        ("kim", None),
        (None, "time"),
        (None, None),
    ]


def test_whoever_moved_the_brakes_is_on_record(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        brakes = bench.store.brakes
        await brakes.claim("one", "the first start")
        await brakes.stop("kim", "a wrong price")
        await brakes.release("lee")
        await brakes.release("lee")

    query = "SELECT action, actor, reason FROM brake_log ORDER BY id"
    assert rows_after(tmp_path, work, query) == [
        ("claim", "the first start", "one"),
        ("stop", "kim", "a wrong price"),
        ("release", "lee", ""),
    ]
