"""R14: delivery processes frozen past their lease at random moments, while others go on. Their
mails go to the others; who wakes up is fenced. A copy could come only of a freeze that begins after
the last look at the clock and before the dot is written: it would be listed as in doubt."""

import os
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.fleet import (
    Fleet,
    aftermath,
    burst,
    fleet,
    longest_gap,
    noted,
    running,
    settings,
)
from tests.acceptance.postgresql import PostgresqlServer
from twofifty.queue.worker import LEASE_SECONDS
from twofifty.testing.process import ReceiverProcess, ServiceProcess

PACE = 25.0
AWAKE = 2.0
"""Seconds between two freezes, at most."""
FROZEN = LEASE_SECONDS + 3
FORMS = [
    pytest.param(1, 1, id="1-freeze"),
    pytest.param(10, 5, id="50-freezes", marks=pytest.mark.slow),
]
"""How often some are frozen, and how many at a time: one more there is, which goes on."""
SLOWLY = "delay:rcpt,0.05"


@contextmanager
def over_sqlite(folder: Path, receiver: ReceiverProcess, workers: int) -> Iterator[Fleet]:
    """One service with delivery processes over a file."""
    told = settings(receiver, f"sqlite:///{folder}/data/twofifty.db")
    told["TWOFIFTY_WORKERS"] = str(workers)
    with running(Fleet(ServiceProcess(folder, told), [])) as made:
        yield made


@contextmanager
def over_postgresql(folder: Path, receiver: ReceiverProcess, workers: int) -> Iterator[Fleet]:
    """One intake and workers, as on machines of their own."""
    server = PostgresqlServer()
    try:
        told = settings(receiver, server.database("frozen") + "?unsafe=yes")
        with fleet(folder, told, workers) as made:
            yield made
    finally:
        server.remove()


STORES = {"sqlite": over_sqlite, "postgresql": over_postgresql}


def delivering(of: Fleet) -> list[int]:
    """Process ids of whatever delivers."""
    return [pid for one in of.all for pid in one.workers()] or [one.pid for one in of.workers]


def freeze(pid: int, after: float) -> None:
    """For longer than a lease, so many seconds from now."""
    time.sleep(after)
    os.kill(pid, signal.SIGSTOP)
    time.sleep(FROZEN)
    os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(("rounds", "at_once"), FORMS)
@pytest.mark.timeout(900)
def test_who_is_frozen_past_the_lease_loses_nothing_and_doubles_only_what_is_listed(
    tmp_path: Path, store: str, rounds: int, at_once: int
) -> None:
    chance = random.Random(rounds)
    count = round((FROZEN + AWAKE) * PACE * rounds)
    with (
        ReceiverProcess(tmp_path, SLOWLY) as receiver,
        STORES[store](tmp_path, receiver, at_once + 1) as of,
    ):
        with burst(of.intake, count, PACE), ThreadPoolExecutor(at_once) as pool:
            for _ in range(rounds):
                chosen = chance.sample(delivering(of), at_once)
                moments = [chance.uniform(0.2, AWAKE) for _ in chosen]
                list(pool.map(freeze, chosen, moments))
        after = aftermath(of, receiver, count)
        gap = longest_gap(one.at for one in receiver.taken())
    noted(f"{rounds * at_once} freezes over {store}", after, {"recovery_s": round(gap, 2)})
    assert after.lost == after.unlisted == after.differing == 0, after
