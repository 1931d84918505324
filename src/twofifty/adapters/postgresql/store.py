"""The store in a PostgreSQL database."""

from collections.abc import Callable, Mapping

from twofifty.adapters.postgresql.line import Known
from twofifty.adapters.postgresql.prepare import at_once, prepared
from twofifty.adapters.postgresql.pulse import Pulse
from twofifty.adapters.postgresql.reader import PooledReader
from twofifty.adapters.postgresql.url import target
from twofifty.adapters.postgresql.writer import PooledWriter
from twofifty.adapters.relational.store import SqlStore
from twofifty.clock import Clock
from twofifty.intake.standing import Plan, no_plan


class PostgresqlEngine:
    """Opens the database at `url`, and makes the tables where there are none. See
    `PostgresqlStore`."""

    def __init__(self, url: str, sample: Callable[[], bytes] | None) -> None:
        found = target(url)
        self.dictionaries: Mapping[int, bytes] = at_once(lambda: prepared(found, sample))
        known = Known()
        pulse = Pulse(found)
        self.writer = PooledWriter(found, known, changed=pulse.changed)
        self.reader = PooledReader(found, known, pulse)


class PostgresqlStore(SqlStore):
    """Opens the store at `url`.

    `sample`: bytes like those that will be kept; a new store trains its codec with them. The rest
    is as for `SqlStore`. Raises StartError, or SettingsError for a URL that is none.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        *,
        plan: Plan = no_plan,
        sample: Callable[[], bytes] | None = None,
        announced: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(PostgresqlEngine(url, sample), clock, plan=plan, announced=announced)
