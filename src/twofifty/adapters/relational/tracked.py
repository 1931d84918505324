"""What comes back from the world, and what a person does about it: the ports over one database."""

from collections.abc import Callable

from twofifty.adapters.relational.brakes import SqlBrakes
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.ports import Reader, Writer
from twofifty.adapters.relational.reach import SqlReach
from twofifty.adapters.relational.reports import SqlReports
from twofifty.adapters.relational.suppressions import SqlSuppressions, SqlTasks
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
        self.reports = SqlReports(*ways, codec, clock)
        self.suppressions = SqlSuppressions(*ways, clock)
        self.tasks = SqlTasks(*ways, clock)
        self.brakes = SqlBrakes(*ways, clock)
        self.reach = SqlReach(ways, codec, clock, announced)
