"""What a database administrator has to run and to set, and what `doctor` finds of it."""

import asyncio
from collections.abc import Callable, Iterator

from twofifty.adapters.mysql_log import server as servers
from twofifty.adapters.mysql_log.log import Place
from twofifty.adapters.mysql_log.server import Server
from twofifty.adapters.mysql_log.session import Session
from twofifty.errors import ShopError
from twofifty.intake.log import Check
from twofifty.intake.rows import RowMapping

_LEAST_DAYS = 3
_DAY = 86_400


def sql(place: Place, mapping: RowMapping) -> str:
    """The statements that make the reader's account, with what to set in the server's file."""
    where = place.address
    user = f"{_quoted(where.user or 'twofifty')}@'%'"
    grants = "\n".join(
        f"GRANT SELECT ON {_table(table)} TO {user};" for table in sorted(mapping.columns())
    )
    return f"""\
-- Run as an administrator of {where.host}. Put a password of your own into the first line.
CREATE USER IF NOT EXISTS {user} IDENTIFIED BY 'CHANGE-ME';

-- Reading the binary log, and asking where it stands. A global right cannot be narrowed.
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO {user};

-- Reading what the log does not repeat, in these tables only.
{grants}

-- In the server's configuration, under [mysqld], then restart it once:
--   log_bin = binlog
--   server_id = 1                        a number that no other server of yours has
--   binlog_format = ROW
--   binlog_row_image = FULL
--   binlog_row_metadata = FULL           MySQL 8.0 or MariaDB 10.5 and later
--   binlog_expire_logs_seconds = 604800  a week (before MariaDB 10.6: expire_logs_days = 7)
-- and on MySQL (MariaDB has its own numbers always):
--   gtid_mode = ON
--   enforce_gtid_consistency = ON
"""


async def checks(place: Place, mapping: RowMapping) -> list[Check]:
    """Everything that reading needs of the server, looked at now."""
    return await asyncio.to_thread(_checks, place, mapping)


def _checks(place: Place, mapping: RowMapping) -> list[Check]:
    session = Session(place.address)
    try:
        kind = servers.server(session)
    except ShopError as fault:
        return [Check("connection", "fail", str(fault))]
    try:
        return [*_settings(session, kind, place.server_id), *_tables(session, mapping)]
    except ShopError as fault:
        return [Check("server", "fail", str(fault))]
    finally:
        session.close()


def _settings(session: Session, kind: Server, reader_id: int) -> Iterator[Check]:
    yield Check("connection", "ok", "MariaDB" if kind.is_mariadb else "MySQL")
    for check in _SETTINGS:
        yield check(session, kind)
    yield _server_id(session, reader_id)
    yield _reading(session, kind)


def _tables(session: Session, mapping: RowMapping) -> Iterator[Check]:
    for table, columns in sorted(mapping.columns().items()):
        yield _columns(session, table, columns)


def _log_bin(session: Session, _: Server) -> Check:
    on = (session.variable("log_bin") or "").upper() in ("ON", "1")
    return Check("log_bin", "ok", "on") if on else _fail("log_bin", "off: set log_bin and restart")


def _format(session: Session, _: Server) -> Check:
    value = (session.variable("binlog_format") or "ROW").upper()
    if value == "ROW":
        return Check("binlog_format", "ok", value)
    return _fail("binlog_format", f"{value}: set ROW, for statements do not tell rows")


def _image(session: Session, _: Server) -> Check:
    value = (session.variable("binlog_row_image") or "FULL").upper()
    if value == "FULL":
        return Check("binlog_row_image", "ok", value)
    more = "what an update leaves out is read from the tables as they stand then; FULL is exact"
    return Check("binlog_row_image", "warn", f"{value}: {more}")


def _metadata(session: Session, _: Server) -> Check:
    value = (session.variable("binlog_row_metadata") or "none").upper()
    if value == "FULL":
        return Check("binlog_row_metadata", "ok", value)
    more = "columns are told by their place; a table altered while nobody reads means a snapshot"
    return Check("binlog_row_metadata", "warn", f"{value}: {more}; set FULL")


def _server_id(session: Session, reader_id: int) -> Check:
    value = session.variable("server_id") or "0"
    if value == "0":
        return _fail("server_id", "0: give the server a number that no other one has")
    if value == str(reader_id):
        return _fail("server_id", f"{value} is ours too: give the source another `server_id`")
    return Check("server_id", "ok", f"{value}; we read as {reader_id}")


def _gtids(session: Session, kind: Server) -> Check:
    if kind.is_mariadb:
        return Check("gtid", "ok", session.one("SELECT @@GLOBAL.gtid_binlog_pos") or "none yet")
    mode = session.variable("gtid_mode") or "OFF"
    if kind.gtids:
        return Check("gtid", "ok", mode)
    more = "the position is a file's, which no other server of a cluster understands"
    return Check("gtid", "warn", f"gtid_mode = {mode}: {more}")


def _retention(session: Session, _: Server) -> Check:
    seconds = float(session.variable("binlog_expire_logs_seconds") or 0)
    days = seconds / _DAY or float(session.variable("expire_logs_days") or 0)
    if not days:
        return Check("retention", "ok", "the log is kept until somebody purges it")
    if days < _LEAST_DAYS:
        more = "a reader that is away for longer needs a snapshot; keep a week"
        return Check("retention", "warn", f"{days:g} days: {more}")
    return Check("retention", "ok", f"{days:g} days")


_SETTINGS: tuple[Callable[[Session, Server], Check], ...] = (
    _log_bin,
    _format,
    _image,
    _metadata,
    _gtids,
    _retention,
)


def _reading(session: Session, kind: Server) -> Check:
    """Whether the account may read the log: what it was granted, and what the end of the log
    needs."""
    said = " ".join(str(row[0]) for row in session.ask("SHOW GRANTS")).upper()
    if not any(word in said for word in ("REPLICATION SLAVE", "REPLICATION REPLICA", "ALL PRIVIL")):
        return _fail("privileges", "REPLICATION SLAVE is missing: run `twofifty source sql`")
    try:
        servers.end_of_log(session, kind)
    except ShopError as fault:
        return _fail("privileges", str(fault))
    return Check("privileges", "ok", "the log may be read")


def _columns(session: Session, table: str, columns: frozenset[str]) -> Check:
    there = {column.name.lower() for column in servers.described(session, table)}
    if not there:
        return _fail(table, "there is no such table for this account: check name and GRANT SELECT")
    gone = sorted(column for column in columns if column.lower() not in there)
    if gone:
        return _fail(table, f"there is no column {', '.join(gone)}")
    return Check(table, "ok", f"{len(columns)} columns")


def _fail(name: str, message: str) -> Check:
    return Check(name, "fail", message)


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _table(name: str) -> str:
    schema, _, table = name.partition(".")
    return f"`{schema.replace('`', '``')}`.`{table.replace('`', '``')}`"
