"""What is long over is forgotten, and what happened stays known."""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.flow.prune import Pruned, Pruner, lines
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import DEFERRED, Bench, an_order, lawful, planner
from twofifty.track.model import Page
from twofifty.track.prune import Content, Step

AGE = timedelta(days=90)
Scenario = Callable[[Bench, SqliteStore], Awaitable[None]]


def over(folder: Path, scenario: Scenario) -> None:
    async def run() -> None:
        clock = FrozenClock()
        store = SqliteStore(folder / "twofifty.db", clock, plan=planner(clock))
        bench = Bench(store, clock)
        try:
            await scenario(bench, store)
            await lawful(store)
        finally:
            await store.close()

    asyncio.run(run())


async def pruned(
    store: SqliteStore,
    clock: FrozenClock,
    keep: Callable[[Content, Step], None] | None = None,
    *,
    dry: bool = False,
) -> dict[Content, Pruned]:
    return {one.content: one async for one in Pruner(store.attic, clock).prune(AGE, keep, dry=dry)}


def rows(found: dict[Content, Pruned]) -> dict[Content, int]:
    return {content: one.rows for content, one in found.items()}


def test_the_content_of_what_is_old_goes_and_what_happened_stays(tmp_path: Path) -> None:
    async def scenario(bench: Bench, store: SqliteStore) -> None:
        await bench.accept(an_order("1001"))
        old = await bench.send()
        bench.clock.advance(AGE.total_seconds() + 1)
        await bench.accept(an_order("1002", placed_at=bench.clock.now()))
        young = await bench.send()
        assert rows(await pruned(store, bench.clock)) == {"events": 1, "messages": 1, "reports": 0}
        assert await store.archive.raw(old.message_id) is None
        assert await store.archive.raw(young.message_id) is not None
        first, second = (await store.archive.events(None, Page())).items[::-1]
        assert await store.archive.event_body(first.id) is None
        assert await store.archive.event_body(second.id) is not None
        view = await store.archive.message(old.message_id)
        assert view is not None
        assert view.status == "sent"
        assert view.size
        assert await store.archive.message_events(old.message_id)
        assert (await store.archive.timeline(old.source, "1001")) is not None

    over(tmp_path, scenario)


def test_what_was_pruned_is_still_told_once(tmp_path: Path) -> None:
    async def scenario(bench: Bench, store: SqliteStore) -> None:
        await bench.accept(an_order())
        await bench.send()
        bench.clock.advance(AGE.total_seconds() + 1)
        await pruned(store, bench.clock)
        assert (await bench.accept(an_order())).duplicate
        assert await bench.lease() == []

    over(tmp_path, scenario)


def test_what_still_waits_keeps_its_content_however_old_it_is(tmp_path: Path) -> None:
    async def scenario(bench: Bench, store: SqliteStore) -> None:
        await bench.accept(an_order())
        item = await bench.one()
        assert await bench.dot(item)
        assert await bench.settle(item, DEFERRED)
        bench.clock.advance(AGE.total_seconds() + 1)
        assert rows(await pruned(store, bench.clock))["messages"] == 0
        again = await bench.one()
        assert again.raw

    over(tmp_path, scenario)


def test_what_goes_is_kept_first_where_that_is_asked_for(tmp_path: Path) -> None:
    async def scenario(bench: Bench, store: SqliteStore) -> None:
        await bench.accept(an_order())
        sent = await bench.send()
        raw = await store.archive.raw(sent.message_id)
        bench.clock.advance(AGE.total_seconds() + 1)
        kept: list[bytes] = []
        await pruned(store, bench.clock, lambda content, step: kept.append(lines(content, step)))
        told = [msgspec.json.decode(line) for line in b"".join(kept).splitlines()]
        assert [one["content"] for one in told] == ["events", "messages"]
        assert told[1]["id"] == sent.message_id
        assert msgspec.convert(told[1]["body"], bytes) == raw

    over(tmp_path, scenario)


def test_where_it_cannot_be_kept_nothing_goes(tmp_path: Path) -> None:
    def full(content: Content, step: Step) -> None:
        raise OSError(28, "No space left on device")

    async def scenario(bench: Bench, store: SqliteStore) -> None:
        await bench.accept(an_order())
        sent = await bench.send()
        bench.clock.advance(AGE.total_seconds() + 1)
        with pytest.raises(OSError, match="space"):
            await pruned(store, bench.clock, full)
        assert await store.archive.raw(sent.message_id) is not None

    over(tmp_path, scenario)


def test_a_dry_run_counts_and_changes_nothing(tmp_path: Path) -> None:
    async def scenario(bench: Bench, store: SqliteStore) -> None:
        await bench.accept(an_order())
        sent = await bench.send()
        bench.clock.advance(AGE.total_seconds() + 1)
        counted = await pruned(store, bench.clock, dry=True)
        assert rows(counted) == {"events": 1, "messages": 1, "reports": 0}
        assert await store.archive.raw(sent.message_id) is not None
        assert await pruned(store, bench.clock) == counted

    over(tmp_path, scenario)


def test_pruning_goes_on_where_it_ended(tmp_path: Path) -> None:
    async def scenario(bench: Bench, store: SqliteStore) -> None:
        for number in range(450):
            await bench.accept(an_order(f"o-{number}"))
        bench.clock.advance(AGE.total_seconds() + 1)
        assert rows(await pruned(store, bench.clock))["events"] == 450
        assert rows(await pruned(store, bench.clock))["events"] == 0
        await bench.accept(an_order("late"))
        bench.clock.advance(AGE.total_seconds() + 1)
        assert rows(await pruned(store, bench.clock))["events"] == 1

    over(tmp_path, scenario)


def test_a_vacuum_gives_back_the_room_of_what_went(tmp_path: Path) -> None:
    """What is emptied leaves its room in its pages; how the handbook says that it is had back."""
    file, noise = tmp_path / "twofifty.db", random.Random(1)

    async def scenario(bench: Bench, store: SqliteStore) -> None:
        for number in range(150):
            await bench.accept(an_order(f"o-{number}", note=noise.randbytes(3_000).hex()))
            await bench.send()
        bench.clock.advance(AGE.total_seconds() + 1)
        assert rows(await pruned(store, bench.clock))["messages"] == 150

    over(tmp_path, scenario)
    before = file.stat().st_size
    with closing(sqlite3.connect(file)) as db:
        db.execute("VACUUM")
    assert file.stat().st_size < before * 3 // 4
