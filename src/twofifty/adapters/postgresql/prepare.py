"""Before anything is kept: the tables, made where there are none, and a server that keeps what it
says it keeps."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from twofifty.adapters.postgresql.batch import key
from twofifty.adapters.postgresql.faults import FAULTS, start_error
from twofifty.adapters.postgresql.schema import COMPATIBLE_FROM, VERSION, schema
from twofifty.adapters.postgresql.url import Target
from twofifty.adapters.postgresql.wire import Connection, connect
from twofifty.errors import StartError

T = TypeVar("T")
MAKING = key(("twofifty", "schema"))
"""The lock of who makes or changes the tables."""

_HAS_META = "SELECT to_regclass('meta') IS NOT NULL"
_META = "SELECT value FROM meta WHERE key = $1"
_SET = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2"
_DURABLE = {
    "synchronous_commit": "ALTER SYSTEM SET synchronous_commit = on",
    "fsync": "fsync = on in postgresql.conf",
    "full_page_writes": "full_page_writes = on in postgresql.conf",
}
_SETTING = (
    "SELECT setting, source, quote_ident(current_database()), quote_ident(current_user)"
    " FROM pg_settings WHERE name = $1"
)
_NEARER = {
    "database": "ALTER DATABASE {database} RESET {name}",
    "user": "ALTER ROLE {user} RESET {name}",
    "database user": "ALTER ROLE {user} IN DATABASE {database} RESET {name}",
    "command line": "starting the server without {name}=off",
}
"""Cures of a setting that is stated where it beats the server's file (`pg_settings.source`)."""


def at_once(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What `work` comes to, waited for, on a loop of its own: also where one runs here already."""
    with ThreadPoolExecutor(1, "database-opening") as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


async def opened(target: Target) -> Connection:
    """A connection. Raises StartError."""
    try:
        return await connect(target)
    except (*FAULTS, ValueError) as fault:
        raise start_error(target.named, fault) from fault


async def prepared(target: Target, sample: Callable[[], bytes] | None) -> dict[int, bytes]:
    """Makes the tables where there are none; the dictionaries of the codec. Raises StartError."""
    connection = await opened(target)
    try:
        if not target.unsafe:
            await _check_durable(connection, target)
        await make(connection)
        await _check_version(connection, target)
        return await _dictionaries(connection, sample)
    except FAULTS as fault:
        raise start_error(target.named, fault) from fault
    finally:
        await connection.close(timeout=5)


async def version_of(connection: Connection) -> tuple[int, int] | None:
    """Which schema it has, and the oldest version of the product that can work with that; None: no
    tables of ours."""
    if not await connection.fetchval(_HAS_META):
        return None
    found = [await connection.fetchval(_META, word) for word in ("schema", "compatible_from")]
    version, oldest = (int(one or 0) for one in found)
    return version, oldest


async def _check_durable(connection: Connection, target: Target) -> None:
    for name, cure in _DURABLE.items():
        for value, source, database, user in await connection.fetch(_SETTING, name):
            if value != "off":
                continue
            nearer = _NEARER.get(source, cure)
            told = nearer.format(name=name, database=database, user=user)
            raise StartError(
                f"{target.named}: {name} is off: what was accepted could be lost; mended by {told}"
            )


async def make(connection: Connection) -> None:
    """Makes the tables where there are none, in one transaction, so that of processes that start
    together one makes them."""
    if await version_of(connection) is not None:
        return
    await connection.execute(f"BEGIN; SELECT pg_advisory_xact_lock({MAKING})")
    if not await connection.fetchval(_HAS_META):
        await connection.execute(schema())
        await connection.execute(_SET, "schema", str(VERSION))
        await connection.execute(_SET, "compatible_from", str(COMPATIBLE_FROM))
    await connection.execute("COMMIT")


async def _check_version(connection: Connection, target: Target) -> None:
    version, oldest = await version_of(connection) or (0, 0)
    if version < VERSION:
        raise StartError(
            f"{target.named}: its tables are of schema {version}, this version needs {VERSION}; "
            "run `twofifty migrate` first"
        )
    if oldest > VERSION:
        raise StartError(
            f"{target.named}: written by a newer twofifty (schema {version}), which works with "
            f"versions from schema {oldest} on"
        )


async def _dictionaries(
    connection: Connection, sample: Callable[[], bytes] | None
) -> dict[int, bytes]:
    found = await connection.fetch("SELECT id, content FROM dictionaries")
    if not found and sample is not None:
        await connection.execute(
            "INSERT INTO dictionaries (id, content) VALUES (1, $1) ON CONFLICT DO NOTHING", sample()
        )
        found = await connection.fetch("SELECT id, content FROM dictionaries")
    return {int(row[0]): bytes(row[1]) for row in found}
