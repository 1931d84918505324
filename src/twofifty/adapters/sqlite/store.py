"""The store in one file."""

from collections.abc import Callable, Mapping
from pathlib import Path

from twofifty.adapters.relational.store import SqlStore
from twofifty.adapters.sqlite.database import check_not_moved, connect, prepare, translated
from twofifty.adapters.sqlite.reader import FileReader
from twofifty.adapters.sqlite.turn import Presence
from twofifty.adapters.sqlite.writer import FileWriter
from twofifty.clock import Clock
from twofifty.intake.standing import Plan, no_plan


class SqliteEngine:
    """Opens (and, where it is missing, makes) the file at `path`. See `SqliteStore`."""

    def __init__(
        self, path: Path, sample: Callable[[], bytes] | None, broken: Callable[[], None]
    ) -> None:
        prepare(path)
        presence = Presence(path)  # so that nobody moves it away before the writer is there
        try:
            check_not_moved(path)
            self.writer = FileWriter(path, broken=broken)
        finally:
            presence.close()
        self.dictionaries: Mapping[int, bytes] = _dictionaries(path, sample)
        self.reader = FileReader(path)


class SqliteStore(SqlStore):
    """Opens (and, where it is missing, makes) the store at `path`.

    `sample`: bytes like those that will be kept; a new store trains its codec with them. `broken`
    is called when a write did not reach the disk. The rest is as for `SqlStore`. Raises StartError.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        plan: Plan = no_plan,
        sample: Callable[[], bytes] | None = None,
        announced: Callable[[], None] = lambda: None,
        broken: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(SqliteEngine(path, sample, broken), clock, plan=plan, announced=announced)
        self.path = path


def _dictionaries(path: Path, sample: Callable[[], bytes] | None) -> dict[int, bytes]:
    connection = connect(path)
    with translated():
        found = connection.execute("SELECT id, content FROM dictionaries").fetchall()
        if not found and sample is not None:
            connection.execute(
                "INSERT INTO dictionaries (id, content) VALUES (1, ?) ON CONFLICT DO NOTHING",
                (sample(),),
            )
            found = connection.execute("SELECT id, content FROM dictionaries").fetchall()
    connection.close()
    return dict(found)
