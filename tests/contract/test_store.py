"""Every store keeps every promise of the store's contract."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from twofifty.adapters.memory.rows import Rows
from twofifty.adapters.memory.store import MemoryStore
from twofifty.adapters.postgresql.store import PostgresqlStore
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store import StoreContract
from twofifty.testing.contracts.store_bench import Store, planner
from twofifty.testing.contracts.suite import promises


class OnSqlite(StoreContract):
    def __init__(self, folder: Path) -> None:
        self._path = folder / "store.db"

    async def open_store(self, clock: FrozenClock) -> Store:
        return SqliteStore(self._path, clock, plan=planner(clock))


@pytest.mark.parametrize("promise", promises(StoreContract))
def test_sqlite_keeps_its_promise(promise: str, tmp_path: Path) -> None:
    asyncio.run(OnSqlite(tmp_path).keep(promise))


class OnPostgresql(StoreContract):
    def __init__(self, url: str) -> None:
        self._url = url

    async def open_store(self, clock: FrozenClock) -> Store:
        return PostgresqlStore(self._url, clock, plan=planner(clock))


@pytest.mark.parametrize("promise", promises(StoreContract))
def test_postgresql_keeps_its_promise(promise: str, emptied: Callable[[], str]) -> None:
    asyncio.run(OnPostgresql(emptied()).keep(promise))


class InMemory(StoreContract):
    def __init__(self) -> None:
        self._rows = Rows()

    async def open_store(self, clock: FrozenClock) -> Store:
        return MemoryStore(clock, plan=planner(clock), rows=self._rows)


@pytest.mark.parametrize("promise", promises(StoreContract))
def test_memory_keeps_its_promise(promise: str) -> None:
    asyncio.run(InMemory().keep(promise))
