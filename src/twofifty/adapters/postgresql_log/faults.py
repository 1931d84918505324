"""What PostgreSQL's errors mean for whoever reads a log: later, never as it is, or lost."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from twofifty.errors import LogLost, ShopBusy, ShopError

# SQLSTATE classes and codes (PostgreSQL documentation, appendix A) after which it may go well.
_LATER = (
    "08",  # connection exceptions
    "40",  # rolled back
    "53",  # out of memory, disk, connections
    "57",  # shut down, starting, cancelled
    "55006",  # the slot is still used: by the process that was here before
    "55P03",  # a lock
    "XX",  # internal
)
_LOST = ("58P01",)  # the log's file was removed
_NEVER_AGAIN = "can no longer"
# Asked for a time when the publication was not there yet, and there is no asking otherwise.
_NO_PUBLICATION = ("42704", "publication")


@contextmanager
def translated() -> Iterator[None]:
    """Raises ShopBusy, ShopError or LogLost for psycopg's errors."""
    try:
        yield
    except psycopg.Error as fault:
        raise meaning(fault) from None


def meaning(fault: psycopg.Error) -> ShopError:
    """The error that says what to do."""
    code, said = fault.sqlstate, said_by(fault)
    if code in _LOST or (code == "55000" and _NEVER_AGAIN in said):
        return LogLost(said)
    if code == _NO_PUBLICATION[0] and _NO_PUBLICATION[1] in said:
        return LogLost(said)
    if code is None:
        return _without_code(fault, said)
    if code.startswith(_LATER):
        return ShopBusy(said)
    return ShopError(said)


def said_by(fault: psycopg.Error) -> str:
    """The server's own words on one line, without the statement; never a password."""
    words = fault.diag.message_primary or str(fault)
    return f"PostgreSQL: {' '.join(words.split())[:300]}"


def _without_code(fault: psycopg.Error, said: str) -> ShopError:
    """Errors of libpq: mostly the line, but a wrong password has no code either."""
    if isinstance(fault, psycopg.OperationalError | psycopg.InterfaceError):
        refused = any(word in said for word in ("authentication failed", "no pg_hba.conf entry"))
        return ShopError(said) if refused else ShopBusy(said)
    return ShopError(said)
