"""Arrivals that wait together are written by the page: the very rows that one at a time gives."""

import asyncio
import contextlib
import sqlite3
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from twofifty.adapters.relational.store import SqlStore
from twofifty.adapters.sqlite.store import SqliteEngine, SqliteStore
from twofifty.intake.ports import Arrival, Receipt
from twofifty.order.events import Amendment, Pointer
from twofifty.order.model import Order, PaymentPart, Refund, State
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import (
    CANCELLED,
    DRAFT,
    UNPAID,
    Bench,
    How,
    an_order,
    lawful,
    planner,
    to,
)

Row = tuple[object, ...]
Make = Callable[[Bench], Arrival]

IDS = st.sampled_from(["1", "2", "3"])
SOURCES = st.sampled_from(["shop", "shop", "other"])
KEYS = st.sampled_from([None, None, "k1", "k2", "k3"])
REFERENCES = st.sampled_from(["p1", "p2"])

ORDERS = st.builds(
    lambda identity, source, state, revision, email, reference, note: an_order(
        identity,
        source=source,
        state=state,
        revision=revision,
        customer=to(email),
        payments=(PaymentPart(method="card", reference=reference),) if reference else (),
        note=note,
    ),
    IDS,
    SOURCES,
    st.sampled_from([State(payment="paid"), State(payment="paid"), UNPAID, DRAFT, CANCELLED]),
    st.sampled_from([None, 1, 2]),
    st.sampled_from(
        ["buyer@example.com", "Buyer@example.com", None, "no address", "a@canary.invalid"]
    ),
    st.sampled_from([None, None, "p1", "p2"]),
    st.sampled_from([None, "gift"]),
)


def one_order(order: Order, key: str | None, strict: bool) -> Make:
    return lambda bench: bench.arrival(order, How(key=key, strict=strict))


def orders(several: list[Order], key: str) -> Make:
    def make(bench: Bench) -> Arrival:
        planned = tuple(bench.planned(order) for order in several)
        return msgspec.structs.replace(bench.bare(key), planned=planned)

    return make


def part(named: str | None, reference: str | None, key: str) -> Make:
    news = Amendment(
        type="order.refunded",
        source="shop",
        order_id=named,
        reference=reference,
        payment="partially_refunded",
        refunds=(Refund(id="r1", amount=Decimal(1)),),
    )
    return lambda bench: msgspec.structs.replace(bench.bare(key), amendments=(news,))


def pointer(named: str, key: str) -> Make:
    news = Pointer(type="order.updated", source="shop", order_id=named)
    return lambda bench: msgspec.structs.replace(bench.bare(key), pointers=(news,))


def nothing(key: str, source: str, changes: dict[str, object]) -> Make:
    return lambda bench: msgspec.structs.replace(bench.bare(key, source), **changes)


NAMES = st.sampled_from(["k1", "k2", "k3", "k4", "k5"])
ARRIVALS = st.one_of(
    st.builds(one_order, ORDERS, KEYS, st.booleans()),
    st.builds(one_order, ORDERS, KEYS, st.booleans()),
    st.builds(orders, st.lists(ORDERS, min_size=1, max_size=3), NAMES),
    st.builds(part, IDS, st.none(), NAMES),
    st.builds(part, st.none(), REFERENCES, NAMES),
    st.builds(pointer, IDS, NAMES),
    st.builds(
        nothing,
        NAMES,
        SOURCES,
        st.sampled_from(
            [
                {"ignored": "a cart"},
                {"rejected": "no currency"},
                {"ignored": "idle", "position": "7"},
                {"rejected": "still not", "again": True},
            ]
        ),
    ),
)


def rows(path: Path) -> dict[str, list[Row]]:
    """Everything in the file."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        tables = [name for (name,) in db.execute(named)]
        return {
            name: db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in tables
        }


async def taken(
    path: Path, before: list[Make], then: list[Make], *, together: bool
) -> list[Receipt]:
    clock = FrozenClock()
    store = SqliteStore(path, clock, plan=planner(clock))
    bench = Bench(store, clock)
    receipts = [await store.ledger.accept(make(bench)) for make in before]
    clock.advance(60)
    arrivals = [make(bench) for make in then]
    if together:
        receipts += await asyncio.gather(*(store.ledger.accept(one) for one in arrivals))
    else:
        receipts += [await store.ledger.accept(one) for one in arrivals]
    await lawful(store)
    await store.close()
    return receipts


def plain(identity: str, key: str | None = None, **changes: object) -> Make:
    return one_order(an_order(identity, **changes), key, strict=False)


PAID_BY_CARD = (PaymentPart(method="card", reference="p1"),)


@example([part("1", None, "k1")], [plain("1"), plain("2")])
@example([part(None, "p1", "k1")], [plain("1", payments=PAID_BY_CARD), plain("2")])
@example([plain("1")], [plain("1", note="gift"), plain("2"), plain("3")])
@example([plain("1", "k1")], [plain("1", "k1"), plain("1", "k1", note="gift"), plain("2")])
@example([], [plain("1"), plain("1", note="gift"), plain("2"), plain("1"), plain("3")])
@example([], [plain("1", "k1"), plain("2", "k1"), plain("3"), plain("1", "k1")])
@example([], [plain("1", payments=PAID_BY_CARD), plain("2"), part(None, "p1", "k1"), plain("3")])
@example([nothing("k1", "shop", {"rejected": "no"})], [plain("1", "k1"), plain("2")])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ARRIVALS, max_size=3), st.lists(ARRIVALS, min_size=2, max_size=10))
def test_a_batch_gives_the_rows_that_one_at_a_time_gives(
    before: list[Make], then: list[Make]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        alone, at_once = Path(folder) / "alone.db", Path(folder) / "together.db"
        one_by_one = asyncio.run(taken(alone, before, then, together=False))
        together = asyncio.run(taken(at_once, before, then, together=True))
        assert together == one_by_one
        assert rows(at_once) == rows(alone)


def test_repeats_and_news_share_the_commit_of_what_is_new(tmp_path: Path) -> None:
    async def run() -> None:
        clock = FrozenClock()
        engine = SqliteEngine(tmp_path / "store.db", None, lambda: None)
        store = SqlStore(engine, clock, plan=planner(clock))
        bench = Bench(store, clock)
        new = [bench.arrival(an_order(str(number))) for number in range(20)]
        news = [bench.arrival(an_order(str(number), note="gift")) for number in range(5)]
        said = await asyncio.gather(
            *(store.ledger.accept(one) for one in (*new, *new[:5], *news, *new[5:7]))
        )
        assert [one.duplicate for one in said] == [False] * 20 + [True] * 5 + [False] * 5 + [
            True
        ] * 2
        assert engine.writer.commits == 1
        await store.close()

    asyncio.run(run())


def test_an_order_that_spoils_the_batch_fails_alone(tmp_path: Path) -> None:
    """A lone surrogate cannot be written by any database."""

    async def run() -> None:
        clock = FrozenClock()
        store = SqliteStore(tmp_path / "store.db", clock, plan=planner(clock))
        bench = Bench(store, clock)
        arrivals = [bench.arrival(an_order(str(number))) for number in range(10)]
        arrivals[4] = msgspec.structs.replace(arrivals[4], topic="\ud800")
        said = await asyncio.gather(
            *(store.ledger.accept(one) for one in arrivals), return_exceptions=True
        )
        assert [number for number, one in enumerate(said) if isinstance(one, Exception)] == [4]
        assert (await store.archive.conservation()).events == {"applied": 9}
        await lawful(store)
        await store.close()

    asyncio.run(run())
