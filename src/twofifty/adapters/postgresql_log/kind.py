"""The kind `postgresql-log`."""

from twofifty.adapters.postgresql_log import advice, source
from twofifty.flow.follow import Followed
from twofifty.flow.log_kind import Options
from twofifty.intake.log import Check
from twofifty.intake.ports import Stated


class PostgresqlLogKind:
    """Implements `flow.log_kind.LogKind`."""

    def followed(self, stated: Stated, url: str, options: Options) -> Followed:
        """See `LogKind.followed`."""
        return source.followed(stated, source.place(stated.name, url), source.mapped(options))

    def sql(self, name: str, url: str, options: Options) -> str:
        """See `LogKind.sql`."""
        return advice.sql(source.place(name, url), source.mapped(options))

    async def checks(self, name: str, url: str, options: Options) -> list[Check]:
        """See `LogKind.checks`."""
        return await advice.checks(source.place(name, url), source.mapped(options))
