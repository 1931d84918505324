"""Several processes over one database: nothing acknowledged is ever lost."""

import asyncio
import subprocess
import sys
from pathlib import Path

import psycopg

from tests.acceptance.postgresql import PostgresqlServer
from tests.unit.adapters_postgresql.conftest import Asking
from twofifty.adapters.postgresql.store import PostgresqlStore
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import lawful

ROOT = Path(__file__).parents[3]


def hammer(url: str, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.unit.adapters_postgresql.hammer"]
    return subprocess.Popen(
        [*command, url, name, str(count)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def lawful_still(url: str) -> None:
    async def scenario() -> None:
        store = PostgresqlStore(url, FrozenClock())
        await lawful(store)
        await store.close()

    asyncio.run(scenario())


def orders(ask: Asking) -> set[str]:
    return {row[0] for row in ask("SELECT source_order_id FROM orders")}


def test_processes_that_hammer_one_database_lose_nothing(url: str, ask: Asking) -> None:
    running = [hammer(url, name, 100) for name in ("one", "two", "three")]
    said = {line for process in running for line in process.communicate()[0].split()}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(said) == 300
    assert orders(ask) == said
    assert ask("SELECT value FROM meta WHERE key = 'probe'") == [("300",)]
    lawful_still(url)


def test_what_was_acknowledged_survives_kills_of_processes_and_of_the_server(
    url: str, server: PostgresqlServer
) -> None:
    said: set[str] = set()
    for number, lines in enumerate((1, 23, 41)):
        process = hammer(url, f"run{number}", 100_000)
        assert process.stdout is not None
        said |= {process.stdout.readline().strip() for _ in range(lines)}
        if number == 1:
            server.stop()
        process.kill()
        rest = process.stdout.read()
        process.wait()
        said |= {line.strip() for line in rest.splitlines(keepends=True) if line.endswith("\n")}
        process.stdout.close()
        if number == 1:
            server.start()
    assert len(said) >= 65
    with psycopg.connect(url.partition("?")[0]) as connection:
        rows = connection.execute("SELECT source_order_id FROM orders").fetchall()
    assert said <= {row[0] for row in rows}
    lawful_still(url)
