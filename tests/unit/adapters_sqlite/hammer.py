"""A process that writes into a store as fast as it can, and says what was acknowledged.

`python -m tests.unit.adapters_sqlite.hammer FILE NAME COUNT`: accepts COUNT orders, a line with the
order's id after each acknowledgement; and adds one to a counter beside each.
"""

import asyncio
import sys
from pathlib import Path

from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import Bench, an_order

AT_ONCE = 8


async def hammer(path: Path, name: str, count: int) -> None:
    clock = FrozenClock()
    store = SqliteStore(path, clock)
    bench = Bench(store, clock)

    async def one_of(first: int) -> None:
        for number in range(first, count, AT_ONCE):
            identity = f"{name}-{number}"
            await bench.accept(an_order(identity))
            await store.probe()
            print(identity, flush=True)

    await asyncio.gather(*(one_of(first) for first in range(AT_ONCE)))
    await store.close()


if __name__ == "__main__":
    asyncio.run(hammer(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
