"""R8: whatever the order in which an order's events come, and however often, the end is the same.

Every history comes in all 120 orders of its five events, each event repeated at random; each
permutation is an order of its own in one store.
"""

import asyncio
import contextlib
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.property.histories import LENGTH, history
from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.deliver.outcome import Accepted, Reply
from twofifty.deliver.ports import Frozen, Leased
from twofifty.deliver.verdict import verdict
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Intake
from twofifty.notice.policy import Rules
from twofifty.order import wire
from twofifty.testing.clock import FrozenClock
from twofifty.track.model import MessageView

Json = dict[str, Any]
GONE = ("superseded", "cancelled")
FORMS = [
    pytest.param(range(10), id="10-histories"),
    pytest.param(range(10, 50), id="40-histories", marks=pytest.mark.slow),
]


class Shop:
    """An intake and an outbox over one real store."""

    def __init__(self, path: Path) -> None:
        self.clock = FrozenClock()
        self.store = SqliteStore(path, self.clock)
        self.intake = Intake(
            {}, self.store.ledger, MemoryBroker(), self.clock, Planner(self.clock, Rules())
        )
        self.sent: Counter[str] = Counter()

    async def tell(self, event: Json, order_id: str) -> None:
        body = msgspec.json.encode({**event, "order": {**event["order"], "id": order_id}})
        await self.intake.event(body, None)

    async def deliver(self) -> None:
        """Sends everything that is queued."""
        now = self.clock.seconds()
        while leased := await self.store.outbox.lease("worker", 500, now + 60):
            await asyncio.gather(*(self._send(item) for item in leased))

    async def _send(self, item: Leased) -> None:
        frozen = Frozen(b"Subject: x\r\n\r\n", "x", f"{item.message_id}@example.com", "t/en")
        assert await self.store.outbox.dot("worker", item, frozen)
        self.sent[msgspec.json.decode(item.order)["id"]] += item.kind == "confirmation"
        taken = verdict(Accepted(Reply(250, "taken"), "r"), item, (self.clock.seconds(), 900), 0.5)
        assert await self.store.outbox.settle("worker", item, taken, None)


@asynccontextmanager
async def shop(folder: Path) -> AsyncIterator[Shop]:
    opened = Shop(folder / "twofifty.db")
    yield opened
    counted = await opened.store.archive.conservation()
    await opened.store.close()
    assert counted.violations == ()


def arrivals(seed: int) -> Iterator[tuple[str, list[Json]]]:
    """Each permutation under an order id of its own, with repeats anywhere after the first."""
    chance = random.Random(seed)
    for number, events in enumerate(permutations(history(seed))):
        coming = list(events)
        for event in events:
            for _ in range(chance.choice((0, 0, 1, 2))):
                coming.insert(chance.randint(coming.index(event) + 1, len(coming)), event)
        yield f"{seed}-{number}", coming


async def tell_all(at: Shop, seed: int, *, deliver: bool) -> list[str]:
    """All permutations abreast, an event of each at a time; the ids of their orders."""
    lanes = list(arrivals(seed))
    for step in range(max(len(coming) for _, coming in lanes)):
        told = [(name, coming[step]) for name, coming in lanes if step < len(coming)]
        await asyncio.gather(*(at.tell(event, name) for name, event in told))
        if deliver:
            await at.deliver()
    return [name for name, _ in lanes]


class End(msgspec.Struct, frozen=True):
    """How an order stands: its row, what it says, its messages."""

    row: tuple[object, ...]
    plan: str
    facts: Json
    messages: tuple[MessageView, ...]

    def live(self) -> list[MessageView]:
        """Messages that stand for something; a failure only where the end is that it fails."""
        gone = GONE if self.plan == "fail" else (*GONE, "failed")
        return [one for one in self.messages if one.status not in gone]

    def said(self) -> tuple[object, ...]:
        return tuple((one.status, one.recipient, one.code) for one in self.live())


ROWS = """SELECT source_order_id, revision, plan, code, reason, number, email, customer, currency,
                 total, payment, placed_at, difference FROM orders"""


async def ends(at: Shop, names: list[str]) -> list[End]:
    """How each order stands."""
    found = await asyncio.gather(*(at.store.archive.order("sample", name) for name in names))
    with contextlib.closing(sqlite3.connect(at.store.path)) as db:
        rows = {name: row for name, *row in db.execute(ROWS)}
    return [
        End(tuple(rows[one[0].id]), one[0].plan, _facts(one[1]), one[0].messages)
        for one in found
        if one is not None
    ]


def _facts(body: bytes) -> Json:
    order = msgspec.json.decode(body)
    return {k: v for k, v in order.items() if k not in ("id", "revision", "updated_at")}


@pytest.mark.parametrize("seeds", FORMS)
@pytest.mark.timeout(600)
def test_the_order_of_events_does_not_matter(tmp_path: Path, seeds: range) -> None:
    async def run() -> None:
        async with shop(tmp_path) as at:
            for seed in seeds:
                found = await ends(at, await tell_all(at, seed, deliver=False))
                check_identical(seed, found)
                check_messages(seed, found)

    asyncio.run(run())


def check_identical(seed: int, found: list[End]) -> None:
    first = found[0]
    assert len(found) == 120
    assert first.row[0] == LENGTH
    newest = wire.decode(msgspec.json.encode(history(seed)[-1]["order"]))
    assert first.facts == _facts(wire.encode(newest))
    assert {end.row for end in found} == {first.row}, f"history {seed}"
    assert all(end.facts == first.facts for end in found), f"history {seed}"


def check_messages(seed: int, found: list[End]) -> None:
    """One live message where something is owed, else none and a reason; the same in each."""
    first = found[0]
    statuses = {"owe": ["queued"], "hold": ["held"], "fail": ["failed"]}.get(first.plan, [])
    assert [one.status for one in first.live()] == statuses, f"history {seed}"
    assert {end.said() for end in found} == {first.said()}, f"history {seed}"


@pytest.mark.parametrize("seeds", FORMS)
@pytest.mark.timeout(600)
def test_with_mail_leaving_between_events_nobody_is_confirmed_twice(
    tmp_path: Path, seeds: range
) -> None:
    async def run() -> None:
        async with shop(tmp_path) as at:
            for seed in seeds:
                names = await tell_all(at, seed, deliver=True)
                found = await ends(at, names)
                check_identical(seed, found)
                sent = {at.sent[name] for name in names}
                assert sent <= ({1} if found[0].plan == "owe" else {0, 1}), f"history {seed}"

    asyncio.run(run())
