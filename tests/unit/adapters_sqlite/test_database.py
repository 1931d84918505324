"""Opening the file: durable or not at all, with one clear line where it cannot be."""

import sqlite3
from pathlib import Path

import pytest

from twofifty.adapters.sqlite.database import SCHEMA_VERSION, connect, path_of, prepare, translated
from twofifty.errors import SettingsError, StartError, StoreBroken, StoreError, StoreFull


def test_a_url_names_a_file() -> None:
    assert path_of("sqlite:///./data/x.db") == Path("data/x.db")
    assert path_of("sqlite:////var/lib/x.db") == Path("/var/lib/x.db")


@pytest.mark.parametrize("url", ["", "sqlite:///", "sqlite://x.db", "postgresql://db", "x.db"])
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="sqlite:///"):
        path_of(url)


def test_folder_file_and_schema_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "store.db"
    prepare(path)
    prepare(path)
    connection = connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert connection.execute("SELECT count(*) FROM orders").fetchone() == (0,)
    connection.close()


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    connection = connect(tmp_path / "store.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    connection.close()


def test_a_store_without_a_durable_log_is_refused() -> None:
    with pytest.raises(StartError, match="durable"):
        connect(Path(":memory:"))


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match="file"):
        prepare(tmp_path / "file" / "store.db")


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StartError, match=r"store\.db"):
        prepare(path)
    assert path.read_bytes().startswith(b"this is a letter")


def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    prepare(path)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(StartError, match="newer"):
        prepare(path)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreBroken),
        (sqlite3.SQLITE_IOERR_DIR_FSYNC, StoreBroken),
        (sqlite3.SQLITE_IOERR_WRITE, StoreBroken),
        (sqlite3.SQLITE_CORRUPT, StoreBroken),
        (sqlite3.SQLITE_NOTADB, StoreBroken),
        (sqlite3.SQLITE_BUSY, StoreError),
        (sqlite3.SQLITE_CONSTRAINT, StoreError),
    ],
)
def test_errors_are_told_in_our_own_words(code: int, kind: type[StoreError]) -> None:
    fault = sqlite3.OperationalError("x")
    fault.sqlite_errorcode = code
    with pytest.raises(StoreError) as raised, translated():
        raise fault
    assert type(raised.value) is kind
