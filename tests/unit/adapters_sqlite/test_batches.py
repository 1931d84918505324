"""Whatever is dotted and settled together leaves the rows that it would leave one at a time."""

import asyncio
import contextlib
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Leased
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    DEFERRED,
    DOUBTED,
    REFUSED,
    Bench,
    an_order,
    lawful,
    planner,
)

T = TypeVar("T")
OUTCOMES: dict[str, Outcome] = {
    "accepted": ACCEPTED,
    "deferred": DEFERRED,
    "refused": REFUSED,
    "doubted": DOUBTED,
}


class Fate(msgspec.Struct, frozen=True):
    """What happens to one message. `changed`: its order says otherwise before the dot; `heard`: it
    is told to have arrived before it is settled; `lost`: its worker asks with an attempt that is
    not the last."""

    outcome: str
    changed: bool = False
    heard: bool = False
    lost: bool = False
    undotted: bool = False


FATES = st.builds(
    Fate,
    st.sampled_from(sorted(OUTCOMES)),
    changed=st.booleans(),
    heard=st.booleans(),
    lost=st.booleans(),
    undotted=st.booleans(),
)
USUAL = st.just(Fate("accepted"))
Each = Callable[[Sequence[Awaitable[T]]], Awaitable[list[T]]]


async def together(works: Sequence[Awaitable[Any]]) -> list[Any]:
    return await asyncio.gather(*works)


async def one_by_one(works: Sequence[Awaitable[Any]]) -> list[Any]:
    return [await work for work in works]


async def lived(path: Path, fates: Sequence[Fate], stopped: bool, each: Each[Any]) -> list[Any]:
    """What the store answered, then all that is in it."""
    clock = FrozenClock()
    store = SqliteStore(path, clock, plan=planner(clock))
    bench = Bench(store, clock)
    for number, _ in enumerate(fates):
        await bench.accept(an_order(str(number)))
    leased = sorted(await bench.lease(limit=len(fates)), key=lambda item: item.seq)
    items = [_known(item, fate) for item, fate in zip(leased, fates, strict=True)]
    for item, fate in zip(items, fates, strict=True):
        if fate.changed:
            await bench.accept(an_order(item.order_id, number="changed"))
    if stopped:
        await store.brakes.stop("somebody", "enough")
    answers = await each(
        [bench.dot(item) for item, fate in zip(items, fates, strict=True) if not fate.undotted]
    )
    for item, fate in zip(items, fates, strict=True):
        if fate.heard:
            await bench.hear(item.message_id)
    clock.advance(1.0)
    answers += await each(
        [
            bench.settle(item, OUTCOMES[fate.outcome])
            for item, fate in zip(items, fates, strict=True)
        ]
    )
    await lawful(store)
    await store.close()
    return [answers, *rows(path)]


def _known(item: Leased, fate: Fate) -> Leased:
    return msgspec.structs.replace(item, attempt=item.attempt + 7) if fate.lost else item


def rows(path: Path) -> list[list[tuple[Any, ...]]]:
    """Every table that delivery writes; of the histories the order in which each is."""
    queries = [
        "SELECT * FROM messages ORDER BY seq",
        "SELECT * FROM jobs ORDER BY message",
        """SELECT message, at, status, cause, text, code, enhanced, attempt FROM message_events
           ORDER BY message, id""",
        "SELECT message, type, applied FROM feedback ORDER BY id",
        "SELECT channel, address, scope, cause, at, message FROM suppressions ORDER BY address",
        "SELECT kind, at, message, address FROM tasks ORDER BY message",
    ]
    with contextlib.closing(sqlite3.connect(path)) as db:
        return [db.execute(query).fetchall() for query in queries]


@settings(max_examples=60, deadline=None)
@given(fates=st.lists(FATES | USUAL, min_size=1, max_size=12), stopped=st.booleans())
def test_a_batch_leaves_the_rows_that_its_parts_would_leave(
    fates: list[Fate], stopped: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        batch = asyncio.run(lived(Path(folder) / "a.db", fates, stopped, together))
        alone = asyncio.run(lived(Path(folder) / "b.db", fates, stopped, one_by_one))
    assert batch == alone


def test_the_same_message_twice_in_a_batch_is_dotted_and_settled_once_each() -> None:
    async def scenario(path: Path) -> tuple[list[bool], list[bool]]:
        clock = FrozenClock()
        store = SqliteStore(path, clock, plan=planner(clock))
        bench = Bench(store, clock)
        await bench.accept(an_order("1"))
        (item,) = await bench.lease()
        dots = await asyncio.gather(bench.dot(item), bench.dot(item))
        ends = await asyncio.gather(bench.settle(item, ACCEPTED), bench.settle(item, REFUSED))
        await store.close()
        return list(dots), list(ends)

    with tempfile.TemporaryDirectory() as folder:
        dots, ends = asyncio.run(scenario(Path(folder) / "a.db"))
    assert (dots, ends) == ([True, True], [True, False])
