"""What comes back from the world, and what a person does about it: the ports over one file."""

from collections.abc import Callable

from twofifty.adapters.sqlite.brakes import SqliteBrakes
from twofifty.adapters.sqlite.codec import Codec
from twofifty.adapters.sqlite.reach import SqliteReach
from twofifty.adapters.sqlite.reader import Reader
from twofifty.adapters.sqlite.reports import SqliteReports
from twofifty.adapters.sqlite.suppressions import SqliteSuppressions, SqliteTasks
from twofifty.adapters.sqlite.writer import Writer
from twofifty.clock import Clock


class Tracked:
    """The ports of feedback, and the brakes; `announced` as for the store."""

    def __init__(
        self,
        ways: tuple[Writer, Reader],
        codec: Codec,
        clock: Clock,
        announced: Callable[[], None],
    ) -> None:
        self.reports = SqliteReports(*ways, codec, clock)
        self.suppressions = SqliteSuppressions(*ways, clock)
        self.tasks = SqliteTasks(*ways, clock)
        self.brakes = SqliteBrakes(*ways, clock)
        self.reach = SqliteReach(ways, codec, clock, announced)
