"""What follows where a part of an order has news: as from the whole, and as old as the news is."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from twofifty.adapters.memory.rows import Rows
from twofifty.adapters.memory.store import MemoryStore
from twofifty.adapters.postgresql.store import PostgresqlStore
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.notice.policy import Rules
from twofifty.order.events import Amendment
from twofifty.order.model import Parcel, PaymentPart, Refund
from twofifty.testing.clock import NOON, FrozenClock
from twofifty.testing.contracts.store_bench import Bench, How, Store, an_order, lawful, planner

FOLLOWING = How(rules=Rules())
BY_CARD = (PaymentPart(method="card", reference="pay_1"),)
Opened = Callable[[FrozenClock, Path], Store]


def on_sqlite(clock: FrozenClock, folder: Path) -> Store:
    return SqliteStore(folder / "store.db", clock, plan=planner(clock, Rules()))


def in_memory(clock: FrozenClock, folder: Path) -> Store:
    return MemoryStore(clock, plan=planner(clock, Rules()), rows=Rows())


@pytest.fixture(params=["sqlite", "memory", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Opened:
    if request.param == "postgresql":
        url = request.getfixturevalue("emptied")()
        return lambda clock, _: PostgresqlStore(url, clock, plan=planner(clock, Rules()))
    return on_sqlite if request.param == "sqlite" else in_memory


def on_a_bench(opened: Opened, folder: Path, work: Callable[[Bench], Awaitable[None]]) -> None:
    async def run() -> None:
        clock = FrozenClock()
        bench = Bench(opened(clock, folder), clock)
        await bench.accept(an_order(updated_at=NOON, payments=BY_CARD), FOLLOWING)
        await bench.send()
        clock.advance(timedelta(days=10).total_seconds())
        await work(bench)
        await lawful(bench.store)
        await bench.store.close()

    asyncio.run(run())


def refund(at: datetime) -> Amendment:
    part = Refund(id="r1", amount=Decimal("5.00"))
    return Amendment(
        type="order.refunded", source="shop", reference="pay_1", at=at, refunds=(part,)
    )


def test_a_refund_long_after_its_order_is_told(opened: Opened, tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        await bench.tell(refund(bench.clock.now()))
        assert (await bench.send()).kind == "refund"

    on_a_bench(opened, tmp_path, work)


def test_a_parcel_long_after_its_order_is_told(opened: Opened, tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        parcel = Parcel(id="p1", carrier="Post")
        await bench.tell(
            Amendment(
                type="shipment.created",
                source="shop",
                order_id="1001",
                at=bench.clock.now(),
                parcels=(parcel,),
            )
        )
        assert (await bench.send()).facts == "parcel:p1"

    on_a_bench(opened, tmp_path, work)


def test_old_news_of_a_part_is_held(opened: Opened, tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        await bench.tell(refund(NOON + timedelta(days=1)))
        (_, held) = await bench.messages()
        assert (held.kind, held.status, held.code) == ("refund", "held", "too_old")

    on_a_bench(opened, tmp_path, work)
