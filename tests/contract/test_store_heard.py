"""In whatever order the world says what became of mail, and however often: the same in the end."""

import asyncio
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twofifty.adapters.memory.store import MemoryStore
from twofifty.adapters.postgresql.store import PostgresqlStore
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.deliver.outcome import Outcome
from twofifty.testing.clock import NOON, FrozenClock
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    DEFERRED,
    DOUBTED,
    Bench,
    Store,
    an_order,
    lawful,
    planner,
    to,
)
from twofifty.track.feedback import BounceClass, Feedback, FeedbackType
from twofifty.track.model import Page

SAID: tuple[tuple[FeedbackType, BounceClass | None, bool], ...] = (
    ("queued", None, False),
    ("sent", None, False),
    ("delivered", None, False),
    ("deferred", None, False),
    ("bounced", "hard", False),
    ("bounced", "soft", False),
    ("bounced", "message", False),
    ("bounced", None, False),
    ("rejected", None, False),
    ("failed", None, False),
    ("autoresponded", None, False),
    ("opened", None, False),
    ("opened", None, True),
    ("clicked", None, False),
    ("complained", None, False),
    ("unsubscribed", None, False),
    ("subscribed", None, False),
)
MESSAGES = 6
BUYER = to("buyer@example.com")


class Told(msgspec.Struct, frozen=True):
    """A piece of news of one of six messages to the same address, so many minutes after noon."""

    of: int
    minute: int
    said: tuple[FeedbackType, BounceClass | None, bool]
    text: str

    def news(self, ids: list[str]) -> Feedback:
        kind, bounce, machine = self.said
        return Feedback(
            type=kind,
            recipient="buyer@example.com",
            own_id=ids[self.of],
            at=NOON + timedelta(minutes=self.minute),
            bounce=bounce,
            machine=machine,
            text=self.text,
        )


NEWS = st.builds(
    Told,
    st.integers(0, MESSAGES - 1),
    st.integers(1, 30),
    st.sampled_from([*SAID, SAID[2], SAID[4], *[SAID[5]] * 8]),
    st.sampled_from(["", "no such user", "the box is full"]),
)


class End(msgspec.Struct, frozen=True):
    """How all stands in the end."""

    messages: tuple[tuple[object, ...], ...]
    blocked: tuple[tuple[object, ...], ...]
    tasks: tuple[tuple[object, ...], ...]
    kept: tuple[int, ...]


async def heard(bench: Bench, news: list[Told], outcome: Outcome, early: int) -> End:
    """Six messages to one address are sent with one outcome; the first `early` pieces of news come
    while they are being sent. An hour later a person looks."""
    for number in range(MESSAGES):
        await bench.accept(an_order(f"{number}", customer=BUYER))
    items = await bench.lease()
    for item in items:
        assert await bench.dot(item)
    bench.clock.advance(3_600)
    ids = [item.message_id for item in items]
    for one in news[:early]:
        await bench.take(one.news(ids))
    for item in items:
        assert await bench.settle(item, outcome)
    for one in news[early:]:
        await bench.take(one.news(ids))
    await lawful(bench.store)
    return await end_of(bench, ids)


async def end_of(bench: Bench, ids: list[str]) -> End:
    views = [await bench.message(one) for one in ids]
    blocked = await bench.store.suppressions.listing(Page(limit=200))
    tasks = await bench.store.tasks.open(Page(limit=200))
    kept = [await bench.store.reports.of(one) for one in ids]
    return End(
        messages=tuple((one.status, one.code, one.reason, one.engagement) for one in views),
        blocked=tuple(
            sorted((one.cause, one.scope, one.at, one.until, one.text) for one in blocked.items)
        ),
        tasks=tuple(sorted((one.order_id, one.at, one.suggestion) for one in tasks.items)),
        kept=tuple(len(one or ()) for one in kept),
    )


def on_memory(clock: FrozenClock, folder: Path) -> Store:
    return MemoryStore(clock, plan=planner(clock))


def on_sqlite(clock: FrozenClock, folder: Path) -> Store:
    return SqliteStore(folder / "store.db", clock, plan=planner(clock))


Opening = Callable[[FrozenClock, Path], Store]


def ended(opening: Opening, news: list[Told], outcome: Outcome, early: int) -> End:
    async def run(folder: Path) -> End:
        clock = FrozenClock()
        store = opening(clock, folder)
        try:
            return await heard(Bench(store, clock), news, outcome, early)
        finally:
            await store.close()

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(run(Path(folder)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Told], list[Told], int]:
    """News, the same in another order with repetitions, and how much of that comes early."""
    news = draw(st.lists(NEWS, min_size=1, max_size=12))
    repeats = draw(st.lists(st.sampled_from(news), max_size=3))
    coming = draw(st.permutations([*news, *repeats]))
    return news, coming, draw(st.integers(0, len(coming)))


OUTCOMES = st.sampled_from([ACCEPTED, DOUBTED, DEFERRED])
LEISURELY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(LEISURELY, max_examples=200)
@given(case=cases(), outcome=OUTCOMES)
def test_the_order_in_which_the_world_speaks_does_not_matter(
    case: tuple[list[Told], list[Told], int], outcome: Outcome
) -> None:
    news, coming, early = case
    assert ended(on_memory, coming, outcome, early) == ended(on_memory, news, outcome, 0)


@settings(LEISURELY, max_examples=60)
@given(case=cases(), outcome=OUTCOMES)
def test_both_stores_hear_the_same(
    case: tuple[list[Told], list[Told], int], outcome: Outcome
) -> None:
    news, coming, early = case
    assert ended(on_sqlite, coming, outcome, early) == ended(on_memory, news, outcome, 0)


@settings(LEISURELY, max_examples=20)
@given(case=cases(), outcome=OUTCOMES)
def test_a_database_beyond_this_machine_hears_the_same(
    emptied: Callable[[], str], case: tuple[list[Told], list[Told], int], outcome: Outcome
) -> None:
    def on_postgresql(clock: FrozenClock, folder: Path) -> Store:
        return PostgresqlStore(emptied(), clock, plan=planner(clock))

    news, coming, early = case
    assert ended(on_postgresql, coming, outcome, early) == ended(on_memory, news, outcome, 0)


def test_the_examples_reach_every_state() -> None:
    """So that the two above cannot pass by looking away."""
    soft = [Told(number, number + 1, ("bounced", "soft", False), "") for number in range(5)]
    hard = Told(5, 29, ("bounced", "hard", False), "no such user")
    end = ended(on_memory, [*soft, hard], ACCEPTED, 0)
    assert [one[:2] for one in end.messages] == [("bounced", "soft")] * 5 + [("bounced", "hard")]
    assert [one[0] for one in end.blocked] == ["hard_bounce", "soft_bounces"]
    healed = ended(on_memory, [*soft, hard, Told(0, 30, SAID[2], "")], ACCEPTED, 0)
    assert healed.blocked == healed.tasks == ()
    moment: datetime = NOON + timedelta(minutes=29)
    assert end.tasks == (("5", moment, None),)
