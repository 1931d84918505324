"""What takes long to count is kept for a while; what does not is counted each time."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from twofifty.adapters.relational.counts import QUIET_SECONDS, Kept
from twofifty.adapters.relational.ports import Database
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import Bench, an_order, planner

SHARE = 0.01


class Counter:
    """What is asked for: each answer is another, and takes so many seconds of its clock."""

    def __init__(self, store: SqliteStore, seconds: float) -> None:
        self.now = 0.0
        self._numbers: Iterator[int] = count(1)
        self._seconds = seconds
        self.kept = Kept(store.archive.reader, self._ask, SHARE, lambda: self.now)

    def _ask(self, db: Database) -> int:
        self.now += self._seconds
        return next(self._numbers)


def over(folder: Path, seconds: float, steps: list[tuple[float, bool, int]]) -> None:
    """Each step: wait so long, let an order come or not, then it is this count."""

    async def run() -> None:
        clock = FrozenClock()
        store = SqliteStore(folder / "store.db", clock, plan=planner(clock))
        bench, counter = Bench(store, clock), Counter(store, seconds)
        for place, (wait, comes, expected) in enumerate(steps):
            counter.now += wait
            if comes:
                await bench.accept(an_order(str(place)))
            assert await counter.kept.newest() == expected, place
        await store.close()

    asyncio.run(run())


def test_what_is_counted_at_once_is_counted_each_time(tmp_path: Path) -> None:
    over(tmp_path, 0.001, [(0, False, 1), (0, False, 2), (0, False, 3)])


def test_counting_takes_a_small_share_of_the_time(tmp_path: Path) -> None:
    steps = [(0, True, 1), (50, True, 1), (49, True, 1), (2, True, 2), (99, True, 2), (2, True, 3)]
    over(tmp_path, 1, [(float(wait), comes, expected) for wait, comes, expected in steps])


def test_what_has_not_changed_is_not_counted_again_for_long(tmp_path: Path) -> None:
    over(
        tmp_path,
        1,
        [(0, True, 1), (QUIET_SECONDS - 10, False, 1), (1, True, 2), (QUIET_SECONDS + 5, False, 3)],
    )


def test_a_count_that_stood_still_is_not_believed_for_hours(tmp_path: Path) -> None:
    over(tmp_path, 3_600, [(0, True, 1), (QUIET_SECONDS + 5, True, 2)])


def test_what_comes_while_it_is_counted_is_news(tmp_path: Path) -> None:
    async def run() -> None:
        clock = FrozenClock()
        store = SqliteStore(tmp_path / "store.db", clock, plan=planner(clock))
        bench, counter = Bench(store, clock), Counter(store, 1)
        loop, comes = asyncio.get_running_loop(), an_order("1")

        class Meanwhile(Counter):
            def _ask(self, db: Database) -> int:
                asyncio.run_coroutine_threadsafe(bench.accept(comes), loop).result(30)
                return super()._ask(db)

        counter = Meanwhile(store, 1)
        assert await counter.kept.newest() == 1
        counter.now += 1 / SHARE + 1
        comes = an_order("2")
        assert await counter.kept.newest() == 2
        await store.close()

    asyncio.run(run())
