"""History that is written in bulk is history that the store itself could have written."""

import asyncio
from pathlib import Path

from bench.history import History
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import Bench, lawful, planner

ORDERS = 7


async def _sent(path: Path, names: list[str]) -> None:
    clock = FrozenClock()
    store = SqliteStore(path, clock, plan=planner(clock))
    bench = Bench(store, clock)
    for name in names:
        await bench.sent(name)
    await lawful(store)
    await store.close()


async def _counted(path: Path) -> tuple[int, list[str]]:
    clock = FrozenClock()
    store = SqliteStore(path, clock, plan=planner(clock))
    bench = Bench(store, clock)
    await lawful(store)
    law = await store.archive.conservation()
    statuses = await bench.statuses("1003~5")
    await store.close()
    return law.messages["sent"], statuses


def test_copied_orders_are_lawful_and_new_ones_find_their_place_among_them(tmp_path: Path) -> None:
    path = tmp_path / "twofifty.db"
    asyncio.run(_sent(path, [str(1000 + k) for k in range(ORDERS)]))
    history = History(path)
    history.grow(40)
    history.grow(100)
    sent, statuses = asyncio.run(_counted(path))
    assert sent == 105
    assert statuses == ["sent"]
    asyncio.run(_sent(path, ["2000", "2001"]))
