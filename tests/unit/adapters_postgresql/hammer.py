"""A process that writes into a store as fast as it can, and says what was acknowledged.

`python -m tests.unit.adapters_postgresql.hammer URL NAME COUNT`: accepts COUNT orders, a line with
the order's id after each acknowledgement; and adds one to a counter beside each.
"""

import asyncio
import sys

from twofifty.adapters.postgresql.store import PostgresqlStore
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import Bench, an_order

AT_ONCE = 8


async def hammer(url: str, name: str, count: int) -> None:
    clock = FrozenClock()
    store = PostgresqlStore(url, clock)
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
    asyncio.run(hammer(sys.argv[1], sys.argv[2], int(sys.argv[3])))
