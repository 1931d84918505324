"""R14: delivery processes frozen past their lease at random moments, while others go on. Their
mails go to the others; who wakes up is fenced. A copy could come only of a freeze between the
commit of the dot's journal and the dot: it would be listed as in doubt."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.fleet import Fleet, aftermath, burst, fleet, noted, running, settings
from tests.acceptance.postgresql import PostgresqlServer
from twofifty.queue.worker import LEASE_SECONDS
from twofifty.testing.process import ReceiverProcess, ServiceProcess

PACE = 25.0
AWAKE = 2.0
"""Seconds between two freezes, at most."""
FORMS = [
    pytest.param(1, id="1-freeze"),
    pytest.param(50, id="50-freezes", marks=pytest.mark.slow),
]
SLOWLY = "delay:rcpt,0.05"


@contextmanager
def over_sqlite(folder: Path, receiver: ReceiverProcess) -> Iterator[Fleet]:
    """One service with two delivery processes over a file."""
    told = settings(receiver, f"sqlite:///{folder}/data/twofifty.db")
    with running(Fleet(ServiceProcess(folder, told | {"TWOFIFTY_WORKERS": "2"}), [])) as made:
        yield made


@contextmanager
def over_postgresql(folder: Path, receiver: ReceiverProcess) -> Iterator[Fleet]:
    """One intake and two workers, as on machines of their own."""
    server = PostgresqlServer()
    try:
        told = settings(receiver, server.database("frozen") + "?unsafe=yes")
        with fleet(folder, told) as made:
            yield made
    finally:
        server.remove()


STORES = {"sqlite": over_sqlite, "postgresql": over_postgresql}


def delivering(of: Fleet) -> list[int]:
    """Process ids of whatever delivers."""
    return [pid for one in of.all for pid in one.workers()] or [one.pid for one in of.workers]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("freezes", FORMS)
@pytest.mark.timeout(3000)
def test_who_is_frozen_past_the_lease_loses_nothing_and_doubles_only_what_is_listed(
    tmp_path: Path, store: str, freezes: int
) -> None:
    chance = random.Random(freezes)
    count = round((LEASE_SECONDS + 3 + AWAKE / 2) * PACE * freezes)
    with (
        ReceiverProcess(tmp_path, SLOWLY) as receiver,
        STORES[store](tmp_path, receiver) as of,
    ):
        with burst(of.intake, count, PACE):
            for _ in range(freezes):
                time.sleep(chance.uniform(0.2, AWAKE))
                frozen = chance.choice(delivering(of))
                os.kill(frozen, signal.SIGSTOP)
                time.sleep(LEASE_SECONDS + 3)
                os.kill(frozen, signal.SIGCONT)
        after = aftermath(of, receiver, count)
    noted(f"{freezes} freezes over {store}", after, {})
    assert after.lost == after.unlisted == after.differing == 0, after
