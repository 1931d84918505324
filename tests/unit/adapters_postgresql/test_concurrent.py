"""Several stores over one database, as on several machines: whatever happens at the same time to
the same order ends as if one had come after the other."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.adapters_postgresql.conftest import Asking
from twofifty.adapters.postgresql.store import PostgresqlStore
from twofifty.adapters.postgresql.url import target
from twofifty.adapters.postgresql.wire import connect
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    CANCELLED,
    Bench,
    an_order,
    lawful,
    planner,
)

MACHINES = 3
_NAMES = itertools.count(1)


def together(url: str, scenario: Callable[[list[Bench]], Awaitable[None]]) -> None:
    """A scenario with a bench for each machine, each with connections of its own."""

    async def run() -> None:
        clock = FrozenClock()
        opened = f"{url}&pool=3&readers=1"
        stores = [PostgresqlStore(opened, clock, plan=planner(clock)) for _ in range(MACHINES)]
        try:
            await scenario([Bench(store, clock) for store in stores])
            await lawful(stores[0])
        finally:
            for store in stores:
                await store.close()

    asyncio.run(run())


def broken(ask: Asking) -> list[tuple]:
    """What no serial order allows: a mail whose dot was journalled and which was withdrawn, and two
    confirmations of one order that may have left."""
    withdrawn = ask(
        "SELECT id, status FROM messages WHERE dot_at IS NOT NULL"
        " AND status IN ('superseded', 'cancelled')"
    )
    twice = ask(
        "SELECT order_id, 'twice' FROM messages WHERE kind = 'confirmation' AND dot_at IS NOT NULL"
        " GROUP BY order_id HAVING count(*) > 1"
    )
    jobless = ask(
        "SELECT id, status FROM messages m WHERE status IN ('queued', 'sending', 'deferred')"
        " AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.message = m.seq)"
    )
    return [*withdrawn, *twice, *jobless]


async def deliver(bench: Bench, owner: str) -> None:
    """One round of a worker: what it may, it sends."""
    for item in await bench.lease(owner):
        await asyncio.sleep(0)
        if await bench.dot(item, owner):
            assert await bench.settle(item, ACCEPTED, owner)


async def withdrawn(bench: Bench, order: str) -> None:
    for message in (await bench.accept(an_order(order, revision=1))).messages:
        await bench.store.desk.cancel(message, "kim")


Deed = Callable[[Bench, str], Awaitable[object]]
DEEDS: dict[str, Deed] = {
    "place": lambda bench, order: bench.accept(an_order(order, revision=1)),
    "change": lambda bench, order: bench.accept(an_order(order, revision=2, note="gift")),
    "cancel": lambda bench, order: bench.accept(an_order(order, revision=3, state=CANCELLED)),
    "deliver": lambda bench, _: deliver(bench, f"w{next(_NAMES)}"),
    "sweep": lambda bench, _: bench.store.outbox.sweep(bench.clock.seconds(), 900.0),
    "stop": withdrawn,
}


DONE = st.lists(
    st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, MACHINES - 1), st.integers(0, 2)),
    min_size=6,
    max_size=30,
)


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(deeds=DONE)
def test_whatever_happens_at_once_ends_as_if_one_came_after_the_other(
    url: str, ask: Asking, deeds: list[tuple[str, int, int]]
) -> None:
    case = next(_NAMES)

    async def scenario(benches: list[Bench]) -> None:
        await asyncio.gather(
            *(DEEDS[name](benches[at], f"{case}-{order}") for name, at, order in deeds)
        )

    together(url, scenario)
    assert broken(ask) == []


@pytest.mark.parametrize("seed", range(2))
def test_a_dot_and_a_cancellation_at_the_same_moment_never_both_win(
    url: str, ask: Asking, seed: int
) -> None:
    draw = random.Random(seed)

    async def scenario(benches: list[Bench]) -> None:
        here, there, elsewhere = benches
        await asyncio.gather(*(here.accept(an_order(f"{n}", revision=1)) for n in range(60)))
        items = await here.lease(limit=60)
        dots: dict[str, bool] = {}

        async def dotting() -> None:
            """One after the other, all the while that the cancellations are under way."""
            for item in items:
                dots[item.message_id] = await here.dot(item)

        async def changing(bench: Bench, deed: str) -> None:
            orders = [item.order_id for item in items]
            draw.shuffle(orders)
            for first in range(0, 60, 12):
                group = orders[first : first + 12]
                await asyncio.gather(*(DEEDS[deed](bench, order) for order in group))

        await asyncio.gather(dotting(), changing(there, "cancel"), changing(elsewhere, "change"))
        rows = ask(
            "SELECT id, status, dot_at IS NOT NULL FROM messages WHERE kind = 'confirmation'"
        )
        left = {identity for identity, _, dotted in rows if dotted}
        assert left == {identity for identity, said in dots.items() if said}
        assert len(rows) == len(dots) == 60

    together(url, scenario)
    assert broken(ask) == []


def test_an_order_that_is_placed_everywhere_at_once_is_confirmed_once(
    url: str, ask: Asking
) -> None:
    async def scenario(benches: list[Bench]) -> None:
        said = await asyncio.gather(
            *(bench.accept(an_order(f"{n}")) for n in range(30) for bench in benches * 2)
        )
        assert sum(not receipt.duplicate for receipt in said) == 30
        await asyncio.gather(*(deliver(bench, f"w{at}") for at, bench in enumerate(benches)))

    together(url, scenario)
    assert ask("SELECT count(*), count(dot_at) FROM messages") == [(30, 30)]
    assert broken(ask) == []


def test_what_one_worker_has_no_other_one_gets(url: str, ask: Asking) -> None:
    async def scenario(benches: list[Bench]) -> None:
        await asyncio.gather(*(benches[0].accept(an_order(f"{n}")) for n in range(100)))
        leases = await asyncio.gather(
            *(benches[n % MACHINES].lease(f"w{n}", limit=20) for n in range(6))
        )
        taken = [item.seq for items in leases for item in items]
        assert len(taken) == len(set(taken)) == 100

    together(url, scenario)


def test_a_lease_does_not_wait_for_whoever_is_at_an_order(url: str) -> None:
    """It passes over what somebody is about to change."""

    async def scenario(benches: list[Bench]) -> None:
        here, there, _ = benches
        await here.accept(an_order("1"))
        await here.accept(an_order("2"))
        inside, leave = asyncio.Event(), asyncio.Event()
        changing = asyncio.create_task(_held(url, inside, leave))
        await inside.wait()
        items = await asyncio.wait_for(there.lease("w1"), 5)
        assert [item.order_id for item in items] == ["2"]
        leave.set()
        await changing

    together(url, scenario)


async def _held(url: str, inside: asyncio.Event, leave: asyncio.Event) -> None:
    """Another machine in the middle of changing the first order's message."""
    connection = await connect(target(url))
    await connection.execute("BEGIN")
    await connection.execute(
        "UPDATE messages SET code = 'x' WHERE order_id ="
        " (SELECT id FROM orders WHERE source_order_id = '1')"
    )
    inside.set()
    await leave.wait()
    await connection.execute("ROLLBACK")
    await connection.close(timeout=1)


def test_a_dot_whose_answer_was_lost_may_be_asked_for_again(url: str) -> None:
    async def scenario(benches: list[Bench]) -> None:
        here, *_ = benches
        await here.accept(an_order())
        item = await here.one()
        assert await here.dot(item)
        assert await here.dot(item)
        assert await here.settle(item, ACCEPTED)

    together(url, scenario)


@pytest.mark.parametrize("seed", range(3))
def test_changes_of_many_orders_at_once_never_block_each_other_for_ever(
    url: str, ask: Asking, seed: int
) -> None:
    """Locks are taken in the same order by everybody."""
    draw = random.Random(seed)

    async def scenario(benches: list[Bench]) -> None:
        async def busy(bench: Bench) -> None:
            for number in range(40):
                order = f"{draw.randrange(8)}"
                await bench.accept(an_order(order, revision=number, note=f"{number}"))

        await asyncio.gather(*(busy(bench) for bench in benches * 4))

    together(url, scenario)
    assert broken(ask) == []
