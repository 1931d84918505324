"""Messages are found by their channel and by why they stand where they stand, in every store."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.memory.store import MemoryStore
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.deliver.ports import Verdict
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Intake
from twofifty.notice.policy import Rules
from twofifty.order.specimen import specimen
from twofifty.order.wire import encode
from twofifty.testing.clock import FrozenClock
from twofifty.track.model import MessageQuery


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MemoryStore | SqliteStore:
    clock = FrozenClock()
    if request.param == "memory":
        return MemoryStore(clock)
    return SqliteStore(tmp_path / "store.db", clock)


def test_messages_are_found_by_channel_and_code(store: MemoryStore | SqliteStore) -> None:
    asyncio.run(_found(store))


async def _found(store: MemoryStore | SqliteStore) -> None:
    clock = FrozenClock()
    intake = Intake({}, store.ledger, MemoryBroker(), clock, Planner(clock, Rules()))
    for number in range(3):
        order = msgspec.structs.replace(
            specimen(), id=str(number), number=f"#{number}", placed_at=clock.now()
        )
        assert (await intake.order(encode(order), None)).status == 202
    item, *_ = await store.outbox.lease("w", 1, clock.seconds() + 60)
    await store.outbox.settle("w", item, Verdict("held", "copied_store", "a copy"), None)
    assert await _count(store, MessageQuery(channel="email")) == 3
    assert await _count(store, MessageQuery(channel="sms")) == 0
    assert await _count(store, MessageQuery(code="copied_store")) == 1
    assert await _count(store, MessageQuery(code="copied_store", status="queued")) == 0
    assert await _count(store, MessageQuery(code="given_up")) == 0
    await store.close()


async def _count(store: MemoryStore | SqliteStore, query: MessageQuery) -> int:
    return len((await store.archive.messages(query)).items)
