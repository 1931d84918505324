"""Group commit: shared by many, spoiled by none, honest about the disk."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

import pytest

from twofifty.adapters.relational.ports import Database, Pages
from twofifty.adapters.sqlite.database import connect, prepare
from twofifty.adapters.sqlite.turn import Presence, Turn
from twofifty.adapters.sqlite.writer import FileWriter, Work
from twofifty.errors import StartError, StoreBroken, StoreError, StoreFull

Scenario = Callable[[FileWriter], Coroutine[None, None, None]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "store.db"
    prepare(file)
    return file


def over(path: Path, scenario: Scenario, broken: Callable[[], None] = lambda: None) -> None:
    async def run() -> None:
        writer = FileWriter(path, broken=broken)
        try:
            await scenario(writer)
        finally:
            await writer.close()

    asyncio.run(run())


def put(key: str, value: str = "x") -> Work[int]:
    statement = "INSERT INTO meta (key, value) VALUES (:key, :value)"
    return lambda db: db.execute(statement, {"key": key, "value": value}).rowcount


def keys(path: Path) -> set[str]:
    connection = connect(path)
    try:
        return {row[0] for row in connection.execute("SELECT key FROM meta").fetchall()}
    finally:
        connection.close()


def failing(fault: Exception, key: str = "poison") -> Work[None]:
    def work(db: Database) -> None:
        put(key)(db)
        raise fault

    return work


def of_sqlite(code: int) -> sqlite3.OperationalError:
    """An error as sqlite3 raises it."""
    fault = sqlite3.OperationalError("from the disk")
    fault.sqlite_errorcode = code
    return fault


def test_works_that_wait_together_share_a_commit(path: Path) -> None:
    async def scenario(writer: FileWriter) -> None:
        await asyncio.gather(*(writer.run(put(f"k{number}")) for number in range(200)))
        assert writer.commits <= 4

    over(path, scenario)
    assert len(keys(path)) == 200


def counted(db: Pages, items: Sequence[str]) -> list[tuple[str, int]]:
    """Writes all, and says with how many others each came."""
    db.fill("meta", ("key", "value"), [(item, "x") for item in items])
    return [(item, len(items)) for item in items]


def test_items_of_one_bulk_are_handed_over_together_in_their_order(path: Path) -> None:
    async def scenario(writer: FileWriter) -> None:
        beside = writer.run(put("beside"))
        bulks = [writer.run_bulk(counted, f"k{number}") for number in range(50)]
        said = await asyncio.gather(*bulks[:25], beside, *bulks[25:])
        assert said.pop(25) == 1
        assert said == [(f"k{number}", 50) for number in range(50)]
        assert writer.commits == 1

    over(path, scenario)
    assert len(keys(path)) == 51


def test_an_item_that_spoils_its_bulk_fails_alone(path: Path) -> None:
    async def scenario(writer: FileWriter) -> None:
        await writer.run(put("k3"))
        bulks = [writer.run_bulk(counted, f"k{number}") for number in range(8)]
        said = await asyncio.gather(*bulks, return_exceptions=True)
        assert isinstance(said.pop(3), StoreError)
        assert said == [(f"k{number}", 1) for number in range(8) if number != 3]

    over(path, scenario)
    assert len(keys(path)) == 8


def test_numbers_for_new_rows_are_nobody_elses(path: Path) -> None:
    def numbered(db: Pages, items: Sequence[int]) -> list[tuple[int, ...]]:
        return [tuple(db.ids("tasks", 2)) for _ in items]

    async def scenario(writer: FileWriter) -> None:
        assert await writer.run_bulk(numbered, 0) == (1, 2)

    over(path, scenario)


def test_who_stops_waiting_does_not_stop_the_work(path: Path) -> None:
    async def scenario(writer: FileWriter) -> None:
        waiting = [asyncio.create_task(writer.run(put(f"k{number}"))) for number in range(3)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        said = await asyncio.gather(*waiting, return_exceptions=True)
        assert [one for one in said if isinstance(one, int)] == [1, 1]

    over(path, scenario)
    assert keys(path) >= {"k0", "k1", "k2"}


def test_a_lone_work_waits_for_nobody(path: Path) -> None:
    async def scenario(writer: FileWriter) -> None:
        for number in range(5):
            assert await writer.run(put(f"k{number}")) == 1
            assert keys(path) == {f"k{one}" for one in range(number + 1)}
        assert writer.commits == 5

    over(path, scenario)


def test_each_gets_its_own_result(path: Path) -> None:
    async def scenario(writer: FileWriter) -> None:
        def says(number: int) -> Work[int]:
            return lambda _: number

        works = [writer.run(says(number)) for number in range(50)]
        assert await asyncio.gather(*works) == list(range(50))

    over(path, scenario)


def test_a_work_that_fails_fails_alone_and_leaves_nothing(path: Path) -> None:
    async def scenario(writer: FileWriter) -> None:
        works = [writer.run(put(f"k{number}")) for number in range(9)]
        spoiled = writer.run(failing(ValueError("a fault of ours")))
        results = await asyncio.gather(*works, spoiled, return_exceptions=True)
        assert results[:9] == [1] * 9
        assert isinstance(results[9], ValueError)

    over(path, scenario)
    assert keys(path) == {f"k{number}" for number in range(9)}


def test_a_statement_that_fails_is_a_store_error_and_only_its_own(path: Path) -> None:
    async def scenario(writer: FileWriter) -> None:
        twice = (writer.run(put("same")), writer.run(put("same")), writer.run(put("other")))
        results = await asyncio.gather(*twice, return_exceptions=True)
        assert [type(result) for result in results] == [int, StoreError, int]

    over(path, scenario)
    assert keys(path) == {"same", "other"}


def test_a_full_disk_is_said_and_costs_nothing_that_was_kept(path: Path) -> None:
    async def scenario(writer: FileWriter) -> None:
        pages = await writer.run(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
        await writer.run(lambda db: db.execute(f"PRAGMA max_page_count={pages + 10}"))
        kept: set[str] = set()

        async def fill() -> None:
            for number in range(100):
                await writer.run(put(f"k{number}", "x" * 4_000))
                kept.add(f"k{number}")

        with pytest.raises(StoreFull):
            await fill()
        assert kept
        assert kept == keys(path)
        await writer.run(lambda db: db.execute("PRAGMA max_page_count=100000"))
        await writer.run(put("room again"))

    over(path, scenario)
    assert "room again" in keys(path)


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_CORRUPT]
)
def test_a_write_that_did_not_reach_the_disk_is_never_tried_again(path: Path, code: int) -> None:
    told: list[int] = []
    tries: list[int] = []

    def broken_write(db: Database) -> None:
        tries.append(1)
        raise of_sqlite(code)

    async def scenario(writer: FileWriter) -> None:
        works = (writer.run(put("k")), writer.run(broken_write))
        results = await asyncio.gather(*works, return_exceptions=True)
        assert [type(result) for result in results] == [StoreBroken, StoreBroken]

    over(path, scenario, lambda: told.append(1))
    assert (len(tries), len(told)) == (1, 1)
    assert keys(path) == set()


def test_giving_up_waiting_does_not_undo_the_work(path: Path) -> None:
    async def scenario(writer: FileWriter) -> None:
        waiting = asyncio.create_task(writer.run(put("k")))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await writer.run(put("next"))

    over(path, scenario)
    assert keys(path) == {"k", "next"}


def test_closing_finishes_what_waits(path: Path) -> None:
    async def scenario() -> None:
        writer = FileWriter(path)
        waiting = [asyncio.create_task(writer.run(put(f"k{number}"))) for number in range(20)]
        await asyncio.sleep(0)
        await writer.close()
        assert await asyncio.gather(*waiting) == [1] * 20

    asyncio.run(scenario())
    assert len(keys(path)) == 20


def test_after_closing_nothing_is_taken(path: Path) -> None:
    async def scenario() -> None:
        writer = FileWriter(path)
        await writer.close()
        with pytest.raises(StoreError):
            await writer.run(put("late"))

    asyncio.run(scenario())
    assert keys(path) == set()


def test_the_turn_is_one_at_a_time(path: Path) -> None:
    one, two = Turn(path), Turn(path)
    assert one.take_now()
    assert not two.take_now()
    one.give()
    assert two.take_now()
    two.close()
    assert one.take_now(), "who is gone has given its turn"
    one.close()


def test_two_writers_of_one_file_take_turns(path: Path) -> None:
    async def scenario() -> None:
        writers = [FileWriter(path), FileWriter(path)]
        works = [writers[number % 2].run(put(f"k{number}", "x" * 100)) for number in range(200)]
        assert await asyncio.gather(*works) == [1] * 200
        for writer in writers:
            await writer.close()

    asyncio.run(scenario())
    assert len(keys(path)) == 200


def test_who_comes_by_a_link_takes_turns_with_who_does_not(path: Path) -> None:
    link = path.parent / "link.db"
    link.symlink_to(path)
    here, there = Turn(path), Turn(link)
    assert here.take_now()
    assert not there.take_now()
    here.close()
    assert there.take_now()
    there.close()
    working = Presence(link)
    with pytest.raises(StartError, match="stop the service"):
        Presence(path, alone=True)
    working.close()
    Presence(path, alone=True).close()


def test_a_store_behind_a_link_is_written_once(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    prepare(tmp_path / "far" / "store.db")
    link = tmp_path / "store.db"
    link.symlink_to(tmp_path / "far" / "store.db")
    counted = (
        "INSERT INTO meta (key, value) VALUES (:key, '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
    )

    def count(key: str) -> Work[int]:
        return lambda db: db.execute(counted, {"key": key}).rowcount

    async def scenario(writer: FileWriter) -> None:
        assert await asyncio.gather(*(writer.run(count(key)) for key in "abc")) == [1, 1, 1]

    over(link, scenario)
    connection = connect(link)
    rows = connection.execute("SELECT value FROM meta WHERE key IN ('a', 'b', 'c')").fetchall()
    connection.close()
    assert rows == [("1",)] * 3
