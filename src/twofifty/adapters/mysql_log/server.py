"""What kind of server it is, where its log stands, and how reading begins there."""

import struct
from collections.abc import Sequence

import msgspec

from twofifty.adapters.mysql_log.position import Domains, Executed, Offset
from twofifty.adapters.mysql_log.session import Session
from twofifty.adapters.mysql_log.table import Charsets, Described
from twofifty.errors import LogLost, ShopError

HEARTBEAT_SECONDS = 2
_DUMP, _DUMP_GTID = 0x12, 0x1E
_BY_GTID = 0x04
_FIRST_EVENT = 4
_COLLATIONS = "SELECT ID, CHARACTER_SET_NAME FROM information_schema.COLLATIONS WHERE ID > 0"
# Here MariaDB lists those that every character set shares, once for each of them.
_ALL_COLLATIONS = (
    "SELECT ID, CHARACTER_SET_NAME "
    "FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY WHERE ID > 0"
)


class Server(msgspec.Struct, frozen=True):
    """`gtids`: it numbers its transactions. `fold`: names of tables are kept in lower case."""

    is_mariadb: bool
    version: tuple[int, ...]
    gtids: bool
    fold: bool


def server(session: Session) -> Server:
    """What kind of server answers."""
    said = session.one("SELECT VERSION()")
    is_mariadb = "mariadb" in said.lower()
    gtids = is_mariadb or (session.variable("gtid_mode") or "").upper() == "ON"
    folds = (session.variable("lower_case_table_names") or "0") != "0"
    return Server(is_mariadb, version(said), gtids, folds)


def version(said: str) -> tuple[int, ...]:
    """`10.11.6-MariaDB` as (10, 11, 6)."""
    numbers = said.partition("-")[0].split(".")
    return tuple(int(number) for number in numbers if number.isdigit())


def end_of_log(session: Session, kind: Server) -> Domains | Executed | Offset:
    """Where the log ends now. Raises ShopError where none is written."""
    if (session.variable("log_bin") or "").upper() not in ("ON", "1"):
        raise ShopError("the server writes no binary log: set log_bin")
    if kind.is_mariadb:
        return Domains(session.one("SELECT @@GLOBAL.gtid_binlog_pos"))
    if kind.gtids:
        return Executed(session.one("SELECT @@GLOBAL.gtid_executed"))
    return _file(session, kind)


def _file(session: Session, kind: Server) -> Offset:
    newer = not kind.is_mariadb and kind.version >= (8, 2)
    rows = session.ask("SHOW BINARY LOG STATUS" if newer else "SHOW MASTER STATUS")
    if not rows:
        raise ShopError("the server writes no binary log: set log_bin")
    return Offset(str(rows[0][0]), int(str(rows[0][1])))


def seconds(session: Session) -> int:
    """The server's clock, in seconds since 1970."""
    return int(session.one("SELECT UNIX_TIMESTAMP()"))


def begin_dump(
    session: Session, kind: Server, place: Domains | Executed | Offset, server_id: int
) -> bool:
    """Begins the stream behind `place`; says whether its events bear checksums.

    Raises LogLost for a place in the log of another kind of server."""
    if isinstance(place, Domains if not kind.is_mariadb else Executed):
        raise LogLost("the position is one of another kind of server")
    beat = HEARTBEAT_SECONDS * 1_000_000_000
    session.ask(f"SET @master_heartbeat_period = {beat}, @source_heartbeat_period = {beat}")
    checked = (session.variable("binlog_checksum") or "NONE").upper()
    session.ask(
        "SET @master_binlog_checksum = %s, @source_binlog_checksum = %s", (checked, checked)
    )
    if isinstance(place, Executed):
        session.command(_DUMP_GTID, _by_set(place, server_id))
        return checked != "NONE"
    if kind.is_mariadb:
        session.ask("SET @mariadb_slave_capability = 4")
    if isinstance(place, Domains):
        session.ask("SET @slave_connect_state = %s", (place.gtids(),))
        session.ask("SET @slave_gtid_strict_mode = 0, @slave_gtid_ignore_duplicates = 0")
    session.command(_DUMP, _by_file(place, server_id))
    return checked != "NONE"


def _by_file(place: Domains | Offset, server_id: int) -> bytes:
    file, offset = ("", _FIRST_EVENT)
    if isinstance(place, Offset):
        file, offset = place.file, place.offset
    return struct.pack("<IHI", offset, 0, server_id) + file.encode()


def _by_set(place: Executed, server_id: int) -> bytes:
    known = place.encoded()
    head = struct.pack("<HIIQI", _BY_GTID, server_id, 0, _FIRST_EVENT, len(known))
    return head + known


def charsets(session: Session, kind: Server) -> Charsets:
    """Every collation's number and its character set."""
    newer = kind.is_mariadb and kind.version >= (10, 10)
    rows = session.ask(_ALL_COLLATIONS if newer else _COLLATIONS)
    return Charsets({int(str(number)): str(name) for number, name in rows}, kind.is_mariadb)


def described(session: Session, name: str) -> Sequence[Described]:
    """The columns of `schema.table`, in order; none where there is no such table for us."""
    schema, _, table = name.partition(".")
    rows = session.ask(
        "SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME "
        "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s "
        "ORDER BY ORDINAL_POSITION",
        (schema, table),
    )
    return [_described(*("" if value is None else str(value) for value in row)) for row in rows]


def _described(name: str, kind: str, type_: str, charset: str) -> Described:
    members = _members(type_) if kind in ("enum", "set") else ()
    return Described(name, kind.lower(), "unsigned" in type_.lower(), charset, members)


def _members(type_: str) -> tuple[str, ...]:
    """The words of `enum('a','it''s')`."""
    inner = type_[type_.index("(") + 1 : type_.rindex(")")]
    words = inner.strip("'").replace("''", "\0").split("','")
    return tuple(word.replace("\0", "'") for word in words)
