"""R5, R18: a real PostgreSQL is killed under the service - its backends, all of it, the service
with it - or has no connection, or no room, to give. What was answered is kept, the rest is told
to come again, and all goes on by itself."""

import asyncio
import contextlib
import os
import pwd
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
import httpx2
import psycopg
import pytest

from tests.acceptance.fleet import (
    Burst,
    aftermath,
    burst,
    fleet,
    noted,
    settings,
    unharmed,
)
from tests.acceptance.mails import an_order
from tests.acceptance.postgresql import PostgresqlServer
from twofifty.adapters.postgresql.faults import FAULTS
from twofifty.adapters.postgresql.url import target
from twofifty.adapters.postgresql.wire import connect
from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess

UNSAFE = "?unsafe=yes"
BACK = 30.0
"""Ten times what a reconnection may take: that, and not more, is asserted."""
FALLS = [
    pytest.param(1_000, 6, 60.0, id="1000-orders-6-falls"),
    pytest.param(20_000, 20, 90.0, id="20000-orders-20-falls", marks=pytest.mark.slow),
]
ENDS = [
    pytest.param(400, 2, 40.0, id="400-orders-2-ends"),
    pytest.param(10_000, 15, 60.0, id="10000-orders-15-ends", marks=pytest.mark.slow),
]
IN_ALL = 1_000
ROOM = 1024 * 1024
"""What is left on a disk that is filled amid a burst: enough for some orders."""
FULL_SECONDS = 3.0
_LOCK = "SELECT pg_advisory_xact_lock(1)"
_END_OURS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE application_name = 'twofifty' AND datname = %s
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    running = PostgresqlServer()
    yield running
    running.remove()


def hang_up(server: PostgresqlServer, database: str) -> None:
    """Ends every connection of ours."""
    with psycopg.connect(server.url(database), autocommit=True) as admin:
        admin.execute(_END_OURS, (database,))


def crash(server: PostgresqlServer) -> None:
    """Ends the server as a crash would, and starts it again."""
    server.stop()
    server.start()


