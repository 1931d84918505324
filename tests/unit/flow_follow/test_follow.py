"""A change log is followed through whatever happens, and its position tells only what is kept."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.unit.intake_rows.memory_tables import (
    ITEMS,
    NOON,
    ORDERS,
    STATED,
    MemoryTables,
    committed,
    inserted,
    item_row,
    order_row,
    tables,
)
from twofifty.errors import BadInput, LogLost, ShopBusy, ShopError, StoreFull
from twofifty.flow.follow import ALARM, Followed, Follower
from twofifty.flow.reading import MOST_AHEAD, Reading
from twofifty.flow.receive import Arrived
from twofifty.intake.log import Committed
from twofifty.intake.ports import Kept, KnownOrder, Receipt
from twofifty.intake.rows import mapping
from twofifty.order.events import OrderEvent
from twofifty.testing.clock import FrozenClock

Fault = Literal["lost", "busy", "wrong", "full", "crash"]
_RAISED: Mapping[str, Callable[[], Exception]] = {
    "lost": lambda: LogLost("gone"),
    "busy": lambda: ShopBusy("not now"),
    "wrong": lambda: ShopError("a column is gone"),
    "crash": lambda: RuntimeError("a fault of ours"),
}


class MemoryLog:
    """A log in memory. `faults`: what happens instead of going on, before a transaction."""

    def __init__(self, transactions: Sequence[Committed], faults: Mapping[int, Fault]) -> None:
        self._transactions = transactions
        self._faults = dict(faults)
        self.acknowledged: list[str] = []
        self.begun = 0
        self.closed = False

    async def begin(self) -> str:
        self.begun += 1
        return "0"

    async def follow(self, position: str) -> AsyncIterator[Committed]:
        for at, each in enumerate(self._transactions):
            if int(each.position) <= int(position):
                continue
            fault = self._faults.pop(at, None)
            if fault in _RAISED:
                raise _RAISED[str(fault)]()
            yield each
            await asyncio.sleep(0)
        await asyncio.Event().wait()

    async def acknowledge(self, position: str) -> None:
        self.acknowledged.append(position)

    async def close(self) -> None:
        self.closed = True


class MemoryBooks:
    """Positions and orders in memory, and the door that fills them. `full`: how many arrivals are
    refused before one is taken."""

    def __init__(self, full: int = 0, conflict: str | None = None) -> None:
        self.positions: dict[str, str] = {}
        self.events: dict[str, str] = {}
        self.orders: dict[str, OrderEvent] = {}
        self.refused: list[str] = []
        self._full = full
        self._conflict = conflict

    async def position(self, source: str) -> str:
        return self.positions.get(source, "")

    async def keep_position(self, source: str, position: str) -> None:
        self.positions[source] = position

    async def rejected(self, source: str | None, after: str, most: int) -> tuple[Kept, ...]:
        return ()

    async def known(self, source: str, order_ids: Sequence[str]) -> Mapping[str, KnownOrder]:
        return {
            each: KnownOrder(
                each, self.orders[each].order.totals.total, "EUR", None, "", None, None
            )
            for each in order_ids
            if each in self.orders
        }

    async def learn(self, source: str, arrived: Arrived, events: tuple[OrderEvent, ...]) -> Receipt:
        await asyncio.sleep(0)
        if self._full:
            self._full -= 1
            raise StoreFull("the disk is full")
        duplicate = arrived.key in self.events
        self.events.setdefault(arrived.key, arrived.position)
        for event in events:
            self.orders[event.order.id] = event
        if arrived.position:
            self.positions[source] = arrived.position
        return Receipt("e_1", duplicate=duplicate, conflict=self._conflict)

    async def refuse(self, source: str, arrived: Arrived, bad: BadInput) -> None:
        self.refused.append(arrived.key)
        if arrived.position:
            self.positions[source] = arrived.position


def _transactions(count: int) -> list[Committed]:
    return [
        committed(
            inserted(ORDERS, order_row(each)),
            inserted(ITEMS, item_row(each, each)),
            position=str(each),
        )
        for each in range(1, count + 1)
    ]


def _follower(log: MemoryLog, books: MemoryBooks, held: MemoryTables | None = None) -> Follower:
    what = Followed(log, held or MemoryTables(), mapping(tables()), STATED)
    return Follower(what, books, books, FrozenClock(NOON + timedelta(seconds=9)), pauses=(0.0,))


async def _until(follower: Follower, done: Callable[[], bool]) -> None:
    running = asyncio.create_task(follower.run())
    async with asyncio.timeout(20):
        # Whatever is waited for may be a figure of the log, of the books or of telemetry.
        while not done() and not running.done():  # noqa: ASYNC110
            await asyncio.sleep(0)
    follower.stop()
    await running


def _alarm() -> float:
    return ALARM.labels("shop")._value.get()


def test_it_begins_now_and_tells_what_comes() -> None:
    log, books = MemoryLog(_transactions(3), {}), MemoryBooks()
    asyncio.run(_until(_follower(log, books), lambda: books.positions.get("shop") == "3"))
    assert set(books.orders) == {"1", "2", "3"}
    assert log.begun == 1
    assert log.closed


def test_what_is_acknowledged_is_on_disk() -> None:
    books = MemoryBooks()
    kept_when_told: list[bool] = []

    class Watched(MemoryLog):
        async def acknowledge(self, position: str) -> None:
            kept = {key.split(":")[1] for key in books.events}
            kept_when_told.append(
                all(str(each) in kept for each in range(1, int(position) + 1))
                and books.positions["shop"] == position
            )

    log = Watched(_transactions(300), {})
    asyncio.run(_until(_follower(log, books), lambda: books.positions.get("shop") == "300"))
    assert kept_when_told
    assert all(kept_when_told)


@given(
    st.dictionaries(st.integers(0, 9), st.sampled_from(["busy", "wrong", "crash"]), max_size=5),
    st.integers(0, 15),
)
def test_whatever_stops_it_everything_is_told_once(faults: dict[int, Fault], full: int) -> None:
    log, books = MemoryLog(_transactions(10), faults), MemoryBooks(full)
    asyncio.run(_until(_follower(log, books), lambda: books.positions.get("shop") == "10"))
    assert sorted(books.events) == sorted(f"id:{each}:{each}" for each in range(1, 11))
    assert log.begun == 1


def test_a_lost_log_is_read_again_from_the_tables_and_then_goes_on() -> None:
    held = MemoryTables()
    held.put(ORDERS, *(order_row(each) for each in range(1, 1_203)))
    held.put(ITEMS, *(item_row(each, each) for each in range(1, 1_203)))
    log, books = MemoryLog(_transactions(5), {3: "lost"}), MemoryBooks()
    done = lambda: books.positions.get("shop") == "5"  # noqa: E731
    asyncio.run(_until(_follower(log, books, held), done))
    assert log.begun == 2
    assert set(books.orders) == {str(each) for each in range(1, 1_203)}
    assert _alarm() == 0


def test_a_snapshot_that_was_interrupted_goes_on_where_it_was() -> None:
    held = MemoryTables()
    held.put(ORDERS, *(order_row(each) for each in range(1, 21)))
    held.put(ITEMS, *(item_row(each, each) for each in range(1, 21)))
    log, books = MemoryLog((), {}), MemoryBooks()
    books.positions["shop"] = "snapshot:7|12"
    asyncio.run(_until(_follower(log, books, held), lambda: books.positions["shop"] == "7"))
    assert set(books.orders) == {str(each) for each in range(13, 21)}
    assert log.begun == 0


def test_what_cannot_be_read_is_an_alarm_until_it_can() -> None:
    log, books = MemoryLog(_transactions(2), {1: "wrong"}), MemoryBooks()
    seen: list[float] = []

    def done() -> bool:
        seen.append(_alarm())
        return books.positions.get("shop") == "2" and _alarm() == 0

    asyncio.run(_until(_follower(log, books), done))
    assert 1 in seen


def test_an_order_that_cannot_be_used_is_kept_and_passed() -> None:
    bad = committed(
        inserted(ORDERS, order_row(1, total="?")), inserted(ITEMS, item_row(1, 1)), position="1"
    )
    log, books = MemoryLog([bad, *_transactions(2)[1:]], {}), MemoryBooks()
    asyncio.run(_until(_follower(log, books), lambda: books.positions.get("shop") == "2"))
    assert books.refused == ["id:1:1"]
    assert set(books.orders) == {"2"}


def test_a_change_that_is_not_followed_is_said_once() -> None:
    log, books = MemoryLog([_transactions(1)[0]] * 2, {}), MemoryBooks(conflict="another currency")
    follower = _follower(log, books)
    with capture_logs() as logs:
        asyncio.run(_until(follower, lambda: books.positions.get("shop") == "1"))
    said = [each for each in logs if each["action"] == "log.conflict"]
    assert [(each["order"], each["reason"]) for each in said] == [("1", "another currency")]


def test_a_fault_of_ours_is_said_by_its_place_and_never_by_its_words() -> None:
    log, books = MemoryLog(_transactions(1), {0: "crash"}), MemoryBooks()
    with capture_logs() as logs:
        asyncio.run(_until(_follower(log, books), lambda: books.positions.get("shop") == "1"))
    (said,) = [each for each in logs if each["action"] == "log.fault"]
    assert said["fault"] == "RuntimeError"
    assert "test_follow.py" in said["where"]
    assert "a fault of ours" not in said["where"]


def test_the_position_does_not_move_within_a_transaction() -> None:
    whole = _transactions(1)[0]
    parts = [
        committed(whole.changes[0], position="1", end=False),
        committed(whole.changes[1], position="1", part=1, end=False),
    ]
    held = MemoryTables()
    held.put(ORDERS, order_row(1))
    held.put(ITEMS, item_row(1, 1))
    log, books = MemoryLog(parts, {}), MemoryBooks()
    asyncio.run(_until(_follower(log, books, held), lambda: bool(books.events)))
    assert books.positions["shop"] == "0"
    assert log.acknowledged == []


def test_idling_moves_the_position() -> None:
    log, books = MemoryLog([committed(position="8")], {}), MemoryBooks()
    asyncio.run(_until(_follower(log, books), lambda: log.acknowledged == ["8"]))
    assert books.positions["shop"] == "8"


def test_what_is_read_ahead_is_bounded() -> None:
    told = 0

    class Endless(MemoryLog):
        async def follow(self, position: str) -> AsyncIterator[Committed]:
            nonlocal told
            change = inserted(ORDERS, order_row(1))
            while True:
                told += 100
                yield committed(*[change] * 99, position="1", end=False)

    async def read() -> None:
        async with Reading(Endless((), {}), "0") as reading:
            await reading.batch()
            for _ in range(1_000):
                await asyncio.sleep(0)

    asyncio.run(read())
    assert told <= 2 * MOST_AHEAD
