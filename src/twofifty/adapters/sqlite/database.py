"""Opening the file: the right pragmas or not at all, the schema once, errors in our own words."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twofifty import sql
from twofifty.adapters.sqlite.turn import Turn
from twofifty.errors import SettingsError, StartError, StoreBroken, StoreError, StoreFull

SCHEMA_VERSION = 5
PAGE = 4096
_FULL = 2
_BUSY_SECONDS = 5
_MOMENT_MS = 100

_BROKEN = frozenset(
    {
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)


def path_of(url: str) -> Path:
    """The file of a `sqlite:///PATH` URL. Raises SettingsError for anything else."""
    if not url.startswith("sqlite:///") or len(url) == len("sqlite:///"):
        raise SettingsError(
            "DATABASE_URL must look like sqlite:///./data/twofifty.db, or like "
            "postgresql://user:password@host:5432/database"
        )
    return Path(url.removeprefix("sqlite:///"))


def prepare(path: Path) -> None:
    """Makes the folder, the file and the schema where they are missing.

    Raises StartError: the folder cannot be written, the file is not ours or is newer.
    """
    try:
        _make(path.parent)
        connection = connect(path)
    except OSError as fault:
        raise StartError(f"{path.parent}: {os.strerror(fault.errno or errno.EIO)}") from None
    except sqlite3.Error as fault:
        raise StartError(f"{path}: cannot be opened: {fault}") from None
    try:
        _migrate(connection, path)
    except sqlite3.Error as fault:
        raise StartError(f"{path}: {fault}") from None
    finally:
        connection.close()


MOVED = "moved_to"
"""The row of `meta` that says where the whole store went."""


def check_not_moved(path: Path) -> None:
    """Raises StartError: what is in the file lives on elsewhere, and would be told twice."""
    connection = connect(path)
    with translated():
        moved = connection.execute("SELECT value FROM meta WHERE key = ?", (MOVED,)).fetchone()
    connection.close()
    if moved is not None:
        raise StartError(f"{path}: this store was moved to {moved[0]}; set DATABASE_URL to that")


def _make(folder: Path) -> None:
    """Makes the folder so that it survives a power cut: SQLite syncs names inside it only."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        parent = os.open(made.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)


def connect(path: Path) -> sqlite3.Connection:
    """A connection that commits with an fsync and never waits long for a lock.

    Raises StartError where the file system cannot give `synchronous=FULL` and WAL.
    """
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        check_same_thread=False,
        timeout=_BUSY_SECONDS,
        cached_statements=256,
    )
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA wal_autocheckpoint={_log_pages(path.parent)}")
    connection.execute(f"PRAGMA journal_size_limit={long_log_of(path)}")
    connection.execute("PRAGMA cache_size=-32768")
    level = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or level != _FULL:
        raise StartError(f"{path}: the file system does not give a durable WAL ({mode}, {level})")
    return connection


def _log_pages(folder: Path) -> int:
    """After how many pages the log is emptied: 16 MB, on a small disk a sixteenth of it. A log that
    has filled the disk could not be emptied any more, for the file has to grow by what is in it."""
    return max(100, min(4000, shutil.disk_usage(folder).total // 16 // PAGE))


def long_log_of(path: Path) -> int:
    """Bytes of the log that are enough in any case: four times what it is emptied at."""
    return 4 * PAGE * _log_pages(path.parent)


def schema_of(path: Path) -> tuple[int, int]:
    """Which schema the file has, 0 where there is none, and which is the newest."""
    if not path.exists():
        return 0, SCHEMA_VERSION
    connection = connect(path)
    try:
        return _version(connection), SCHEMA_VERSION
    finally:
        connection.close()


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if _is_newest(connection, path):
        return
    turn = Turn(path)
    try:
        turn.take()
        if not _is_newest(connection, path):  # another process may have been here meanwhile
            bring_up(connection)
    finally:
        turn.close()


def _is_newest(connection: sqlite3.Connection, path: Path) -> bool:
    version = _version(connection)
    if version > SCHEMA_VERSION:
        raise StartError(f"{path}: written by a newer twofifty (schema {version})")
    return version == SCHEMA_VERSION


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def bring_up(connection: sqlite3.Connection) -> None:
    """From whatever schema there is to the newest in one transaction. Tables that others refer to
    are copied and dropped on the way, so the references are checked at the end instead."""
    version = _version(connection)
    steps = range(version + 1, SCHEMA_VERSION + 1)
    scripts = [f"migrations/{step:04}" for step in steps] if version else ["schema"]
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        connection.executescript("BEGIN IMMEDIATE;" + "\n".join(map(sql.read, scripts)))
        _check_references(connection)
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.rollback()
        connection.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: sqlite3.Connection) -> None:
    lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    if lost is not None:
        raise sqlite3.IntegrityError(f"{lost[0]} refers to a row of {lost[2]} that is gone")


def shrunk(connection: sqlite3.Connection) -> bool:
    """Moves what the log holds to its place in the file and cuts the log off, as far as the disk
    has room for that; whether it worked. Raises StoreBroken."""
    try:
        with translated():
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except StoreBroken:
        raise
    except StoreError:
        return False
    return int(busy) == 0


def begun_anew(connection: sqlite3.Connection) -> bool:
    """Makes the next commit write to the front of the log again, which readers who follow each
    other without a gap prevent for ever; whether it worked. For this it waits a moment for those
    who read now, and whoever begins to read meanwhile is not in the way. Raises StoreBroken."""
    connection.execute(f"PRAGMA busy_timeout={_MOMENT_MS}")
    try:
        with translated():
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
    except StoreBroken:
        raise
    except StoreError:
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
    return int(busy) == 0


@contextmanager
def translated() -> Iterator[None]:
    """sqlite3's errors as ours: a full disk, a broken write, everything else."""
    try:
        yield
    except sqlite3.Error as fault:
        code = getattr(fault, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_FULL:
            raise StoreFull("the disk that holds the store is full") from fault
        if code in _BROKEN:
            raise StoreBroken(f"the store cannot be written: {fault}") from fault
        raise StoreError(str(fault)) from fault
