"""A configured `postgresql-log` source: its place in the database, its log, its tables."""

import hashlib
import re
from collections.abc import Mapping

from twofifty.adapters.postgresql_log.log import Place, PostgresqlLog
from twofifty.adapters.postgresql_log.session import Session, check_url
from twofifty.adapters.postgresql_log.tables import PostgresqlTables
from twofifty.errors import SettingsError
from twofifty.flow.follow import Followed
from twofifty.intake.ports import Stated
from twofifty.intake.rows import RowMapping, mapping

_LONGEST_NAME = 63
_DIGITS = 8


def mapped(options: Mapping[str, object]) -> RowMapping:
    """The mapping in a source's options. Raises SettingsError, which names the place."""
    tables = options.get("tables")
    if not isinstance(tables, Mapping):
        raise SettingsError("tables: say in which tables and columns your orders are")
    try:
        return mapping(tables)
    except SettingsError as fault:
        raise SettingsError(f"tables.{fault}") from None


def place(name: str, url: str) -> Place:
    """Where the source of that name reads: its slot and publication have a name of their own, so
    that two services may read one database. Raises SettingsError."""
    check_url(url)
    own = _own(name)
    return Place(url, own, own)


def _own(name: str) -> str:
    """A name that PostgreSQL takes for a slot. Where it cannot be the source's very own, it bears
    digits of it: `my-shop` and `my_shop` are two sources."""
    plain = f"twofifty_{re.sub(r'[^a-z0-9_]', '_', name.lower())}"
    if plain == f"twofifty_{name}" and len(plain) <= _LONGEST_NAME:
        return plain
    digits = hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]
    return f"{plain[: _LONGEST_NAME - _DIGITS - 1]}_{digits}"


def followed(stated: Stated, where: Place, rows: RowMapping) -> Followed:
    """What a follower needs of the source. Nothing is opened before it follows."""
    return Followed(
        log=PostgresqlLog(where, rows.watched()),
        tables=PostgresqlTables(Session(where.url)),
        mapping=rows,
        stated=stated,
    )
