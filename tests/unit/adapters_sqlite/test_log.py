"""The write-ahead log stays bounded while all write and others read."""

import asyncio
import itertools
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from twofifty.adapters.relational.ports import Database
from twofifty.adapters.sqlite.database import connect, prepare
from twofifty.adapters.sqlite.writer import FileWriter

PIECE = 1 << 20
PUT = "INSERT INTO meta (key, value) VALUES (:key, :value)"
PUT += " ON CONFLICT (key) DO UPDATE SET value = excluded.value"


def log_of(path: Path) -> int:
    return Path(f"{path}-wal").stat().st_size


LONG_LOG = 64 << 20


async def written(path: Path, megabytes: int, long_log: int = LONG_LOG) -> list[int]:
    """How large the log was after each megabyte, which is a commit."""
    writer, sizes = FileWriter(path, long_log=long_log), []
    for number in range(megabytes):
        value = {"key": f"k{number % 8}", "value": f"{number:09}" * (PIECE // 9)}

        def put(db: Database, value: dict[str, str] = value) -> None:
            db.execute(PUT, value)

        await writer.run(put)
        sizes.append(log_of(path))
    await writer.close()
    return sizes


@contextmanager
def readers(path: Path, count: int) -> Iterator[None]:
    """So many who read the store again and again, never all of them pausing on purpose."""
    over = threading.Event()

    def read() -> None:
        with closing(connect(path)) as db:
            while not over.is_set():
                db.execute("SELECT sum(length(value)) FROM meta").fetchone()

    threads = [threading.Thread(target=read) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "store.db"
    prepare(path)
    return path


def test_the_log_is_used_again_while_others_read_all_the_time(store: Path) -> None:
    with readers(store, 3):
        sizes = asyncio.run(written(store, 120, LONG_LOG // 3))
    assert max(sizes) < LONG_LOG * 5 // 4


def test_a_log_that_grew_under_a_long_look_is_cut_off_after_it(store: Path) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM meta").fetchone()
        grown = asyncio.run(written(store, 70))
        assert all(one < two for one, two in itertools.pairwise(grown))
        assert grown[-1] > LONG_LOG
        reader.execute("COMMIT")
        sizes = asyncio.run(written(store, 3))
    assert sizes[-1] <= LONG_LOG
