"""What a database administrator has to run, and what `doctor` finds of it."""

from collections.abc import Iterator

from psycopg import conninfo

from twofifty.adapters.postgresql_log import publication, slot
from twofifty.adapters.postgresql_log.log import Place
from twofifty.adapters.postgresql_log.session import Session
from twofifty.errors import ShopError
from twofifty.intake.log import Check
from twofifty.intake.rows import RowMapping

_MUCH_LAG = 1024**3


def sql(place: Place, mapping: RowMapping) -> str:
    """The statements that let this source be read, in their order, with what each is for."""
    where = conninfo.conninfo_to_dict(place.url)
    role, database = str(where.get("user") or "twofifty"), str(where.get("dbname") or "postgres")
    schemas = sorted({table.partition(".")[0] for table in mapping.columns()})
    return "\n".join(
        (
            f"-- Run as a superuser, or as the owner of the tables, in the database {database}.",
            "-- 1. Once a server; wal_level takes a restart. The limit keeps a reader that is away",
            "--    for long from filling your disk; what it misses is read by a snapshot.",
            "ALTER SYSTEM SET wal_level = 'logical';",
            "ALTER SYSTEM SET max_slot_wal_keep_size = '20GB';",
            "SELECT pg_reload_conf();",
            "",
            "-- 2. The role that reads. Put a password of your own here and in api_url.",
            f"CREATE ROLE {_quoted(role)} WITH LOGIN REPLICATION PASSWORD 'CHANGE-ME';",
            f"GRANT CONNECT ON DATABASE {_quoted(database)} TO {_quoted(role)};",
            *(f"GRANT USAGE ON SCHEMA {_quoted(one)} TO {_quoted(role)};" for one in schemas),
            *(
                f"GRANT SELECT ON {_table(table)} TO {_quoted(role)};"
                for table in sorted(mapping.columns())
            ),
            "",
            "-- 3. What the log tells of a deleted row: without this, nobody can say whose it was.",
            *(
                f"ALTER TABLE {_table(table)} REPLICA IDENTITY FULL;"
                for table in sorted(_children(mapping))
            ),
            "",
            "-- 4. Which tables are told.",
            f"CREATE PUBLICATION {_quoted(place.publication)} FOR TABLE",
            f"    {', '.join(_table(table) for table in sorted(mapping.watched()))}",
            "    WITH (publish = 'insert, update, delete');",
            "",
            "-- 5. From here on orders are told. Left out, the slot is made at the first start.",
            f"SELECT pg_create_logical_replication_slot('{place.slot}', 'pgoutput');",
            "",
        )
    )


async def checks(place: Place, mapping: RowMapping) -> list[Check]:
    """Everything that reading needs of the database, looked at now."""
    session = Session(place.url)
    try:
        server = await _server(session)
        found = [*server, await _publication(session, place, mapping)]
        found.append(await _slot(session, place))
        needs = sorted(mapping.columns().items())
        found += [await _columns(session, table, columns) for table, columns in needs]
        found += [await _identity(session, table) for table in sorted(_children(mapping))]
    except ShopError as fault:
        return [Check("connection", "fail", str(fault))]
    finally:
        await session.close()
    return found


async def _server(session: Session) -> list[Check]:
    level = await session.one("SELECT current_setting('wal_level')")
    limit = await session.one("SELECT current_setting('max_slot_wal_keep_size')")
    may = await session.one(
        "SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user"
    )
    return [
        Check("connection", "ok", await session.one("SELECT current_setting('server_version')")),
        _level(level),
        _limit(limit),
        Check("role", "ok", "it may replicate")
        if may == "t"
        else Check("role", "fail", "ALTER ROLE ... WITH REPLICATION; for the role of api_url"),
    ]


def _level(said: str) -> Check:
    if said == "logical":
        return Check("wal_level", "ok", said)
    return Check("wal_level", "fail", f"{said}: set it to logical and restart the server")


def _limit(said: str) -> Check:
    if said != "-1":
        return Check("max_slot_wal_keep_size", "ok", said)
    message = "without a limit, a reader that is away fills the server's disk: set 20GB or so"
    return Check("max_slot_wal_keep_size", "warn", message)


async def _publication(session: Session, place: Place, mapping: RowMapping) -> Check:
    left = await publication.missing(session, place.publication, mapping.watched())
    if left:
        message = f"{place.publication} does not cover {', '.join(left)}: run the SQL"
        return Check("publication", "fail", message)
    return Check("publication", "ok", place.publication)


async def _slot(session: Session, place: Place) -> Check:
    found = await slot.found(session, place.slot)
    if found is None:
        return Check("slot", "warn", f"{place.slot} is not there yet; the first start makes it")
    if found.is_lost():
        return Check("slot", "fail", f"{place.slot} is lost; the service reads a snapshot")
    lag = f"{place.slot} holds {found.lag():,} bytes back"
    if found.lag() > _MUCH_LAG:
        return Check("slot", "warn", f"{lag}: is the service running?")
    return Check("slot", "ok", lag)


async def _columns(session: Session, table: str, columns: frozenset[str]) -> Check:
    schema, _, name = table.partition(".")
    rows = await session.ask(
        "SELECT a.attname, has_column_privilege(c.oid, a.attnum, 'SELECT') "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE n.nspname = %s AND c.relname = %s",
        (schema, name),
    )
    there = {row[0]: row[1] == "t" for row in rows}
    if not there:
        return Check(table, "fail", "there is no such table in this database")
    if gone := sorted(columns - there.keys()):
        return Check(table, "fail", f"there is no column {', '.join(gone)}")
    if closed := sorted(column for column in columns if not there[column]):
        return Check(table, "fail", f"the role may not read {', '.join(closed)}: GRANT SELECT")
    return Check(table, "ok", f"{len(columns)} columns")


async def _identity(session: Session, table: str) -> Check:
    schema, _, name = table.partition(".")
    said = await session.one(
        "SELECT c.relreplident FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relname = %s",
        (schema, name),
    )
    if said in ("f", "i"):
        return Check(f"{table} identity", "ok", "a deleted row names its order")
    message = "a deleted row does not name its order: ALTER TABLE ... REPLICA IDENTITY FULL"
    return Check(f"{table} identity", "warn", message)


def _children(mapping: RowMapping) -> Iterator[str]:
    return (table for table in mapping.watched() if table != mapping.order.table)


def _table(name: str) -> str:
    return ".".join(_quoted(word) for word in name.split(".", 1))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
