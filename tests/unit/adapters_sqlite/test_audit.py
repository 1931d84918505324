"""The tally finds what does not balance, whoever broke it."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import UNPAID, Bench, an_order, planner
from twofifty.track.model import Tally

ORDERS = 25


async def filled(bench: Bench) -> None:
    for number in range(ORDERS):
        await bench.accept(an_order(str(number)))
    await bench.accept(an_order("unpaid", state=UNPAID))


def tally_after(path: Path, *statements: str) -> Tally:
    """What the tally of a store says after it was tampered with."""

    async def run() -> Tally:
        clock = FrozenClock()
        store = SqliteStore(path / "store.db", clock, plan=planner(clock))
        await filled(Bench(store, clock))
        with contextlib.closing(sqlite3.connect(store.path)) as db, db:
            for statement in statements:
                db.execute(statement)
        try:
            return await store.audit.tally()
        finally:
            await store.close()

    return asyncio.run(run())


def test_orders_whose_confirmation_is_gone_are_counted_and_some_named(tmp_path: Path) -> None:
    tally = tally_after(
        tmp_path, "DELETE FROM jobs", "DELETE FROM message_events", "DELETE FROM messages"
    )
    assert (tally.unexplained_count, len(tally.unexplained)) == (ORDERS, 20)
    assert tally.unexplained[0] == ("shop", "0")
    assert (tally.orders, tally.confirmed) == (ORDERS + 1, 0)


def test_a_superseded_confirmation_explains_nothing(tmp_path: Path) -> None:
    tally = tally_after(
        tmp_path,
        "UPDATE messages SET status = 'superseded' WHERE seq = 3",
        "DELETE FROM jobs WHERE message = 3",
    )
    assert (tally.unexplained, tally.unexplained_count) == ((("shop", "2"),), 1)


def test_an_order_that_waits_without_a_reason_is_unexplained(tmp_path: Path) -> None:
    tally = tally_after(tmp_path, "UPDATE orders SET reason = NULL WHERE plan = 'wait'")
    assert tally.unexplained == (("shop", "unpaid"),)


@pytest.mark.parametrize(("status", "found"), [("sent", 1), ("queued", 1), ("failed", 0)])
def test_two_live_confirmations_of_an_order_are_a_double(
    tmp_path: Path, status: str, found: int
) -> None:
    tally = tally_after(
        tmp_path,
        "INSERT INTO messages (id, notice_id, order_id, kind, channel, recipient, status,"
        " created_at, updated_at) SELECT 'm_second', notice_id, order_id, kind, channel, recipient,"
        f" '{status}', created_at, updated_at FROM messages WHERE seq = 5",
    )
    assert tally.doubled_count == found
    assert tally.doubled == (("shop", "4"),) * found
    assert tally.work_without_job == (status == "queued")


def test_work_that_nobody_does_and_jobs_without_work_are_counted(tmp_path: Path) -> None:
    tally = tally_after(
        tmp_path,
        "DELETE FROM jobs WHERE message < 4",
        "UPDATE messages SET status = 'sent' WHERE seq IN (10, 11)",
    )
    assert (tally.work_without_job, tally.job_without_work, tally.confirmed) == (3, 2, 2)
