"""An embedded store moves to PostgreSQL with one command, whole, and is left alone from then on."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.postgresql import PostgresqlServer
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.app.stores import open_store
from twofifty.clock import SystemClock
from twofifty.errors import StartError
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import ACCEPTED, Bench, an_order, lawful, planner
from twofifty.track.model import MessageQuery, Page


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    found = PostgresqlServer()
    yield found
    found.remove()


@pytest.fixture
def there(server: PostgresqlServer, request: pytest.FixtureRequest) -> str:
    """A new database; the server of tests forgets what it wrote when the power goes."""
    return server.database(request.node.name[:60]) + "?unsafe=yes"


def filled(file: Path, count: int = 30) -> tuple[str, ...]:
    """A store with orders: most are confirmed, some wait; the messages' ids."""

    async def fill() -> tuple[str, ...]:
        clock = FrozenClock()
        store = SqliteStore(file, clock, plan=planner(clock), sample=lambda: b"a sample " * 50)
        bench = Bench(store, clock)
        for number in range(count):
            await bench.accept(an_order(f"o-{number}"))
        for item in await bench.lease():
            await bench.dot(item)
            await bench.settle(item, ACCEPTED)
        found = await messages(store)
        await store.close()
        return found

    return asyncio.run(fill())


async def messages(store: object) -> tuple[str, ...]:
    listing = await store.archive.messages(MessageQuery(page=Page(limit=500)))  # type: ignore[attr-defined]
    return tuple(f"{one.id} {one.status} {one.order_id}" for one in listing.items)


def migrate(folder: Path, there: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "twofifty.cli.main", "migrate", *words)
    environ = {**os.environ, "TWOFIFTY_DATABASE_URL": there}
    return subprocess.run(
        command, env=environ, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_everything_moves_and_work_goes_on_where_it_was(tmp_path: Path, there: str) -> None:
    file = tmp_path / "twofifty.db"
    before = filled(file)
    (tmp_path / "page-secret").write_text("a-secret-of-pages\n", encoding="ascii")
    done = migrate(tmp_path, there, "--from", str(file))
    assert done.returncode == 0, done.stderr
    assert "every hash is the same" in done.stdout

    async def look() -> None:
        clock = FrozenClock()
        store = open_store(there, clock, plan=planner(clock))
        bench = Bench(store, clock)
        try:
            assert await messages(store) == before
            assert (await bench.accept(an_order("o-1"))).duplicate
            fresh = await bench.accept(an_order("fresh"))
            assert len(fresh.messages) == 1
            left = await bench.lease()
            assert left
            await lawful(store)
        finally:
            await store.close()

    asyncio.run(look())
    with psycopg.connect(there.partition("?")[0]) as connection:
        kept = connection.execute("SELECT value FROM meta WHERE key = 'secret:page-secret'")
        assert kept.fetchone() == ("a-secret-of-pages",)


def test_a_store_that_was_moved_is_not_used_any_more(tmp_path: Path, there: str) -> None:
    file = tmp_path / "twofifty.db"
    filled(file, 2)
    assert migrate(tmp_path, there, "--from", f"sqlite:///{file}").returncode == 0
    again = migrate(tmp_path, there, "--from", str(file))
    assert (again.returncode, "already" in again.stderr) == (1, True)
    used = migrate(tmp_path, f"sqlite:///{file}", "--check")
    assert used.returncode == 0
    with pytest.raises(Exception, match="was moved to postgresql://admin@"):
        SqliteStore(file, FrozenClock())


def test_a_database_with_orders_takes_no_other_store(tmp_path: Path, there: str) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    filled(first, 2)
    untouched = filled(second, 3)
    assert migrate(tmp_path, there, "--from", str(first)).returncode == 0
    refused = migrate(tmp_path, there, "--from", str(second))
    assert refused.returncode == 1
    assert "rows already" in refused.stderr

    async def look() -> None:
        store = SqliteStore(second, FrozenClock())
        assert await messages(store) == untouched
        await store.close()

    asyncio.run(look())


@pytest.mark.parametrize(
    ("origin", "part"),
    [("nothing.db", "there is no store"), ("mysql://example.com/db", "sqlite:///")],
)
def test_what_is_no_store_is_said(tmp_path: Path, there: str, origin: str, part: str) -> None:
    done = migrate(tmp_path, there, "--from", origin)
    assert done.returncode != 0
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_in_use_is_not_moved(tmp_path: Path, there: str) -> None:
    file = tmp_path / "twofifty.db"
    filled(file, 1)
    store = SqliteStore(file, SystemClock())  # idle, as a service that waits for orders
    done = migrate(tmp_path, there, "--from", str(file))
    asyncio.run(store.close())
    assert done.returncode == 1
    assert "stop the service" in done.stderr
    assert migrate(tmp_path, there, "--from", str(file)).returncode == 0
    with pytest.raises(StartError, match="was moved to"):
        SqliteStore(file, SystemClock())


@pytest.mark.parametrize("content", [b"garbage", b"", None], ids=["garbage", "empty", "a-folder"])
def test_what_is_no_store_is_not_moved(tmp_path: Path, there: str, content: bytes | None) -> None:
    file = tmp_path / "other"
    file.mkdir() if content is None else file.write_bytes(content)
    done = migrate(tmp_path, there, "--from", str(file))
    assert done.returncode == 1
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr


def test_the_schema_is_made_once(tmp_path: Path, there: str) -> None:
    assert migrate(tmp_path, there, "--check").returncode == 1
    assert migrate(tmp_path, there).returncode == 0
    assert migrate(tmp_path, there, "--check").stdout.strip() == "nothing to do"


def test_a_database_of_a_newer_version_is_not_called_ready(tmp_path: Path, there: str) -> None:
    assert migrate(tmp_path, there).returncode == 0
    with psycopg.connect(there.partition("?")[0]) as db:
        db.execute("UPDATE meta SET value = '99' WHERE key IN ('schema', 'compatible_from')")
    for words in ((), ("--check",)):
        done = migrate(tmp_path, there, *words)
        assert done.returncode == 1
        assert "newer twofifty" in done.stderr
        assert "Traceback" not in done.stderr
