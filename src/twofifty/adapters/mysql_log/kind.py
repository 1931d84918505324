"""The kind `mysql-log`, for MySQL and MariaDB."""

from twofifty.adapters.mysql_log import advice, source
from twofifty.flow.follow import Followed
from twofifty.flow.log_kind import Options
from twofifty.intake.log import Check
from twofifty.intake.ports import Stated


class MysqlLogKind:
    """Implements `flow.log_kind.LogKind`."""

    def followed(self, stated: Stated, url: str, options: Options) -> Followed:
        """See `LogKind.followed`."""
        where = source.place(stated.name, url, options)
        return source.followed(stated, where, source.mapped(options, where))

    def sql(self, name: str, url: str, options: Options) -> str:
        """See `LogKind.sql`."""
        where = source.place(name, url, options)
        return advice.sql(where, source.mapped(options, where))

    async def checks(self, name: str, url: str, options: Options) -> list[Check]:
        """See `LogKind.checks`."""
        where = source.place(name, url, options)
        return await advice.checks(where, source.mapped(options, where))
