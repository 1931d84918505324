"""R5: the power goes at random moments; nothing that was answered with 2xx is lost.

The store lies on a file system that keeps only what was synced (`twofifty.testing.powercut`), the
receiver outside. The long form runs from `make test-slow`.
"""

import asyncio
import contextlib
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from twofifty.adapters.sqlite.database import prepare
from twofifty.testing.law import conserved, settled
from twofifty.testing.load import Load, Post
from twofifty.testing.powercut import PowerCutDisk, unavailable
from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess
from twofifty.testing.samples import sample_order

pytestmark = pytest.mark.skipif(
    unavailable() is not None, reason=f"no power cuts here: {unavailable()}"
)
HEADERS = (("Authorization", f"Bearer {KEY}"),)
STRAY = 0.02
FORMS = [
    pytest.param(1_000, 8, id="1000-orders-8-cuts"),
    pytest.param(10_000, 50, id="10000-orders-50-cuts", marks=pytest.mark.slow),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[PowerCutDisk]:
    with PowerCutDisk(tmp_path / "survives", tmp_path / "data", stray=STRAY) as mounted:
        yield mounted


@pytest.mark.parametrize(
    ("level", "loses"),
    [("FULL", False), ("NORMAL", True), ("OFF", True)],
    ids=["full", "normal", "off"],
)
def test_the_laboratory_bites_a_commit_that_is_not_synced_is_lost(
    disk: PowerCutDisk, level: str, loses: bool
) -> None:
    database = disk.mount / "control.db"
    command = (sys.executable, "-c", COMMITS, str(database), level)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as committing:
        assert committing.stdout is not None
        for _ in range(300):
            committing.stdout.readline()
        disk.fail()
        committing.kill()
        committed = 300 + len(committing.stdout.read().split())
    disk.cut()
    disk.on()
    assert (surviving(database) < committed) == loses


COMMITS = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute(f"PRAGMA synchronous={sys.argv[2]}")
db.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, filling BLOB)")
while True:
    db.execute("INSERT INTO kept (filling) VALUES (randomblob(700))")
    print(flush=True, end="1\\n")
"""


def surviving(database: Path) -> int:
    """How many rows can still be read."""
    try:
        with contextlib.closing(sqlite3.connect(database)) as db:
            return int(db.execute("SELECT count(*) FROM kept").fetchone()[0])
    except sqlite3.DatabaseError:
        return 0


def test_a_new_store_survives_from_its_first_moment(tmp_path: Path) -> None:
    with PowerCutDisk(tmp_path / "survives", tmp_path / "disk") as disk:
        database = disk.mount / "deep" / "folder" / "twofifty.db"
        prepare(database)
        disk.cut()
        disk.on()
        assert database.exists()
        assert damage(database) == []
        with contextlib.closing(sqlite3.connect(database)) as db:
            assert db.execute("SELECT count(*) FROM orders").fetchone() == (0,)


@pytest.mark.parametrize(("least", "cuts"), FORMS)
@pytest.mark.timeout(1800)
def test_power_cuts_lose_no_order_that_was_answered_and_mail_each_once(
    disk: PowerCutDisk, tmp_path: Path, least: int, cuts: int
) -> None:
    with ReceiverProcess(tmp_path) as receiver, contextlib.ExitStack() as ending:
        lookup = quote(receiver.lookup, safe="")
        url = f"smtp://127.0.0.1:{receiver.port}?tls=none&settle=1&lookup={lookup}"
        service = ServiceProcess(tmp_path, {"TWOFIFTY_SMTP_URL": url})
        ending.callback(service.kill)
        service.start()
        service.wait_ready()
        answered = burst(service, disk, least, cuts)
        counted = settled(service, 300)
        taken = Counter(one.message_id for one in receiver.taken())

    assert len(answered) >= least
    assert counted.messages == {"sent": len(answered)}
    assert Counter(taken.values()) == {1: len(answered)}


def burst(service: ServiceProcess, disk: PowerCutDisk, least: int, cuts: int) -> set[str]:
    """Posts at least `least` orders while the power goes `cuts` times; the ids of all of them."""
    load = Load(service.port, pace=least / (cuts * 0.45))
    breaker = Breaker(service, disk, load, cuts)
    thread = threading.Thread(target=breaker.run)
    thread.start()
    try:
        answered = asyncio.run(load.run(breaker.fed(least)))
    finally:
        thread.join()
    assert breaker.found == []
    assert breaker.cuts_left == 0
    assert {one.status for one in answered.values()} == {202}
    return set(answered)


class Breaker:
    """Cuts the power at random moments, starts all again, and looks for what is gone."""

    def __init__(self, service: ServiceProcess, disk: PowerCutDisk, load: Load, cuts: int) -> None:
        self._service, self._disk, self._load = service, disk, load
        self._chance = random.Random(cuts)
        self.cuts_left = cuts
        self.found: list[str] = []

    def fed(self, least: int) -> Iterator[Post]:
        """Orders that do not end before the last cut."""
        for i in count():
            if i >= least and (self.found or not self.cuts_left):
                return
            order = {**sample_order(i, lines=3), "state": {"payment": "paid"}}
            yield Post(str(order["id"]), "/v1/orders", msgspec.json.encode(order), HEADERS)

    def run(self) -> None:
        """Every cut. Whatever is wrong goes to `found`, one sentence each."""
        try:
            while self.cuts_left and not self.found:
                time.sleep(self._chance.uniform(0.1, 0.8))
                self._cut()
                self.cuts_left -= 1
        except (AssertionError, OSError, RuntimeError, sqlite3.Error) as fault:
            self.found.append(repr(fault))
            self._service.kill()

    def _cut(self) -> None:
        self._disk.fail()
        self._service.kill()
        answered = set(self._load.answered)
        self._disk.cut()
        self._disk.on()
        self._service.start()
        self._service.wait_ready()
        database = self._disk.mount / "twofifty.db"
        self.found += [
            f"order {lost} was answered and is lost" for lost in answered - kept(database)
        ]
        self.found += damage(database)
        conserved(self._service)


def kept(database: Path) -> set[str]:
    """The ids of all orders in the store."""
    with contextlib.closing(sqlite3.connect(database)) as db:
        return {row[0] for row in db.execute("SELECT source_order_id FROM orders")}


def damage(database: Path) -> list[str]:
    """What SQLite finds wrong with the file."""
    with contextlib.closing(sqlite3.connect(database)) as db:
        found = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found
