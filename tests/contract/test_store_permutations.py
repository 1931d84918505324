"""Whatever the order in which an order's revisions and amendments come, and however often: the same
order in the end, and one confirmation at most."""

import asyncio
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twofifty.adapters.memory.store import MemoryStore
from twofifty.adapters.postgresql.store import PostgresqlStore
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.order.events import Amendment
from twofifty.order.model import Fulfillment, Order, Parcel, Payment, PaymentPart, Refund, State
from twofifty.testing.clock import NOON, FrozenClock
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    Bench,
    How,
    Store,
    an_order,
    lawful,
    planner,
)

News = Order | Amendment
REFERENCE = "pay_1"
PAYMENTS: tuple[Payment, ...] = ("pending", "authorized", "paid", "refunded", "failed")
GONE = ("superseded", "cancelled")


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


@st.composite
def revisions(draw: st.DrawFn) -> list[Order]:
    """One to three, a few minutes apart; some say by which payment the order is found."""
    count = draw(st.integers(1, 3))
    return [draw(revision(number)) for number in range(1, count + 1)]


def revision(number: int) -> st.SearchStrategy[Order]:
    return st.builds(
        lambda payment, referred, note: an_order(
            revision=number,
            updated_at=minute(2 * number),
            state=State(payment=payment),
            payments=(PaymentPart(method="card", reference=REFERENCE),) if referred else (),
            note=note,
        ),
        st.sampled_from(PAYMENTS),
        st.booleans(),
        st.sampled_from([None, "gift"]),
    )


PARTS: tuple[Fulfillment | None, ...] = (None, "partial", "fulfilled")

AMENDMENTS = st.builds(
    lambda at, named, payment, fulfillment, refund, parcel, cancelled: Amendment(
        type="order.updated",
        source="shop",
        order_id="1001" if named else None,
        reference=None if named else REFERENCE,
        at=minute(at),
        payment=payment,
        fulfillment=fulfillment,
        refunds=(Refund(id=f"r{refund}", amount=Decimal(refund)),) if refund else (),
        parcels=(Parcel(id="p1", carrier=parcel),) if parcel else (),
        cancelled_at=minute(cancelled) if cancelled else None,
    ),
    st.integers(0, 8),
    st.booleans(),
    st.sampled_from([None, *PAYMENTS]),
    st.sampled_from(PARTS),
    st.integers(0, 2),
    st.sampled_from([None, "post", "courier"]),
    st.sampled_from([0, 0, 0, 1, 5]),
)


class Case(msgspec.Struct, frozen=True):
    """The news in the order in which they were so, and as they come."""

    news: list[News]
    coming: list[News]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    news: list[News] = [*draw(revisions()), *draw(st.lists(AMENDMENTS, min_size=1, max_size=4))]
    repeats = draw(st.lists(st.sampled_from(news), max_size=3))
    return Case(news, draw(st.permutations([*news, *repeats])))


class End(msgspec.Struct, frozen=True):
    """How an order stands in the end."""

    order: Order
    plan: str
    live: tuple[str, ...]
    waiting: int


async def told(bench: Bench, news: list[News], *, deliver: bool = False) -> End:
    for number, one in enumerate(news):
        if isinstance(one, Order):
            await bench.accept(one, How(key=f"{number}"))
        else:
            await bench.tell(one)
        for item in await bench.lease() if deliver else ():
            assert await bench.dot(item)
            assert await bench.settle(item, ACCEPTED)
    await lawful(bench.store)
    tally = await bench.store.audit.tally()
    live = [status for status in await bench.statuses() if status not in GONE]
    order = msgspec.structs.replace(await bench.order(), revision=None, updated_at=None)
    waiting = tally.by_outcome.get("waiting", 0)
    return End(order, await bench.plan(), tuple(live), waiting)


def on_memory(clock: FrozenClock, folder: Path) -> Store:
    return MemoryStore(clock, plan=planner(clock))


def on_sqlite(clock: FrozenClock, folder: Path) -> Store:
    return SqliteStore(folder / "store.db", clock, plan=planner(clock))


Opening = Callable[[FrozenClock, Path], Store]
STORES = pytest.mark.parametrize("opening", [on_memory, on_sqlite])


def end_of(opening: Opening, news: list[News], *, deliver: bool = False) -> End:
    async def run(folder: Path) -> End:
        clock = FrozenClock()
        store = opening(clock, folder)
        try:
            return await told(Bench(store, clock), news, deliver=deliver)
        finally:
            await store.close()

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(run(Path(folder)))


@STORES
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases())
def test_the_order_in_which_news_comes_does_not_matter(opening: Opening, case: Case) -> None:
    straight = end_of(on_memory, case.news)
    came = end_of(opening, case.coming)
    assert msgspec.structs.replace(came, waiting=0) == msgspec.structs.replace(straight, waiting=0)
    assert (came.waiting == 0) == (straight.waiting == 0)


@STORES
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases())
def test_with_mail_leaving_between_news_nobody_is_confirmed_twice(
    opening: Opening, case: Case
) -> None:
    straight = end_of(on_memory, case.news)
    came = end_of(opening, case.coming, deliver=True)
    assert (came.order, came.plan) == (straight.order, straight.plan)
    assert came.live.count("sent") <= 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases())
def test_both_stores_make_the_same_of_the_same(case: Case) -> None:
    assert end_of(on_memory, case.coming) == end_of(on_sqlite, case.coming)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases())
def test_a_database_beyond_this_machine_makes_the_same_of_the_same(
    emptied: Callable[[], str], case: Case
) -> None:
    def on_postgresql(clock: FrozenClock, folder: Path) -> Store:
        return PostgresqlStore(emptied(), clock, plan=planner(clock))

    assert end_of(on_memory, case.coming) == end_of(on_postgresql, case.coming)
