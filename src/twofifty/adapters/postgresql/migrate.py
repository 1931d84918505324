"""Bringing the tables up to date while the service runs.

A migration is `sql/postgresql/migrations/NNNN.sql`, by the schema that it leads to: named steps,
each a statement that does no harm when it is run again, adds before it takes away and holds no lock
for long (`CREATE INDEX CONCURRENTLY`). Who migrates takes turns by a lock of one open transaction,
which is given back with it however it ends; it holds no snapshot that an index would wait for.
"""

import asyncio
from collections.abc import Mapping
from importlib.resources import files

import msgspec

from twofifty import sql
from twofifty.adapters.postgresql.faults import FAULTS, code_of, start_error
from twofifty.adapters.postgresql.prepare import MAKING, at_once, make, opened, version_of
from twofifty.adapters.postgresql.schema import COMPATIBLE_FROM, VERSION
from twofifty.adapters.postgresql.url import Target, target
from twofifty.adapters.postgresql.wire import Connection
from twofifty.errors import StartError

LOCK_SECONDS = 2
"""How long a step waits for a table, while everybody else waits behind it."""
TRIES = 30
_PAUSE = 0.5
_TAKEN = frozenset({"55P03", "40P01"})
_SET = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2"
_UNFINISHED = """
SELECT i.indexrelid::regclass::text FROM pg_index i
JOIN pg_class t ON t.oid = i.indrelid AND t.relnamespace = current_schema()::regnamespace
WHERE NOT i.indisvalid
  AND NOT EXISTS (SELECT 1 FROM pg_stat_progress_create_index p
                  WHERE p.index_relid = i.indexrelid)"""


class Step(msgspec.Struct, frozen=True):
    """One statement on the way to a schema."""

    version: int
    name: str
    text: str


Steps = tuple[Step, ...]


def steps() -> Steps:
    """All there are, the oldest first."""
    folder = files(sql.__name__).joinpath("postgresql", "migrations")
    names = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
    found = [(name[:4], name.removesuffix(".sql")) for name in names if name.endswith(".sql")]
    return tuple(
        Step(int(version), name, text)
        for version, file in found
        for name, text in _loaded(file).items()
    )


def _loaded(file: str) -> Mapping[str, str]:
    return sql.load(f"postgresql/migrations/{file}")


def pending(url: str, known: Steps | None = None) -> list[str]:
    """The names of the steps that are to be done. Raises StartError."""
    place, all_steps = target(url), steps() if known is None else known
    return at_once(lambda: _pending(place, all_steps))


def migrate(url: str, known: Steps | None = None) -> list[str]:
    """Does them, or makes the tables where there are none; the names of those that were done.

    Safe to run in several places at once, and again after it was interrupted. Raises StartError.
    """
    place, all_steps = target(url), steps() if known is None else known
    return at_once(lambda: _migrate(place, all_steps))


async def _pending(place: Target, known: Steps) -> list[str]:
    connection = await opened(place)
    try:
        return [step.name for step in await _left(connection, known)]
    except FAULTS as fault:
        raise start_error(place.named, fault) from fault
    finally:
        connection.terminate()


async def _migrate(place: Target, known: Steps) -> list[str]:
    turn, working = await opened(place), await opened(place)
    try:
        await make(working)
        await _take_turn(turn)
        await working.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'; SET statement_timeout = 0")
        return await _done(working, await _left(working, known), place)
    except FAULTS as fault:
        raise start_error(place.named, fault) from fault
    finally:
        turn.terminate()
        working.terminate()


async def _take_turn(connection: Connection) -> None:
    """Asks again and again: a statement that waits would hold a snapshot, for whose end the indexes
    of whoever has the turn would wait in turn. So does the answer to one with values until another
    statement comes: the last one here has none."""
    while True:
        await connection.execute("BEGIN")
        if await connection.fetchval("SELECT pg_try_advisory_xact_lock($1::bigint)", MAKING):
            await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            return
        await connection.execute("ROLLBACK")
        await asyncio.sleep(_PAUSE)


async def _left(connection: Connection, known: Steps) -> Steps:
    version, oldest = await version_of(connection) or (VERSION, 0)
    if oldest > VERSION:
        raise StartError(
            f"the database was written by a newer twofifty (schema {version}), which works with "
            f"versions from schema {oldest} on: nothing can be done from here"
        )
    return tuple(step for step in known if step.version > version)


async def _done(connection: Connection, left: Steps, place: Target) -> list[str]:
    done: list[str] = []
    for place_of, step in enumerate(left):
        await _stepped(connection, step, place)
        done.append(step.name)
        if place_of + 1 == len(left) or left[place_of + 1].version > step.version:
            await connection.execute(_SET, "schema", str(step.version))
    if done:
        await connection.execute(_SET, "compatible_from", str(COMPATIBLE_FROM))
    return done


async def _stepped(connection: Connection, step: Step, place: Target) -> None:
    """Tries until the table is free for a moment. An index that was begun and not finished is made
    anew."""
    for _ in range(TRIES):
        for (index,) in await connection.fetch(_UNFINISHED):
            await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index}")
        try:
            await connection.execute(step.text, timeout=None)
        except FAULTS as fault:
            if code_of(fault) not in _TAKEN:
                raise
            await asyncio.sleep(_PAUSE)
        else:
            return
    raise StartError(f"{place.named}: {step.name}: its table was never free; run it again later")
