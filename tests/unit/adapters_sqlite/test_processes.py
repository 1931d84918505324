"""Several processes over one file: they take turns, and nothing acknowledged is ever lost."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

from twofifty.adapters.sqlite.database import prepare
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import lawful

ROOT = Path(__file__).parents[3]


def hammer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.unit.adapters_sqlite.hammer"]
    return subprocess.Popen(
        [*command, str(path), name, str(count)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def kept(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT source_order_id FROM orders").fetchall()
        return {row[0] for row in rows}
    finally:
        connection.close()


def lawful_still(path: Path) -> None:
    async def scenario() -> None:
        store = SqliteStore(path, FrozenClock())
        await lawful(store)
        await store.close()

    asyncio.run(scenario())


def test_two_processes_that_hammer_one_file_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    prepare(path)
    running = [hammer(path, name, 150) for name in ("one", "two")]
    said = {line for process in running for line in process.communicate()[0].split()}
    assert [process.returncode for process in running] == [0, 0]
    assert len(said) == 300
    assert kept(path) == said
    connection = sqlite3.connect(path)
    (counted,) = connection.execute("SELECT value FROM meta WHERE key = 'probe'").fetchone()
    connection.close()
    assert counted == "300"
    lawful_still(path)


def test_what_was_acknowledged_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    said: set[str] = set()
    for number, lines in enumerate((1, 7, 23, 41)):
        process = hammer(path, f"run{number}", 100_000)
        assert process.stdout is not None
        said |= {process.stdout.readline().strip() for _ in range(lines)}
        process.kill()
        rest = process.stdout.read()
        process.wait()
        said |= {line for line in rest.splitlines(keepends=True) if line.endswith("\n")}
        process.stdout.close()
    said = {line.strip() for line in said}
    assert len(said) >= 72
    assert said <= kept(path)
    lawful_still(path)