@pytest.mark.parametrize(("count", "falls", "pace"), FALLS)
@pytest.mark.timeout(1800)
def test_a_database_that_hangs_up_or_crashes_loses_and_doubles_nothing(
    server: PostgresqlServer, tmp_path: Path, count: int, falls: int, pace: float
) -> None:
    name, chance = f"falls{count}", random.Random(count)
    database = server.database(name) + UNSAFE
    backs = []
    with ReceiverProcess(tmp_path) as receiver, fleet(tmp_path, settings(receiver, database)) as of:
        with burst(of.intake, count, pace) as posting:
            for number in range(1, falls + 1):
                posting.wait_for(count * number // (falls + 1) - chance.randrange(20))
                hang_up(server, name) if number % 3 else crash(server)
                backs.append(back(posting))
        after = aftermath(of, receiver, count)
    noted(f"{falls} falls of the database", after, {"recovery_s": round(max(backs), 2)})
    assert unharmed(after), after
    assert max(backs) < BACK


def back(posting: Burst) -> float:
    """Seconds until an order that came after this moment was answered."""
    began, count = time.monotonic(), posting.count()
    # Whatever was on its way when the database fell may be among these.
    posting.wait_for(count + posting.connections)
    return time.monotonic() - began


@pytest.mark.parametrize(("count", "ends", "pace"), ENDS)
@pytest.mark.timeout(1800)
def test_when_all_is_killed_at_once_what_was_answered_is_kept(
    server: PostgresqlServer, tmp_path: Path, count: int, ends: int, pace: float
) -> None:
    database = server.database(f"ends{count}") + UNSAFE
    downs = []
    with ReceiverProcess(tmp_path) as receiver, fleet(tmp_path, settings(receiver, database)) as of:
        with burst(of.intake, count, pace) as posting:
            for number in range(1, ends + 1):
                posting.wait_for(count * number // (ends + 1))
                server.stop()
                of.kill()
                server.start()
                began = time.monotonic()
                of.start()
                back(posting)
                downs.append(time.monotonic() - began)
        after = aftermath(of, receiver, count)
    noted(f"{ends} ends of everything", after, {"recovery_s": round(max(downs), 2)})
    assert unharmed(after), after


@pytest.mark.timeout(300)
def test_a_database_without_a_free_connection_is_waited_for(
    server: PostgresqlServer, tmp_path: Path
) -> None:
    """Others take every connection that is left, also those that ours had and were told to
    leave."""
    database = server.database("crowded") + UNSAFE
    with ReceiverProcess(tmp_path) as receiver, fleet(tmp_path, settings(receiver, database)) as of:
        with burst(of.intake, 50, 50):
            pass
        aftermath(of, receiver, 50)
        with crowded(server, "crowded"):
            slowest = refused(of.intake, 500)
        began = time.monotonic()
        with burst(of.intake, 100, 50, first=1_000) as posting:
            posting.wait_for(1)
            recovery = time.monotonic() - began
        after = aftermath(of, receiver, 150)
    noted(
        "no connection free",
        after,
        {"answered_s": round(slowest, 2), "recovery_s": round(recovery, 2)},
    )
    assert unharmed(after), after


@contextmanager
def crowded(server: PostgresqlServer, database: str) -> Iterator[None]:
    """All connections of the server are somebody else's."""
    url = server.url("postgres")
    with ExitStack() as ends:
        admin = ends.enter_context(psycopg.connect(url, autocommit=True))
        full = False
        while not full:
            admin.execute(_END_OURS, (database,))
            try:
                ends.enter_context(psycopg.connect(url))
            except psycopg.OperationalError:
                found = admin.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (database,)
                ).fetchone()
                full = found == (0,)
        yield


def refused(intake: ServiceProcess, number: int) -> float:
    """Seconds until an order was answered with 503 and when to come again."""
    began = time.monotonic()
    with httpx2.Client(timeout=120) as client:
        answer = placed(client, intake, number)
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    return time.monotonic() - began


def placed(client: httpx2.Client, intake: ServiceProcess, number: int) -> httpx2.Response:
    """What an order for somebody new was answered with."""
    order = an_order(number, f"buyer{number}@example.com")
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    return client.post(f"{intake.url}/v1/orders", content=order.body, headers=headers)


def test_who_is_frozen_with_a_lock_loses_it_and_who_is_frozen_waiting_never_gets_it(
    server: PostgresqlServer,
) -> None:
    """Two processes do nothing more: one that holds what all others need, one behind it."""
    place = target(server.database("locked") + UNSAFE)

    async def scenario() -> None:
        holder, waiter = [await connect(place, indexed=True) for _ in range(2)]
        other = await connect(place)
        await holder.execute(f"BEGIN; {_LOCK}")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await waiter.execute(f"BEGIN; {_LOCK}")
        await other.execute(f"BEGIN; {_LOCK}; COMMIT")
        with pytest.raises(FAULTS):
            await holder.execute("COMMIT")
        for one in (waiter, other):
            await one.close()

    asyncio.run(scenario())


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 64 MB that the server may write on."""
    disk = Path(tempfile.mkdtemp(prefix="small-disk-"))
    owner = f"uid={pwd.getpwnam('postgres').pw_uid}" if os.getuid() == 0 else ""
    command = ("mount", "-t", "tmpfs", "-o", f"size=64m,mode=700,{owner}", "small", str(disk))
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode != 0:
        disk.rmdir()
        pytest.skip(f"a small disk cannot be mounted here: {made.stderr.strip()}")
    yield disk
    subprocess.run(("umount", "-l", str(disk)), check=True)
    disk.rmdir()


@pytest.mark.timeout(300)
def test_a_database_whose_disk_is_full_refuses_honestly_and_goes_on_by_itself(
    small_disk: Path, tmp_path: Path
) -> None:
    server = PostgresqlServer()
    filler = small_disk / "filler"
    try:
        database = on_disk(server, small_disk)
        with (
            ReceiverProcess(tmp_path) as receiver,
            fleet(tmp_path, settings(receiver, database)) as of,
        ):
            with burst(of.intake, IN_ALL, 50) as posting:
                posting.wait_for(100)
                fill(filler, but=ROOM)
                taken, slowest = until_refused(of.intake)
                before = posting.count()
                time.sleep(FULL_SECONDS)
                while_full = posting.count() - before
                filler.unlink()
                recovery = back(posting)
            after = aftermath(of, receiver, IN_ALL + taken)
    finally:
        server.remove()
    noted(
        "the database's disk full",
        after,
        {
            "answered_s": round(slowest, 2),
            "recovery_s": round(recovery, 2),
            "taken_before": before + taken,
            "taken_while_full": while_full,
        },
    )
    assert unharmed(after), after
    assert before + taken > 100
    assert before + while_full < IN_ALL


def on_disk(server: PostgresqlServer, disk: Path) -> str:
    """A database whose tables lie on `disk`."""
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
        admin.execute("CREATE DATABASE small TABLESPACE small")
    return server.url("small") + UNSAFE


def fill(filler: Path, but: int) -> None:
    """Takes all the room that is left, but for so many bytes."""
    with filler.open("wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(64 * 1024))
        file.truncate(file.tell() - but)


def until_refused(intake: ServiceProcess) -> tuple[int, float]:
    """How many orders were still taken before there was no room for one, and how many seconds that
    answer took."""
    with httpx2.Client(timeout=120) as client:
        for number in range(5_000):
            began = time.monotonic()
            answer = placed(client, intake, 1_000 + number)
            if answer.status_code == 503:
                assert int(answer.headers["Retry-After"]) > 0
                return number, time.monotonic() - began
            assert answer.status_code == 202, answer.text
    raise AssertionError("the disk was never full")
