"""A configured `mysql-log` source: its place in the server, its log, its tables."""

from collections.abc import Mapping

from twofifty.adapters.mysql_log.log import MysqlLog, Place, server_id
from twofifty.adapters.mysql_log.session import address
from twofifty.adapters.mysql_log.tables import MysqlTables
from twofifty.errors import SettingsError, ShopError
from twofifty.flow.follow import Followed
from twofifty.intake.ports import Stated
from twofifty.intake.rows import RowMapping, mapping

_LARGEST_ID = 2**32 - 1


def mapped(options: Mapping[str, object], where: Place) -> RowMapping:
    """The mapping in a source's options; tables without a schema are in the database of `api_url`.

    Raises SettingsError, which names the place."""
    tables = options.get("tables")
    if not isinstance(tables, Mapping):
        raise SettingsError("tables: say in which tables and columns your orders are")
    try:
        return mapping(tables, schema=where.address.schema)
    except SettingsError as fault:
        raise SettingsError(f"tables.{fault}") from None


def place(name: str, url: str, options: Mapping[str, object]) -> Place:
    """Where the source of that name reads. It has a number of its own among the server's readers,
    made of its name and `url` where `server_id` does not say one. Raises SettingsError."""
    try:
        where = address(url)
    except ShopError as fault:
        raise SettingsError(str(fault)) from None
    stated = options.get("server_id", server_id(name, url))
    if not isinstance(stated, int) or not 0 < stated <= _LARGEST_ID:
        raise SettingsError(f"server_id: write a number from 1 to {_LARGEST_ID}")
    return Place(where, stated)


def followed(stated: Stated, where: Place, rows: RowMapping) -> Followed:
    """What a follower needs of the source. Nothing is opened before it follows."""
    return Followed(
        log=MysqlLog(where, rows.watched()),
        tables=MysqlTables(where.address),
        mapping=rows,
        stated=stated,
    )
