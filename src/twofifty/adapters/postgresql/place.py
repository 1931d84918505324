"""What can be said of a database, or asked of it, without opening the store in it."""

from twofifty.adapters.postgresql.faults import FAULTS, start_error
from twofifty.adapters.postgresql.prepare import at_once, opened, prepared, version_of
from twofifty.adapters.postgresql.url import Target, target
from twofifty.clock import Clock

_KEEP = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING"
_KEPT = "SELECT value FROM meta WHERE key = $1"
_NOW = "SELECT extract(epoch FROM clock_timestamp())::double precision"


def check(url: str) -> None:
    """Raises SettingsError where `url` is none of ours."""
    target(url)


def named(url: str) -> str:
    """The database as people know it, without the password."""
    return target(url).named


def identity(url: str) -> str:
    """What tells this database from a copy of it on another server."""
    return target(url).identity


def host(url: str) -> str:
    """The server's name or address; a folder, where it is reached by a socket there."""
    return target(url).host


def is_made(url: str) -> bool:
    """Whether the tables are there. Raises StartError."""
    return at_once(lambda: _is_made(target(url)))


def shared_secret(url: str, name: str, fresh: str) -> str:
    """The secret `name` of the store: `fresh` from now on where it has none. Of processes that ask
    at the same moment all get the same. Makes the tables where there are none.

    Raises StartError.
    """
    return at_once(lambda: _shared_secret(target(url), name, fresh))


def clock_difference(url: str, clock: Clock) -> float:
    """By how many seconds our clock is ahead of the server's. Leases are kept by the clocks of
    those who hold and who sweep them: more than two seconds cost time, though never a message.
    Raises StartError."""
    return at_once(lambda: _clock_difference(target(url), clock))


async def _is_made(place: Target) -> bool:
    connection = await opened(place)
    try:
        return await version_of(connection) is not None
    except FAULTS as fault:
        raise start_error(place.named, fault) from fault
    finally:
        connection.terminate()


async def _shared_secret(place: Target, name: str, fresh: str) -> str:
    await prepared(place, None)
    connection = await opened(place)
    try:
        await connection.execute(_KEEP, f"secret:{name}", fresh)
        return str(await connection.fetchval(_KEPT, f"secret:{name}"))
    except FAULTS as fault:
        raise start_error(place.named, fault) from fault
    finally:
        await connection.close(timeout=5)


async def _clock_difference(place: Target, clock: Clock) -> float:
    connection = await opened(place)
    try:
        await connection.fetchval(_NOW)
        before = clock.seconds()
        theirs = float(await connection.fetchval(_NOW))
        return (before + clock.seconds()) / 2 - theirs
    except FAULTS as fault:
        raise start_error(place.named, fault) from fault
    finally:
        connection.terminate()
