"""Every rejected arrival is read once more, whatever one of them does."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from rich.progress import Progress

from twofifty.adapters import registry
from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.app.offline import Offline
from twofifty.cli.arrivals import AT_ONCE, read_again
from twofifty.errors import BadInput
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Arrived, Door, Intake
from twofifty.intake.platform import Platform
from twofifty.intake.ports import Arrival, Ledger, Receipt, Stated, Trust
from twofifty.notice.policy import Rules
from twofifty.order.events import Ignored, News, Pointer
from twofifty.testing.clock import FrozenClock

T = TypeVar("T")
MANY = AT_ONCE * 2 + 3


class Mended(Platform):
    """An adapter that uses what it could not, but for one arrival."""

    signature = registry.source("shopware").signature

    def read(self, topic: str, body: bytes, stated: Stated) -> tuple[News, ...] | Ignored:
        if topic == "5":
            raise BadInput(422, "still not")
        return (Pointer(type="order.updated", source=stated.name, order_id=topic),)


class Stumbling:
    """A Ledger that cannot take in one arrival."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def accept(self, arrival: Arrival) -> Receipt:
        if arrival.topic == "3" and arrival.again:
            raise LookupError(arrival.key)
        return await self._ledger.accept(arrival)


def opened(store: SqliteStore, clock: FrozenClock) -> Offline:
    planner = Planner(clock, Rules())
    doors = {"shop": Door(Mended(), Trust(), Stated("shop"), askable=True)}
    intake = Intake(doors, Stumbling(store.ledger), MemoryBroker(), clock, planner)
    return Offline(store, intake, planner, {}, clock)


def held(folder: Path, work: Callable[[Offline], Awaitable[T]]) -> T:
    async def run() -> T:
        clock = FrozenClock()
        store = SqliteStore(folder / "store.db", clock)
        try:
            house = opened(store, clock)
            for number in range(MANY):
                arrived = Arrived(f"id:{number}", str(number), json.dumps(number).encode())
                await house.intake.refuse("shop", arrived, BadInput(422, "not yet"))
            return await work(house)
        finally:
            await store.close()

    return asyncio.run(run())


def test_one_arrival_that_nobody_can_read_does_not_stop_those_behind_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(house: Offline) -> tuple[tuple[int, int], list[str]]:
        counted = await read_again(house, None, Progress(disable=True))
        left = await house.store.books.rejected(None, "", MANY)
        return counted, [kept.topic for kept in left]

    assert held(tmp_path, work) == ((MANY - 2, 2), ["3", "5"])
    said = capsys.readouterr().err
    assert "e_4: it could not be read: LookupError" in said
    assert "e_6: still not" in said


def test_reading_again_twice_counts_only_what_is_left(tmp_path: Path) -> None:
    async def work(house: Offline) -> tuple[int, int]:
        await read_again(house, "shop", Progress(disable=True))
        return await read_again(house, "shop", Progress(disable=True))

    assert held(tmp_path, work) == (0, 2)
