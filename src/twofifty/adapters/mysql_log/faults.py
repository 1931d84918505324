"""What a server's errors mean for whoever reads its log: later, never as it is, or lost."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pymysql.err import InterfaceError, InternalError, MySQLError, OperationalError

from twofifty.errors import LogLost, ShopBusy, ShopError

_LOG_FAULT = 1236  # ER_MASTER_FATAL_ERROR_READING_BINLOG
_LATER = {
    1040,  # too many connections
    1053,  # the server is shutting down
    1159,  # a network read timed out
    1161,  # a network write timed out
    1203,  # too many connections of this user
    1205,  # a lock
    1213,  # a deadlock
    1226,  # a limit of this user
    1290,  # read only, for a while
    1317,  # interrupted
    1927,  # the connection was killed
    1969,  # max_statement_time
    2003,  # cannot connect
    2006,  # gone away
    2013,  # lost
    3024,  # max_execution_time
    4052,  # another reader came with our number (MariaDB)
}
_NOT_LOST: Mapping[str, type[ShopError]] = {
    "same server_uuid/server_id": ShopBusy,
    "max_allowed_packet": ShopError,
    "misconfigured master": ShopError,
    "server id not set": ShopError,
    "binary log is not open": ShopError,
}


@contextmanager
def translated() -> Iterator[None]:
    """Raises ShopBusy, ShopError or LogLost for PyMySQL's errors and the socket's."""
    try:
        yield
    except MySQLError as fault:
        raise meaning(fault) from None
    except OSError as fault:
        raise ShopBusy(f"the connection to the database broke: {fault}") from None


def meaning(fault: MySQLError) -> ShopError:
    """The error that says what to do. Error 1236 has many reasons; all but a few mean that the
    log is not there any more as we knew it."""
    code = fault.args[0] if fault.args and isinstance(fault.args[0], int) else 0
    said = f"the database says: {_words(fault)}"
    if code == _LOG_FAULT:
        return _of_the_log(said)
    if code in _LATER or isinstance(fault, InterfaceError):
        return ShopBusy(said)
    if not code and isinstance(fault, OperationalError | InternalError):
        return ShopBusy(said)
    return ShopError(said)


def _of_the_log(said: str) -> ShopError:
    for words, kind in _NOT_LOST.items():
        if words in said.lower():
            return kind(said)
    return LogLost(said)


def _words(fault: MySQLError) -> str:
    """The server's own words on one line; never a password, for servers do not repeat it."""
    words = str(fault.args[-1]) if fault.args else type(fault).__name__
    return " ".join(words.split())[:300]
