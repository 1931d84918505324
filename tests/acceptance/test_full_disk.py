"""R6: a full disk of 16 MB. What was answered with 2xx is kept, everything else is told to come
again, and once there is room all goes on by itself, in the same process.

With a reserve intake stops before the disk is full; without one SQLite hits the wall in the middle
of a transaction, and the same promises hold.
"""

import base64
import contextlib
import os
import random
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from twofifty.testing.law import settled
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sample_order

MEGABYTE = 1024 * 1024
POSTERS = 4
FULL_SECONDS = 3.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB where the service keeps its data, and 7 MB of it taken already."""
    disk = tmp_path / "data"
    disk.mkdir()
    command = ("mount", "-t", "tmpfs", "-o", "size=16m", "twofifty-test", str(disk))
    mounted = subprocess.run(command, check=False, capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    (disk / "filler").write_bytes(bytes(7 * MEGABYTE))
    yield disk
    subprocess.run(("umount", "-l", str(disk)), check=True)


class Posters:
    """Post orders with pictures' worth of incompressible text; remember what was answered."""

    def __init__(self, service: ServiceProcess) -> None:
        self._service = service
        self._numbers = count()
        self.accepted: list[str] = []
        self.refused: list[httpx2.Response] = []

    def until_refused(self) -> None:
        """Each posts until it hears 503."""
        with ThreadPoolExecutor(POSTERS) as pool:
            for done in [pool.submit(self._until_refused) for _ in range(POSTERS)]:
                done.result()

    def _until_refused(self) -> None:
        with self._service.client() as client:
            while self.post(client):
                pass

    def post(self, client: httpx2.Client) -> bool:
        """Whether one more order was taken. Anything but 202 and 503 raises AssertionError."""
        number = next(self._numbers)
        noise = base64.b64encode(random.Random(number).randbytes(14_000)).decode()
        order = {**sample_order(number, lines=2), "state": {"payment": "paid"}}
        answer = client.post("/v1/orders", json={**order, "attributes": {"noise": noise}})
        if answer.status_code == 202:
            self.accepted.append(str(order["id"]))
            return True
        assert answer.status_code == 503, answer.text
        self.refused.append(answer)
        return False


def ready(client: httpx2.Client) -> bool:
    return client.get("/readyz").status_code == 200


def wait_until(true: Iterator[bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    for one in true:
        if one:
            return
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize("reserve", ["2", "0"], ids=["reserve-2-mb", "no-reserve"])
@pytest.mark.timeout(180)
def test_a_full_disk_refuses_honestly_loses_nothing_and_recovers_by_itself(
    small_disk: Path, start: Start, tmp_path: Path, reserve: str
) -> None:
    with ReceiverProcess(tmp_path, "delay:mail,0.1") as receiver:
        query = f"tls=none&settle=1&lookup={quote(receiver.lookup, safe='')}"
        service = start(receiver, query=query, TWOFIFTY_DISK_RESERVE_MB=reserve)
        pid, posters = service.pid, Posters(service)
        with service.client() as client:
            posters.until_refused()
            fill_to_the_brim(small_disk / "more")
            time.sleep(FULL_SECONDS)
            before = set(posters.accepted)
            wait_until(not ready(client) for _ in count())
            assert before <= kept(small_disk / "twofifty.db")

            (small_disk / "filler").unlink()
            (small_disk / "more").unlink()
            wait_until(posters.post(client) for _ in count())
            for _ in range(20):
                posters.post(client)
            wait_until(ready(client) for _ in count())
        counted = settled(service)
        taken = Counter(one.message_id for one in receiver.taken())

    assert len(before) > 20
    assert all(int(one.headers["retry-after"]) > 0 for one in posters.refused)
    assert set(posters.accepted) <= kept(small_disk / "twofifty.db")
    assert counted.messages == {"sent": len(kept(small_disk / "twofifty.db"))}
    assert Counter(taken.values()) == {1: counted.messages["sent"]}
    assert damage(small_disk / "twofifty.db") == ["ok"]
    assert service.pid == pid
    os.kill(pid, 0)


def fill_to_the_brim(file: Path) -> None:
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as filling:
        while True:
            filling.write(bytes(4096))


def kept(database: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(database)) as db:
        return {row[0] for row in db.execute("SELECT source_order_id FROM orders")}


def damage(database: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(database)) as db:
        return [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
