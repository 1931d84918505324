"""`postgresql://` URLs: where the database is, and how we use it.

Ours, all optional, beside those of libpq such as `sslmode`:

pool=N          how many connections of a process write at the same time (4)
readers=N       how many read beside them (2)
prepare=off     no prepared statements, no settings of a session and no LISTEN: for a pooler that
                gives each transaction another connection (pgbouncer in transaction mode)
unsafe=yes      starts although the server may forget what it said it had kept; for tests
"""

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

import msgspec

from twofifty.errors import SettingsError, check_credentials

SCHEMES = ("postgresql", "postgres")
PORT = 5432
_SHAPE = "DATABASE_URL must look like postgresql://user:password@host:5432/database"
_MOST = 64
_ANSWERS = {"on": True, "yes": True, "true": True, "1": True}
_ANSWERS |= {"off": False, "no": False, "false": False, "0": False}


class Target(msgspec.Struct, frozen=True):
    """What a URL says. `dsn` is what is left for the driver; `named` is for people, without the
    password; `identity` tells this database from a copy of it elsewhere."""

    dsn: str
    named: str
    identity: str
    host: str
    pool: int = 4
    readers: int = 2
    prepare: bool = True
    unsafe: bool = False


def is_ours(url: str) -> bool:
    """Whether `url` is of PostgreSQL."""
    return url.partition("://")[0] in SCHEMES


def target(url: str) -> Target:
    """What `url` says. Raises SettingsError."""
    check_credentials("DATABASE_URL", url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError:
        raise SettingsError(_SHAPE) from None
    database = parts.path.removeprefix("/")
    given = dict(parse_qsl(parts.query))
    ours = {name: given.pop(name) for name in _READ if name in given}
    host = given.get("host", host)
    if parts.scheme not in SCHEMES or not database or not host:
        raise SettingsError(_SHAPE)
    place = f"{host}:{given.get('port', port)}/{database}"
    user = f"{parts.username}@" if parts.username else ""
    options = {name: _READ[name](name, value) for name, value in ours.items()}
    return msgspec.convert(
        {
            "dsn": _dsn(parts, given),
            "named": f"postgresql://{user}{place}",
            "identity": f"postgresql://{place}",
            "host": host,
            **options,
        },
        Target,
    )


def _dsn(parts: SplitResult, left: dict[str, str]) -> str:
    return parts._replace(query=urlencode(left)).geturl()


def _count(name: str, value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= _MOST:
        raise SettingsError(f"DATABASE_URL: {name} must be a number from 1 to {_MOST}")
    return int(value)


def _answer(name: str, value: str) -> bool:
    if value.lower() not in _ANSWERS:
        raise SettingsError(f"DATABASE_URL: {name} must be on or off")
    return _ANSWERS[value.lower()]


_READ = {"pool": _count, "readers": _count, "prepare": _answer, "unsafe": _answer}
